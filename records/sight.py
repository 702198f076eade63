"""Connections that see some schools only: Postgres itself keeps the rows of the others back (migration 0024)."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from records.grants import SIGHT
from records.pool import Connection, Pool

TAKE_ON = "select set_config('app.organisations', $1::text[]::text, true), set_config('role', $2, true)"

REACHED = "select exists (select from placements where id = $1)"
REACHED_INCIDENT = "select exists (select from incidents where id = $1)"
IS_LEARNER = "select exists (select from enrolments where learner_id = $1)"


class Within:
    """Implements records.pool.Pool: what is borrowed sees these schools, until it is given back.

    All that is done with a connection is one transaction, and may change nothing but the log of disclosures.
    """

    def __init__(self, pool: Pool, organisations: Sequence[str]) -> None:
        self._pool, self._organisations = pool, list(organisations)

    @asynccontextmanager
    async def acquire(self, *, timeout: float | None = None) -> AsyncGenerator[Connection]:  # noqa: ASYNC109 - the pool's
        """Borrow a connection."""
        async with self._pool.acquire(timeout=timeout) as conn, conn.transaction():
            await conn.fetchrow(TAKE_ON, self._organisations, SIGHT)
            yield conn


async def reaches(conn: Connection, lifecycle: str, id_: str) -> bool:
    """Whether a placement or an incident is in sight."""
    return await conn.fetchval(REACHED if lifecycle == "placement" else REACHED_INCIDENT, id_)


async def sees_learner(conn: Connection, id_: str) -> bool:
    """Whether a student is in sight."""
    return await conn.fetchval(IS_LEARNER, id_)
