"""What a placement is waiting for: the conditions under which it moves on, and when time itself acts next."""

from datetime import date, datetime, timedelta

from lifecycle import expiring
from lifecycle.calendars import instant, on_business_day, site_day
from lifecycle.opening import moments, openings
from lifecycle.placement_facts import TABLE
from lifecycle.suspending import suspension_runs_out_on
from lifecycle.timetables import shift
from lifecycle.transitions import ASKING, TERMINAL
from schemas.asks import Calendar
from schemas.offsets import Moment
from schemas.placement import Placement
from schemas.program_kinds import GATES
from schemas.programs import Notice
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RecordState, RequestState, SeatState
from schemas.vocabulary import RequestKind as K

GREEN = frozenset({RequestState.SUBMITTED, RequestState.WAIVED})
NOTICED_IN: dict[str, frozenset[S]] = {
    "placement_starts_reminder": frozenset({S.PREPARING, S.READY}),
    "preparation_missing_reminder": frozenset({S.PREPARING}),
    "placement_blocked_warning": frozenset({S.PREPARING}),
}
"""In which states a notice makes sense; elsewhere it never goes out."""


def gates_are_green(placement: Placement) -> bool:
    """Whether everything the placement waits for before its start is there; what is asked later is waited for too."""
    blocking = {ask.id for ask in placement.program.asks if ask.kind in GATES and ask.blocks and ask.on is None}
    asked = [one for one in placement.requests if one.ask_id in blocking]
    if any(one.state not in GREEN for one in asked):
        return False
    return not any(one.ask.id in blocking for one in openings(TABLE, placement))


def ends_at(placement: Placement) -> datetime:
    """The end of the last day at the worksite."""
    calendar = placement.program.calendar
    return instant(calendar.time_zone, placement.end, calendar.due_at)


def has_ended(placement: Placement, at: datetime) -> bool:
    """Whether the last day is over."""
    return at >= ends_at(placement)


def assessment_is_settled(placement: Placement) -> bool:
    """Whether the final evaluation, or what the program asks instead, came back or was given up."""
    wanted = [
        ask.id
        for ask in placement.program.asks
        if ask.kind is K.FINAL_EVALUATION or (ask.kind in (K.DELIVERABLE, K.SELF_ASSESSMENT) and ask.blocks)
    ]
    asked = [one for one in placement.requests if one.ask_id in wanted]
    if any(one.is_open for one in asked):
        return False
    return not any(one.ask.id in wanted for one in openings(TABLE, placement))


def final_is_provided(placement: Placement) -> bool:
    """Whether a final evaluation came back, or the program asks for none."""
    if not placement.program.of_kind(K.FINAL_EVALUATION):
        return True
    return any(one.state is RequestState.SUBMITTED for one in placement.of_kind(K.FINAL_EVALUATION))


def late_until(placement: Placement) -> datetime | None:
    """Until when a final evaluation that was given up is still taken; None when it never is."""
    if not placement.program.late_days or final_is_provided(placement):
        return None
    if placement.state not in (S.AWAITING_SIGN_OFF, S.COMPLETED_EVALUATION_NOT_PROVIDED):
        return None
    calendar = placement.program.calendar
    since = placement.exited or site_day(calendar.time_zone, placement.entered_at)
    return instant(calendar.time_zone, since + timedelta(days=placement.program.late_days), calendar.due_at)


def is_over(placement: Placement, at: datetime) -> bool:
    """Whether nothing is left to do: it has its outcome, nothing is owed, nothing more is asked or taken."""
    if placement.state not in TERMINAL or placement.open_requests or openings(TABLE, placement):
        return False
    late = late_until(placement)
    return late is None or at >= late


def _on(placement: Placement, day: date) -> datetime:
    """The asking hour of a day, or of the next on which people are asked."""
    calendar = placement.program.calendar
    return instant(calendar.time_zone, on_business_day(calendar, day), calendar.asks_at)


def is_blocked(placement: Placement, at: datetime) -> bool:
    """Whether the first day has come and preparation is not done, in a program that tells somebody."""
    if placement.state is not S.PREPARING or placement.blocked or placement.program.blocked_tells is None:
        return False
    return at >= _on(placement, placement.start)


def notice_day(calendar: Calendar, start: date, at: Moment) -> date:
    """The site day of a notice: one on which people are asked, and before the start if it is to come before it."""
    day = shift(calendar, start, at)
    late = on_business_day(calendar, day) >= start and at.distance < 0
    return on_business_day(calendar, day, forward=not late)


def notice_at(placement: Placement, notice: Notice) -> datetime:
    """When a notice goes out."""
    calendar = placement.program.calendar
    return instant(calendar.time_zone, notice_day(calendar, placement.start, notice.at), calendar.asks_at)


def _coming_notices(placement: Placement) -> list[Notice]:
    return [
        one
        for one in placement.program.notices
        if one.id not in placement.noticed and placement.state in NOTICED_IN[one.message]
    ]


def notices_due(placement: Placement, at: datetime) -> list[Notice]:
    """The notices whose moment has come."""
    return [one for one in _coming_notices(placement) if notice_at(placement, one) <= at]


def is_stale(placement: Placement, notice: Notice, at: datetime) -> bool:
    """Whether a notice that is due would come too late.

    Its day was before preparation began (what is missing has just been asked), the first day is over, or a newer one
    says the same.
    """
    calendar = placement.program.calendar
    if notice_at(placement, notice) < _prepared_since(placement):
        return True
    if at > instant(calendar.time_zone, on_business_day(calendar, placement.start), calendar.due_at):
        return True
    same = [one for one in notices_due(placement, at) if one.message == notice.message]
    return any(notice_at(placement, one) > notice_at(placement, notice) for one in same)


def line_ends(placement: Placement) -> datetime | None:
    """When a placement in line for a seat gives up: on its first day."""
    if placement.seat is not SeatState.WAITLISTED or placement.state not in ASKING:
        return None
    calendar = placement.program.calendar
    return instant(calendar.time_zone, placement.start, calendar.asks_at)


def waits_in_vain(placement: Placement, at: datetime) -> bool:
    """Whether the first day has come and no seat came free."""
    ends = line_ends(placement)
    return ends is not None and at >= ends


def _prepared_since(placement: Placement) -> datetime:
    """When the offer was accepted."""
    answered = [one.closed_at for one in placement.of_kind(K.OFFER_ACCEPTANCE) if one.closed_at is not None]
    return max(answered, default=placement.entered_at)


def recheck_at(placement: Placement) -> datetime | None:
    """When the law is asked again about the shifts to come."""
    if placement.recheck_on is None or placement.state in TERMINAL:
        return None
    calendar = placement.program.calendar
    return instant(calendar.time_zone, placement.recheck_on, "00:00")


def next_due(placement: Placement) -> datetime | None:
    """When time itself acts next (UTC, program clock), or None when it never will."""
    due = moments(TABLE, placement)
    if placement.state is S.ACTIVE:
        due.append(ends_at(placement))
    program = placement.program
    if placement.state is S.PREPARING and program.blocked_tells is not None and not placement.blocked:
        due.append(_on(placement, placement.start))
    due += [notice_at(placement, one) for one in _coming_notices(placement)]
    due += [at for one in _BY_ITSELF if (at := one(placement)) is not None]
    return min(due, default=None)


def _suspension_ends(placement: Placement) -> datetime | None:
    day, calendar = suspension_runs_out_on(placement), placement.program.calendar
    return None if day is None else instant(calendar.time_zone, day, calendar.asks_at)


def _document_ends(placement: Placement) -> datetime | None:
    if placement.state not in (S.PREPARING, S.READY, S.ACTIVE) or not placement.program.renewals:
        return None
    return min((last for _, last in expiring.last_moments(placement)), default=None)


def _record_closes(placement: Placement) -> datetime | None:
    """When a late evaluation is the last thing that was waited for; None while there is more to wait for."""
    if placement.state is not S.COMPLETED_EVALUATION_NOT_PROVIDED or placement.record is RecordState.ARCHIVED:
        return None
    return None if placement.open_requests or openings(TABLE, placement) else late_until(placement)


_BY_ITSELF = (recheck_at, line_ends, _suspension_ends, _document_ends, _record_closes)
"""When time acts though nobody is asked anything."""
