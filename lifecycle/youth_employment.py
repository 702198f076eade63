"""What youth-employment law says of a learner's shifts, before they are worked and after.

Pure: the same facts, shifts, packs and day give the same findings. All packs that hold where the work is done are
asked, and every broken rule is told; of several on one matter the strictest governs, which is how federal law itself
puts it (29 U.S.C. 218(a), 29 CFR 570.50(a)).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from lifecycle import youth_clock, youth_status, youth_sums
from lifecycle.calendars import site_day
from lifecycle.school_days import DAY, week_of
from lifecycle.worked_time import in_order, parts
from lifecycle.youth_case import Case
from schemas.findings import Finding, Subject
from schemas.rules import RulePack, SchoolHoursCycle
from schemas.work import LearnerFacts, Shift

WEEK = timedelta(days=7)
CHECKS: dict[str, Callable[[Case, Any], Iterator[Finding]]] = {
    "minimum_age": youth_status.minimum_age,
    "day_hours": youth_sums.day_hours,
    "week_hours": youth_sums.week_hours,
    "week_days": youth_sums.week_days,
    "clock": youth_clock.clock,
    "school_hours": youth_sums.in_school_hours,
    "school_hours_cycle": youth_sums.school_hours_cycle,
    "supervision": youth_clock.supervision,
    "hazard": youth_status.hazard,
    "permit": youth_status.permit,
    "permit_return": youth_status.permit_return,
}
MORE_IS_STRICTER: frozenset[Subject] = frozenset({"minimum_age", "hazard", "too_early"})
"""Where the greater figure is the stricter law: an age to be reached, an hour to be waited for."""

EACH_SHIFT: frozenset[Subject] = frozenset({"minimum_age", "too_early", "too_late", "supervision", "hazard"})


def findings(
    learner: LearnerFacts, shifts: Iterable[Shift], packs: Iterable[RulePack], *, today: date
) -> tuple[Finding, ...]:
    """Every rule that the shifts break, by day; none for an adult.

    Args:
        learner: the learner's facts. Packs of their state and of those of the shifts hold, federal ones always.
        shifts: all shifts of all employers that matter for the days looked at: see `days_needed`. A state's law reaches
            only work in that state, but where a limit adds up, hours of other states count towards it.
        packs: rule packs, those of other states included; they are left out.
        today: the worksite's day, by which permits must be back and after which nothing can have been logged.

    Raises:
        ValueError: two different shifts of the same id and status, or a logged shift that begins after today.
    """
    ordered = in_order(shifts)
    for shift in ordered:
        if shift.status == "logged" and site_day(shift.time_zone, shift.start) > today:
            raise ValueError(f"shift {shift.id} is logged but begins after today; log it when it has been worked")
    worked = tuple(parts(shift) for shift in ordered)
    found: list[Finding] = []
    states = (learner.state, *(shift.state for shift in ordered), *(permit.state for permit in learner.permits))
    for pack in holding(packs, *states):
        case = Case(learner, pack, worked, today)
        for rule in pack.rules:
            found += CHECKS[rule.kind](case, rule)
    return tuple(sorted(governed(found), key=lambda one: (one.day, one.subject, one.basis, not one.governs)))


def days_needed(packs: Iterable[RulePack], first: date, last: date) -> tuple[date, date]:
    """The days whose shifts decide what may be worked from `first` to `last`: whole weeks, and cycles of weeks."""
    held = list(packs)
    weeks = [rule.weeks for pack in held for rule in pack.rules if isinstance(rule, SchoolHoursCycle)]
    begins = min((week_of(first, pack.week_starts) for pack in held), default=first)
    ends = max((week_of(last, pack.week_starts) + WEEK - DAY for pack in held), default=last)
    return begins - WEEK * (max(weeks, default=1) - 1), ends


def holding(packs: Iterable[RulePack], *states: str | None) -> list[RulePack]:
    """The packs that hold in some of the states, in the order given; federal law always does."""
    return [pack for pack in packs if pack.state is None or pack.state in states]


def governed(found: Sequence[Finding]) -> list[Finding]:
    """The findings, each marked whether it is the strictest on its matter; of equals the first is."""
    strictest: dict[tuple[object, ...], Finding] = {}
    for one in found:
        best = strictest.setdefault(_matter(one), one)
        if _stricter(one, best):
            strictest[_matter(one)] = one
    return [one.changed(governs=strictest[_matter(one)] is one) for one in found]


def _matter(one: Finding) -> tuple[object, ...]:
    """What two findings must have in common for one of them to govern."""
    shifts = one.shifts if one.subject in EACH_SHIFT else ()
    return one.subject, one.basis, one.week_of or one.day, one.employer_id, one.task, shifts


def _stricter(one: Finding, other: Finding) -> bool:
    mine, others = one.allowed or 0, other.allowed or 0
    return mine > others if one.subject in MORE_IS_STRICTER else mine < others
