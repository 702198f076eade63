"""Offers, hosts and incidents as files for a spreadsheet: everything that fits the filters of the address."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response

from catalog.program_catalog import program
from gateway.console.exports import ASKED, MOST, as_file, awaited_cells
from gateway.console.filters import Filtered
from gateway.console.matters import first_lines
from gateway.console.rendering import Visit
from gateway.console.shown import named_by, waits
from gateway.console.sight import tell
from gateway.console.tables import CSV_TYPE, XLSX_TYPE, Cell, csv_of, xlsx_of
from gateway.console.visits import Acting, ConsoleRoute
from records import around, caseload
from records.around import LINES, HostSeen, IncidentSeen, Offer
from records.health import borrow
from schemas.console import Filters
from schemas.vocabulary import IncidentState, PartnershipState, Severity

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)


class Kind(NamedTuple):
    """One list: its columns, how its matters are read from a line on, and what stands in each."""

    columns: tuple[str, ...]
    read: Callable[..., Awaitable[list[Any]]]
    cells: Callable[[Visit, Any], tuple[Cell, ...]]


def _offer(visit: Visit, one: Offer) -> tuple[Cell, ...]:
    view, known = one.view, program(one.view.program)
    about = (one.id, one.title, one.host or one.host_id, known.title if known else view.program)
    return (
        *about,
        visit.words.offer_states[view.state],
        view.start,
        view.end,
        view.seats,
        view.free,
        len(view.waiting),
    )


def _host(visit: Visit, one: HostSeen) -> tuple[Cell, ...]:
    say, view = visit.words.words, one.view
    state = visit.words.host_states[PartnershipState(view.state)] if view else say["no_partnership"]
    may = (say["answer_yes"] if view.may_host else say["answer_no"]) if view else None
    about = (one.host.id, one.host.name, one.host.sector, one.host.address)
    return (*about, state, may, view.end if view else None, one.placements, one.free)


def _incident(visit: Visit, one: IncidentSeen) -> tuple[Cell, ...]:
    state, severity = visit.words.incident_states[IncidentState(one.view.state)], Severity(one.severity)
    return (one.id, one.learner, one.school, one.host, visit.words.severities[severity], state, one.on)


SEATS = ("col_seats", "col_free", "file_in_line")
KINDS: Mapping[str, Kind] = {
    "offers": Kind(
        ("col_offer", "file_host", "file_program", "file_state", "file_start", "file_end", *SEATS),
        around.offers,
        _offer,
    ),
    "hosts": Kind(
        (
            "file_host",
            "sector",
            "file_address",
            "file_state",
            "may_host",
            "agreement_until",
            "col_placements",
            "col_free",
        ),
        around.hosts,
        _host,
    ),
    "incidents": Kind(
        ("file_learner", "file_school", "file_host", "severity", "file_state", "reported"), around.incidents, _incident
    ),
}
"""Every list that is a file too, by the last part of its address."""


async def as_csv(request: Request, visit: Acting, filters: Filtered) -> Response:
    """The list as CSV."""
    name = _name(request)
    columns, rows = await _table(visit, filters, KINDS[name])
    return as_file(csv_of(columns, rows), CSV_TYPE, f"{name}.csv")


async def as_xlsx(request: Request, visit: Acting, filters: Filtered) -> Response:
    """The list as an Excel file."""
    name = _name(request)
    columns, rows = await _table(visit, filters, KINDS[name])
    return as_file(xlsx_of(visit.words.words[name], columns, rows), XLSX_TYPE, f"{name}.xlsx")


for _one in KINDS:
    router.add_api_route(f"/console/{_one}.csv", as_csv)
    router.add_api_route(f"/console/{_one}.xlsx", as_xlsx)


def _name(request: Request) -> str:
    return request.url.path.rpartition("/")[2].partition(".")[0]


async def _table(visit: Visit, filters: Filters, kind: Kind) -> tuple[list[str], list[tuple[Cell, ...]]]:
    say = visit.words.words
    rows: list[tuple[Cell, ...]] = []
    learners: set[str] = set()
    more = True
    while more and len(rows) < MOST:
        async with caseload.looking(visit.services.pool) as conn:
            found = await kind.read(conn, visit.staff, filters, skip=len(rows))
            people = await caseload.people(conn, named_by(one.view for one in found if one.view))
        for one in first_lines(found):
            awaited = waits(visit, one.view, people) if one.view else []
            learners.update([one.view.learner_id] if one.view and one.view.learner_id else [])
            rows.append((*kind.cells(visit, one), *awaited_cells(awaited)))
        more = len(found) > LINES
    async with borrow(visit.services.pool) as conn:
        await tell(visit, conn, "export", learners=learners)
    return ["id", *(say[name] for name in kind.columns), *(say[f"file_{name}"] for name in ASKED)], rows
