"""`journeywork people`: everything that is held about one person, and erasing it."""

import json as jsonlib
import sys
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from cli.backup.erasures import EVER, line
from cli.connection import ask, database_url, gateway
from cli.database import connected
from cli.errors import UserError
from cli.looking import AsJson, DataFolder, Id
from cli.words import plain
from records import erasing
from schemas.form_fields import Language

Reason = Annotated[str | None, Parameter(help="Why, for the audit; no name.")]
By = Annotated[str | None, Parameter(name="--by", help="The id of whoever answers for it.")]


async def erase(
    id_: Id,
    /,
    *,
    reason: Reason = None,
    by: By = None,
    withdraw: Annotated[bool, Parameter(help="Withdraw the person's open placements first.", negative="")] = False,
    yes: Annotated[bool, Parameter(help="Do it; otherwise only show what would happen.", negative="")] = False,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> int:
    """Erase a person; without --yes show what would go, what would stay and why, and change nothing.

    Their id stays in what is counted and in the audit. A guardian of this learner and of nobody else is erased too.
    """
    if yes and not (reason or "").strip():
        raise UserError('say why with --reason, such as --reason "asked for by the guardian"')
    path = f"/people/{quote(id_, safe='')}"
    async with gateway(data) as client:
        if yes:
            order = {"reason": reason, "asked_by": by, "withdraw": withdraw}
            told = (await ask(client, "POST", f"{path}/erase", json=order)).json()
        else:
            told = (await ask(client, "GET", f"{path}/erasure")).json()
    if json:
        sys.stdout.write(jsonlib.dumps(told, indent=2, ensure_ascii=False) + "\n")
    else:
        _show(told, done=yes)
    return 0


async def erased(
    *,
    since: Annotated[datetime | None, Parameter(help="Only since then, such as 2027-07-06T00:00:00Z.")] = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """List who was erased: the id, when, on whose word and why. Keep it beside backups, for `restore --erasures`."""
    async with connected(database_url(data)) as conn:
        found = await erasing.erased(conn, (since or EVER).astimezone(UTC))
    if json:
        told = [one.model_dump(mode="json") for one in found]
        sys.stdout.write(jsonlib.dumps({"items": told}, indent=2, ensure_ascii=False) + "\n")
        return
    for one in found:
        print(line(one))


async def export(
    id_: Id,
    /,
    *,
    output: Annotated[
        Path | None, Parameter(name=("--output", "-o"), help="A new folder, or a file that ends in .zip.")
    ] = None,
    language: Annotated[Language, Parameter(name=("--language", "--lang"), help="The documents' language.")] = "en",
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Write everything that is held about a person: rows by table and name, scans, and documents as PDFs.

    With --json print the rows alone.
    """
    target = output or Path(f"person-{id_}".replace(":", "-"))
    if not json and target.exists():
        raise UserError(f"{target} is there already; name another with --output")
    async with gateway(data) as client:
        path = f"/people/{quote(id_, safe='')}/export"
        content = (await ask(client, "GET", path, params={"lang": language})).content
    with zipfile.ZipFile(BytesIO(content)) as file:
        if json:
            sys.stdout.write(file.read("person.json").decode() + "\n")
            return
        try:
            if target.suffix == ".zip":
                target.write_bytes(content)
            else:
                file.extractall(target)
        except OSError as error:
            raise UserError(f"{target}: cannot be written: {error.strerror}") from None
        print(f"{target}: {len(file.namelist())} files", file=sys.stderr)


async def hold(id_: Id, /, *, reason: Reason = None, by: By = None, data: DataFolder = Path(".data")) -> None:
    """Keep what is held about a person, such as for a court: no erasing and no retention until `release`."""
    if not (reason or "").strip():
        raise UserError('say why with --reason, such as --reason "case 12, district court"')
    async with gateway(data) as client:
        order = {"reason": reason, "asked_by": by}
        await ask(client, "PUT", f"/people/{quote(id_, safe='')}/hold", json=order)
    print(f"{id_}: kept until `journeywork people release {id_}`", file=sys.stderr)


async def release(id_: Id, /, *, data: DataFolder = Path(".data")) -> None:
    """Lift a hold."""
    async with gateway(data) as client:
        await ask(client, "DELETE", f"/people/{quote(id_, safe='')}/hold")
    print(f"{id_}: need not be kept any more", file=sys.stderr)


def _show(told: dict[str, Any], *, done: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    who = told["person_id"]
    if told["before"]:
        rows = sum(one["rows"] for one in told["changes"])
        more = f"; {rows} rows that came in since are gone too" if done and rows else "; nothing to do"
        console.print(f"{who} was erased before, at {told['erased_at']}{more}", markup=False)
    elif done:
        console.print(f"{who} is erased", markup=False)
    else:
        console.print(f"{who}: what erasing would do (nothing is changed)", markup=False)
    for id_ in told["also"]:
        console.print(f"with the guardian {id_}, who is nobody else's", markup=False)
    for title, key, word in (("goes", "changes", "done"), ("stays", "stays", "why")):
        if told[key]:
            table = Table(title, "rows", "", box=None, pad_edge=False)
            for one in told[key]:
                table.add_row(plain(one["table"]), str(one["rows"]), one[word])
            console.print(table)
    for one in told["withdrawn"]:
        console.print(f"placement {one} is withdrawn", markup=False)
    _show_open(console, told, done=done)


def _show_open(console: Console, told: dict[str, Any], *, done: bool) -> None:
    for one in told["open"]:
        way = "goes on to its coded end" if done else "stands in the way; --withdraw ends a placement"
        console.print(f"{one['lifecycle']} {one['id']} is {plain(one['state'])} and {way}", markup=False)
    for one in told["asked"]:
        awaited = ", an answer is awaited: the next person is asked" if one["awaited"] else ""
        console.print(f"{one['lifecycle']} {one['id']} goes on without its {plain(one['part'])}{awaited}", markup=False)
    if told["hold"]:
        console.print(f"must be kept: {told['hold']['reason']}; `people release` lifts that", markup=False)
    if not done and not told["before"]:
        console.print('do it with --yes --reason "..."', markup=False)
