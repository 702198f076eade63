"""A gateway with the sample's people, and lifecycles in memory in place of Temporal."""

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx2
import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from cli.import_run import import_kind
from gateway.app import create_app
from records.pool import open_pool
from tests.gateway.desk import BEGINS, KEY, Desk, gateway_on
from tests.gateway.real import Real
from workers.namespace import prepare_namespace
from workers.temporal import connect

SAMPLE = Path(__file__).resolve().parents[2] / "catalog" / "examples" / "boston-summer"
_numbers: Iterator[int] = itertools.count()


@pytest.fixture(scope="session")
async def peopled_template(postgres_server: str, migrated_template: str) -> AsyncIterator[str]:
    """Yield the name of a database with the sample's people, hosts and opportunities."""
    name = f"peopled_{os.getpid()}"
    await _run(postgres_server, f"create database {name} template {migrated_template} strategy wal_log")
    url = _beside(postgres_server, name)
    await import_kind("oneroster", SAMPLE / "oneroster", database_url=url, today=BEGINS)
    await import_kind("employers", SAMPLE / "employers.csv", database_url=url, today=BEGINS)
    report = await import_kind("opportunities", SAMPLE / "opportunities.csv", database_url=url, today=BEGINS)
    assert report.ok, report.problems
    yield name
    await _run(postgres_server, f"drop database {name} with (force)")


@pytest.fixture
async def peopled(postgres_server: str, peopled_template: str) -> AsyncIterator[str]:
    """Yield the address of a fresh database with the sample in it."""
    name = f"desk_{os.getpid()}_{next(_numbers)}"
    await _run(postgres_server, f"create database {name} template {peopled_template} strategy wal_log")
    yield _beside(postgres_server, name)
    await _run(postgres_server, f"drop database {name} with (force)")


@pytest.fixture
async def desk(peopled: str) -> AsyncIterator[Desk]:
    """Yield a gateway on the sample's people; nothing has been sent to it."""
    async with gateway_on(peopled) as made:
        yield made


@pytest.fixture(scope="module")
async def open_desk(postgres_server: str, peopled_template: str) -> AsyncIterator[Desk]:
    """Yield a gateway that a module's tests share, with opportunity opp-6001 open; for what leaves nothing behind."""
    name = f"desk_{os.getpid()}_{next(_numbers)}"
    await _run(postgres_server, f"create database {name} template {peopled_template} strategy wal_log")
    async with gateway_on(_beside(postgres_server, name)) as made:
        await made.opened()
        yield made
    await _run(postgres_server, f"drop database {name} with (force)")


@pytest.fixture
async def rehearsal(peopled: str) -> AsyncIterator[Desk]:
    """Yield a gateway that lets clocks run fast."""
    async with gateway_on(peopled, rehearsals=True) as made:
        yield made


@pytest.fixture(scope="session")
async def namespace_client(temporal_alone: str) -> Client:
    """Return a client of a namespace of this folder's own."""
    plain = await connect(temporal_alone)
    await plain.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace="gateway-tests", workflow_execution_retention_period=Duration(seconds=86400))
    )
    client = await connect(temporal_alone, "gateway-tests")
    await prepare_namespace(client)
    return client


@pytest.fixture
async def real(peopled: str, namespace_client: Client, request: pytest.FixtureRequest) -> AsyncIterator[Real]:
    """Yield a gateway; no worker runs unless the test starts one."""
    async with open_pool(peopled) as pool:
        app = create_app(pool=pool, client=namespace_client, api_key=KEY, public_url="http://people.example")
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app),
                base_url="http://people.example",
                headers={"Authorization": f"Bearer {KEY}"},
            ) as api,
        ):
            yield Real(app, namespace_client, api, f"t{abs(hash(request.node.name)) % 10**8}")


def _beside(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
