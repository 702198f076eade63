"""When a message goes out: at once, after a person's quiet hours, or with what else comes up for them that morning.

Pure: everything it needs is an argument. Instants are aware, on the program's clock.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from lifecycle.calendars import DAY, is_working_day
from schemas.base import LifecycleName
from schemas.effects import Message, Notify
from schemas.views import CaseView
from schemas.vocabulary import AT_WORK, RequestKind, Role

MORNING = time(9, 15)
"""Until when (the person's time) one morning's asks and reminders are collected: programs ask at 9."""

COLLECTED_FOR = timedelta(minutes=10)
"""How long they are collected later in the day."""

AT_ONCE: frozenset[Message] = frozenset(
    {
        "request_resent_ask",
        "request_submitted_confirmation",
        "placement_blocked_warning",
        "placement_suspended_notification",
        "placement_terminated_notification",
        "placement_withdrawn_notification",
        "placement_ended_early_notification",
        "placement_transferred_notification",
        "agreement_voided_notification",
        "visit_cancelled_notification",
        "hours_violation_warning",
        "incident_reported_warning",
        "incident_closed_notification",
    }
)
"""What somebody has just asked for, what is about safety, and what keeps people from going somewhere in vain."""

URGENT = frozenset(
    {
        RequestKind.FIRST_DAY,
        RequestKind.NO_SHOW_FOLLOW_UP,
        RequestKind.ABSENCE_FOLLOW_UP,
        RequestKind.SHIFT_CHANGE,
        RequestKind.SUSPENSION_REVIEW,
        RequestKind.INCIDENT_ACKNOWLEDGEMENT,
        RequestKind.INCIDENT_REPORT,
        RequestKind.INCIDENT_REVIEW,
    }
)
"""What is asked about somebody who is missing, in danger, or about to work when the law forbids it."""

COLLECTED: frozenset[Message] = frozenset(
    {"request_opened_ask", "request_due_reminder", "request_escalated_ask", "request_unanswered_warning"}
)
"""What may share one mail with others of the same person."""


class Hours(NamedTuple):
    """Quiet hours of a day, in the person's own time: from `begin` in the evening to `end` in the morning."""

    begin: time = time(20)
    end: time = time(8)


class Outgoing(NamedTuple):
    """What there is to know of a message. `by_time`: nobody's act led to it, its hour has come."""

    lifecycle: LifecycleName
    message: Message
    role: Role
    kind: RequestKind | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    by_time: bool = False


class Wait(NamedTuple):
    """Until when a message is held, and why."""

    until: datetime
    reason: Literal["quiet_hours", "digest"]


def outgoing(lifecycle: LifecycleName, view: CaseView, effect: Notify, *, by_time: bool) -> Outgoing:
    """What there is to know of a message, from the case as it stands."""
    request = view.request(effect.request_id)
    return Outgoing(
        lifecycle=lifecycle,
        message=effect.message,
        role=effect.role,
        kind=request.kind if request else None,
        due_at=request.due_at if request else None,
        closes_at=request.closes_at if request else None,
        by_time=by_time,
    )


def wait(post: Outgoing, zone: str, at: datetime, hours: Hours | None, days_off: Collection[date] = ()) -> Wait | None:
    """How long a message waits from `at` on, for a person in this time zone; None: it goes out at once.

    Whoever is written to at work is not on weekends and the program's `days_off`. Never so long that what it asks for
    is due, or closed, before it comes. Without `hours` no hour and no day is quiet.
    """
    if _is_urgent(post, zone, at):
        return None
    loud = at if hours is None else _loud(zone, at, hours, days_off, at_work=post.role in AT_WORK)
    until = loud
    if post.message in COLLECTED and (post.by_time or loud > at):
        until = _collected(zone, loud)
    ends = [one for one in (post.due_at, post.closes_at) if one is not None and one > at]
    if until <= at or any(one <= until for one in ends):
        return None
    return Wait(until, "quiet_hours" if loud > at else "digest")


def _is_urgent(post: Outgoing, zone: str, at: datetime) -> bool:
    if post.lifecycle == "incident" or post.message in AT_ONCE or post.kind in URGENT:
        return True
    here = ZoneInfo(zone)
    return post.due_at is not None and post.due_at > at and _day(post.due_at, here) == _day(at, here)


def _day(at: datetime, here: ZoneInfo) -> date:
    return at.astimezone(here).date()


def _loud(zone: str, at: datetime, hours: Hours, days_off: Collection[date], *, at_work: bool) -> datetime:
    """The first moment at or after `at` at which this person may be written to."""
    here = ZoneInfo(zone)
    local = at.astimezone(here)
    day = local.date()
    asleep = local.time() < hours.end
    if local.time() >= hours.begin:
        day, asleep = day + DAY, True
    while at_work and not is_working_day(days_off, day):
        day, asleep = day + DAY, True
    return datetime.combine(day, hours.end, here).astimezone(at.tzinfo) if asleep else at


def _collected(zone: str, at: datetime) -> datetime:
    """Until when what comes up at `at` is collected."""
    here = ZoneInfo(zone)
    local = at.astimezone(here)
    morning = datetime.combine(local.date(), MORNING, here)
    return morning.astimezone(at.tzinfo) if local < morning else at + COLLECTED_FOR
