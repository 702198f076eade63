"""A worker in a process of its own, to be killed. Says `polling` once it polls."""

import asyncio
import sys

from benchmarks.stand_in import carry_out
from workers.temporal import connect
from workers.worker import effects_worker, lifecycle_worker


async def poll(address: str) -> None:
    """Poll until killed."""
    client = await connect(address)
    async with lifecycle_worker(client), effects_worker(client, [carry_out]):
        print("polling", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(poll(sys.argv[1]))
