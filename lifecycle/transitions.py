"""The placement lifecycle as tables. The diagram in docs is drawn from them; whatever is not here cannot happen."""

from schemas.placement_events import (
    AssessmentSettled,
    NoShowRecorded,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    PlacementActivated,
    PlacementCancelled,
    PlacementCompleted,
    PlacementCompletedWithoutEvaluation,
    PlacementEnded,
    PlacementExpired,
    PlacementPartiallyCompleted,
    PlacementReady,
    PlacementRejected,
    PlacementWithdrawn,
    PlacementWithdrawnInProgress,
    PreparationOpened,
)
from schemas.supervision_events import AttendanceMissed
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K

TRANSITIONS: dict[tuple[S, type], S] = {
    (S.PROPOSED, OfferMade): S.OFFERED,
    (S.PROPOSED, PlacementRejected): S.REJECTED,
    (S.PROPOSED, PlacementExpired): S.EXPIRED,
    (S.PROPOSED, PlacementWithdrawn): S.WITHDRAWN_BY_STUDENT,
    (S.OFFERED, OfferAccepted): S.MATCHED,
    (S.OFFERED, OfferDeclined): S.DECLINED,
    (S.OFFERED, PlacementExpired): S.EXPIRED,
    (S.OFFERED, PlacementWithdrawn): S.WITHDRAWN_BY_STUDENT,
    (S.MATCHED, PreparationOpened): S.PREPARING,
    (S.PREPARING, PlacementReady): S.READY,
    (S.PREPARING, PlacementCancelled): S.CANCELLED_BY_PROGRAM,
    (S.PREPARING, PlacementWithdrawn): S.WITHDRAWN_BY_STUDENT,
    (S.READY, AttendanceMissed): S.READY,
    (S.READY, PlacementActivated): S.ACTIVE,
    (S.READY, NoShowRecorded): S.NO_SHOW,
    (S.READY, PlacementWithdrawn): S.WITHDRAWN_BY_STUDENT,
    (S.ACTIVE, PlacementEnded): S.AWAITING_ASSESSMENT,
    (S.ACTIVE, PlacementWithdrawnInProgress): S.WITHDRAWN_IN_PROGRESS,
    (S.AWAITING_ASSESSMENT, AssessmentSettled): S.AWAITING_SIGN_OFF,
    (S.AWAITING_ASSESSMENT, PlacementWithdrawnInProgress): S.WITHDRAWN_IN_PROGRESS,
    (S.AWAITING_SIGN_OFF, PlacementCompleted): S.COMPLETED,
    (S.AWAITING_SIGN_OFF, PlacementCompletedWithoutEvaluation): S.COMPLETED_EVALUATION_NOT_PROVIDED,
    (S.AWAITING_SIGN_OFF, PlacementPartiallyCompleted): S.PARTIALLY_COMPLETED,
}


def _reachable(state: S) -> frozenset[S]:
    found: set[S] = set()
    edge = {state}
    while edge:
        edge = {to for (at, _), to in TRANSITIONS.items() if at in edge} - found
        found |= edge
    return frozenset(found)


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
    }
)

BEFORE_START: frozenset[S] = frozenset({S.PROPOSED, S.OFFERED, S.PREPARING, S.READY})
IN_PROGRESS: frozenset[S] = frozenset({S.ACTIVE, S.AWAITING_ASSESSMENT})
LIVE: frozenset[S] = frozenset(S) - TERMINAL

ALLOWED: dict[str, frozenset[S]] = {
    "make_offer": frozenset({S.PROPOSED}),
    "accept_offer": frozenset({S.OFFERED}),
    "decline_offer": frozenset({S.OFFERED}),
    "submit": LIVE,
    "confirm_attendance": frozenset({S.READY}),
    "report_missed": frozenset({S.READY}),
    "withdraw": BEFORE_START | IN_PROGRESS,
    "extend": frozenset({S.PREPARING, S.READY, S.ACTIVE}),
    "replace_supervisor": LIVE - {S.AWAITING_SIGN_OFF},
    "resend": LIVE,
    "record_seat": frozenset(S),
    "record_bounce": frozenset(S),
    "tick": frozenset(S),
}
"""In which states a command makes sense. Elsewhere it is refused, naming the state and the command."""

REQUESTS: dict[K, tuple[frozenset[S], frozenset[S]]] = {
    K.HOST_CONFIRMATION: (frozenset({S.PROPOSED}), frozenset({S.PROPOSED})),
    K.OFFER_ACCEPTANCE: (frozenset({S.OFFERED}), frozenset({S.OFFERED})),
    K.AGREEMENT: (frozenset({S.PREPARING}), frozenset({S.PREPARING})),
    K.FIRST_DAY: (frozenset({S.READY}), frozenset({S.READY})),
    K.NO_SHOW_FOLLOW_UP: (frozenset({S.READY}), frozenset({S.READY})),
    K.CHECK_IN: (frozenset({S.ACTIVE}), frozenset({S.ACTIVE})),
    K.BASELINE_EVALUATION: (frozenset({S.ACTIVE}), IN_PROGRESS),
    K.FINAL_EVALUATION: (IN_PROGRESS, IN_PROGRESS),
    K.SELF_ASSESSMENT: (IN_PROGRESS, IN_PROGRESS | {S.AWAITING_SIGN_OFF}),
    K.SIGN_OFF: (frozenset({S.AWAITING_SIGN_OFF}), frozenset({S.AWAITING_SIGN_OFF})),
}
"""For each kind of request: the states in which it can be opened, and those in which it may stay open."""

LATER: dict[S, frozenset[S]] = {state: _reachable(state) for state in S}
"""For each state: the states a placement may still come to."""

OPENED_IN: dict[S, tuple[K, ...]] = {state: tuple(kind for kind in K if state in REQUESTS[kind][0]) for state in S}
