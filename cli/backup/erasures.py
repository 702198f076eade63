"""Who was erased, kept outside of backups, and erasing them again in what is restored: a backup brings people back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import asyncpg
from pydantic import ValidationError

from cli.errors import UserError
from records import disclosures, erasing
from records.migrate import MigrationError, migrate
from records.pool import open_connection
from schemas.disclosures import OPERATOR
from schemas.privacy import Erased

EVER = datetime(1970, 1, 1, tzinfo=UTC)
ACT = "person.erased"


class Again(NamedTuple):
    """Who was erased again, and the placements and incidents of theirs that are open in what was restored."""

    people: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


class Restored(NamedTuple):
    """What came of erasing again; `known`: the database that was replaced could be asked whom."""

    again: Again
    known: bool


def line(one: Erased) -> str:
    """One line of the list: the id, when, on whose word, and why."""
    return "\t".join((one.person_id, one.at.isoformat(), one.asked_by, " ".join(one.reason.split())))


def read_list(path: Path) -> list[Erased]:
    """The list that `people erased` wrote, or ids alone, one a line. Raises UserError naming the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'it is no text'}.") from None
    found: list[Erased] = []
    for number, text in enumerate(lines, start=1):
        person_id, at, asked_by, reason, *rest = [part.strip() for part in text.split("\t")] + [""] * 3
        if not text.strip() or person_id.startswith("#"):
            continue
        given = {
            "person_id": person_id,
            "at": at or datetime.now(UTC),
            "asked_by": asked_by or OPERATOR.who,
            "reason": reason or "erased before the restore",
        }
        try:
            found.append(Erased.model_validate(given))
        except ValidationError as error:
            field = error.errors()[0]["loc"][0]
            raise UserError(f"{path}: line {number}: {field} is wrong; write what `people erased` prints.") from None
        if any(rest):
            raise UserError(f"{path}: line {number} has more than four parts; write what `people erased` prints.")
    return found


async def known_in(database_url: str) -> list[Erased] | None:
    """Who was erased in a database that is about to be replaced; None when it cannot be asked."""
    try:
        async with open_connection(database_url) as conn:
            return await erasing.erased(conn, EVER)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


async def erase_again(database_url: str, listed: Sequence[Erased]) -> Again:
    """Erase in a restored database, before anything works with it, whoever is listed and is back there.

    The database is brought up to date first. Raises UserError.
    """
    if not listed:
        return Again()
    try:
        await migrate(database_url)
    except MigrationError as error:
        raise UserError(f"the restored database cannot be brought up to date, to erase people in it: {error}") from None
    again: list[str] = []
    still_open: list[str] = []
    now = datetime.now(UTC)
    async with open_connection(database_url) as conn, conn.transaction():
        for one in listed:
            done = await erasing.erase(conn, one.person_id, reason=one.reason, asked_by=one.asked_by, now=one.at)
            if done is None or done.before:
                continue
            again += [one.person_id, *done.also]
            still_open += [f"{each.lifecycle} {each.id}" for each in done.open]
            about = [f"person/{each}" for each in (one.person_id, *done.also)]
            await disclosures.add(conn, OPERATOR, ACT, about, now=now, reason="restored")
    return Again(tuple(again), tuple(still_open))
