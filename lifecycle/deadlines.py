"""When things are due: derived from a case's days and its pinned program, never stored.

Moving the last day, or pausing, therefore moves every open deadline in one step.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from lifecycle.calendars import business_days_after, instant, next_asking, on_business_day, site_day
from lifecycle.documents import valid_until
from lifecycle.timetables import Days, Timetable, close_of, paused, timetable_on
from schemas.asks import Ask, Calendar, LadderStep
from schemas.case import Case, Pause, Request
from schemas.program_kinds import RENEWS
from schemas.vocabulary import RequestKind, Role

BREATH = timedelta(hours=12)
"""Nobody hears twice about one request within this time, and none ends this soon after somebody was asked."""

SHORT_BREATH = timedelta(minutes=10)
"""The same for what is counted in hours."""

DECIDES_SUSPENSION = frozenset(
    {
        RequestKind.SUSPENSION_REVIEW,
        RequestKind.SUCCESSION,
        RequestKind.RENEWAL,
        RequestKind.NEW_SUPERVISOR,
        RequestKind.VIOLATION_REVIEW,
    }
)
"""What is asked while the work stands still, so that it can go on."""

NEWLY_ASKED = ("escalated", "reassigned")
"""Who is asked in this way while a request is open gets the program's `notice` before it ends."""


WAKING = LadderStep.model_validate({"at": "opened", "then": "remind"})
"""The reminder on the day until which reminders were put off; it is no step of the ladder, which stays where it is."""


class Rung(NamedTuple):
    """The next thing time does to an open request: a ladder step (`number` from 1), or its end when `step` is None."""

    at: datetime
    number: int
    step: LadderStep | None


def days_of(case: Case[Any], ask: Ask) -> Days:
    """The days that matter for one ask."""
    expires = valid_until(case, ask) if ask.kind in RENEWS else None
    return Days(case.start, case.end, case.exited, expires, _pauses(case, ask))


def person_for(case: Case[Any], role: Role) -> str | None:
    """Who acts in that role: its holder, or the stand-in the program names; None when nobody does."""
    seen: Role | None = role
    while seen is not None:
        person = case.team.get(seen)
        if person is not None:
            return person
        seen = case.program.stand_ins.get(seen)
    return None


def _calendar(case: Case[Any], ask: Ask) -> Calendar:
    """The program's calendar with the pauses that hold for an ask."""
    return paused(case.program, _pauses(case, ask)) if case.pauses else case.program.calendar


def _pauses(case: Case[Any], ask: Ask) -> tuple[Pause, ...]:
    if case.pauses and ask.kind in DECIDES_SUSPENSION:
        return tuple(one for one in case.pauses if not one.suspended)
    return case.pauses


def timetable(case: Case[Any], ask: Ask, opened_at: datetime) -> Timetable:
    """The calendar of an ask that opened, or will open, at an instant."""
    return timetable_on(case.program, ask.id, days_of(case, ask), opened_at)


def _ask(case: Case[Any], request: Request) -> Ask:
    return case.program.by_id[request.ask_id]


def _times(case: Case[Any], request: Request) -> Timetable:
    return timetable(case, _ask(case, request), request.opened_at)


def due_at(case: Case[Any], request: Request) -> datetime:
    """When the request falls due."""
    return _times(case, request).due_at


def closes_at(case: Case[Any], request: Request) -> datetime:
    """When the request ends as not provided if nobody answers; a step that is still to come is reckoned in."""
    times = _times(case, request)
    rung = _next_step(case, request, times)
    if rung is None or rung.step is None:
        return _end(case, request, times)
    return _end(case, request, times, heard=rung.at, newly=rung.at if rung.step.then == "ask" else None)


def _end(
    case: Case[Any],
    request: Request,
    times: Timetable,
    *,
    heard: datetime | None = None,
    newly: datetime | None = None,
) -> datetime:
    """The end by the calendar, but not within a breath of the last message, sent at `heard`.

    Somebody newly asked, at `newly`, has the program's notice before it.
    """
    ask, at, heard = _ask(case, request), times.closes_at, heard or request.asked[-1].at
    if ask.by_the_clock:
        return max(at, heard + SHORT_BREATH)
    calendar, rested = _calendar(case, ask), heard + BREATH
    if at < rested:
        at = close_of(calendar, site_day(calendar.time_zone, next_asking(calendar, rested)))
    newly = newly or next((line.at for line in reversed(request.asked) if line.how in NEWLY_ASKED), None)
    if newly is not None:
        day = business_days_after(calendar, site_day(calendar.time_zone, newly), case.program.notice)
        at = max(at, close_of(calendar, day))
    return at


def wakes_at(case: Case[Any], request: Request, day: date) -> datetime:
    """When whoever put reminders off until a site day is reminded: that morning, or the next on which one may be."""
    calendar = _calendar(case, _ask(case, request))
    return instant(calendar.time_zone, on_business_day(calendar, day), calendar.asks_at)


def reaches(case: Case[Any], request: Request, step: LadderStep) -> str | None:
    """The person a step would ask or tell, or None when there is nobody new to reach: no guardian of an adult."""
    if step.who is None:
        return request.person_id
    person = person_for(case, step.who) if case.minor or step.who is not Role.GUARDIAN else None
    if person is None or any(holder.person_id == person for holder in request.holders):
        return None
    return person


def next_rung(case: Case[Any], request: Request, *, skip_reminders: bool = False) -> Rung:
    """What time does next to an open request.

    Steps missed while nothing ran are made up gently: stale reminders are dropped, a missed ask goes out on the next
    asking morning, and the end waits for it. A step that lies after the end never comes.
    """
    return _rung(case, request, _times(case, request), skip_reminders=skip_reminders)


def next_moment(case: Case[Any], request: Request) -> datetime:
    """When time acts next on an open request: it falls due, climbs its ladder or ends."""
    times = _times(case, request)
    at = _rung(case, request, times).at
    return at if request.overdue else min(at, times.due_at)


def _rung(case: Case[Any], request: Request, times: Timetable, *, skip_reminders: bool = False) -> Rung:
    rung = _next_step(case, request, times, skip_reminders=skip_reminders)
    if rung is not None:
        return rung
    return Rung(_end(case, request, times), len(_ask(case, request).ladder) + 1, None)


def _next_step(case: Case[Any], request: Request, times: Timetable, *, skip_reminders: bool = False) -> Rung | None:
    wakes = None if request.snoozed_until is None or skip_reminders else _wakes(case, request, times)
    rung = _next_of_ladder(case, request, times, wakes, skip_reminders=skip_reminders)
    if wakes is None or (rung is not None and rung.at <= wakes):
        return rung
    return Rung(wakes, request.rung, WAKING)


def _wakes(case: Case[Any], request: Request, times: Timetable) -> datetime | None:
    """When reminders that were put off come; None when it is due before, so that nothing is put off."""
    if request.snoozed_until is None:
        return None
    at, rested = wakes_at(case, request, request.snoozed_until), request.asked[-1].at + BREATH
    if at < rested:
        at = next_asking(_calendar(case, _ask(case, request)), rested)
    return at if at < times.due_at else None


def _next_of_ladder(
    case: Case[Any], request: Request, times: Timetable, wakes: datetime | None, *, skip_reminders: bool
) -> Rung | None:
    ask = _ask(case, request)
    rested = request.asked[-1].at + (SHORT_BREATH if ask.by_the_clock else BREATH)
    for index in range(request.rung, len(ask.ladder)):
        step, at = ask.ladder[index], times.steps[index]
        skipped = step.then == "remind" and (skip_reminders or (wakes is not None and at < wakes))
        if at > times.closes_at or skipped:
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
