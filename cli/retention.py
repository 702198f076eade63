"""`journeywork retention`: what has been kept long enough goes."""

import json as jsonlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from catalog.retention_catalog import retention
from catalog.yaml_check import CatalogError
from cli.connection import database_url
from cli.errors import UserError
from cli.import_run import connected
from cli.looking import AsJson, DataFolder
from records import retention as kept
from records.pool import tried
from schemas.retention import Passed, Retention


async def run(
    *,
    dry_run: Annotated[bool, Parameter(help="Show what would go and change nothing.", negative="")] = False,
    schedule: Annotated[Path | None, Parameter(help="A file like catalog/retention.yaml.")] = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """Take away what has been kept long enough, by kind of data; the worker does the same every hour.

    Nothing of somebody on hold goes. The schedule is JOURNEYWORK_RETENTION, else the shipped one.
    """
    found = schedule_in(schedule)
    now = datetime.now(UTC)
    async with connected(database_url(data)) as conn:
        if dry_run:
            passed = await tried(conn, kept.run(conn, found, now))
        else:
            async with conn.transaction():
                passed = await kept.run(conn, found, now)
    if json:
        told = [one.model_dump() for one in passed]
        sys.stdout.write(jsonlib.dumps({"dry_run": dry_run, "passed": told}, indent=2) + "\n")
        return
    _show(passed, dry_run=dry_run)


def schedule_in(path: Path | None) -> Retention:
    """The schedule in a file, or that of the environment. Raises UserError."""
    named = os.environ.get("JOURNEYWORK_RETENTION")
    try:
        return retention(path or (Path(named) if named else None))
    except CatalogError as error:
        raise UserError(str(error)) from None


def _show(passed: list[Passed], *, dry_run: bool) -> None:
    table = Table("kind", "kept for days", "would go" if dry_run else "gone", box=None, pad_edge=False)
    for one in passed:
        name = one.kind.replace("_", " ") + (f" of {one.program}" if one.program else "")
        table.add_row(name, str(one.days), str(one.rows))
    Console(highlight=False).print(table)
