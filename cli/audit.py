"""`journeywork audit disclosures|acts`: who was shown whose records and why, and who did what."""

import json as jsonlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from cli.connection import database_url
from cli.database import connected
from records import disclosures
from schemas.base import Frozen

FEW = 3
"""So many ids are shown in one cell."""


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """What both logs are asked: whose rows, how many, of which stack, and how they are printed."""

    who: Annotated[str | None, Parameter(help="Only this key's, or this person's, by the id.")] = None
    limit: Annotated[int, Parameter(help="How many at most.")] = 50
    data: Annotated[Path, Parameter(help="The stack's folder.")] = Path(".data")
    json: Annotated[bool, Parameter(help="Print JSON.", negative="")] = False


EVERYTHING = Asked()


async def shown(
    *,
    learner: Annotated[str | None, Parameter(help="Only records of this learner, by the id.")] = None,
    asked: Asked = EVERYTHING,
) -> None:
    """List which records of learners were shown to whom and why, newest first (FERPA, 34 CFR 99.32)."""
    async with connected(database_url(asked.data)) as conn:
        found = await disclosures.shown(conn, learner=learner, who=asked.who, limit=asked.limit)
    rows = [
        (_at(one.at), one.who, one.role or one.kind, one.interest, one.what, one.record or _few(one.learners))
        for one in found
    ]
    _show(found, ("when (UTC)", "who", "as", "why", "saw", "of"), rows, json=asked.json)


async def done(
    *,
    record: Annotated[str | None, Parameter(help="Only about this, such as placement/pl-1 or key/key-1.")] = None,
    asked: Asked = EVERYTHING,
) -> None:
    """List what was done by people in charge, newest first."""
    async with connected(database_url(asked.data)) as conn:
        found = await disclosures.done(conn, record=record, who=asked.who, limit=asked.limit)
    rows = [(_at(one.at), one.who, one.act, one.reason, _few(one.records)) for one in found]
    _show(found, ("when (UTC)", "who", "did", "why", "to"), rows, json=asked.json)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _few(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - FEW} more" if len(ids) > FEW else ""
    return ", ".join(ids[:FEW]) + more


def _show(found: Sequence[Frozen], titles: tuple[str, ...], rows: list[tuple[str, ...]], *, json: bool) -> None:
    if json:
        print(jsonlib.dumps({"items": [one.model_dump(mode="json") for one in found]}, indent=2))
        return
    if not rows:
        print("nothing yet", file=sys.stderr)
        return
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)
