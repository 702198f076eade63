"""Which requests can be opened in a case's state, when, and of whom."""

from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from lifecycle.calendars import instant, on_business_day
from lifecycle.deadlines import days_of, due_at, next_rung, person_for
from lifecycle.documents import newest_document
from lifecycle.story import Story
from lifecycle.tables import Table
from lifecycle.timetables import Days, opening_day, paused, stood_still
from schemas.asks import Ask, Signer
from schemas.case import Case, Occasion, Pause, Request
from schemas.program_kinds import ONCE, RENEWS
from schemas.programs import Program
from schemas.request_events import RequestOpened
from schemas.vocabulary import RequestKind, RequestState


class Opening(NamedTuple):
    """A request that is not there yet; `at` is None when it can be opened at once."""

    request_id: str
    ask: Ask
    signer: Signer
    number: int
    at: datetime | None


def request_id(ask: Ask, signer: Signer, number: int) -> str:
    """The id of one request within its case: `final_evaluation`, `agreement.guardian`, `check_in.student.3`."""
    parts = [ask.id]
    if len(ask.of) > 1:
        parts.append(signer.role)
    if ask.repeat is not None or ask.on is not None or ask.kind in RENEWS:
        parts.append(str(number))
    return ".".join(parts)


Turns = tuple[Opening, ...]
"""What one ask asks of one role by the calendar, in order: one request, or several of a repeated ask."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What a program asks by the calendar in one state of a case of certain days; the same for all cases alike.

    `moments` are those at which something opens, in order: between two of them nothing changes.
    """

    turns: tuple[Turns, ...]
    moments: tuple[datetime, ...]

    def opened_by(self, at: datetime) -> frozenset[str]:
        """The latest turn of each ask and role whose moment has come, by their ids: who has them all opens nothing."""
        return _latest(self, bisect_right(self.moments, at))


@lru_cache(maxsize=4096)
def _latest(plan: Plan, passed: int) -> frozenset[str]:
    """As `opened_by`, when so many of the plan's moments have passed."""
    last = plan.moments[passed - 1] if passed else None
    come = ([one for one in turns if one.at is None or (last and one.at <= last)] for turns in plan.turns)
    return frozenset(turns[-1].request_id for turns in come if turns)


def _plan(table: Table, case: Case[Any]) -> Plan:
    """The plan that a case follows in its present state."""
    return _planned(
        table, case.program, case.state, case.start, case.end, case.exited, case.pauses, case.minor, case.passed_over
    )


@lru_cache(maxsize=4096)
def _planned(  # noqa: PLR0917 - the cache's key
    table: Table,
    program: Program,
    state: Any,
    start: date,
    end: date,
    exited: date | None,
    pauses: tuple[Pause, ...],
    minor: bool,  # noqa: FBT001
    passed_over: frozenset[RequestKind],
) -> Plan:
    """An ask whose day cannot be told yet is left out."""
    days = Days(start, end, exited, None, pauses)
    every = tuple(
        turns
        for kind in table.opened_in[state]
        if kind not in passed_over and kind not in RENEWS
        for ask in program.of_kind(kind)
        if ask.on is None and is_long_enough(ask, start, end)
        for signer in ask.of
        if minor or signer.when == "always"
        if (turns := tuple(_turns_of(program, ask, signer, days)))
    )
    return Plan(every, tuple(sorted({one.at for turns in every for one in turns if one.at is not None})))


def is_long_enough(ask: Ask, start: date, end: date) -> bool:
    """Whether a case of these days lasts long enough for an ask; Monday to Friday is a week."""
    return ask.min_weeks is None or (end - start).days + 3 >= ask.min_weeks * 7


def _turns_of(program: Program, ask: Ask, signer: Signer, days: Days) -> Iterator[Opening]:
    calendar = program.calendar
    for number in range(1, (ask.repeat.times if ask.repeat else 1) + 1):
        day = opening_day(program, ask, days, number)
        if day is None and ask.opens is not None:
            return
        if ask.repeat is not None and day is not None and day > days.end:
            if ask.kind is RequestKind.HOURS:
                yield from _last_hours(program, ask, signer, days, number)
            return
        if ask.kind is RequestKind.HOURS and stood_still(program, ask, days, number):
            continue
        at = None if day is None else instant(calendar.time_zone, day, calendar.asks_at)
        yield Opening(request_id(ask, signer, number), ask, signer, number, at)


def _last_hours(program: Program, ask: Ask, signer: Signer, days: Days, number: int) -> Iterator[Opening]:
    """The hours of the days after the last full week are asked on the last day, or after it if it ends a weekend."""
    calendar, before = paused(program, days.pauses), opening_day(program, ask, days, number - 1)
    day = on_business_day(calendar, days.end, forward=False)
    if number > 1 and before is not None and day <= before < days.end:
        day = on_business_day(calendar, days.end)
    if (number == 1 or before is None or before < day) and not stood_still(program, ask, days, number):
        at = instant(calendar.time_zone, day, calendar.asks_at)
        yield Opening(request_id(ask, signer, number), ask, signer, number, at)


def _coming(table: Table, case: Case[Any], before: Collection[Occasion]) -> list[Turns]:
    """For each ask and role of the present state, the turns after the last one that was asked.

    `before` are the occasions that were known before now: what was not asked because of them then never will be, but
    for what happens only once.
    """
    there = case.requests.places
    coming = [
        _left(turns, there)
        for turns in _plan(table, case).turns
        if turns[-1].request_id not in there and (turns[0].ask.given is None or _is_given(case, turns[0].ask))
    ]
    if case.program.renewals:
        coming += [(one,) for one in _renewals(table, case)]
    if occasions := _fresh(table, case, before):
        coming += [(one,) for one in _occasional(table, case, occasions) if one.request_id not in there]
    return coming


def _nothing_comes(story: Story[Any]) -> bool:
    """Whether it is plain that nothing opens now, as after most decisions; False when one must look closely."""
    case = story.case
    if case.program.renewals or (case.occasions and _fresh(story.table, case, story.began.occasions)):
        return False
    return case.requests.places.keys() >= _plan(story.table, case).opened_by(story.at)


def _fresh(table: Table, case: Case[Any], before: Collection[Occasion]) -> list[Occasion]:
    """The occasions because of which something may be asked now."""
    known = len(before)
    return [one for number, one in enumerate(case.occasions) if number >= known or one.trigger in table.once]


def _left(turns: Turns, there: Container[str]) -> Turns:
    """The turns after the last one that was asked."""
    for index in range(len(turns) - 1, 0, -1):
        if turns[index - 1].request_id in there:
            return turns[index:]
    return turns


def _is_given(case: Case[Any], ask: Ask) -> bool:
    """Whether the ask that this one is about, if any, was answered."""
    if ask.given is None:
        return True
    return any(one.ask_id == ask.given and one.state is RequestState.SUBMITTED for one in case.requests)


def _occasional(table: Table, case: Case[Any], occasions: Iterable[Occasion]) -> Iterator[Opening]:
    """What is asked because something happened, once for each time it did.

    What decides a case is not asked twice at the same time.
    """
    asked = {one.ask_id for one in case.open_requests}
    for occasion in occasions:
        for ask in case.program.by_trigger.get(occasion.trigger, ()):
            if case.state not in table.places(ask.kind)[0] or not _is_given(case, ask):
                continue
            if ask.kind in case.passed_over or (ask.kind in ONCE and ask.id in asked):
                continue
            for signer in ask.of:
                if case.minor or signer.when == "always":
                    yield Opening(request_id(ask, signer, occasion.number), ask, signer, occasion.number, None)


def _renewals(table: Table, case: Case[Any]) -> Iterator[Opening]:
    """What must be renewed while the case lasts: one at a time, the next only when the last was renewed."""
    calendar = case.program.calendar
    for ask in case.program.renewals:
        days = days_of(case, ask)
        if days.expires is None or case.state not in table.places(ask.kind)[0] or not _is_given(case, ask):
            continue
        before = [one for one in case.requests if one.ask_id == ask.id]
        if days.expires >= days.end or not _is_settled(case, ask, before):
            continue
        day = opening_day(case.program, ask, days)
        if day is not None:
            number = max((one.number for one in before), default=0) + 1
            at = instant(calendar.time_zone, day, calendar.asks_at)
            for signer in ask.of:
                if case.minor or signer.when == "always":
                    yield Opening(request_id(ask, signer, number), ask, signer, number, at)


def _is_settled(case: Case[Any], ask: Ask, before: list[Request]) -> bool:
    """Whether what was asked before brought a document, or was about an older one than there is now."""
    newest = newest_document(case, ask.given or "", {ask.id})
    return newest is None or all(one.closed_at is not None and one.closed_at <= newest.at for one in before)


def openings(table: Table, case: Case[Any], before: Case[Any] | None = None) -> list[Opening]:
    """The requests that the case's state will open, each with its moment; repeated ones one at a time.

    In the middle of a decision `before` is the case as it was: what is asked because of what was told since counts.
    """
    return [turns[0] for turns in _coming(table, case, (before or case).occasions)]


def moments(table: Table, case: Case[Any]) -> list[datetime]:
    """When time acts on requests: those to come are opened, open ones fall due, climb their ladder and end."""
    found = [opening.at for opening in openings(table, case) if opening.at is not None]
    for request in case.open_requests:
        found.append(next_rung(case, request).at)
        if not request.overdue:
            found.append(due_at(case, request))
    return found


def open_what_is_due(story: Story[Any]) -> None:
    """Open every request whose moment has come.

    Of a repeated one, missed turns are not made up: the latest opens. Hours are: every week was worked.
    """
    if _nothing_comes(story):
        return
    for turns in _coming(story.table, story.case, story.began.occasions):
        first = turns[0]
        if first.at is not None and first.at > story.at:
            continue
        due = [one for one in turns if one.at is None or one.at <= story.at]
        for one in due if first.ask.kind is RequestKind.HOURS else due[-1:]:
            _open(story, one)


def _open(story: Story[Any], opening: Opening) -> None:
    person = person_for(story.case, opening.signer.role)
    if person is None:
        raise LookupError(opening.signer.role)
    story.tell(
        RequestOpened.made(
            at=story.at,
            request_id=opening.request_id,
            ask_id=opening.ask.id,
            kind=opening.ask.kind,
            form=opening.ask.form,
            number=opening.number,
            role=opening.signer.role,
            person_id=person,
        )
    )
