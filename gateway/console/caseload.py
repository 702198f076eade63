"""The caseload: who blocks what since when, most urgent first, in lists whose filters are their address."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Response

from catalog.page_words import page_words
from catalog.program_catalog import program
from gateway.console.act_kinds import MOST
from gateway.console.filters import Filtered, address_parts
from gateway.console.matters import act_names
from gateway.console.rendering import Visit, address, page
from gateway.console.shown import line, people_in
from gateway.console.sight import tell
from gateway.console.visits import ConsoleRoute, Reading
from records import caseload, directory
from records.caseload import Choice
from schemas.console import Filters

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PAGE_LINES = 50
PATH = "/console"


class Hidden(NamedTuple):
    """How many placements are in sight and not shown, in words, and the address that shows them."""

    told: str
    href: str


@router.get(PATH)
async def show_caseload(
    visit: Reading,
    filters: Filtered,
    after: Annotated[str | None, Query(max_length=200)] = None,
    tick: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """Placements in sight that fit the filters of the address."""
    now = visit.services.now()
    async with caseload.looking(visit.services.pool) as conn:
        found = await caseload.page(conn, visit.staff, filters, now, cursor=after, limit=PAGE_LINES)
        counts = await caseload.counts(conn, visit.staff, filters, now)
        choices = await caseload.choices(conn, visit.staff)
        people = await caseload.people(conn, people_in(found.cases))
        whole = not after and not found.next
        every = await caseload.counts(conn, visit.staff, filters.changed(show="all"), now) if whole else None
        at_host = await directory.host(conn, filters.host) if filters.host else None
        await tell(visit, conn, "caseload", found.cases)
    given = address_parts(filters)

    def with_host(host_id: str) -> str:
        return address(PATH, given, host=host_id)

    return page(
        visit,
        "console/caseload.html",
        nav="caseload",
        title=visit.words.words["caseload"],
        filters=filters,
        given=given,
        most=MOST,
        shown_count=counts.overdue if filters.overdue else counts.soon if filters.soon else counts.fit,
        export=address("/console/caseload.csv", given),
        sheet=address("/console/caseload.xlsx", given),
        tabs=_tabs(visit, given, counts),
        lines=[line(visit, one, people) for one in found.cases],
        choices=_worded(visit, choices),
        host_name=at_host.name if at_host else filters.host,
        without_host=address(PATH, given, host=None),
        with_host=with_host,
        first=address(PATH, given) if after else None,
        following=address(PATH, given, after=found.next) if found.next else None,
        all_ticked=tick == "1",
        tick_all=address(PATH, given, after=after, tick=None if tick == "1" else "1"),
        acts=act_names(visit, "placement", [one.view for one in found.cases] if whole else None),
        exports=act_names(visit, "placement"),
        hidden=_hidden(
            visit, given, filters, fit=counts.fit, every=every.fit, sight=sum(one.n for one in choices["state"])
        )
        if every
        else None,
    )


def _hidden(
    visit: Visit, given: dict[str, Any], filters: Filters, *, fit: int, every: int, sight: int
) -> Hidden | None:
    """What is in sight and not shown: of those that fit the finished ones; where none fits, all that there are."""
    say = visit.words.words
    if every > fit:
        kind, n = "hidden_open" if filters.shown == "ended" else "hidden_ended", every - fit
        href = address(PATH, given, show="all", overdue=None, soon=None)
    elif not every and sight:
        kind, n, href = "hidden_any", sight, address(PATH, {}, show="all")
    else:
        return None
    return Hidden(say[f"{kind}_one"] if n == 1 else say[f"{kind}_many"].format(n=n), href)


def _tabs(visit: Visit, given: dict[str, Any], counts: caseload.Counts) -> list[tuple[str, str, int, bool]]:
    """The lists that are looked at most: name, address, how many, whether it is this one."""
    say = visit.words.words
    base = {name: value for name, value in given.items() if name not in {"overdue", "soon"}}
    here = "overdue" if given.get("overdue") else "soon" if given.get("soon") else ""
    return [
        (say["tab_all"], address(PATH, base), counts.fit, here == ""),
        (say["tab_overdue"], address(PATH, base, overdue=True), counts.overdue, here == "overdue"),
        (say["tab_soon"], address(PATH, base, soon=True), counts.soon, here == "soon"),
    ]


def _worded(visit: Visit, choices: dict[str, list[Choice]]) -> dict[str, list[tuple[str, str]]]:
    """Each filter's values with their names in the visitor's language."""
    roles = {str(role): name for role, name in page_words(visit.language).roles.items()}
    states = {str(state): name for state, name in visit.words.states.items()}
    order = list(states)

    def title(code: str) -> str:
        pinned = program(code)
        return pinned.title if pinned else code

    return {
        "state": [
            (one.code, f"{states.get(one.code, one.code)} ({one.n})")
            for one in sorted(choices["state"], key=lambda one: order.index(one.code) if one.code in order else 99)
        ],
        "program": [(one.code, title(one.code)) for one in choices["program"]],
        "school": [(one.code, one.name) for one in choices["school"]],
        "role": [(one.code, roles.get(one.code, one.code)) for one in choices["role"]],
    }
