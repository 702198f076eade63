"""Delivery and the dispatcher: nothing accepted is lost, nothing happens twice, in order, whatever is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from gateway.answers import GIVEN_UP
from gateway.delivery import Deliverer
from gateway.dispatcher import BACKOFF, backoff, run_dispatcher
from records import inbox
from records.health import PostgresAwayError, borrow
from records.pool import Pool
from schemas.acts import Act, By, Delivery
from schemas.placement_commands import AcceptOffer, MakeOffer, Withdraw
from schemas.problems import ProblemCode, Refused
from tests.gateway.desk import Desk, gateway_on, until

LEARNER = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}


@asynccontextmanager
async def dispatching(desk: Desk, pool: Pool | None = None) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(run_dispatcher(pool or desk.pool, desk.deliverer))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def is_empty(desk: Desk) -> bool:
    left = await desk.count("select count(*) from inbox where status = 'accepted'")
    return left == 0 and not desk.deliverer.answers.behind


async def made_due(desk: Desk) -> None:
    async with borrow(desk.pool) as conn:
        await conn.execute("update inbox set next_attempt_at = now()")


async def test_what_was_accepted_while_temporal_was_away_is_delivered_in_order(desk: Desk) -> None:
    await desk.opened()
    desk.lifecycles.away = True
    events = [
        desk.event("placement.proposed", "pl-1", LEARNER),
        desk.event("offer.made", "pl-1"),
        desk.event("offer.accepted", "pl-1"),
    ]
    assert [(await desk.api.post("/events", json=one)).status_code for one in events] == [202, 202, 202]

    desk.lifecycles.away = False
    async with dispatching(desk):
        await until(lambda: is_empty(desk))

    assert (await desk.view())["state"] == "preparing"
    assert [(await desk.api.post("/events", json=one)).json()["state"] for one in events] == [
        "proposed",
        "offered",
        "preparing",
    ]


async def test_what_waits_in_a_row_for_one_lifecycle_is_brought_as_one_and_answered_each(desk: Desk) -> None:
    await desk.proposed()
    commands = (MakeOffer(), AcceptOffer(), MakeOffer(), Withdraw(), MakeOffer())
    async with borrow(desk.pool) as conn:
        for number, command in enumerate(commands):
            id_ = f"waits-{number}"
            act = Act(id=id_, payload_hash="h", by=By(kind="api"), command=command)
            delivery = Delivery(lifecycle="placement", id="pl-1", act=act)
            await inbox.accept(conn, source="/t", event_id=id_, payload_hash="h", type="t", delivery=delivery)
    async with dispatching(desk):
        await until(lambda: is_empty(desk))

    assert desk.lifecycles.together == [2, 2]
    async with borrow(desk.pool) as conn:
        kept = await conn.fetch(
            "select status, coalesce(answer->>'state', problem->>'code') as what from inbox "
            "where event_id like 'waits-%' order by position"
        )
    assert [(row["status"], row["what"]) for row in kept] == [
        ("applied", "offered"),
        ("applied", "preparing"),
        ("refused", "not_allowed_now"),
        ("applied", "withdrawn_by_student"),
        ("refused", "closed"),
    ]
    assert (await desk.view())["state"] == "withdrawn_by_student"


async def test_a_row_that_nobody_takes_is_tried_again_later_and_later() -> None:
    assert [backoff(attempts) for attempts in range(8)] == [1, *BACKOFF, 30, 30]


async def test_an_unknown_outcome_postpones_the_row(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.forgets = True
    await desk.send("offer.made", "pl-1", id="lost")

    async with dispatching(desk):
        await until(lambda: attempted(desk))
        desk.lifecycles.forgets = False
        await until(lambda: is_empty(desk))

    assert desk.lifecycles.updates >= 3
    assert await desk.count("select count(*) from lifecycle_events where type = 'offer.made'") == 1


async def attempted(desk: Desk) -> bool:
    return await desk.count("select max(attempts) from inbox") >= 1 and desk.lifecycles.updates >= 2


async def test_a_refused_row_does_not_hold_up_the_next(desk: Desk) -> None:
    await desk.opened()
    desk.lifecycles.away = True
    await desk.send("placement.proposed", "pl-1", LEARNER)
    await desk.send("attendance.confirmed", "pl-1")
    await desk.send("offer.made", "pl-1")

    desk.lifecycles.away = False
    async with dispatching(desk):
        await until(lambda: is_empty(desk))

    assert (await desk.view())["state"] == "offered"


async def test_the_dispatcher_survives_postgres_being_away_and_goes_on(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.away = True
    await desk.send("offer.made", "pl-1")
    desk.lifecycles.away = False
    line = BrokenLine(desk.pool)
    line.broken = True

    async with dispatching(desk, line) as task:
        await asyncio.sleep(0.1)
        assert not task.done()
        line.broken = False
        await made_due(desk)
        await until(lambda: is_empty(desk))

    assert (await desk.view())["state"] == "offered"


class BrokenLine:
    """A pool whose server can be away."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.broken = False

    def acquire(self, *, timeout: float | None = None) -> Any:
        if self.broken:
            raise ConnectionRefusedError
        return self._pool.acquire(timeout=timeout)


async def test_a_stopped_dispatcher_leaves_its_rows_to_the_next(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.away = True
    await desk.send("offer.made", "pl-1")
    async with dispatching(desk):
        await asyncio.sleep(0.05)

    desk.lifecycles.away = False
    await made_due(desk)
    async with dispatching(desk):
        await until(lambda: is_empty(desk))

    assert (await desk.view())["state"] == "offered"


async def test_at_most_eight_updates_of_one_lifecycle_are_in_flight_and_no_gate_is_left(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.slow = 0.08
    await desk.send("offer.made", "pl-1", id="many")
    async with borrow(desk.pool) as conn:
        row = await inbox.get(conn, "/tests", "many")
    assert row is not None

    await asyncio.gather(*(desk.deliverer.deliver(row, patience=5) for _ in range(30)))

    assert desk.lifecycles.in_flight[1] == 8
    assert desk.deliverer._gates == {}


async def test_patience_has_an_end_even_when_an_answer_never_comes(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.slow = 60

    async with asyncio.timeout(3):
        answer = await desk.send("offer.made", "pl-1")

    assert answer.status_code == 202


async def test_an_act_for_a_lifecycle_that_runs_nowhere_is_refused_as_not_found(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.lives.clear()

    answer = await desk.send("offer.made", "pl-1")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_lifecycle_opened_by_another_event_is_not_taken_for_ours(desk: Desk) -> None:
    await desk.opened()
    desk.lifecycles.away = True
    await desk.send("placement.proposed", "pl-1", LEARNER, id="ours")
    async with borrow(desk.pool) as conn:
        row = await inbox.get(conn, "/tests", "ours")
    assert row is not None
    desk.lifecycles.away = False
    await desk.deliverer.deliver(row, patience=1)
    stranger = row.model_copy(update={"event_id": "other"})

    first, second = [await desk.deliverer.deliver(one, patience=1) for one in (row, stranger)]

    assert not isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert second.code is ProblemCode.ALREADY_EXISTS


async def test_an_answer_that_cannot_be_recorded_stays_unknown(desk: Desk) -> None:
    await desk.proposed()
    act = Act(id="a", payload_hash="h", by=By(kind="api"), command=MakeOffer())
    async with borrow(desk.pool) as conn:
        accepted = await inbox.accept(
            conn,
            source="/tests",
            event_id="a",
            payload_hash="h",
            type="t",
            delivery=Delivery(lifecycle="placement", id="pl-1", act=act),
        )
    line = BrokenLine(desk.pool)
    breaking = Deliverer(line, Breaking(desk, line))

    assert await breaking.deliver(accepted.row, patience=1) is None
    assert await desk.count("select count(*) from inbox where event_id = 'a' and status = 'accepted'") == 1


class Breaking:
    """Lifecycles that answer, and then the line to Postgres breaks."""

    def __init__(self, desk: Desk, line: BrokenLine) -> None:
        self._desk, self._line = desk, line

    async def start(self, *args: Any) -> None:
        raise NotImplementedError

    async def update(self, *args: Any) -> Any:
        answer = await self._desk.lifecycles.update(*args)
        self._line.broken = True
        return answer


async def test_borrowing_names_every_way_of_being_away() -> None:
    class Away:
        def acquire(self, *, timeout: float | None = None) -> Any:
            raise TimeoutError(timeout)

    with pytest.raises(PostgresAwayError):
        async with borrow(Away()):
            pass


async def test_once_nothing_answers_nobody_waits_for_an_answer_until_one_comes(
    peopled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with gateway_on(peopled, patience=0.05) as desk:
        await desk.proposed()
        for number in range(2, 5):
            data = {"learner_id": f"lrn-10{number + 41}", "opportunity_id": "opp-6001"}
            await desk.send("placement.proposed", f"pl-{number}", data)
        desk.lifecycles.away = True
        waited, deliver = list[str](), desk.deliverer.deliver

        async def counted(row: inbox.InboxRow, **how: float) -> Any:
            waited.append(row.event_id)
            return await deliver(row, **how)

        monkeypatch.setattr(desk.deliverer, "deliver", counted)
        days = [f"2031-01-{day:02}" for day in range(1, 10)]
        for number, day in enumerate(days):
            data = {"first": day, "last": day, "reason": "snow_day"}
            answer = await desk.send("placement.paused", f"pl-{number % 4 + 1}", data)
            assert answer.status_code == 202, answer.text
        assert len(waited) == GIVEN_UP

        desk.lifecycles.away = False
        async with dispatching(desk):
            await until(lambda: is_empty(desk))
        again = {"first": "2031-02-01", "last": "2031-02-01", "reason": "snow_day"}
        assert (await desk.send("placement.paused", "pl-1", again)).json()["status"] == "applied"
