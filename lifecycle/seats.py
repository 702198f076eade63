"""An opportunity's seats: claimed and given back exactly once, and never more than there are; whoever waits is next."""

from lifecycle.opportunity_table import GIVING
from lifecycle.requests import say_what_moves
from lifecycle.story import Story
from schemas.opportunity import AmendOpportunity, ClaimSeat, Opportunity, ReleaseSeat
from schemas.opportunity_events import (
    OpportunityAmended,
    OpportunityFilled,
    OpportunityReopened,
    SeatClaimed,
    SeatReleased,
    WaitlistJoined,
    WaitlistLeft,
)
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import OpportunityState as S

O = Story[Opportunity]  # noqa: E741 - as P stands for a placement's


def claim(story: O, command: ClaimSeat) -> None:
    """A free seat is given; with `wait` a claim for none gets in line. The caller reads `held` and `waiting`."""
    offer, claimant = story.case, command.placement_id
    if claimant in offer.held or claimant in offer.waiting:
        return
    if offer.state is S.OPEN:
        story.tell(SeatClaimed(at=story.at, placement_id=claimant))
    elif offer.state is S.FILLED and command.wait:
        story.tell(WaitlistJoined(at=story.at, placement_id=claimant))


def release(story: O, command: ReleaseSeat) -> None:
    """A seat, or a place in line, is given back; the opportunity takes it even when it is closed."""
    offer, claimant = story.case, command.placement_id
    if claimant in offer.held:
        story.tell(SeatReleased(at=story.at, placement_id=claimant))
    elif claimant in offer.waiting:
        story.tell(WaitlistLeft(at=story.at, placement_id=claimant, reason="given_back"))


def amend(story: O, command: AmendOpportunity) -> None:
    """Other seats, other days. Raises Refused when more seats are held, or the days are out of order."""
    offer = story.case
    seats, start, end = command.seats or offer.seats, command.start or offer.start, command.end or offer.end
    if seats < len(offer.held):
        raise Refused(
            ProblemCode.INVALID,
            f"seats: {seats} is fewer than the {len(offer.held)} that placements hold; "
            f"send at least {len(offer.held)}, or end a placement first",
        )
    if offer.learner_id is not None and seats != 1:
        raise Refused(ProblemCode.INVALID, f"seats: {seats} is too many; what a learner found has one seat")
    if end < start:
        raise Refused(ProblemCode.INVALID, f"end: {end} is before start ({start})")
    closes_at = command.closes_at or offer.closes_at
    if (seats, start, end, closes_at) == (offer.seats, offer.start, offer.end, offer.closes_at):
        return
    event = OpportunityAmended(at=story.at, seats=seats, start=start, end=end, closes_at=closes_at)
    say_what_moves(story, lambda: story.tell(event))


def hand_out(story: O) -> bool:
    """Take one step that the seats ask for: the first in line gets a free one; False when there is none."""
    offer, at = story.case, story.at
    if offer.state in GIVING and offer.free > 0 and offer.waiting:
        story.tell(SeatClaimed(at=at, placement_id=offer.waiting[0], waited=True))
    elif offer.state is S.OPEN and offer.free == 0:
        story.tell(OpportunityFilled(at=at))
    elif offer.state is S.FILLED and offer.free > 0:
        story.tell(OpportunityReopened(at=at))
    elif offer.state not in GIVING and offer.waiting:
        story.tell(WaitlistLeft(at=at, placement_id=offer.waiting[0], reason="closed"))
    else:
        return False
    return True
