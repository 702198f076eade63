"""When things are due: derived from a placement's dates and its pinned program, never stored.

Moving the last day therefore moves every open deadline in one step.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from lifecycle.calendars import business_days_after, instant, next_asking, on_business_day, site_day
from schemas.offsets import Anchor, Moment
from schemas.placement import Placement, Request
from schemas.programs import Ask, Calendar, LadderStep
from schemas.vocabulary import Role

BREATH = timedelta(hours=12)
"""Nobody hears twice about one request within this time, and none ends this soon after somebody was asked."""


class Rung(NamedTuple):
    """The next thing time does to an open request: a ladder step, or its end when `step` is None."""

    at: datetime
    number: int
    step: LadderStep | None


def shift(calendar: Calendar, day: date, moment: Moment) -> date:
    """The day that lies `moment`'s distance from `day`."""
    if moment.unit == "bd":
        return business_days_after(calendar, day, moment.distance)
    return day + timedelta(days=moment.distance * (7 if moment.unit == "w" else 1))


def person_for(placement: Placement, role: Role) -> str | None:
    """Who acts in that role: its holder, or the stand-in the program names; None when nobody does."""
    seen: Role | None = role
    while seen is not None:
        person = placement.team.get(seen)
        if person is not None:
            return person
        seen = placement.program.stand_ins.get(seen)
    return None


def opening_day(placement: Placement, ask: Ask, number: int = 1) -> date | None:
    """The day on which an ask opens by the calendar, or None when it opens as soon as the placement comes to it."""
    if ask.opens is None:
        return None
    base = placement.start if ask.opens.anchor is Anchor.START else placement.end
    calendar = placement.program.calendar
    day = shift(calendar, base, ask.opens)
    if ask.repeat is not None:
        day += timedelta(weeks=ask.repeat.weeks * (number - 1))
    return on_business_day(calendar, day)


def opens_at(placement: Placement, ask: Ask, number: int = 1) -> datetime | None:
    """The instant of `opening_day`."""
    day = opening_day(placement, ask, number)
    calendar = placement.program.calendar
    return None if day is None else instant(calendar.time_zone, day, calendar.asks_at)


def due_day(placement: Placement, ask: Ask, opened: date) -> date:
    """The day on which an ask falls due when it opened on `opened` (a site day).

    Asked only after that day, a person still gets the program's `notice` of business days.
    """
    calendar = placement.program.calendar
    anchor = ask.due.anchor
    base = placement.start if anchor is Anchor.START else placement.end if anchor is Anchor.END else opened
    day = shift(calendar, base, ask.due)
    return day if day >= opened else business_days_after(calendar, opened, placement.program.notice)


def _due_day(placement: Placement, request: Request, ask: Ask) -> tuple[date, date]:
    calendar = placement.program.calendar
    opened = site_day(calendar.time_zone, request.opened_at)
    day = due_day(placement, ask, opened)
    if instant(calendar.time_zone, day, calendar.due_at) <= request.opened_at:
        day = business_days_after(calendar, opened, placement.program.notice)
    return opened, day


def due_at(placement: Placement, request: Request) -> datetime:
    """When the request falls due."""
    calendar = placement.program.calendar
    _, day = _due_day(placement, request, placement.program.by_id[request.ask_id])
    return instant(calendar.time_zone, day, calendar.due_at)


def closes_at(placement: Placement, request: Request) -> datetime:
    """When the request ends as not provided if nobody answers: never within a breath of the last ask."""
    calendar = placement.program.calendar
    ask = placement.program.by_id[request.ask_id]
    _, day = _due_day(placement, request, ask)
    last = on_business_day(calendar, shift(calendar, day, ask.close))
    at = instant(calendar.time_zone, last, calendar.due_at)
    rested = request.asked[-1].at + BREATH
    if at >= rested:
        return at
    return instant(calendar.time_zone, site_day(calendar.time_zone, next_asking(calendar, rested)), calendar.due_at)


def _step_at(calendar: Calendar, step: LadderStep, opened: date, due: date) -> datetime:
    base = opened if step.at.anchor is Anchor.OPENED else due
    day = shift(calendar, base, step.at)
    rolled = on_business_day(calendar, day)
    if day <= due < rolled:
        rolled = on_business_day(calendar, day, forward=False)
    return instant(calendar.time_zone, rolled, calendar.asks_at)


def reaches(placement: Placement, request: Request, step: LadderStep) -> str | None:
    """The person a step would ask or tell, or None when there is nobody new to reach."""
    if step.who is None:
        return request.person_id
    person = person_for(placement, step.who)
    if person is None or any(holder.person_id == person for holder in request.holders):
        return None
    return person


def next_rung(placement: Placement, request: Request, *, skip_reminders: bool = False) -> Rung:
    """What time does next to an open request.

    Steps missed while nothing ran are made up gently: stale reminders are dropped, a missed ask goes out on the next
    asking morning, and the end waits for it.
    """
    calendar = placement.program.calendar
    ask = placement.program.by_id[request.ask_id]
    opened, due = _due_day(placement, request, ask)
    rested = request.asked[-1].at + BREATH
    for number in range(request.rung, len(ask.ladder)):
        step = ask.ladder[number]
        if step.then == "remind" and skip_reminders:
            continue
        if reaches(placement, request, step) is None:
            continue
        at = _step_at(calendar, step, opened, due)
        if at < rested:
            if step.then == "remind":
                continue
            at = next_asking(calendar, rested)
        return Rung(at, number + 1, step)
    return Rung(closes_at(placement, request), len(ask.ladder) + 1, None)
