"""What can happen to an opportunity. Each goes out as a CloudEvent `org.journeywork.<type>`."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.asks import Slug
from schemas.base import Code, Id
from schemas.request_events import AnyRequestEvent, Happened
from schemas.vocabulary import Role


class OpportunityProposed(Happened):
    """Somebody proposes an offer; the host is asked to describe the work."""

    type: Literal["opportunity.proposed"] = "opportunity.proposed"
    host_id: Id
    program_id: Slug
    development: str
    proposed_by: Role
    learner_id: Id | None = None
    seats: int
    start: date
    end: date


class OpportunityDesigned(Happened):
    """The work was described; it is screened and reviewed."""

    type: Literal["opportunity.designed"] = "opportunity.designed"


class OpportunityScreened(Happened):
    """The description was held against the law; `hazards` are the codes of what it restricts."""

    type: Literal["opportunity.screened"] = "opportunity.screened"
    hazards: tuple[Code, ...]


class HazardFound(Happened):
    """The law restricts something in the work for learners under age."""

    type: Literal["hazard.found"] = "hazard.found"
    hazards: tuple[Code, ...]


class OpportunityReturned(Happened):
    """The description is given back to be put right (`reason`)."""

    type: Literal["opportunity.returned"] = "opportunity.returned"
    reason: Code


class OpportunityReviewed(Happened):
    """Curriculum and safety are settled; whoever opens offers decides."""

    type: Literal["opportunity.reviewed"] = "opportunity.reviewed"


class OpportunityDeclined(Happened):
    """The offer will not be opened (`reason` says why)."""

    type: Literal["opportunity.declined"] = "opportunity.declined"
    reason: Code


class OpportunityOpened(Happened):
    """A host offers seats."""

    type: Literal["opportunity.opened"] = "opportunity.opened"
    host_id: Id
    program_id: Slug
    seats: int
    start: date
    end: date


class OpportunityAmended(Happened):
    """The offer changed; everything is as it is from now on."""

    type: Literal["opportunity.amended"] = "opportunity.amended"
    seats: int
    start: date
    end: date
    closes_at: AwareDatetime


class SeatClaimed(Happened):
    """A placement holds a seat; `waited`: it stood in line for it."""

    type: Literal["seat.claimed"] = "seat.claimed"
    placement_id: Id
    waited: bool = False


class SeatReleased(Happened):
    """A placement gave its seat back."""

    type: Literal["seat.released"] = "seat.released"
    placement_id: Id


class WaitlistJoined(Happened):
    """No seat was free; the placement is the last in line."""

    type: Literal["waitlist.joined"] = "waitlist.joined"
    placement_id: Id


class WaitlistLeft(Happened):
    """A placement is in line no longer (`reason`): it left, or the opportunity closed."""

    type: Literal["waitlist.left"] = "waitlist.left"
    placement_id: Id
    reason: Code


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
    OpportunityProposed
    | OpportunityDesigned
    | OpportunityScreened
    | HazardFound
    | OpportunityReturned
    | OpportunityReviewed
    | OpportunityDeclined
    | OpportunityOpened
    | OpportunityAmended
    | SeatClaimed
    | SeatReleased
    | WaitlistJoined
    | WaitlistLeft
    | OpportunityFilled
    | OpportunityReopened
    | OpportunityClosed
    | AnyRequestEvent,
    Field(discriminator="type"),
]
