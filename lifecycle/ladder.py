"""What time does to open requests: remind, ask a further person, tell somebody, mark overdue, end as not provided."""

from typing import Any

from lifecycle.deadlines import due_at, next_rung, reaches
from lifecycle.story import Story
from lifecycle.transitions import REQUESTS
from schemas.asks import LadderStep
from schemas.case import Request
from schemas.placement_events import (
    NoShowRecorded,
    PlacementActivated,
    PlacementCancelled,
    PlacementExpired,
    PlacementPartiallyCompleted,
)
from schemas.request_events import RequestEscalated, RequestNotProvided, RequestOverdue, RequestReminded, RequestTold
from schemas.vocabulary import RequestKind as K


def climb(story: Story) -> None:
    """Do what is due at `story.at` for every open request: at most one message each, and the end when it is reached."""
    given_up: list[Request] = []
    for before in story.placement.open_requests:
        request = before
        if not before.overdue and due_at(story.placement, before) <= story.at:
            story.tell(RequestOverdue(at=story.at, request_id=before.id))
            request = _now(story, before.id)
        rung = next_rung(story.placement, request)
        if rung.at > story.at:
            continue
        if rung.step is None:
            story.tell(RequestNotProvided(at=story.at, request_id=request.id, kind=request.kind))
            given_up.append(request)
        else:
            _take(story, request, rung.number, rung.step)
    for request in given_up:
        blocks = story.placement.program.by_id[request.ask_id].blocks
        if blocks and request.kind in SILENCE and story.placement.state in REQUESTS[request.kind][1]:
            event, code = SILENCE[request.kind]
            story.tell(event(at=story.at, **code))


def climb_after_bounce(story: Story, request_id: str) -> None:
    """The address is dead, so waiting is useless: go to the next step that reaches somebody else, now."""
    request = _now(story, request_id)
    rung = next_rung(story.placement, request, skip_reminders=True)
    if rung.step is not None:
        _take(story, request, rung.number, rung.step)


def _now(story: Story, request_id: str) -> Request:
    request = story.placement.request(request_id)
    if request is None:
        raise LookupError(request_id)
    return request


def _take(story: Story, request: Request, number: int, step: LadderStep) -> None:
    person = reaches(story.placement, request, step)
    if person is None:
        raise LookupError(step.who)
    at, request_id = story.at, request.id
    if step.then == "remind":
        owner = request.holders[-1]
        story.tell(
            RequestReminded.made(at=at, request_id=request_id, rung=number, person_id=owner.person_id, role=owner.role)
        )
        return
    event = RequestEscalated if step.then == "ask" else RequestTold
    story.tell(event.made(at=at, request_id=request_id, rung=number, person_id=person, role=step.who or request.role))


SILENCE: dict[K, tuple[type[Any], dict[str, Any]]] = {
    K.HOST_CONFIRMATION: (PlacementExpired, {"reason": "host_did_not_answer"}),
    K.OFFER_ACCEPTANCE: (PlacementExpired, {"reason": "offer_not_accepted"}),
    K.AGREEMENT: (PlacementCancelled, {"reason": "agreement_not_signed"}),
    K.FIRST_DAY: (PlacementActivated, {"confirmed": False}),
    K.NO_SHOW_FOLLOW_UP: (NoShowRecorded, {}),
    K.SIGN_OFF: (PlacementPartiallyCompleted, {"reason": "not_signed_off"}),
}
"""What silence to the very end means, by kind of request that blocks: an event and its code.

The others only carry their own code, `request.not_provided`.
"""
