"""The preview of a program: a case of it is begun and run, once with everybody answering and once for every silence."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from lifecycle.calendars import business_days_after, instant, on_business_day, site_day
from lifecycle.preview import Plan, Walked, walk
from lifecycle.preview_plans import Try, When, everybody_answers, tries
from lifecycle.registry import INCIDENT, OPPORTUNITY, PARTNERSHIP, PLACEMENT, Lifecycle
from schemas.clock import REAL
from schemas.incident import OpenIncident
from schemas.opportunity import ProposeOpportunity
from schemas.partnership import ContactHost
from schemas.placement_commands import Propose
from schemas.preview import Course, Preview
from schemas.programs import Program
from schemas.vocabulary import LEARNERS, ProgramKind, RequestKind, Role, Severity

LIFECYCLES: dict[str, Lifecycle[Any]] = {one.name: one for one in (PLACEMENT, OPPORTUNITY, PARTNERSHIP, INCIDENT)}
AHEAD = timedelta(weeks=5)
"""So long before its first day a placement is proposed, unless it is said otherwise."""

WORKING_DAYS: dict[ProgramKind | None, int] = {
    ProgramKind.JOB_SHADOW: 1,
    ProgramKind.EXTERNSHIP: 10,
    ProgramKind.SERVICE_LEARNING: 50,
    ProgramKind.PRE_APPRENTICESHIP: 60,
    ProgramKind.CAPSTONE: 75,
    ProgramKind.SCHOOL_YEAR_INTERNSHIP: 185,
}
"""Business days of a placement of that kind, unless it is said otherwise; of all others 30."""

LOOKED_AT = {"incident": timedelta(days=21), "partnership": timedelta(days=460)}
"""How long a case is looked at that does not end by itself."""

FOR_LONG = timedelta(days=3 * 365)


def days(
    program: Program, today: date, *, proposed: date | None = None, start: date | None = None, end: date | None = None
) -> When:
    """The days of a preview: those that are given, and for the others what is usual for a program of its kind."""
    calendar = program.calendar
    proposed = proposed or (on_business_day(calendar, start - AHEAD, forward=False) if start else today)
    first = start or on_business_day(calendar, proposed + AHEAD)
    usual = WORKING_DAYS.get(program.program_kind, 30)
    last = end or (first if usual == 1 else business_days_after(calendar, on_business_day(calendar, first), usual - 1))
    return When(instant(calendar.time_zone, proposed, calendar.asks_at), first, last)


def places_educators(program: Program) -> bool:
    """Whether the learner is an educator, who is an adult."""
    return any(signer.role is Role.EDUCATOR for ask in program.asks for signer in ask.of)


def preview(program: Program, when: When, *, minor: bool, unheld: frozenset[Role] = frozenset()) -> Preview:
    """What a program would do on these days; nobody holds the `unheld` roles. Raises Refused when it cannot begin."""
    minor = minor and not places_educators(program)
    well = everybody_answers(program, when)
    answered = _run(program, when, well, minor=minor, unheld=unheld)
    silent = [
        course
        for one in tries(program, when)
        if (course := _silent(one, _run(program, when, one.plan, minor=minor, unheld=unheld, about=one))) is not None
    ]
    return Preview(
        program=program.id,
        version=program.version,
        title=program.title,
        lifecycle=program.lifecycle,
        time_zone=program.calendar.time_zone,
        begins_at=when.begins_at,
        until=_until(program, when),
        start=when.start,
        end=when.end,
        minor=minor,
        answered=_course("answered", answered),
        silent=tuple(silent),
    )


def _course(name: str, walked: Walked) -> Course:
    return Course(
        name=name,
        lines=walked.lines,
        state=walked.case.state,
        reason=walked.case.reason,
        outcome_at=walked.outcome_at,
    )


def _silent(one: Try, walked: Walked) -> Course | None:
    """What happens to the asks that nobody answers; None when they are never asked on these days."""
    if not any(line.ask_id in one.shown for line in walked.lines):
        return None
    first = next(n for n, line in enumerate(walked.lines) if line.ask_id in one.shown or line.how == "said")
    about = {walked.case.program.by_id[id_].given for id_ in one.shown}
    kept = [
        line
        for number, line in enumerate(walked.lines)
        if line.ask_id in one.shown
        or line.how == "said"
        or (line.day is not None and line.ask_id in about)
        or (line.ask_id is None and number > first)
    ]
    return _course(one.name, walked).changed(lines=tuple(kept), silent=tuple(sorted(one.shown & one.plan.silent)))


def _run(
    program: Program, when: When, plan: Plan, *, minor: bool, unheld: frozenset[Role], about: Try | None = None
) -> Walked:
    command = OPENINGS[program.lifecycle](program, when, _team(program, minor=minor, unheld=unheld))
    if isinstance(command, Propose):
        command = command.changed(minor=minor, applied=_applies(program, about))
    return walk(LIFECYCLES[program.lifecycle], command, when.begins_at, plan, _until(program, when))


def _until(program: Program, when: When) -> datetime:
    return when.begins_at + LOOKED_AT.get(program.lifecycle, FOR_LONG)


def _applies(program: Program, about: Try | None) -> bool:
    """Whether the learner applies: where the program knows no other way, or where it is about an application."""
    kinds = {program.by_id[id_].kind for id_ in about.shown} if about is not None else set[RequestKind]()
    way = {RequestKind.APPLICATION_REVIEW, RequestKind.APPLICATION_DECISION, RequestKind.INTERVIEW}
    return bool(kinds & way) or not program.of_kind(RequestKind.HOST_CONFIRMATION)


def _team(program: Program, *, minor: bool, unheld: frozenset[Role]) -> dict[Role, str]:
    """Everybody is there, under the name of their role: the learner as the program asks them, a guardian of a minor."""
    absent = {Role.STUDENT if places_educators(program) else Role.EDUCATOR, *unheld}
    if program.lifecycle == "opportunity":
        absent |= LEARNERS
    if not minor:
        absent.add(Role.GUARDIAN)
    return {role: role.value for role in Role if role not in absent}


# --- how a case begins ----------------------------------------------------------------------------------------------


def _placement(program: Program, when: When, team: dict[Role, str]) -> Propose:
    return Propose(
        placement_id="placement",
        learner_id="learner",
        opportunity_id="opportunity",
        host_id="host",
        program=program,
        start=when.start,
        end=when.end,
        minor=False,
        team=team,
    )


def _opportunity(program: Program, when: When, team: dict[Role, str]) -> ProposeOpportunity:
    return ProposeOpportunity(
        opportunity_id="opportunity",
        host_id="host",
        program=program,
        program_id="program",
        proposed_by=Role.WORKSITE_SUPERVISOR,
        seats=1,
        start=when.start,
        end=when.end,
        closes_at=instant(program.calendar.time_zone, when.end, program.calendar.due_at),
        team=team,
    )


def _partnership(program: Program, _: When, team: dict[Role, str]) -> ContactHost:
    return ContactHost(partnership_id="partnership", host_id="host", program=program, team=team)


def _incident(program: Program, when: When, team: dict[Role, str]) -> OpenIncident:
    return OpenIncident(
        incident_id="incident",
        placement_id="placement",
        learner_id="learner",
        host_id="host",
        severity=Severity.MEDIUM,
        category="injury",
        program=program,
        minor=Role.GUARDIAN in team,
        team=team,
        day=site_day(program.calendar.time_zone, when.begins_at),
        clock=REAL,
    )


OPENINGS: dict[str, Callable[[Program, When, dict[Role, str]], Any]] = {
    "placement": _placement,
    "opportunity": _opportunity,
    "partnership": _partnership,
    "incident": _incident,
}
"""Lifecycle -> the command with which a case of it begins."""
