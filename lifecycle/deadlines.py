"""When things are due: derived from a placement's dates and its pinned program, never stored.

Moving the last day therefore moves every open deadline in one step.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from lifecycle.calendars import business_days_after, instant, next_asking, on_business_day, site_day
from schemas.asks import Ask, Calendar, LadderStep
from schemas.case import Request
from schemas.offsets import Anchor, Moment
from schemas.placement import Placement
from schemas.programs import Program
from schemas.vocabulary import Role

BREATH = timedelta(hours=12)
"""Nobody hears twice about one request within this time, and none ends this soon after somebody was asked."""

NEWLY_ASKED = ("escalated", "reassigned")
"""Who is asked in this way while a request is open gets the program's `notice` before it ends."""


class Timetable(NamedTuple):
    """What the calendar says about one request: its due moment, its ladder's moments, its end. Instants in UTC."""

    due_at: datetime
    steps: tuple[datetime, ...]
    closes_at: datetime


class Rung(NamedTuple):
    """The next thing time does to an open request: a ladder step (`number` from 1), or its end when `step` is None."""

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


def opening_day(program: Program, ask: Ask, start: date, end: date, number: int = 1) -> date | None:
    """The site day on which an ask opens (a repeated one for the `number`th time) in a placement from `start` to `end`.

    None when it opens as soon as the placement comes to it.
    """
    if ask.opens is None:
        return None
    day = shift(program.calendar, start if ask.opens.anchor is Anchor.START else end, ask.opens)
    if ask.repeat is not None:
        day += timedelta(weeks=ask.repeat.weeks * (number - 1))
    return on_business_day(program.calendar, day)


def timetable(placement: Placement, ask: Ask, opened_at: datetime) -> Timetable:
    """The calendar of an ask that opened, or will open, at an instant.

    Asked only after its due moment, a person still gets the program's `notice` of business days.
    """
    return _timetable(placement.program, ask.id, placement.start, placement.end, opened_at)


@lru_cache(maxsize=16384)
def _timetable(program: Program, ask_id: str, start: date, end: date, opened_at: datetime) -> Timetable:
    ask, calendar = program.by_id[ask_id], program.calendar
    opened = site_day(calendar.time_zone, opened_at)
    after_hours = opened_at >= _close_of(calendar, opened)
    base = {Anchor.START: start, Anchor.END: end}.get(ask.due.anchor, opened)
    due = shift(calendar, base, ask.due)
    if due < opened or (due == opened and after_hours):
        due = business_days_after(calendar, opened, program.notice)
    return Timetable(
        due_at=_close_of(calendar, due),
        steps=tuple(_step_at(calendar, step, opened, due) for step in ask.ladder),
        closes_at=_close_of(calendar, on_business_day(calendar, shift(calendar, due, ask.close))),
    )


def _step_at(calendar: Calendar, step: LadderStep, opened: date, due: date) -> datetime:
    base = opened if step.at.anchor is Anchor.OPENED else due
    day = shift(calendar, base, step.at)
    rolled = on_business_day(calendar, day)
    if day <= due < rolled:
        rolled = on_business_day(calendar, day, forward=False)
    return instant(calendar.time_zone, rolled, calendar.asks_at)


def _close_of(calendar: Calendar, day: date) -> datetime:
    return instant(calendar.time_zone, day, calendar.due_at)


def _times(placement: Placement, request: Request) -> Timetable:
    return timetable(placement, placement.program.by_id[request.ask_id], request.opened_at)


def due_at(placement: Placement, request: Request) -> datetime:
    """When the request falls due."""
    return _times(placement, request).due_at


def closes_at(placement: Placement, request: Request) -> datetime:
    """When the request ends as not provided if nobody answers; a step that is still to come is reckoned in."""
    rung = _next_step(placement, request)
    if rung is None or rung.step is None:
        return _end(placement, request)
    return _end(placement, request, heard=rung.at, newly=rung.at if rung.step.then == "ask" else None)


def _end(
    placement: Placement, request: Request, *, heard: datetime | None = None, newly: datetime | None = None
) -> datetime:
    """The end by the calendar, but not within a breath of the last message, sent at `heard`.

    Somebody newly asked, at `newly`, has the program's notice before it.
    """
    calendar = placement.program.calendar
    at = _times(placement, request).closes_at
    rested = (heard or request.asked[-1].at) + BREATH
    if at < rested:
        at = _close_of(calendar, site_day(calendar.time_zone, next_asking(calendar, rested)))
    newly = newly or next((line.at for line in reversed(request.asked) if line.how in NEWLY_ASKED), None)
    if newly is not None:
        day = business_days_after(calendar, site_day(calendar.time_zone, newly), placement.program.notice)
        at = max(at, _close_of(calendar, day))
    return at


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
    asking morning, and the end waits for it. A step that lies after the end never comes.
    """
    rung = _next_step(placement, request, skip_reminders=skip_reminders)
    if rung is not None:
        return rung
    ladder = placement.program.by_id[request.ask_id].ladder
    return Rung(_end(placement, request), len(ladder) + 1, None)


def _next_step(placement: Placement, request: Request, *, skip_reminders: bool = False) -> Rung | None:
    ladder = placement.program.by_id[request.ask_id].ladder
    times = _times(placement, request)
    rested = request.asked[-1].at + BREATH
    for index in range(request.rung, len(ladder)):
        step, at = ladder[index], times.steps[index]
        if at > times.closes_at or (skip_reminders and step.then == "remind"):
            continue
        person = reaches(placement, request, step)
        if person is None or (step.then == "tell" and _was_told(request, person, at)):
            continue
        if at < rested:
            if step.then == "remind":
                continue
            at = next_asking(placement.program.calendar, rested)
        return Rung(at, index + 1, step)
    return None


def _was_told(request: Request, person_id: str, since: datetime) -> bool:
    """Whether that person was told at or after the step's moment: a moved request starts its ladder anew."""
    return any(line.how == "told" and line.person_id == person_id and line.at >= since for line in request.asked)
