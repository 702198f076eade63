"""The read API: what stands where, who is asked for what, and what happened. Read from Postgres alone."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from gateway.problems import ProblemError, responses
from gateway.received import is_id
from gateway.services import Keyed, Services
from lifecycle.scores import SkillChange, skill_gain
from records import assessments, inbox, lifecycles
from records.health import borrow
from records.timeline import TimelineEntry, timeline
from schemas.acts import LifecycleName
from schemas.base import Frozen, Id
from schemas.problems import ProblemCode
from schemas.programs import Slug
from schemas.views import OpportunityView, PlacementView
from schemas.vocabulary import OpportunityState, PlacementState

router = APIRouter()


class PageOf(Frozen):
    """Which page: at most `limit`, from the one after `cursor` on."""

    cursor: Id | None = Field(default=None, description="the `next` of the page before")
    limit: int = Field(default=50, ge=1, le=500)


class PlacementFilters(PageOf):
    """Which placements; every filter given must fit."""

    state: PlacementState | None = None
    program: Slug | None = Field(default=None, description="a program's id")
    host: Id | None = Field(default=None, description="a host's id")
    overdue: bool | None = Field(default=None, description="whether an open request is past its due moment")


class OpportunityFilters(PageOf):
    """Which opportunities; every filter given must fit."""

    state: OpportunityState | None = None
    program: Slug | None = Field(default=None, description="a program's id")
    host: Id | None = Field(default=None, description="a host's id")


class PlacementList(Frozen):
    """Placements in the order of their ids; `next` is null on the last page."""

    items: list[PlacementView]
    next: str | None


class SkillGainView(Frozen):
    """Mean ratings of the baseline and the final evaluation, over the `n` skills rated in both; `change` in levels."""

    baseline: float
    final: float
    change: float
    n: int
    skills: tuple[SkillChange, ...]


class OpportunityList(Frozen):
    """Opportunities in the order of their ids; `next` is null on the last page."""

    items: list[OpportunityView]
    next: str | None


class Timeline(Frozen):
    """What happened to one placement or opportunity and who was written to, oldest first, on the program's clock."""

    items: list[TimelineEntry]


@router.get("/placements", tags=["Placements"], summary="Placements", responses=responses(401, 422, 503))
async def get_placements(services: Keyed, filters: Annotated[PlacementFilters, Query()]) -> PlacementList:
    """Where every placement stands and what is asked of whom."""
    async with borrow(services.pool) as conn:
        page = await lifecycles.list_placements(conn, **filters.model_dump())
    return PlacementList(items=page.placements, next=page.next_cursor)


@router.get("/placements/{id}", tags=["Placements"], summary="One placement", responses=responses(401, 404, 503))
async def get_placement(services: Keyed, id: str) -> PlacementView:  # noqa: A002 - the path's word
    """Where a placement stands, and every request with its deadlines. Times are on the program's clock."""
    async with borrow(services.pool) as conn:
        view = await lifecycles.placement(conn, id) if is_id(id) else None
    if view is None:
        raise await _unknown(services, "placement", id)
    return view


@router.get(
    "/placements/{id}/timeline", tags=["Placements"], summary="A placement's story", responses=responses(401, 404, 503)
)
async def get_placement_timeline(services: Keyed, id: str) -> Timeline:  # noqa: A002 - as above
    """Everything that happened to a placement, and every message that went out about it."""
    return await _timeline(services, "placement", id)


@router.get(
    "/placements/{id}/skill-gain",
    tags=["Placements"],
    summary="A placement's skill gain",
    responses=responses(401, 404),
)
async def get_skill_gain(services: Keyed, id: str) -> SkillGainView:  # noqa: A002 - as above
    """What the final evaluation says beside the baseline; 404 until both came back."""
    async with borrow(services.pool) as conn:
        found = await assessments.ratings(conn, id) if is_id(id) else None
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


@router.get("/opportunities", tags=["Opportunities"], summary="Opportunities", responses=responses(401, 422, 503))
async def get_opportunities(services: Keyed, filters: Annotated[OpportunityFilters, Query()]) -> OpportunityList:
    """What hosts offer and how many seats are free."""
    async with borrow(services.pool) as conn:
        page = await lifecycles.list_opportunities(conn, **filters.model_dump())
    return OpportunityList(items=page.opportunities, next=page.next_cursor)


@router.get(
    "/opportunities/{id}", tags=["Opportunities"], summary="One opportunity", responses=responses(401, 404, 503)
)
async def get_opportunity(services: Keyed, id: str) -> OpportunityView:  # noqa: A002 - as above
    """One opportunity and the placements that hold its seats."""
    async with borrow(services.pool) as conn:
        view = await lifecycles.opportunity(conn, id) if is_id(id) else None
    if view is None:
        raise await _unknown(services, "opportunity", id)
    return view


@router.get(
    "/opportunities/{id}/timeline",
    tags=["Opportunities"],
    summary="An opportunity's story",
    responses=responses(401, 404, 503),
)
async def get_opportunity_timeline(services: Keyed, id: str) -> Timeline:  # noqa: A002 - as above
    """Everything that happened to an opportunity: who claimed a seat and gave it back."""
    return await _timeline(services, "opportunity", id)


async def _timeline(services: Services, lifecycle: LifecycleName, id_: str) -> Timeline:
    async with borrow(services.pool) as conn:
        entries = await timeline(conn, lifecycle, id_) if is_id(id_) else []
    if not entries:
        raise await _unknown(services, lifecycle, id_)
    return Timeline(items=entries)


async def _unknown(services: Services, lifecycle: LifecycleName, id_: str) -> ProblemError:
    coming = False
    if is_id(id_):
        async with borrow(services.pool) as conn:
            coming = await inbox.pending_opening(conn, lifecycle, id_)
    told = "its opening is accepted and on its way; ask again shortly" if coming else f"there is no such {lifecycle}"
    return ProblemError(ProblemCode.NOT_FOUND, told)
