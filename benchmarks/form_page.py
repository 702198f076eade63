"""The README's figures of the form page: how heavy it is over the wire, and how soon the gateway answers.

    .venv/bin/python -m benchmarks.form_page            the tables
    .venv/bin/python -m benchmarks.form_page --json     the same as JSON

The stack runs as `journeywork up` runs it: durable stores, a worker, a gateway, each a process, with the load beside
them. Supervisors open their review, look at what they will send, keep a draft and send, 20 requests a second.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NamedTuple

import httpx2
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from benchmarks.embedded import import_people
from benchmarks.peers import Ours, open_opportunity
from benchmarks.season import AT_ONCE, Season, season_at_once
from cli.demo.paper import Paper, Writer
from cli.stack.logs import file_log
from cli.stack.ports import PARTS, is_free
from cli.stack.stack import StackSettings, running_stack
from records import links
from records.lifecycles import record_batch
from records.pool import Pool, open_pool
from schemas.acts import Batch
from schemas.base import Frozen
from schemas.clock import Clock
from schemas.vocabulary import RequestKind, Role
from workers.temporal import connect

app = App(name="benchmarks.form_page", help="How heavy the form page is, and how soon the gateway answers.")
REVIEW = "baseline_evaluation"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
INTERNS = 8
"""How many placements share a supervisor."""
AT_A_TIME, WARMING = 16, 5
"""Placements that are brought to their review at a time, and how many are reviewed before anything is measured."""
STEPS = (
    ("GET the form", None),
    ("POST, to keep a draft", "save"),
    ("POST, to look at the answers", "check"),
    ("POST, to send them", "send"),
)
"""What a supervisor does, and the button she presses for it."""
PAUSES = 3
"""How many other supervisors begin between two requests of one."""
_WRITER = Writer("bench", RequestKind.BASELINE_EVALUATION, None, "Ada Example", "2027-09-14")


class Weight(Frozen):
    """Bytes over the wire of a form's page and everything it loads: as browsers ask for it, and unpacked."""

    form: str
    packed: int
    unpacked: int


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


class Report(Frozen):
    """Everything measured in one run. `late_ms`: by how much the latest request went out after its moment."""

    a_second: float
    weight: tuple[Weight, ...]
    answers: tuple[Answers, ...]
    late_ms: float


class Sent(NamedTuple):
    """One request of the load, and its milliseconds: the gateway's own, and altogether."""

    what: str
    server_ms: float
    ms: float


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
    """Bring the stack up, bring every placement to its review, then send the load."""
    if not all(is_free(port_base + offset) for offset in range(len(PARTS))):
        raise SystemExit(f"ports from {port_base} on are in use; choose others with --port-base")
    with TemporaryDirectory(prefix="journeywork-bench-") as folder:
        settings = StackSettings(
            environment={**os.environ, "JOURNEYWORK_REHEARSALS": "on"},
            data=Path(folder) / "data",
            port_base=port_base,
            log=file_log(Path(folder) / "logs"),
        )
        async with running_stack(settings) as stack, open_pool(stack.urls.database) as pool:
            tokens = await _prepared(pool, stack.urls.temporal, placements)
            async with httpx2.AsyncClient(base_url=str(stack.urls.gateway), timeout=30) as client:
                weight = await _weight(client, f"/f/{tokens[0]}")
                await _load(client, [tokens.pop() for _ in range(WARMING)], a_second)
                sent, late = await _load(client, tokens, a_second)
    kinds = dict.fromkeys(one.what for one in sent)
    return Report(
        a_second=a_second,
        weight=(weight,),
        answers=tuple(_summed(what, [one for one in sent if one.what == what]) for what in kinds),
        late_ms=late * 1000,
    )


async def _prepared(pool: Pool, temporal: str, placements: int) -> list[str]:
    """Placements whose supervisor is asked for the review, and a link of each."""
    client = await connect(temporal)

    async def record(batch: Batch) -> None:
        async with pool.acquire() as conn:
            await record_batch(conn, batch)

    await import_people(pool, *(f"sup-{number + 1}" for number in range(placements // INTERNS + 1)))
    await open_opportunity(client, record)
    ours = Ours(client, record)
    clock = Clock(program_epoch=AT_ONCE, real_epoch=datetime.now(UTC))
    told = [
        season_at_once(f"pl-{number}", weeks=1, clock=clock, supervisor_id=f"sup-{number // INTERNS + 1}")
        for number in range(placements + WARMING)
    ]
    gate = asyncio.Semaphore(AT_A_TIME)

    async def one(season: Season) -> str:
        async with gate:
            await ours.begin(season)
            for number in range(_first(season)):
                await ours.act(season, number)
            return await _link(pool, season)

    return list(await asyncio.gather(*(one(season) for season in told)))


def _first(season: Season) -> int:
    """The number of the act that answers the review."""
    asked = [getattr(one.command, "request_id", None) for one in season.acts]
    return asked.index(REVIEW)


async def _link(pool: Pool, season: Season) -> str:
    async with pool.acquire() as conn:
        return await links.mint(
            conn,
            lifecycle="placement",
            lifecycle_id=season.placement_id,
            request_id=REVIEW,
            person_id=season.opening.command.team[Role.WORKSITE_SUPERVISOR],
            role=Role.WORKSITE_SUPERVISOR,
            now_program=AT_ONCE,
            expires_at=AT_ONCE + timedelta(days=30),
            notification_key="bench",
        )


async def _weight(client: httpx2.AsyncClient, path: str) -> Weight:
    """What a browser takes in for the page of the review."""
    page = (await client.get(path)).text
    loaded = dict.fromkeys([path, *re.findall(r'(?:href|src)="(/static/[^"]+)"', page)])

    async def size(packing: str) -> int:
        total = 0
        for one in loaded:
            async with client.stream("GET", one, headers={"Accept-Encoding": packing}) as answer:
                total += sum([len(part) async for part in answer.aiter_raw()])
        return total

    return Weight(form="ma-wblp@2024.1, as served", packed=await size("gzip"), unpacked=await size("identity"))


async def _load(client: httpx2.AsyncClient, tokens: Sequence[str], a_second: float) -> tuple[list[Sent], float]:
    """Every supervisor's requests, each at its moment, so many a second; and by how much the latest went out late."""
    sent: list[Sent] = []
    began = time.perf_counter()

    async def person(number: int, token: str) -> float:
        return await _journey(
            client, token, [began + _slot(number, step) / a_second for step in range(len(STEPS))], sent
        )

    late = await asyncio.gather(*(person(number, token) for number, token in enumerate(tokens)))
    return sent, max(late)


def _slot(number: int, step: int) -> int:
    """Which request of all it is: every slot has one, and none of the kinds always comes after the same other one."""
    return (number + PAUSES * step) * len(STEPS) + (step + number) % len(STEPS)


async def _journey(client: httpx2.AsyncClient, token: str, at: Sequence[float], sent: list[Sent]) -> float:
    """One supervisor's requests at their moments, kept in `sent`; gives by how much the latest went out late."""
    values: dict[str, str] = {}
    late = 0.0
    for moment, (what, button) in zip(at, STEPS, strict=True):
        await asyncio.sleep(moment - time.perf_counter())
        began = time.perf_counter()
        late = max(late, began - moment)
        if button is None:
            answer = await client.get(f"/f/{token}")
        else:
            body = str(httpx2.QueryParams({**values, "_do": button}))
            answer = await client.post(f"/f/{token}", content=body, headers=FORM)
        took = (time.perf_counter() - began) * 1000
        sent.append(Sent(what, float(answer.headers["Server-Timing"].partition("dur=")[2]), took))
        if answer.status_code not in (200, 303):
            raise RuntimeError(f"{what} was answered with {answer.status_code}")
        values = values or _WRITER.fill(Paper(answer.text))
    return late


def _summed(what: str, sent: Sequence[Sent]) -> Answers:
    server, whole = _times([one.server_ms for one in sent]), _times([one.ms for one in sent])
    return Answers(what=what, requests=len(sent), server=server, whole=whole)


def _times(ms: Sequence[float]) -> Times:
    def quantile(share: float) -> float:
        return sorted(ms)[min(int(len(ms) * share), len(ms) - 1)]

    return Times(p50=quantile(0.5), p95=quantile(0.95), p99=quantile(0.99), longest=max(ms))


def tables(report: Report) -> tuple[Table, Table]:
    """The figures as tables."""
    weight = Table(title="the page and everything it loads, kilobytes over the wire")
    for title in ("form", "packed, as browsers ask for it", "unpacked"):
        weight.add_column(title, justify="left" if title == "form" else "right")
    for one in report.weight:
        weight.add_row(one.form, f"{one.packed / 1000:.1f}", f"{one.unpacked / 1000:.1f}")
    answers = Table(title=f"{report.a_second:g} requests a second, in milliseconds; {report.late_ms:.0f} late at most")
    for title in ("", "requests", "server p50", "p95", "p99", "longest", "whole p50", "p95", "p99", "longest"):
        answers.add_column(title, justify="right" if title else "left")
    for each in report.answers:
        times = (ms for one in (each.server, each.whole) for ms in (one.p50, one.p95, one.p99, one.longest))
        answers.add_row(each.what, str(each.requests), *(f"{ms:.0f}" for ms in times))
    return weight, answers


if __name__ == "__main__":
    app()
