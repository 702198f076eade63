"""What the residence district's school calendar says of days, evenings and weeks.

29 CFR 570.35(b): school is in session as the public school district where the minor lives decides, and summer school
is outside school hours.
"""

from datetime import date, datetime
from typing import NamedTuple

from lifecycle.calendars import DAY, instant, is_working_day
from schemas.rule_parts import WEEKDAYS, Weekday
from schemas.work import SchoolCalendar


class Told(NamedTuple):
    """An answer, and whether it is assumed because the calendar does not reach so far."""

    yes: bool
    assumed: bool


def required_minutes(calendar: SchoolCalendar, day: date) -> int:
    """Minutes of required attendance on a day, as far as the calendar knows; outside it a weekday counts in full."""
    if day in calendar.required_days or _usual(calendar, day):
        return next((short.minutes for short in calendar.short_days if short.day == day), calendar.minutes)
    return 0


def _usual(calendar: SchoolCalendar, day: date) -> bool:
    if not is_working_day(calendar.days_off, day):
        return False
    if not knows(calendar, day):
        return True
    return any(term.first_day <= day <= term.last_day for year in calendar.years for term in year.terms)


def knows(calendar: SchoolCalendar, day: date) -> bool:
    """Whether the calendar reaches to a day."""
    return calendar.known_from <= day <= calendar.known_until


def school_day(calendar: SchoolCalendar, day: date, minutes: int) -> Told:
    """Whether a day is a school day for a law that counts days from so many minutes of required attendance."""
    return Told(required_minutes(calendar, day) >= minutes, not knows(calendar, day))


def school_week(calendar: SchoolCalendar, first: date) -> Told:
    """Whether school is in session in the week from `first` on: attendance is required on a day or a part of one."""
    days = [first + DAY * number for number in range(7)]
    known = any(required_minutes(calendar, day) for day in days if knows(calendar, day))
    if known:
        return Told(yes=True, assumed=False)
    return Told(any(required_minutes(calendar, day) for day in days), not all(knows(calendar, day) for day in days))


def school_hours(calendar: SchoolCalendar, day: date) -> tuple[datetime, datetime] | None:
    """From when to when school is in session on a day, as UTC instants; None on a day without school."""
    if not required_minutes(calendar, day):
        return None
    closes = next((short.closes for short in calendar.short_days if short.day == day), calendar.closes)
    return instant(calendar.time_zone, day, calendar.opens), instant(calendar.time_zone, day, closes)


def next_opening(calendar: SchoolCalendar, after: date) -> date | None:
    """The first day of the first school year that opens after a day; None if the calendar knows of none."""
    return min((year.opens for year in calendar.years if year.opens > after), default=None)


def week_of(day: date, starts: Weekday) -> date:
    """The first day of the week that a day belongs to."""
    return day - DAY * ((day.weekday() - WEEKDAYS.index(starts)) % 7)
