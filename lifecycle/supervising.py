"""Decisions while a learner is about to work or works: other days, a halt, other people, hours, incidents, the law."""

from datetime import date
from typing import Any

from lifecycle.deadlines import person_for
from lifecycle.documents import valid_until
from lifecycle.planning import request_id
from lifecycle.requests import awaited, case_name, say_what_moves, unfilled, withdraw
from lifecycle.story import Story
from lifecycle.suspending import goes_on, suspend, today
from lifecycle.transitions import GETTING_READY, IN_PROGRESS, WORKING
from schemas.asks import Ask
from schemas.case import Request
from schemas.change_commands import (
    AdoptProgram,
    CloseIncident,
    Extend,
    PauseDays,
    PlanShifts,
    RecordWork,
    ReplaceSupervisor,
    ReportIncident,
    ScheduleVisit,
    Shorten,
    SupervisorLeft,
)
from schemas.placement import Placement
from schemas.problems import ProblemCode, Refused
from schemas.request_events import ProgramAdopted, RequestReassigned, VisitScheduled
from schemas.supervision_events import (
    IncidentClosed,
    IncidentReported,
    PermitReckoned,
    PlacementExtended,
    PlacementPaused,
    PlacementShortened,
    RecheckDue,
    ShiftsPlanned,
    SupervisorDeparted,
    SupervisorReplaced,
    SupervisorSilent,
    ViolationDetected,
    ViolationPredicted,
    WorkRechecked,
)
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import RequestState, Role, Severity

P = Story[Placement]

STANDS_IN = (Role.ALTERNATE_SUPERVISOR, Role.SITE_CONTACT, Role.CAREER_SPECIALIST)
"""Who acts for a supervisor who left, the nearest first."""


# --- other days -----------------------------------------------------------------------------------------------------


def extend(story: P, command: Extend) -> None:
    """The last day moves later. Raises Refused when it does not."""
    before = story.case
    if command.end <= before.end:
        raise Refused(ProblemCode.INVALID, f"end: {command.end} is not after the present last day, {before.end}")
    event = PlacementExtended(at=story.at, end_before=before.end, end=command.end)
    say_what_moves(story, lambda: story.tell(event))


def shorten(story: P, command: Shorten) -> None:
    """The last day moves earlier, not into the past. Raises Refused."""
    before = story.case
    earliest = max(before.start, today(story))
    if command.end >= before.end:
        raise Refused(ProblemCode.INVALID, f"end: {command.end} is not before the present last day, {before.end}")
    if command.end < earliest:
        raise Refused(ProblemCode.INVALID, f"end: {command.end} is over; {earliest} is the earliest possible")
    event = PlacementShortened(at=story.at, end_before=before.end, end=command.end)
    say_what_moves(story, lambda: story.tell(event))


def pause(story: P, command: PauseDays) -> None:
    """Days on which no deadline runs; those that are paused already change nothing. Raises Refused for past days."""
    if command.last < today(story):
        raise Refused(ProblemCode.INVALID, f"last: {command.last} is over; pause days from {today(story)} on")
    if any(one.first <= command.first and command.last <= one.last for one in story.case.pauses):
        return
    event = PlacementPaused(at=story.at, first=command.first, last=command.last, reason=command.reason)
    say_what_moves(story, lambda: story.tell(event))


def adopt(story: Story[Any], command: AdoptProgram) -> None:
    """Another version of the program holds from now on. Raises Refused when an open request has no place in it."""
    before, after, name = story.case.program, command.program, case_name(story.case)
    if (after.id, after.lifecycle) != (before.id, before.lifecycle):
        raise Refused(ProblemCode.INVALID, f"program: {after.id} is another program than {before.id}")
    if after.version == before.version:
        raise Refused(ProblemCode.NOT_ALLOWED_NOW, f"{name} {story.case.id} runs by version {after.version} already")
    for request in story.case.requests:
        ask = after.by_id.get(request.ask_id)
        if ask is None or ask.kind is not request.kind:
            raise Refused(
                ProblemCode.INVALID,
                f"program: version {after.version} has no ask '{request.ask_id}' of kind {request.kind}, "
                f"which {request.id} was asked by; keep that ask, or let the {name} end by {before.version}",
            )
        if not _keeps_its_id(request, ask):
            raise Refused(
                ProblemCode.INVALID,
                f"program: version {after.version} would ask {request.id} again under another id, because '{ask.id}' "
                f"is asked of more or fewer roles, or repeats otherwise; let the {name} end by {before.version}",
            )
    if (missing := unfilled(story.case.changed(program=after))) is not None:
        raise Refused(ProblemCode.INVALID, f"program: '{missing[1]}' asks a {missing[0]}, and nobody is one here")
    event = ProgramAdopted(at=story.at, version_before=before.version, version=after.version, program=after)
    say_what_moves(story, lambda: story.tell(event))


def _keeps_its_id(request: Request, ask: Ask) -> bool:
    """Whether an ask still asks what was asked by it: a role that is asked no more is, as far as it was."""
    signers = [one for one in ask.of if one.role is request.role]
    return all(request_id(ask, one, request.number) == request.id for one in signers)


# --- other people ---------------------------------------------------------------------------------------------------


def replace(story: P, command: ReplaceSupervisor) -> None:
    """Another person supervises; what is open passes over. Raises Refused."""
    before = person_for(story.case, Role.WORKSITE_SUPERVISOR)
    if before is None:
        raise Refused(ProblemCode.INVALID, f"placement {story.case.id} has no worksite supervisor to replace")
    if command.person_id == before and not story.case.vacant:
        raise Refused(ProblemCode.INVALID, f"person_id: {before} is the supervisor already")
    story.tell(SupervisorReplaced(at=story.at, person_before=before, person_id=command.person_id))
    if command.person_id != before:
        _pass_over(story, before, command.person_id)
    withdraw(story, (K.NEW_SUPERVISOR, K.SUPERVISOR_CHECK), "answered_otherwise")
    goes_on(story)


def departs(story: P, _: SupervisorLeft | None = None) -> None:
    """The supervisor is gone; somebody at the site stands in. Raises Refused when that is known already."""
    before = person_for(story.case, Role.WORKSITE_SUPERVISOR)
    if before is None or story.case.vacant:
        raise Refused(ProblemCode.NOT_ALLOWED_NOW, f"placement {story.case.id} waits for a new supervisor already")
    acting = next((one for role in STANDS_IN if (one := person_for(story.case, role)) not in (None, before)), None)
    if acting is None:
        raise Refused(
            ProblemCode.INVALID,
            f"placement {story.case.id} has nobody to stand in; name a new supervisor instead",
        )
    story.tell(SupervisorDeparted(at=story.at, person_before=before, person_id=acting))
    _pass_over(story, before, acting)
    withdraw(story, (K.SUPERVISOR_CHECK,), "answered_otherwise")
    if not story.case.program.of_kind(K.NEW_SUPERVISOR):
        suspend(story, "no_supervisor")


def can_stand_in(placement: Placement) -> bool:
    """Whether somebody can act for the supervisor until the program knows of another one, for whom it asks."""
    before = person_for(placement, Role.WORKSITE_SUPERVISOR)
    acting = (person_for(placement, role) for role in STANDS_IN)
    return (
        placement.state in GETTING_READY | IN_PROGRESS
        and not placement.vacant
        and bool(placement.program.of_kind(K.NEW_SUPERVISOR))
        and any(one not in (None, before) for one in acting)
    )


def _pass_over(story: P, before: str, person_id: str) -> None:
    role = Role.WORKSITE_SUPERVISOR
    for request in story.case.open_requests:
        if any(one.person_id == before and one.role is role for one in request.holders):
            story.tell(
                RequestReassigned(
                    at=story.at, request_id=request.id, person_before=before, person_id=person_id, role=role
                )
            )


def supervisor_is_silent(story: P, given_up: tuple[Request, ...]) -> None:
    """A supervisor who left some requests unanswered since somebody last looked may be gone: somebody looks again."""
    case, role = story.case, Role.WORKSITE_SUPERVISOR
    if not any(one.role is role for one in given_up) or not _is_worth_a_look(case):
        return
    looked = max((one.opened_at for one in case.of_kind(K.SUPERVISOR_CHECK)), default=case.requests[0].opened_at)
    silent = [
        one
        for one in case.requests
        if one.state is RequestState.NOT_PROVIDED
        and (one.closed_at or story.at) > looked
        and any(line.person_id == case.team.get(role) for line in one.holders)
    ]
    if len(silent) >= case.program.patience.unanswered:
        story.tell(SupervisorSilent(at=story.at))


def supervisor_is_unreachable(story: P, person_id: str) -> None:
    """A supervisor whose address takes no mail may be gone: somebody is asked to look."""
    if _is_worth_a_look(story.case) and story.case.team.get(Role.WORKSITE_SUPERVISOR) == person_id:
        story.tell(SupervisorSilent(at=story.at))


def _is_worth_a_look(placement: Placement) -> bool:
    """Whether it can matter who supervises, and nobody is asked already."""
    asks = placement.program.of_kind(K.SUPERVISOR_CHECK)
    asked = any(one.is_open for one in placement.of_kind(K.SUPERVISOR_CHECK))
    return bool(asks) and placement.state in WORKING and not placement.vacant and not asked


# --- visits, incidents, the law -------------------------------------------------------------------------------------


def schedule(story: P, command: ScheduleVisit) -> None:
    """A day is agreed for a visit. Raises Refused when no visit is asked for, or the day is over."""
    request = awaited(story.case, command.request_id)
    if request.kind is not K.SITE_VISIT:
        raise Refused(ProblemCode.INVALID, f"request_id: {request.id} is no site visit")
    if command.day < today(story):
        raise Refused(ProblemCode.INVALID, f"day: {command.day} is over")
    if request.visit_on != command.day:
        story.tell(VisitScheduled(at=story.at, request_id=request.id, day=command.day))


def report_incident(story: P, command: ReportIncident) -> None:
    """An incident's case opens; a grave one stops the work at once, though it is known to be grave only later."""
    if command.incident_id not in story.case.incidents:
        story.tell(
            IncidentReported(
                at=story.at,
                incident_id=command.incident_id,
                severity=command.severity,
                category=command.category,
                program=command.program,
            )
        )
    if command.severity is Severity.HIGH and story.case.state in (S.READY, S.ACTIVE, S.SUSPENDED):
        suspend(story, "incident")


def close_incident(story: P, command: CloseIncident) -> None:
    """An incident's case is closed; the last one lets the work go on."""
    if command.incident_id in story.case.incidents:
        story.tell(IncidentClosed(at=story.at, incident_id=command.incident_id))
        goes_on(story)


def plan_shifts(story: P, command: PlanShifts) -> None:
    """Shifts were planned. Raises Refused when the days are not in order."""
    if command.last < command.first:
        raise Refused(ProblemCode.INVALID, f"last: {command.last} is before first ({command.first})")
    story.tell(ShiftsPlanned(at=story.at, first=command.first, last=command.last))


def recheck(story: P) -> None:
    """What the law is asked by has changed; where there is, or will be, work, it is asked again."""
    if story.case.program.rules and story.case.state in GETTING_READY | WORKING:
        story.tell(RecheckDue(at=story.at))


def _reckon_permit(story: P, until: date | None) -> None:
    """By law the permit may end on another day than is written on it; its renewal is asked by that day."""
    program = story.case.program
    renewal = next((one for one in program.renewals if program.by_id[one.given or ""].kind is K.WORK_PERMIT), None)
    if not program.permits_by_law or until is None or renewal is None:
        return
    if until != valid_until(story.case, renewal):
        say_what_moves(story, lambda: story.tell(PermitReckoned(at=story.at, valid_until=until)))


def record_work(story: P, command: RecordWork) -> None:
    """What the law says of shifts: each broken limit is told once; several broken in logged hours stop the work."""
    known = {*story.case.predictions, *story.case.violations}
    new = [one for one in command.findings if one.id not in known]
    for one in new:
        event = ViolationPredicted if one.basis == "predicted" else ViolationDetected
        story.tell(event(at=story.at, violation=one))
    if command.recheck_on != story.case.recheck_on:
        story.tell(WorkRechecked(at=story.at, recheck_on=command.recheck_on))
    _reckon_permit(story, command.permit_until)
    detected = any(one.basis == "detected" for one in new)
    enough = len(story.case.violations) >= story.case.program.patience.violations
    if detected and enough and story.case.state is S.ACTIVE:
        suspend(story, "hours_violation")
