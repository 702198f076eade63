"""One server, one namespace of its own, one worker for all tests of this folder."""

from collections.abc import AsyncIterator

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from tests.workflows.lives import Lives
from tests.workflows.world import World
from workers.namespace import prepare_namespace
from workers.temporal import connect
from workers.worker import effects_worker, lifecycle_worker

NAMESPACE = "workflow-tests"
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
async def world(client: Client) -> AsyncIterator[World]:
    world = World()
    async with lifecycle_worker(client), effects_worker(client, [world.carry_out]):
        yield world


@pytest.fixture
def lives(client: Client, world: World) -> Lives:  # noqa: ARG001 - the worker must run
    return Lives(client)
