"""Runs placements through a peer and says what they took."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from benchmarks.counting import Counts, counted
from benchmarks.embedded import Server, cpu_seconds
from benchmarks.peers import Peer
from benchmarks.season import AT_ONCE, PROPOSED, Season, season, season_at_once
from lifecycle.registry import PLACEMENT, begin, decide
from schemas.base import Frozen
from schemas.clock import Clock

_numbers = count(1)


class Lived(Frozen):
    """What some placements took together. Times in seconds; CPU is the server's and this process's (all the rest)."""

    peer: str
    placements: int
    counts: Counts
    seconds: float
    server_cpu: float | None
    worker_cpu: float
    p50_ms: float
    p99_ms: float
    early: int

    @property
    def per_second(self) -> float:
        """Placements a second."""
        return self.placements / self.seconds

    @property
    def cpu_ms(self) -> float | None:
        """CPU milliseconds a placement, all processes together."""
        return None if self.server_cpu is None else (self.server_cpu + self.worker_cpu) / self.placements * 1000


async def on_the_calendar(server: Server, peer: Peer, *, placements: int, weeks: int, speed: float) -> Lived:
    """Whole seasons side by side, on a clock that runs `speed` times as fast; people answer on the calendar."""
    clock = Clock(program_epoch=PROPOSED, real_epoch=datetime.now(UTC), speed=speed)
    told = [season(f"pl-{next(_numbers)}", weeks=weeks, clock=clock) for _ in range(placements)]
    return await _measured(server, peer, told, at_once=placements, waits=True)


async def back_to_back(server: Server, peer: Peer, *, placements: int, weeks: int, at_once: int) -> Lived:
    """Placements that wait for nothing but answers, `at_once` at a time."""
    clock = Clock(program_epoch=AT_ONCE, real_epoch=datetime.now(UTC))
    told = [season_at_once(f"pl-{next(_numbers)}", weeks=weeks, clock=clock) for _ in range(placements)]
    return await _measured(server, peer, told, at_once=at_once, waits=False)


def decisions_per_second(*, weeks: int = 15, seconds: float = 2.0) -> float:
    """How many commands the pure core decides in a second of one CPU, effects included.

    The best of ten rounds, each of a tenth of `seconds`: what else the machine does only ever makes a round slower.
    """
    told = season(weeks=weeks)
    first = begin(PLACEMENT, told.opening.command, told.opening.at).state

    def one_round() -> float:
        taken, started = 0, time.process_time()
        while (spent := time.process_time() - started) < seconds / 10:
            state = first
            for command, at in told.script:
                state = decide(PLACEMENT, state, command, at).state
            taken += len(told.script)
        return taken / spent

    return max(one_round() for _ in range(10))


async def _measured(server: Server, peer: Peer, told: Sequence[Season], *, at_once: int, waits: bool) -> Lived:
    gate = asyncio.Semaphore(at_once)
    times: list[float] = []

    async def live(one: Season) -> int:
        async with gate:
            return await _live(peer, one, times, waits=waits)

    started, server_before, worker_before = time.perf_counter(), cpu_seconds(server.pid), time.process_time()
    early = sum(await asyncio.gather(*(live(one) for one in told)))
    seconds, server_after, worker_after = time.perf_counter() - started, cpu_seconds(server.pid), time.process_time()
    server_cpu = None if server_before is None or server_after is None else server_after - server_before
    return Lived(
        peer=peer.name,
        placements=len(told),
        counts=counted([event async for event in peer.histories(told[0])], len(told[0].acts)),
        seconds=seconds,
        server_cpu=server_cpu,
        worker_cpu=worker_after - worker_before,
        p50_ms=_quantile(times, 0.5),
        p99_ms=_quantile(times, 0.99),
        early=early,
    )


async def _live(peer: Peer, told: Season, times: list[float], *, waits: bool) -> int:
    """Live one placement; its acts' milliseconds go to `times`. Gives how often an act came too early."""
    await peer.begin(told)
    early = 0
    for number, answered in enumerate(told.acts):
        if waits:
            await asyncio.sleep((told.clock.real_time(answered.at) - datetime.now(UTC)).total_seconds())
        started = time.perf_counter()
        early += await peer.act(told, number)
        times.append((time.perf_counter() - started) * 1000)
    await peer.end(told)
    return early


def _quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]
