"""How people act in a random life: who answers what and when, and what managers, employers and families want."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from lifecycle.answers import DECISIONS
from lifecycle.calendars import site_day
from lifecycle.transitions import ALLOWED
from schemas.case import Request
from schemas.change_commands import (
    AdoptProgram,
    CancelByEmployer,
    CancelByProgram,
    Extend,
    PauseDays,
    PlanShifts,
    RecheckWork,
    ReplaceSupervisor,
    ReportIncident,
    Resume,
    ScheduleVisit,
    Shorten,
    SupervisorLeft,
    Suspend,
    Terminate,
    Transfer,
)
from schemas.placement_commands import (
    AcceptOffer,
    ConfirmAttendance,
    DeclineOffer,
    Disclaim,
    MakeOffer,
    PlacementCommand,
    ReportMissed,
    Resend,
    Return,
    Snooze,
    Submit,
    Waive,
    Withdraw,
)
from schemas.program_kinds import EXPIRING, STAGE_KINDS
from schemas.vocabulary import DisclaimReason, RequestState, Role, Severity
from schemas.vocabulary import RequestKind as K
from tests.lifecycle.watched import Watched
from tests.lives.programs import next_version

SUPERVISORS = ("sup-1", "sup-2", "sup-3", "sup-4")
TEAM = {
    Role.STUDENT: "lrn-1",
    Role.GUARDIAN: "grd-1",
    Role.WORKSITE_SUPERVISOR: "sup-1",
    Role.ALTERNATE_SUPERVISOR: "sup-2",
    Role.SITE_CONTACT: "site-1",
    Role.CAREER_SPECIALIST: "cs-1",
    Role.COORDINATOR: "co-1",
    Role.TEACHER: "tea-1",
    Role.PROGRAM_MANAGER: "pm-1",
    Role.ENGAGEMENT_MANAGER: "em-1",
}
NEEDED = frozenset({Role.STUDENT, Role.GUARDIAN, Role.WORKSITE_SUPERVISOR, Role.CAREER_SPECIALIST})
GOES_WELL: dict[K, tuple[str, ...]] = {
    K.APPLICATION_REVIEW: ("offer", "interview", "under_review"),
    K.APPLICATION_DECISION: ("offer", "interview"),
    K.INTERVIEW: ("offer",),
    K.HOST_CONFIRMATION: ("accept",),
    K.OFFER_ACCEPTANCE: ("accept",),
    K.GUARDIAN_CONSENT: ("consent",),
    K.WORK_PERMIT: ("granted",),
    K.CLEARANCE: ("cleared",),
    K.SITE_VETTING: ("approved",),
    K.FIRST_DAY: ("started",),
    K.NO_SHOW_FOLLOW_UP: ("started", "no_show"),
    K.HOURS_APPROVAL: ("approve",),
    K.HOURS_DISPUTE: ("corrected", "confirmed"),
    K.ABSENCE_FOLLOW_UP: ("returns",),
    K.RENEWAL: ("renewed",),
    K.SUPERVISOR_CHECK: ("same",),
    K.NEW_SUPERVISOR: ("named",),
    K.SUSPENSION_REVIEW: ("resume", "prolong"),
    K.SUCCESSION: ("found",),
    K.VIOLATION_REVIEW: ("settled",),
}
DAY = timedelta(days=1)


def delay(random: Random, diligence: float) -> timedelta | None:
    """How long somebody takes to answer; None: never. The more diligent, the likelier within two days."""
    chance = random.random()
    if chance < diligence:
        return timedelta(minutes=random.randint(1, 40 * 60))
    if chance < 1 - (1 - diligence) / 2:
        return timedelta(hours=random.randint(48, 30 * 24))
    return None


def answer(random: Random, life: Watched, request_id: str, person_id: str) -> PlacementCommand:
    """What a person sends: mostly the right form with the usual decision, at times another, or as somebody else."""
    request = life.placement.request(request_id)
    if request is None or random.random() < 0.04:
        person_id = random.choice(sorted(TEAM.values()))
    kind = request.kind if request is not None else K.CHECK_IN
    return Submit(
        request_id=request_id,
        person_id=person_id,
        submission_id=f"s-{len(life.events)}-{request_id}",
        decision=_decision(random, kind),
        valid_until=_valid_until(random, life, kind),
    )


BEFORE_WORK = STAGE_KINDS["matching"] | STAGE_KINDS["preparation"]
"""What is nearly always answered, and well: most of what can happen comes after it."""


def diligent(request_kind: K, diligence: float) -> float:
    """How diligently a kind is answered."""
    return max(diligence, 0.96) if request_kind in BEFORE_WORK else diligence


def _decision(random: Random, kind: K) -> str | None:
    if random.random() < (0.97 if kind in BEFORE_WORK else 0.8):
        return random.choice(GOES_WELL.get(kind, (None,)))
    return random.choice([*sorted(DECISIONS.get(kind, ())), None])


def _valid_until(random: Random, life: Watched, kind: K) -> date | None:
    if kind not in EXPIRING | {K.RENEWAL} or random.random() < 0.2:
        return None
    return today(life) + timedelta(days=random.choice((-3, 5, 20, 60, 200, 365)))


def today(life: Watched) -> date:
    """The site day."""
    return site_day(life.placement.program.calendar.time_zone, life.at)


def _some_request(random: Random, life: Watched, *states: RequestState) -> Request:
    """Mostly one of those that stand so; the newest are the likeliest."""
    fit = [one for one in life.placement.requests if one.state in states]
    every = fit if fit and random.random() < 0.9 else life.placement.requests
    return random.choice(every[-8:])


def _disclaim(request: Request, random: Random) -> PlacementCommand:
    """One of those who are asked says that somebody else should answer."""
    holder = random.choice(request.holders)
    return Disclaim(request_id=request.id, person_id=holder.person_id, reason=random.choice(tuple(DisclaimReason)))


def _snooze(request: Request, random: Random, life: Watched) -> PlacementCommand:
    """Whoever is asked wants to be reminded later."""
    until = today(life) + timedelta(days=random.randint(0, 8))
    return Snooze(request_id=request.id, person_id=request.person_id, until=until)


def _late(random: Random, life: Watched) -> PlacementCommand:
    """The final evaluation comes after all."""
    finals = life.placement.of_kind(K.FINAL_EVALUATION)
    request = finals[-1] if finals else _some_request(random, life)
    return answer(random, life, request.id, request.person_id)


def _suspend(random: Random, life: Watched) -> PlacementCommand:
    return Suspend(reason="leave", resume_by=today(life) + timedelta(days=random.randint(1, 40)))


def _pause(random: Random, life: Watched) -> PlacementCommand:
    first = today(life) + timedelta(days=random.randint(-1, 10))
    return PauseDays(first=first, last=first + timedelta(days=random.choice((0, 0, 1, 4, 12))), reason="snow_day")


def _visit(random: Random, life: Watched) -> PlacementCommand:
    visits = [one for one in life.placement.open_requests if one.kind is K.SITE_VISIT]
    request = visits[-1] if visits else _some_request(random, life)
    return ScheduleVisit(request_id=request.id, day=today(life) + timedelta(days=random.randint(0, 20)))


def _incident(random: Random, life: Watched) -> PlacementCommand:
    return ReportIncident(
        incident_id=f"inc-{random.randint(1, 3)}-of-{life.placement.id}",
        severity=random.choice(list(Severity)),
        category="injury",
    )


def _shifts(random: Random, life: Watched) -> PlacementCommand:
    first = today(life) + timedelta(days=random.randint(0, 10))
    return PlanShifts(first=first, last=first + timedelta(days=random.randint(0, 6)))


MANY: tuple[Callable[[Random, Watched], PlacementCommand], ...] = (
    lambda random, life: Extend(end=life.placement.end + timedelta(days=random.randint(1, 45))),
    lambda random, life: Shorten(end=life.placement.end - timedelta(days=random.randint(1, 30))),
    _pause,
    lambda random, life: _snooze(_some_request(random, life, RequestState.OPEN), random, life),
    _suspend,
    lambda _, __: Resume(),
    lambda random, _: ReplaceSupervisor(person_id=random.choice(SUPERVISORS)),
    lambda _, __: SupervisorLeft(),
    _visit,
    _visit,
    _incident,
    _shifts,
    lambda _, __: RecheckWork(),
    lambda _, __: ReportMissed(),
    lambda random, life: Waive(request_id=_some_request(random, life, RequestState.OPEN).id, reason="not_needed"),
    lambda random, life: Return(request_id=_some_request(random, life, RequestState.SUBMITTED).id, reason="unclear"),
    lambda random, life: _disclaim(_some_request(random, life, RequestState.OPEN), random),
    lambda random, life: Resend(request_id=_some_request(random, life, RequestState.OPEN).id),
    _late,
    _late,
    lambda random, life: AdoptProgram(program=next_version(life.placement.program, random)),
    lambda _, __: ConfirmAttendance(),
    lambda _, __: MakeOffer(),
    lambda _, __: AcceptOffer(),
)
"""What happens now and then, and the life goes on."""

FEW: tuple[Callable[[Random, Watched], PlacementCommand], ...] = (
    lambda _, __: Withdraw(reason="moved_away"),
    lambda _, __: DeclineOffer(),
    lambda _, __: Terminate(reason="misconduct"),
    lambda _, __: CancelByEmployer(reason="closing"),
    lambda _, __: CancelByProgram(reason="no_funding"),
    lambda random, _: Transfer(successor_id=random.choice(("pl-2", "pl-1"))),
)
"""What ends it."""


def whim(random: Random, life: Watched) -> PlacementCommand:
    """What somebody comes up with; mostly something that makes sense where the placement stands."""
    for _ in range(6):
        command = random.choice(MANY if random.random() < 0.85 else FEW)(random, life)
        if life.state in ALLOWED[command.name]:
            return command
    return command
