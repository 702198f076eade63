"""The read API: what stands where, who is asked for what, and what happened. Read from Postgres alone."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, NamedTuple

from fastapi import APIRouter, Query
from pydantic import Field

from gateway.keys import OfHosts, OfIncidents, OfPlacements, needs
from gateway.problems import ProblemError, responses
from gateway.received import is_id
from gateway.services import Services
from lifecycle.scores import SkillChange, skill_gain
from records import assessments, disclosures, inbox, lifecycles
from records.health import borrow
from records.kept import INCIDENTS, OPPORTUNITIES, PARTNERSHIPS, PLACEMENTS, Kept, V
from records.pool import Connection
from records.timeline import TimelineEntry, timeline
from schemas.asks import Slug
from schemas.base import Code, Frozen, Id, LifecycleName
from schemas.keys import Scope
from schemas.problems import ProblemCode
from schemas.views import CaseView, IncidentView, OpportunityView, PartnershipView, PlacementView
from schemas.vocabulary import OpportunityState, PlacementState

router = APIRouter()

COLUMNS = {"host": "host_id", "placement": "placement_id"}
"""Filters that are not named like their column."""


class Filters(Frozen):
    """Which lifecycles: every filter given must fit. At most `limit`, from the one after `cursor` on."""

    cursor: Id | None = Field(default=None, description="the `next` of the page before")
    limit: int = Field(default=50, ge=1, le=500)
    program: Slug | None = Field(default=None, description="a program's id")
    host: Id | None = Field(default=None, description="a host's id")
    overdue: bool | None = Field(default=None, description="whether an open request is past its due moment")
    live: bool | None = Field(default=None, description="whether it has no outcome yet")


class PlacementFilters(Filters):
    """Which placements."""

    state: PlacementState | None = None


class OpportunityFilters(Filters):
    """Which opportunities."""

    state: OpportunityState | None = None


class PartnershipFilters(Filters):
    """Which partnerships."""

    state: Code | None = None


class IncidentFilters(Filters):
    """Which incidents."""

    state: Code | None = None
    placement: Id | None = Field(default=None, description="a placement's id")


class CaseList(Frozen, Generic[V]):
    """Views in the order of their ids; `next` is null on the last page."""

    items: list[V]
    next: str | None


class PlacementList(CaseList[PlacementView]):
    """Placements in the order of their ids; `next` is null on the last page."""


class OpportunityList(CaseList[OpportunityView]):
    """Opportunities in the order of their ids; `next` is null on the last page."""


class PartnershipList(CaseList[PartnershipView]):
    """Partnerships in the order of their ids; `next` is null on the last page."""


class IncidentList(CaseList[IncidentView]):
    """Incidents in the order of their ids; `next` is null on the last page."""


class Timeline(Frozen):
    """What happened to one lifecycle and who was written to, oldest first, on the program's clock."""

    items: list[TimelineEntry]


class SkillGainView(Frozen):
    """Mean ratings of the baseline and the final evaluation, over the `n` skills rated in both; `change` in levels."""

    baseline: float
    final: float
    change: float
    n: int
    skills: tuple[SkillChange, ...]


@router.get("/placements", tags=["Placements"], summary="Placements", responses=responses(401, 422, 503))
async def get_placements(services: OfPlacements, filters: Annotated[PlacementFilters, Query()]) -> PlacementList:
    """Where every placement stands and what is asked of whom."""
    views, cursor = await _page(services, PLACEMENTS, filters)
    return PlacementList(items=views, next=cursor)


@router.get("/opportunities", tags=["Opportunities"], summary="Opportunities", responses=responses(401, 422, 503))
async def get_opportunities(services: OfHosts, filters: Annotated[OpportunityFilters, Query()]) -> OpportunityList:
    """What hosts offer and how many seats are free."""
    views, cursor = await _page(services, OPPORTUNITIES, filters)
    return OpportunityList(items=views, next=cursor)


@router.get("/partnerships", tags=["Partnerships"], summary="Partnerships", responses=responses(401, 422, 503))
async def get_partnerships(services: OfHosts, filters: Annotated[PartnershipFilters, Query()]) -> PartnershipList:
    """Where every host stands with the intermediary."""
    views, cursor = await _page(services, PARTNERSHIPS, filters)
    return PartnershipList(items=views, next=cursor)


@router.get("/incidents", tags=["Incidents"], summary="Incidents", responses=responses(401, 422, 503))
async def get_incidents(services: OfIncidents, filters: Annotated[IncidentFilters, Query()]) -> IncidentList:
    """Every incident: how severe it is, and who is asked to act."""
    views, cursor = await _page(services, INCIDENTS, filters)
    return IncidentList(items=views, next=cursor)


async def _page(services: Services, kept: Kept[V], filters: Filters) -> lifecycles.Page[V]:
    given = filters.model_dump()
    equal = {COLUMNS.get(name, name): given.pop(name) for name in tuple(given) if name not in {"cursor", "limit"}}
    async with borrow(services.pool) as conn:
        found = await lifecycles.page(conn, kept, **given, **equal)
        await _tell(services, conn, f"{kept.lifecycle}s", found.views)
    return found


async def _tell(
    services: Services, conn: Connection, what: str, views: Sequence[CaseView], record: str | None = None
) -> None:
    """Keep whose records these views are."""
    ids = {id_ for view in views for id_ in (view.learner_id,) if id_}
    held = [id_ for view in views if isinstance(view, OpportunityView) for id_ in (*view.held, *view.waiting)]
    now = services.now()
    await disclosures.tell(conn, services.asker, what, now, record=record, learners=ids, placements=held)


class _Room(NamedTuple):
    """The words of the routes that show one lifecycle."""

    kept: Kept[Any]
    scope: Scope
    tag: str
    a_case: str
    shows: str
    tells: str


ROOMS = (
    _Room(
        PLACEMENTS,
        Scope.PLACEMENTS_READ,
        "Placements",
        "a placement",
        "Where a placement stands, and every request with its deadlines. Times are on the program's clock.",
        "Everything that happened to a placement, and every message that went out about it.",
    ),
    _Room(
        OPPORTUNITIES,
        Scope.HOSTS_READ,
        "Opportunities",
        "an opportunity",
        "One opportunity, the placements that hold its seats, and every request with its deadlines.",
        "Everything that happened to an opportunity: who was asked what, who claimed a seat and gave it back.",
    ),
    _Room(
        PARTNERSHIPS,
        Scope.HOSTS_READ,
        "Partnerships",
        "a partnership",
        "Where a host stands with the intermediary, and every request with its deadlines.",
        "Everything that happened to a partnership, and every message that went out about it.",
    ),
    _Room(
        INCIDENTS,
        Scope.INCIDENTS_READ,
        "Incidents",
        "an incident",
        "Where an incident stands, and every request with its deadlines.",
        "Everything that happened to an incident, and every message that went out about it.",
    ),
)


def _add_routes(room: _Room) -> None:
    name = room.kept.lifecycle
    path = f"/{room.tag.lower()}/{{id}}"
    keyed = needs(room.scope)

    async def get_one(id: str, services: Services = keyed) -> CaseView:  # noqa: A002 - the path's word
        async with borrow(services.pool) as conn:
            view = await lifecycles.view_of(conn, name, id) if is_id(id) else None
            if view is not None:
                await _tell(services, conn, name, [view], f"{name}/{id}")
        if view is None:
            raise await _unknown(services, name, id)
        return view

    async def get_timeline(id: str, services: Services = keyed) -> Timeline:  # noqa: A002 - as above
        return await _timeline(services, name, id)

    router.add_api_route(
        path,
        get_one,
        name=f"get_{name}",
        response_model=room.kept.view,
        tags=[room.tag],
        summary=f"One {name}",
        description=room.shows,
        responses=responses(401, 404, 503),
    )
    router.add_api_route(
        f"{path}/timeline",
        get_timeline,
        name=f"get_{name}_timeline",
        tags=[room.tag],
        summary=f"{room.a_case.capitalize()}'s story",
        description=room.tells,
        responses=responses(401, 404, 503),
    )


for _room in ROOMS:
    _add_routes(_room)


@router.get(
    "/placements/{id}/skill-gain",
    tags=["Placements"],
    summary="A placement's skill gain",
    responses=responses(401, 404),
)
async def get_skill_gain(services: OfPlacements, id: str) -> SkillGainView:  # noqa: A002 - as above
    """What the final evaluation says beside the baseline; 404 until both came back."""
    async with borrow(services.pool) as conn:
        found = await assessments.ratings(conn, id) if is_id(id) else None
        if found is not None and found.final:
            record = f"placement/{id}"
            await disclosures.tell(conn, services.asker, "skill_gain", services.now(), record=record, placements=[id])
    gain = skill_gain(*found) if found else None
    if gain is None or gain.mean_before is None or gain.mean_after is None or gain.mean_change is None:
        raise ProblemError(ProblemCode.NOT_FOUND, "no skill of this placement was rated twice")
    return SkillGainView(
        baseline=float(gain.mean_before),
        final=float(gain.mean_after),
        change=float(gain.mean_change),
        n=gain.n,
        skills=gain.skills,
    )


async def _timeline(services: Services, lifecycle: LifecycleName, id_: str) -> Timeline:
    async with borrow(services.pool) as conn:
        entries = await timeline(conn, lifecycle, id_) if is_id(id_) else []
        about = {f"{lifecycle}s": [id_]} if entries and lifecycle in {"placement", "incident"} else {}
        record = f"{lifecycle}/{id_}"
        await disclosures.tell(conn, services.asker, "timeline", services.now(), record=record, **about)
    if not entries:
        raise await _unknown(services, lifecycle, id_)
    return Timeline(items=entries)


async def _unknown(services: Services, lifecycle: LifecycleName, id_: str) -> ProblemError:
    coming, told = False, f"there is no such {lifecycle}"
    if is_id(id_) and services.caller.organisations is None:
        told = f"there is no {lifecycle} {id_}"
        async with borrow(services.pool) as conn:
            coming = await inbox.pending_opening(conn, lifecycle, id_)
    if coming:
        told = f"the opening of {lifecycle} {id_} is accepted and on its way; ask again shortly"
    return ProblemError(ProblemCode.NOT_FOUND, told)
