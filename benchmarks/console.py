"""The console's pages over a season of some thousand placements: what each takes on the server.

    .venv/bin/python -m benchmarks.console              the table
    .venv/bin/python -m benchmarks.console --json       the same as JSON
    .venv/bin/python -m benchmarks.console --limited    there is a school more, which the director does not see

Everything runs on this machine: a durable embedded Postgres, and the gateway in this process. Nothing is measured of
the way to the browser.
"""

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, cast

import httpx2
import structlog
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from benchmarks.caseload import DIRECTOR, NOW, fill
from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from gateway.app import make_app
from gateway.delivery import Deliverer
from gateway.health import Health
from gateway.lifecycle_client import LifecycleClient
from gateway.services import Services
from records import sign_in
from records.grants import WHOLE
from records.migrate import migrate
from records.pool import Pool, open_pool
from schemas.base import Frozen
from workers import memory

app = App(name="benchmarks.console", help="What each page of the console takes over a season of many placements.")

WANTED_MS = 300
"""What nineteen of twenty pages must stay below; files with every placement in them may take longer."""

CHOSEN = 300

ELSEWHERE = "insert into organisations (id, kind, name, status) values ('org-x', 'school', 'Elsewhere High', 'active')"


class Timed(Frozen):
    """One page's answers. Times in milliseconds; `kilobytes` is its length before anything is packed."""

    page: str
    kilobytes: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float


class Report(Frozen):
    """Everything measured in one run."""

    placements: int
    requests: int
    pages: tuple[Timed, ...]


@app.default
def run(
    *,
    placements: Annotated[int, Parameter(help="Placements in the database.")] = 3000,
    requests: Annotated[int, Parameter(help="How often each page is asked for.")] = 40,
    limited: Annotated[bool, Parameter(help="With a school that is out of sight.", negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", help="Print JSON.")] = False,
) -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    report = asyncio.run(measured(placements, requests, limited=limited))
    if as_json:
        sys.stdout.write(json.dumps(report.model_dump(mode="json"), indent=2) + "\n")
    else:
        Console(width=110).print(table(report))


async def measured(placements: int, requests: int, *, limited: bool = False) -> Report:
    """Fill a database, then ask for every page as the director, who sees all of it."""
    async with console(placements, limited=limited) as http:
        pages = tuple([await _timed(http, name, path, requests) for name, path in paths(placements).items()])
    return Report(placements=placements, requests=requests, pages=pages)


@asynccontextmanager
async def console(placements: int, *, limited: bool = False) -> AsyncGenerator[httpx2.AsyncClient]:
    """A browser of the director's, signed in at a gateway over a season of so many placements.

    `limited`: Postgres keeps back the rows of a school elsewhere; all the placements are in sight.
    """
    with TemporaryDirectory(prefix="journeywork-bench-") as folder:
        async with postgres(Path(folder) / "postgres", free_port()) as url:
            await migrate(url)
            async with open_pool(url) as pool:
                await fill(pool, placements)
                async with pool.acquire() as conn:
                    session = await sign_in.begin(conn, DIRECTOR, NOW)
                    if limited:
                        await conn.execute(ELSEWHERE)
            async with open_pool(url, role=WHOLE) as pool:
                gateway = make_app(_services(pool), dispatch=False)
                memory.settle()
                async with httpx2.AsyncClient(
                    transport=httpx2.ASGITransport(gateway),
                    base_url="http://people.example",
                    cookies={"journeywork-session": session},
                ) as http:
                    yield http


def _services(pool: Pool) -> Services:
    nowhere = cast("LifecycleClient", None)  # pages read; nothing here is sent to a placement
    return Services(
        pool=pool,
        deliverer=Deliverer(pool, nowhere),
        health=cast("Health", None),
        api_key="unused",
        public_url="http://people.example",
        now=lambda: NOW + timedelta(minutes=1),
    )


def paths(placements: int) -> Mapping[str, str]:
    """What is measured: a page's name and its address."""
    chosen = "&".join(f"id=pl-{n:05}" for n in range(min(CHOSEN, placements)))
    return {
        "caseload": "/console",
        "caseload, the second fifty": "/console?after=2027-07-21T21%3A00%3A00%2B00%3A00~pl-00000",
        "caseload, overdue": "/console?overdue=1",
        "caseload, one school and state": "/console?school=org-3&state=active",
        "caseload, a name searched for": "/console?q=delgado+1",
        "one placement": "/console/placements/pl-00019",
        "an act over 300 chosen": f"/console/acts/new?act=suspend&{chosen}",
        "an act over all of a school": "/console/acts/new?act=remind&whole=1&school=org-3",
        "caseload as CSV": "/console/caseload.csv?show=all",
        "caseload as Excel": "/console/caseload.xlsx?show=all",
        "offers": "/console/offers",
        "one offer": "/console/offers/opp-19",
        "hosts": "/console/hosts",
        "one host": "/console/hosts/hst-19",
        "incidents": "/console/incidents",
        "imports": "/console/imports",
        "what staff did": "/console/acts",
        "season": "/console/season",
    }


async def _timed(http: httpx2.AsyncClient, name: str, path: str, requests: int) -> Timed:
    await _asked(http, path)
    cpu, times, length = time.process_time(), list[float](), 0
    for _ in range(requests):
        started = time.perf_counter()
        length = await _asked(http, path)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return Timed(
        page=name,
        kilobytes=length / 1000,
        p50_ms=times[len(times) // 2],
        p95_ms=times[min(int(len(times) * 0.95), len(times) - 1)],
        cpu_ms=(time.process_time() - cpu) / requests * 1000,
    )


async def _asked(http: httpx2.AsyncClient, path: str) -> int:
    answer = await http.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path[:80]} answers {answer.status_code}")
    return len(answer.content)


def table(report: Report) -> Table:
    """The figures; a page above what is wanted is marked."""
    shown = Table(title=f"the console over {report.placements:,} placements, each page {report.requests} times")
    for title in ("", "KB", "p50 ms", "p95 ms", "CPU ms"):
        shown.add_column(title, justify="left" if not title else "right")
    for one in report.pages:
        slow = " !" if one.p95_ms > WANTED_MS and " as " not in one.page else ""
        shown.add_row(
            one.page, f"{one.kilobytes:.0f}", f"{one.p50_ms:.0f}", f"{one.p95_ms:.0f}{slow}", f"{one.cpu_ms:.0f}"
        )
    return shown


if __name__ == "__main__":
    app()
    os._exit(0)
