"""A process waits for its servers at the start, says for which, and gives up in the end."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import structlog
from temporalio.client import Client

from cli.errors import UserError
from records.health import AWAY
from records.pool import Pool, open_pool
from workers.settings import Settings
from workers.temporal import connect

PATIENCE = 60.0
"""Seconds until it gives up; whoever runs it starts it again."""
AGAIN = 0.5

T = TypeVar("T")


async def connected(settings: Settings, *, patience: float = PATIENCE) -> Client:
    """A client of Temporal, once it answers. Raises UserError when it stays away."""

    async def ask() -> Client:
        return await connect(settings.temporal_address, settings.temporal_namespace, settings.keyring)

    return await _until(ask, "Temporal", settings.temporal_address, (RuntimeError,), patience)


@asynccontextmanager
async def pool_once_there(
    settings: Settings, *, size: int, role: str | None = None, patience: float = PATIENCE
) -> AsyncGenerator[Pool]:
    """A pool of connections that take on `role`, once Postgres takes them. Raises UserError when it stays away."""
    where = urlsplit(settings.database_url).netloc.rpartition("@")[2]
    async with AsyncExitStack() as opened:

        async def ask() -> Pool:
            return await opened.enter_async_context(open_pool(settings.database_url, size=size, role=role))

        yield await _until(ask, "Postgres", where, AWAY, patience)


async def _until(
    ask: Callable[[], Awaitable[T]], server: str, where: str, away: tuple[type[Exception], ...], patience: float
) -> T:
    end, said = asyncio.get_running_loop().time() + patience, False
    while True:
        try:
            return await ask()
        except away:
            if not said:
                structlog.get_logger("start").info(f"waiting for {server}", address=where)
                said = True
        if asyncio.get_running_loop().time() > end:
            raise UserError(f"{server} at {where} does not answer; gave up after {patience:.0f} s")
        await asyncio.sleep(AGAIN)
