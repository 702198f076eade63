"""What a placement is waiting for: the conditions under which it moves on, and when time itself acts next."""

from datetime import datetime

from lifecycle.calendars import instant
from lifecycle.deadlines import due_at, next_rung
from lifecycle.opening import openings
from lifecycle.transitions import TERMINAL
from schemas.placement import Placement
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import RequestState


def agreement_is_signed(placement: Placement) -> bool:
    """Whether everybody signed whose signature the placement waits for; those asked later are waited for too."""
    blocking = {ask.id for ask in placement.program.of_kind(K.AGREEMENT) if ask.blocks}
    asked = [one for one in placement.of_kind(K.AGREEMENT) if one.ask_id in blocking]
    if any(one.state is not RequestState.SUBMITTED for one in asked):
        return False
    return not any(one.ask.id in blocking for one in openings(placement))


def ends_at(placement: Placement) -> datetime:
    """The end of the last day at the worksite."""
    calendar = placement.program.calendar
    return instant(calendar.time_zone, placement.end, calendar.due_at)


def has_ended(placement: Placement, at: datetime) -> bool:
    """Whether the last day is over."""
    return at >= ends_at(placement)


def final_is_settled(placement: Placement) -> bool:
    """Whether the final evaluation came back or was given up."""
    finals = placement.of_kind(K.FINAL_EVALUATION)
    return bool(finals) and all(not one.is_open for one in finals)


def final_is_provided(placement: Placement) -> bool:
    """Whether a final evaluation came back."""
    return any(one.state is RequestState.SUBMITTED for one in placement.of_kind(K.FINAL_EVALUATION))


def next_due(placement: Placement) -> datetime | None:
    """When time itself acts next (UTC, program clock), or None when it never will."""
    if placement.state in TERMINAL:
        return None
    moments = [opening.at for opening in openings(placement) if opening.at is not None]
    for request in placement.open_requests:
        moments.append(next_rung(placement, request).at)
        if not request.overdue:
            moments.append(due_at(placement, request))
    if placement.state is S.ACTIVE:
        moments.append(ends_at(placement))
    return min(moments, default=None)
