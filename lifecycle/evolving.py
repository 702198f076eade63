"""How an event changes a placement. Total over the events; knows no rules, those stand in `lifecycle.placement`."""

from collections.abc import Callable
from typing import Any

from lifecycle.transitions import TRANSITIONS
from schemas.placement import Asked, Holder, How, Placement, Request
from schemas.placement_events import (
    AttendanceMissed,
    OfferMade,
    PlacementExtended,
    PlacementProposed,
    RequestBounced,
    RequestEscalated,
    RequestEvent,
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
    SeatRequested,
    SupervisorReplaced,
)
from schemas.vocabulary import RequestState, Role, SeatState


def evolve(placement: Placement, event: Any) -> Placement:
    """The placement after the event. The event must be one that `decide` gave for this placement."""
    changes: dict[str, Any] = {"seq": placement.seq + 1}
    kind: type[Any] = event.__class__
    if isinstance(event, RequestOpened):
        changes["requests"] = (*placement.requests, _opened(event))
    elif isinstance(event, RequestEvent):
        changes["requests"] = tuple(
            _REQUEST[kind](placement, request, event) if request.id == event.request_id else request
            for request in placement.requests
        )
    else:
        state = TRANSITIONS.get((placement.state, kind))
        if state is not None:
            changes |= {"state": state, "entered_at": event.at, "reason": getattr(event, "reason", None)}
        fact = _PLACEMENT.get(kind)
        if fact is not None:
            changes |= fact(placement, event)
    return placement.model_copy(update=changes)


def _opened(event: RequestOpened) -> Request:
    return Request(
        id=event.request_id,
        ask_id=event.ask_id,
        kind=event.kind,
        form=event.form,
        role=event.role,
        number=event.number,
        opened_at=event.at,
        holders=(Holder(person_id=event.person_id, role=event.role),),
        asked=(Asked(at=event.at, how="opened", person_id=event.person_id, role=event.role),),
    )


def _asked(request: Request, event: Any, how: How, **changes: Any) -> Request:
    line = Asked(at=event.at, how=how, person_id=event.person_id, role=event.role)
    return request.model_copy(update={"asked": (*request.asked, line), **changes})


def _escalated(_: Placement, request: Request, event: RequestEscalated) -> Request:
    holders = (*request.holders, Holder(person_id=event.person_id, role=event.role))
    return _asked(request, event, "escalated", rung=event.rung, holders=holders)


def _reassigned(_: Placement, request: Request, event: RequestReassigned) -> Request:
    kept = tuple(one for one in request.holders if one.person_id not in (event.person_before, event.person_id))
    return _asked(
        request, event, "reassigned", rung=0, holders=(*kept, Holder(person_id=event.person_id, role=event.role))
    )


def _moved(_: Placement, request: Request, event: RequestMoved) -> Request:
    owner = request.holders[-1]
    line = Asked(at=event.at, how="moved", person_id=owner.person_id, role=owner.role)
    return request.model_copy(update={"asked": (*request.asked, line), "rung": 0, "overdue": False})


def _bounced(_: Placement, request: Request, event: RequestBounced) -> Request:
    role = next((one.role for one in request.holders if one.person_id == event.person_id), request.role)
    line = Asked(at=event.at, how="bounced", person_id=event.person_id, role=role)
    return request.model_copy(update={"asked": (*request.asked, line)})


def _submitted(_: Placement, request: Request, event: RequestSubmitted) -> Request:
    return request.model_copy(
        update={
            "state": RequestState.SUBMITTED,
            "closed_at": event.at,
            "submission_id": event.submission_id,
            "answered_by": event.by,
            "decision": event.decision,
            "overdue": False,
        }
    )


def _closed(state: RequestState) -> Callable[[Placement, Request, Any], Request]:
    return lambda _, request, event: request.model_copy(
        update={"state": state, "closed_at": event.at, "overdue": False}
    )


_REQUEST: dict[type, Callable[[Placement, Request, Any], Request]] = {
    RequestReminded: lambda _, request, event: _asked(request, event, "reminded", rung=event.rung),
    RequestEscalated: _escalated,
    RequestTold: lambda _, request, event: _asked(request, event, "told", rung=event.rung),
    RequestReassigned: _reassigned,
    RequestResent: lambda _, request, event: _asked(request, event, "resent"),
    RequestMoved: _moved,
    RequestBounced: _bounced,
    RequestOverdue: lambda _, request, __: request.model_copy(update={"overdue": True}),
    RequestSubmitted: _submitted,
    RequestWithdrawn: _closed(RequestState.WITHDRAWN),
    RequestNotProvided: _closed(RequestState.NOT_PROVIDED),
}

_PLACEMENT: dict[type, Callable[[Placement, Any], dict[str, Any]]] = {
    PlacementProposed: lambda _, __: {},
    SeatRequested: lambda _, __: {"seat": SeatState.CLAIMING},
    OfferMade: lambda _, __: {"seat": SeatState.HELD},
    AttendanceMissed: lambda _, __: {"missed": True},
    PlacementExtended: lambda _, event: {"end": event.end},
    SupervisorReplaced: lambda placement, event: {
        "team": {**placement.team, Role.WORKSITE_SUPERVISOR: event.person_id}
    },
}
