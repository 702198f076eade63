"""The servers under measurement: the product's own embedded ones, with durable stores, in a folder of their own."""

import logging
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.carrying import Carrying
from activities.mailer import Mailer
from benchmarks.naive import ACTIVITIES, NAIVE_QUEUE, WORKFLOWS
from benchmarks.season import TEAM
from benchmarks.stand_in import carry_out
from cli.stack.mailbox import Mailbox
from cli.stack.mailcatcher import smtp_catcher
from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from cli.stack.supervise import Supervisor
from cli.stack.temporal import temporal_child, wait_until_serving
from records.lifecycles import record_batch
from records.migrate import migrate
from records.pool import Pool, open_pool
from schemas.acts import Batch
from workers.namespace import prepare_namespace
from workers.temporal import connect
from workers.worker import effects_worker, lifecycle_worker

STICKY = timedelta(seconds=1)


@dataclass(frozen=True)
class Server:
    """A running Temporal dev server, WAL with full synchronisation, as `journeywork up` starts it."""

    address: str
    pid: int
    client: Client


@asynccontextmanager
async def temporal_server() -> AsyncGenerator[Server]:
    """Run the server while the block runs; its store is a file in a temporary folder."""
    with TemporaryDirectory(prefix="journeywork-bench-") as folder:
        port = free_port()
        address = f"127.0.0.1:{port}"
        async with Supervisor(_say) as supervisor:
            await supervisor.start(temporal_child(port, database=Path(folder) / "temporal.db"))
            await supervisor.until(wait_until_serving(address), "Temporal", 30)
            client = await connect(address)
            await prepare_namespace(client)
            yield Server(address, supervisor.pid("temporal") or 0, client)


async def namespace(server: Server, name: str) -> Client:
    """A namespace more on the same server, where other workers poll."""
    await server.client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=Duration(seconds=86_400))
    )
    client = await connect(server.address, name)
    await prepare_namespace(client)
    return client


def _say(name: str, line: str) -> None:
    sys.stderr.write(f"{name} | {line}\n")


@asynccontextmanager
async def workers(client: Client, effects: Callable[..., Any] = carry_out) -> AsyncGenerator[None]:
    """Poll for our workflows, for what they ask, and for the peers', in this process."""
    peers = Worker(
        client,
        task_queue=NAIVE_QUEUE,
        workflows=list(WORKFLOWS),
        activities=list(ACTIVITIES),
        max_cached_workflows=4000,
        sticky_queue_schedule_to_start_timeout=STICKY,
    )
    async with AsyncExitStack() as running:
        for worker in (lifecycle_worker(client), effects_worker(client, [effects]), peers):
            await running.enter_async_context(worker)
        yield


@dataclass(frozen=True)
class World:
    """The product's own activity, and how the gateway records at once what an answer tells."""

    effects: Callable[..., Any]
    pool: Pool

    async def record(self, batch: Batch) -> None:
        """Record one batch, as the gateway does."""
        async with self.pool.acquire() as conn:
            await record_batch(conn, batch)


@asynccontextmanager
async def real_world(client: Client) -> AsyncGenerator[World]:
    """Records in a durable embedded Postgres, seats in Temporal, mail over SMTP to the product's own catcher."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with TemporaryDirectory(prefix="journeywork-bench-") as folder:
        mails = Path(folder) / "mails"
        mails.mkdir()
        async with (
            postgres(Path(folder) / "postgres", free_port()) as url,
            smtp_catcher(Mailbox(mails), 0) as smtp_port,
        ):
            await migrate(url)
            mailer = Mailer(f"smtp://127.0.0.1:{smtp_port}", "bench@localhost")
            async with open_pool(url, size=20) as pool:
                await import_people(pool)
                public_url = "http://127.0.0.1:8800"
                yield World(Carrying(pool=pool, client=client, mailer=mailer, public_url=public_url).carry_out, pool)
            await mailer.aclose()


async def import_people(pool: Pool, *more: str) -> None:
    """Let the directory know the season's team, and more people by their ids."""
    async with pool.acquire() as conn:
        for person in {*TEAM.values(), *more}:
            await conn.execute(
                "insert into people (id, given_name, family_name, email, language, status)"
                " values ($1, 'Given', 'Family', $1 || '@example.org', 'en', 'active')",
                person,
            )


def cpu_seconds(pid: int) -> float | None:
    """The CPU time a process has used so far; None where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
