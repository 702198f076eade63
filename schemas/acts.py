"""How a command reaches a lifecycle and what comes back: the envelope, the facts, the batch and the answer."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from schemas.base import Frozen, Id, LifecycleName
from schemas.effects import Effect, Outcome
from schemas.incident import IncidentCommand, IncidentOpening
from schemas.opportunity import OpportunityCommand, OpportunityOpening
from schemas.partnership import PartnershipCommand, PartnershipOpening
from schemas.placement_commands import Opening, PlacementCommand
from schemas.vocabulary import Role


class By(Frozen):
    """Who or what caused an event: a person through a form, the API, another lifecycle, or time."""

    kind: Literal["form", "api", "lifecycle", "time"]
    person_id: Id | None = None
    role: Role | None = None


TIME = By(kind="time")

Command = PlacementCommand | OpportunityCommand | PartnershipCommand | IncidentCommand
COMMANDS: dict[LifecycleName, TypeAdapter[Command]] = {
    "placement": TypeAdapter(PlacementCommand),
    "opportunity": TypeAdapter(OpportunityCommand),
    "partnership": TypeAdapter(PartnershipCommand),
    "incident": TypeAdapter(IncidentCommand),
}
"""What each lifecycle may be asked."""


class Act(Frozen):
    """One command on its way to a lifecycle. `id` makes it happen once; `payload_hash` tells a repeat from a conflict.

    `recorded` is the highest sequence number the caller knows to be in Postgres (0 for none); the lifecycle forgets
    the facts up to it.
    """

    id: str
    payload_hash: str
    by: By
    recorded: int = 0
    command: Annotated[Command, Field(union_mode="left_to_right")]


class SeveralActs(Frozen):
    """Acts that wait for one lifecycle, in their order: each is taken as if it came alone, up to the first refusal.

    `recorded` as in an act that comes alone; theirs are not looked at.
    """

    recorded: int = 0
    acts: tuple[Act, ...] = Field(min_length=1)


class Fact(Frozen):
    """One event of one lifecycle, ready to be kept and published. Key: lifecycle, id, epoch, seq (from 1)."""

    lifecycle: LifecycleName
    id: Id
    epoch: int
    seq: int
    type: str
    at: AwareDatetime
    by: By
    data: dict[str, Any]


class Batch(Frozen):
    """Facts that may not be in Postgres yet, the view after the last of them, and effects to carry out."""

    lifecycle: LifecycleName
    id: Id
    epoch: int
    seq: int
    facts: tuple[Fact, ...]
    view: dict[str, Any]
    effects: tuple[Effect, ...] = ()


class Carried(Frozen):
    """What came of a batch's effects, in their order."""

    outcomes: tuple[Outcome, ...]


class Answer(Frozen):
    """What a lifecycle answers to an act. `batch` holds what the caller may record at once."""

    status: Literal["applied"] = "applied"
    duplicate: bool = False
    lifecycle: LifecycleName
    id: Id
    state: str
    batch: Batch | None = None


class Refusal(Frozen):
    """A lifecycle's no to one of several acts: a code of `ProblemCode`, and one sentence without personal data."""

    status: Literal["refused"] = "refused"
    code: str
    message: str


class SeveralAnswers(Frozen):
    """What a lifecycle answers to the acts it settled, in their order, without batches; and the batch after them.

    Only the last may be a refusal; acts after it were not looked at.
    """

    answers: tuple[Annotated[Answer | Refusal, Field(discriminator="status")], ...]
    batch: Batch


class Delivery(Frozen):
    """What the inbox keeps to deliver: an opening (starts the lifecycle's workflow) or an act (a named Update)."""

    lifecycle: LifecycleName
    id: Id
    opening: Opening | OpportunityOpening | PartnershipOpening | IncidentOpening | None = None
    act: Act | None = None

    @property
    def name(self) -> str:
        """The command's name, which is also the Update's."""
        if self.act is not None:
            return self.act.command.name
        if self.opening is not None:
            return self.opening.command.name
        raise ValueError("a delivery carries an opening or an act")
