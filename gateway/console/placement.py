"""One placement: where it stands, who is asked for what until when, what happened, and whom to call."""

from typing import NamedTuple

from fastapi import APIRouter, Response

from catalog.page_words import page_words
from gateway.console.answering import asked_of_me
from gateway.console.matters import Part, acts_here, contacts_of
from gateway.console.papers import papers_of
from gateway.console.rendering import Visit, page
from gateway.console.shown import line, people_in, short, waits, what
from gateway.console.sight import case_in_sight, tell
from gateway.console.telling import Teller, named_in
from gateway.console.visits import ConsoleRoute, Reading
from records import around, caseload, findings, staff_acts, timeline
from records.around import IncidentSeen
from records.caseload import Case
from records.findings import KeptFinding
from records.health import borrow
from schemas.console import ConsoleRole, is_at_least
from schemas.vocabulary import IncidentState, Severity

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/placements/{id}"


class Rule(NamedTuple):
    """What youth-employment law says of some shifts."""

    title: str
    rule: str
    citation: str
    days: str
    figures: str
    status: str
    stands: bool


class Settled(NamedTuple):
    """A request that is answered or closed, or one still to come."""

    what: str
    text: str


@router.get(PATH)
async def show_placement(visit: Reading, id: str) -> Response:  # noqa: A002 - the path's word
    """Everything about one placement."""
    case = await case_in_sight(visit, id)
    async with borrow(visit.services.pool) as conn:
        entries = await timeline.timeline(conn, "placement", id)
        notes = await staff_acts.about(conn, "placement", id)
        found = await findings.findings_of(conn, id, cleared=True)
        reported = await around.incidents(conn, visit.staff, placement_id=id)
        everybody = people_in([case]) | named_in(entries) | {one.person_id for one in notes}
        people = await caseload.people(conn, everybody)
        await tell(visit, conn, "placement", [case])
    role = visit.staff.role_for(case.school_id, case.learner_id)
    does = is_at_least(role, ConsoleRole.CAREER_SPECIALIST)
    return page(
        visit,
        "console/placement.html",
        nav="caseload",
        title=case.learner,
        case=case,
        line=line(visit, case, people),
        waits=waits(visit, case.view, people),
        me=visit.staff.person_id,
        mine=asked_of_me(visit, case.view),
        settled=_settled(visit, case),
        to_come=_to_come(visit, case),
        contacts=contacts_of(visit, case.view, people),
        rules=[_rule(visit, one) for one in found],
        story=Teller(visit, case.view, people).story(entries, notes),
        around=_around(visit, case, reported) if does else [],
        papers=await papers_of(visit, id) if does else [],
        coordinates=is_at_least(role, ConsoleRole.COORDINATOR),
        acting=does and case.view.record != "archived",
        acts=acts_here(visit, case.view, "placement", role),
        act_address=f"/console/acts/new?of=placements&id={id}&act=",
    )


def _around(visit: Visit, case: Case, reported: list[IncidentSeen]) -> list[tuple[str, Part]]:
    """The host, the offer and the incidents, each leading to its page."""
    say = visit.words.words
    states, severities = visit.words.incident_states, visit.words.severities
    return [
        (say["col_host"], Part(case.host or case.host_id, href=f"/console/hosts/{case.host_id}")),
        (
            say["col_offer"],
            Part(case.job or case.view.opportunity_id, href=f"/console/offers/{case.view.opportunity_id}"),
        ),
        *(
            (
                say["incident"],
                Part(
                    states[IncidentState(one.view.state)],
                    severities[Severity(one.severity)],
                    href=f"/console/incidents/{one.id}",
                ),
            )
            for one in reported
        ),
    ]


def _settled(visit: Visit, case: Case) -> list[Settled]:
    words, roles = visit.words.requests, page_words(visit.language).roles
    return [
        Settled(what(visit, one), f"{roles[one.role]}: {words[one.state]}")
        for one in case.view.requests
        if one.state not in {"open", "upcoming"}
    ]


def _to_come(visit: Visit, case: Case) -> list[Settled]:
    roles = page_words(visit.language).roles
    coming = sorted(
        (one for one in case.view.requests if one.state == "upcoming" and one.opens_at),
        key=lambda one: str(one.opens_at),
    )
    return [
        Settled(
            what(visit, one),
            visit.words.words["to_come_on"].format(
                day=short(one.opens_at.date(), visit.language), role=roles[one.role]
            ),
        )
        for one in coming
        if one.opens_at is not None
    ]


def _rule(visit: Visit, one: KeptFinding) -> Rule:
    say, finding = visit.words.words, one.finding
    figures = ""
    if finding.allowed is not None and finding.found is not None:
        allowed, found = (_figure(value, finding.unit) for value in (finding.allowed, finding.found))
        figures = say["law_limit"].format(allowed=allowed, found=found)
    days = one.days or (finding.day,)
    if one.cleared_on is None:
        status = say["law_open"]
    else:
        status = say["law_cleared"].format(day=short(one.cleared_on, visit.language))
    basis = say["law_planned" if finding.basis == "predicted" else "law_worked"]
    return Rule(
        title=visit.words.rules.get(finding.subject, finding.subject),
        rule=finding.rule,
        citation=finding.citation,
        days=", ".join(short(day, visit.language) for day in days) + f" ({basis})",
        figures=figures,
        status=status,
        stands=one.cleared_on is None,
    )


def _figure(value: int, unit: str) -> str:
    if unit == "clock":
        return f"{value // 60 % 24}:{value % 60:02}"
    if unit == "minutes":
        return f"{value / 60:g} h"
    return str(value)
