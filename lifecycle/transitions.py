"""The placement lifecycle as tables. The diagram in docs is drawn from them; whatever is not here cannot happen."""

from schemas.placement_events import (
    ApplicationReceived,
    ApplicationViewed,
    AssessmentSettled,
    InterviewAgreed,
    NoShowRecorded,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    PlacementActivated,
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
    PreparationOpened,
    RecordReopened,
)
from schemas.program_kinds import GATES
from schemas.supervision_events import AttendanceMissed, PlacementResumed, PlacementSuspended, PreparationResumed
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K

APPLYING: frozenset[S] = frozenset({S.APPLIED, S.UNDER_REVIEW, S.INTERVIEWING})
ASKING: frozenset[S] = frozenset({S.PROPOSED}) | APPLYING
"""The host has not decided yet."""

TRANSITIONS: dict[tuple[S, type], S] = {
    (S.PROPOSED, ApplicationReceived): S.APPLIED,
    (S.APPLIED, ApplicationViewed): S.UNDER_REVIEW,
    (S.APPLIED, InterviewAgreed): S.INTERVIEWING,
    (S.UNDER_REVIEW, InterviewAgreed): S.INTERVIEWING,
    **{(state, OfferMade): S.OFFERED for state in S if state in ASKING},
    **{(state, PlacementRejected): S.REJECTED for state in S if state in ASKING},
    **{(state, PlacementExpired): S.EXPIRED for state in S if state in ASKING},
    (S.OFFERED, OfferAccepted): S.MATCHED,
    (S.OFFERED, OfferDeclined): S.DECLINED,
    (S.OFFERED, PlacementExpired): S.EXPIRED,
    (S.MATCHED, PreparationOpened): S.PREPARING,
    (S.PREPARING, PlacementReady): S.READY,
    (S.READY, AttendanceMissed): S.READY,
    (S.READY, PlacementActivated): S.ACTIVE,
    (S.READY, NoShowRecorded): S.NO_SHOW,
    (S.SUSPENDED, NoShowRecorded): S.NO_SHOW,
    (S.PREPARING, PlacementSuspended): S.SUSPENDED,
    (S.READY, PlacementSuspended): S.SUSPENDED,
    (S.ACTIVE, PlacementSuspended): S.SUSPENDED,
    (S.SUSPENDED, PreparationResumed): S.PREPARING,
    (S.SUSPENDED, PlacementResumed): S.ACTIVE,
    (S.SUSPENDED, PlacementPartiallyCompleted): S.PARTIALLY_COMPLETED,
    (S.ACTIVE, PlacementEnded): S.AWAITING_ASSESSMENT,
    (S.AWAITING_ASSESSMENT, AssessmentSettled): S.AWAITING_SIGN_OFF,
    (S.AWAITING_SIGN_OFF, PlacementCompleted): S.COMPLETED,
    (S.AWAITING_SIGN_OFF, PlacementCompletedWithoutEvaluation): S.COMPLETED_EVALUATION_NOT_PROVIDED,
    (S.AWAITING_SIGN_OFF, PlacementPartiallyCompleted): S.PARTIALLY_COMPLETED,
    (S.COMPLETED_EVALUATION_NOT_PROVIDED, RecordReopened): S.AWAITING_SIGN_OFF,
    **{
        (state, PlacementWithdrawn): S.WITHDRAWN_BY_STUDENT
        for state in (
            S.PROPOSED,
            S.APPLIED,
            S.UNDER_REVIEW,
            S.INTERVIEWING,
            S.OFFERED,
            S.PREPARING,
            S.READY,
            S.SUSPENDED,
        )
    },
    **{
        (state, PlacementWithdrawnInProgress): S.WITHDRAWN_IN_PROGRESS
        for state in (S.ACTIVE, S.SUSPENDED, S.AWAITING_ASSESSMENT)
    },
    **{
        (state, PlacementCancelled): S.CANCELLED_BY_PROGRAM
        for state in (
            S.PROPOSED,
            S.APPLIED,
            S.UNDER_REVIEW,
            S.INTERVIEWING,
            S.OFFERED,
            S.PREPARING,
            S.READY,
            S.SUSPENDED,
        )
    },
    **{
        (state, PlacementCancelledByEmployer): S.CANCELLED_BY_EMPLOYER
        for state in (S.OFFERED, S.PREPARING, S.READY, S.ACTIVE, S.SUSPENDED)
    },
    (S.READY, PlacementTerminated): S.TERMINATED,
    (S.ACTIVE, PlacementTerminated): S.TERMINATED,
    (S.SUSPENDED, PlacementTerminated): S.TERMINATED,
    **{(state, PlacementTransferred): S.TRANSFERRED for state in (S.PREPARING, S.READY, S.ACTIVE, S.SUSPENDED)},
}

TERMINAL: frozenset[S] = frozenset(
    {
        S.COMPLETED,
        S.COMPLETED_EVALUATION_NOT_PROVIDED,
        S.PARTIALLY_COMPLETED,
        S.WITHDRAWN_BY_STUDENT,
        S.WITHDRAWN_IN_PROGRESS,
        S.NO_SHOW,
        S.REJECTED,
        S.DECLINED,
        S.EXPIRED,
        S.CANCELLED_BY_PROGRAM,
        S.CANCELLED_BY_EMPLOYER,
        S.TERMINATED,
        S.TRANSFERRED,
    }
)
"""The ends. Nothing leads out of them, but for an evaluation that comes late and reopens the record."""

REOPENED: frozenset[S] = frozenset({S.COMPLETED_EVALUATION_NOT_PROVIDED})

GETTING_READY: frozenset[S] = frozenset({S.PREPARING, S.READY})
BEFORE_START: frozenset[S] = ASKING | {S.OFFERED} | GETTING_READY
WORKING: frozenset[S] = frozenset({S.ACTIVE, S.SUSPENDED})
IN_PROGRESS: frozenset[S] = WORKING | {S.AWAITING_ASSESSMENT}
WORKED: frozenset[S] = IN_PROGRESS | {S.AWAITING_SIGN_OFF}
LIVE: frozenset[S] = frozenset(S) - TERMINAL

ALLOWED: dict[str, frozenset[S]] = {
    "make_offer": ASKING,
    "accept_offer": frozenset({S.OFFERED}),
    "decline_offer": frozenset({S.OFFERED}),
    "submit": frozenset(S),
    "confirm_attendance": frozenset({S.READY}),
    "report_missed": frozenset({S.READY, S.ACTIVE}),
    "withdraw": BEFORE_START | IN_PROGRESS,
    "extend": GETTING_READY | WORKING,
    "shorten": GETTING_READY | WORKING,
    "pause": LIVE - {S.MATCHED},
    "suspend": GETTING_READY | WORKING,
    "resume_work": frozenset({S.SUSPENDED}),
    "terminate": frozenset({S.READY}) | WORKING,
    "cancel_by_employer": ASKING | {S.OFFERED} | GETTING_READY | WORKING,
    "cancel_by_program": BEFORE_START | {S.SUSPENDED},
    "transfer": GETTING_READY | WORKING,
    "replace_supervisor": LIVE - {S.AWAITING_SIGN_OFF},
    "supervisor_left": GETTING_READY | IN_PROGRESS,
    "schedule_visit": WORKING,
    "report_incident": frozenset({S.READY}) | WORKED,
    "close_incident": frozenset(S),
    "plan_shifts": GETTING_READY | WORKING,
    "recheck_work": frozenset(S),
    "adopt_program": LIVE - {S.MATCHED},
    "waive": frozenset(S),
    "return": frozenset(S),
    "resend": frozenset(S),
    "disclaim": frozenset(S),
    "snooze": frozenset(S),
    "record_seat": frozenset(S),
    "record_work": frozenset(S),
    "record_bounce": frozenset(S),
    "tick": frozenset(S),
}
"""In which states a command makes sense. Elsewhere it is refused, naming the state and the command."""

_AFTER: frozenset[S] = TERMINAL - {S.REJECTED, S.DECLINED, S.EXPIRED}
_DONE: frozenset[S] = frozenset({S.COMPLETED, S.COMPLETED_EVALUATION_NOT_PROVIDED, S.PARTIALLY_COMPLETED})
"""Worked, at least in part: the last hours still count after the sign-off."""

_LEFT: frozenset[S] = _AFTER - {S.WITHDRAWN_BY_STUDENT, S.NO_SHOW, S.CANCELLED_BY_PROGRAM, S.TRANSFERRED}

REQUESTS: dict[K, tuple[frozenset[S], frozenset[S]]] = {
    K.APPLICATION_REVIEW: (frozenset({S.APPLIED}), frozenset({S.APPLIED})),
    K.APPLICATION_DECISION: (frozenset({S.UNDER_REVIEW}), frozenset({S.UNDER_REVIEW})),
    K.INTERVIEW: (frozenset({S.INTERVIEWING}), frozenset({S.INTERVIEWING})),
    K.HOST_CONFIRMATION: (frozenset({S.PROPOSED}), frozenset({S.PROPOSED})),
    K.OFFER_ACCEPTANCE: (frozenset({S.OFFERED}), frozenset({S.OFFERED})),
    **dict.fromkeys(sorted(GATES), (GETTING_READY, GETTING_READY | {S.SUSPENDED})),
    K.AGREEMENT: (frozenset({S.PREPARING}), frozenset({S.PREPARING, S.SUSPENDED})),
    K.TRAINING_PLAN: (GETTING_READY, GETTING_READY | WORKING),
    K.ORIENTATION: (GETTING_READY | WORKING, GETTING_READY | WORKING),
    K.EMERGENCY_CONTACT: (GETTING_READY, GETTING_READY | WORKING),
    K.FIRST_DAY: (frozenset({S.READY}), frozenset({S.READY, S.SUSPENDED})),
    K.NO_SHOW_FOLLOW_UP: (frozenset({S.READY}), frozenset({S.READY, S.SUSPENDED})),
    K.CHECK_IN: (frozenset({S.ACTIVE}), WORKING),
    K.HOURS: (frozenset({S.ACTIVE, S.AWAITING_ASSESSMENT, S.AWAITING_SIGN_OFF}), WORKED | _DONE),
    K.HOURS_APPROVAL: (WORKED | _DONE, WORKED | _DONE),
    K.HOURS_DISPUTE: (WORKED | _DONE, WORKED | _DONE),
    K.SITE_VISIT: (frozenset({S.ACTIVE}), WORKING),
    K.ABSENCE_FOLLOW_UP: (frozenset({S.ACTIVE}), WORKING),
    K.AMENDMENT: (GETTING_READY | WORKING, IN_PROGRESS | GETTING_READY),
    K.RENEWAL: (GETTING_READY | WORKING, GETTING_READY | WORKING),
    K.SUPERVISOR_CHECK: (WORKING, WORKING),
    K.NEW_SUPERVISOR: (GETTING_READY | WORKING, GETTING_READY | WORKING),
    K.SUSPENSION_REVIEW: (frozenset({S.SUSPENDED}), frozenset({S.SUSPENDED})),
    K.SUCCESSION: (frozenset({S.SUSPENDED}), frozenset({S.SUSPENDED})),
    K.SHIFT_CHANGE: (GETTING_READY | WORKING, GETTING_READY | WORKING),
    K.VIOLATION_REVIEW: (WORKED, WORKED),
    K.BASELINE_EVALUATION: (frozenset({S.ACTIVE}), IN_PROGRESS),
    K.MIDPOINT_EVALUATION: (frozenset({S.ACTIVE}), IN_PROGRESS),
    K.FINAL_EVALUATION: (frozenset({S.ACTIVE, S.AWAITING_ASSESSMENT}), IN_PROGRESS),
    K.SELF_ASSESSMENT: (frozenset({S.ACTIVE, S.AWAITING_ASSESSMENT}), WORKED),
    K.DELIVERABLE: (frozenset({S.ACTIVE, S.AWAITING_ASSESSMENT}), IN_PROGRESS),
    K.SIGN_OFF: (frozenset({S.AWAITING_SIGN_OFF}), frozenset({S.AWAITING_SIGN_OFF})),
    K.PERMIT_RETURN: (_AFTER | {S.AWAITING_ASSESSMENT, S.AWAITING_SIGN_OFF}, _AFTER | WORKED),
    K.FINAL_HOURS: (_AFTER, _AFTER),
    K.PARTIAL_EVALUATION: (_AFTER, _AFTER),
    K.SUPPORT: (_AFTER, _AFTER | {S.AWAITING_SIGN_OFF}),
    K.EXIT_SURVEY: (_AFTER | {S.AWAITING_SIGN_OFF}, _AFTER | {S.AWAITING_SIGN_OFF}),
    K.FOLLOW_UP: (_LEFT, _LEFT | {S.AWAITING_SIGN_OFF}),
}
"""For each kind of request: the states in which it can be opened, and those in which it may stay open."""
