"""Staff who are asked for something open its form from the page where they read of it."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from gateway.console.rendering import Visit
from gateway.console.shown import clock_of
from gateway.console.targets import ROOMS, as_ids, some, the_one
from gateway.console.visits import Acting, ConsoleRoute, Posted, Refusal
from records import caseload, links
from records.health import borrow
from schemas.base import LifecycleName
from schemas.views import CaseView
from schemas.vocabulary import Role

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

ANSWER_WITHIN = timedelta(hours=12)
"""How long a link works that staff open from the console."""


def asked_of_me(visit: Visit, view: CaseView) -> set[str]:
    """The requests that whoever is signed in may answer."""
    return {one.id for one in view.requests if one.state == "open" and visit.staff.person_id in one.holders}


async def answer_now(request: Request, visit: Acting, id: str, sent: Posted) -> Response:  # noqa: A002 - the path's word
    """Open the form of a request that is asked of whoever is signed in."""
    lifecycle = ROOMS[request.url.path.split("/")[2]]
    async with caseload.looking(visit.services.pool) as conn:
        target = the_one(await some(conn, visit, lifecycle, as_ids(id), whole=True))
    if target.view is None:
        raise Refusal(404, "not_found")
    return await _open_form(visit, lifecycle, target.view, sent.one("request"))


for _room in ROOMS:
    router.add_api_route(f"/console/{_room}/{{id}}/answer", answer_now, methods=["POST"])


async def _open_form(visit: Visit, lifecycle: LifecycleName, view: CaseView, request_id: str) -> Response:
    """Lead to the form of a request. Raises Refusal (404) when it is not asked of whoever is signed in."""
    request, person_id = view.request(request_id), visit.staff.person_id
    if request is None or request.id not in asked_of_me(visit, view):
        raise Refusal(404, "not_found")
    team = {holder: role for role, holder in view.team.items()}
    asked = {one.person_id: one.role for one in request.asked}
    now = clock_of(view).program_time(visit.services.now())
    async with borrow(visit.services.everything) as conn:
        token = await links.mint(
            conn,
            lifecycle=lifecycle,
            lifecycle_id=view.id,
            request_id=request.id,
            person_id=person_id,
            role=asked.get(person_id) or team.get(person_id) or Role.COORDINATOR,
            now_program=now,
            expires_at=now + ANSWER_WITHIN * view.speed,
            notification_key="console",
        )
    return Response(status_code=303, headers={"Location": f"/f/{token}"})
