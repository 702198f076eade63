"""Rules that add up: hours of a day or a week over all employers, days of a week, work in school hours.

Whoever works for two employers is one person: a sum counts every shift, also an exempt one, as soon as one that
counts towards it is not exempt.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Literal, NamedTuple

from lifecycle.school_days import knows, school_hours, week_of
from lifecycle.worked_time import Part
from lifecycle.youth_case import Case
from schemas.findings import Basis, Finding, Subject
from schemas.rules import DayHours, Rule, SchoolHours, SchoolHoursCycle, WeekDays, WeekHours

WEEK = 7


class Limit(NamedTuple):
    """A limit of one day or, with `week`, of the week that begins then, and how what is found is measured."""

    rule: Rule
    subject: Subject
    most: int
    unit: Literal["minutes", "days"]
    week: date | None = None
    assumed: bool = False


def day_hours(case: Case, rule: DayHours) -> Iterator[Finding]:
    """Too many hours on one calendar day."""
    for day, found in _by_day(case.parts_under(rule)):
        told = case.day_is(rule.on, day)
        if told.yes and _counts(case, rule, found):
            yield from _over(case, found, Limit(rule, "day_hours", rule.hours * 60, "minutes", None, told.assumed))


def week_hours(case: Case, rule: WeekHours) -> Iterator[Finding]:
    """Too many hours in one week; only days on which the rule binds the learner count, so a birthday ends it."""
    for first, found in _by_week(case, case.parts_under(rule)):
        told = case.week_is(rule.on, first)
        if told.yes and _counts(case, rule, found):
            yield from _over(case, found, Limit(rule, "week_hours", rule.hours * 60, "minutes", first, told.assumed))


def week_days(case: Case, rule: WeekDays) -> Iterator[Finding]:
    """Work on too many days of one week."""
    for first, found in _by_week(case, case.parts_under(rule)):
        if _counts(case, rule, found):
            yield from _over(case, found, Limit(rule, "week_days", rule.days, "days", first))


def in_school_hours(case: Case, rule: SchoolHours) -> Iterator[Finding]:
    """Work while the learner's school is in session."""
    for day, found in _by_day(_during_school(case, rule)):
        assumed = not knows(case.learner.calendar, day)
        yield from _over(case, found, Limit(rule, "school_hours", 0, "minutes", None, assumed))


def school_hours_cycle(case: Case, rule: SchoolHoursCycle) -> Iterator[Finding]:
    """Work in school hours on more days than the cycle of weeks allows.

    Cycles count from the week in which the exemption starts. The first week of a cycle with more than the usual days
    is its long one.
    """
    starts = [one.start for one in case.learner.exemptions if rule.only_for and one.code == rule.only_for.exemption]
    anchor = week_of(min(starts), case.pack.week_starts) if starts else date.min
    long_weeks: dict[int, date] = {}
    for first, found in _by_week(case, _during_school(case, rule)):
        number = (first - anchor).days // WEEK // rule.weeks
        is_long = _measured(found, "days") > rule.days and long_weeks.setdefault(number, first) == first
        most = rule.more_days if is_long else rule.days
        assumed = not all(knows(case.learner.calendar, part.day) for part in found)
        yield from _over(case, found, Limit(rule, "school_hours_days", most, "days", first, assumed))


def _during_school(case: Case, rule: SchoolHours | SchoolHoursCycle) -> Iterator[Part]:
    """The work that falls into school hours and is under the rule. A break may have been then: it is not taken off."""
    for part in case.parts_under(rule):
        session = school_hours(case.learner.calendar, part.day)
        if session is None or not case.holds(rule, part.shift, part.day):
            continue
        start, end = max(part.start, session[0]), min(part.end, session[1])
        if start < end:
            yield Part(part.shift, part.day, start, end, int((end - start).total_seconds()) // 60)


def _counts(case: Case, rule: Rule, found: Sequence[Part]) -> bool:
    return any(case.holds(rule, part.shift, part.day) for part in found)


def _over(case: Case, found: Sequence[Part], limit: Limit) -> Iterator[Finding]:
    """What is over a limit: by logged shifts alone, and by all shifts if some of them are still planned."""
    logged = [part for part in found if part.shift.status == "logged"]
    sums: list[tuple[Basis, Sequence[Part]]] = [("detected", logged)]
    if len(logged) < len(found):
        sums.append(("predicted", found))
    for basis, counted in sums:
        amounts = [_measured(counted[: number + 1], limit.unit) for number in range(len(counted))]
        passed = next((part for part, amount in zip(counted, amounts, strict=True) if amount > limit.most), None)
        if passed is not None:
            yield case.finding(
                limit.rule,
                (part.shift for part in counted),
                subject=limit.subject,
                basis=basis,
                day=passed.day,
                week_of=limit.week,
                allowed=limit.most,
                found=amounts[-1],
                unit=limit.unit,
                assumed=limit.assumed,
            )


def _measured(found: Sequence[Part], unit: Literal["minutes", "days"]) -> int:
    """Minutes worked, or days worked on."""
    return sum(part.minutes for part in found) if unit == "minutes" else len({part.day for part in found})


def _by_day(found: Iterable[Part]) -> Iterator[tuple[date, list[Part]]]:
    ordered = sorted(found, key=lambda part: (part.day, part.start))
    return ((day, list(some)) for day, some in groupby(ordered, key=lambda part: part.day))


def _by_week(case: Case, found: Iterable[Part]) -> Iterator[tuple[date, list[Part]]]:
    def first(part: Part) -> date:
        return week_of(part.day, case.pack.week_starts)

    ordered = sorted(found, key=lambda part: (part.day, part.start))
    return ((day, list(some)) for day, some in groupby(ordered, key=first))
