"""Being woken by Postgres: one connection listens on a channel for as long as it lives, then another one does."""

import asyncio
from contextlib import suppress

import structlog

from records.health import PostgresAwayError, borrow
from records.pool import Connection, Pool

CHECK_SECONDS = 15.0
"""How often a silent connection is asked whether it is still there: a line may break without a word."""

AGAIN_SECONDS = 1.0
"""How long after a lost connection another one is tried."""

log = structlog.get_logger("waking")


async def listen(pool: Pool, channel: str, woken: asyncio.Event) -> None:
    """Set `woken` whenever something is told on the channel, until cancelled; holds one connection of the pool.

    Also set once it listens, and again after every loss: what was told meanwhile went unheard.
    """
    lost = False
    while True:
        try:
            async with borrow(pool) as conn:
                if lost:
                    log.info("back", part=channel, what="listening")
                lost = False
                await _hear(conn, channel, woken)
        except PostgresAwayError:
            pass
        if not lost:
            log.warning("away", part=channel, what="listening")
        lost = True
        await asyncio.sleep(AGAIN_SECONDS)


async def _hear(conn: Connection, channel: str, woken: asyncio.Event) -> None:
    """Listen until the connection is lost. Raises what asking a lost connection raises."""
    gone = asyncio.Event()

    def told(*_: object) -> None:
        woken.set()

    def ended(*_: object) -> None:
        gone.set()

    conn.add_termination_listener(ended)
    await conn.add_listener(channel, told)
    try:
        woken.set()
        while not gone.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(gone.wait(), CHECK_SECONDS)
                return
            await conn.fetchval("select 1")
    finally:
        conn.remove_termination_listener(ended)
        with suppress(Exception):
            await conn.remove_listener(channel, told)
