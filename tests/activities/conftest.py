"""A namespace of its own, a worker that decides, a filled directory and a real mail server."""

from collections.abc import AsyncIterator

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from activities.mailer import Mailer
from activities.notifications import Notifier
from records.pool import Pool, open_pool
from tests.activities.notices import URL
from tests.activities.people import fill
from tests.fixtures.mail import MailServer
from tests.records.lives import NOON
from workers.namespace import prepare_namespace
from workers.temporal import connect
from workers.worker import lifecycle_worker

NAMESPACE = "activity-tests"
"""Other folders' workers poll the same queues of the session's server; a namespace keeps them apart."""


@pytest.fixture(scope="session")
async def client(temporal_alone: str) -> Client:
    plain = await connect(temporal_alone)
    await plain.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=NAMESPACE, workflow_execution_retention_period=Duration(seconds=86400))
    )
    client = await connect(temporal_alone, NAMESPACE)
    await prepare_namespace(client)
    return client


@pytest.fixture(scope="session")
async def deciding(client: Client) -> AsyncIterator[Client]:
    async with lifecycle_worker(client):
        yield client


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, size=5) as opened:
        async with opened.acquire() as conn:
            await fill(conn)
        yield opened


@pytest.fixture
async def mailer(mail_server: MailServer) -> AsyncIterator[Mailer]:
    made = Mailer(mail_server.smtp_url, "Placements <placements@example.org>")
    yield made
    await made.aclose()


@pytest.fixture
def notifier(pool: Pool, mailer: Mailer) -> Notifier:
    return Notifier(pool, mailer, URL + "/", lambda: NOON)
