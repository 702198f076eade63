"""An event on its way into the inbox, and the checks that several kinds of events share."""

from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from catalog.program_catalog import all_programs
from gateway.envelopes import Envelope
from gateway.problems import FieldProblem, ProblemError, invalid
from records import inbox, lifecycles
from records.pool import Connection
from schemas.base import Frozen, Id, LifecycleName
from schemas.checks import meant
from schemas.clock import REAL, Clock
from schemas.incoming import SUBJECTS
from schemas.incoming_parts import ClockSetting
from schemas.problems import ProblemCode
from schemas.programs import Program

D = TypeVar("D", bound=Frozen)
_ID: TypeAdapter[str] = TypeAdapter(Id)


class Received(NamedTuple):
    """An event with its checked data, when it came (`now`, aware, real time), and whether clocks may run fast."""

    conn: Connection
    envelope: Envelope
    data: Any
    now: datetime
    rehearsals: bool


class Findings:
    """What is wrong with an event, collected so that all of it is told at once."""

    def __init__(self) -> None:
        self._found: list[FieldProblem] = []

    def add(self, field: str, message: str) -> None:
        """One more thing to put right."""
        self._found.append(FieldProblem(field=field, message=message))

    def refuse_if_any(self) -> None:
        """Raises ProblemError with everything found."""
        if self._found:
            raise ProblemError(ProblemCode.INVALID, errors=self._found)


def is_id(text: str) -> bool:
    """Whether this can be the id of anything here."""
    try:
        _ID.validate_python(text)
    except ValidationError:
        return False
    return True


def subject_of(envelope: Envelope, lifecycle: LifecycleName) -> str:
    """The id of the lifecycle the event is about. Raises ProblemError."""
    example = SUBJECTS[lifecycle]
    if envelope.subject is None:
        raise invalid("subject", f"is missing; send the {lifecycle}'s id, such as {example}")
    if not is_id(envelope.subject):
        raise invalid("subject", f"is no id; send the {lifecycle}'s id, such as {example}")
    return envelope.subject


async def is_begun(conn: Connection, lifecycle: LifecycleName, id_: str) -> bool:
    """Whether this lifecycle exists, or its opening is accepted and will be delivered."""
    recorded = await lifecycles.recorded_seq(conn, lifecycle, id_)
    return recorded != (0, 0) or await inbox.pending_opening(conn, lifecycle, id_)


def clock_of(received: Received, setting: ClockSetting | None, findings: Findings) -> tuple[Clock, datetime]:
    """The program's clock and the program instant at which the event came."""
    if setting is None:
        return REAL, received.now
    if not received.rehearsals:
        findings.add("data.clock", "is for rehearsals, and they are off here; leave it out")
        return REAL, received.now
    clock = setting.clock(received.now)
    try:
        at = clock.program_time(received.now)
    except OverflowError:
        at = None
    if at is None or not 2000 <= at.year <= 2199:
        findings.add("data.clock", "shows a time outside the years 2000 to 2199; move its epochs or slow it down")
        return REAL, received.now
    return clock, at


def program_of(program_id: str | None, findings: Findings) -> Program | None:
    """The program of that id by which learners are placed; what is wrong goes to the findings."""
    known = {id_: program for id_, program in all_programs().items() if program.lifecycle == "placement"}
    if program_id is None or program_id in known:
        return known.get(program_id or "")
    findings.add("data.program", f"is no program here{meant(program_id, known)}")
    return None
