"""Addresses and mail servers that fail: each leads to the next step of the ladder, and nobody else waits for them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.carrying import Carrying
from activities.holding import Quiet
from activities.mailer import Mailer
from activities.notifications import FULL_AFTER, GIVE_UP_AFTER, LOST
from lifecycle.registry import first_batch
from records import lifecycles
from records.pool import Pool
from schemas.carry import Begin
from schemas.clock import Clock
from schemas.effects import Notify
from schemas.naming import LIFECYCLE_QUEUE, WORKFLOW_TYPES, workflow_id
from schemas.placement_commands import Opening, Propose
from tests.activities.people import set_email
from tests.fixtures.trouble import Trouble, troubled_server
from tests.records.lives import API, NOON, Life, proposal
from workers.worker import effects_worker

_numbers = itertools.count(1)
QUICK = 0.3
LONG = timedelta(seconds=1)


class Post:
    """A worker's carrying, its mail server, and a clock that tests set; mails may take half a second."""

    def __init__(self, pool: Pool, client: Client, url: str, trouble: Trouble) -> None:
        self.pool, self.client, self.trouble, self.ahead = pool, client, trouble, timedelta()
        mailer = Mailer(url, "placements@example.org", send_seconds=2 * QUICK)
        self.carrying = Carrying(
            pool=pool, client=client, mailer=mailer, public_url="http://127.0.0.1:8800", now=self.now, quiet=Quiet(None)
        )
        self.carrying._notifier._patience = QUICK
        self.carrying.outbox._fresh = QUICK

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def taken(self) -> set[str]:
        return {address for address, _ in self.trouble.taken}

    async def took(self, address: str) -> bool:
        return address in self.taken()


@asynccontextmanager
async def post(pool: Pool, client: Client, **changes: Any) -> AsyncIterator[Post]:
    async with troubled_server(**changes) as (url, trouble):
        made = Post(pool, client, url, trouble)
        yield made
        if made.carrying._notifier.slow:
            await asyncio.wait(made.carrying._notifier.slow)


async def begin(made: Post, client: Client) -> str:
    """A placement that asks its supervisor, decided by a real workflow."""
    id_ = f"troubled-{next(_numbers)}"
    clock = Clock(program_epoch=NOON, real_epoch=datetime.now(UTC))
    opening = Opening(command=Propose.model_validate(proposal(id_) | {"clock": clock}), at=NOON)
    async with made.pool.acquire() as conn:
        await lifecycles.record_batch(conn, first_batch(opening, API))
    await client.start_workflow(
        WORKFLOW_TYPES["placement"],
        Begin(by=API, opening=opening),
        id=workflow_id("placement", id_),
        task_queue=LIFECYCLE_QUEUE,
    )
    return id_


async def outcome(made: Post, id_: str) -> tuple[str, str]:
    async with made.pool.acquire() as conn:
        row = await conn.fetchrow(
            "select outcome, reason from notifications where lifecycle_id = $1 and person_id = 'ws-1'", id_
        )
    return (row["outcome"], row["reason"]) if row else ("", "")


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await check():  # noqa: ASYNC110 - servers are asked
            await asyncio.sleep(0.02)


class Fails(NamedTuple):
    """How an address fails: at first, and for good after so long."""

    address: str
    first: str
    after: timedelta | None
    last: str


@pytest.mark.parametrize(
    "fails",
    [
        Fails("unknown-jordan@example.org", "no_such_mailbox", None, "no_such_mailbox"),
        Fails("full-jordan@example.org", "mailbox_full", FULL_AFTER, "mailbox_full"),
        Fails("overflowing-jordan@example.org", "mailbox_full", FULL_AFTER, "mailbox_full"),
        Fails("grey-jordan@example.org", "mailbox_busy", GIVE_UP_AFTER, "undelivered_for_three_days"),
        Fails("stuck-jordan@example.org", "smtp_slow", GIVE_UP_AFTER, "undelivered_for_three_days"),
    ],
    ids=lambda fails: fails.address.partition("-")[0],
)
async def test_an_address_that_takes_no_mail_leads_to_the_next_person(
    pool: Pool, deciding: Client, fails: Fails
) -> None:
    async with pool.acquire() as conn:
        await set_email(conn, "ws-1", fails.address)
    async with post(pool, deciding) as made, effects_worker(deciding, [made.carrying.carry_out]):
        stop = asyncio.Event()
        running = asyncio.create_task(made.carrying.outbox.run(stop))
        id_ = await begin(made, deciding)

        async def failed() -> bool:
            return (await outcome(made, id_))[1] == fails.first

        await until(failed)
        if fails.after is not None:
            assert made.taken() == set()
            made.ahead = fails.after + timedelta(minutes=1)
            made.carrying.outbox._woken.set()
        await until(lambda: made.took("sam@example.org"))
        assert await outcome(made, id_) == ("bounced", fails.last)
        stop.set()
        await asyncio.wait_for(running, 10)
        await deciding.get_workflow_handle(workflow_id("placement", id_)).terminate()


async def test_slow_mailboxes_delay_nobody_else(pool: Pool, client: Client) -> None:
    async with post(pool, client) as made:
        effects = [one for one in Life().effects if isinstance(one, Notify)]
        told = effects[0].model_copy(update={"message": "placement_completed_confirmation", "request_id": None})
        batch = Life().batch(
            effects=[
                told.model_copy(update={"key": f"k-{number}", "person_id": person})
                for number, person in enumerate(("ws-1", "ws-2", "cs-1"))
            ]
        )
        async with pool.acquire() as conn:
            await set_email(conn, "ws-1", "stuck-jordan@example.org")
            await set_email(conn, "ws-2", "stuck-sam@example.org")
        begun = asyncio.get_running_loop().time()
        carried = await ActivityEnvironment().run(made.carrying.carry_out, batch)
        assert [one.outcome for one in carried.outcomes] == ["held", "held", "sent"]
        assert made.trouble.taken[0][1] - begun < 4 * QUICK


async def test_held_mail_to_slow_mailboxes_delays_nobody_else(pool: Pool, client: Client) -> None:
    async with post(pool, client) as made:
        async with pool.acquire() as conn:
            await conn.execute(
                "insert into people (id, given_name, family_name, email, language, status)"
                " select 'stuck-' || n, 'Kim', 'Stuck', 'stuck-' || n || '@example.org', 'en', 'active'"
                " from generate_series(1, 30) n"
            )
            await conn.execute(
                "insert into host_staff (host_id, person_id, title, status)"
                " select 'host-1', id, '', 'active' from people where id like 'stuck-%'"
            )
            await lifecycles.record_batch(conn, Life().batch())
            await conn.execute(
                "insert into notifications (lifecycle, key, lifecycle_id, person_id, role, message, message_id,"
                " outcome, first_claimed_at, claimed_at, not_before)"
                " select 'placement', id, 'pl-1', id, 'worksite_supervisor', 'placement_completed_confirmation',"
                " '<' || id || '>', 'held', now(), now(), now() - interval '1 minute' * (id like 'stuck-%')::integer"
                " from people where id like 'stuck-%' or id = 'cs-1'"
            )
        stop, begun = asyncio.Event(), asyncio.get_running_loop().time()
        running = asyncio.create_task(made.carrying.outbox.run(stop))
        await until(lambda: made.took("ana@example.org"))
        assert asyncio.get_running_loop().time() - begun < 5
        stop.set()
        await asyncio.wait_for(running, 10)


async def test_a_slow_mail_that_arrives_after_all_is_not_sent_again(pool: Pool, client: Client) -> None:
    async with post(pool, client, slow_seconds=1.5 * QUICK) as made:
        async with pool.acquire() as conn:
            await set_email(conn, "ws-1", "slow-jordan@example.org")
        carried = await ActivityEnvironment().run(made.carrying.carry_out, Life().batch())
        assert [one.outcome for one in carried.outcomes] == ["held"]
        await asyncio.wait(made.carrying._notifier.slow)
        made.ahead = LOST + LONG
        await made.carrying.outbox.drain()
        assert await outcome(made, "pl-1") == ("sent", None)
        assert [address for address, _ in made.trouble.taken] == ["slow-jordan@example.org"]
