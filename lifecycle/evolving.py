"""How an event changes a case. Total over the events; knows no rules, those stand in the lifecycles."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from lifecycle.calendars import site_day
from lifecycle.tables import Table
from schemas.case import Asked, Case, Holder, How, Occasion, Request
from schemas.request_events import (
    NoticeGiven,
    ProgramAdopted,
    RequestBounced,
    RequestDisclaimed,
    RequestEscalated,
    RequestMoved,
    RequestNotProvided,
    RequestOpened,
    RequestOverdue,
    RequestReassigned,
    RequestReminded,
    RequestReopened,
    RequestResent,
    RequestReturned,
    RequestSnoozed,
    RequestSubmitted,
    RequestTold,
    RequestWaived,
    RequestWithdrawn,
    VisitScheduled,
)
from schemas.vocabulary import RequestState, Role

C = TypeVar("C", bound=Case[Any])

_type: Callable[[object], type[object]] = type
_request, _asked_line = Request.made, Asked.made
"""Typed, and looked up once: nearly every decision makes some, and a model's class is slow to give its methods."""


def evolve(table: Table, case: C, event: Any) -> C:
    """The case after the event. The event must be one that the lifecycle decided for this case."""
    changes: dict[str, Any] = {"seq": case.seq + 1}
    kind = _type(event)
    changed = _REQUEST.get(kind)
    if changed is not None:
        requests = case.requests
        if (place := requests.places.get(event.request_id)) is not None:
            changes["requests"] = requests.with_changed(place, changed(requests[place], event))
    elif kind is RequestOpened:
        changes["requests"] = case.requests.with_opened(_opened(event))
    elif kind is NoticeGiven:
        changes["noticed"] = (*case.noticed, event.notice_id)
    elif kind is ProgramAdopted:
        changes["program"] = event.program
    else:
        state = table.transitions.get((case.state, kind))
        if state is not None:
            reason = event.reason if kind in table.with_reason else None
            changes |= {"state": state, "entered_at": event.at, "reason": reason}
            if state in table.terminal:
                changes["exited"] = site_day(case.program.calendar.time_zone, event.at)
    fact = table.facts.get(kind)
    if fact is not None:
        changes |= fact(case, event)
    if case.program.by_trigger:
        _arise(table, case, event, changes)
    return case.changed_by(changes)


def _arise(table: Table, case: Case[Any], event: Any, changes: dict[str, Any]) -> None:
    """Remember what the program has an ask for."""
    kind = _type(event)
    for trigger in table.triggers.get(event.kind if kind is RequestSubmitted else kind, ()):
        if trigger not in case.program.by_trigger or not table.arises(case, trigger):
            continue
        occasions: tuple[Occasion, ...] = changes.get("occasions", case.occasions)
        seen = [one.number for one in occasions if one.trigger is trigger]
        number = _number(case, event) or max(seen, default=0) + 1
        if number not in seen and not (seen and trigger in table.once):
            changes["occasions"] = (*occasions, Occasion.made(trigger=trigger, number=number))


def _number(case: Case[Any], event: Any) -> int | None:
    """The number of the week's hours that an event is about; None for what counts by itself."""
    if isinstance(event, RequestSubmitted):
        request = case.request(event.request_id)
        return request.number if request is not None else None
    number: int | None = getattr(event, "number", None)
    return number


def _opened(event: RequestOpened) -> Request:
    return _request(
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
    return _one_holder(event.person_id, event.role)


@lru_cache(maxsize=16384)
def _one_holder(person_id: str, role: Role) -> Holder:
    """The same few people hold all requests of a case: one holder for all."""
    return Holder.made(person_id=person_id, role=role)


def _line(event: Any, how: How) -> Asked:
    return _asked_line(at=event.at, how=how, person_id=event.person_id, role=event.role)


def _asked(request: Request, event: Any, how: How, **changes: Any) -> Request:
    return request.changed(asked=(*request.asked, _line(event, how)), **changes)


def _to_owner(request: Request, event: Any, how: How, **changes: Any) -> Request:
    owner = request.holders[-1]
    line = Asked.made(at=event.at, how=how, person_id=owner.person_id, role=owner.role)
    return request.changed(asked=(*request.asked, line), **changes)


def _escalated(request: Request, event: RequestEscalated) -> Request:
    """A further person may answer; whoever said that it is not theirs no longer may."""
    kept = tuple(one for one in request.holders if not request.disclaimed_by(one.person_id))
    return _asked(request, event, "escalated", rung=event.rung, holders=(*kept, _holder(event)), snoozed_until=None)


def _disclaimed(request: Request, event: RequestDisclaimed) -> Request:
    """Others who may answer go on without that person; a request is never without anybody."""
    others = tuple(one for one in request.holders if one.person_id != event.person_id)
    return _asked(request, event, "disclaimed", holders=others or request.holders)


def _reassigned(request: Request, event: RequestReassigned) -> Request:
    kept = tuple(one for one in request.holders if one.person_id not in (event.person_before, event.person_id))
    return _asked(request, event, "reassigned", rung=0, holders=(*kept, _holder(event)), snoozed_until=None)


def _bounced(request: Request, event: RequestBounced) -> Request:
    role = next((one.role for one in request.holders if one.person_id == event.person_id), request.role)
    line = Asked.made(at=event.at, how="bounced", person_id=event.person_id, role=role)
    return request.changed(asked=(*request.asked, line))


def _submitted(request: Request, event: RequestSubmitted) -> Request:
    return request.changed(
        state=RequestState.SUBMITTED,
        closed_at=event.at,
        submission_id=event.submission_id,
        answered_by=event.by,
        decision=event.decision,
        valid_until=event.valid_until,
        overdue=False,
    )


def _returned(request: Request, event: RequestReturned) -> Request:
    others = tuple(one for one in request.holders if one.person_id != event.person_id)
    return _anew(request, event, "returned", others)


def _anew(request: Request, event: Any, how: How, others: tuple[Holder, ...] = ()) -> Request:
    """Asked anew, with a calendar of its own from now on; `others` may still answer."""
    return _asked(
        request,
        event,
        how,
        state=RequestState.OPEN,
        opened_at=event.at,
        closed_at=None,
        rung=0,
        overdue=False,
        submission_id=None,
        answered_by=None,
        decision=None,
        valid_until=None,
        snoozed_until=None,
        holders=(*others, _holder(event)),
    )


def _closed(state: RequestState) -> Callable[[Request, Any], Request]:
    return lambda request, event: request.changed(state=state, closed_at=event.at, overdue=False)


_REQUEST: dict[type, Callable[[Request, Any], Request]] = {
    RequestReminded: lambda request, event: _asked(request, event, "reminded", rung=event.rung, snoozed_until=None),
    RequestEscalated: _escalated,
    RequestTold: lambda request, event: _asked(request, event, "told", rung=event.rung),
    RequestReassigned: _reassigned,
    RequestResent: lambda request, event: _asked(request, event, "resent"),
    RequestDisclaimed: _disclaimed,
    RequestSnoozed: lambda request, event: request.changed(snoozed_until=event.day),
    RequestMoved: lambda request, event: _to_owner(request, event, "moved", rung=0, overdue=False),
    RequestBounced: _bounced,
    RequestOverdue: lambda request, _: request.changed(overdue=True),
    RequestSubmitted: _submitted,
    RequestReturned: _returned,
    RequestReopened: lambda request, event: _anew(request, event, "opened"),
    VisitScheduled: lambda request, event: _to_owner(request, event, "scheduled", visit_on=event.day),
    RequestWaived: _closed(RequestState.WAIVED),
    RequestWithdrawn: _closed(RequestState.WITHDRAWN),
    RequestNotProvided: _closed(RequestState.NOT_PROVIDED),
}
