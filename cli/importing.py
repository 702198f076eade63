"""`journeywork import`: directory data from CSV files, all of it or nothing."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.connection import database_url as find_database
from cli.connection import gateway, said
from cli.errors import UserError
from cli.import_report import show
from cli.import_run import import_kind
from gateway.imports.report import ImportReport, Kind
from schemas.problems import ProblemCode


async def import_(
    kind: Kind,
    path: Path,
    *,
    dry_run: Annotated[bool, Parameter(help="Show what would change and write nothing.")] = False,
    end_left: Annotated[
        bool, Parameter(help="End those who are no more in a bulk roster of their school.", negative="")
    ] = False,
    data: Annotated[Path, Parameter(help="The stack's folder.")] = Path(".data"),
    json: Annotated[bool, Parameter(help="Print the report as JSON.")] = False,
) -> int:
    """Import directory data: `oneroster DIR`, `employers CSV`, `opportunities CSV` or `calendars CSV`.

    Every error is told with its file, row and column. With any error nothing is imported and the exit status is 2.
    Imported opportunities are opened through the gateway. Of a roster, a delta changes only what its rows tell of; a
    bulk delivery proposes as having left who is no more in it, and ends them with --end-left alone.
    """
    if end_left and kind != "oneroster":
        raise UserError("--end-left is for oneroster: no other file says who has left")
    report = await import_kind(kind, path, database_url=find_database(data), dry_run=dry_run, end_left=end_left)
    if json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(report)
    if report.ok and report.offers and not dry_run:
        await _open(report, data)
    return 0 if report.ok else 2


async def _open(report: ImportReport, data: Path) -> None:
    """Open each imported opportunity through the gateway; one that is open already stays as it is.

    Raises UserError when the gateway is away or refuses one; importing again repeats only what is missing.
    """
    opened = 0
    async with gateway(data) as client:
        for offer in report.offers:
            event: dict[str, object] = {
                "specversion": "1.0",
                "id": offer.id,
                "source": "/import/opportunities",
                "type": "org.journeywork.opportunity.opened",
                "subject": offer.id,
                "data": {},
            }
            answer = await client.post("/events", json=event)
            if not answer.is_error:
                opened += not answer.json().get("duplicate")
            elif answer.json().get("code") != ProblemCode.ALREADY_EXISTS:
                raise UserError(f"opportunity {offer.id} is imported but not open: {said(answer)}")
    before = len(report.offers) - opened
    print(f"opened {opened}" + (f"; {before} had been opened before" if before else ""), file=sys.stderr)
