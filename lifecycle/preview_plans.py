"""What is tried with a program: everybody answers; and, one after the other, where nobody does and what may happen."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from lifecycle.calendars import DAY, instant, on_business_day, site_day
from lifecycle.preview import Plan
from schemas.asks import Ask, Calendar
from schemas.case import Case, Request
from schemas.change_commands import CancelByEmployer, RecordWork, Shorten, SupervisorLeft, Suspend
from schemas.change_commands import ReplaceSupervisor as Replace
from schemas.findings import Basis, FindingCode
from schemas.partnership import NotePlacementCompleted
from schemas.placement_commands import Extend, ReportMissed, Withdraw
from schemas.program_kinds import RENEWS
from schemas.programs import Program
from schemas.vocabulary import OutreachOutcome, Role, Trigger
from schemas.vocabulary import RequestKind as K

FRIDAY = 4
WEEK, YEAR = timedelta(weeks=1), timedelta(days=365)
AFTER_ANSWERS = timedelta(hours=2)
"""So long after the asking hour something happens on its day: whoever was asked that morning has answered."""

NATURAL = frozenset({Trigger.HOURS_SUBMITTED, Trigger.ENDED, Trigger.COMPLETED, Trigger.HOST_SILENT})
"""What happens of itself in a life that goes well."""

THE_WAY: dict[K, dict[K, str]] = {
    K.APPLICATION_DECISION: {K.APPLICATION_REVIEW: "under_review"},
    K.INTERVIEW: {K.APPLICATION_REVIEW: "interview"},
    K.NO_SHOW_FOLLOW_UP: {K.FIRST_DAY: "not_come"},
    K.HOURS_DISPUTE: {K.HOURS_APPROVAL: "dispute"},
}
"""The decisions that lead to a kind which is not asked in every life."""


class Try(NamedTuple):
    """One thing that is tried: `name` is an ask's id, a stage's or a trigger; `shown` are the asks it is about.

    Of those the plan's silent ones are not answered.
    """

    name: str
    plan: Plan
    shown: frozenset[str]


class When(NamedTuple):
    """The days of a preview: when the case begins (aware), its first and last site day."""

    begins_at: datetime
    start: date
    end: date


def everybody_answers(program: Program, when: When) -> Plan:
    """Nothing special happens and everybody answers."""
    instead = {}
    if program.of_kind(K.INTERVIEW):
        instead[K.APPLICATION_REVIEW] = "interview"
    if program.lifecycle == "partnership":
        return Plan(instead=instead, says=_hosted(program, when), valid_until=_another_year)
    return Plan(instead=instead)


def tries(program: Program, when: When) -> Iterator[Try]:
    """Where nobody answers, in the order in which a case comes there."""
    if program.lifecycle == "placement":
        yield from _in_a_placement(program, when)
        return
    well = everybody_answers(program, when)
    for ask in program.asks:
        says = well.says if ask.kind is K.HOST_AGAIN else ()
        hazards = ("power_saws",) if ask.on is Trigger.HAZARD_FOUND else ()
        silent = frozenset({ask.id})
        yield Try(ask.id, well._replace(silent=silent, says=says, hazards=hazards), silent)
        if ask.on is Trigger.HOST_SILENT:
            nobody_there = {**well.instead, K.OUTREACH: OutreachOutcome.NO_ANSWER}
            yield Try(ask.on, well._replace(instead=nobody_there, says=()), silent)


def _in_a_placement(program: Program, when: When) -> Iterator[Try]:
    well = everybody_answers(program, when)
    for stage in program.stages:
        by_the_calendar = [ask for ask in stage.asks if ask.on in NATURAL | {None} and not _is_special(ask)]
        if stage.id == "matching":
            yield from (_one(well, ask) for ask in stage.asks)
            continue
        yield _group(well, stage.id, [ask for ask in by_the_calendar if ask.on is not Trigger.HOURS_SUBMITTED])
        if stage.id == "supervision":
            yield from _while_working(program, well, when)
        yield from _on_occasion(program, well, stage.asks, when)


def _is_special(ask: Ask) -> bool:
    return ask.kind in RENEWS or ask.kind in THE_WAY


def _one(well: Plan, ask: Ask) -> Try:
    silent = frozenset({ask.id})
    return Try(ask.id, well._replace(silent=silent, instead={**well.instead, **THE_WAY.get(ask.kind, {})}), silent)


def _group(well: Plan, name: str, asks: Iterable[Ask]) -> Try:
    silent = frozenset(ask.id for ask in asks)
    return Try(name, well._replace(silent=silent), silent)


def _while_working(program: Program, well: Plan, when: When) -> Iterator[Try]:
    """Asks of the supervision that come only after another answer, and documents that expire half-way."""
    for kind in (K.NO_SHOW_FOLLOW_UP, K.HOURS_APPROVAL, K.HOURS_DISPUTE):
        yield from (_one(well, ask) for ask in program.of_kind(kind))
    for renewal in program.renewals:
        silent = frozenset({renewal.id})
        yield Try(renewal.id, well._replace(silent=silent, valid_until=_until(renewal, _middle(when))), silent)


def _until(renewal: Ask, day: date) -> Callable[[Case[Any], Request], date | None]:
    return lambda _, request: day if request.ask_id == renewal.given else None


def _another_year(case: Case[Any], request: Request) -> date:
    """Documents of a partnership hold for a year, newer ones from where the old one ends."""
    renewed = case.program.by_id[request.ask_id].given
    before = [one.valid_until for one in case.requests if renewed and one.valid_until and one.ask_id == renewed]
    return max(before, default=request.opened_at.date()) + YEAR * request.number


# --- what may happen ------------------------------------------------------------------------------------------------


def _on_occasion(program: Program, well: Plan, asks: Iterable[Ask], when: When) -> Iterator[Try]:
    """What the asks of a stage are asked because of, each tried once."""
    by_trigger: dict[Trigger, list[str]] = {}
    for ask in asks:
        if ask.on is not None and ask.on not in NATURAL and not _is_special(ask):
            by_trigger.setdefault(ask.on, []).append(ask.id)
    for trigger, ids in by_trigger.items():
        shown = frozenset(ids)
        if trigger is Trigger.SUPERVISOR_SILENT:
            yield Try(trigger, well._replace(silent=shown | _asked_of_the_supervisor(program)), shown)
        elif trigger in HAPPENS:
            if trigger is Trigger.SUPERVISOR_LEFT:
                shown |= {ask.id for ask in program.of_kind(K.SUSPENSION_REVIEW)}
            says = ((_day_of(program, trigger, when), HAPPENS[trigger](when)),)
            yield Try(trigger, well._replace(silent=shown, says=says), shown)


def _asked_of_the_supervisor(program: Program) -> frozenset[str]:
    asks = [ask for stage in program.stages if stage.id in ("supervision", "assessment") for ask in stage.asks]
    return frozenset(ask.id for ask in asks if {one.role for one in ask.of} == {Role.WORKSITE_SUPERVISOR})


def _middle(when: When) -> date:
    return when.start + (when.end - when.start) // 2


def _soon(when: When) -> date:
    return min(when.start + WEEK, _middle(when))


def _day_of(program: Program, trigger: Trigger, when: When) -> datetime:
    """Half-way through the work, a halt after a week; a single day is cancelled on the business day before it."""
    calendar = program.calendar
    if trigger is Trigger.EMPLOYER_CANCELLED and when.start == when.end:
        return _after_answers(calendar, on_business_day(calendar, when.start - DAY, forward=False))
    wanted = _soon(when) if trigger is Trigger.SUSPENDED else _middle(when)
    return _after_answers(calendar, min(on_business_day(calendar, wanted), when.end))


def _after_answers(calendar: Calendar, day: date) -> datetime:
    """When those who were asked on the morning of a day have answered."""
    return instant(calendar.time_zone, day, calendar.asks_at) + AFTER_ANSWERS


def _still_until(when: When) -> date:
    """Six weeks after the start, or a week before the end, but at least a week after it began; on a weekday.

    Never after the last day: what goes on then has ended.
    """
    day = max(min(when.start + 6 * WEEK, when.end - WEEK), _soon(when) + WEEK)
    weekday = day + DAY * (7 - day.weekday()) if day.weekday() > FRIDAY else day
    return min(weekday, when.end)


def _shorter(when: When) -> Shorten:
    return Shorten(end=max(_middle(when) + DAY, when.end - WEEK))


def _against_the_law(basis: Basis) -> Callable[[When], RecordWork]:
    def found(when: When) -> RecordWork:
        day = _middle(when) + DAY
        code = FindingCode(
            id="finding-1", rule="us-federal.example", subject="day_hours", basis=basis, day=day, unit="minutes"
        )
        return RecordWork(findings=(code,), recheck_on=None)

    return found


HAPPENS: dict[Trigger, Callable[[When], Any]] = {
    Trigger.EXTENDED: lambda when: Extend(end=when.end + 2 * WEEK),
    Trigger.SHORTENED: _shorter,
    Trigger.SUPERVISOR_REPLACED: lambda _: Replace(person_id="new_supervisor"),
    Trigger.SUPERVISOR_LEFT: lambda _: SupervisorLeft(),
    Trigger.SUSPENDED: lambda when: Suspend(reason="not_stated", resume_by=_still_until(when)),
    Trigger.EMPLOYER_CANCELLED: lambda _: CancelByEmployer(),
    Trigger.ABSENT: lambda _: ReportMissed(),
    Trigger.VIOLATION_PREDICTED: _against_the_law("predicted"),
    Trigger.VIOLATION_DETECTED: _against_the_law("detected"),
    Trigger.LEFT_EARLY: lambda _: Withdraw(),
}
"""What somebody says half-way through the work, so that this happens."""


def _hosted(program: Program, when: When) -> tuple[tuple[datetime, Any], ...]:
    """A learner completes a placement at the host."""
    calendar = program.calendar
    day = site_day(calendar.time_zone, when.begins_at) + timedelta(days=120)
    at = _after_answers(calendar, on_business_day(calendar, day))
    return ((at, NotePlacementCompleted(placement_id="pl-1", evaluated=True)),)
