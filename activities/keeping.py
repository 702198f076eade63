"""The worker's hourly round: what has been kept long enough goes, and so does what came in about erased people."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from records import retention
from records.pool import Pool
from schemas.retention import Retention

EVERY = 3600.0
"""Seconds between two rounds."""
FIRST = 30.0
"""Seconds after the start of the first one."""


async def keep_tidy(pool: Pool, schedule: Retention, now: Callable[[], datetime], stop: asyncio.Event) -> None:
    """One round an hour until `stop` is set. Of several workers one does it; Postgres may be away meanwhile."""
    log = structlog.get_logger("retention")
    pause = FIRST
    while not await _stopped(stop, pause):
        pause = EVERY
        try:
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
