"""The loop that delivers what the inbox holds and nobody has delivered yet, until the outcome of each is known."""

import asyncio
from contextlib import suppress

import structlog

from gateway.delivery import Deliverer
from records import inbox
from records.health import PostgresAwayError, borrow
from records.inbox import InboxRow
from records.pool import Pool

BACKOFF = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between attempts at one row; the last holds from then on."""

IDLE_SECONDS = 0.5
AT_ONCE = 32
PATIENCE = 10.0

log = structlog.get_logger("dispatcher")


class _Dispatcher:
    def __init__(self, pool: Pool, deliverer: Deliverer) -> None:
        self._pool = pool
        self._deliverer = deliverer
        self._tasks: set[asyncio.Task[None]] = set()
        self._away = {"postgres": False, "delivery": False}

    async def run(self) -> None:
        try:
            while True:
                claimed = await self._claim(AT_ONCE - len(self._tasks))
                for row in claimed:
                    self._tasks.add(asyncio.create_task(self._deliver(row)))
                await self._pause(idle=not claimed)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _claim(self, count: int) -> list[InboxRow]:
        try:
            async with borrow(self._pool) as conn:
                rows = await inbox.claim_due(conn, count) if count else []
        except PostgresAwayError:
            self._say("postgres", away=True)
            return []
        self._say("postgres", away=False)
        return rows

    async def _pause(self, *, idle: bool) -> None:
        """Go on as soon as something is done; with nothing to do, look again after a while."""
        if self._tasks and (idle or len(self._tasks) >= AT_ONCE):
            done, self._tasks = await asyncio.wait(
                self._tasks, timeout=IDLE_SECONDS if idle else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()
        elif idle:
            await asyncio.sleep(IDLE_SECONDS)

    async def _deliver(self, row: InboxRow) -> None:
        try:
            outcome = await self._deliverer.deliver(row, patience=PATIENCE)
        except Exception:
            log.exception("a delivery met a fault", part="dispatcher", type=row.type, attempt=row.attempts)
            outcome = None
        else:
            self._say("delivery", away=outcome is None)
        if outcome is None:
            with suppress(PostgresAwayError):
                async with borrow(self._pool) as conn:
                    await inbox.postpone(conn, row.source, row.event_id, backoff(row.attempts))

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
