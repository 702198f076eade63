"""How an event changes a placement. Total over the events; knows no rules, those stand in `lifecycle.placement`."""

from collections.abc import Callable
from typing import Any

from lifecycle.transitions import TRANSITIONS
from schemas.case import Asked, Holder, How, Request
from schemas.placement import Placement
from schemas.placement_events import (
    NoShowRecorded,
    OfferDeclined,
    OfferMade,
    PlacementCancelled,
    PlacementExpired,
    PlacementRejected,
    PlacementWithdrawn,
    PlacementWithdrawnInProgress,
    SeatRequested,
)
from schemas.request_events import (
    RequestBounced,
    RequestEscalated,
    RequestMoved,
    RequestNotProvided,
    RequestOpened,
    RequestOverdue,
    RequestReassigned,
    RequestReminded,
    RequestResent,
    RequestSubmitted,
    RequestTold,
    RequestWithdrawn,
)
from schemas.supervision_events import AttendanceMissed, PlacementExtended, SupervisorReplaced
from schemas.vocabulary import RequestState, Role, SeatState


def evolve(placement: Placement, event: Any) -> Placement:
    """The placement after the event. The event must be one that `decide` gave for this placement."""
    changes: dict[str, Any] = {"seq": placement.seq + 1}
    kind: type[Any] = event.__class__
    changed = _REQUEST.get(kind)
    if changed is not None:
        requests = [changed(one, event) if one.id == event.request_id else one for one in placement.requests]
        changes["requests"] = tuple(requests)
    elif kind is RequestOpened:
        changes["requests"] = (*placement.requests, _opened(event))
    else:
        state = TRANSITIONS.get((placement.state, kind))
        if state is not None:
            reason = event.reason if kind in _WITH_REASON else None
            changes |= {"state": state, "entered_at": event.at, "reason": reason}
        fact = _PLACEMENT.get(kind)
        if fact is not None:
            changes |= fact(placement, event)
    return placement.changed(**changes)


def _opened(event: RequestOpened) -> Request:
    return Request.made(
        id=event.request_id,
        ask_id=event.ask_id,
        kind=event.kind,
        form=event.form,
        role=event.role,
        number=event.number,
        opened_at=event.at,
        holders=(_holder(event),),
        asked=(_line(event, "opened"),),
    )


def _holder(event: Any) -> Holder:
    return Holder.made(person_id=event.person_id, role=event.role)


def _line(event: Any, how: How) -> Asked:
    return Asked.made(at=event.at, how=how, person_id=event.person_id, role=event.role)


def _asked(request: Request, event: Any, how: How, **changes: Any) -> Request:
    return request.changed(asked=(*request.asked, _line(event, how)), **changes)


def _escalated(request: Request, event: RequestEscalated) -> Request:
    return _asked(request, event, "escalated", rung=event.rung, holders=(*request.holders, _holder(event)))


def _reassigned(request: Request, event: RequestReassigned) -> Request:
    kept = tuple(one for one in request.holders if one.person_id not in (event.person_before, event.person_id))
    return _asked(request, event, "reassigned", rung=0, holders=(*kept, _holder(event)))


def _moved(request: Request, event: RequestMoved) -> Request:
    owner = request.holders[-1]
    line = Asked(at=event.at, how="moved", person_id=owner.person_id, role=owner.role)
    return request.changed(asked=(*request.asked, line), rung=0, overdue=False)


def _bounced(request: Request, event: RequestBounced) -> Request:
    role = next((one.role for one in request.holders if one.person_id == event.person_id), request.role)
    line = Asked(at=event.at, how="bounced", person_id=event.person_id, role=role)
    return request.changed(asked=(*request.asked, line))


def _submitted(request: Request, event: RequestSubmitted) -> Request:
    return request.changed(
        state=RequestState.SUBMITTED,
        closed_at=event.at,
        submission_id=event.submission_id,
        answered_by=event.by,
        decision=event.decision,
        overdue=False,
    )


def _closed(state: RequestState) -> Callable[[Request, Any], Request]:
    return lambda request, event: request.changed(state=state, closed_at=event.at, overdue=False)


_WITH_REASON = frozenset(event for _, event in TRANSITIONS if "reason" in event.model_fields)

_REQUEST: dict[type, Callable[[Request, Any], Request]] = {
    RequestReminded: lambda request, event: _asked(request, event, "reminded", rung=event.rung),
    RequestEscalated: _escalated,
    RequestTold: lambda request, event: _asked(request, event, "told", rung=event.rung),
    RequestReassigned: _reassigned,
    RequestResent: lambda request, event: _asked(request, event, "resent"),
    RequestMoved: _moved,
    RequestBounced: _bounced,
    RequestOverdue: lambda request, _: request.changed(overdue=True),
    RequestSubmitted: _submitted,
    RequestWithdrawn: _closed(RequestState.WITHDRAWN),
    RequestNotProvided: _closed(RequestState.NOT_PROVIDED),
}

GIVES_BACK: tuple[type, ...] = (
    OfferDeclined,
    PlacementExpired,
    PlacementCancelled,
    PlacementWithdrawn,
    PlacementWithdrawnInProgress,
    NoShowRecorded,
)
"""The ends after which the seat is free for another learner."""


def _seat_given_back(placement: Placement, _: Any) -> dict[str, Any]:
    return {} if placement.seat is SeatState.NONE else {"seat": SeatState.RELEASED}


_PLACEMENT: dict[type, Callable[[Placement, Any], dict[str, Any]]] = {
    SeatRequested: lambda _, __: {"seat": SeatState.CLAIMING},
    OfferMade: lambda _, __: {"seat": SeatState.HELD},
    AttendanceMissed: lambda _, __: {"missed": True},
    **dict.fromkeys(GIVES_BACK, _seat_given_back),
    PlacementRejected: lambda _, __: {"seat": SeatState.NONE},
    PlacementExtended: lambda _, event: {"end": event.end},
    SupervisorReplaced: lambda placement, event: {
        "team": {**placement.team, Role.WORKSITE_SUPERVISOR: event.person_id}
    },
}
