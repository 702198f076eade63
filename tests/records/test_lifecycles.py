"""The facts and views of lifecycles, in a real Postgres."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from records import lifecycles
from records.kept import OPPORTUNITIES, PLACEMENTS
from records.pool import Pool, open_pool
from schemas.placement_commands import AcceptOffer, MakeOffer, RecordSeat, Withdraw
from tests.records.lives import NOON, Life, offer


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, size=12) as opened:
        yield opened


async def kept(pool: Pool) -> list[tuple[str, int, int]]:
    async with pool.acquire() as conn:
        rows = await conn.fetch("select id, epoch, seq from lifecycle_events order by tx, position")
    return [(row["id"], row["epoch"], row["seq"]) for row in rows]


async def test_a_batch_is_kept_with_its_view(pool: Pool) -> None:
    life = Life()
    async with pool.acquire() as conn:
        assert await lifecycles.record_batch(conn, life.batch()) == len(life.facts) == 2
        seen = await lifecycles.placement(conn, "pl-1")
        assert await lifecycles.recorded_seq(conn, "placement", "pl-1") == (1, 2)
    assert seen is not None
    assert seen.model_dump(mode="json") == life.batch().view


async def test_an_unknown_lifecycle_has_no_view_and_nothing_recorded(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await lifecycles.placement(conn, "pl-1") is None
        assert await lifecycles.opportunity(conn, "op-1") is None
        assert await lifecycles.recorded_seq(conn, "opportunity", "op-1") == (0, 0)


async def test_the_same_batch_recorded_twenty_times_at_once_keeps_each_fact_once_and_in_order(pool: Pool) -> None:
    batch = Life().tell(MakeOffer()).tell(RecordSeat(granted=True)).tell(AcceptOffer()).batch()

    async def record() -> int:
        async with pool.acquire() as conn:
            return await lifecycles.record_batch(conn, batch)

    counts = await asyncio.gather(*(record() for _ in range(20)))
    assert sorted(counts) == [0] * 19 + [len(batch.facts)]
    assert await kept(pool) == [("pl-1", 1, fact.seq) for fact in batch.facts]


async def test_overlapping_batches_in_any_order_keep_each_fact_once_and_the_newest_view(pool: Pool) -> None:
    life = Life()
    first = life.batch()
    second = life.tell(MakeOffer()).batch()
    third = life.tell(RecordSeat(granted=True)).batch(recorded=second.seq)
    async with pool.acquire() as conn:
        for batch in (second, first, third, second, first):
            await lifecycles.record_batch(conn, batch)
        seen = await lifecycles.placement(conn, "pl-1")
    assert await kept(pool) == [("pl-1", 1, seq) for seq in range(1, third.seq + 1)]
    assert seen is not None
    assert seen.state == "offered"


async def test_a_fact_of_a_later_epoch_replaces_the_view_although_its_number_is_lower(pool: Pool) -> None:
    life = Life().tell(MakeOffer())
    again = Life().batch().model_copy(update={"epoch": 2})
    again = again.model_copy(update={"facts": tuple(f.model_copy(update={"epoch": 2}) for f in again.facts)})
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, life.batch())
        assert await lifecycles.record_batch(conn, again) == 2
        assert await lifecycles.recorded_seq(conn, "placement", "pl-1") == (2, 2)


async def test_facts_rolled_back_by_the_caller_are_not_kept(pool: Pool) -> None:
    async with pool.acquire() as conn:
        transaction = conn.transaction()
        await transaction.start()
        await lifecycles.record_batch(conn, Life().batch())
        await transaction.rollback()
        assert await lifecycles.recorded_seq(conn, "placement", "pl-1") == (0, 0)


async def test_who_caused_a_fact_and_when_is_kept(pool: Pool) -> None:
    batch = Life().batch()
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, batch)
        row = await conn.fetchrow("select type, at, by, data from lifecycle_events where seq = 1")
    assert row is not None
    assert (row["type"], row["at"], row["by"]["kind"]) == ("placement.proposed", NOON, "api")
    assert row["data"] == batch.facts[0].data


async def test_placements_are_listed_by_every_filter_and_page_by_page(pool: Pool) -> None:
    late = Life("pl-5").tick(NOON + timedelta(days=5))
    async with pool.acquire() as conn:
        for number in range(1, 5):
            life = Life(f"pl-{number}", host_id=f"host-{number % 2}")
            if number == 4:
                life.tell(Withdraw())
            await lifecycles.record_batch(conn, life.batch())
        await lifecycles.record_batch(conn, late.batch())

        async def ids(**filters: object) -> list[str]:
            return [one.id for one in (await lifecycles.page(conn, PLACEMENTS, **filters)).views]  # type: ignore[arg-type]

        assert await ids() == ["pl-1", "pl-2", "pl-3", "pl-4", "pl-5"]
        assert await ids(state="withdrawn_by_student") == ["pl-4"]
        assert await ids(host_id="host-1") == ["pl-1", "pl-3", "pl-5"]
        assert await ids(overdue=True) == ["pl-5"]
        assert await ids(program="another") == []
        page, cursor = await lifecycles.page(conn, PLACEMENTS, state="proposed", limit=2)
        assert ([one.id for one in page], cursor) == (["pl-1", "pl-2"], "pl-2")
        page, cursor = await lifecycles.page(conn, PLACEMENTS, state="proposed", limit=2, cursor=cursor)
        assert ([one.id for one in page], cursor) == (["pl-3", "pl-5"], None)


async def test_opportunities_are_kept_and_listed(pool: Pool) -> None:
    _, batch = offer(seats=3)
    async with pool.acquire() as conn:
        assert await lifecycles.record_batch(conn, batch) == 1
        seen = await lifecycles.opportunity(conn, "op-1")
        assert seen is not None
        assert (seen.seats, seen.free, seen.state) == (3, 3, "open")
        assert (await lifecycles.page(conn, OPPORTUNITIES, state="open", host_id="host-1")).views == [seen]
        assert (await lifecycles.page(conn, OPPORTUNITIES, cursor="op-1")).views == []
