"""Rules about the clock: too early, too late, and the evening under an adult's supervision.

An evening belongs to the day on which it began: `24:30` on a Friday is half past midnight on Saturday, and what counts
is whether Saturday is a school day.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from lifecycle.school_days import DAY
from lifecycle.worked_time import FULL_DAY, Part, at_clock, on_clock
from lifecycle.youth_case import Case, basis
from schemas.findings import Finding
from schemas.rule_parts import Later, clock_minutes
from schemas.rules import ClockHours, Supervision
from schemas.work import Shift


class Evening(NamedTuple):
    """Until when a rule allows work on an evening, in minutes of the wall clock; whether a school day was assumed."""

    latest: int
    assumed: bool


def clock(case: Case, rule: ClockHours) -> Iterator[Finding]:
    """Work between the latest hour of an evening and the earliest of the next morning."""
    for worked in case.worked:
        for day in (worked[0].day - DAY, *(part.day for part in worked)):
            yield from _night(case, rule, worked, day)


def _night(case: Case, rule: ClockHours, worked: tuple[Part, ...], day: date) -> Iterator[Finding]:
    """What of a shift falls into the night that begins on a day."""
    shift, earliest = worked[0].shift, clock_minutes(rule.earliest)
    evening = latest_hour(case, rule, shift, day)
    begins = at_clock(shift.time_zone, day, evening.latest)
    ends = at_clock(shift.time_zone, day + DAY, earliest)
    late = [span for part in worked if (span := _within(case, rule, part, begins, ends))]
    if not late:
        return
    start, end = late[0][0], late[-1][1]
    from_clock, to_clock = on_clock(shift.time_zone, day, start), on_clock(shift.time_zone, day, end)
    is_late = start == begins or from_clock < FULL_DAY
    yield case.finding(
        rule,
        (shift,),
        subject="too_late" if is_late else "too_early",
        basis=basis(shift),
        day=day if is_late else day + DAY,
        allowed=evening.latest if is_late else earliest,
        found=to_clock if is_late else from_clock - FULL_DAY,
        unit="clock",
        assumed=is_late and evening.assumed,
    )


def _within(
    case: Case, rule: ClockHours, part: Part, begins: datetime, ends: datetime
) -> tuple[datetime, datetime] | None:
    start, end = max(part.start, begins), min(part.end, ends)
    if start >= end or not case.binds(rule, part.day) or not case.holds(rule, part.shift, part.day):
        return None
    return start, end


def latest_hour(case: Case, rule: ClockHours, shift: Shift, day: date) -> Evening:
    """Until when the rule allows this shift to go on, on the evening of a day."""
    allowed = [one for one in rule.later if _allows(case, one, shift, day)]
    asked = any(one.before for one in rule.later)
    return Evening(
        max((clock_minutes(one.latest) for one in allowed), default=clock_minutes(rule.latest)),
        asked and case.school(day + DAY).assumed,
    )


def _allows(case: Case, later: Later, shift: Shift, day: date) -> bool:
    if later.season is not None:
        first, last = later.season.days(day.year)
        if not first <= day <= last:
            return False
    if later.before is not None and not case.day_is(later.before, day + DAY).yes:
        return False
    return not later.workplaces or bool(later.workplaces & shift.workplace)


def supervision(case: Case, rule: Supervision) -> Iterator[Finding]:
    """Evening work for which nobody has confirmed an adult's supervision."""
    after = clock_minutes(rule.after)
    for worked in case.worked:
        shift = worked[0].shift
        if shift.adult_supervision or shift.workplace & rule.not_at:
            continue
        for part in worked:
            late = part.end > at_clock(shift.time_zone, part.day, after)
            if late and case.binds(rule, part.day) and case.holds(rule, shift, part.day):
                yield case.finding(
                    rule,
                    (shift,),
                    subject="supervision",
                    basis=basis(shift),
                    day=part.day,
                    allowed=after,
                    found=on_clock(shift.time_zone, part.day, part.end),
                    unit="clock",
                )
