"""How long people wait after the worker was killed with many placements open."""

import asyncio
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from benchmarks.embedded import temporal_server
from benchmarks.peers import Ours
from benchmarks.season import AT_ONCE, Season, season_at_once
from cli.stack.guard import guarded
from schemas.base import Frozen
from schemas.clock import Clock

OPENING, ANSWERING = 32, 64
"""People at a time before the kill, and after it, when everybody comes at once."""


class Killed(Frozen):
    """Seconds from the SIGKILL of the only worker; its successor is started in the same moment."""

    placements: int
    polling_again: float
    first_answer: float
    all_answered: float


async def killed(placements: int) -> Killed:
    """Open placements, kill the worker, start another, and answer one request of every placement.

    The first person answers in the moment of the kill, the others as soon as she got through.
    """
    clock = Clock(program_epoch=AT_ONCE, real_epoch=datetime.now(UTC))
    told = [season_at_once(f"pl-{number}", weeks=1, clock=clock) for number in range(placements)]
    async with temporal_server() as server:
        ours = Ours(server.client)
        worker = await _worker(server.address)
        await _all(ours, told, 0, OPENING)
        await asyncio.sleep(1)
        worker.kill()
        at = time.perf_counter()
        await worker.wait()
        starting = asyncio.create_task(_worker(server.address))
        first = asyncio.create_task(ours.act(told[0], 1))
        successor = await starting
        polling_again = time.perf_counter() - at
        await first
        first_answer = time.perf_counter() - at
        await _all(ours, told[1:], 1, ANSWERING)
        all_answered = time.perf_counter() - at
        successor.kill()
        await successor.wait()
    return Killed(
        placements=placements, polling_again=polling_again, first_answer=first_answer, all_answered=all_answered
    )


async def _worker(address: str) -> asyncio.subprocess.Process:
    worker = await asyncio.create_subprocess_exec(
        *guarded([sys.executable, "-m", "benchmarks.worker_process", address]), stdout=asyncio.subprocess.PIPE
    )
    if worker.stdout is None or await worker.stdout.readline() != b"polling\n":
        raise RuntimeError("the worker did not start; what it said is above")
    return worker


async def _all(ours: Ours, told: Iterable[Season], number: int, at_once: int) -> None:
    gate = asyncio.Semaphore(at_once)

    async def one(season: Season) -> None:
        async with gate:
            if number == 0:
                await ours.begin(season)
            await ours.act(season, number)

    await asyncio.gather(*(one(season) for season in told))
