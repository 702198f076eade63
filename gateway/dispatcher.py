"""The loop that delivers what the inbox holds and nobody has delivered yet, until the outcome of each is known.

It sleeps until Postgres tells of something to do, or until a row's time comes.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog

from gateway.delivery import Deliverer
from records import inbox
from records.health import WAIT_SECONDS, PostgresAwayError, borrow
from records.inbox import InboxRow
from records.pool import Pool
from records.waking import listen
from schemas.naming import workflow_id

BACKOFF = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between attempts at one row; the last holds from then on."""

SAFETY_SECONDS = 20.0
"""How long the loop sleeps at most. Postgres wakes it for all that becomes due; this is for what went unheard."""

AWAY_SECONDS = 1.0
"""How long after Postgres did not answer it is asked again."""

DRAIN_SECONDS = 2.0
"""For so long deliveries under way may still end when the loop is to stop; the others are left to the next one."""

TOGETHER, TURNS = 16, 4
"""How many acts that wait for one lifecycle are brought to it as one, and how often in a row before others' turn."""

AT_ONCE = 32
PATIENCE = 10.0

log = structlog.get_logger("dispatcher")


class _Dispatcher:
    def __init__(self, pool: Pool, deliverer: Deliverer) -> None:
        self._pool = pool
        self._deliverer = deliverer
        self._tasks: dict[asyncio.Task[None], list[InboxRow]] = {}
        self._away = {"postgres": False, "delivery": False}
        self._woken = asyncio.Event()

    async def run(self) -> None:
        listening = asyncio.create_task(listen(self._pool, "inbox", self._woken))
        try:
            await self._take_over()
            while True:
                self._woken.clear()
                claimed, due = await self._claim(AT_ONCE - len(self._tasks))
                for row in claimed:
                    self._tasks[asyncio.create_task(self._deliver(row))] = [row]
                if not self._tasks:
                    self._deliverer.answers.behind = False
                await self._pause(0 if claimed else due)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            self._deliverer.answers.behind = False
            await self._drain()

    async def _take_over(self) -> None:
        """What a dispatcher that died or lost Postgres was trying is tried at once, not only after its lease."""
        with suppress(PostgresAwayError):
            async with borrow(self._pool) as conn:
                await inbox.attempt_now(conn)

    async def _claim(self, count: int) -> tuple[list[InboxRow], float]:
        """Rows to deliver now, and in how many seconds to look again if nothing happens."""
        busy = [workflow_id(rows[0].lifecycle, rows[0].lifecycle_id) for rows in self._tasks.values()]
        try:
            async with borrow(self._pool) as conn:
                rows = await inbox.claim_due(conn, count, without=busy) if count else []
                due = None if rows else await inbox.next_due(conn)
        except PostgresAwayError:
            self._say("postgres", away=True)
            return [], AWAY_SECONDS
        if self._away["postgres"]:
            await self._take_over()
        self._say("postgres", away=False)
        return rows, SAFETY_SECONDS if due is None else min(due + 0.001, SAFETY_SECONDS)

    async def _pause(self, seconds: float) -> None:
        """Go on as soon as something is done or told; when all hands are busy, only once one is free."""
        full = len(self._tasks) >= AT_ONCE
        waking = asyncio.create_task(self._told())
        try:
            done, _ = await asyncio.wait(
                self._tasks if full else {*self._tasks, waking},
                timeout=None if full else seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            waking.cancel()
        for task in done:
            if self._tasks.pop(task, None) is not None:
                task.result()

    async def _told(self) -> None:
        await self._woken.wait()

    async def _deliver(self, row: InboxRow) -> None:
        """Deliver a row, and then those that waited behind it."""
        task, rows = asyncio.current_task(), [row]
        for more in reversed(range(TURNS)):
            if not await self._are_delivered(rows) or not more:
                return
            rows = await self._next(row)
            if not rows:
                return
            if task in self._tasks:
                self._tasks[task] = rows

    async def _are_delivered(self, rows: list[InboxRow]) -> bool:
        """Deliver rows of one lifecycle: as one, or one by one where they cannot be taken together.

        What waits behind a refusal is let go, and claimed anew.
        """
        if len(rows) > 1:
            try:
                settled = await self._deliverer.deliver_several(rows, patience=PATIENCE)
            except Exception:  # noqa: BLE001 - which of them it was shows when each comes alone
                log.info("one by one", part="dispatcher", lifecycle=rows[0].lifecycle, id=rows[0].lifecycle_id)
            else:
                await self._after(rows, done=settled is not None)
                if settled is not None:
                    await self._postpone(rows[settled:], 0)
                return settled is not None
        for at, row in enumerate(rows):
            if not await self._is_delivered(row):
                await self._postpone(rows[at + 1 :], 0)
                return False
        return True

    async def _is_delivered(self, row: InboxRow) -> bool:
        try:
            outcome = await self._deliverer.deliver(row, patience=PATIENCE)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the loop
            await self._deliverer.met_fault(row, error)
            return False
        await self._after([row], done=outcome is not None)
        return outcome is not None

    async def _after(self, rows: Sequence[InboxRow], *, done: bool) -> None:
        """Whether there are answers at present; what got none is tried again later."""
        if self._away["delivery"] and done:
            self._deliverer.answers.behind = True
        self._say("delivery", away=not done)
        if not done:
            await self._postpone(rows[:1], backoff(rows[0].attempts))
            await self._postpone(rows[1:], 0)

    async def _postpone(self, rows: Sequence[InboxRow], seconds: float, *, wait_seconds: float = WAIT_SECONDS) -> None:
        if not rows:
            return
        with suppress(PostgresAwayError):
            async with borrow(self._pool, wait_seconds=wait_seconds) as conn:
                for row in rows:
                    await inbox.postpone(conn, row.source, row.event_id, seconds)

    async def _next(self, row: InboxRow) -> list[InboxRow]:
        try:
            async with borrow(self._pool) as conn:
                return await inbox.claim_next(conn, row.lifecycle, row.lifecycle_id, TOGETHER)
        except PostgresAwayError:
            return []

    async def _drain(self) -> None:
        """Let deliveries under way end; what does not is due for the next dispatcher at once."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        await self._postpone([row for task in late for row in self._tasks[task]], 0, wait_seconds=AWAY_SECONDS)

    def _say(self, what: str, *, away: bool) -> None:
        """One line when it changes, not one an attempt."""
        if self._away[what] != away:
            self._away[what] = away
            (log.warning if away else log.info)("away" if away else "back", part="dispatcher", what=what)


def backoff(attempts: int) -> float:
    """Seconds until the next attempt after so many (from 1)."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]


async def run_dispatcher(pool: Pool, deliverer: Deliverer) -> None:
    """Deliver what is due, row by row in the order of each lifecycle, until cancelled.

    Survives Postgres and Temporal being away. Several dispatchers may run; a row is delivered by one at a time.
    """
    await _Dispatcher(pool, deliverer).run()
