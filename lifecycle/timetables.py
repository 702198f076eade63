"""What the calendar says of one ask: the day it opens; when it is due, climbs its ladder, and ends."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, get_args

from lifecycle.calendars import (
    DAY,
    business_days_after,
    instant,
    is_business_day,
    on_business_day,
    quarter_after,
    site_day,
)
from schemas.asks import Ask, Calendar, LadderStep, Repeat, Weekday
from schemas.case import Pause
from schemas.offsets import Anchor, Moment
from schemas.programs import Program

SATURDAY = 5
WEEKDAYS = get_args(Weekday)


class Days(NamedTuple):
    """The days of a case that deadlines are counted from. `expires` is the last day of the document in question."""

    start: date
    end: date
    exited: date | None = None
    expires: date | None = None
    pauses: tuple[Pause, ...] = ()

    def of(self, anchor: Anchor) -> date | None:
        """The day of an anchor; None when it is not known yet, or is a request's own."""
        match anchor:
            case Anchor.START:
                return self.start
            case Anchor.MIDDLE:
                return self.start + (self.end - self.start) // 2
            case Anchor.END:
                return self.end
            case Anchor.EXIT:
                return self.exited
            case Anchor.EXPIRES:
                return self.expires
            case Anchor.OPENED | Anchor.DUE:
                return None


class Timetable(NamedTuple):
    """What the calendar says about one request: its due moment, its ladder's moments, its end. Instants in UTC."""

    due_at: datetime
    steps: tuple[datetime, ...]
    closes_at: datetime


def shift(calendar: Calendar, day: date, moment: Moment) -> date:
    """The day that lies `moment`'s distance from `day`."""
    match moment.unit:
        case "bd":
            return business_days_after(calendar, day, moment.distance)
        case "q":
            return quarter_after(day, moment.distance)
        case unit:
            return day + timedelta(days=moment.distance * (7 if unit == "w" else 1))


@lru_cache(maxsize=4096)
def paused(program: Program, pauses: tuple[Pause, ...]) -> Calendar:
    """The program's calendar in which nobody is asked on a paused day."""
    calendar = program.calendar
    return calendar.changed(holidays=calendar.holidays.union(day for one in pauses for day in _days(one)))


def _days(pause: Pause) -> list[date]:
    return [pause.first + DAY * number for number in range((pause.last - pause.first).days + 1)]


def opening_day(program: Program, ask: Ask, days: Days, number: int = 1) -> date | None:
    """The site day on which an ask opens (a repeated one for the `number`th time).

    None when it opens as soon as the case comes to it, or its anchor is not known yet.
    """
    day = _planned_day(program, ask, days, number)
    if day is None:
        return None
    return on_business_day(paused(program, days.pauses) if days.pauses else program.calendar, day)


def _planned_day(program: Program, ask: Ask, days: Days, number: int) -> date | None:
    anchored = days.of(ask.opens.anchor) if ask.opens is not None else None
    if ask.opens is None or anchored is None:
        return None
    day = shift(program.calendar, anchored, ask.opens)
    return day if ask.repeat is None else _turn(ask.repeat, day, number)


def _turn(repeat: Repeat, first: date, number: int) -> date:
    """The day of the `number`th turn of what is asked from `first` on."""
    if repeat.weekday is not None:
        first += DAY * ((WEEKDAYS.index(repeat.weekday) - first.weekday()) % 7)
    return first + timedelta(weeks=repeat.weeks * (number - 1))


def stood_still(program: Program, ask: Ask, days: Days, number: int) -> bool:
    """Whether no work was done in the week that ends with a repeated ask's `number`th turn: it was all suspended."""
    day = _planned_day(program, ask, days, number)
    still = [one for one in days.pauses if one.suspended]
    if day is None or not still:
        return False
    week = [one for back in range(7) if (one := day - DAY * back).weekday() < SATURDAY]
    return all(any(pause.first <= one <= pause.last for pause in still) for one in week)


@lru_cache(maxsize=16384)
def timetable_on(program: Program, ask_id: str, days: Days, opened_at: datetime) -> Timetable:
    """The calendar of an ask that opened, or will open, at an instant, in a case of these days.

    Asked only after its due moment, a person still gets the program's `notice` of business days.
    """
    ask, plain = program.by_id[ask_id], program.calendar
    if ask.by_the_clock:
        return _by_the_clock(ask, opened_at)
    calendar = paused(program, days.pauses) if days.pauses else plain
    opened = site_day(plain.time_zone, opened_at)
    after_hours = opened_at >= close_of(plain, opened)
    due = shift(plain, days.of(ask.due.anchor) or opened, ask.due)
    if ask.due.anchor is not Anchor.EXPIRES:
        due = _delayed(plain, due, opened, ask.due, days.pauses)
    if due < opened or (due == opened and after_hours):
        due = business_days_after(calendar, opened, program.notice)
    closes = _delayed(plain, shift(plain, due, ask.close), due + DAY, ask.close, days.pauses)
    return Timetable(
        due_at=close_of(plain, due),
        steps=tuple(_step_at(calendar, plain, step, opened, due, days.pauses) for step in ask.ladder),
        closes_at=close_of(plain, on_business_day(calendar, closes)),
    )


def _by_the_clock(ask: Ask, opened_at: datetime) -> Timetable:
    due = opened_at + timedelta(hours=ask.due.distance)
    base = {Anchor.OPENED: opened_at, Anchor.DUE: due}
    return Timetable(
        due_at=due,
        steps=tuple(base[step.at.anchor] + timedelta(hours=step.at.distance) for step in ask.ladder),
        closes_at=due + timedelta(hours=ask.close.distance),
    )


def _delayed(calendar: Calendar, day: date, since: date, moment: Moment, pauses: Sequence[Pause]) -> date:
    """A deadline's day, later by the paused days since it runs; in business days where it is counted in them."""
    if not pauses:
        return day
    for lost in sorted({lost for one in pauses for lost in _days(one)}):
        if since <= lost <= day:
            if moment.unit != "bd":
                day += DAY
            elif is_business_day(calendar, lost):
                day = business_days_after(calendar, day, 1)
    return day


def _step_at(  # noqa: PLR0917 - one step's calendar
    calendar: Calendar, plain: Calendar, step: LadderStep, opened: date, due: date, pauses: tuple[Pause, ...]
) -> datetime:
    base = opened if step.at.anchor is Anchor.OPENED else due
    day = shift(plain, base, step.at)
    if pauses and day > base:
        day = _delayed(plain, day, base + DAY, step.at, pauses)
    rolled = on_business_day(calendar, day)
    if day <= due < rolled:
        rolled = on_business_day(calendar, day, forward=False)
    return instant(calendar.time_zone, rolled, calendar.asks_at)


def close_of(calendar: Calendar, day: date) -> datetime:
    """The moment at which a due day ends."""
    return instant(calendar.time_zone, day, calendar.due_at)
