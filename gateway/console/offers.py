"""Offers of worksites: which there are, whose seats are free, who is placed there, and how each came about."""

from fastapi import APIRouter, Response

from catalog.form_catalog import latest
from catalog.page_words import page_words
from catalog.program_catalog import all_programs, program
from gateway.console.filters import Filtered
from gateway.console.matters import (
    Chooser,
    Group,
    Line,
    PageNumber,
    Part,
    contacts_of,
    first_lines,
    listed,
    options,
    placed,
    read,
    shown,
    skipped,
)
from gateway.console.rendering import Visit
from gateway.console.shown import days, named_by, waits
from gateway.console.sight import tell
from gateway.console.targets import as_ids, the_one
from gateway.console.visits import Acting, ConsoleRoute
from records import around, caseload, directory, timeline
from records.around import LINES, Offer
from records.health import borrow
from schemas.views import OpportunityView
from schemas.vocabulary import OpportunityState

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/offers"
TONES = {OpportunityState.OPEN: "going", OpportunityState.FILLED: "done", OpportunityState.DECLINED: "ended"}
DESCRIBED = "opportunity-design"
"""The form in which a host says what the work includes."""


@router.get(PATH)
async def show_offers(visit: Acting, filters: Filtered, number: PageNumber = 1) -> Response:
    """Offers that fit the filters of the address."""
    async with caseload.looking(visit.services.pool) as conn:
        found = await around.offers(conn, visit.staff, filters, skip=skipped(number))
        people = await caseload.people(conn, named_by(one.view for one in found))
    say = visit.words.words
    return listed(
        visit,
        PATH,
        "offers",
        filters,
        choosers=[
            Chooser("state", say["filter_state"], options(visit.words.offer_states), filters.state),
            Chooser("program", say["filter_program"], _programs(), filters.program),
        ],
        ticks=("free", "overdue"),
        columns=(say["col_offer"], say["col_host"], say["col_seats"], say["col_state"], say["col_waits"]),
        lines=[
            Line(
                href=f"{PATH}/{one.id}",
                id=one.id,
                name=one.title or one.id,
                sub=_program(one.view.program),
                parts=(
                    Part(one.host or one.host_id, days(one.view.start, one.view.end, visit.language)),
                    Part(_seats(visit, one.view)),
                    _state(visit, one.view),
                ),
                waits=tuple(waits(visit, one.view, people)),
            )
            for one in first_lines(found)
        ],
        views=[one.view for one in first_lines(found)],
        number=number,
        more=len(found) > LINES,
    )


@router.get(PATH + "/{id}")
async def show_offer(visit: Acting, id: str) -> Response:  # noqa: A002 - the path's word
    """One offer: the work, its seats and who holds them, its story, which is of no school."""
    async with caseload.looking(visit.services.pool) as conn:
        offer = the_one(await around.offers(conn, visit.staff, ids=as_ids(id)))
        view = offer.view
    async with borrow(visit.services.everything) as conn:
        entries = await timeline.timeline(conn, "opportunity", id)
    async with caseload.looking(visit.services.pool) as conn:
        facts = await directory.opportunity_facts(conn, id)
        besides = [one for one in (facts.supervisor_id, facts.alternate_supervisor_id) if one] if facts else []
        placements = [*view.held, *view.waiting]
        told = await read(conn, visit, "opportunity", view, entries=entries, placements=placements, besides=besides)
        await tell(visit, conn, "offer", told.cases, learners=[view.learner_id] if view.learner_id else [])
    say, roles = visit.words.words, page_words(visit.language).roles
    return shown(
        visit,
        PATH,
        "offers",
        title=offer.title or offer.id,
        lead=Part(offer.host or offer.host_id, href=f"/console/hosts/{offer.host_id}"),
        standing=(_state(visit, view),),
        facts=(
            (say["days"], Part(days(view.start, view.end, visit.language))),
            (say["col_seats"], Part(_seats(visit, view))),
            (say["program"], Part(_program(view.program))),
            (say["proposed_by"], Part(roles[view.proposed_by] if view.proposed_by else "")),
            (say["hazards"], Part(", ".join(_hazard(visit, one) for one in view.hazards))),
        ),
        texts=(
            (say["the_work"], facts.description if facts else ""),
            (say["the_tasks"], "; ".join(facts.tasks) if facts else ""),
            (say["the_skills"], ", ".join(facts.job_skills) if facts else ""),
        ),
        groups=(_held(visit, offer, told.cases),),
        contacts=contacts_of(visit, view.changed(team=view.team or _team(besides)), told.people),
        read=told,
        view=view,
    )


def _hazard(visit: Visit, code: str) -> str:
    """What is dangerous about the work, as the host ticked it."""
    boxes = (one for section in latest(DESCRIBED).sections for one in section.fields)
    return next((one.label.said(visit.language) for one in boxes if one.name == code), code.replace("_", " "))


def _held(visit: Visit, offer: Offer, cases: list[caseload.Case]) -> Group:
    """Whose placements hold a seat or stand in line; those out of sight are counted."""
    say = visit.words.words
    hidden = len({*offer.view.held, *offer.view.waiting}) - len(cases)
    more = Part(say["out_of_sight_one"] if hidden == 1 else say["out_of_sight_many"].format(n=hidden))
    return Group("placed", say["placed_here"], placed(visit, cases), say["placed_none"], more if hidden else None)


def _team(ids: list[str]) -> dict[str, str]:
    return dict(zip(("worksite_supervisor", "alternate_supervisor"), ids, strict=False))


def _state(visit: Visit, view: OpportunityView) -> Part:
    return Part(visit.words.offer_states[view.state], tone=TONES.get(view.state, "coming"))


def _seats(visit: Visit, view: OpportunityView) -> str:
    say = visit.words.words["seats_free"].format(free=view.free, seats=view.seats)
    return say + (visit.words.words["seats_line"].format(n=len(view.waiting)) if view.waiting else "")


def _program(code: str) -> str:
    known = program(code)
    return known.title if known else code


def _programs() -> list[tuple[str, str]]:
    placing = (one for one in all_programs().values() if one.lifecycle == "placement")
    return sorted(((one.id, one.title) for one in placing), key=lambda one: one[1])
