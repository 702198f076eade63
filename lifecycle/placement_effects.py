"""What each event of a placement asks of the world: messages, seats, links, scores."""

from collections.abc import Callable, Iterable
from typing import Any

from schemas.case import Request
from schemas.effects import ClaimSeatEffect, Effect, Message, Notify, ReleaseSeatEffect, RevokeLinks, ScoreEvaluation
from schemas.placement import Placement
from schemas.placement_events import (
    NoShowRecorded,
    OfferDeclined,
    PlacementCancelled,
    PlacementCompleted,
    PlacementCompletedWithoutEvaluation,
    PlacementEvent,
    PlacementExpired,
    PlacementReady,
    PlacementRejected,
    PlacementWithdrawn,
    PlacementWithdrawnInProgress,
    SeatRequested,
)
from schemas.request_events import (
    RequestEscalated,
    RequestEvent,
    RequestMoved,
    RequestOpened,
    RequestReassigned,
    RequestReminded,
    RequestResent,
    RequestSubmitted,
    RequestTold,
)
from schemas.vocabulary import RequestKind, Role, SeatState

SCORED = frozenset({RequestKind.BASELINE_EVALUATION, RequestKind.FINAL_EVALUATION})
INVOLVED = (Role.STUDENT, Role.WORKSITE_SUPERVISOR, Role.CAREER_SPECIALIST)


def effects(placement: Placement, event: PlacementEvent) -> tuple[Effect, ...]:
    """The effects of one event; `placement` is the state after it. Keys are business keys: one effect, one key."""
    found = _EFFECTS.get(type(event))
    return () if found is None else tuple(found(placement, event))


def _request(placement: Placement, event: RequestEvent) -> Request:
    request = placement.request(event.request_id)
    if request is None:
        raise LookupError(event.request_id)
    return request


def _message(message: Message) -> Callable[[Placement, Any], Iterable[Effect]]:
    def one(placement: Placement, event: Any) -> Iterable[Effect]:
        turn = len(_request(placement, event).asked)
        yield Notify(
            key=f"{placement.id}/{message}/{event.request_id}/{event.person_id}/{turn}",
            message=message,
            person_id=event.person_id,
            role=event.role,
            request_id=event.request_id,
        )

    return one


def _moved(placement: Placement, event: RequestMoved) -> Iterable[Effect]:
    request = _request(placement, event)
    for holder in request.holders:
        message: Message = "request_moved_notification"
        yield Notify(
            key=f"{placement.id}/{message}/{request.id}/{holder.person_id}/{len(request.asked)}",
            message=message,
            person_id=holder.person_id,
            role=holder.role,
            request_id=request.id,
        )


def _revoke(placement: Placement, request_id: str, person_id: str) -> RevokeLinks:
    key = f"{placement.id}/revoke/{request_id}/{person_id}/{placement.seq}"
    return RevokeLinks(key=key, request_id=request_id, person_id=person_id)


def _reassigned(placement: Placement, event: RequestReassigned) -> Iterable[Effect]:
    yield _revoke(placement, event.request_id, event.person_before)
    yield from _message("request_reassigned_ask")(placement, event)


def _resent(placement: Placement, event: RequestResent) -> Iterable[Effect]:
    yield _revoke(placement, event.request_id, event.person_id)
    yield from _message("request_resent_ask")(placement, event)


def _submitted(placement: Placement, event: RequestSubmitted) -> Iterable[Effect]:
    if event.kind in SCORED:
        yield ScoreEvaluation(
            key=f"{placement.id}/score/{event.submission_id}",
            request_id=event.request_id,
            submission_id=event.submission_id,
        )


def _claim(placement: Placement, _: SeatRequested) -> Iterable[Effect]:
    yield ClaimSeatEffect(key=f"{placement.id}/claim_seat", opportunity_id=placement.opportunity_id)


def _ended(message: Message, roles: tuple[Role, ...] = INVOLVED) -> Callable[[Placement, Any], Iterable[Effect]]:
    """A placement that ends without being worked to its end gives its seat back and tells who was involved."""

    def all_of_it(placement: Placement, _: Any) -> Iterable[Effect]:
        if placement.seat is SeatState.RELEASED:
            yield ReleaseSeatEffect(key=f"{placement.id}/release_seat", opportunity_id=placement.opportunity_id)
        yield from _tell(placement, message, roles)

    return all_of_it


def _tell(placement: Placement, message: Message, roles: tuple[Role, ...] = INVOLVED) -> Iterable[Effect]:
    told: set[str] = set()
    for role in roles:
        person = placement.team.get(role)
        if person is not None and person not in told:
            told.add(person)
            yield Notify(
                key=f"{placement.id}/{message}/{person}/{placement.seq}", message=message, person_id=person, role=role
            )


_EFFECTS: dict[type, Callable[[Placement, Any], Iterable[Effect]]] = {
    SeatRequested: _claim,
    RequestOpened: _message("request_opened_ask"),
    RequestReminded: _message("request_due_reminder"),
    RequestEscalated: _message("request_escalated_ask"),
    RequestTold: _message("request_unanswered_warning"),
    RequestReassigned: _reassigned,
    RequestResent: _resent,
    RequestMoved: _moved,
    RequestSubmitted: _submitted,
    PlacementReady: lambda placement, _: _tell(placement, "placement_ready_notification"),
    PlacementWithdrawn: _ended("placement_withdrawn_notification"),
    PlacementWithdrawnInProgress: _ended("placement_withdrawn_notification"),
    PlacementExpired: _ended("placement_ended_early_notification"),
    PlacementCancelled: _ended("placement_ended_early_notification"),
    NoShowRecorded: _ended("placement_ended_early_notification"),
    OfferDeclined: _ended("placement_ended_early_notification", (Role.WORKSITE_SUPERVISOR, Role.CAREER_SPECIALIST)),
    PlacementRejected: _ended("placement_ended_early_notification", (Role.CAREER_SPECIALIST,)),
    PlacementCompleted: lambda placement, _: _tell(placement, "placement_completed_confirmation"),
    PlacementCompletedWithoutEvaluation: lambda placement, _: _tell(placement, "placement_completed_confirmation"),
}
