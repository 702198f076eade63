"""When things are due: derived from a case's days and its pinned program, never stored.

Moving the last day, or pausing, therefore moves every open deadline in one step.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from lifecycle.calendars import (
    DAY,
    business_days_after,
    instant,
    is_business_day,
    next_asking,
    on_business_day,
    quarter_after,
    site_day,
)
from schemas.asks import Ask, Calendar, LadderStep
from schemas.case import Case, Pause, Request
from schemas.offsets import Anchor, Moment
from schemas.programs import Program
from schemas.vocabulary import RequestKind, RequestState, Role

BREATH = timedelta(hours=12)
"""Nobody hears twice about one request within this time, and none ends this soon after somebody was asked."""

SHORT_BREATH = timedelta(minutes=10)
"""The same for what is counted in hours."""

DECIDES_SUSPENSION = frozenset(
    {RequestKind.SUSPENSION_REVIEW, RequestKind.SUCCESSION, RequestKind.RENEWAL, RequestKind.NEW_SUPERVISOR}
)
"""What is asked while the work stands still, so that it can go on."""

NEWLY_ASKED = ("escalated", "reassigned")
"""Who is asked in this way while a request is open gets the program's `notice` before it ends."""


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


class Rung(NamedTuple):
    """The next thing time does to an open request: a ladder step (`number` from 1), or its end when `step` is None."""

    at: datetime
    number: int
    step: LadderStep | None


def days_of(case: Case[Any], ask: Ask) -> Days:
    """The days that matter for one ask."""
    expires = valid_until(case, ask) if ask.kind is RequestKind.RENEWAL else None
    return Days(case.start, case.end, case.exited, expires, _pauses(case, ask))


def valid_until(case: Case[Any], renewal: Ask) -> date | None:
    """The last day of what a renewal is about: of the newest document that was handed in; None when there is none."""
    handed_in = [
        one.valid_until
        for one in case.requests
        if one.valid_until is not None
        and one.state is RequestState.SUBMITTED
        and one.ask_id in {renewal.given, renewal.id}
    ]
    return max(handed_in, default=None)


def shift(calendar: Calendar, day: date, moment: Moment) -> date:
    """The day that lies `moment`'s distance from `day`."""
    match moment.unit:
        case "bd":
            return business_days_after(calendar, day, moment.distance)
        case "q":
            return quarter_after(day, moment.distance)
        case unit:
            return day + timedelta(days=moment.distance * (7 if unit == "w" else 1))


def person_for(case: Case[Any], role: Role) -> str | None:
    """Who acts in that role: its holder, or the stand-in the program names; None when nobody does."""
    seen: Role | None = role
    while seen is not None:
        person = case.team.get(seen)
        if person is not None:
            return person
        seen = case.program.stand_ins.get(seen)
    return None


@lru_cache(maxsize=4096)
def _paused(program: Program, pauses: tuple[Pause, ...]) -> Calendar:
    """The program's calendar in which nobody is asked on a paused day."""
    calendar = program.calendar
    return calendar.changed(holidays=calendar.holidays.union(day for one in pauses for day in _days(one)))


def _days(pause: Pause) -> list[date]:
    return [pause.first + DAY * number for number in range((pause.last - pause.first).days + 1)]


def _calendar(case: Case[Any], ask: Ask) -> Calendar:
    """The program's calendar with the pauses that hold for an ask."""
    return _paused(case.program, _pauses(case, ask)) if case.pauses else case.program.calendar


def _pauses(case: Case[Any], ask: Ask) -> tuple[Pause, ...]:
    if case.pauses and ask.kind in DECIDES_SUSPENSION:
        return tuple(one for one in case.pauses if not one.suspended)
    return case.pauses


def opening_day(program: Program, ask: Ask, days: Days, number: int = 1) -> date | None:
    """The site day on which an ask opens (a repeated one for the `number`th time).

    None when it opens as soon as the case comes to it, or its anchor is not known yet.
    """
    anchored = days.of(ask.opens.anchor) if ask.opens is not None else None
    if ask.opens is None or anchored is None:
        return None
    day = shift(program.calendar, anchored, ask.opens)
    if ask.repeat is not None:
        day += timedelta(weeks=ask.repeat.weeks * (number - 1))
    return on_business_day(_paused(program, days.pauses) if days.pauses else program.calendar, day)


def timetable(case: Case[Any], ask: Ask, opened_at: datetime) -> Timetable:
    """The calendar of an ask that opened, or will open, at an instant.

    Asked only after its due moment, a person still gets the program's `notice` of business days.
    """
    return _timetable(case.program, ask.id, days_of(case, ask), opened_at)


def timetable_on(program: Program, ask: Ask, days: Days, opened_at: datetime) -> Timetable:
    """As `timetable`, for days without a case."""
    return _timetable(program, ask.id, days, opened_at)


@lru_cache(maxsize=16384)
def _timetable(program: Program, ask_id: str, days: Days, opened_at: datetime) -> Timetable:
    ask, plain = program.by_id[ask_id], program.calendar
    if ask.by_the_clock:
        return _by_the_clock(ask, opened_at)
    calendar = _paused(program, days.pauses) if days.pauses else plain
    opened = site_day(plain.time_zone, opened_at)
    after_hours = opened_at >= _close_of(plain, opened)
    due = _delayed(plain, shift(plain, days.of(ask.due.anchor) or opened, ask.due), opened, ask.due, days.pauses)
    if due < opened or (due == opened and after_hours):
        due = business_days_after(calendar, opened, program.notice)
    closes = _delayed(plain, shift(plain, due, ask.close), due + DAY, ask.close, days.pauses)
    return Timetable(
        due_at=_close_of(plain, due),
        steps=tuple(_step_at(calendar, plain, step, opened, due, days.pauses) for step in ask.ladder),
        closes_at=_close_of(plain, on_business_day(calendar, closes)),
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


def _close_of(calendar: Calendar, day: date) -> datetime:
    return instant(calendar.time_zone, day, calendar.due_at)


def _ask(case: Case[Any], request: Request) -> Ask:
    return case.program.by_id[request.ask_id]


def _times(case: Case[Any], request: Request) -> Timetable:
    return timetable(case, _ask(case, request), request.opened_at)


def due_at(case: Case[Any], request: Request) -> datetime:
    """When the request falls due."""
    return _times(case, request).due_at


def closes_at(case: Case[Any], request: Request) -> datetime:
    """When the request ends as not provided if nobody answers; a step that is still to come is reckoned in."""
    rung = _next_step(case, request)
    if rung is None or rung.step is None:
        return _end(case, request)
    return _end(case, request, heard=rung.at, newly=rung.at if rung.step.then == "ask" else None)


def _end(
    case: Case[Any], request: Request, *, heard: datetime | None = None, newly: datetime | None = None
) -> datetime:
    """The end by the calendar, but not within a breath of the last message, sent at `heard`.

    Somebody newly asked, at `newly`, has the program's notice before it.
    """
    at, heard = _times(case, request).closes_at, heard or request.asked[-1].at
    if _ask(case, request).by_the_clock:
        return max(at, heard + SHORT_BREATH)
    calendar, rested = _calendar(case, _ask(case, request)), heard + BREATH
    if at < rested:
        at = _close_of(calendar, site_day(calendar.time_zone, next_asking(calendar, rested)))
    newly = newly or next((line.at for line in reversed(request.asked) if line.how in NEWLY_ASKED), None)
    if newly is not None:
        day = business_days_after(calendar, site_day(calendar.time_zone, newly), case.program.notice)
        at = max(at, _close_of(calendar, day))
    return at


def reaches(case: Case[Any], request: Request, step: LadderStep) -> str | None:
    """The person a step would ask or tell, or None when there is nobody new to reach."""
    if step.who is None:
        return request.person_id
    person = person_for(case, step.who)
    if person is None or any(holder.person_id == person for holder in request.holders):
        return None
    return person


def next_rung(case: Case[Any], request: Request, *, skip_reminders: bool = False) -> Rung:
    """What time does next to an open request.

    Steps missed while nothing ran are made up gently: stale reminders are dropped, a missed ask goes out on the next
    asking morning, and the end waits for it. A step that lies after the end never comes.
    """
    rung = _next_step(case, request, skip_reminders=skip_reminders)
    if rung is not None:
        return rung
    return Rung(_end(case, request), len(_ask(case, request).ladder) + 1, None)


def _next_step(case: Case[Any], request: Request, *, skip_reminders: bool = False) -> Rung | None:
    ask = _ask(case, request)
    times = _times(case, request)
    rested = request.asked[-1].at + (SHORT_BREATH if ask.by_the_clock else BREATH)
    for index in range(request.rung, len(ask.ladder)):
        step, at = ask.ladder[index], times.steps[index]
        if at > times.closes_at or (skip_reminders and step.then == "remind"):
            continue
        person = reaches(case, request, step)
        if person is None or (step.then == "tell" and _was_told(request, person, at)):
            continue
        if at < rested:
            if step.then == "remind":
                continue
            at = rested if ask.by_the_clock else next_asking(_calendar(case, ask), rested)
        return Rung(at, index + 1, step)
    return None


def _was_told(request: Request, person_id: str, since: datetime) -> bool:
    """Whether that person was told at or after the step's moment: a moved request starts its ladder anew."""
    return any(line.how == "told" and line.person_id == person_id and line.at >= since for line in request.asked)
