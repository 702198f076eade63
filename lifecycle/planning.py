"""What a program asks by the calendar in one state: reckoned once for all cases of the same days, then looked up."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from lifecycle.calendars import instant, on_business_day
from lifecycle.tables import Table
from lifecycle.timetables import Days, opening_day, paused, stood_still
from schemas.asks import Ask, Signer
from schemas.case import Case, Pause
from schemas.program_kinds import RENEWS
from schemas.programs import Program
from schemas.vocabulary import RequestKind


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


class Come(NamedTuple):
    """The turns of one ask and role whose moment has come, and the ids of its later ones."""

    turns: Turns
    later: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """What a program asks by the calendar in one state of a case of certain days.

    `turns` are in the order in which they open, `moments` those at which any of them does.
    """

    turns: tuple[Turns, ...]
    moments: tuple[datetime, ...]

    def by(self, at: datetime) -> dict[str, Come]:
        """What has come of each ask and role, by the id of its latest turn: a case with all these ids opens nothing."""
        return _come(self, bisect_right(self.moments, at))


@lru_cache(maxsize=2048)
def _come(plan: Plan, passed: int) -> dict[str, Come]:
    """As `Plan.by`, when so many of its moments have passed: between two moments nothing changes."""
    found: dict[str, Come] = {}
    for turns in plan.turns:
        come = turns if turns[0].at is None else tuple(_until(turns, plan.moments[:passed]))
        if come:
            found[come[-1].request_id] = Come(come, tuple(one.request_id for one in turns[len(come) :]))
    return found


def _until(turns: Turns, moments: tuple[datetime, ...]) -> Iterator[Opening]:
    return (one for one in turns if moments and one.at is not None and one.at <= moments[-1])


def plan_of(table: Table, case: Case[Any]) -> Plan:
    """The plan that a case follows in its present state."""
    return _planned(table, case.passed_over, *_reckoned_from(vars(case)))


_reckoned_from = itemgetter("program", "state", "start", "end", "exited", "pauses", "minor")
"""What a plan is reckoned from; got from a model's values all at once, which is much cheaper than one by one."""


@lru_cache(maxsize=4096)
def _planned(  # noqa: PLR0917 - the cache's key
    table: Table,
    passed_over: frozenset[RequestKind],
    program: Program,
    state: Any,
    start: date,
    end: date,
    exited: date | None,
    pauses: tuple[Pause, ...],
    minor: bool,  # noqa: FBT001
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
