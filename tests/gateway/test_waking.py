"""The dispatcher sleeps until Postgres tells it of something to do; it neither polls nor misses anything."""

import asyncio
import time
from typing import Any

from structlog.testing import capture_logs

from gateway.dispatcher import SAFETY_SECONDS
from records import inbox
from records.health import borrow
from records.pool import Pool
from schemas.acts import Act, By, Delivery
from schemas.placement_commands import MakeOffer
from tests.gateway.desk import Desk, until
from tests.gateway.test_delivery import dispatching, is_empty


class CountedPool:
    """A pool that counts how often something was asked of it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.asked = 0

    def acquire(self, *, timeout: float | None = None) -> Any:
        self.asked += 1
        return self._pool.acquire(timeout=timeout)


async def accept(desk: Desk, id_: str, *, hold: float = 0) -> None:
    act = Act(id=id_, payload_hash="h", by=By(kind="api"), command=MakeOffer())
    delivery = Delivery(lifecycle="placement", id="pl-404", act=act)
    async with borrow(desk.pool) as conn:
        await inbox.accept(
            conn, source="/w", event_id=id_, payload_hash="h", type="t", delivery=delivery, hold_seconds=hold
        )


async def asleep(pool: CountedPool) -> None:
    """Return once nothing has been asked for half a second."""
    before = -1
    while before != pool.asked:
        before = pool.asked
        await asyncio.sleep(0.5)


async def test_what_comes_in_wakes_the_dispatcher_and_otherwise_it_asks_nothing(desk: Desk) -> None:
    pool = CountedPool(desk.pool)
    async with dispatching(desk, pool):
        await asleep(pool)
        began = time.monotonic()
        await accept(desk, "a")
        await until(lambda: is_empty(desk))
        assert time.monotonic() - began < SAFETY_SECONDS / 2


async def test_a_row_is_looked_at_when_its_hold_ends_and_the_next_one_when_that_is_done(desk: Desk) -> None:
    pool = CountedPool(desk.pool)
    async with dispatching(desk, pool):
        await asleep(pool)
        await accept(desk, "held", hold=0.7)
        await accept(desk, "behind")
        began = time.monotonic()
        await until(lambda: is_empty(desk))
        assert time.monotonic() - began < SAFETY_SECONDS / 2
    order = "select string_agg(event_id, ' ' order by finished_at) from inbox"
    async with borrow(desk.pool) as conn:
        assert await conn.fetchval(order) == "held behind"


async def test_a_dispatcher_whose_line_was_cut_listens_again_and_hears_what_it_missed(desk: Desk) -> None:
    pool = CountedPool(desk.pool)
    with capture_logs() as logs:
        async with dispatching(desk, pool):
            await asleep(pool)
            cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'LISTEN%'"
            assert await desk.count(f"{cut} and datname = current_database()") == 1
            await accept(desk, "meanwhile")
            await until(lambda: is_empty(desk))
            await asleep(pool)
            await accept(desk, "later")
            await until(lambda: is_empty(desk))
    assert [one["event"] for one in logs if one.get("what") == "listening"] == ["away", "back"]
