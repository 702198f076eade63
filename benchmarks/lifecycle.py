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
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console

from benchmarks.embedded import Server, real_world, temporal_server, workers
from benchmarks.killing import killed
from benchmarks.measuring import Lived, back_to_back, decisions_per_second, on_the_calendar
from benchmarks.peers import Floor, Naive, Ours, open_opportunity
from benchmarks.showing import breakdown_table, calendar_table, kill_table, pace_table
from schemas.base import Frozen

app = App(name="benchmarks.lifecycle", help="What a placement costs, beside the same placement written naively.")


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
    placements: Annotated[int, Parameter(help="Placements in the runs without waiting, and with --kill.")] = 0,
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
        report = asyncio.run(measured(weeks, speed, seasons, placements or 64, at_once, real=real))
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
    weeks: int, speed: float, seasons: int, placements: int, at_once: int, *, real: bool = True
) -> Report:
    """Run everything, one after the other."""
    decided = decisions_per_second(weeks=weeks)
    async with temporal_server() as server:
        async with workers(server.client):
            peers = (Ours(server.client), Naive(server.client), Floor(server.client))
            await back_to_back(server, peers[0], placements=2, weeks=1, at_once=2)
            calendar = [
                await on_the_calendar(server, peer, placements=seasons, weeks=weeks, speed=speed) for peer in peers[:2]
            ]
            pace = [
                await back_to_back(server, peer, placements=placements, weeks=weeks, at_once=at_once) for peer in peers
            ]
        if real:
            pace.append(await _in_the_real_world(server, placements=placements, weeks=weeks, at_once=at_once))
    return Report(weeks=weeks, decisions_per_second=decided, calendar=tuple(calendar), pace=tuple(pace))


async def _in_the_real_world(server: Server, *, placements: int, weeks: int, at_once: int) -> Lived:
    """Ours again, with the product's own activity instead of the stand-in."""
    async with real_world(server.client) as world, workers(server.client, world.effects):
        await open_opportunity(server.client, world.record)
        ours = Ours(server.client, world.record)
        lived = await back_to_back(server, ours, placements=placements, weeks=weeks, at_once=at_once)
    return lived.changed(peer="with Postgres, mail", server_cpu=None)


if __name__ == "__main__":
    app()
