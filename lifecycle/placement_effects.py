"""What each event of a placement asks of the world: messages, seats, links, scores."""

from collections.abc import Iterable
from typing import Any

from lifecycle.calendars import site_day
from lifecycle.host_effects import (
    host_evaluated_late,
    host_expects,
    host_is_done,
    host_said_no,
    host_wants,
    host_was_silent,
)
from lifecycle.request_effects import REQUEST_EFFECTS, Makes, effects_by, receipt, tell
from lifecycle.work_effects import HANDED_IN, WORK_EFFECTS, check_all, ends_work
from schemas.effects import (
    ClaimSeatEffect,
    Effect,
    Message,
    OpenCase,
    ReleaseSeatEffect,
    ScoreEvaluation,
    WithdrawOthers,
)
from schemas.incident import IncidentOpening, OpenIncident
from schemas.placement import Placement
from schemas.placement_events import (
    AgreementVoided,
    NoShowRecorded,
    OfferAccepted,
    OfferDeclined,
    PlacementBlocked,
    PlacementCancelled,
    PlacementCancelledByEmployer,
    PlacementCompleted,
    PlacementCompletedWithoutEvaluation,
    PlacementEvent,
    PlacementExpired,
    PlacementPartiallyCompleted,
    PlacementReady,
    PlacementRejected,
    PlacementTerminated,
    PlacementTransferred,
    PlacementWithdrawn,
    PlacementWithdrawnInProgress,
    RecordReopened,
    SeatAwaited,
    SeatRequested,
)
from schemas.request_events import NoticeGiven, RequestSubmitted
from schemas.supervision_events import (
    IncidentReported,
    PlacementExtended,
    PlacementResumed,
    PlacementShortened,
    PlacementSuspended,
    PreparationResumed,
    SuspensionProlonged,
    ViolationDetected,
    ViolationPredicted,
)
from schemas.vocabulary import RequestKind, Role, SeatState

INVOLVED = (Role.STUDENT, Role.EDUCATOR, Role.WORKSITE_SUPERVISOR, Role.CAREER_SPECIALIST)
AT_HOME = (*INVOLVED, Role.GUARDIAN)
AT_WORK = (Role.WORKSITE_SUPERVISOR, Role.CAREER_SPECIALIST)
UNSIGNED = (Role.STUDENT, Role.EDUCATOR, Role.GUARDIAN, Role.TEACHER, Role.CAREER_SPECIALIST, Role.COORDINATOR)
"""Whom it concerns that nobody signed a placement off."""


def effects(placement: Placement, event: PlacementEvent) -> tuple[Effect, ...]:
    """The effects of one event; `placement` is the state after it. Keys are business keys: one effect, one key."""
    return effects_by(_EFFECTS, placement, event)


def _submitted(placement: Placement, event: RequestSubmitted) -> Iterable[Effect]:
    makes = ANSWERED.get(event.kind)
    made = () if makes is None else makes(placement, event)
    return (*made, *receipt(placement, event)) if event.receipt else made


def _scored(placement: Placement, event: RequestSubmitted) -> Iterable[Effect]:
    yield ScoreEvaluation.made(
        key=f"{placement.id}/score/{event.submission_id}",
        request_id=event.request_id,
        submission_id=event.submission_id,
    )


def _claim(placement: Placement, event: SeatRequested) -> Iterable[Effect]:
    yield ClaimSeatEffect.made(
        key=f"{placement.id}/claim_seat",
        opportunity_id=placement.opportunity_id,
        wait=placement.program.waitlist,
    )
    yield from host_wants(placement, event)


def _accepted(placement: Placement, event: OfferAccepted) -> Iterable[Effect]:
    yield WithdrawOthers.made(key=f"{placement.id}/withdraw_others", learner_id=placement.learner_id)
    yield from host_expects(placement, event)


def _who_was_involved(placement: Placement) -> tuple[Role, ...]:
    """A guardian who was asked for something hears how it ended; not in the first release's program, of no kind."""
    asked = any(one.role is Role.GUARDIAN for request in placement.requests for one in request.holders)
    return AT_HOME if asked and placement.program.program_kind is not None else INVOLVED


def _ended(message: Message, roles: tuple[Role, ...] = INVOLVED) -> Makes:
    """A placement that ends without being worked to its end gives its seat back and tells who was involved."""

    def all_of_it(placement: Placement, event: Any) -> Iterable[Effect]:
        if placement.seat is SeatState.RELEASED:
            yield ReleaseSeatEffect.made(key=f"{placement.id}/release_seat", opportunity_id=placement.opportunity_id)
        yield from tell(placement, message, _who_was_involved(placement) if roles == INVOLVED else roles)
        yield from ends_work(placement, event)

    return all_of_it


def _expired(placement: Placement, event: PlacementExpired) -> Iterable[Effect]:
    yield from _ended("placement_ended_early_notification")(placement, event)
    yield from host_was_silent(placement, event)


def _rejected(placement: Placement, event: PlacementRejected) -> Iterable[Effect]:
    """Who must look for another match is told; a learner who applied, or stood in line, knows of it and is told too."""
    hoped = placement.seat is SeatState.RELEASED or placement.of_kind(RequestKind.APPLICATION_REVIEW)
    roles = (Role.STUDENT, Role.EDUCATOR, Role.CAREER_SPECIALIST) if hoped else (Role.CAREER_SPECIALIST,)
    yield from _ended("placement_ended_early_notification", roles)(placement, event)
    yield from host_said_no(placement, event)


def _completed(
    placement: Placement, event: PlacementCompleted | PlacementCompletedWithoutEvaluation
) -> Iterable[Effect]:
    yield from tell(placement, "placement_completed_confirmation", INVOLVED)
    yield from host_is_done(placement, evaluated=isinstance(event, PlacementCompleted))


def _told(message: Message, roles: tuple[Role, ...] = INVOLVED) -> Makes:
    return lambda placement, _: tell(placement, message, roles)


def _ready(placement: Placement, event: PlacementReady) -> Iterable[Effect]:
    yield from tell(placement, "placement_ready_notification", INVOLVED)
    yield from check_all(placement, event)


def _partially(placement: Placement, event: PlacementPartiallyCompleted) -> Iterable[Effect]:
    """Broken off in the middle, it ends as other early ends do; only its signature missing, no host is told.

    Nobody is in programs that say no kind: the first release's.
    """
    if placement.seat is SeatState.RELEASED:
        yield from _ended("placement_ended_early_notification", AT_HOME)(placement, event)
    elif placement.program.program_kind is not None:
        yield from tell(placement, "placement_ended_early_notification", UNSIGNED)


def _other_days(placement: Placement, event: PlacementExtended | PlacementShortened) -> Iterable[Effect]:
    """Everybody who knows the days is told the new last one, but in programs that say no kind: the first release's."""
    if placement.program.program_kind is not None:
        yield from tell(placement, "placement_moved_notification", AT_HOME)
    yield from check_all(placement, event)


def _blocked(placement: Placement, _: PlacementBlocked) -> Iterable[Effect]:
    role = placement.program.blocked_tells
    return () if role is None else tell(placement, "placement_blocked_warning", (role,))


def _noticed(placement: Placement, event: NoticeGiven) -> Iterable[Effect]:
    if event.late:
        return ()
    notice = next(one for one in placement.program.notices if one.id == event.notice_id)
    return tell(placement, notice.message, notice.to)


def _incident(placement: Placement, event: IncidentReported) -> Iterable[Effect]:
    """An incident's case takes over; without a program for it the Career Specialist at least is told."""
    if event.program is None:
        return tell(placement, "incident_reported_warning", (Role.CAREER_SPECIALIST,))
    opening = IncidentOpening(
        command=OpenIncident(
            incident_id=event.incident_id,
            placement_id=placement.id,
            learner_id=placement.learner_id,
            host_id=placement.host_id,
            severity=event.severity,
            category=event.category,
            program=event.program,
            minor=placement.minor,
            team=placement.team,
            day=site_day(placement.program.calendar.time_zone, event.at),
            clock=placement.clock,
        ),
        at=event.at,
    )
    key = f"{placement.id}/incident/{event.incident_id}"
    return (OpenCase(key=key, incident_id=event.incident_id, opening=opening.model_dump(mode="json")),)


ANSWERED: dict[RequestKind, Makes] = {
    **HANDED_IN,
    **dict.fromkeys(
        (RequestKind.BASELINE_EVALUATION, RequestKind.MIDPOINT_EVALUATION, RequestKind.FINAL_EVALUATION), _scored
    ),
}
"""Kind of answered request -> what its answer asks of the world."""

_EFFECTS: dict[type, Makes] = {
    **REQUEST_EFFECTS,
    **WORK_EFFECTS,
    SeatRequested: _claim,
    SeatAwaited: _told("seat_awaited_notification", (Role.STUDENT, Role.EDUCATOR, Role.CAREER_SPECIALIST)),
    OfferAccepted: _accepted,
    RequestSubmitted: _submitted,
    NoticeGiven: _noticed,
    PlacementBlocked: _blocked,
    PlacementReady: _ready,
    PlacementExtended: _other_days,
    PlacementShortened: _other_days,
    PlacementPartiallyCompleted: _partially,
    PlacementSuspended: _told("placement_suspended_notification", AT_HOME),
    SuspensionProlonged: _told("placement_suspended_notification", AT_HOME),
    PlacementResumed: _told("placement_resumed_notification", AT_HOME),
    PreparationResumed: _told("placement_resumed_notification", AT_HOME),
    ViolationPredicted: _told("hours_violation_warning", AT_WORK),
    ViolationDetected: _told("hours_violation_warning", AT_WORK),
    PlacementWithdrawn: _ended("placement_withdrawn_notification"),
    PlacementWithdrawnInProgress: _ended("placement_withdrawn_notification"),
    PlacementExpired: _expired,
    PlacementCancelled: _ended("placement_ended_early_notification"),
    PlacementCancelledByEmployer: _ended("placement_ended_early_notification", AT_HOME),
    PlacementTerminated: _ended("placement_terminated_notification", AT_HOME),
    PlacementTransferred: _ended("placement_transferred_notification", AT_HOME),
    NoShowRecorded: _ended("placement_ended_early_notification"),
    OfferDeclined: _ended("placement_ended_early_notification", AT_WORK),
    PlacementRejected: _rejected,
    PlacementCompleted: _completed,
    PlacementCompletedWithoutEvaluation: _completed,
    RecordReopened: host_evaluated_late,
    IncidentReported: _incident,
    AgreementVoided: _told("agreement_voided_notification", (Role.WORKSITE_SUPERVISOR, Role.GUARDIAN)),
}
