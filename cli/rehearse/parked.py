"""Which lifecycles of a run are parked: a fault in our own code stopped their alarm. Only Temporal knows."""

import os

from workers.temporal import connect

QUERY = "Parked=true"


async def parked_of(address: str, run: str) -> list[str]:
    """Their workflow ids; `address` is Temporal's."""
    client = await connect(address, os.environ.get("TEMPORAL_NAMESPACE") or "default")
    return [one.id async for one in client.list_workflows(QUERY) if run in one.id]
