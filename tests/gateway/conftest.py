"""A gateway with the sample's people, and lifecycles in memory in place of Temporal."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from cli.import_run import import_kind
from gateway.app import create_app
from records.grants import WHOLE
from records.pool import open_pool
from tests.fixtures.databases import Databases, databases
from tests.gateway.desk import BEGINS, KEY, Desk, gateway_on
from tests.gateway.real import Real
from workers.namespace import prepare_namespace
from workers.temporal import connect

SAMPLE = Path(__file__).resolve().parents[2] / "catalog" / "examples" / "boston-summer"


@pytest.fixture(scope="session")
async def with_people(postgres_server: str, migrated: Databases) -> AsyncIterator[Databases]:
    """Yield databases that hold the sample's people, hosts and opportunities."""
    async with databases(postgres_server, f"peopled_{os.getpid()}", migrated.template) as (url, made):
        await import_kind("oneroster", SAMPLE / "oneroster", database_url=url, today=BEGINS)
        await import_kind("employers", SAMPLE / "employers.csv", database_url=url, today=BEGINS)
        report = await import_kind("opportunities", SAMPLE / "opportunities.csv", database_url=url, today=BEGINS)
        assert report.ok, report.problems
        yield made


@pytest.fixture
async def peopled(with_people: Databases) -> AsyncIterator[str]:
    """Yield the address of a fresh database with the sample in it."""
    async with with_people.one() as url:
        yield url


@pytest.fixture
async def desk(peopled: str) -> AsyncIterator[Desk]:
    """Yield a gateway on the sample's people; nothing has been sent to it."""
    async with gateway_on(peopled) as made:
        yield made


@pytest.fixture(scope="module")
async def open_desk(with_people: Databases) -> AsyncIterator[Desk]:
    """Yield a gateway that a module's tests share, with opportunity opp-6001 open; for what leaves nothing behind."""
    async with with_people.one() as url, gateway_on(url, role=WHOLE) as made:
        await made.opened()
        yield made


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
    async with open_pool(peopled, role=WHOLE) as pool:
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
