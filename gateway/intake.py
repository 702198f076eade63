"""From an event to an inbox row: one table says what each type carries and what it asks of which lifecycle."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from gateway.envelopes import Envelope
from gateway.openings import BY_EVENT, Taken, open_opportunity, propose_placement
from gateway.problems import FieldProblem, ProblemError, invalid, worded
from gateway.received import Findings, Received, is_begun, subject_of
from records import directory, inbox, lifecycles
from records.directory_import import apply_opportunities
from records.inbox import Accepted
from records.pairings import works_at
from records.pool import Connection
from schemas.acts import Act, Delivery, LifecycleName
from schemas.base import Frozen
from schemas.change_commands import Extend, ReplaceSupervisor
from schemas.checks import meant
from schemas.incoming import INCOMING, IncomingType, SupervisorReplacedData
from schemas.naming import update_id
from schemas.opportunity import CloseOpportunity, OpportunityCommand
from schemas.placement_commands import (
    AcceptOffer,
    ConfirmAttendance,
    DeclineOffer,
    MakeOffer,
    PlacementCommand,
    ReportMissed,
    Resend,
    Withdraw,
)
from schemas.problems import ProblemCode, Refused

Build = Callable[[Received], Awaitable[Taken]]


async def take_in(
    conn: Connection, envelope: Envelope, *, now: datetime, rehearsals: bool, hold_seconds: float = 0
) -> Accepted:
    """Keep an event in the inbox, or find that it is there: new, duplicate or conflict.

    `now` is real time, aware. For `hold_seconds` only the caller delivers it. Raises ProblemError when it is no valid
    event, naming fields; Refused when what it opens is there already.
    """
    try:
        async with conn.transaction():
            kept = await _kept(conn, envelope)
            return kept or await _accept(Received(conn, envelope, None, now, rehearsals), hold_seconds)
    except (ProblemError, Refused):
        kept = await _kept(conn, envelope)
        if kept is None:
            raise
        return kept


async def _kept(conn: Connection, envelope: Envelope) -> Accepted | None:
    row = await inbox.get(conn, envelope.source, envelope.id)
    if row is None:
        return None
    return Accepted("duplicate" if row.payload_hash == envelope.payload_hash else "conflict", row)


async def _accept(received: Received, hold_seconds: float) -> Accepted:
    envelope = received.envelope
    kind = INCOMING.get(envelope.type)
    if kind is None:
        raise ProblemError(
            ProblemCode.UNKNOWN_TYPE,
            errors=[FieldProblem(field="type", message=f"is not known here{meant(envelope.type, INCOMING)}")],
        )
    taken = await BUILD[kind.name](received._replace(data=checked(kind, envelope)))
    accepted = await inbox.accept(
        received.conn,
        source=envelope.source,
        event_id=envelope.id,
        payload_hash=envelope.payload_hash,
        type=envelope.type,
        delivery=taken.delivery,
        received_at=received.now,
        hold_seconds=hold_seconds,
    )
    if taken.facts is not None and accepted.kind == "new":
        await apply_opportunities(received.conn, (taken.facts,))
    return accepted


def checked(kind: IncomingType, envelope: Envelope) -> Frozen:
    """The event's data as its type's model. Raises ProblemError naming every field that is wrong."""
    try:
        return kind.model.model_validate_json(envelope.text, strict=True)
    except ValidationError as error:
        found = [
            FieldProblem(field=_place(one["loc"]), message=worded(one) + _wanted(kind.model, one))
            for one in error.errors(include_url=False, include_input=False)
        ]
    raise ProblemError(ProblemCode.INVALID, errors=found)


def _place(loc: tuple[int | str, ...]) -> str:
    return "data" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)


def _wanted(model: type[Frozen], error: Any) -> str:
    """What would be right, from the field's description."""
    if error["type"] == "extra_forbidden":
        return meant(str(error["loc"][-1]), model.model_fields) if len(error["loc"]) == 1 else "; leave it out"
    field = model.model_fields.get(str(error["loc"][0])) if error["loc"] else None
    return f"; send {field.description}" if field and field.description and len(error["loc"]) == 1 else ""


def _act(
    lifecycle: LifecycleName,
    command: Callable[[Any], PlacementCommand | OpportunityCommand],
    check: Callable[[Received, str], Awaitable[None]] | None = None,
) -> Build:
    """A builder for acts: the lifecycle must be known; `check` looks at what the data names."""

    async def build(received: Received) -> Taken:
        id_ = subject_of(received.envelope, lifecycle)
        if not await is_begun(received.conn, lifecycle, id_):
            raise invalid("subject", f"is no {lifecycle} that is known here: {id_}")
        if check is not None:
            await check(received, id_)
        envelope = received.envelope
        act = Act(
            id=update_id(envelope.source, envelope.id),
            payload_hash=envelope.payload_hash,
            by=BY_EVENT,
            command=command(received.data),
        )
        return Taken(Delivery(lifecycle=lifecycle, id=id_, act=act))

    return build


async def _works_there(received: Received, id_: str) -> None:
    """The new supervisor must be somebody of the placement's host: an evaluation never goes to a stranger."""
    data: SupervisorReplacedData = received.data
    person_id = data.supervisor_id
    findings = Findings()
    view = await lifecycles.placement(received.conn, id_)
    if await directory.person(received.conn, person_id) is None:
        findings.add("data.supervisor_id", f"is nobody in the directory: {person_id}; import the host's people first")
    elif view is not None and not await works_at(received.conn, view.host_id, person_id):
        findings.add(
            "data.supervisor_id", f"does not work at {view.host_id}: {person_id}; import the host's people first"
        )
    findings.refuse_if_any()


BUILD: dict[str, Build] = {
    "org.journeywork.opportunity.opened": open_opportunity,
    "org.journeywork.opportunity.closed": _act("opportunity", lambda _: CloseOpportunity()),
    "org.journeywork.placement.proposed": propose_placement,
    "org.journeywork.offer.made": _act("placement", lambda _: MakeOffer()),
    "org.journeywork.offer.accepted": _act("placement", lambda _: AcceptOffer()),
    "org.journeywork.offer.declined": _act("placement", lambda _: DeclineOffer()),
    "org.journeywork.placement.withdrawn": _act("placement", lambda data: Withdraw(reason=data.reason)),
    "org.journeywork.placement.extended": _act("placement", lambda data: Extend(end=data.end)),
    "org.journeywork.supervisor.replaced": _act(
        "placement", lambda data: ReplaceSupervisor(person_id=data.supervisor_id), _works_there
    ),
    "org.journeywork.attendance.confirmed": _act("placement", lambda _: ConfirmAttendance()),
    "org.journeywork.attendance.missed": _act("placement", lambda _: ReportMissed()),
    "org.journeywork.request.resent": _act("placement", lambda data: Resend(request_id=data.request_id)),
}
"""What makes each type's delivery. A test holds that every incoming type stands here."""
