"""`journeywork audit disclosures|acts`: who was shown whose records and why, and who did what."""

import json as jsonlib
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from cli.connection import database_url
from cli.database import connected
from records import disclosures

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
AsJson = Annotated[bool, Parameter(help="Print JSON.", negative="")]
Limit = Annotated[int, Parameter(help="How many at most.")]
Who = Annotated[str | None, Parameter(help="Only this key's, or this person's, by the id.")]
FEW = 3
"""So many ids are shown in one cell."""


async def shown(
    *,
    learner: Annotated[str | None, Parameter(help="Only records of this learner, by the id.")] = None,
    who: Who = None,
    limit: Limit = 50,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """List which records of learners were shown to whom and why, newest first (FERPA, 34 CFR 99.32)."""
    async with connected(database_url(data)) as conn:
        found = await disclosures.shown(conn, learner=learner, who=who, limit=limit)
    if json:
        _print_json([one.model_dump(mode="json") for one in found])
        return
    _show(
        ("when (UTC)", "who", "as", "why", "saw", "of"),
        [
            (
                _at(one.at),
                one.who,
                one.role or one.kind,
                one.interest,
                one.what,
                one.record or _few(one.learners),
            )
            for one in found
        ],
    )


async def done(
    *,
    record: Annotated[str | None, Parameter(help="Only about this, such as placement/pl-1 or key/key-1.")] = None,
    who: Who = None,
    limit: Limit = 50,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """List what was done by people in charge, newest first."""
    async with connected(database_url(data)) as conn:
        found = await disclosures.done(conn, record=record, who=who, limit=limit)
    if json:
        _print_json([one.model_dump(mode="json") for one in found])
        return
    _show(
        ("when (UTC)", "who", "did", "why", "to"),
        [(_at(one.at), one.who, one.act, one.reason, _few(one.records)) for one in found],
    )


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _few(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - FEW} more" if len(ids) > FEW else ""
    return ", ".join(ids[:FEW]) + more


def _show(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if not rows:
        print("nothing yet", file=sys.stderr)
        return
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)


def _print_json(items: list[Any]) -> None:
    print(jsonlib.dumps({"items": items}, indent=2))
