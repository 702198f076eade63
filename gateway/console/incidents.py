"""Incidents of the learners in sight: how grave, where each stands, who must do something, and what happened."""

from fastapi import APIRouter, Response

from gateway.console.filters import Filtered
from gateway.console.matters import (
    Chooser,
    Line,
    PageNumber,
    Part,
    contacts_of,
    first_lines,
    listed,
    options,
    read,
    shown,
    skipped,
)
from gateway.console.rendering import Visit
from gateway.console.shown import named_by, short, waits
from gateway.console.sight import tell
from gateway.console.targets import as_ids, the_one
from gateway.console.visits import Acting, ConsoleRoute
from records import around, caseload
from records.around import LINES, IncidentSeen
from schemas.vocabulary import IncidentState, Severity

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/incidents"


@router.get(PATH)
async def show_incidents(visit: Acting, filters: Filtered, number: PageNumber = 1) -> Response:
    """Incidents in sight that fit the filters of the address."""
    async with caseload.looking(visit.services.pool) as conn:
        found = await around.incidents(conn, visit.staff, filters, skip=skipped(number))
        people = await caseload.people(conn, named_by(one.view for one in found))
        await tell(visit, conn, "incidents", learners=[one.view.learner_id for one in found if one.view.learner_id])
        schools = (await caseload.choices(conn, visit.staff))["school"]
    say = visit.words.words
    return listed(
        visit,
        PATH,
        "incidents",
        filters,
        choosers=[
            Chooser("state", say["filter_state"], options(visit.words.incident_states), filters.state),
            Chooser("severity", say["severity"], options(visit.words.severities), filters.severity),
            Chooser(
                "school",
                say["filter_school"],
                [(one.code, one.name) for one in schools] if len(schools) > 1 else [],
                filters.school,
            ),
        ],
        columns=(say["col_learner"], say["col_host"], say["severity"], say["col_state"], say["col_waits"]),
        lines=[
            Line(
                href=f"{PATH}/{one.id}",
                id=one.id,
                name=one.learner,
                sub=_reported(visit, one),
                parts=(Part(one.host or "", one.school or ""), _severity(visit, one), _state(visit, one)),
                waits=tuple(waits(visit, one.view, people)),
            )
            for one in first_lines(found)
        ],
        views=[one.view for one in first_lines(found)],
        number=number,
        more=len(found) > LINES,
    )


@router.get(PATH + "/{id}")
async def show_incident(visit: Acting, id: str) -> Response:  # noqa: A002 - the path's word
    """One incident: how grave it is, who is to do what until when, and its story."""
    async with caseload.looking(visit.services.pool) as conn:
        seen = the_one(await around.incidents(conn, visit.staff, ids=as_ids(id)))
        told = await read(conn, visit, "incident", seen.view)
        await tell(visit, conn, "incident", learners=[seen.view.learner_id] if seen.view.learner_id else [])
    say, view = visit.words.words, seen.view
    return shown(
        visit,
        PATH,
        "incidents",
        title=say["incident_of"].format(name=seen.learner),
        lead=Part(say["to_placement"], href=f"/console/placements/{view.placement_id}"),
        standing=(_state(visit, seen), _severity(visit, seen)),
        facts=(
            (say["reported"], Part(short(seen.on, visit.language) if seen.on else "")),
            (say["col_host"], Part(seen.host or "", href=f"/console/hosts/{view.host_id}" if view.host_id else None)),
            (say["school"], Part(seen.school or "")),
        ),
        contacts=contacts_of(visit, view, told.people),
        read=told,
        view=view,
    )


def _reported(visit: Visit, seen: IncidentSeen) -> str:
    return f"{visit.words.words['reported']}: {short(seen.on, visit.language)}" if seen.on else ""


def _severity(visit: Visit, seen: IncidentSeen) -> Part:
    severity = Severity(seen.severity)
    return Part(visit.words.severities[severity], tone="halted" if severity is Severity.HIGH else "coming")


def _state(visit: Visit, seen: IncidentSeen) -> Part:
    state = IncidentState(seen.view.state)
    return Part(visit.words.incident_states[state], tone="ended" if state is IncidentState.CLOSED else "coming")
