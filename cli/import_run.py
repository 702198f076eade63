"""Imports directory data from files into the database that a command is given."""

from datetime import UTC, date, datetime
from pathlib import Path

from cli.database import connected
from gateway.imports.report import ImportReport, Kind
from gateway.imports.run import import_source


async def import_kind(
    kind: Kind,
    path: Path,
    *,
    database_url: str,
    dry_run: bool = False,
    end_left: bool = False,
    today: date | None = None,
) -> ImportReport:
    """Import `path`; see `import_source`. `today` is that of UTC by default.

    Raises UserError when the database cannot be used.
    """
    async with connected(database_url) as conn:
        day = today or datetime.now(UTC).date()
        return await import_source(conn, kind, path, today=day, dry_run=dry_run, end_left=end_left)
