"""`journeywork people duplicates|same|different`: who may be in the directory twice, and what was decided about it."""

import json as jsonlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from cli.connection import database_url
from cli.database import connected
from cli.errors import UserError
from cli.looking import AsJson, DataFolder, Id
from gateway.imports.duplicates import in_order, proposed
from gateway.imports.report import SAME
from records import duplicates
from records.pool import Connection
from schemas.disclosures import OPERATOR

Reason = Annotated[str, Parameter(help="Why, for the audit; no name.")]


async def show(*, data: DataFolder = Path(".data"), json: AsJson = False) -> int:
    """List people who may be in the directory twice, by id and by what they have in common."""
    async with connected(database_url(data)) as conn, conn.transaction():
        settled = [one.pair for one in await duplicates.decided(conn)]
        found = proposed(await duplicates.alike(conn), settled)
    if json:
        rows = [{"id": one.first.id, "other_id": one.second.id, "same": one.same} for one in found]
        sys.stdout.write(jsonlib.dumps(rows, indent=2) + "\n")
        return 0
    table = Table("id", "other id", "the same", "they are")
    for one in found:
        kinds = ", ".join(dict.fromkeys(kind.replace("_", " ") for kind in (*one.first.kinds, *one.second.kinds)))
        table.add_row(one.first.id, one.second.id, SAME[one.same], kinds)
    Console(soft_wrap=True, highlight=False, markup=False).print(table if found else "Nobody seems to be there twice.")
    return 0


async def same(
    id_: Id,
    other: Id,
    /,
    *,
    keep: Annotated[str, Parameter(help="Which of the two ids stays.")],
    reason: Reason,
    data: DataFolder = Path(".data"),
) -> int:
    """Keep that two ids are one person. Nothing is merged: correct the roster so that it sends the kept id alone."""
    if keep not in {id_, other}:
        raise UserError(f"--keep must be {id_} or {other}")
    await _decide(data, (id_, other), keep, reason)
    gone = other if keep == id_ else id_
    print(f"kept; have the student information system send {keep} and end {gone} (tobedeleted)")
    return 0


async def different(id_: Id, other: Id, /, *, reason: Reason, data: DataFolder = Path(".data")) -> int:
    """Keep that two ids are two people; they are proposed no more."""
    await _decide(data, (id_, other), None, reason)
    print("kept; they are proposed no more")
    return 0


async def _decide(data: Path, ids: tuple[str, str], keep: str | None, reason: str) -> None:
    pair = in_order(*ids)
    if pair[0] == pair[1]:
        raise UserError("name two different ids")
    if not reason.strip():
        raise UserError('say why with --reason, such as --reason "the school asked the family"')
    async with connected(database_url(data)) as conn, conn.transaction():
        await _must_be_known(conn, pair)
        await duplicates.decide(conn, pair, keep=keep, by=OPERATOR, reason=reason, now=datetime.now(UTC))


async def _must_be_known(conn: Connection, pair: tuple[str, str]) -> None:
    if not await duplicates.both_known(conn, pair):
        raise UserError(f"{pair[0]} or {pair[1]} is not in the directory; see `journeywork people duplicates`")
