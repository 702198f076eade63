"""`journeywork keys create|list|rotate|revoke`: who may call the API, for what, and until when."""

import json as jsonlib
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from cli.connection import database_url
from cli.database import connected
from cli.errors import UserError
from records import api_keys, disclosures
from records.pool import Connection
from schemas.checks import meant
from schemas.disclosures import OPERATOR
from schemas.keys import MEANS, KeyView, Scope

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
AsJson = Annotated[bool, Parameter(help="Print JSON.", negative="")]
KeyId = Annotated[str, Parameter(name="ID", help="The key's id, as keys list shows it.")]
Ends = Annotated[date | None, Parameter(help="The last day on which the new secret is good (UTC); else it has no end.")]
Scopes = Annotated[
    tuple[str, ...],
    Parameter(help="What it opens, once for each: " + "; ".join(f"{one}: {MEANS[one]}" for one in Scope) + "."),
]
OVERLAP = timedelta(days=7)


async def create(
    name: Annotated[str, Parameter(name="NAME", help="Who holds it, such as 'District SIS'.")],
    *,
    scope: Scopes,
    purpose: Annotated[str, Parameter(help="Why its holder may see records of learners; told to whoever asks.")],
    organisation: Annotated[
        tuple[str, ...], Parameter(help="A school or district it is limited to, by the id, once for each; else all.")
    ] = (),
    expires: Ends = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Make a key. It is printed this once; only its hash is kept."""
    now = datetime.now(UTC)
    scopes = _scopes(scope)
    ends = _end(expires, now)
    async with connected(database_url(data)) as conn, conn.transaction():
        if unknown := await api_keys.unknown_organisations(conn, organisation):
            raise UserError(f"--organisation: {unknown[0]} is no school or district here")
        if organisation and Scope.ADMIN in scopes:
            raise UserError("--organisation: the scope admin is for everything; leave one of them out")
        id_, secret = await api_keys.create(
            conn,
            name=_said(name, "NAME"),
            purpose=_said(purpose, "--purpose"),
            scopes=scopes,
            organisations=organisation or None,
            now=now,
            expires_at=ends,
        )
        await _audit(conn, id_, "key.made", now, purpose, scopes=list(scopes))
        _show_new(await _one(conn, id_), secret, json=json)


async def list_(*, data: DataFolder = Path(".data"), json: AsJson = False) -> None:
    """List every key: what it opens, until when, and when it was last used."""
    async with connected(database_url(data)) as conn:
        keys = await api_keys.every(conn)
    if json:
        _print_json({"items": [one.model_dump(mode="json") for one in keys]})
        return
    if not keys:
        print("no keys besides JOURNEYWORK_API_KEY", file=sys.stderr)
        return
    table = Table(box=None, pad_edge=False)
    for title in ("key", "name", "opens", "shows", "begins with", "good until", "last used"):
        table.add_column(title)
    now = datetime.now(UTC)
    for key in keys:
        for at, secret in enumerate(key.secrets):
            ended = "revoked" if key.revoked_at else _until(secret.expires_at, now)
            first = (key.id, key.name, " ".join(key.scopes), " ".join(key.organisations or ("all",)))
            used = secret.used_at.strftime("%Y-%m-%d %H:%M") if secret.used_at else "never"
            table.add_row(*(first if at == 0 else ("",) * 4), secret.prefix, ended, used)
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)


async def rotate(
    id_: KeyId,
    /,
    *,
    until: Annotated[
        date | None, Parameter(help="The last day on which the old secret is good (UTC); else a week from now.")
    ] = None,
    expires: Ends = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Give a key a second secret beside the old one, which ends a week later. Both open the same."""
    now = datetime.now(UTC)
    old_until, ends = _end(until, now) or now + OVERLAP, _end(expires, now)
    async with connected(database_url(data)) as conn, conn.transaction():
        secret = await api_keys.rotate(conn, id_, now=now, old_until=old_until, expires_at=ends)
        if secret is None:
            raise await _unknown(conn, id_)
        await _audit(conn, id_, "key.rotated", now, "rotated", old_until=old_until.isoformat())
        _show_new(await _one(conn, id_), secret, json=json)


async def revoke(id_: KeyId, /, *, data: DataFolder = Path(".data"), json: AsJson = False) -> None:
    """Let a key open nothing any more, with all its secrets, from this moment on."""
    now = datetime.now(UTC)
    async with connected(database_url(data)) as conn, conn.transaction():
        if not await api_keys.revoke(conn, id_, now):
            raise await _unknown(conn, id_)
        await _audit(conn, id_, "key.revoked", now, "revoked")
        key = await _one(conn, id_)
    if json:
        _print_json(key.model_dump(mode="json"))
    else:
        print(f"revoked {key.id} ({key.name})", file=sys.stderr)


async def _audit(conn: Connection, id_: str, act: str, now: datetime, reason: str, **details: Any) -> None:
    await disclosures.add(conn, OPERATOR, act, [f"key/{id_}"], now=now, reason=reason, **details)


async def _one(conn: Connection, id_: str) -> KeyView:
    return next(key for key in await api_keys.every(conn) if key.id == id_)


async def _unknown(conn: Connection, id_: str) -> UserError:
    good = [key.id for key in await api_keys.every(conn) if key.revoked_at is None]
    return UserError(f"{id_} is no key that could be used{meant(id_, good)}")


def _scopes(given: tuple[str, ...]) -> list[Scope]:
    named = [one for text in given for one in text.replace(",", " ").split()]
    known = {scope.value for scope in Scope}
    for one in named:
        if one not in known:
            raise UserError(f"--scope: {one} is no scope{meant(one, sorted(known))}")
    if not named:
        raise UserError(f"--scope: name what the key opens; allowed: {', '.join(sorted(known))}")
    return sorted({Scope(one) for one in named})


def _said(text: str, where: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > 200:
        raise UserError(f"{where}: write one line of at most 200 characters")
    return text.strip()


def _end(day: date | None, now: datetime) -> datetime | None:
    if day is None:
        return None
    if day < now.date():
        raise UserError(f"{day} has passed; name a day from {now.date()} on")
    return datetime.combine(day, time.min, UTC) + timedelta(days=1)


def _until(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "no end"
    return f"{'ended ' if at <= now else ''}{at.strftime('%Y-%m-%d %H:%M')}"


def _show_new(key: KeyView, secret: str, *, json: bool) -> None:
    if json:
        _print_json({**key.model_dump(mode="json"), "key": secret})
        return
    print(f"{key.id} ({key.name}) opens {', '.join(key.scopes)}. Keep it: it is shown only now.", file=sys.stderr)
    print(secret)


def _print_json(value: Any) -> None:
    print(jsonlib.dumps(value, indent=2))
