"""The README's figures of the form page: how heavy it is over the wire, and how soon the gateway answers.

    .venv/bin/python -m benchmarks.form_page            the tables
    .venv/bin/python -m benchmarks.form_page --json     the same as JSON

The stack runs as `journeywork up` runs it: durable stores, a worker, a gateway, each a process, with the load beside
them. Supervisors open their review, look at what they will send, keep a draft and send, 20 requests a second. Each is
done twice: with the data on the disk, and in memory. What is sent waits for the disk, so a slow one is seen apart.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx2
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from benchmarks.disk import flushes
from benchmarks.supervisors import STEPS, WARMING, Sent, Weight, load, prepared, weight
from cli.stack.logs import file_log
from cli.stack.ports import PARTS, is_free
from cli.stack.stack import StackSettings, running_stack
from records.pool import open_pool
from schemas.base import Frozen

app = App(name="benchmarks.form_page", help="How heavy the form page is, and how soon the gateway answers.")
PLACES = {"on the disk": None, "in memory": Path("/dev/shm")}  # noqa: S108 - where Linux keeps files in memory


class Times(Frozen):
    """Milliseconds that requests took."""

    p50: float
    p95: float
    p99: float
    longest: float


class Answers(Frozen):
    """How soon one kind of request was answered, and how often.

    `server` is what the gateway says its work took (`Server-Timing`); `whole` is until all of the answer is here, with
    this program's own turn on the same CPUs.
    """

    what: str
    requests: int
    server: Times
    whole: Times


class Place(Frozen):
    """What was measured with the data in one place. `late_ms`: by how much the latest request went out late.

    `flush` is how soon the place itself kept one block for good, asked beside the load.
    """

    where: str
    answers: tuple[Answers, ...]
    flush: Times
    late_ms: float


class Report(Frozen):
    """Everything measured in one run."""

    a_second: float
    weight: Weight
    places: tuple[Place, ...]


@app.default
def run(
    *,
    a_second: Annotated[float, Parameter(help="Requests a second.")] = 20,
    placements: Annotated[int, Parameter(help="How many are reviewed, in four requests each.")] = 150,
    port_base: Annotated[int, Parameter(help="First of the stack's six ports.")] = 9840,
    as_json: Annotated[bool, Parameter(name="--json", help="Print JSON.")] = False,
) -> None:
    """Measure and print."""
    report = asyncio.run(measured(a_second, placements, port_base))
    if as_json:
        sys.stdout.write(json.dumps(report.model_dump(mode="json"), indent=2) + "\n")
    else:
        console = Console(width=110)
        for table in tables(report):
            console.print(table)
    sys.stdout.flush()
    os._exit(0)


async def measured(a_second: float, placements: int, port_base: int) -> Report:
    """Measure with the data in every place there is."""
    if not all(is_free(port_base + offset) for offset in range(len(PARTS))):
        raise SystemExit(f"ports from {port_base} on are in use; choose others with --port-base")
    found = [
        await _measured(where, folder, a_second, placements, port_base)
        for where, folder in PLACES.items()
        if folder is None or folder.is_dir()
    ]
    return Report(a_second=a_second, weight=found[0][0], places=tuple(place for _, place in found))


async def _measured(
    where: str, data: Path | None, a_second: float, placements: int, port_base: int
) -> tuple[Weight, Place]:
    """Bring the stack up, bring every placement to its review, then send the load."""
    with TemporaryDirectory(prefix="journeywork-bench-", dir=data) as folder:
        settings = StackSettings(
            environment={**os.environ, "JOURNEYWORK_REHEARSALS": "on"},
            data=Path(folder) / "data",
            port_base=port_base,
            log=file_log(Path(folder) / "logs"),
        )
        async with running_stack(settings) as stack, open_pool(stack.urls.database) as pool:
            tokens = await prepared(pool, stack.urls.temporal, placements)
            async with httpx2.AsyncClient(base_url=str(stack.urls.gateway), timeout=30) as client:
                heavy = await weight(client, f"/f/{tokens[0]}")
                await load(client, [tokens.pop() for _ in range(WARMING)], a_second)
                async with flushes(Path(folder)) as took:
                    sent, late = await load(client, tokens, a_second)
    answers = tuple(_summed(what, [one for one in sent if one.what == what]) for what, _ in STEPS)
    return heavy, Place(where=where, answers=answers, flush=_times(took), late_ms=late * 1000)


def _summed(what: str, sent: Sequence[Sent]) -> Answers:
    server, whole = _times([one.server_ms for one in sent]), _times([one.ms for one in sent])
    return Answers(what=what, requests=len(sent), server=server, whole=whole)


def _times(ms: Sequence[float]) -> Times:
    def quantile(share: float) -> float:
        return sorted(ms)[min(int(len(ms) * share), len(ms) - 1)]

    return Times(p50=quantile(0.5), p95=quantile(0.95), p99=quantile(0.99), longest=max(ms))


def tables(report: Report) -> list[Table]:
    """The figures as tables."""
    weight = Table(title="the page and everything it loads, kilobytes over the wire")
    for title in ("form", "packed, as browsers ask for it", "unpacked"):
        weight.add_column(title, justify="left" if title == "form" else "right")
    one = report.weight
    weight.add_row(one.form, f"{one.packed / 1000:.1f}", f"{one.unpacked / 1000:.1f}")
    return [weight, *(_table(place, report.a_second) for place in report.places)]


def _table(place: Place, a_second: float) -> Table:
    title = f"{a_second:g} requests a second, the data {place.where}, in milliseconds; {place.late_ms:.0f} late at most"
    table = Table(title=title)
    for column in ("", "requests", "server p50", "p95", "p99", "longest", "whole p50", "p95", "p99", "longest"):
        table.add_column(column, justify="right" if column else "left")
    for each in place.answers:
        table.add_row(each.what, str(each.requests), *(_row(each.server) + _row(each.whole)))
    table.add_section()
    table.add_row("what a flush takes there", "", *_row(place.flush))
    return table


def _row(times: Times) -> list[str]:
    return [f"{ms:.0f}" for ms in (times.p50, times.p95, times.p99, times.longest)]


if __name__ == "__main__":
    app()
