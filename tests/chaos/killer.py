"""The killer: SIGKILL to one component after the other; and whole outages of one of them."""

import asyncio
import os
import signal
import time
from collections.abc import Sequence

from cli.stack.stack import Stack
from tests.chaos.ledger import Kill, Ledger

COMPONENTS = ("gateway", "worker", "temporal", "postgres")
"""In turn. The dispatcher lives in the gateway's process and dies with it."""


async def kill_in_turn(stack: Stack, ledger: Ledger, *, every: float, components: Sequence[str] = COMPONENTS) -> None:
    """Kill one component each `every` seconds until cancelled; one that is down already is killed once it is up."""
    for number in range(10**9):
        await asyncio.sleep(every)
        await kill(stack, ledger, components[number % len(components)])


async def kill(stack: Stack, ledger: Ledger, component: str) -> None:
    """Kill one component at once, when it runs."""
    while (pid := stack.pid(component)) is None:  # noqa: ASYNC110 - the supervisor starts it again
        await asyncio.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    ledger.kills.append(Kill(component, time.time()))


async def away(stack: Stack, ledger: Ledger, component: str, seconds: float) -> None:
    """Kill a component and keep it from coming back for so long."""
    await kill(stack, ledger, component)
    await stack.stop(component)
    await asyncio.sleep(seconds)
    ledger.kills.append(ledger.kills.pop()._replace(kept_until=time.time()))
    await stack.restart(component)
