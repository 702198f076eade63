"""From an event to an inbox row: one table says what each type carries and what it asks of which lifecycle."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from gateway.acting import ACTS, Build, act
from gateway.envelopes import Envelope
from gateway.offers import amend_opportunity, open_opportunity, propose_opportunity
from gateway.openings import Taken, propose_placement
from gateway.partnerships import PARTNERSHIP_EVENTS
from gateway.problems import FieldProblem, ProblemError, worded
from gateway.received import Received
from records import inbox, offered_work
from records.directory_import import apply_opportunities
from records.inbox import Accepted
from records.pool import Connection, tried
from schemas.acts import Delivery
from schemas.base import Frozen
from schemas.checks import meant
from schemas.incoming import INCOMING, PREFIX, IncomingType
from schemas.opportunity import CloseOpportunity
from schemas.problems import ProblemCode, Refused


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


async def made_of(conn: Connection, envelope: Envelope, *, now: datetime, rehearsals: bool) -> Delivery:
    """What an event would bring to which lifecycle; nothing is kept. Raises as `take_in`."""
    taken = await tried(conn, _build(Received(conn, envelope, None, now, rehearsals)))
    return taken.delivery


async def _build(received: Received) -> Taken:
    envelope = received.envelope
    kind = INCOMING.get(envelope.type)
    if kind is None:
        raise ProblemError(
            ProblemCode.UNKNOWN_TYPE,
            errors=[FieldProblem(field="type", message=f"is not known here{meant(envelope.type, INCOMING)}")],
        )
    return await BUILD[kind.name](received._replace(data=checked(kind, envelope)))


async def _accept(received: Received, hold_seconds: float) -> Accepted:
    envelope = received.envelope
    taken = await _build(received)
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
    if taken.work is not None and accepted.kind == "new":
        await offered_work.keep(received.conn, taken.delivery.id, taken.work)
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


BUILD: dict[str, Build] = {
    "org.journeywork.opportunity.opened": open_opportunity,
    "org.journeywork.opportunity.proposed": propose_opportunity,
    "org.journeywork.opportunity.amended": amend_opportunity,
    "org.journeywork.opportunity.closed": act("opportunity", lambda _: CloseOpportunity()),
    "org.journeywork.placement.proposed": propose_placement,
    "org.journeywork.application.submitted": propose_placement,
    **{f"{PREFIX}{name}": build for name, build in {**ACTS, **PARTNERSHIP_EVENTS}.items()},
}
"""What makes each type's delivery. A test holds that every incoming type stands here."""
