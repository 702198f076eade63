"""Connections that see some schools only: Postgres itself keeps the rows of the others back (migration 0030)."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from records.grants import GATEWAY
from records.pool import Connection, Pool

TAKE_ON = """
select set_config('app.organisations', $1::text[]::text, true), set_config('app.learners', $2::text[]::text, true),
    set_config('role', $3, true)
"""

SEES_ALL = "select not exists (select from organisations where id <> all($1))"

REACHED = "select exists (select from placements where id = $1)"
REACHED_INCIDENT = "select exists (select from incidents where id = $1)"
IS_LEARNER = "select exists (select from enrolments where learner_id = $1)"


class Within:
    """Implements records.pool.Pool: what is borrowed sees these schools and learners, until it is given back.

    All that is done with a connection is one transaction, and may change nothing but the log of disclosures.
    """

    def __init__(self, pool: Pool, organisations: Sequence[str], learners: Sequence[str] = ()) -> None:
        self._pool, self._organisations, self._learners = pool, list(organisations), list(learners)

    @asynccontextmanager
    async def acquire(self, *, timeout: float | None = None) -> AsyncGenerator[Connection]:  # noqa: ASYNC109 - the pool's
        """Borrow a connection."""
        async with self._pool.acquire(timeout=timeout) as conn, conn.transaction():
            await conn.fetchrow(TAKE_ON, self._organisations, self._learners, GATEWAY)
            yield conn


@asynccontextmanager
async def seen_from(conn: Connection, organisations: Sequence[str] | None) -> AsyncGenerator[None]:
    """What is asked inside sees these schools only, with what this transaction wrote; None: all of them.

    Call inside a transaction; afterwards it sees what it saw before.
    """
    if organisations is None:
        yield
        return
    role = await conn.fetchval("select current_setting('role')")
    await conn.fetchrow(TAKE_ON, list(organisations), [], GATEWAY)
    yield
    await conn.fetchrow(TAKE_ON, [], [], role)


async def sees_all(conn: Connection, organisations: Sequence[str]) -> bool:
    """Whether these are all the schools and districts there are."""
    return await conn.fetchval(SEES_ALL, organisations)


async def reaches(conn: Connection, lifecycle: str, id_: str) -> bool:
    """Whether a placement or an incident is in sight."""
    return await conn.fetchval(REACHED if lifecycle == "placement" else REACHED_INCIDENT, id_)


async def sees_learner(conn: Connection, id_: str) -> bool:
    """Whether a student is in sight."""
    return await conn.fetchval(IS_LEARNER, id_)
