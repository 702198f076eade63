"""What became of deliveries to webhooks: the log, trying an address, and sending once more."""

import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from gateway.keys import Keyed
from gateway.problems import ProblemError, responses
from gateway.services import Services
from gateway.webhooks.desk import audit, found
from lifecycle.resending import WINDOW
from records import deliveries
from records.health import borrow
from records.pool import Connection
from schemas.base import Frozen
from schemas.problems import ProblemCode
from schemas.webhooks import Delivery, DeliveryState, Try

router = APIRouter(tags=["Webhooks"])
HIGHEST = 2**63 - 1


class DeliveryPage(Frozen):
    """Deliveries, the newest first; `next` is the `before` of the page after, if there may be one."""

    items: list[Delivery]
    next: int | None = None


class DeliveryLog(Delivery):
    """A delivery with every try, in order."""

    log: list[Try]


class Redelivery(Frozen):
    """Which deliveries to send once more: those queued in a stretch of time, by default those given up."""

    state: Literal["dead", "delivered", "any"] = "dead"
    since: AwareDatetime | None = Field(default=None, examples=["2027-07-06T00:00:00Z"])
    until: AwareDatetime | None = Field(default=None, description="before then")


class Redelivered(Frozen):
    """How many deliveries were queued, and those."""

    count: int
    items: list[int] = Field(description="the ids of the new deliveries, in the order of their events")


@router.get("/webhooks/{id}/deliveries", summary="A webhook's log", responses=responses(401, 404, 422, 503))
async def get_deliveries(
    services: Keyed,
    id: str,  # noqa: A002 - the path's word
    state: DeliveryState | None = None,
    before: Annotated[int | None, Query(ge=1, le=HIGHEST, description="the `next` of an earlier page")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryPage:
    """What waits, was delivered, or was given up after 72 hours (`dead`). Finished deliveries are kept for 30 days."""
    async with borrow(services.pool) as conn:
        await found(services, conn, id)
        items = await deliveries.page(conn, id, state=state, before=before, limit=limit)
    return DeliveryPage(items=items, next=items[-1].id if len(items) == limit else None)


@router.get("/webhooks/{id}/deliveries/{delivery_id}", summary="One delivery", responses=responses(401, 404, 422, 503))
async def get_delivery(services: Keyed, id: str, delivery_id: int) -> DeliveryLog:  # noqa: A002 - as above
    """Every try: when, with which status or failure, and how long it took. What the receiver said is not kept."""
    async with borrow(services.pool) as conn:
        delivery = await _found(services, conn, id, delivery_id)
        return DeliveryLog(**dict(delivery), log=await deliveries.tries(conn, delivery_id))


@router.post(
    "/webhooks/{id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    summary="Send one event again",
    responses=responses(401, 404, 409, 422, 503),
)
async def post_redelivery(services: Keyed, id: str, delivery_id: int) -> Delivery:  # noqa: A002 - as above
    """Queue it anew, behind what waits, with the same webhook-id; one that waits is tried at once."""
    now = services.now()
    async with borrow(services.pool) as conn, conn.transaction():
        await found(services, conn, id, keep=True)
        delivery = await _found(services, conn, id, delivery_id)
        if delivery.state == "waiting":
            await deliveries.try_now(conn, delivery_id, now)
            return await _found(services, conn, id, delivery_id)
        if delivery.kind == "test":
            raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, "a test is not sent again; send another one")
        made = await deliveries.deliver_again(conn, id, now, now + WINDOW, id_=delivery_id)
        await audit(services, conn, id, "webhook.redelivered", str(delivery_id))
        if not made:
            raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, "this event is waiting to be delivered already")
        return await _found(services, conn, id, made[0])


@router.post(
    "/webhooks/{id}/redeliver",
    status_code=202,
    summary="Send many events again",
    responses=responses(401, 404, 422, 503),
)
async def post_redeliveries(services: Keyed, id: str, which: Redelivery) -> Redelivered:  # noqa: A002 - as above
    """Queue them anew, in the order of their events, behind what waits; at most 10,000 at once."""
    now, state = services.now(), None if which.state == "any" else which.state
    async with borrow(services.pool) as conn, conn.transaction():
        await found(services, conn, id, keep=True)
        made = await deliveries.deliver_again(
            conn, id, now, now + WINDOW, state=state, since=which.since, until=which.until
        )
        await audit(services, conn, id, "webhook.redelivered", which.state)
    return Redelivered(count=len(made), items=made)


@router.post("/webhooks/{id}/test", status_code=202, summary="Send a test event", responses=responses(401, 404, 503))
async def post_test(services: Keyed, id: str) -> Delivery:  # noqa: A002 - as above
    """Send an event of type org.journeywork.webhook.tested, once, before all else; also while it is disabled."""
    async with borrow(services.pool) as conn, conn.transaction():
        await found(services, conn, id, keep=True)
        made = await deliveries.test(conn, id, f"test-{secrets.token_hex(8)}", services.now())
        return await _found(services, conn, id, made)


async def _found(services: Services, conn: Connection, webhook_id: str, id_: int) -> Delivery:
    await found(services, conn, webhook_id)
    delivery = await deliveries.get(conn, webhook_id, id_) if 0 < id_ <= HIGHEST else None
    if delivery is None:
        raise ProblemError(ProblemCode.NOT_FOUND, "the webhook has no such delivery")
    return delivery
