"""The work that is measured: one placement of fifteen weeks in which everybody answers on time, 43 acts in all."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from catalog.program_catalog import load_program
from lifecycle.deadlines import timetable
from lifecycle.registry import PLACEMENT, begin, decide
from schemas.case import Request
from schemas.clock import REAL, Clock
from schemas.placement import Placement
from schemas.placement_commands import Opening, Propose, RecordSeat, Submit, Withdraw
from schemas.programs import Program
from schemas.vocabulary import RequestKind, Role, SeatState

PROGRAM = Path(__file__).parent / "programs" / "autumn-internship.yaml"
PROPOSED = datetime(2027, 8, 30, 13, 30, tzinfo=UTC)
"""Monday 09:30 at the worksite, two weeks before the first day."""
STARTS = date(2027, 9, 13)
AT_ONCE = datetime(2027, 9, 14, 16, tzinfo=UTC)
"""The second day at noon: where the program's clock stands still for the placements that nobody waits for."""
TEAM = {
    Role.STUDENT: "lrn-1",
    Role.GUARDIAN: "grd-1",
    Role.WORKSITE_SUPERVISOR: "sup-1",
    Role.ALTERNATE_SUPERVISOR: "sup-2",
    Role.CAREER_SPECIALIST: "cs-1",
    Role.COORDINATOR: "co-1",
    Role.TEACHER: "tea-1",
}
ANSWERS_AFTER = {
    Role.STUDENT: timedelta(hours=9),
    Role.WORKSITE_SUPERVISOR: timedelta(hours=13),
    Role.CAREER_SPECIALIST: timedelta(days=4),
}
"""How long after they were asked people answer; the others take `OTHERWISE`."""
OTHERWISE = timedelta(hours=20)
DECISIONS = {
    RequestKind.HOST_CONFIRMATION: "accept",
    RequestKind.OFFER_ACCEPTANCE: "accept",
    RequestKind.FIRST_DAY: "started",
}


class Answered(NamedTuple):
    """One human act at an instant of the program's clock, and the stage it belongs to."""

    at: datetime
    command: Submit | Withdraw
    stage: str


class Asked(NamedTuple):
    """One request as the calendar has it (program clock): when it opens, and when each ladder step would come."""

    request_id: str
    stage: str
    at: datetime
    steps: tuple[datetime, ...]
    due_at: datetime


@dataclass(frozen=True)
class Season:
    """A placement's whole story, told in advance by the pure core; `script` holds every command with its instant."""

    opening: Opening
    script: tuple[tuple[Any, datetime], ...]
    acts: tuple[Answered, ...]
    asked: tuple[Asked, ...]
    outcome: str

    @property
    def placement_id(self) -> str:
        """Whose story it is."""
        return self.opening.command.placement_id

    @property
    def clock(self) -> Clock:
        """The program's clock of this placement."""
        return self.opening.command.clock


def season(placement_id: str = "pl-bench", *, weeks: int = 15, clock: Clock = REAL) -> Season:
    """Fifteen weeks (or `weeks`) on the calendar, from the proposal to the sign-off."""
    return _lived(_opening(_program(), placement_id, clock, PROPOSED, weeks))


def season_at_once(
    placement_id: str = "pl-bench", *, weeks: int = 15, clock: Clock = REAL, supervisor_id: str = "sup-1"
) -> Season:
    """As many acts with no waiting between them: everything is asked on the second day; the last act withdraws."""
    opening = _opening(_asked_at_once(weeks), placement_id, clock, AT_ONCE, weeks)
    team = {**TEAM, Role.WORKSITE_SUPERVISOR: supervisor_id}
    return _lived(opening.changed(command=opening.command.changed(team=team)), still=True)


@cache
def _program() -> Program:
    return load_program(PROGRAM)


def _opening(program: Program, placement_id: str, clock: Clock, at: datetime, weeks: int) -> Opening:
    return Opening(
        command=Propose(
            placement_id=placement_id,
            learner_id=f"lrn-{placement_id}",  # one each: who accepts one offer withdraws from the others
            opportunity_id="opp-bench",
            host_id="host-1",
            program=program,
            start=STARTS,
            end=STARTS + timedelta(weeks=weeks, days=-3),
            minor=True,
            team=TEAM,
            clock=clock,
        ),
        at=at,
    )


@cache
def _asked_at_once(weeks: int) -> Program:
    """The same program with every repeated ask written out, all asked from the first day and due one by one."""
    text: dict[str, Any] = _program().model_dump(mode="json", exclude_none=True)
    text["id"] += "-at-once"
    for stage in text["stages"]:
        asks: list[dict[str, Any]] = []
        for ask in stage["asks"]:
            repeat = ask.pop("repeat", {"times": 1})
            if "opens" in ask:
                ask["opens"] = "start"
            for number in range(1, min(repeat["times"], weeks) + 1):
                again = {"id": f"{ask['id']}_{number}", "due": f"opened + {number}w"}
                asks.append(ask | (again if repeat["times"] > 1 else {}))
        stage["asks"] = asks
    return Program.model_validate(text)


def _lived(opening: Opening, *, still: bool = False) -> Season:
    state: Placement = begin(PLACEMENT, opening.command, opening.at).state
    script: list[tuple[Any, datetime]] = []
    acts: list[Answered] = []
    at = opening.at
    while not PLACEMENT.is_over(state, at):
        due = PLACEMENT.next_due(state)
        answer = min((_answer(state, one) for one in state.open_requests), key=lambda one: one.at, default=None)
        command: Any
        if state.seat is SeatState.CLAIMING:
            command = RecordSeat(granted=True)
        elif answer is not None and (still or due is None or answer.at < due):
            at, command = (at if still else answer.at), answer.command
            acts.append(answer)
        elif still:
            command = Withdraw()
            acts.append(Answered(at, command, "completion"))
        elif due is not None:
            at, command = due, PLACEMENT.tick
        else:
            raise RuntimeError(f"nothing is awaited in state {state.state}")
        script.append((command, at))
        state = decide(PLACEMENT, state, command, at).state
    asked = tuple(_asked(state, request) for request in state.requests)
    return Season(opening, tuple(script), tuple(acts), asked, state.state)


def _answer(placement: Placement, request: Request) -> Answered:
    command = Submit(
        request_id=request.id,
        person_id=request.person_id,
        submission_id=f"sub-{request.id}",
        decision=DECISIONS.get(request.kind),
    )
    after = ANSWERS_AFTER.get(request.role, OTHERWISE)
    return Answered(request.opened_at + after, command, _stage(placement.program, request.ask_id))


def _asked(placement: Placement, request: Request) -> Asked:
    times = timetable(placement, placement.program.by_id[request.ask_id], request.opened_at)
    return Asked(request.id, _stage(placement.program, request.ask_id), request.opened_at, times.steps, times.due_at)


def _stage(program: Program, ask_id: str) -> str:
    return next(stage.id for stage in program.stages for ask in stage.asks if ask.id == ask_id)
