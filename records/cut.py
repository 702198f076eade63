"""The moment of a backup: this database as it is while lifecycles can record nothing.

For some milliseconds facts stand still. The engine's copy is fixed meanwhile, so it holds every act whose facts or
answer are recorded here, and has not yet forgotten any fact that is not.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

import asyncpg

from records.grants import RETIRED, ROLES
from records.pool import open_connection

HOLD = "lock table lifecycle_events in share mode"
WAIT = "set local lock_timeout = '10s'"
LIFECYCLES = "select count(*) from (select distinct lifecycle, id from lifecycle_events) as known"


class CutError(Exception):
    """The database could not be held still, or is no database of this product; the text says which."""


class Cut(NamedTuple):
    """One moment: the snapshot's name for pg_dump, when it was, and what the database then held."""

    snapshot: str
    at: datetime
    server: str
    migrations: tuple[str, ...]
    lifecycles: int


@asynccontextmanager
async def cut(database_url: str, meanwhile: Callable[[], Awaitable[None]]) -> AsyncGenerator[Cut]:
    """Hold facts still while `meanwhile` runs, and yield the moment; its snapshot can be used while the block runs.

    Raises CutError; whatever `meanwhile` raises.
    """
    async with open_connection(database_url) as reading:
        async with open_connection(database_url) as holding, holding.transaction():
            try:
                await holding.execute(WAIT)
                await holding.execute(HOLD)
            except asyncpg.LockNotAvailableError:
                raise CutError("something writes to lifecycle_events for more than 10 s; try again later") from None
            except asyncpg.UndefinedTableError:
                raise CutError("it has no table lifecycle_events, so it is no database of Journeywork") from None
            await meanwhile()
            await reading.execute("begin isolation level repeatable read read only")
            snapshot = await reading.fetchval("select pg_export_snapshot()")
        yield Cut(
            snapshot=snapshot,
            at=await reading.fetchval("select now()"),
            server=await reading.fetchval("select current_setting('server_version')"),
            migrations=tuple(
                row["name"] for row in await reading.fetch("select name from schema_migrations order by 1")
            ),
            lifecycles=await reading.fetchval(LIFECYCLES),
        )


@asynccontextmanager
async def snapshot(database_url: str) -> AsyncGenerator[str]:
    """The name of a snapshot of any database as it is now, good while the block runs."""
    async with open_connection(database_url) as reading:
        await reading.execute("begin isolation level repeatable read read only")
        yield await reading.fetchval("select pg_export_snapshot()")


async def is_empty(database_url: str) -> bool:
    """Whether a database has no tables of anybody's."""
    async with open_connection(database_url) as conn:
        return not await conn.fetchval(
            "select exists (select 1 from pg_tables where schemaname not in ('pg_catalog', 'information_schema'))"
        )


async def owner_of(database_url: str) -> str:
    """To whom a database belongs."""
    async with open_connection(database_url) as conn:
        return await conn.fetchval("select pg_get_userbyid(datdba) from pg_database where datname = current_database()")


async def missing_roles(database_url: str) -> list[str]:
    """Which of the roles that the processes work as the server does not have."""
    async with open_connection(database_url) as conn:
        there = await conn.fetch("select rolname from pg_roles where rolname = any($1::text[])", [*ROLES, *RETIRED])
    return [name for name in (*ROLES, *RETIRED) if name not in {row["rolname"] for row in there}]
