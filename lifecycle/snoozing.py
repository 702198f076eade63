"""Reminders wait until a day that whoever is asked has chosen; deadlines, and what is said to others, do not."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from lifecycle.calendars import DAY, is_working_day, site_day
from lifecycle.deadlines import due_at, wakes_at
from lifecycle.requests import awaited
from lifecycle.story import Story
from schemas.placement_commands import Snooze
from schemas.problems import ProblemCode, Refused
from schemas.request_events import RequestSnoozed

FIRST = 4
"""So many of the next days are offered, and the last that is possible."""


def snooze(story: Story[Any], command: Snooze) -> None:
    """Remind whoever is asked on a day of their choice, and not before. Choosing the same day again changes nothing.

    Raises Refused for anybody else, for a day that has begun, and for one on which the answer would be due before.
    """
    case, request = story.case, awaited(story.case, command.request_id)
    if command.person_id != request.person_id:
        told = f"request {request.id} of {case.id} does not remind {command.person_id}"
        raise Refused(ProblemCode.NOT_AWAITED, told)
    if case.program.by_id[request.ask_id].by_the_clock:
        raise Refused(
            ProblemCode.INVALID, f"request_id: reminders of {request.kind} come by the hour; they do not wait"
        )
    zone, due = case.program.calendar.time_zone, due_at(case, request)
    if command.until <= site_day(zone, story.at) or wakes_at(case, request, command.until) >= due:
        told = f"until: choose a day after {site_day(zone, story.at)} and before it is due ({site_day(zone, due)})"
        raise Refused(ProblemCode.INVALID, told)
    if request.snoozed_until != command.until:
        story.tell(
            RequestSnoozed(
                at=story.at,
                request_id=request.id,
                person_id=command.person_id,
                role=request.holders[-1].role,
                day=command.until,
            )
        )


def days_to_choose(zone: str, days_off: Collection[date], at: datetime, due: datetime | None) -> tuple[date, ...]:
    """The site days to which reminders may be put off: working days after today and before the one on which it is due.

    The next few and the last; none when it is due tomorrow, or nothing is.
    """
    if due is None or due <= at:
        return ()
    day, last = site_day(zone, at) + DAY, site_day(zone, due)
    days: list[date] = []
    while day < last:
        if is_working_day(days_off, day):
            days.append(day)
        day += DAY
    return tuple(days[:FIRST] + days[FIRST:][-1:])
