"""Tells lifecycles of bounces that came to light after they had let a message go: each once, until it is heard."""

import asyncio
from contextlib import suppress

import structlog

from activities.telling import FAULT, No, Teller
from records import outbox
from records.outbox import Untold
from records.pool import Pool
from schemas.placement_commands import RecordBounce

SOURCE = "/outbox"
PATIENCE, AFTER_FAILURE = 20.0, 5.0
"""Seconds after which it looks even if nothing woke it."""


class Feedback:
    """Brings `record_bounce` to whichever lifecycle asked the person who cannot be reached."""

    def __init__(self, pool: Pool, teller: Teller) -> None:
        """Take the pool and the way to lifecycles."""
        self._pool = pool
        self._teller = teller
        self._woken = asyncio.Event()
        self._log = structlog.get_logger("outbox")

    def wake(self) -> None:
        """Look at once: something may be untold, or it is time to stop."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Tell what is untold until `stop` is set; whoever sets it wakes this, too."""
        while not stop.is_set():
            self._woken.clear()
            try:
                pause = PATIENCE if await self.tell() else AFTER_FAILURE
            except Exception as error:  # noqa: BLE001 - Postgres may be away for a while
                self._log.warning("outbox_failed", error=type(error).__name__)
                pause = AFTER_FAILURE
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    async def tell(self) -> bool:
        """Tell all that is untold; False when something could not be told now, and stays so."""
        async with self._pool.acquire() as conn:
            found = await outbox.untold(conn)
        return all([await self._told(one) for one in found])

    async def _told(self, one: Untold) -> bool:
        """Whether the lifecycle has heard; one that is over, or knows better, need not know."""
        command = RecordBounce(request_id=one.request_id, person_id=one.person_id)
        try:
            answer = await self._teller.ask(one.lifecycle, one.lifecycle_id, one.key, command, source=SOURCE)
        except Exception as error:  # noqa: BLE001 - Temporal is away, or nobody decides just now
            self._log.warning("bounce_untold", lifecycle=one.lifecycle, key=one.key, error=type(error).__name__)
            return False
        reason = answer.reason if isinstance(answer, No) else None
        if reason == FAULT:
            return False
        async with self._pool.acquire() as conn:
            await outbox.told(conn, one.lifecycle, one.key)
        self._log.info("bounce_told", lifecycle=one.lifecycle, key=one.key, reason=reason)
        return True
