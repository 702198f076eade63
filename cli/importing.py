"""`journeywork import`: directory data from CSV files, all of it or nothing."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.connection import database_url as find_database
from cli.import_report import Kind, show
from cli.import_run import import_kind


async def import_(
    kind: Kind,
    path: Path,
    *,
    dry_run: Annotated[bool, Parameter(help="Show what would change and write nothing.")] = False,
    data: Annotated[Path, Parameter(help="The stack's folder.")] = Path(".data"),
    json: Annotated[bool, Parameter(help="Print the report as JSON.")] = False,
) -> int:
    """Import directory data: `oneroster DIR`, `employers CSV` or `opportunities CSV`.

    Every error is told with its file, row and column. With any error nothing is imported and the exit status is 2.
    """
    report = await import_kind(kind, path, database_url=find_database(data), dry_run=dry_run)
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(report)
    return 0 if report.ok else 2
