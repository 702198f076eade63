# pyright: reportIncompatibleVariableOverride=false
"""What outsiders see of a lifecycle: the JSON of the read API and of the snapshots in Postgres."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from schemas.base import Code, Frozen
from schemas.case import Asked
from schemas.clock import EPOCH
from schemas.vocabulary import OpportunityState, PlacementState, RecordState, RequestKind, Role, SeatState


class RequestView(Frozen):
    """One request with its deadlines (aware, UTC, on the program's clock). `upcoming` ones are not asked yet.

    One that was given up is still taken until `late_until`.
    """

    id: str
    kind: RequestKind
    form: str
    role: Role
    person_id: str | None
    state: Literal["upcoming", "open", "submitted", "waived", "withdrawn", "not_provided"]
    opens_at: AwareDatetime | None
    due_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    overdue: bool = False
    blocks: bool = True
    number: int = 1
    holders: tuple[str, ...] = ()
    submission_id: str | None = None
    asked: tuple[Asked, ...] = ()
    late_until: AwareDatetime | None = None
    valid_until: date | None = None
    visit_on: date | None = None
    snoozed_until: date | None = None


class CaseView(Frozen):
    """What every lifecycle shows. `outcome` is the terminal state's code once it has ended.

    Whom and what it is about (`learner_id` to `end`) is there where the lifecycle has it: a lifecycle's own view says
    which of it is always there (views are frozen, so narrowing is safe) and which never. On `days_off` nobody is asked.
    """

    id: str
    state: str
    program: str
    program_version: str
    time_zone: str
    days_off: tuple[date, ...] = ()
    link_days: int
    speed: float
    program_epoch: AwareDatetime
    real_epoch: AwareDatetime
    learner_id: str | None
    opportunity_id: str | None
    host_id: str | None
    start: date | None
    end: date | None
    team: dict[Role, str]
    requests: tuple[RequestView, ...]
    awaiting: tuple[str, ...]
    next_due_at: AwareDatetime | None
    overdue: bool
    story: str
    reason: str | None
    outcome: str | None

    @property
    def ended_as(self) -> str | None:
        """The code of its end, or None while it goes on."""
        return self.outcome

    def request(self, request_id: str | None) -> RequestView | None:
        """The request of that id, or None."""
        return next((one for one in self.requests if one.id == request_id), None)


class PlacementView(CaseView):
    """A placement as the read API shows it."""

    state: PlacementState
    learner_id: str
    opportunity_id: str
    host_id: str
    start: date
    end: date
    minor: bool
    seat: SeatState
    outcome: PlacementState | None
    record: RecordState = RecordState.OPEN
    blocked: bool = False
    suspended_until: date | None = None
    incidents: tuple[str, ...] = ()
    successor_id: str | None = None


class OpportunityView(CaseView):
    """An opportunity as the read API shows it; `program` is what it offers, `development` what it is developed by.

    `held` are the placements that hold a seat, `waiting` those in line, `learner_id` who found it, if a learner did.
    One kept before opportunities asked people for forms has no requests.
    """

    state: OpportunityState
    program_version: str = ""
    time_zone: str = "UTC"
    link_days: int = 30
    speed: float = 1
    program_epoch: AwareDatetime = EPOCH
    real_epoch: AwareDatetime = EPOCH
    learner_id: str | None = None
    opportunity_id: None = None
    host_id: str
    start: date
    end: date
    team: dict[Role, str] = Field(default_factory=dict[Role, str])
    requests: tuple[RequestView, ...] = ()
    awaiting: tuple[str, ...] = ()
    next_due_at: AwareDatetime | None = None
    overdue: bool = False
    reason: str | None = None
    outcome: OpportunityState | None = None
    development: str | None = None
    proposed_by: Role | None = None
    seats: int
    free: int
    held: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    closes_at: AwareDatetime | None = None
    hazards: tuple[Code, ...] = ()

    @property
    def ended_as(self) -> str | None:
        """The code of its end; a closed opportunity gives no seats any more."""
        return self.outcome or (self.state if self.state is OpportunityState.CLOSED else None)


class PartnershipView(CaseView):
    """A partnership as the read API shows it: where a host stands with the intermediary.

    `start` is the day of the first contact, `end` the last day of the agreement. `may_host`: learners can be proposed
    there. `blocked_by` names the asks whose documents are missing or expired, `valid_until` until when the others hold.
    """

    learner_id: None = None
    opportunity_id: None = None
    host_id: str
    start: date | None = None
    end: date | None = None
    may_host: bool = False
    blocked: bool = False
    blocked_by: tuple[str, ...] = ()
    valid_until: dict[str, date] = Field(default_factory=dict[str, date])
    last_heard: date | None = None
    unanswered: int = 0
    leaving: bool = False
    again_on: date | None = None
    placements: int = 0


class IncidentView(CaseView):
    """An incident as the read API shows it: codes only, what happened stays in the forms' answers."""

    placement_id: str
    learner_id: str
    opportunity_id: str | None = None
    host_id: str | None = None
    start: date | None = None
    end: date | None = None
    severity: Code
