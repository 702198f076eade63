"""Rules about who may do what at all: the minimum age, hazardous work, and work permits."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from lifecycle.school_days import next_opening
from lifecycle.worked_time import Part
from lifecycle.youth_case import Case, basis
from schemas.findings import Finding
from schemas.rules import Hazard, MinimumAge, PermitNeeded, PermitReturned, RulePack
from schemas.work import LearnerFacts, Permit, SchoolCalendar


class Validity(NamedTuple):
    """A permit's last day, None if it has none; assumed when the calendar does not know the next opening."""

    last_day: date | None
    assumed: bool


def minimum_age(case: Case, rule: MinimumAge) -> Iterator[Finding]:
    """Work at an age at which none is allowed."""
    for worked in case.worked:
        shift, bound = worked[0].shift, _first_bound(case, rule, worked)
        if bound is not None:
            yield case.finding(
                rule,
                (shift,),
                subject="minimum_age",
                basis=basis(shift),
                day=bound,
                allowed=rule.ages.last + 1,
                unit="age",
            )


def hazard(case: Case, rule: Hazard) -> Iterator[Finding]:
    """A task of a shift that is closed to the learner's age."""
    for worked in case.worked:
        shift, bound = worked[0].shift, _first_bound(case, rule, worked)
        if bound is None:
            continue
        for task in rule.tasks:
            if task in shift.tasks:
                yield case.finding(
                    rule,
                    (shift,),
                    subject="hazard",
                    basis=basis(shift),
                    day=bound,
                    task=task,
                    allowed=rule.ages.last + 1,
                    unit="age",
                )


def _first_bound(case: Case, rule: MinimumAge | Hazard, found: tuple[Part, ...]) -> date | None:
    days = (part.day for part in found if case.binds(rule, part.day) and case.holds(rule, part.shift, part.day))
    return next(days, None)


def permit(case: Case, rule: PermitNeeded) -> Iterator[Finding]:
    """Work for an employer on days without a valid permit: one finding an employer, for planned and for logged work."""
    lacking = [
        part for part in case.parts_under(rule) if case.holds(rule, part.shift, part.day) and _lacks(case, rule, part)
    ]

    def kind(part: Part) -> tuple[str, str]:
        return part.shift.employer_id, part.shift.status

    for _, some in groupby(sorted(lacking, key=lambda part: (*kind(part), part.start)), key=kind):
        found = list(some)
        first = found[0]
        lapsed = max(_lapsed(case, rule, first), default=None)
        yield case.finding(
            rule,
            (part.shift for part in found),
            subject="permit",
            basis=basis(first.shift),
            day=first.day,
            employer_id=first.shift.employer_id,
            permit_id=lapsed and lapsed[1],
            allowed=lapsed and 0,
            found=lapsed and (first.day - lapsed[0]).days,
            unit="days",
            assumed=bool(lapsed and lapsed[2]),
        )


def _lacks(case: Case, rule: PermitNeeded, part: Part) -> bool:
    for one in _permits(case, part.shift.employer_id):
        last = valid_until(one, rule, case.learner.calendar).last_day
        if one.issued <= part.day and (last is None or part.day <= last):
            return False
    return True


def _lapsed(case: Case, rule: PermitNeeded, part: Part) -> Iterator[tuple[date, str, bool]]:
    """The employer's permits that have run out by a day: last day, id, whether that is assumed."""
    for one in _permits(case, part.shift.employer_id):
        last, assumed = valid_until(one, rule, case.learner.calendar)
        if last is not None and last < part.day:
            yield last, one.id, assumed


def _permits(case: Case, employer_id: str) -> Iterator[Permit]:
    return (one for one in case.learner.permits if one.state == case.pack.state and one.employer_id == employer_id)


def valid_until(permit: Permit, rule: PermitNeeded, calendar: SchoolCalendar) -> Validity:
    """A permit's last day, the earliest of all that end it.

    The date on it, the day before it was revoked, the end of the employment, and the day to which the law lets it
    live past the next school opening. Where the calendar does not know that one, the date on the permit is believed;
    without a date the permit is taken to end with what is known, if that is after its issue.
    """
    revoked = permit.revoked and permit.revoked - timedelta(days=1)
    known = min((day for day in (permit.expires, revoked, permit.employment_ended) if day), default=None)
    after = rule.lapses_days_after_opening
    if after is None:
        return Validity(known, assumed=False)
    opening = next_opening(calendar, permit.issued)
    if opening is None and (known is not None or calendar.known_until < permit.issued):
        return Validity(known, assumed=True)
    by_law = calendar.known_until if opening is None else opening + timedelta(days=after)
    if known is not None and known <= by_law:
        return Validity(known, assumed=False)
    return Validity(by_law, assumed=opening is None)


def permit_until(learner: LearnerFacts, employer_id: str, packs: Iterable[RulePack], today: date) -> date | None:
    """The last day of the permit by which the learner works for an employer today.

    None when no permit is needed, there is none or it has no end, or the learner is of age by then.
    """
    ends: list[date] = []
    for pack in packs:
        case = Case(learner, pack, (), today)
        for rule in (rule for rule in pack.rules if isinstance(rule, PermitNeeded)):
            lasts = [valid_until(one, rule, learner.calendar).last_day for one in _permits(case, employer_id)]
            held = [last for last in lasts if last is None or last >= today]
            if not held or None in held:
                continue
            last = max(day for day in held if day is not None)
            after = last + timedelta(days=1)
            if case.binds(rule, after) and case.reaches(rule, employer_id, after):
                ends.append(last)
    return min(ends, default=None)


def return_due(permit: Permit, rule: PermitReturned) -> date | None:
    """The last day on which a permit may go back; None while the employment lasts."""
    ended = permit.employment_ended
    return None if ended is None else ended + timedelta(days=rule.days)


def permit_return(case: Case, rule: PermitReturned) -> Iterator[Finding]:
    """A permit that went back late, or has not yet."""
    for one in case.learner.permits:
        due, ended = return_due(one, rule), one.employment_ended
        if one.state != case.pack.state or due is None or ended is None or not case.binds(rule, ended):
            continue
        back = one.returned or case.today
        if back > due:
            yield case.finding(
                rule,
                (),
                subject="permit_return",
                basis="detected",
                day=due,
                employer_id=one.employer_id,
                permit_id=one.id,
                allowed=rule.days,
                found=(back - ended).days,
                unit="days",
            )
