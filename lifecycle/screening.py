"""Holds an offer against youth-employment law before anybody takes it: would its youngest learner be allowed to do it?

Pure. The law is asked by the same rules as about real shifts, for a learner who reaches the youngest age on the first
day, holds no exemption and has no other work. Permits come later and are left out; so is what only an unknown school
calendar makes doubtful.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lifecycle.calendars import DAY
from lifecycle.youth_employment import findings
from schemas.directory import ADULT_YEARS
from schemas.findings import Finding, Subject
from schemas.offered_work import OfferedWork, UsualDay
from schemas.rule_parts import UsState
from schemas.rules import RulePack
from schemas.work import LearnerFacts, SchoolCalendar, Shift, unknown_calendar

LOOKED_AT = timedelta(days=120)
"""How much of a long offer is looked at: longer than a season of other hours lasts."""

LATER: frozenset[Subject] = frozenset({"permit", "permit_return"})
ANY_HOUR = UsualDay(starts="10:00", ends="11:00", days_a_week=7)
"""Stands for hours that are not known: no rule about hours is broken by it on a day without school."""


class Offer(NamedTuple):
    """Where and when the work is offered; `calendar` is the school's whose learners it is meant for, if known."""

    host_id: str
    state: UsState | None
    time_zone: str
    start: date
    end: date
    calendar: SchoolCalendar | None = None


def restricted(offer: Offer, work: OfferedWork, packs: Iterable[RulePack]) -> tuple[str, ...]:
    """The codes of what the law restricts, sorted: hazardous tasks by their names, limits by what they are about."""
    if work.from_age >= ADULT_YEARS:
        return ()
    learner = LearnerFacts(
        learner_id="youngest",
        birth_date=_years_before(offer.start, work.from_age),
        state=offer.state,
        calendar=offer.calendar or unknown_calendar(offer.time_zone),
    )
    found = findings(learner, _shifts(offer, work), packs, today=offer.start)
    return tuple(sorted({one.task or one.subject for one in found if _counts(one, work)}))


def _counts(one: Finding, work: OfferedWork) -> bool:
    if one.subject in LATER or one.assumed:
        return False
    return work.usual_day is not None or one.subject in ("hazard", "minimum_age")


def _shifts(offer: Offer, work: OfferedWork) -> Iterator[Shift]:
    usual, zone = work.usual_day or ANY_HOUR, ZoneInfo(offer.time_zone)
    day = offer.start
    while day <= min(offer.end, offer.start + LOOKED_AT):
        if day.weekday() < usual.days_a_week:
            yield Shift(
                id=f"{day}",
                employer_id=offer.host_id,
                status="planned",
                time_zone=offer.time_zone,
                state=offer.state,
                start=datetime.fromisoformat(f"{day}T{usual.starts}").replace(tzinfo=zone),
                end=datetime.fromisoformat(f"{day}T{usual.ends}").replace(tzinfo=zone),
                break_minutes=usual.break_minutes,
                tasks=work.tasks,
            )
        day += DAY


def _years_before(day: date, years: int) -> date:
    """The birth date of somebody who has just reached an age; the day before 29 February where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
