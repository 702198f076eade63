"""On which days other youth-employment limits begin to apply to a learner."""

from collections.abc import Iterable, Iterator
from datetime import date

from lifecycle.school_days import DAY
from lifecycle.youth_employment import holding
from lifecycle.youth_status import return_due, valid_until
from schemas.directory import ADULT_YEARS, age_on
from schemas.findings import Change
from schemas.rules import ClockHours, PermitNeeded, PermitReturned, Rule, RulePack
from schemas.work import LearnerFacts


def changes(learner: LearnerFacts, start: date, end: date, packs: Iterable[RulePack]) -> tuple[Change, ...]:
    """The days from `start` to `end`, both included, on which what applies to the learner changes, in order.

    Birthdays that open or close a rule, permits, exemptions, seasons of the clock, the school year, the end of the
    known calendar, and rules that come into force or leave it. None after the learner has come of age.
    Personal: a birthday tells the birth date. What enters Temporal is `next_change`, a day without a reason.
    """
    held = holding(packs, learner.state, *(permit.state for permit in learner.permits))
    found = (*_birthdays(learner, start, end, held), *_seasons(learner, start, end, held), *_others(learner, held))
    wanted = [one for one in found if start <= one.day <= end and _matters(learner, one)]
    return tuple(sorted(wanted, key=lambda one: (one.day, one.kind, one.subject)))


def next_change(learner: LearnerFacts, start: date, end: date, packs: Iterable[RulePack]) -> date | None:
    """The first day from `start` to `end` on which to look again; None if nothing changes."""
    return next((one.day for one in changes(learner, start, end, packs)), None)


def birthday(birth_date: date, years: int) -> date:
    """The day on which somebody reaches an age, by `age_on`: born on 29 February, 1 March in other years."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def _matters(learner: LearnerFacts, change: Change) -> bool:
    return change.kind == "permit_return_due" or _under_age(learner, change.day - DAY)


def _under_age(learner: LearnerFacts, day: date) -> bool:
    born = learner.birth_date
    return born is not None and born <= day and age_on(born, day) < ADULT_YEARS


def _birthdays(learner: LearnerFacts, start: date, end: date, packs: list[RulePack]) -> Iterator[Change]:
    if learner.birth_date is None:
        return
    rules = [rule for pack in packs for rule in pack.rules]
    for age in range(1, ADULT_YEARS + 1):
        day = birthday(learner.birth_date, age)
        begins = tuple(rule.id for rule in rules if rule.ages.first == age)
        ends = tuple(rule.id for rule in rules if rule.ages.last == age - 1)
        if (begins or ends) and start <= day <= end:
            yield Change(day=day, kind="birthday", subject=str(age), begins=begins, ends=ends)


def _seasons(learner: LearnerFacts, start: date, end: date, packs: list[RulePack]) -> Iterator[Change]:
    for rule in (rule for pack in packs for rule in pack.rules if isinstance(rule, ClockHours)):
        seasons = {(one.season.first, one.season.last): one.season for one in rule.later if one.season is not None}
        for year in range(start.year, end.year + 1):
            for season in seasons.values():
                first, last = season.days(year)
                if _of_age_for(learner, rule, first):
                    yield Change(day=first, kind="season_begins", subject=rule.id)
                if _of_age_for(learner, rule, last + DAY):
                    yield Change(day=last + DAY, kind="season_ends", subject=rule.id)


def _of_age_for(learner: LearnerFacts, rule: Rule, day: date) -> bool:
    born = learner.birth_date
    return born is not None and born <= day and rule.ages.first <= age_on(born, day) <= rule.ages.last


def _others(learner: LearnerFacts, packs: list[RulePack]) -> Iterator[Change]:
    calendar = learner.calendar
    yield Change(day=calendar.known_until + DAY, kind="calendar_ends", subject=calendar.id)
    for year in calendar.years:
        yield Change(day=year.opens, kind="school_year_opens", subject=calendar.id)
        yield Change(day=year.ends + DAY, kind="school_year_ends", subject=calendar.id)
    for held in learner.exemptions:
        yield Change(day=held.start, kind="exemption_begins", subject=held.code)
        if held.end is not None:
            yield Change(day=held.end + DAY, kind="exemption_ends", subject=held.code)
    for pack in packs:
        for rule in pack.rules:
            yield from _of_rule(learner, pack, rule)


def _of_rule(learner: LearnerFacts, pack: RulePack, rule: Rule) -> Iterator[Change]:
    yield Change(day=rule.effective_from, kind="rule_begins", subject=rule.id, begins=(rule.id,))
    if rule.effective_until is not None:
        yield Change(day=rule.effective_until + DAY, kind="rule_ends", subject=rule.id, ends=(rule.id,))
    for permit in learner.permits:
        if permit.state != pack.state:
            continue
        if isinstance(rule, PermitNeeded):
            last, _ = valid_until(permit, rule, learner.calendar)
            if last is not None:
                yield Change(day=last + DAY, kind="permit_lapses", subject=permit.id)
        if isinstance(rule, PermitReturned) and (due := return_due(permit, rule)) is not None:
            yield Change(day=due, kind="permit_return_due", subject=permit.id)
