"""Hosts: which may take learners, whose papers run out, whom to call, and how each partnership came about."""

from fastapi import APIRouter, Response

from catalog.page_words import page_words
from catalog.program_catalog import program
from gateway.console.filters import Filtered
from gateway.console.matters import (
    Chooser,
    Group,
    Line,
    PageNumber,
    Part,
    contact,
    contacts_of,
    first_lines,
    listed,
    options,
    read,
    shown,
    skipped,
)
from gateway.console.offers import PATH as OFFERS
from gateway.console.rendering import Visit, address
from gateway.console.shown import named_by, short, waits
from gateway.console.targets import as_ids, the_one
from gateway.console.visits import Acting, ConsoleRoute
from records import around, caseload
from records.around import LINES, HostSeen
from schemas.console import Filters
from schemas.views import PartnershipView
from schemas.vocabulary import PartnershipState

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/hosts"
ENDED = frozenset({PartnershipState.DECLINED, PartnershipState.ENDED})
MOST_OFFERS = 20


@router.get(PATH)
async def show_hosts(visit: Acting, filters: Filtered, number: PageNumber = 1) -> Response:
    """Hosts that fit the filters of the address."""
    async with caseload.looking(visit.services.pool) as conn:
        found = await around.hosts(conn, visit.staff, filters, skip=skipped(number))
        people = await caseload.people(conn, named_by(one.view for one in found if one.view))
    say = visit.words.words
    return listed(
        visit,
        PATH,
        "hosts",
        filters,
        choosers=[
            Chooser(
                "state",
                say["filter_state"],
                [*options(visit.words.host_states), ("none", say["no_partnership"])],
                filters.state,
            )
        ],
        columns=(say["col_host"], say["col_state"], say["col_placements"], say["col_free"], say["col_waits"]),
        lines=[
            Line(
                href=f"{PATH}/{one.host.id}",
                id=one.host.id,
                name=one.host.name,
                sub=one.host.sector,
                parts=(_state(visit, one), Part(str(one.placements)), Part(str(one.free))),
                waits=tuple(waits(visit, one.view, people)) if one.view else (),
            )
            for one in first_lines(found)
        ],
        views=[one.view for one in first_lines(found) if one.view],
        number=number,
        more=len(found) > LINES,
    )


@router.get(PATH + "/{id}")
async def show_host(visit: Acting, id: str) -> Response:  # noqa: A002 - the path's word
    """One host: whether it may take anybody, its papers, people, offers, and the story of the partnership."""
    async with caseload.looking(visit.services.pool) as conn:
        seen = the_one(await around.hosts(conn, visit.staff, ids=as_ids(id)))
        employed = await around.at_host(conn, id)
        offers = await around.offers(conn, visit.staff, Filters(host=id, show="all"))
        told = await read(conn, visit, "partnership", seen.view, besides=[one.id for one in employed])
    say, view = visit.words.words, seen.view
    team = contacts_of(visit, view, told.people) if view else []
    known = {one.name for one in team}
    staff = [contact(visit, told.people, one.id, one.title) for one in employed]
    placements = Part(str(seen.placements), href=address("/console", {}, host=id) if seen.placements else None)
    more = Part(say["all_offers"], href=address(OFFERS, {}, host=id, show="all"))
    return shown(
        visit,
        PATH,
        "hosts",
        title=seen.host.name,
        lead=Part(seen.host.address),
        standing=(_state(visit, seen), *_flags(visit, view)),
        facts=(
            (say["sector"], Part(seen.host.sector)),
            (say["col_placements"], placements),
            (say["may_host"], Part((say["answer_yes"] if view.may_host else say["answer_no"]) if view else "")),
            (say["last_heard"], Part(short(view.last_heard, visit.language) if view and view.last_heard else "")),
            (say["agreement_until"], Part(short(view.end, visit.language) if view and view.end else "")),
            *(_papers(visit, view) if view else ()),
        ),
        groups=(
            Group(
                "offers",
                say["offers"],
                tuple(
                    Part(one.title or one.id, visit.words.offer_states[one.view.state], href=f"{OFFERS}/{one.id}")
                    for one in offers[:MOST_OFFERS]
                ),
                say["offers_none"],
                more if len(offers) > MOST_OFFERS else None,
            ),
        ),
        contacts=[*team, *(one for one in staff if one.name not in known)],
        read=told,
        view=view,
    )


def _papers(visit: Visit, view: PartnershipView) -> list[tuple[str, Part]]:
    """Until when each document holds."""
    return [
        (
            _paper(visit, view, ask),
            Part(visit.words.words["valid_until"].format(day=short(day, visit.language))),
        )
        for ask, day in view.valid_until.items()
    ]


def _paper(visit: Visit, view: PartnershipView, ask_id: str) -> str:
    """What the document of an ask is called."""
    known, occasions = program(view.program), page_words(visit.language).occasions
    asks = (ask for stage in known.stages for ask in stage.asks) if known else ()
    return next((occasions[ask.kind] for ask in asks if ask.id == ask_id), ask_id.replace("_", " "))


def _state(visit: Visit, seen: HostSeen) -> Part:
    if seen.view is None:
        return Part(visit.words.words["no_partnership"], tone="ended")
    state = PartnershipState(seen.view.state)
    tone = "going" if seen.view.may_host else "ended" if state in ENDED else "coming"
    return Part(visit.words.host_states[state], tone=tone)


def _flags(visit: Visit, view: PartnershipView | None) -> list[Part]:
    if view is None or not view.blocked_by:
        return []
    names = ", ".join(_paper(visit, view, one) for one in view.blocked_by)
    return [Part(visit.words.words["blocked_by"].format(papers=names), tone="flag")]
