"""Events over HTTP: `POST /events` takes them in, `GET /events` is the outgoing feed."""

import time
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from gateway.bodies import read_body
from gateway.delivery import HOLD_EXTRA
from gateway.envelopes import Envelope, read_events
from gateway.intake import take_in
from gateway.keys import AnyKey, EventsIn, EventsOut
from gateway.problems import Problem, ProblemError, answer, invalid, of_refusal, problem, responses
from gateway.services import Services
from gateway.within import check_reach
from records import disclosures, feed
from records.health import borrow
from records.inbox import InboxRow
from schemas.base import Frozen
from schemas.incoming import INCOMING, MAX_EVENT_BYTES, example, json_schema
from schemas.problems import ProblemCode, Refused

router = APIRouter(tags=["Events"])

BATCH_SECONDS = 10.0
"""How long a batch waits for lifecycles' answers altogether; the rest of it is accepted and delivered afterwards."""


class EventAnswer(Frozen):
    """What became of an event: applied by its lifecycle, or accepted and to be delivered as soon as possible."""

    status: Literal["applied", "accepted"]
    lifecycle: str = Field(examples=["placement"])
    id: str = Field(examples=["pl-1"])
    state: str | None = Field(default=None, description="the lifecycle's state, once applied", examples=["proposed"])
    duplicate: bool = Field(default=False, description="the same source and id came before; nothing happened now")
    inbox: str = Field(description="where to ask what became of it", examples=["/inbox/1?source=%2Fdistrict"])


class BatchLine(Frozen):
    """What became of one event of a batch, in the batch's order; `problem` when it was refused or invalid."""

    source: str | None = None
    event_id: str | None = None
    status: Literal["applied", "accepted", "refused", "invalid"]
    lifecycle: str | None = None
    id: str | None = None
    state: str | None = None
    duplicate: bool = False
    inbox: str | None = None
    problem: Problem | None = None


class FeedPage(Frozen):
    """Outgoing CloudEvents in order; `next` continues after the last, also when there are none yet."""

    items: list[dict[str, Any]]
    next: str = Field(examples=["745-12"])


class EventType(Frozen):
    """One type that `POST /events` takes: what it does, its JSON Schema, and an example."""

    type: str
    lifecycle: str
    does: str
    json_schema: dict[str, Any]
    example: dict[str, Any]


class EventTypes(Frozen):
    """Every type that `POST /events` takes."""

    items: list[EventType]


_EXAMPLE = example(INCOMING["org.journeywork.placement.proposed"])
EVENT_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A CloudEvent 1.0: structured, binary (attributes in ce- headers), or a JSON list of events.",
        "content": {
            "application/cloudevents+json": {
                "schema": {"oneOf": [json_schema(kind) for kind in INCOMING.values()]},
                "example": _EXAMPLE,
            },
            "application/cloudevents-batch+json": {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": [_EXAMPLE],
            },
        },
    }
}


@router.post(
    "/events",
    summary="Take an event in",
    response_model=EventAnswer | list[BatchLine],
    responses={202: {"model": EventAnswer}, **responses(401, 409, 413, 422, 429, 503)},
    openapi_extra=EVENT_BODY,
)
async def post_event(request: Request, services: EventsIn) -> Response:
    """Keep the event, then bring it to its lifecycle.

    200 when the lifecycle has applied it; 202 when it is kept and will be delivered; 409 when the lifecycle refuses, or
    the same source and id came before with another content. The same event again gives the same answer and has no
    second effect. A batch answers 200 with a list: for each event `status` (applied, accepted, refused or invalid) and,
    if it was not taken, its `problem`. 429 while too much waits to be delivered: nothing was kept.
    """
    await services.room.check(services.everything)
    read = read_events(request.headers, await read_body(request, MAX_EVENT_BYTES))
    if isinstance(read, list):
        lines = await _batch(services, read)
        return JSONResponse([line.model_dump(mode="json", exclude_none=True) for line in lines])
    said = await bring(services, read, services.patience)
    if isinstance(said, Problem):
        return answer(said)
    body = said.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, 200 if said.status == "applied" else 202)


async def bring(services: Services, envelope: Envelope, patience: float) -> EventAnswer | Problem:
    """Take one event in and deliver it, waiting `patience` seconds for its lifecycle (0: leave that to the dispatcher).

    Raises ProblemError, Refused, PostgresAwayError when it was not kept.
    """
    await check_reach(services, envelope)
    async with borrow(services.everything) as conn:
        hold = patience + HOLD_EXTRA if patience else 0
        now = services.now()
        accepted = await take_in(conn, envelope, now=now, rehearsals=services.rehearsals, hold_seconds=hold)
    row = accepted.row
    if accepted.kind == "conflict":
        told = f"event {row.event_id} of {row.source} came before with another content; send news under a new id"
        return problem(ProblemCode.CONFLICT, told)
    if accepted.kind == "duplicate":
        return _of_row(row, duplicate=True)
    outcome = await services.deliverer.deliver_now(row, patience=patience) if patience else None
    if isinstance(outcome, Refused):
        return of_refusal(outcome.code, outcome.message)
    state = outcome.state if outcome is not None else None
    return _answer(row, "accepted" if outcome is None else "applied", state)


async def _batch(services: Services, events: list[Envelope | ProblemError]) -> list[BatchLine]:
    until = time.monotonic() + BATCH_SECONDS
    lines: list[BatchLine] = []
    patience = services.patience
    for event in events:
        line = await _line(services, event, min(patience, max(until - time.monotonic(), 0)))
        if line.status == "accepted" and not line.duplicate:
            patience = 0
        lines.append(line)
    return lines


async def _line(services: Services, event: Envelope | ProblemError, patience: float) -> BatchLine:
    if isinstance(event, ProblemError):
        return BatchLine(status="invalid", problem=event.problem)
    try:
        said = await bring(services, event, patience)
    except ProblemError as error:
        said = error.problem
    except Refused as refused:
        said = of_refusal(refused.code, refused.message)
    if isinstance(said, Problem):
        status = "invalid" if said.status == ProblemError(ProblemCode.INVALID).status else "refused"
        return BatchLine(source=event.source, event_id=event.id, status=status, problem=said)
    return BatchLine(source=event.source, event_id=event.id, **said.model_dump())


def _answer(
    row: InboxRow, status: Literal["applied", "accepted"], state: str | None, *, duplicate: bool = False
) -> EventAnswer:
    return EventAnswer(
        status=status,
        lifecycle=row.lifecycle,
        id=row.lifecycle_id,
        state=state,
        duplicate=duplicate,
        inbox=f"/inbox/{quote(row.event_id, safe='')}?source={quote(row.source, safe='')}",
    )


def _of_row(row: InboxRow, *, duplicate: bool) -> EventAnswer | Problem:
    """What was answered, or would be answered now, to whoever sent the event."""
    if row.status == "refused":
        why = row.problem or {}
        code = ProblemCode(why.get("code", ProblemCode.NOT_ALLOWED_NOW))
        return of_refusal(code, why.get("message", ""), duplicate=duplicate)
    state = (row.answer or {}).get("state")
    return _answer(row, "applied" if row.status == "applied" else "accepted", state, duplicate=duplicate)


@router.get("/events", summary="The outgoing feed", responses=responses(401, 422, 503))
async def get_events(
    services: EventsOut,
    after: Annotated[
        str | None, Query(description="the `next` of an earlier page; left out: from the beginning", max_length=60)
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FeedPage:
    """What happened, as CloudEvents in an order in which a reader never misses one. Read on with `after`."""
    async with borrow(services.pool) as conn:
        try:
            page = await feed.page(conn, after, limit)
            of = feed.about(page)
            await disclosures.tell(conn, services.asker, "feed", services.now(), **of._asdict())
        except feed.BadCursorError as error:
            field, _, message = str(error).partition(": ")
            raise invalid(field, message) from None
    return FeedPage(items=page.events, next=page.cursor)


@router.get("/events/types", summary="Every type that may come in", responses=responses(401))
async def get_event_types(_: AnyKey) -> EventTypes:
    """The types that `POST /events` takes, each with what it does, its JSON Schema and an example."""
    return EventTypes(
        items=[
            EventType(
                type=kind.name,
                lifecycle=kind.lifecycle,
                does=kind.does,
                json_schema=json_schema(kind),
                example=example(kind),
            )
            for kind in INCOMING.values()
        ]
    )
