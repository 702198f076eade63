"""A case that is really run on the pure core, by people who answer on the day or never: what happens, line by line."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from lifecycle.deadlines import due_at
from lifecycle.preview_posting import Post
from lifecycle.registry import Lifecycle
from schemas.case import Case, Request
from schemas.effects import ClaimSeatEffect, Effect, Notify, Outcome, Screened, ScreenOpportunity, SeatAnswer
from schemas.placement_commands import Submit
from schemas.preview import How, Line
from schemas.problems import Refused
from schemas.program_kinds import EXPIRING, RENEWS
from schemas.request_events import (
    RequestEscalated,
    RequestEvent,
    RequestMoved,
    RequestNotProvided,
    RequestOpened,
    RequestOverdue,
    RequestReassigned,
    RequestReminded,
    RequestReopened,
    RequestReturned,
    RequestSubmitted,
    RequestTold,
    RequestWithdrawn,
)
from schemas.vocabulary import RequestKind as K

SOON, SOONER = timedelta(hours=1), timedelta(minutes=30)
"""How long somebody who answers takes; sooner where hours count."""

MOST = 5000
"""More steps than any case needs."""

YES: dict[K, str] = {
    K.APPLICATION_REVIEW: "offer",
    K.APPLICATION_DECISION: "offer",
    K.INTERVIEW: "offer",
    K.HOST_CONFIRMATION: "accept",
    K.OFFER_ACCEPTANCE: "accept",
    K.GUARDIAN_CONSENT: "consent",
    K.WORK_PERMIT: "granted",
    K.CLEARANCE: "cleared",
    K.SITE_VETTING: "approved",
    K.FIRST_DAY: "started",
    K.NO_SHOW_FOLLOW_UP: "started",
    K.HOURS_APPROVAL: "approve",
    K.HOURS_DISPUTE: "confirmed",
    K.ABSENCE_FOLLOW_UP: "returns",
    K.RENEWAL: "renewed",
    K.SUPERVISOR_CHECK: "same",
    K.NEW_SUPERVISOR: "named",
    K.SUSPENSION_REVIEW: "resume",
    K.SUCCESSION: "found",
    K.VIOLATION_REVIEW: "settled",
    K.DESIGN: "designed",
    K.CURRICULUM_REVIEW: "approve",
    K.SAFETY_REVIEW: "allowed",
    K.OPPORTUNITY_REVIEW: "open",
    K.HOST_INTEREST: "interested",
    K.OUTREACH: "interested",
    K.INSURANCE: "provided",
    K.SAFETY_CHECK: "passed",
    K.PARTNERSHIP_AGREEMENT: "sign",
    K.PARTNERSHIP_RENEWAL: "renew",
    K.HOST_AGAIN: "again",
    K.INCIDENT_ACKNOWLEDGEMENT: "acknowledged",
    K.INCIDENT_REPORT: "low",
    K.INCIDENT_REVIEW: "close",
}
"""The decision by which things go on."""

HOWS: dict[type, How] = {
    RequestOpened: "asked",
    RequestReminded: "reminded",
    RequestEscalated: "escalated",
    RequestTold: "told",
    RequestOverdue: "overdue",
    RequestSubmitted: "answered",
    RequestNotProvided: "closed",
    RequestWithdrawn: "withdrawn",
    RequestReassigned: "reassigned",
    RequestMoved: "moved",
    RequestReturned: "returned",
    RequestReopened: "returned",
}


class Plan(NamedTuple):
    """How people behave: which asks nobody answers, which decisions differ from `YES`, and what somebody says when.

    `valid_until` is the last day of what an ask hands in; `hazards` is what the law restricts in a description.
    """

    silent: frozenset[str] = frozenset()
    instead: Mapping[K, str] = {}
    says: tuple[tuple[datetime, Any], ...] = ()
    valid_until: Callable[[Case[Any], Request], date | None] = lambda _, __: None
    hazards: tuple[str, ...] = ()


class Walked(NamedTuple):
    """What came of it: the lines in order, the case in the end, and when its outcome was known, if it was."""

    lines: tuple[Line, ...]
    case: Case[Any]
    outcome_at: datetime | None


def walk(lifecycle: Lifecycle[Any], command: Any, at: datetime, plan: Plan, until: datetime) -> Walked:
    """Run a case from its first command on, to its end or to `until`. Raises Refused when it cannot begin."""
    run = _Run(lifecycle, plan)
    run.begin(command, at)
    for _ in range(MOST):
        step = run.next_step()
        if step is None or step[0] > until or lifecycle.is_over(run.case, run.at):
            break
        run.say(*step)
    return Walked(tuple(run.lines), run.case, run.outcome_at)


class _Run:
    """A case on its way."""

    def __init__(self, lifecycle: Lifecycle[Any], plan: Plan) -> None:
        self.lifecycle, self.plan = lifecycle, plan
        self.case: Any = None
        self.lines: list[Line] = []
        self.says = list(plan.says)
        self.never: set[str] = set()
        self.outcome_at: datetime | None = None
        self.heard: dict[str, datetime] = {}

    def begin(self, command: Any, at: datetime) -> None:
        self.at = at
        self.case, events = self.lifecycle.begin(command, at)
        self.lines.append(Line(at=at, how="state", state=self.case.state))
        self._follow([(event, self.case) for event in events], Post(self.lifecycle, at, by_time=False))

    def say(self, at: datetime, command: Any) -> None:
        """Say a command; one that is refused is not said again."""
        self.at = max(at, self.at)
        if self.says and self.says[0][1] is command:
            self.says.pop(0)
            day = getattr(command, "end", None) or getattr(command, "resume_by", None)
            self.lines.append(Line(at=self.at, how="said", command=command.name, day=day))
        try:
            story = self.lifecycle.decide(self.case, command, self.at)
        except Refused:
            if isinstance(command, Submit):
                self.never.add(command.request_id)
            return
        before = self.case.state
        self.case = story.case
        post = Post(self.lifecycle, self.at, by_time=command is self.lifecycle.tick)
        self._follow(list(zip(story.events, story.passed, strict=True)), post, before)

    def _follow(self, told: list[tuple[Any, Any]], post: Post, before: str | None = None) -> None:
        at = self.at
        learned: list[Any] = []
        for event, case in told:
            first = len(self.lines)
            self.lines += _lines(event, case, at)
            if before is not None and case.state != before:
                self.lines.append(Line(at=at, how="state", state=case.state, was=before, reason=case.reason))
                before = case.state
            effects = self.lifecycle.effects(case, event)
            for effect in effects:
                self.lines += _sent(effect, case, at)
                outcome = _outcome(effect, self.plan)
                if outcome is not None:
                    learned.append(self.lifecycle.learned(effect, outcome))
            post.expect(self.lines, first, effects)
        self.heard.update(post.send(self.lines, self.case))
        if self.outcome_at is None and self.case.exited is not None:
            self.outcome_at = at
        for command in learned:
            self.say(at, command)

    def next_step(self) -> tuple[datetime, Any] | None:
        """What is said next: by somebody whose turn it is, or by time."""
        steps = [*self.says[:1], *self._answers()]
        due = self.lifecycle.next_due(self.case)
        if due is not None:
            steps.append((due, self.lifecycle.tick))
        return min(steps, key=lambda step: step[0], default=None)

    def _answers(self) -> Iterator[tuple[datetime, Submit]]:
        for request in self.case.open_requests:
            if request.ask_id in self.plan.silent or request.id in self.never:
                continue
            soon = SOONER if self.case.program.by_id[request.ask_id].by_the_clock else SOON
            asked = request.asked[-1].at
            yield max(asked, self.heard.get(request.id, asked)) + soon, self._answer(request)

    def _answer(self, request: Request) -> Submit:
        until = self.plan.valid_until(self.case, request) if request.kind in EXPIRING | RENEWS else None
        return Submit(
            request_id=request.id,
            person_id=request.person_id,
            submission_id=f"s-{request.id}",
            decision=self.plan.instead.get(request.kind, YES.get(request.kind)),
            valid_until=until,
        )


def _lines(event: Any, case: Case[Any], at: datetime) -> Iterator[Line]:
    kind: type[Any] = event.__class__
    how = HOWS.get(kind)
    if how is None or not isinstance(event, RequestEvent):
        return
    request = case.request(event.request_id)
    if request is None:
        return
    holder = request.answered_by if how == "answered" else None
    owner = holder or request.holders[-1]
    dated = how in ("asked", "moved", "returned")
    yield Line(
        at=at,
        how=how,
        ask_id=request.ask_id,
        kind=request.kind,
        number=request.number,
        role=getattr(event, "role", None) or owner.role,
        holder=getattr(event, "person_id", None) or owner.person_id,
        due_at=due_at(case, request) if dated else None,
        day=request.valid_until if how == "answered" else None,
    )


def _sent(effect: Effect, case: Case[Any], at: datetime) -> Iterator[Line]:
    if isinstance(effect, Notify) and effect.request_id is None:
        yield Line(
            at=at, how="sent", message=effect.message, role=effect.role, holder=effect.person_id, state=case.state
        )


def _outcome(effect: Effect, plan: Plan) -> Outcome | None:
    """What the world answers at once: there is a seat, and the law restricts what the plan says."""
    if isinstance(effect, ClaimSeatEffect):
        return SeatAnswer(key=effect.key, granted=True)
    if isinstance(effect, ScreenOpportunity):
        return Screened(key=effect.key, hazards=plan.hazards)
    return None
