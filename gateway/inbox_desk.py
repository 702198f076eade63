"""What became of events that were taken in, and the dead letters among them."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from gateway.keys import EventsIn, Keyed
from gateway.problems import ProblemError, invalid, responses
from gateway.services import Services
from gateway.within import may_ask
from records import disclosures, inbox, parked
from records.health import borrow
from records.inbox import InboxRow
from records.parked import Wanted
from records.pool import Connection
from schemas.base import Frozen, LifecycleName
from schemas.disclosures import Doer
from schemas.problems import ProblemCode

router = APIRouter(tags=["Inbox"])
MOST = 500
"""How many dead letters one request replays."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("is not printable")
    return text


Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(_printable)]
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
    """Events, newest first; `next` continues with those before."""

    items: list[InboxStatus]
    next: int | None = Field(default=None, description="send it as `before` for the events before these")


class Replay(Frozen):
    """Which dead letters to deliver again: by any of these; `all` for every one."""

    source: Text | None = Field(default=None, description="the events' source, such as /district/placements")
    event_ids: Annotated[tuple[Text, ...], Field(max_length=MOST)] | None = Field(
        default=None, description="the events' ids within that source"
    )
    type: Text | None = Field(default=None, description="their type, such as org.journeywork.offer.made")
    lifecycle: LifecycleName | None = Field(default=None, description="placement, opportunity, partnership or incident")
    id: Text | None = Field(default=None, description="the id of what they are about, such as pl-1")
    code: Text | None = Field(default=None, description="the code of their problem, such as fault")
    all: bool = Field(default=False, description="true to replay every dead letter")
    limit: int = Field(default=MOST, ge=1, le=MOST, description=f"how many at most, from 1 to {MOST}")


class Replayed(Frozen):
    """The events that are delivered again, the first that came first; `left` more dead letters fit."""

    items: list[InboxStatus]
    left: int


@router.get("/inbox", summary="Dead letters, or what waits", responses=responses(401, 422, 503))
async def get_inbox(
    services: Keyed,
    *,
    status: Annotated[
        inbox.Status, Query(description="refused: the dead letters; accepted: what waits to be delivered; applied")
    ] = "refused",
    source: Annotated[Text | None, Query(description="only of this source")] = None,
    type_: Annotated[Text | None, Query(alias="type", description="only of this type")] = None,
    lifecycle: Annotated[LifecycleName | None, Query(description="only about this kind of lifecycle")] = None,
    id_: Annotated[Text | None, Query(alias="id", description="only about the lifecycle of this id")] = None,
    code: Annotated[Text | None, Query(description="only refused for this, such as fault or closed")] = None,
    before: Annotated[int | None, Query(description="the `next` of an earlier page", ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> InboxPage:
    """Events that were taken in, newest first; by default those that their lifecycle refused or that are parked.

    A dead letter holds up nothing: what came after it for the same lifecycle has been delivered.
    """
    wanted = Wanted(source=source, type=type_, lifecycle=lifecycle, id=id_, code=code)
    async with borrow(services.pool) as conn:
        found = await parked.look(conn, status, wanted, before=before, limit=limit)
    return InboxPage(items=[_status(row) for row in found.rows], next=found.before)


@router.post("/inbox/replay", summary="Deliver dead letters again", responses=responses(401, 422, 503))
async def replay_many(services: Keyed, asked: Replay) -> Replayed:
    """Put the dead letters that fit back among the events to deliver, in the order in which they came.

    Say which by at least one field, or `all`. What becomes of each tells `GET /inbox/{event_id}`.
    """
    wanted = Wanted(**asked.model_dump(exclude={"all", "limit"}))
    if wanted == Wanted() and not asked.all:
        raise invalid("(body)", "names no events; send source, event_ids, type, lifecycle, id, code or all")
    if asked.event_ids is not None and asked.source is None:
        raise invalid("source", "is missing; an id is one of its kind within its source")
    async with borrow(services.pool) as conn:
        rows = await _replayed(services, conn, wanted, asked.limit)
        left = await parked.count(conn, "refused", wanted)
    return Replayed(items=[_status(row) for row in rows], left=left)


@router.get("/inbox/{event_id:path}", summary="What became of an event", responses=responses(401, 404, 422, 503))
async def get_accepted(services: EventsIn, event_id: str, source: Source) -> InboxStatus:
    """Whether an event was applied or refused, or is still to be delivered."""
    async with borrow(services.everything) as conn:
        row = await inbox.get(conn, source, event_id) if _sendable(source, event_id) else None
    if row is None or not await may_ask(services, row):
        raise _unknown()
    return _status(row)


@router.post(
    "/inbox/{event_id:path}/replay", summary="Deliver a refused event again", responses=responses(401, 404, 409, 503)
)
async def replay(services: Keyed, event_id: str, source: Source) -> InboxStatus:
    """Put a dead letter back among the events to deliver, once what it was refused for is mended."""
    async with borrow(services.pool) as conn:
        if not _sendable(source, event_id) or await inbox.get(conn, source, event_id) is None:
            raise _unknown()
        rows = await _replayed(services, conn, Wanted(source=source, event_ids=(event_id,)), 1)
    if not rows:
        raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, "only a refused event can be replayed")
    return _status(rows[0])


async def _replayed(services: Services, conn: Connection, wanted: Wanted, limit: int) -> list[InboxRow]:
    """Put them back, and keep who did."""
    async with conn.transaction():
        rows = await parked.replay(conn, wanted, limit)
        if rows:
            by = Doer(kind="key", who=services.caller.key_id)
            events = [f"event/{row.event_id}" for row in rows]
            await disclosures.add(conn, by, "event.replayed", events, now=services.now(), reason="asked")
    return rows


def _sendable(*texts: str) -> bool:
    return all(text.isprintable() for text in texts)


def _unknown() -> ProblemError:
    return ProblemError(ProblemCode.NOT_FOUND, "no event of this source and id was taken in")


def _status(row: InboxRow) -> InboxStatus:
    return InboxStatus(
        source=row.source,
        event_id=row.event_id,
        type=row.type,
        lifecycle=row.lifecycle,
        id=row.lifecycle_id,
        status=row.status,
        state=(row.answer or {}).get("state"),
        problem=row.problem,
        attempts=row.attempts,
        received_at=row.received_at,
        next_attempt_at=row.next_attempt_at if row.status == "accepted" else None,
    )
