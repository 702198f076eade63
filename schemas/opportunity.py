"""A host's offer of seats: its state and commands. Titles, tasks and job skills stay in Postgres."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, SerializerFunctionWrapHandler, ValidatorFunctionWrapHandler, model_validator
from pydantic.functional_serializers import WrapSerializer
from pydantic.functional_validators import WrapValidator

from schemas.asks import Calendar, Slug
from schemas.base import Code, Frozen, Id, SiteDay
from schemas.case import Case
from schemas.checks import Finding, refuse_if_any
from schemas.clock import REAL, Clock
from schemas.placement_commands import Disclaim, RecordBounce, Resend, Return, Snooze, Submit, Waive
from schemas.programs import PinnedProgram, Program
from schemas.vocabulary import LEARNERS, OpportunityState, Role

NOTHING_ASKED = Program.made(
    id="none",
    version="0",
    title="Opened without development",
    lifecycle="opportunity",
    calendar=Calendar(time_zone="UTC"),
    stand_ins={},
    stages=(),
)
"""What holds for an opportunity that was opened directly: nobody is ever asked for anything."""


def _or_nothing(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    return NOTHING_ASKED if value is None or value is NOTHING_ASKED else handler(value)


def _none_for_nothing(value: Any, handler: SerializerFunctionWrapHandler) -> Any:
    return None if value is NOTHING_ASKED else handler(value)


DevelopmentProgram = Annotated[PinnedProgram, WrapValidator(_or_nothing), WrapSerializer(_none_for_nothing)]
"""The program by which an opportunity is developed; as JSON it is null when it was opened directly."""

Seats = Annotated[int, Field(ge=1, le=500)]


class Opportunity(Case[OpportunityState]):
    """The whole state; `start` and `end` are the first and last day at the worksite, `program_id` what is offered.

    `held` names the placements that hold a seat, `waiting` those in line for one, both in the order they came. No seat
    is given from `closes_at` on. `designs` counts how often the work was described; `screened` says whether the newest
    description was, `hazards` are the codes of what the law restricts in it. `learner_id` is who found it, if a learner
    did.
    """

    program: DevelopmentProgram = NOTHING_ASKED
    team: dict[Role, Id] = Field(default_factory=dict[Role, Id])
    host_id: Id
    program_id: Slug
    seats: int
    held: tuple[Id, ...] = ()
    waiting: tuple[Id, ...] = ()
    closes_at: AwareDatetime
    proposed_by: Role | None = None
    learner_id: Id | None = None
    designs: int = 0
    screened: bool = False
    hazards: tuple[Code, ...] = ()

    @property
    def free(self) -> int:
        """How many seats nobody holds."""
        return self.seats - len(self.held)


class OpenOpportunity(Frozen):
    """A host offers seats. `closes_at` is the end of the last day at the worksite (the gateway reckons it)."""

    name: Literal["open"] = "open"
    opportunity_id: Id
    host_id: Id
    program_id: Slug
    seats: Seats
    start: SiteDay
    end: SiteDay
    closes_at: AwareDatetime
    clock: Clock = REAL

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"end ({self.end}) is before start ({self.start})")
        return self


class ProposeOpportunity(Frozen):
    """A host, a learner or the staff propose an offer, to be developed by `program`. The gateway fills in the team.

    What a learner found (`learner_id`) has one seat, for that learner.
    """

    name: Literal["propose"] = "propose"
    opportunity_id: Id
    host_id: Id
    program: PinnedProgram
    program_id: Slug
    proposed_by: Role
    learner_id: Id | None = None
    seats: Seats
    start: SiteDay
    end: SiteDay
    closes_at: AwareDatetime
    team: dict[Role, Id]
    clock: Clock = REAL

    @model_validator(mode="after")
    def _fits(self) -> Self:
        learner_s = self.proposed_by in LEARNERS
        refuse_if_any(
            Finding((name,), message)
            for name, wrong, message in (
                ("end", self.end < self.start, f"is before start ({self.start})"),
                ("seats", learner_s and self.seats != 1, f"is {self.seats}; what a learner found has one seat"),
                ("learner_id", learner_s and self.learner_id is None, "is missing; send the learner who found it"),
                ("program", self.program.lifecycle != "opportunity", f"is of a {self.program.lifecycle}"),
            )
            if wrong
        )
        return self


class ApproveOpportunity(Frozen):
    """The reviewed offer is opened (said by other means than the form)."""

    name: Literal["approve"] = "approve"


class AmendOpportunity(Frozen):
    """The offer changes: other seats, other days. What is left out stays. The gateway reckons `closes_at`."""

    name: Literal["amend"] = "amend"
    seats: Seats | None = None
    start: SiteDay | None = None
    end: SiteDay | None = None
    closes_at: AwareDatetime | None = None


class ClaimSeat(Frozen):
    """A placement claims a seat; with `wait` it gets in line when none is free. Claiming again changes nothing."""

    name: Literal["claim_seat"] = "claim_seat"
    placement_id: Id
    wait: bool = False


class ReleaseSeat(Frozen):
    """A placement gives its seat, or its place in line, back; giving back again changes nothing."""

    name: Literal["release_seat"] = "release_seat"
    placement_id: Id


class CloseOpportunity(Frozen):
    """No more seats are given."""

    name: Literal["close"] = "close"


class RecordScreening(Frozen):
    """What the law restricts in the `design`th description (from an activity, never from outside)."""

    name: Literal["record_screening"] = "record_screening"
    design: int
    hazards: tuple[Code, ...]


class OpportunityTick(Frozen):
    """Time passed; do what is due."""

    name: Literal["tick"] = "tick"


OpportunityCommand = Annotated[
    OpenOpportunity
    | ProposeOpportunity
    | ApproveOpportunity
    | AmendOpportunity
    | ClaimSeat
    | ReleaseSeat
    | CloseOpportunity
    | Submit
    | Waive
    | Return
    | Resend
    | Disclaim
    | Snooze
    | RecordScreening
    | RecordBounce
    | OpportunityTick,
    Field(discriminator="name"),
]

INTERNAL = frozenset({"open", "propose", "record_screening", "record_bounce", "tick"})
"""Commands that never arrive as an Update."""


class OpportunityOpening(Frozen):
    """How an opportunity starts: the first command and the program instant at which it was accepted."""

    command: Annotated[OpenOpportunity | ProposeOpportunity, Field(discriminator="name")]
    at: AwareDatetime
