"""`journeywork backup` and `journeywork restore`: both stores as they were at one moment, in one file."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from cli.backup import embedded, servers
from cli.backup.bundle import Manifest, read_manifest
from cli.backup.erasures import Restored, read_list
from cli.errors import UserError
from records.cut import CutError
from records.migrate import migrations_in

DataFolder = Annotated[Path, Parameter(help="The embedded stack's folder.")]


class ServerUrls(NamedTuple):
    """The three databases of a stack on servers."""

    journeywork: str
    temporal: str
    visibility: str


async def backup(
    to: Annotated[Path, Parameter(help="The file to write, or a folder for one named after the time.")],
    *,
    data: DataFolder = Path(".data"),
) -> None:
    """Write everything a stack keeps into one file, while it runs or while it is stopped.

    With TEMPORAL_DATABASE_URL set it is the stack on servers: DATABASE_URL, TEMPORAL_DATABASE_URL and
    TEMPORAL_VISIBILITY_DATABASE_URL name its three databases. The file holds personal data and keys.
    """
    target = (to / f"journeywork-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup" if to.is_dir() else to).absolute()
    if not target.parent.is_dir():
        raise UserError(f"there is no folder {target.parent}.")
    if target.exists():
        raise UserError(f"{target} is there already; a backup never replaces another. Name another file.")
    urls = _servers()
    try:
        manifest = await (servers.write(target, *urls) if urls else embedded.write(target, data.absolute()))
    except CutError as error:
        raise UserError(f"the database cannot be backed up: {error}.") from None
    size = target.stat().st_size / 1e6
    print(f"{target}: {manifest.lifecycles} lifecycles as of {manifest.at:%Y-%m-%d %H:%M:%S} UTC, {size:.1f} MB")


async def restore(
    file: Annotated[Path, Parameter(help="What `backup` wrote.")],
    *,
    data: DataFolder = Path(".data"),
    force: Annotated[bool, Parameter(help="Replace what is there.", negative="")] = False,
    erasures: Annotated[
        Path | None,
        Parameter(help="Who was erased, as `people erased` wrote it: erase them again in what is restored."),
    ] = None,
) -> None:
    """Put back what a backup holds; the stack must be stopped, and carries on from there when it is started.

    Nothing that is there is replaced without --force, and nothing at all before the whole file has been checked.
    Whoever was erased in what is replaced is erased again.
    """
    manifest = read_manifest(file)
    _check(file, manifest)
    listed = read_list(erasures) if erasures else []
    urls = _servers()
    if (manifest.kind == "servers") != (urls is not None):
        raise UserError(_other_kind(file, manifest))
    if urls:
        done = await servers.read(file, manifest, *urls, force=force, listed=listed)
    else:
        done = await embedded.read(file, manifest, data.absolute(), force=force, listed=listed)
    where = "the three databases" if urls else data
    age = datetime.now(UTC) - manifest.at
    print(f"{where}: {manifest.lifecycles} lifecycles as they were {_told(age.total_seconds())} ago", file=sys.stderr)
    for told in _erased(done, manifest, listed=erasures is not None):
        print(told, file=sys.stderr)


def _erased(done: Restored, manifest: Manifest, *, listed: bool) -> Iterator[str]:
    """What an operator must know about the people who were erased after the backup."""
    if done.again.people:
        yield f"erased again: {', '.join(done.again.people)}"
    for one in done.again.open:
        yield f"{one} is about somebody who is erased, and goes on. End it, such as by the event placement.withdrawn"
    if not done.known and not listed:
        yield (
            f"WHOEVER WAS ERASED AFTER {manifest.at:%Y-%m-%d %H:%M:%S} UTC IS BACK. Before you start anything, restore "
            "once more with --force --erasures FILE (an id a line; `people erased` writes it), unless nobody was."
        )


def _servers() -> ServerUrls | None:
    temporal = os.environ.get("TEMPORAL_DATABASE_URL")
    if not temporal:
        return None
    found: list[str] = []
    for name in ("DATABASE_URL", "TEMPORAL_VISIBILITY_DATABASE_URL"):
        url = os.environ.get(name)
        if not url:
            raise UserError(f"{name} is not set. With TEMPORAL_DATABASE_URL, all three databases must be named.")
        found.append(url)
    return ServerUrls(found[0], temporal, found[1])


def _check(file: Path, manifest: Manifest) -> None:
    newer = sorted(set(manifest.migrations) - {one.name for one in migrations_in()})
    if newer:
        raise UserError(f"{file} was made by a later release: it has {newer[-1]}. Restore it with that release.")


def _other_kind(file: Path, manifest: Manifest) -> str:
    if manifest.kind == "servers":
        return (
            f"{file} is of a stack on servers. Name the databases to fill with DATABASE_URL, TEMPORAL_DATABASE_URL and "
            "TEMPORAL_VISIBILITY_DATABASE_URL."
        )
    return f"{file} is of an embedded stack. Unset TEMPORAL_DATABASE_URL, and name a folder with --data."


def _told(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
