"""One trial: a stack of its own, a load, something that goes wrong, a minute of quiet, and the checker."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2

from benchmarks.disk import flushes
from catalog.program_catalog import program
from cli.rehearse.cast import Company, make_company
from cli.stack.logs import file_log
from cli.stack.ports import PARTS, is_free
from cli.stack.stack import Stack, StackSettings, running_stack
from schemas.base import Frozen
from tests.chaos.checker import check
from tests.chaos.crowd import Crowd
from tests.chaos.gathering import backlog, follow, gather, resolved
from tests.chaos.ledger import Ledger
from tests.chaos.load import Load, lives
from tests.chaos.report import Report, report

LONGEST = 900.0
"""Seconds after the quiet in which a slow machine may still work off what waits; it is reported, and no loss."""
PROGRAM, RUN = "boston-summer-internship", "chaos"
TOLD_EVERY = 15.0
LEFT_OUT = {"DATABASE_URL", "TEMPORAL_ADDRESS", "SMTP_URL", "JOURNEYWORK_API_KEY", "JOURNEYWORK_URL"}

Trouble = Callable[[Stack, Ledger], Awaitable[None]]


class Size(Frozen):
    """How much: events a second for so many seconds, by so many learners at so many hosts; `quiet` at most, seconds."""

    rate: float
    seconds: float
    learners: int = 400
    hosts: int = 50
    share: float = 0.5
    quiet: float = 60.0


@asynccontextmanager
async def trial_stack(folder: Path, **told: str) -> AsyncGenerator[Stack]:
    """A stack in a folder, on free ports; what its processes say goes to files there. `told` are settings of theirs."""
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT} | told
    start = 30000 + (os.getpid() * 10) % 20000
    base = next(base for base in range(start, 60000, 10) if all(is_free(base + n) for n in range(len(PARTS))))
    settings = StackSettings(environment=kept, data=folder / "data", port_base=base, log=file_log(folder / "logs"))
    async with running_stack(settings) as stack:
        yield stack


async def company_for(stack: Stack, folder: Path, size: Size, seed: int) -> Company:
    """Invented people and hosts, imported; their season begins far from now, so that time itself is quiet."""
    found = program(PROGRAM)
    if found is None:
        raise LookupError(PROGRAM)
    first = _monday(datetime.now(UTC).date() + timedelta(days=200))
    days = (first, first + timedelta(days=40))
    company = make_company(RUN, found, folder, days=days, learners=size.learners, hosts=size.hosts, seed=seed)
    await company.delivery.import_all(stack.urls.database, datetime.now(UTC).date())
    return company


async def tried(stack: Stack, folder: Path, size: Size, trouble: Trouble, *, mode: str, seed: int) -> Report:
    """Run the load while `trouble` goes on, wait for quiet, and compare."""
    ledger = Ledger()
    company = await company_for(stack, folder / "delivered", size, seed)
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    limits = httpx2.Limits(max_connections=250)
    async with httpx2.AsyncClient(base_url=str(stack.urls.gateway), headers=headers, timeout=30, limits=limits) as api:
        load = Load(api, ledger, lives(company), seed=seed, rate=size.rate)
        crowd = Crowd(ledger, str(stack.urls.mail), RUN, seed=seed, share=size.share)
        living, following = asyncio.create_task(crowd.live()), asyncio.create_task(follow(api, ledger.feed))
        troubling, telling = asyncio.create_task(_run(trouble, stack, ledger)), asyncio.create_task(_tell(ledger))
        began = time.monotonic()
        try:
            async with flushes(folder) as ledger.flushes:
                await load.run(int(size.rate * size.seconds))
            troubling.cancel()
            await load.finish()
            seconds = time.monotonic() - began
            telling.cancel()
            living.cancel()
            await crowd.finish()
            quiet_from = time.time()
            drained, late = await _quiet(stack, size.quiet)
            _say("comparing what was acknowledged with what is there")
        finally:
            beside = (living, following, troubling, telling)
            for one in beside:
                one.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        seen, submissions = await gather(stack, api, ledger.feed)
    acked = resolved(ledger.acked, submissions)
    verdict = check(acked, seen, ledger.kills)
    return report(
        verdict,
        ledger,
        acked,
        mode=mode,
        seed=seed,
        seconds=seconds,
        quiet_from=quiet_from,
        drained=drained,
        late=late,
    )


async def _run(trouble: Trouble, stack: Stack, ledger: Ledger) -> None:
    try:
        await trouble(stack, ledger)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - a trial without its trouble shows nothing, and must say so
        ledger.faults.append(f"the trouble itself failed: {type(error).__name__}: {error}")


async def _tell(ledger: Ledger) -> None:
    """How far the load is, now and then, on standard error."""
    began = time.monotonic()
    while True:
        _say(f"{time.monotonic() - began:.0f} s: {len(ledger.acked)} acknowledged, {len(ledger.kills)} kills")
        await asyncio.sleep(TOLD_EVERY)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


async def _quiet(stack: Stack, seconds: float) -> tuple[float | None, int]:
    """Let it be quiet for so long, and longer while events wait; how soon none did (or None), and how many then did."""
    began, late, told = time.monotonic(), -1, 0.0
    drained: float | None = None
    while (passed := time.monotonic() - began) < seconds or (drained is None and passed < seconds + LONGEST):
        with suppress(OSError):
            left = await backlog(stack)
            drained = None if left else drained or passed
            if passed >= told:
                _say(f"quiet for {passed:.0f} s: {left} events on their way")
                told += TOLD_EVERY
            if passed >= seconds and late < 0:
                late = left
        await asyncio.sleep(1.0)
    await asyncio.sleep(0 if late <= 0 else 20)
    return drained, max(late, 0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
