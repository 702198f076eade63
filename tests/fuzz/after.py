"""What is looked at when all has been thrown: nothing waits, nothing is stuck, nothing was logged as a fault."""

import json
from pathlib import Path

from cli.stack.stack import Stack
from records.pool import open_connection
from tests.chaos.gathering import why_held
from workers.temporal import connect

OURS = ("gateway", "worker", "mail")
PARKED = "select event_id, type from inbox where problem->>'code' = 'fault'"


async def stuck(stack: Stack) -> list[str]:
    """Lifecycles that do not go on: a task that fails again and again, parked, or ended by a failure."""
    client = await connect(stack.urls.temporal)
    found = [f"{one.id} ended as {one.status}" async for one in client.list_workflows(FAILED)]
    async for one in client.list_workflows('ExecutionStatus="Running"'):
        handle = client.get_workflow_handle(one.id, run_id=one.run_id)
        found += [f"{one.id}: {why}" for why in why_held((await handle.describe()).raw_description)]
        if one.search_attributes.get("Parked") == [True]:
            found.append(f"{one.id} is parked")
    return found


FAILED = 'ExecutionStatus in ("Failed", "Terminated", "TimedOut", "Canceled")'


async def parked(stack: Stack) -> list[str]:
    """Events that a fault of ours kept from being delivered."""
    async with open_connection(stack.urls.database) as conn:
        return [f"parked: {row['type']} {row['event_id']}" for row in await conn.fetch(PARKED)]


def complaints(folder: Path) -> list[str]:
    """Lines of the logs that tell of a traceback or an error of ours."""
    found: list[str] = []
    for file in sorted(folder.glob("*.log")):
        found += [
            f"{file.stem}: {line[:400]}"
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
            if "Traceback" in line or (file.stem in OURS and _is_error(line.partition(" ")[2]))
        ]
    return found


def _is_error(said: str) -> bool:
    try:
        line = json.loads(said)
    except ValueError:
        return False
    return isinstance(line, dict) and line.get("level") in ("error", "critical")
