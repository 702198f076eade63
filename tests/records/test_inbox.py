"""What came in is kept once, waits its turn, and is delivered until its outcome is known."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from records import inbox, parked
from records.pool import Connection, Pool, open_pool
from schemas.acts import Act, Answer, Delivery
from schemas.placement_commands import MakeOffer, Opening, Withdraw
from schemas.problems import ProblemCode, Refused
from tests.records.lives import API, NOON, Life


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, size=12) as opened:
        yield opened


def act(id_: str = "pl-1") -> Delivery:
    return Delivery(
        lifecycle="placement", id=id_, act=Act(id="a", payload_hash="h", by=API, command=Withdraw(reason="moved"))
    )


async def accept(conn: Connection, event_id: str, id_: str = "pl-1", payload_hash: str = "h") -> inbox.Accepted:
    return await inbox.accept(
        conn,
        source="/sis",
        event_id=event_id,
        payload_hash=payload_hash,
        type="org.journeywork.placement.withdrawn",
        delivery=act(id_),
    )


async def claimed(conn: Connection, limit: int = 10, lease_seconds: float = 30) -> list[str]:
    return [row.event_id for row in await inbox.claim_due(conn, limit, lease_seconds=lease_seconds)]


async def replayed(conn: Connection, event_id: str) -> list[inbox.InboxRow]:
    return await parked.replay(conn, parked.Wanted(source="/sis", event_ids=(event_id,)), 1)


async def make_due(conn: Connection) -> None:
    await conn.execute("update inbox set next_attempt_at = now() - interval '1 s' where status = 'accepted'")


async def test_a_new_event_is_kept_as_it_came(pool: Pool) -> None:
    async with pool.acquire() as conn:
        kind, row = await accept(conn, "e-1")
        assert kind == "new"
        assert row == await inbox.get(conn, "/sis", "e-1")
    assert (row.status, row.attempts, row.answer, row.problem, row.delivery) == ("accepted", 0, None, None, act())


async def test_an_opening_survives_the_inbox(pool: Pool) -> None:
    life = Life().state
    command = {
        "placement_id": "pl-1",
        "learner_id": "st-1",
        "opportunity_id": "op-1",
        "host_id": "host-1",
        "program": life.program,
        "start": life.start,
        "end": life.end,
        "minor": True,
        "team": life.team,
    }
    opening = Opening.model_validate({"command": command, "at": NOON})
    delivery = Delivery(lifecycle="placement", id="pl-1", opening=opening)
    async with pool.acquire() as conn:
        assert not await inbox.pending_opening(conn, "placement", "pl-1")
        _, row = await inbox.accept(
            conn, source="/sis", event_id="e-1", payload_hash="h", type="t", delivery=delivery, received_at=NOON
        )
        assert row.delivery == delivery
        assert row.received_at == NOON
        assert await inbox.pending_opening(conn, "placement", "pl-1")
        assert not await inbox.pending_opening(conn, "opportunity", "pl-1")


async def test_an_act_is_no_pending_opening(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await accept(conn, "e-1")
        assert not await inbox.pending_opening(conn, "placement", "pl-1")


async def test_the_same_event_again_is_a_duplicate_and_with_another_payload_a_conflict(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await accept(conn, "e-1")
        assert (await accept(conn, "e-1")).kind == "duplicate"
        conflict = await accept(conn, "e-1", payload_hash="other")
    assert (conflict.kind, conflict.row.payload_hash) == ("conflict", "h")


async def test_of_twenty_equal_events_at_once_one_is_new(pool: Pool) -> None:
    async def one() -> str:
        async with pool.acquire() as conn:
            return (await accept(conn, "e-1")).kind

    kinds = await asyncio.gather(*(one() for _ in range(20)))
    assert sorted(kinds) == ["duplicate"] * 19 + ["new"]


async def test_a_lifecycle_gets_its_events_one_at_a_time_in_order_of_arrival(pool: Pool) -> None:
    async with pool.acquire() as conn:
        for event_id, id_ in [("e-1", "pl-1"), ("e-2", "pl-1"), ("e-3", "pl-2"), ("e-4", "pl-1")]:
            await accept(conn, event_id, id_)
        assert await inbox.waits(conn, "/sis", "e-2")
        assert not await inbox.waits(conn, "/sis", "e-3")
        assert await claimed(conn) == ["e-1", "e-3"]
        await make_due(conn)
        await inbox.settle(conn, [("/sis", "e-1", Refused(ProblemCode.CLOSED, "it has ended"))])
        assert await claimed(conn) == ["e-2", "e-3"]


async def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await accept(conn, "e-1")
        assert await claimed(conn, lease_seconds=0.05) == ["e-1"]
        assert await claimed(conn) == []
        await asyncio.sleep(0.06)
        (row,) = await inbox.claim_due(conn, 1)
    assert row.attempts == 2


async def test_claims_at_the_same_time_never_share_a_row(pool: Pool) -> None:
    async with pool.acquire() as conn:
        for number in range(30):
            await accept(conn, f"e-{number}", f"pl-{number}")

    async def some() -> list[str]:
        async with pool.acquire() as conn:
            return await claimed(conn, 5)

    found = [event_id for batch in await asyncio.gather(*(some() for _ in range(10))) for event_id in batch]
    assert len(found) == len(set(found))


async def test_a_held_or_postponed_row_is_left_alone_and_can_be_given_back(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await inbox.accept(
            conn, source="/sis", event_id="e-1", payload_hash="h", type="t", delivery=act(), hold_seconds=60
        )
        assert await claimed(conn) == []
        await inbox.postpone(conn, "/sis", "e-1", 0)
        assert await claimed(conn) == ["e-1"]
        await inbox.postpone(conn, "/sis", "e-1", 60)
        assert await claimed(conn) == []


async def test_an_applied_event_keeps_its_answer_without_the_batch(pool: Pool) -> None:
    answer = Answer(lifecycle="placement", id="pl-1", state="proposed", batch=Life().batch())
    async with pool.acquire() as conn:
        await accept(conn, "e-1")
        await inbox.settle(conn, [("/sis", "e-1", answer)])
        await inbox.settle(conn, [("/sis", "e-1", Refused(ProblemCode.CLOSED, "too late"))])
        row = await inbox.get(conn, "/sis", "e-1")
        await make_due(conn)
        assert await claimed(conn) == []
    assert row is not None
    assert (row.status, row.problem) == ("applied", None)
    assert row.answer == {
        "status": "applied",
        "duplicate": False,
        "lifecycle": "placement",
        "id": "pl-1",
        "state": "proposed",
    }


async def test_refused_events_are_listed_newest_first_and_can_be_replayed(pool: Pool) -> None:
    async with pool.acquire() as conn:
        for event_id in ("e-1", "e-2", "e-3"):
            await accept(conn, event_id)
        await inbox.settle(conn, [("/sis", "e-1", Refused(ProblemCode.CLOSED, "it has ended"))])
        await inbox.settle(conn, [("/sis", "e-3", Refused(ProblemCode.NOT_FOUND, "no such placement"))])
        rows = (await parked.look(conn, "refused", parked.Wanted(), before=None, limit=10)).rows
        assert [(row.event_id, row.problem) for row in rows] == [
            ("e-3", {"code": "not_found", "message": "no such placement"}),
            ("e-1", {"code": "closed", "message": "it has ended"}),
        ]
        assert await inbox.backlog(conn) == 1
        assert [one.event_id for one in await replayed(conn, "e-1")] == ["e-1"]
        assert await replayed(conn, "e-2") == []
        assert await inbox.backlog(conn) == 2
        assert await claimed(conn) == ["e-1"]


async def test_an_event_accepted_in_a_transaction_that_fails_is_not_kept(pool: Pool) -> None:
    async with pool.acquire() as conn:
        transaction = conn.transaction()
        await transaction.start()
        await accept(conn, "e-1")
        await transaction.rollback()
        assert await inbox.get(conn, "/sis", "e-1") is None


async def test_an_event_cannot_overtake_one_that_is_still_being_kept(pool: Pool) -> None:
    async with pool.acquire() as first, pool.acquire() as second:
        transaction = first.transaction()
        await transaction.start()
        await accept(first, "e-1")
        overtaking = asyncio.create_task(accept(second, "e-2"))
        await asyncio.sleep(0.05)
        assert not overtaking.done()
        await transaction.commit()
        await overtaking
        assert await claimed(first) == ["e-1"]


async def test_the_delivery_names_its_command(pool: Pool) -> None:
    delivery = Delivery(
        lifecycle="placement", id="pl-1", act=Act(id="a", payload_hash="h", by=API, command=MakeOffer())
    )
    async with pool.acquire() as conn:
        _, row = await inbox.accept(conn, source="/sis", event_id="e-9", payload_hash="h", type="t", delivery=delivery)
    assert row.delivery.name == "make_offer"


async def test_age_of_the_lease_is_reckoned_by_the_database(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await accept(conn, "e-1")
        (row,) = await inbox.claim_due(conn, 1, lease_seconds=30)
        now = await conn.fetchval("select now()")
    assert timedelta(seconds=25) < row.next_attempt_at - now <= timedelta(seconds=30)


async def test_the_next_acts_of_one_lifecycle_are_taken_in_order_and_only_once_they_are_due(pool: Pool) -> None:
    async with pool.acquire() as conn:
        for event_id, id_ in (("e-1", "pl-1"), ("e-2", "pl-1"), ("e-3", "pl-2"), ("e-4", "pl-1"), ("e-5", "pl-1")):
            await accept(conn, event_id, id_)
        first = await inbox.claim_next(conn, "placement", "pl-1", 2)
        assert [(one.event_id, one.attempts) for one in first] == [("e-1", 1), ("e-2", 1)]
        assert await inbox.claim_next(conn, "placement", "pl-1", 9) == []
        for one in first:
            await inbox.postpone(conn, "/sis", one.event_id, 0)
        again = await inbox.claim_next(conn, "placement", "pl-1", 2)
        assert [(one.event_id, one.attempts) for one in again] == [("e-1", 2), ("e-2", 1)]
        gone = Refused(ProblemCode.NOT_FOUND, "gone")
        await inbox.settle(conn, [("/sis", "e-1", gone), ("/sis", "e-2", gone)])
        await inbox.postpone(conn, "/sis", "e-5", 60)
        (then,) = await inbox.claim_next(conn, "placement", "pl-1", 9)
        assert then.event_id == "e-4"
        assert await claimed(conn) == ["e-3"]


async def test_an_opening_is_never_taken_together_with_acts(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await accept(conn, "e-1", "pl-1")
        await accept(conn, "e-2", "pl-1")
        await conn.execute("update inbox set delivery = delivery || '{\"opening\": {}}' where event_id = 'e-2'")
        assert [one.event_id for one in await inbox.claim_next(conn, "placement", "pl-1", 9)] == ["e-1"]
