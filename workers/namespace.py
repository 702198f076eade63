"""What a Temporal namespace needs before Journeywork can use it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.attributes import REGISTERED

RETENTION = timedelta(days=365)
"""How long an ended lifecycle stays readable in Temporal (its default, a day, would lose the story)."""


async def prepare_namespace(client: Client) -> None:
    """Register the search attributes and keep ended lifecycles readable; repeating it changes nothing."""
    await _until_served(client)
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {name: kind for name, kind in REGISTERED.items() if name not in listed.custom_attributes}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    retention = Duration()
    retention.FromTimedelta(RETENTION)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=retention)
        )
    )


async def knows_any(client: Client, workflow_ids: Sequence[str]) -> bool:
    """Whether Temporal knows at least one of these; a store that was emptied answers as if it were well."""
    for workflow_id in workflow_ids:
        try:
            await client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        else:
            return True
    return False


async def _until_served(client: Client) -> None:
    """The dev server answers health checks shortly before its namespace is there."""
    for _ in range(100):
        try:
            await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace=client.namespace)
            )
        except RPCError as error:
            if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.UNAVAILABLE):
                raise
            await asyncio.sleep(0.05)
        else:
            return
