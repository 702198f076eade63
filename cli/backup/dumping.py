"""Postgres' own programs for backups, and the copy of the embedded Temporal's file."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cli.errors import PartFailedError, UserError
from cli.stack.postgres import programs


def program(name: str) -> str:
    """Find `pg_dump`, `pg_restore` or `psql`: those that come with the embedded Postgres, else on the path."""
    with suppress(UserError):
        if (beside := programs() / name).is_file():
            return str(beside)
    if found := shutil.which(name):
        return found
    raise UserError(f"{name} is not here. Install Postgres' client programs, version 18 or later.")


async def dump(database_url: str, snapshot: str, target: Path) -> None:
    """Write one database as it is in a snapshot, in pg_dump's custom format."""
    words = ("--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}")
    await _run("pg_dump", words, database_url)


async def load(dumped: Path, database_url: str, *, owner: str | None = None, clean: bool = False) -> None:
    """Fill a database from what `dump` wrote, all or nothing; with `clean` what it held is dropped first.

    What is made belongs to `owner`, else to whoever connects.
    """
    words = (
        *("--exit-on-error", "--single-transaction", "--no-owner"),
        *((f"--role={owner}",) if owner else ()),
        *(("--clean", "--if-exists") if clean else ()),
    )
    await _run("pg_restore", (*words, f"--dbname={_name(database_url)}", str(dumped)), database_url)


async def dump_roles(database_url: str, target: Path) -> None:
    """Write the server's roles, with what they may do and the checks of their passwords: a dump names them only."""
    await _run("pg_dumpall", ("--roles-only", f"--file={target}"), database_url)


async def load_roles(dumped: Path, database_url: str) -> None:
    """Make the roles; those that are there already stay and take their settings from the file."""
    await _run("psql", ("--no-psqlrc", "--quiet", f"--file={dumped}"), database_url)


@asynccontextmanager
async def sqlite_held(path: Path) -> AsyncGenerator[sqlite3.Connection]:
    """Fix the file as it is now; the connection sees nothing that is written later, and keeps nobody from writing."""
    held = await asyncio.to_thread(_hold, path)
    try:
        yield held
    finally:
        await asyncio.to_thread(held.close)


def _hold(path: Path) -> sqlite3.Connection:
    held = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=10, check_same_thread=False)
    try:
        held.isolation_level = None
        held.execute("begin")
        held.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error as error:
        held.close()
        raise UserError(f"cannot read {path}: {error}.") from None
    return held


async def copy_held(held: sqlite3.Connection, target: Path) -> None:
    """Write the fixed file, and check it."""

    def copy() -> None:
        with sqlite3.connect(target) as new:
            held.backup(new)
            found = new.execute("pragma quick_check").fetchone()
        new.close()
        if found != ("ok",):
            raise PartFailedError(f"Temporal's file is damaged: {found[0]}.")

    await asyncio.to_thread(copy)


def sqlite_is_whole(path: Path) -> bool:
    """Whether a SQLite file passes its own check."""
    with sqlite3.connect(path) as file:
        found = file.execute("pragma quick_check").fetchone()
    file.close()
    return found == ("ok",)


async def _run(name: str, words: Sequence[str], database_url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        program(name),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(database_url),
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        first = said.decode(errors="replace").strip().splitlines()[:1] or ["it said nothing"]
        raise PartFailedError(f"{name} failed: {first[0]}")


def _environment(database_url: str) -> dict[str, str]:
    """Whom to connect to, by the variables of Postgres' programs: a password in the arguments would be seen by all."""
    parts = urlsplit(database_url)
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH", "PGSSLROOTCERT") if name in os.environ
    }
    told = {
        "PGHOST": parts.hostname or "127.0.0.1",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": _name(database_url),
        "LC_ALL": "C",
    }
    return kept | {name: value for name, value in told.items() if value}


def _name(database_url: str) -> str:
    return unquote(urlsplit(database_url).path.lstrip("/"))
