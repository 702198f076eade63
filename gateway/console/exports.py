"""The caseload as a file for a spreadsheet: everything that fits the filters of the address, one line a placement."""

from collections.abc import Iterator, Sequence

from fastapi import APIRouter, Response

from catalog.program_catalog import program
from gateway.console.filters import Filtered
from gateway.console.rendering import Visit
from gateway.console.shown import Waits, flags, people_in, waits
from gateway.console.sight import tell
from gateway.console.tables import CSV_TYPE, XLSX_TYPE, Cell, csv_of, xlsx_of
from gateway.console.visits import Acting, ConsoleRoute
from records import caseload
from records.caseload import Case
from records.health import borrow
from schemas.console import Filters

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

CHUNK = 250
"""Placements read at a time: other visitors get their turn in between."""

MOST = 10_000
ASKED = ("what", "whom", "name", "asked", "due", "late", "others")
"""The columns about the most urgent answer that is awaited."""


@router.get("/console/caseload.csv")
async def as_csv(visit: Acting, filters: Filtered) -> Response:
    """The list as CSV."""
    columns, rows = await _table(visit, filters)
    return as_file(csv_of(columns, rows), CSV_TYPE, "caseload.csv")


@router.get("/console/caseload.xlsx")
async def as_xlsx(visit: Acting, filters: Filtered) -> Response:
    """The list as an Excel file."""
    columns, rows = await _table(visit, filters)
    return as_file(xlsx_of(visit.words.words["caseload"], columns, rows), XLSX_TYPE, "caseload.xlsx")


async def _table(visit: Visit, filters: Filters) -> tuple[list[str], list[tuple[Cell, ...]]]:
    say = visit.words.words
    names = ("learner", "school", "grade", "host", "job", "program", "state", "flags", "start", "end")
    rows: list[tuple[Cell, ...]] = []
    cursor: str | None = None
    learners: set[str] = set()
    while len(rows) < MOST:
        async with caseload.looking(visit.services.pool) as conn:
            found = await caseload.page(conn, visit.staff, filters, visit.services.now(), cursor=cursor, limit=CHUNK)
            people = await caseload.people(conn, people_in(found.cases))
        learners.update(case.learner_id for case in found.cases)
        rows += [tuple(_cells(visit, case, people)) for case in found.cases]
        cursor = found.next
        if cursor is None:
            break
    async with borrow(visit.services.pool) as conn:
        await tell(visit, conn, "export", learners=learners)
    return ["id", *(say[f"file_{name}"] for name in (*names, *ASKED))], rows


def _cells(visit: Visit, case: Case, people: dict[str, caseload.Named]) -> Iterator[Cell]:
    view, known = case.view, program(case.view.program)
    yield from (case.id, case.learner, case.school or case.school_id, case.grade, case.host or case.host_id, case.job)
    yield from (known.title if known else view.program, visit.words.states[view.state])
    yield from ("; ".join(flags(visit, view)), view.start, view.end)
    yield from awaited_cells(waits(visit, view, people))


def awaited_cells(awaited: Sequence[Waits]) -> tuple[Cell, ...]:
    """The most urgent answer that is awaited, and how many others are: the columns of `ASKED`."""
    if not awaited:
        return (None,) * len(ASKED)
    first = awaited[0]
    return (first.what, first.role, first.person, first.since_on, first.due_on, first.late, len(awaited) - 1)


def as_file(content: bytes, kind: str, name: str) -> Response:
    """A file to be kept, not shown."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": kind,
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers)
