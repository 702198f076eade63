"""Backup of a stack on servers: the product's database and Temporal's two, by their addresses."""

import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import quote

from cli.backup.bundle import Manifest, measured, unpack, write_bundle
from cli.backup.dumping import dump, load
from cli.backup.erasures import Restored, erase_again, known_in
from cli.errors import UserError
from cli.stack.ready import check_database
from records.cut import cut, is_empty, missing_roles, owner_of, snapshot
from schemas.privacy import Erased

NAMES = ("journeywork.dump", "temporal.dump", "visibility.dump")


async def write(target: Path, journeywork: str, temporal: str, visibility: str) -> Manifest:
    """Back three databases up as they are at one moment. Raises UserError, CutError."""
    for url in (journeywork, temporal, visibility):
        await check_database(url)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as name:
        parts = Path(name)
        async with AsyncExitStack() as held:
            theirs: list[str] = []

            async def hold_temporal() -> None:
                for url in (temporal, visibility):
                    theirs.append(await held.enter_async_context(snapshot(url)))  # noqa: PERF401 - awaits

            moment = await held.enter_async_context(cut(journeywork, hold_temporal))
            urls, snapshots = (journeywork, temporal, visibility), (moment.snapshot, *theirs)
            for url, fixed, part in zip(urls, snapshots, NAMES, strict=True):
                await dump(url, fixed, parts / part)
        files = {part: parts / part for part in NAMES}
        manifest = Manifest(
            kind="servers",
            at=moment.at,
            postgres=moment.server,
            temporal="as its databases say",
            namespace="as its databases say",
            migrations=moment.migrations,
            lifecycles=moment.lifecycles,
            parts={name: measured(path) for name, path in files.items()},
        )
        write_bundle(target, manifest, files)
    return manifest


async def read(
    file: Path,
    manifest: Manifest,
    journeywork: str,
    temporal: str,
    visibility: str,
    *,
    force: bool,
    listed: Sequence[Erased],
) -> Restored:
    """Fill three databases, which must be empty unless `force`, without people who are `listed` or known as erased.

    What is made belongs to the owner of each database, whoever connects. Raises UserError.
    """
    if set(manifest.parts) != set(NAMES):
        raise UserError(f"{file} is not whole: it lacks a part that every backup has.")
    urls = dict(zip(NAMES, (journeywork, temporal, visibility), strict=True))
    for name, url in urls.items():
        await check_database(url)
        if not force and not await is_empty(url):
            raise UserError(f"the database for {name} is not empty. Name an empty one, or say --force.")
    await _check_roles(journeywork)
    known = await known_in(journeywork)
    with tempfile.TemporaryDirectory(prefix="journeywork-restore-") as folder:
        parts = Path(folder)
        unpack(file, manifest, parts)
        for name, url in urls.items():
            await load(parts / name, url, owner=await owner_of(url), clean=force)
    again = await erase_again(await _as_owner(journeywork), [*(known or ()), *listed])
    return Restored(again, known=known is not None)


async def _as_owner(database_url: str) -> str:
    """The same database, worked on as whom it belongs to: whatever a migration makes is the owner's."""
    separator = "&" if "?" in database_url else "?"
    return f"{database_url}{separator}role={quote(await owner_of(database_url), safe='')}"


async def _check_roles(database_url: str) -> None:
    """Whether the server has the roles that the dump grants to. Raises UserError."""
    if missing := await missing_roles(database_url):
        raise UserError(
            f"the server of DATABASE_URL lacks the roles {', '.join(missing)}. Make them as a superuser first: "
            "psql --file deploy/roles.sql"
        )
