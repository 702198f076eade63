"""The opportunity's decisions: a host's seats, claimed and given back exactly once. Pure."""

from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from schemas.opportunity import (
    ClaimSeat,
    CloseOpportunity,
    OpenOpportunity,
    Opportunity,
    OpportunityClosed,
    OpportunityCommand,
    OpportunityEvent,
    OpportunityFilled,
    OpportunityOpened,
    OpportunityReopened,
    ReleaseSeat,
    SeatClaimed,
    SeatReleased,
)
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import OpportunityState as S

KEPT = timedelta(days=180)
"""A closed opportunity still takes seats back for this long after its last day, then its workflow ends."""

TRANSITIONS: dict[tuple[S, type], S] = {
    (S.OPEN, OpportunityFilled): S.FILLED,
    (S.FILLED, OpportunityReopened): S.OPEN,
    (S.OPEN, OpportunityClosed): S.CLOSED,
    (S.FILLED, OpportunityClosed): S.CLOSED,
}


def open_opportunity(command: OpenOpportunity, at: datetime) -> tuple[Opportunity, tuple[OpportunityEvent, ...]]:
    """The first decision: an open opportunity and its event."""
    opportunity = Opportunity(
        id=command.opportunity_id,
        state=S.OPEN,
        host_id=command.host_id,
        program_id=command.program_id,
        seats=command.seats,
        start=command.start,
        end=command.end,
        clock=command.clock,
        closes_at=command.closes_at,
        entered_at=at,
    )
    opened = OpportunityOpened(
        at=at,
        host_id=command.host_id,
        program_id=command.program_id,
        seats=command.seats,
        start=command.start,
        end=command.end,
    )
    return evolve(opportunity, opened), (opened,)


def evolve(opportunity: Opportunity, event: OpportunityEvent) -> Opportunity:
    """The opportunity after the event."""
    changes: dict[str, Any] = {"seq": opportunity.seq + 1}
    state = TRANSITIONS.get((opportunity.state, type(event)))
    if state is not None:
        changes |= {"state": state, "entered_at": event.at}
    if isinstance(event, SeatClaimed):
        changes["held"] = (*opportunity.held, event.placement_id)
    elif isinstance(event, SeatReleased):
        changes["held"] = tuple(one for one in opportunity.held if one != event.placement_id)
    return opportunity.model_copy(update=changes)


def step(
    opportunity: Opportunity, command: OpportunityCommand, at: datetime
) -> tuple[Opportunity, tuple[OpportunityEvent, ...]]:
    """Decide and evolve in one go.

    A claim when no seat is free changes nothing (the caller reads `held`), as does a repeated claim or release.
    Raises Refused when a closed opportunity is closed again, or an opportunity is opened twice.
    """
    events: list[OpportunityEvent] = []

    def tell(event: OpportunityEvent) -> None:
        nonlocal opportunity
        opportunity = evolve(opportunity, event)
        events.append(event)

    if isinstance(command, ClaimSeat):
        if opportunity.state is S.OPEN and command.placement_id not in opportunity.held:
            tell(SeatClaimed(at=at, placement_id=command.placement_id))
    elif isinstance(command, ReleaseSeat):
        if command.placement_id in opportunity.held:
            tell(SeatReleased(at=at, placement_id=command.placement_id))
    elif isinstance(command, OpenOpportunity):
        where = f"opportunity {opportunity.id} is {opportunity.state}"
        raise Refused(ProblemCode.ALREADY_EXISTS, f"{where}; 'open' is not possible now")
    elif isinstance(command, CloseOpportunity):
        if opportunity.state is S.CLOSED:
            raise Refused(
                ProblemCode.CLOSED, f"opportunity {opportunity.id} is closed already; 'close' is not possible now"
            )
        tell(OpportunityClosed(at=at))
    elif opportunity.state is not S.CLOSED and at >= opportunity.closes_at:
        tell(OpportunityClosed(at=at))
    if opportunity.state is S.OPEN and opportunity.free == 0:
        tell(OpportunityFilled(at=at))
    elif opportunity.state is S.FILLED and opportunity.free > 0:
        tell(OpportunityReopened(at=at))
    return opportunity, tuple(events)


class Decided(NamedTuple):
    """A decision: the opportunity after it, its events, and the opportunity after each of them."""

    case: Opportunity
    events: tuple[OpportunityEvent, ...]
    passed: tuple[Opportunity, ...]


def decide(opportunity: Opportunity, command: OpportunityCommand, at: datetime) -> Decided:
    """As `step`, with the states passed through on the way."""
    after, events = step(opportunity, command, at)
    return Decided(after, events, tuple(accumulate(events, evolve, initial=opportunity))[1:])


def next_due(opportunity: Opportunity) -> datetime:
    """When time itself acts next: it closes at the end of its last day, and its workflow ends `KEPT` later."""
    return opportunity.closes_at + KEPT if opportunity.state is S.CLOSED else opportunity.closes_at


def is_over(opportunity: Opportunity, at: datetime) -> bool:
    """Whether nothing more can happen."""
    return opportunity.state is S.CLOSED and at >= opportunity.closes_at + KEPT
