"""`python -m tests.fuzz.duplicates --repeats 5000 --seed 7`: a life's events again and again, on a real Temporal.

The server wants short histories, so the placement goes on as a new run several times, and at last it ends. Some events
are also made to be delivered a second time, as after a crash between applying one and noting it.
"""

import argparse
import asyncio
import random
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2
from structlog.testing import capture_logs
from temporalio.testing import WorkflowEnvironment

from cli.app import leave
from cli.import_run import import_kind
from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from cli.stack.temporal import temporal_program
from gateway.app import create_app
from records.health import borrow
from records.migrate import migrate
from records.pool import open_pool
from tests.fuzz.files import SAMPLE, TODAY
from tests.fuzz.findings import commit, say
from tests.gateway.desk import KEY, until
from tests.gateway.real import Real, working
from workers.namespace import prepare_namespace
from workers.temporal import connect

SHORT = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=70")
EXTENSIONS = 25
AGAIN = "update inbox set status = 'accepted', next_attempt_at = now() where event_id = any($1) and source = $2"
TOLD = "select count(*) from lifecycle_events where lifecycle = 'placement' and type = $1"


async def main(repeats: int, seed: int) -> int:
    """Send everything so often; the exit status is 1 when something was wrong."""
    say(f"duplicates: {repeats} repeats, seed {seed}, commit {commit()}")
    with tempfile.TemporaryDirectory() as folder, capture_logs():
        async with (
            postgres(Path(folder) / "pg", free_port(), durable=False) as url,
            await WorkflowEnvironment.start_local(
                dev_server_existing_path=str(temporal_program()),
                dev_server_log_level="never",
                dev_server_extra_args=SHORT,
            ) as environment,
        ):
            await migrate(url)
            await import_kind("oneroster", SAMPLE / "oneroster", database_url=url, today=TODAY)
            for kind in ("employers", "opportunities"):
                path = SAMPLE / f"{kind}.csv"
                await import_kind(kind, path, database_url=url, today=TODAY)  # pyright: ignore[reportArgumentType]
            client = await connect(environment.client.service_client.config.target_host)
            await prepare_namespace(client)
            async with open_pool(url) as pool:
                app = create_app(pool=pool, client=client, api_key=KEY, public_url="http://people.example")
                headers = {"Authorization": f"Bearer {KEY}"}
                transport = httpx2.ASGITransport(app)
                async with (
                    app.router.lifespan_context(app),
                    httpx2.AsyncClient(transport=transport, base_url="http://x", headers=headers) as api,
                ):
                    real = Real(app, client, api, "d")
                    real.wait_long()
                    async with working(real):
                        wrong = await _lived(real, repeats, random.Random(seed))  # noqa: S311 - no secret
    for line in wrong:
        say(f"wrong: {line}")
    return int(bool(wrong))


def _event(real: Real, id_: str, type_: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": id_,
        "source": f"/{real.prefix}",
        "type": f"org.journeywork.{type_}",
        "subject": real.named("pl-1"),
        "data": data,
    }


async def _lived(real: Real, repeats: int, order: random.Random) -> list[str]:
    """One life with its repeats; what was wrong."""
    learner = {"learner_id": "lrn-1043", "opportunity_id": real.named("opp-6001")}
    days = [date(2027, 8, 14) + timedelta(days=at) for at in range(EXTENSIONS)]
    life = [("placement.proposed", learner), ("offer.made", {}), ("offer.accepted", {})]
    life += [("placement.extended", {"end": day.isoformat()}) for day in days]
    life += [("placement.withdrawn", {"reason": "moved_away"})]
    await real.opened()
    handle = real.client.get_workflow_handle(f"placement/{real.named('pl-1')}")
    wrong: list[str] = []
    sent: list[dict[str, Any]] = []
    runs: set[str] = set()
    told = conflicts = redelivered = 0

    async def waits() -> bool:
        async with borrow(real.pool) as conn:
            return await conn.fetchval("select count(*) from inbox where status = 'accepted'") == 0

    for at, (type_, data) in enumerate(life):
        event = _event(real, f"e-{at}", type_, data)
        first = await real.api.post("/events", json=event)
        if first.status_code != 200:
            wrong.append(f"{type_}: {first.text}")
        sent.append(event)
        if type_ == "offer.made":
            await until(lambda: real.is_in("offered"), within=30)
        runs.add(str((await handle.describe()).run_id))
        share = repeats // len(life) if at < len(life) - 1 else repeats - told
        for again in order.choices(sent, k=share):
            told += 1
            answer = await real.api.post("/events", json=again)
            if answer.status_code != 200 or answer.json()["duplicate"] is not True:
                wrong.append(f"repeat of {again['id']}: {answer.text}")
            if told % 10 == 0:
                conflicts += 1
                changed = await real.api.post("/events", json=again | {"data": {"changed": told}})
                if changed.status_code != 409 or changed.json()["code"] != "conflict":
                    wrong.append(f"changed {again['id']}: {changed.text}")
        ids = [str(one["id"]) for one in order.sample(sent, k=min(5, len(sent)))]
        redelivered += len(ids)
        async with borrow(real.pool) as conn:
            await conn.execute(AGAIN, ids, f"/{real.prefix}")
        async with borrow(real.pool) as conn:
            await conn.execute("select pg_notify('inbox', '')")
        await until(waits, within=60)
    counts: dict[str, int] = {}
    async with borrow(real.pool) as conn:
        for type_ in sorted({type_ for type_, _ in life}):
            counts[type_] = await conn.fetchval(TOLD, type_)
            expected = sum(one == type_ for one, _ in life)
            if counts[type_] != expected:
                wrong.append(f"{type_} is told {counts[type_]} times, not {expected}")
    say(
        f"{told} repeats, {conflicts} changed, {redelivered} delivered again, over {len(runs)} runs and the end; "
        f"told: {counts}; {len(wrong)} wrong"
    )
    return wrong if len(runs) > 1 else [*wrong, "the placement never went on as a new run"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.duplicates", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5000, help="how many (default 5000)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same order (default 7)")
    told_ = parser.parse_args()
    leave(asyncio.run(main(told_.repeats, told_.seed)))
