"""The outgoing feed misses nothing, whatever commits when."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from records import feed, lifecycles
from records.pool import Connection, Pool, open_pool
from schemas.placement_commands import MakeOffer
from tests.records.lives import Life


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, size=6) as opened:
        yield opened


async def readable(conn: Connection) -> None:
    """Wait for whatever else the server is doing: any running transaction holds the feed back."""
    held = "select exists (select 1 from lifecycle_events where tx >= feed_horizon())"
    async with asyncio.timeout(10):
        while await conn.fetchval(held):  # noqa: ASYNC110 - a server is asked
            await asyncio.sleep(0.01)


async def everything(conn: Connection, limit: int = 100, after: str | None = None) -> list[str]:
    await readable(conn)
    found: list[str] = []
    while True:
        events, after = await feed.page(conn, after, limit)
        if not events:
            return found
        found += [event["id"] for event in events]


async def test_an_empty_feed_gives_back_the_cursor(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await feed.page(conn, None, 10) == ([], "0-0")
        assert await feed.page(conn, "7-9", 10) == ([], "7-9")


async def test_events_are_cloudevents(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, Life().batch())
        await readable(conn)
        (event, _), _ = await feed.page(conn, None, 10)
    assert event["id"] == "placement-pl-1-1-1"
    assert event["type"] == "org.journeywork.placement.proposed"
    assert (event["source"], event["subject"]) == ("/journeywork", "pl-1")
    assert event["time"] == "2027-06-21T16:00:00Z"
    assert event["data"]["opportunity_id"] == "op-1"
    read = JSONFormat().read(CloudEvent, json.dumps(event))
    assert read.get_type() == event["type"]


async def test_pages_follow_each_other_without_gap_or_repeat(pool: Pool) -> None:
    async with pool.acquire() as conn:
        for number in range(5):
            await lifecycles.record_batch(conn, Life(f"pl-{number}").batch())
        assert await everything(conn, limit=3) == [f"placement-pl-{n}-1-{seq}" for n in range(5) for seq in (1, 2)]


async def test_transactions_are_ordered_as_numbers(pool: Pool) -> None:
    async with pool.acquire() as conn:
        for id_, transaction in (("pl-b", "10"), ("pl-a", "9")):
            await lifecycles.record_batch(conn, Life(id_).batch())
            await conn.execute("update lifecycle_events set tx = $1::text::xid8 where id = $2", transaction, id_)
        assert [id_[10:14] for id_ in await everything(conn, limit=1)] == ["pl-a", "pl-a", "pl-b", "pl-b"]


async def test_a_transaction_that_commits_late_is_not_skipped(pool: Pool) -> None:
    async with pool.acquire() as slow, pool.acquire() as quick, pool.acquire() as reader:
        transaction = slow.transaction()
        await transaction.start()
        await lifecycles.record_batch(slow, Life("pl-slow").batch())
        await lifecycles.record_batch(quick, Life("pl-quick").batch())
        events, cursor = await feed.page(reader, None, 10)
        assert [event["subject"] for event in events] == []
        await transaction.commit()
        await readable(reader)
        events, _ = await feed.page(reader, cursor, 10)
    assert {event["subject"] for event in events} == {"pl-slow", "pl-quick"}


async def test_facts_before_a_running_transaction_are_read_meanwhile(pool: Pool) -> None:
    async with pool.acquire() as slow, pool.acquire() as quick:
        await lifecycles.record_batch(quick, Life("pl-before").batch())
        await readable(quick)
        async with slow.transaction():
            await lifecycles.record_batch(slow, Life("pl-slow").batch())
            assert [event["id"] for event in (await feed.page(quick, None, 10)).events] == [
                "placement-pl-before-1-1",
                "placement-pl-before-1-2",
            ]


async def test_facts_of_one_lifecycle_keep_their_order_when_the_later_transaction_began_first(pool: Pool) -> None:
    life = Life()
    first = life.batch()
    second = life.tell(MakeOffer()).batch(recorded=first.seq)
    async with pool.acquire() as early, pool.acquire() as late, pool.acquire() as reader:
        async with early.transaction():
            await early.execute("select pg_current_xact_id()")
            await lifecycles.record_batch(late, first)
            await lifecycles.record_batch(early, second)
        assert await everything(reader) == [f"placement-pl-1-1-{seq}" for seq in range(1, second.seq + 1)]


async def test_in_a_restored_database_the_feed_goes_on_after_the_cursors_that_were_given_out(pool: Pool) -> None:
    life = Life()
    first = life.batch()
    second = life.tell(MakeOffer()).batch(recorded=first.seq)
    async with pool.acquire() as conn:
        assert not await feed.go_on(conn)
        await lifecycles.record_batch(conn, first)
        await conn.execute("update lifecycle_events set tx = (pg_current_xact_id()::text::bigint + 50000)::text::xid8")
        assert (await feed.page(conn, None, 10)).events == []
        assert await feed.go_on(conn)
        assert not await feed.go_on(conn)
        restored = await feed.page(conn, None, 10)
        assert len(restored.events) == first.seq
        await lifecycles.record_batch(conn, second)
        assert await everything(conn, after=restored.cursor) == [
            f"placement-pl-1-1-{seq}" for seq in range(first.seq + 1, second.seq + 1)
        ]


@pytest.mark.parametrize("cursor", ["x", "1", "1-", "-1-2", "1-99999999999999999999", "1-9223372036854775808", "1-2-3"])
async def test_a_cursor_from_elsewhere_is_refused_in_one_line(pool: Pool, cursor: str) -> None:
    async with pool.acquire() as conn:
        with pytest.raises(feed.BadCursorError, match=r"^after: send the cursor of an earlier page"):
            await feed.page(conn, cursor, 10)
