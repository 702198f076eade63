"""A host's offer of seats: its state, commands and events. Titles and job skills stay in Postgres."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from schemas.asks import Slug
from schemas.base import Frozen, Id, SiteDay
from schemas.clock import REAL, Clock
from schemas.request_events import Happened
from schemas.vocabulary import OpportunityState


class Opportunity(Frozen):
    """The whole state. `held` names the placements that hold a seat, in the order they claimed it."""

    id: Id
    state: OpportunityState
    host_id: Id
    program_id: Slug
    seats: int
    start: date
    end: date
    held: tuple[Id, ...] = ()
    clock: Clock = REAL
    closes_at: AwareDatetime
    entered_at: AwareDatetime
    seq: int = 0

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
    seats: Annotated[int, Field(ge=1, le=500)]
    start: SiteDay
    end: SiteDay
    closes_at: AwareDatetime
    clock: Clock = REAL

    @model_validator(mode="after")
    def _dates_in_order(self) -> "OpenOpportunity":
        if self.end < self.start:
            raise ValueError(f"end ({self.end}) is before start ({self.start})")
        return self


class ClaimSeat(Frozen):
    """A placement claims a seat; claiming again changes nothing."""

    name: Literal["claim_seat"] = "claim_seat"
    placement_id: Id


class ReleaseSeat(Frozen):
    """A placement gives its seat back; giving back again changes nothing."""

    name: Literal["release_seat"] = "release_seat"
    placement_id: Id


class CloseOpportunity(Frozen):
    """No more seats are given."""

    name: Literal["close"] = "close"


class OpportunityTick(Frozen):
    """Time passed; do what is due."""

    name: Literal["tick"] = "tick"


OpportunityCommand = Annotated[
    OpenOpportunity | ClaimSeat | ReleaseSeat | CloseOpportunity | OpportunityTick, Field(discriminator="name")
]


class OpportunityOpening(Frozen):
    """How an opportunity starts: the first command and the program instant at which it was accepted."""

    command: OpenOpportunity
    at: AwareDatetime


class OpportunityOpened(Happened):
    """A host offers seats."""

    type: Literal["opportunity.opened"] = "opportunity.opened"
    host_id: Id
    program_id: Slug
    seats: int
    start: date
    end: date


class SeatClaimed(Happened):
    """A placement holds a seat."""

    type: Literal["seat.claimed"] = "seat.claimed"
    placement_id: Id


class SeatReleased(Happened):
    """A placement gave its seat back."""

    type: Literal["seat.released"] = "seat.released"
    placement_id: Id


class OpportunityFilled(Happened):
    """The last seat is held."""

    type: Literal["opportunity.filled"] = "opportunity.filled"


class OpportunityReopened(Happened):
    """A seat is free again."""

    type: Literal["opportunity.reopened"] = "opportunity.reopened"


class OpportunityClosed(Happened):
    """No more seats are given."""

    type: Literal["opportunity.closed"] = "opportunity.closed"


OpportunityEvent = Annotated[
    OpportunityOpened | SeatClaimed | SeatReleased | OpportunityFilled | OpportunityReopened | OpportunityClosed,
    Field(discriminator="type"),
]
