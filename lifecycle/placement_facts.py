"""What an event changes in a placement besides its state and its requests, and what it is an occasion for."""

from collections.abc import Callable
from datetime import date
from typing import Any

from lifecycle.calendars import DAY, site_day
from lifecycle.tables import Table
from lifecycle.transitions import ALLOWED, REQUESTS, TERMINAL, TRANSITIONS
from schemas.case import Pause, Said
from schemas.placement import Placement, Suspension
from schemas.placement_events import (
    EmployerCancelled,
    FollowUpOpened,
    NoShowRecorded,
    OfferDeclined,
    OfferMade,
    PlacementActivated,
    PlacementArchived,
    PlacementBlocked,
    PlacementCancelled,
    PlacementCancelledByEmployer,
    PlacementCompleted,
    PlacementCompletedWithoutEvaluation,
    PlacementEnded,
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
from schemas.supervision_events import (
    AttendanceMissed,
    HoursDisputed,
    IncidentClosed,
    IncidentReported,
    PermitReckoned,
    PlacementExtended,
    PlacementPaused,
    PlacementResumed,
    PlacementShortened,
    PlacementSuspended,
    PreparationResumed,
    RecheckDue,
    SupervisorDeparted,
    SupervisorReplaced,
    SupervisorSilent,
    SuspensionProlonged,
    ViolationDetected,
    ViolationPredicted,
    WorkRechecked,
)
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RecordState, Role, SeatState, Trigger
from schemas.vocabulary import RequestKind as K

GIVES_BACK: tuple[type, ...] = (
    OfferDeclined,
    PlacementExpired,
    PlacementCancelled,
    PlacementCancelledByEmployer,
    PlacementTerminated,
    PlacementTransferred,
    PlacementWithdrawn,
    PlacementWithdrawnInProgress,
    NoShowRecorded,
)
"""The ends after which the seat is free for another learner."""

BREAKS_OFF: tuple[type, ...] = (
    PlacementCancelledByEmployer,
    PlacementTerminated,
    PlacementTransferred,
    PlacementWithdrawnInProgress,
)
"""The ends that may come in the middle of the work: final hours and a part of the evaluation are still owed then."""


def has_begun(placement: Placement) -> bool:
    """Whether the learner has worked there and the outcome is open."""
    was = placement.suspension.was if placement.suspension else placement.state
    return was in (S.ACTIVE, S.AWAITING_ASSESSMENT)


def _arises(placement: Placement, trigger: Trigger) -> bool:
    """Whether something said of a placement is an occasion: nobody is absent from, or leaves, what has not begun."""
    return trigger not in (Trigger.ABSENT, Trigger.LEFT_EARLY) or has_begun(placement)


def _given_back(placement: Placement, event: Any) -> dict[str, Any]:
    """The seat is free, and a halt is over: what is still owed runs by the days again."""
    seat = SeatState.NONE if placement.seat is SeatState.NONE else SeatState.RELEASED
    if placement.suspension is None:
        return {"seat": seat}
    today = site_day(placement.program.calendar.time_zone, event.at)
    return {"seat": seat, "suspension": None, "pauses": _until(placement, today - DAY)}


def _rejected(placement: Placement, event: PlacementRejected) -> dict[str, Any]:
    """A seat that was asked for must be given back, and a place in line, unless it was just said that there is none."""
    none = event.reason == "no_seat" and placement.seat is not SeatState.WAITLISTED
    return {"seat": SeatState.NONE} if none else _given_back(placement, event)


def _partially(placement: Placement, event: PlacementPartiallyCompleted) -> dict[str, Any]:
    """Broken off in the middle, the seat is free for another; worked to its end, it was used."""
    return _given_back(placement, event) if placement.suspension else _completed(placement, event)


def _completed(placement: Placement, _: Any) -> dict[str, Any]:
    """The outcome of a record that was reopened dates from the first time."""
    return {"exited": placement.exited} if placement.exited else {}


def _activated(placement: Placement, _: PlacementActivated) -> dict[str, Any]:
    """The first day may be confirmed while the work stands still already."""
    return {"suspension": placement.suspension.changed(was=S.ACTIVE)} if placement.suspension else {}


def _missed(placement: Placement, _: AttendanceMissed) -> dict[str, Any]:
    return {} if has_begun(placement) else {"missed": True}


def _employer_cancelled(placement: Placement, _: EmployerCancelled) -> dict[str, Any]:
    stands = placement.suspension
    return {"suspension": stands.changed(reason="employer_cancelled", named=False)} if stands else {}


def _suspended(placement: Placement, event: PlacementSuspended) -> dict[str, Any]:
    stands = Suspension(reason=event.reason, was=event.was, resume_by=event.resume_by, named=event.named)
    first = site_day(placement.program.calendar.time_zone, event.at)
    return {"suspension": stands, "pauses": (*placement.pauses, *_still(first, event.resume_by - DAY))}


def _prolonged(placement: Placement, event: SuspensionProlonged) -> dict[str, Any]:
    stands = placement.suspension
    if stands is None:
        return {}
    more = _still(stands.resume_by, event.resume_by - DAY)
    longer = stands.changed(resume_by=event.resume_by, reason=event.reason or stands.reason, named=event.named)
    return {"suspension": longer, "pauses": (*placement.pauses, *more)}


def _resumed(placement: Placement, event: PlacementResumed | PreparationResumed) -> dict[str, Any]:
    """What stood still and lies ahead is paused no longer."""
    return {"suspension": None, "pauses": _until(placement, event.last)}


def _until(placement: Placement, last: date) -> tuple[Pause, ...]:
    """The pauses, those of a halt not beyond its last day."""
    return tuple(
        one.changed(last=min(one.last, last)) if one.suspended else one
        for one in placement.pauses
        if not one.suspended or one.first <= last
    )


def _still(first: date, last: date) -> tuple[Pause, ...]:
    return (Pause(first=first, last=last, suspended=True),) if first <= last else ()


def _replaced(placement: Placement, event: SupervisorReplaced) -> dict[str, Any]:
    team = {**placement.team, Role.WORKSITE_SUPERVISOR: event.person_id}
    return {"team": team, "vacant": False}


def _departed(placement: Placement, event: SupervisorDeparted) -> dict[str, Any]:
    return {"team": {**placement.team, Role.WORKSITE_SUPERVISOR: event.person_id}, "vacant": True}


FACTS: dict[type, Callable[[Any, Any], dict[str, Any]]] = {
    SeatRequested: lambda _, __: {"seat": SeatState.CLAIMING},
    SeatAwaited: lambda _, __: {"seat": SeatState.WAITLISTED},
    OfferMade: lambda _, __: {"seat": SeatState.HELD},
    PlacementBlocked: lambda _, __: {"blocked": True},
    PlacementReady: lambda placement, __: {"blocked": False} if placement.blocked else {},
    AttendanceMissed: _missed,
    PlacementActivated: _activated,
    **dict.fromkeys(GIVES_BACK, _given_back),
    PlacementRejected: _rejected,
    PlacementPartiallyCompleted: _partially,
    **dict.fromkeys((PlacementCompleted, PlacementCompletedWithoutEvaluation), _completed),
    EmployerCancelled: _employer_cancelled,
    PlacementTransferred: lambda placement, event: {
        **_given_back(placement, event),
        "successor_id": event.successor_id,
    },
    PlacementSuspended: _suspended,
    SuspensionProlonged: _prolonged,
    PlacementResumed: _resumed,
    PreparationResumed: _resumed,
    PlacementPaused: lambda placement, event: {
        "pauses": (*placement.pauses, Pause(first=event.first, last=event.last))
    },
    PlacementExtended: lambda _, event: {"end": event.end},
    PlacementShortened: lambda _, event: {"end": event.end},
    SupervisorReplaced: _replaced,
    SupervisorDeparted: _departed,
    IncidentReported: lambda placement, event: {"incidents": (*placement.incidents, event.incident_id)},
    IncidentClosed: lambda placement, event: {
        "incidents": tuple(one for one in placement.incidents if one != event.incident_id)
    },
    ViolationPredicted: lambda placement, event: {"predictions": (*placement.predictions, event.violation.id)},
    ViolationDetected: lambda placement, event: {"violations": (*placement.violations, event.violation.id)},
    WorkRechecked: lambda _, event: {"recheck_on": event.recheck_on},
    RecheckDue: lambda _, __: {"recheck_on": None},
    PermitReckoned: lambda _, event: {"permit": Said.made(at=event.at, valid_until=event.valid_until)},
    FollowUpOpened: lambda _, __: {"record": RecordState.FOLLOW_UP},
    PlacementArchived: lambda _, __: {"record": RecordState.ARCHIVED},
    RecordReopened: lambda _, __: {"record": RecordState.OPEN},
}
"""Type of event -> what it changes."""

TRIGGERS: dict[type | K, tuple[Trigger, ...]] = {
    PlacementExtended: (Trigger.EXTENDED,),
    PlacementShortened: (Trigger.SHORTENED,),
    SupervisorReplaced: (Trigger.SUPERVISOR_REPLACED,),
    SupervisorDeparted: (Trigger.SUPERVISOR_LEFT,),
    SupervisorSilent: (Trigger.SUPERVISOR_SILENT,),
    PlacementSuspended: (Trigger.SUSPENDED,),
    SuspensionProlonged: (Trigger.SUSPENDED,),
    EmployerCancelled: (Trigger.EMPLOYER_CANCELLED,),
    AttendanceMissed: (Trigger.ABSENT,),
    K.HOURS: (Trigger.HOURS_SUBMITTED,),
    HoursDisputed: (Trigger.HOURS_DISPUTED,),
    ViolationPredicted: (Trigger.VIOLATION_PREDICTED,),
    ViolationDetected: (Trigger.VIOLATION_DETECTED,),
    PlacementEnded: (Trigger.ENDED,),
    **dict.fromkeys(GIVES_BACK, (Trigger.ENDED,)),
    **dict.fromkeys(BREAKS_OFF, (Trigger.ENDED, Trigger.LEFT_EARLY)),
    PlacementPartiallyCompleted: (Trigger.ENDED, Trigger.LEFT_EARLY),
    PlacementCompleted: (Trigger.ENDED, Trigger.COMPLETED),
    PlacementCompletedWithoutEvaluation: (Trigger.ENDED, Trigger.COMPLETED),
}
"""Type of event, or kind of answered request -> what it is an occasion for."""

SILENCE: dict[K, tuple[type[Any], dict[str, Any]]] = {
    K.APPLICATION_REVIEW: (PlacementExpired, {"reason": "application_not_answered"}),
    K.APPLICATION_DECISION: (PlacementExpired, {"reason": "application_not_answered"}),
    K.INTERVIEW: (PlacementExpired, {"reason": "interview_not_answered"}),
    K.HOST_CONFIRMATION: (PlacementExpired, {"reason": "host_did_not_answer"}),
    K.OFFER_ACCEPTANCE: (PlacementExpired, {"reason": "offer_not_accepted"}),
    K.AGREEMENT: (PlacementCancelled, {"reason": "agreement_not_signed"}),
    K.GUARDIAN_CONSENT: (PlacementCancelled, {"reason": "no_guardian_consent"}),
    K.WORK_PERMIT: (PlacementCancelled, {"reason": "no_work_permit"}),
    K.CLEARANCE: (PlacementCancelled, {"reason": "no_clearance"}),
    K.SITE_VETTING: (PlacementCancelled, {"reason": "site_not_vetted"}),
    K.TRAINING_PLAN: (PlacementCancelled, {"reason": "no_training_plan"}),
    K.ORIENTATION: (PlacementCancelled, {"reason": "no_orientation"}),
    K.EMERGENCY_CONTACT: (PlacementCancelled, {"reason": "no_emergency_contact"}),
    K.FIRST_DAY: (PlacementActivated, {"confirmed": False}),
    K.NO_SHOW_FOLLOW_UP: (NoShowRecorded, {}),
    K.NEW_SUPERVISOR: (PlacementSuspended, {"reason": "no_supervisor"}),
    K.RENEWAL: (PlacementPartiallyCompleted, {"reason": "not_renewed"}),
    K.SUSPENSION_REVIEW: (PlacementPartiallyCompleted, {"reason": "suspension_not_decided"}),
    K.SUCCESSION: (PlacementCancelledByEmployer, {"reason": "no_successor"}),
    K.SIGN_OFF: (PlacementPartiallyCompleted, {"reason": "not_signed_off"}),
}
"""What silence to the very end means, by kind of request that blocks: an event and its code.

The others only carry their own code, `request.not_provided`.
"""

TABLE = Table(
    states=tuple(S),
    transitions=TRANSITIONS,
    terminal=TERMINAL,
    allowed=ALLOWED,
    requests=REQUESTS,
    facts=FACTS,
    triggers=TRIGGERS,
    arises=_arises,
    silence=SILENCE,
)
"""The placement lifecycle."""
