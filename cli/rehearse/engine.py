"""What only Temporal knows of a run: which lifecycles are parked, and what keeps one from going on."""

import os

from temporalio.client import Client

from workers.codec import Keyring
from workers.temporal import connect

PARKED = "Parked=true"


class Engine:
    """Looks into one Temporal."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def parked(self, run: str) -> list[str]:
        """The workflow ids of a run's lifecycles whose alarm a fault in our own code has stopped."""
        return [one.id async for one in self._client.list_workflows(PARKED) if run in one.id]

    async def held_up_by(self, placement_id: str) -> str:
        """What a placement's workflow tries again and again, in codes; empty when there is nothing."""
        described = await self._client.get_workflow_handle(f"placement/{placement_id}").describe()
        raw = described.raw_description
        tried = [
            f"{one.activity_type.name}, attempt {one.attempt}: {one.last_failure.message}"
            for one in raw.pending_activities
            if one.attempt > 1
        ]
        if raw.HasField("pending_workflow_task") and raw.pending_workflow_task.attempt > 1:
            tried.append(f"its workflow task, attempt {raw.pending_workflow_task.attempt}")
        return "; ".join(tried)


async def engine_at(address: str) -> Engine:
    """The Temporal at an address, in the namespace that the environment names."""
    keyring = Keyring.read(os.environ.get("JOURNEYWORK_PAYLOAD_KEYS") or "")
    return Engine(await connect(address, os.environ.get("TEMPORAL_NAMESPACE") or "default", keyring))
