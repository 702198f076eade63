"""Waiting until the parts of the stack answer, and saying which one does not."""

import asyncio
from typing import Any, cast
from urllib.parse import urlsplit

import asyncpg
import httpx2

from cli.errors import PartFailedError, UserError
from cli.stack.supervise import Supervisor
from cli.stack.temporal import wait_until_serving
from records.pool import open_connection

LIMIT = 60.0  # seconds for a part to come up
GIVEN_LIMIT = 15.0  # seconds for a server that somebody else runs


async def until_page(supervisor: Supervisor, url: str, part: str, limit: float = LIMIT) -> None:
    """Return once `url` answers 200.

    Raises PartFailedError naming the part, or the parts that its JSON answer says are not ready.
    """
    last: list[str] = []

    async def ask() -> None:
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as http:
            while True:
                try:
                    answer = await http.get(url)
                except httpx2.TransportError:
                    last.clear()
                else:
                    if answer.is_success:
                        return
                    last[:] = parts_not_ready(answer)
                await asyncio.sleep(0.05)

    try:
        await supervisor.until(ask(), part, limit)
    except PartFailedError as error:
        if supervisor.failed.done() or not last:
            raise
        raise PartFailedError(f"{' and '.join(last)} not ready within {limit:.0f} s, says {part}.") from error


def parts_not_ready(answer: httpx2.Response) -> list[str]:
    """Name the parts that a /readyz answer, `{"parts": {name: {"ok": true}}}`, does not call well."""
    try:
        parts = cast("dict[str, dict[str, Any]]", answer.json()["parts"])
        return [name for name, part in parts.items() if not part.get("ok")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


async def check_database(url: str) -> None:
    """Raise UserError in one line, without the password, when the given Postgres cannot be used."""
    where = urlsplit(url).netloc.rpartition("@")[2]
    try:
        async with open_connection(url) as connection:
            await connection.fetchval("select 1")
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise UserError(f"DATABASE_URL names Postgres at {where}; it cannot be used: {_reason(error)}.") from None


async def check_temporal(supervisor: Supervisor, address: str) -> None:
    """Raise UserError in one line when the given Temporal server does not answer."""
    try:
        await supervisor.until(wait_until_serving(address), "Temporal", GIVEN_LIMIT)
    except PartFailedError:
        if supervisor.failed.done():
            raise
        raise UserError(
            f"TEMPORAL_ADDRESS names {address}; no Temporal server answered there within {GIVEN_LIMIT:.0f} s."
        ) from None


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return getattr(error, "strerror", None) or str(error).partition("\n")[0] or type(error).__name__
