"""Supervisors at their reviews, for the form page's figures: placements that have come so far, and what people do."""

import asyncio
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx2

from benchmarks.embedded import import_people
from benchmarks.peers import Ours, open_opportunity
from benchmarks.season import AT_ONCE, Season, season_at_once
from cli.demo.paper import Paper, Writer
from records import links
from records.lifecycles import record_batch
from records.pool import Pool
from schemas.acts import Batch
from schemas.base import Frozen
from schemas.clock import Clock
from schemas.vocabulary import RequestKind, Role
from workers.temporal import connect

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


class Sent(NamedTuple):
    """One request of the load, and its milliseconds: the gateway's own, and altogether."""

    what: str
    server_ms: float
    ms: float


async def prepared(pool: Pool, temporal: str, placements: int) -> list[str]:
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


async def weight(client: httpx2.AsyncClient, path: str) -> Weight:
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


async def load(client: httpx2.AsyncClient, tokens: Sequence[str], a_second: float) -> tuple[list[Sent], float]:
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
