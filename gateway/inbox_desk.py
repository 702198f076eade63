"""What became of events that were taken in, and the dead letters among them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from gateway.keys import EventsIn, Keyed
from gateway.problems import ProblemError, responses
from records import inbox
from records.health import borrow
from records.inbox import InboxRow
from schemas.base import Frozen
from schemas.problems import ProblemCode

router = APIRouter(tags=["Inbox"])
Source = Annotated[str, Query(description="the event's source, as it was sent", max_length=200)]


class InboxStatus(Frozen):
    """One event that was taken in. `problem` (code, message) once its lifecycle refused it."""

    source: str
    event_id: str
    type: str
    lifecycle: str
    id: str
    status: inbox.Status
    state: str | None
    problem: dict[str, str] | None
    attempts: int
    received_at: AwareDatetime
    next_attempt_at: AwareDatetime | None


class InboxPage(Frozen):
    """Events, newest first."""

    items: list[InboxStatus]


@router.get("/inbox", summary="Dead letters", responses=responses(401, 422, 503))
async def get_refused(
    services: Keyed,
    status: Annotated[Literal["refused"], Query(description="which events")] = "refused",  # noqa: ARG001 - the one list
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> InboxPage:
    """Events that were taken in and then refused by their lifecycle, newest first."""
    async with borrow(services.pool) as conn:
        rows = await inbox.dead(conn, limit)
    return InboxPage(items=[_status(row) for row in rows])


@router.get("/inbox/{event_id:path}", summary="What became of an event", responses=responses(401, 404, 422, 503))
async def get_accepted(services: EventsIn, event_id: str, source: Source) -> InboxStatus:
    """Whether an event was applied or refused, or is still to be delivered."""
    async with borrow(services.pool) as conn:
        row = await inbox.get(conn, source, event_id) if _sendable(source, event_id) else None
    if row is None:
        raise _unknown()
    return _status(row)


@router.post(
    "/inbox/{event_id:path}/replay", summary="Deliver a refused event again", responses=responses(401, 404, 409, 503)
)
async def replay(services: Keyed, event_id: str, source: Source) -> InboxStatus:
    """Put a dead letter back among the events to deliver, once what it was refused for is mended."""
    async with borrow(services.pool) as conn:
        known = _sendable(source, event_id) and await inbox.get(conn, source, event_id) is not None
        if known and not await inbox.replay(conn, source, event_id):
            raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, "only a refused event can be replayed")
        row = await inbox.get(conn, source, event_id) if known else None
    if row is None:
        raise _unknown()
    return _status(row)


def _sendable(*texts: str) -> bool:
    return all(text.isprintable() for text in texts)


def _unknown() -> ProblemError:
    return ProblemError(ProblemCode.NOT_FOUND, "no event of this source and id was taken in")


def _status(row: InboxRow) -> InboxStatus:
    return InboxStatus(
        source=row.source,
        event_id=row.event_id,
        type=row.type,
        lifecycle=row.delivery.lifecycle,
        id=row.delivery.id,
        status=row.status,
        state=(row.answer or {}).get("state"),
        problem=row.problem,
        attempts=row.attempts,
        received_at=row.received_at,
        next_attempt_at=row.next_attempt_at if row.status == "accepted" else None,
    )
