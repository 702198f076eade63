"""What would be: the programs of the catalogue, and what an event would change before it is sent."""

from fastapi import APIRouter, Request

from catalog.program_catalog import all_programs
from gateway.bodies import read_body
from gateway.envelopes import Envelope, read_events
from gateway.events import EVENT_BODY
from gateway.intake import made_of
from gateway.keys import AnyKey, EventsIn
from gateway.lifecycle_client import UnknownOutcomeError
from gateway.problems import ProblemError, invalid, responses
from gateway.services import Services
from gateway.within import check_reach
from records import disclosures, lifecycles
from records.health import borrow
from schemas.base import Frozen
from schemas.clock import Clock
from schemas.foreseen import Foreseen
from schemas.incoming import MAX_EVENT_BYTES
from schemas.problems import ProblemCode
from schemas.program_kinds import LifecycleKind

router = APIRouter()

PATIENCE = 10.0
"""Seconds; a placement that no worker holds in memory is first played back."""


class ProgramLine(Frozen):
    """One program of the catalogue; live placements may still go on by an earlier version of it."""

    id: str
    version: str
    title: str
    lifecycle: LifecycleKind


class ProgramList(Frozen):
    """Every program of the catalogue, in the order of their ids."""

    items: list[ProgramLine]


@router.get("/programs", tags=["Programs"], summary="The catalogue's programs", responses=responses(401))
async def get_programs(_: AnyKey) -> ProgramList:
    """Which programs there are, and at which version."""
    return ProgramList(
        items=[
            ProgramLine(id=one.id, version=one.version, title=one.title, lifecycle=one.lifecycle)
            for one in all_programs().values()
        ]
    )


@router.post(
    "/events/preview",
    tags=["Events"],
    summary="What an event would change",
    responses=responses(401, 409, 413, 422, 503),
    openapi_extra=EVENT_BODY,
)
async def preview_event(request: Request, services: EventsIn) -> Foreseen:
    """What the placement an event is about would make of it, as it stands now; nothing is kept and nothing happens.

    Takes one event about a placement that runs. 409 when that placement takes no events any more.
    """
    read = read_events(request.headers, await read_body(request, MAX_EVENT_BYTES))
    if isinstance(read, list):
        raise invalid("(body)", "is a list; send one event")
    return await _foresee(services, read)


async def _foresee(services: Services, envelope: Envelope) -> Foreseen:
    now = services.now()
    await check_reach(services, envelope)
    async with borrow(services.everything) as conn:
        delivery = await made_of(conn, envelope, now=now, rehearsals=services.rehearsals)
        view = await lifecycles.placement(conn, delivery.id) if delivery.lifecycle == "placement" else None
        if view is not None:
            record = f"placement/{view.id}"
            await disclosures.tell(conn, services.asker, "preview", now, record=record, learners=[view.learner_id])
    if delivery.act is None or delivery.lifecycle != "placement":
        raise invalid("type", "cannot be previewed; send an event about a placement that runs")
    clock = Clock(program_epoch=view.program_epoch, real_epoch=view.real_epoch, speed=view.speed) if view else Clock()
    try:
        return await services.deliverer.foresee(delivery, clock.program_time(now), patience=PATIENCE)
    except UnknownOutcomeError:
        raise ProblemError(
            ProblemCode.UNAVAILABLE,
            f"placement {delivery.id} does not answer now; ask again",
            headers={"Retry-After": "2"},
        ) from None
