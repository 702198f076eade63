"""What the events of a request ask of the world, in every lifecycle: messages, and links that stop working."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from schemas.case import Case, Request
from schemas.effects import Effect, Message, Notify, RevokeLinks
from schemas.request_events import (
    RequestDisclaimed,
    RequestEscalated,
    RequestEvent,
    RequestMoved,
    RequestOpened,
    RequestReassigned,
    RequestReminded,
    RequestReopened,
    RequestResent,
    RequestReturned,
    RequestSubmitted,
    RequestTold,
    RequestWithdrawn,
    VisitScheduled,
)
from schemas.vocabulary import Role

FINDS_OUT = (
    Role.CAREER_SPECIALIST,
    Role.COORDINATOR,
    Role.ENGAGEMENT_MANAGER,
    Role.PROGRAM_MANAGER,
    Role.DIRECTOR,
)
"""Who finds out whom to ask, the nearest first."""

_notice = Notify.made

Makes = Callable[[Any, Any], Iterable[Effect]]
"""From a case as it is after an event, and the event, to its effects."""


def effects_by(table: Mapping[type, Makes], case: Case[Any], event: object) -> tuple[Effect, ...]:
    """The effects of one event by a table. Keys are business keys: one effect, one key."""
    found = table.get(type(event))
    return () if found is None else tuple(found(case, event))


def _request(case: Case[Any], event: RequestEvent) -> Request:
    request = case.request(event.request_id)
    if request is None:
        raise LookupError(event.request_id)
    return request


def _notify(case: Case[Any], request: Request, message: Message, person_id: str, role: Role) -> Notify:
    return _notice(
        key=f"{case.id}/{message}/{request.id}/{person_id}/{len(request.asked)}",
        message=message,
        person_id=person_id,
        role=role,
        request_id=request.id,
    )


def _message(message: Message) -> Makes:
    def one(case: Case[Any], event: Any) -> Iterable[Effect]:
        return (_notify(case, _request(case, event), message, event.person_id, event.role),)

    return one


def _moved(case: Case[Any], event: RequestMoved) -> Iterable[Effect]:
    """Everybody who was told the old date is told the new one: those who are asked, and those who were warned."""
    request = _request(case, event)
    for holder in request.holders:
        yield _notify(case, request, "request_moved_notification", holder.person_id, holder.role)
    asked = {one.person_id for one in request.holders}
    for person, role in {one.person_id: one.role for one in request.asked if one.how == "told"}.items():
        if person not in asked:
            yield _notify(case, request, "request_unanswered_warning", person, role)


def _revoke(case: Case[Any], request_id: str, person_id: str) -> RevokeLinks:
    key = f"{case.id}/revoke/{request_id}/{person_id}/{case.seq}"
    return RevokeLinks.made(key=key, request_id=request_id, person_id=person_id)


def _reassigned(case: Case[Any], event: RequestReassigned) -> Iterable[Effect]:
    yield _revoke(case, event.request_id, event.person_before)
    yield from _message("request_reassigned_ask")(case, event)


def _resent(case: Case[Any], event: RequestResent) -> Iterable[Effect]:
    yield _revoke(case, event.request_id, event.person_id)
    yield from _message("request_resent_ask")(case, event)


def _disclaimed(case: Case[Any], event: RequestDisclaimed) -> Iterable[Effect]:
    """Whoever looks after the people is told, and asked to find out whom to ask."""
    request = _request(case, event)
    staff = ((role, case.team[role]) for role in FINDS_OUT if role in case.team)
    for role, person in staff:
        if person != event.person_id:
            yield _notify(case, request, "request_disclaimed_warning", person, role)
            return


def receipt(case: Case[Any], event: RequestSubmitted) -> Iterable[Effect]:
    """Whoever answered gets what was answered, once for each answer."""
    if event.receipt:
        yield Notify.made(
            key=f"{case.id}/request_submitted_confirmation/{event.request_id}/{event.submission_id}",
            message="request_submitted_confirmation",
            person_id=event.by.person_id,
            role=event.by.role,
            request_id=event.request_id,
        )


def _visit(message: Message) -> Makes:
    """A visit's day concerns whoever comes and whoever is visited."""

    def both(case: Case[Any], event: RequestEvent) -> Iterable[Effect]:
        request = _request(case, event)
        if request.visit_on is None:
            return
        owner, host = request.holders[-1], case.team.get(Role.WORKSITE_SUPERVISOR)
        yield _notify(case, request, message, owner.person_id, owner.role)
        if host is not None and host != owner.person_id:
            yield _notify(case, request, message, host, Role.WORKSITE_SUPERVISOR)

    return both


def tell(case: Case[Any], message: Message, roles: Iterable[Role]) -> Iterable[Effect]:
    """One message to everybody who holds one of these roles, once a person; to no guardian of an adult."""
    told: set[str] = set()
    for role in roles:
        person = case.team.get(role) if case.minor or role is not Role.GUARDIAN else None
        if person is not None and person not in told:
            told.add(person)
            key = f"{case.id}/{message}/{person}/{case.seq}"
            yield Notify.made(key=key, message=message, person_id=person, role=role)


REQUEST_EFFECTS: dict[type, Makes] = {
    RequestOpened: _message("request_opened_ask"),
    RequestReminded: _message("request_due_reminder"),
    RequestEscalated: _message("request_escalated_ask"),
    RequestTold: _message("request_unanswered_warning"),
    RequestReassigned: _reassigned,
    RequestResent: _resent,
    RequestDisclaimed: _disclaimed,
    RequestSubmitted: receipt,
    RequestReturned: _message("request_returned_ask"),
    RequestReopened: _message("request_opened_ask"),
    RequestMoved: _moved,
    RequestWithdrawn: _visit("visit_cancelled_notification"),
    VisitScheduled: _visit("visit_scheduled_notification"),
}
"""What every lifecycle asks of the world for its requests."""
