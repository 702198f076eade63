"""How much gateway and worker hold, measured when nothing waits, beside how many lifecycles are open."""

import asyncio
import time
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import psutil

from cli.stack.stack import Stack
from tests.chaos.gathering import backlog
from workers.temporal import connect
from workers.worker import WORKFLOWS

WATCHED = ("gateway", "worker")
WARM, LATE = (0.2, 0.3), 0.9
"""The shares of the inputs after which a process is warm, and at the end; the medians of what it held are compared."""
GROWTH = 0.1
"""By how much it may have grown."""


class Measure(NamedTuple):
    """After so many inputs: megabytes (resident) by process, open lifecycles by kind, and events that still wait."""

    done: int
    megabytes: dict[str, float]
    open: dict[str, int]
    waiting: int

    def __str__(self) -> str:
        """It as one reads it."""
        held = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in self.megabytes.items())
        return f"{held}, {sum(self.open.values())} lifecycles open"


async def measured(stack: Stack, done: int, patience: float) -> Measure:
    """Wait until nothing is on its way, at most so many seconds, then measure."""
    end = time.monotonic() + patience
    while (waiting := await backlog(stack)) and time.monotonic() < end:  # noqa: ASYNC110 - it is asked
        await asyncio.sleep(0.1)
    pids = {name: stack.pid(name) for name in WATCHED}
    held = {name: psutil.Process(pid).memory_info().rss / 2**20 for name, pid in pids.items() if pid is not None}
    return Measure(done, held, await _open(stack), waiting)


async def _open(stack: Stack) -> dict[str, int]:
    client = await connect(stack.urls.temporal)
    found: dict[str, int] = {}
    for one in WORKFLOWS:
        name = one.lifecycle.name
        running = f"WorkflowType = '{one.__name__}' and ExecutionStatus = 'Running'"
        found[name] = (await client.count_workflows(running)).count
    return found


class Grown(NamedTuple):
    """What a process held once it was warm and at the end, in megabytes."""

    name: str
    warm: float
    late: float

    @property
    def share(self) -> float:
        """By how much it grew."""
        return self.late / self.warm - 1


def warm(measures: Sequence[Measure]) -> list[Measure]:
    """Those taken once everything is warm; of a few measures the first."""
    total = measures[-1].done
    return [one for one in measures if WARM[0] * total <= one.done <= WARM[1] * total] or list(measures[:1])


def late(measures: Sequence[Measure]) -> list[Measure]:
    """Those taken at the end."""
    return [one for one in measures if one.done > LATE * measures[-1].done]


def grown(measures: Sequence[Measure]) -> list[Grown]:
    """How much each process grew."""
    early, end = warm(measures), late(measures)
    return [
        Grown(name, median(one.megabytes[name] for one in early), median(one.megabytes[name] for one in end))
        for name in WATCHED
        if all(name in one.megabytes for one in (*early, *end))
    ]
