"""Bring a database to the schema this code needs: numbered SQL files, applied once each, forward only.

One run is one transaction under an advisory lock, so any number of processes may call it at the same moment: one of
them applies, the others wait and find nothing left to do. (A file can therefore not use CREATE INDEX CONCURRENTLY.)
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from records import grants
from records.pool import Connection, open_connection

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 4_961_203_517
"""The advisory lock's number; arbitrary, but the same in every release."""

NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")

LEDGER = """
create table if not exists schema_migrations (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
)
"""


class MigrationError(Exception):
    """The database and the migration files do not fit together; the text says which file and what to do."""


@dataclass(frozen=True)
class Migration:
    """One SQL file: its name, its text, and the fingerprint that shows a later edit."""

    name: str
    sql: str
    sha256: str


def migrations_in(folder: Path = MIGRATIONS) -> list[Migration]:
    """The migrations of a folder in the order they apply.

    Raises MigrationError when a file is not named like `0001_directory.sql` or two files share a number.
    """
    found: list[Migration] = []
    numbers: dict[str, str] = {}
    for path in sorted(folder.glob("*.sql")):
        if not NAME.fullmatch(path.name):
            raise MigrationError(f"{path.name}: a migration is named like 0003_what_it_adds.sql")
        other = numbers.setdefault(path.name[:4], path.name)
        if other != path.name:
            raise MigrationError(f"{path.name} and {other} have the same number; give the newer one the next number")
        sql = path.read_text(encoding="utf-8")
        found.append(Migration(path.name, sql, hashlib.sha256(sql.encode()).hexdigest()))
    return found


def pending(applied: dict[str, str], known: list[Migration]) -> list[Migration]:
    """Which of the known migrations are still to be applied, given `name -> sha256` of those that were.

    Raises MigrationError when the database is newer than this code, when an applied file was edited afterwards, or
    when a file was put in before one that has already been applied.
    """
    names = {migration.name for migration in known}
    newer = sorted(set(applied) - names)
    if newer:
        raise MigrationError(
            f"the database is newer than this code: it has {', '.join(newer)}; run a release that knows this migration"
        )
    for migration in known:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise MigrationError(
                f"{migration.name} was edited after it was applied; put it back as it was and write a new migration"
            )
    todo = [migration for migration in known if migration.name not in applied]
    last = max(applied, default="")
    if todo and todo[0].name < last:
        raise MigrationError(f"{todo[0].name} comes before {last}, which is already applied; give it the next number")
    return todo


async def _apply(connection: Connection, known: list[Migration]) -> list[str]:
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        await connection.execute(LEDGER)
        await _made_roles(connection)
        rows = await connection.fetch("select name, sha256 from schema_migrations")
        todo = pending({row["name"]: row["sha256"] for row in rows}, known)
        for migration in todo:
            await connection.execute(migration.sql)
            await connection.execute(
                "insert into schema_migrations (name, sha256) values ($1, $2)", migration.name, migration.sha256
            )
        if {migration.name for migration in known} == {path.name for path in MIGRATIONS.glob("*.sql")}:
            await grants.grant(connection)
    return [migration.name for migration in todo]


async def _made_roles(connection: Connection) -> None:
    try:
        async with connection.transaction():
            await grants.make_roles(connection)
    except asyncpg.InsufficientPrivilegeError:
        raise MigrationError(
            f"the user of DATABASE_URL may not make the roles {', '.join(grants.ROLES)}; make them once as a "
            "superuser: psql --file deploy/roles.sql, or let the user make roles (alter role ... createrole)"
        ) from None


async def migrate(database_url: str, *, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what the database lacks and return the names applied, oldest first (empty when it was up to date).

    Raises MigrationError (see `pending`); asyncpg.PostgresError when a file's SQL fails, and then nothing is kept.
    """
    known = migrations_in(folder)
    async with open_connection(database_url) as connection:
        return await _apply(connection, known)
