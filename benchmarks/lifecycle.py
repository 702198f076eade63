"""The README's figures: what a placement costs, beside the same placement written naively.

    .venv/bin/python -m benchmarks.lifecycle            the table
    .venv/bin/python -m benchmarks.lifecycle --json     the same as JSON
    .venv/bin/python -m benchmarks.lifecycle --kill     how long people wait after a worker was killed

Everything runs on this machine: the embedded Temporal with a durable store, one worker, and the people.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console

from benchmarks.embedded import Server, namespace, real_world, temporal_server, workers
from benchmarks.killing import killed
from benchmarks.measuring import Lived, back_to_back, decisions_per_second, on_the_calendar
from benchmarks.peers import Floor, Naive, Ours, Peer, open_opportunity
from benchmarks.showing import breakdown_table, calendar_table, kill_table, pace_table
from schemas.base import Frozen

app = App(name="benchmarks.lifecycle", help="What a placement costs, beside the same placement written naively.")


REAL = "with Postgres, mail"


class Report(Frozen):
    """Everything measured in one run."""

    weeks: int
    decisions_per_second: float
    calendar: tuple[Lived, ...]
    pace: tuple[Lived, ...]


@app.default
def run(
    *,
    weeks: Annotated[int, Parameter(help="From the first day to the last.")] = 15,
    speed: Annotated[float, Parameter(help="How many times as fast as real time the program's clock runs.")] = 200_000,
    seasons: Annotated[int, Parameter(help="Placements side by side on the calendar.")] = 4,
    placements: Annotated[
        int, Parameter(help="Placements in each run without waiting (24), or with --kill (1000).")
    ] = 0,
    rounds: Annotated[int, Parameter(help="Runs without waiting, of which the middle one is shown.")] = 3,
    at_once: Annotated[int, Parameter(help="How many of these at a time.")] = 16,
    kill: Annotated[bool, Parameter(help="Kill the worker while placements are open, instead.")] = False,
    real: Annotated[bool, Parameter(help="One run more, with Postgres and mail instead of the stand-in.")] = True,
    as_json: Annotated[bool, Parameter(name="--json", help="Print JSON.")] = False,
) -> None:
    """Measure and print."""
    if kill:
        report: Any = asyncio.run(killed(placements or 1000))
        tables = (kill_table(report),)
    else:
        report = asyncio.run(measured(weeks, speed, seasons, placements or 24, at_once, rounds=rounds, real=real))
        tables = (calendar_table(report), breakdown_table(report), pace_table(report))
    if as_json:
        sys.stdout.write(json.dumps(report.model_dump(mode="json"), indent=2) + "\n")
    else:
        console = Console(width=110)
        for table in tables:
            console.print(table)
    sys.stdout.flush()
    os._exit(0)


async def measured(
    weeks: int, speed: float, seasons: int, placements: int, at_once: int, *, rounds: int = 3, real: bool = True
) -> Report:
    """Run everything. The runs without waiting take turns, so that a busy moment of the machine falls on all."""
    decided = decisions_per_second(weeks=weeks)
    async with temporal_server() as server, workers(server.client), AsyncExitStack() as more:
        ours, naive = Ours(server.client), Naive(server.client)
        await back_to_back(server, ours, placements=2, weeks=1, at_once=2)
        calendar = [
            await on_the_calendar(server, peer, placements=seasons, weeks=weeks, speed=speed) for peer in (ours, naive)
        ]
        peers: list[Peer] = [ours, naive, Floor(server.client)]
        if real:
            peers.append(await more.enter_async_context(_in_the_real_world(server)))
        pace = [
            [await back_to_back(server, peer, placements=placements, weeks=weeks, at_once=at_once) for peer in peers]
            for _ in range(rounds)
        ]
    return Report(
        weeks=weeks,
        decisions_per_second=decided,
        calendar=tuple(calendar),
        pace=tuple(_middle(lived) for lived in zip(*pace, strict=True)),
    )


@asynccontextmanager
async def _in_the_real_world(server: Server) -> AsyncGenerator[Peer]:
    """Ours again, with the product's own activity, in a namespace of its own."""
    client = await namespace(server, "real")
    async with real_world(client) as world, workers(client, world.effects):
        await open_opportunity(client, world.record)
        yield Ours(client, world.record, name=REAL)


def _middle(lived: Sequence[Lived]) -> Lived:
    """The run of middling pace; CPU is left out where a server takes part that is not measured."""
    middle = sorted(lived, key=lambda one: one.per_second)[len(lived) // 2]
    return middle.changed(server_cpu=None) if middle.peer == REAL else middle


if __name__ == "__main__":
    app()
