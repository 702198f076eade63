"""The worker's rounds: what has been kept long enough goes each hour, what came in about erased people each minute."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from records import retention
from records.pool import Pool
from schemas.retention import Retention

EVERY, FIRST = timedelta(hours=1), timedelta(seconds=30)
"""The time between two rounds for all, and from the start to the first."""
SWEEP_EVERY = 20.0
"""Seconds between two sweeps of what came in about erased people; an answer just being taken in waits for the next."""


async def keep_tidy(pool: Pool, schedule: Retention, now: Callable[[], datetime], stop: asyncio.Event) -> None:
    """Round after round until `stop` is set. Of several workers one does each; Postgres may be away meanwhile."""
    log = structlog.get_logger("retention")
    due = now() + FIRST
    while not await _stopped(stop, SWEEP_EVERY):
        try:
            if now() < due:
                if rows := await retention.sweep_alone(pool, now()):
                    log.info("came_in_late", rows=rows)
                continue
            due = now() + EVERY
            passed = await retention.run_alone(pool, schedule, now())
        except Exception as error:  # noqa: BLE001 - the next round does it
            log.warning("retention_failed", error=type(error).__name__)
            continue
        for one in passed or ():
            if one.rows:
                log.info("kept_long_enough", kind=one.kind, program=one.program, rows=one.rows)


async def _stopped(stop: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
