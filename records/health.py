"""Whether Postgres is there: borrowing a connection with one kind of failure, and a check that writes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg

from records.pool import Connection, Pool

WAIT_SECONDS = 5.0
"""How long a caller waits for a free connection."""

AWAY: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
    asyncpg.TransactionRollbackError,
)
"""What it looks like when the server is stopped, starting, full, behind a broken line, or took back what was asked."""

BEAT = "insert into heartbeats (name, at) values ($1, now()) on conflict (name) do update set at = excluded.at"


class PostgresAwayError(Exception):
    """Postgres cannot be used now; whatever was asked may be asked again later."""


@asynccontextmanager
async def borrow(pool: Pool, *, wait_seconds: float = WAIT_SECONDS) -> AsyncGenerator[Connection]:
    """Borrow a connection. Raises PostgresAwayError when the server is away, at the start or in the middle."""
    try:
        async with pool.acquire(timeout=wait_seconds) as conn:
            yield conn
    except AWAY as error:
        raise PostgresAwayError(type(error).__name__) from error
    except asyncpg.InterfaceError as error:
        if isinstance(error, ValueError):
            raise
        raise PostgresAwayError(type(error).__name__) from error


async def beat(conn: Connection, name: str) -> None:
    """Write one row: reading works on a server that can keep nothing."""
    await conn.execute(BEAT, name)
