"""A host's seats: claimed and given back exactly once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.opportunity import KEPT, evolve, is_over, next_due, open_opportunity, step
from schemas.opportunity import (
    AmendOpportunity,
    ClaimSeat,
    CloseOpportunity,
    OpenOpportunity,
    Opportunity,
    OpportunityCommand,
    OpportunityTick,
    ReleaseSeat,
)
from schemas.opportunity_events import SeatClaimed, WaitlistJoined, WaitlistLeft
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import OpportunityState
from tests.lifecycle.lives import types
from tests.lifecycle.offers import LAST_HOUR, MORNING, Offer, direct

IDS = ("pl-1", "pl-2", "pl-3", "pl-4")


def opened(seats: int = 2) -> Opportunity:
    return open_opportunity(direct(seats), MORNING)[0]


def after(opportunity: Opportunity, *commands: OpportunityCommand) -> Opportunity:
    for command in commands:
        opportunity, _ = step(opportunity, command, MORNING)
    return opportunity


def test_the_last_free_seat_fills_the_opportunity() -> None:
    one_left = after(opened(), ClaimSeat(placement_id="pl-1"))
    filled, events = step(one_left, ClaimSeat(placement_id="pl-2"), MORNING)
    assert types(events) == ["seat.claimed", "opportunity.filled"]
    assert (filled.state, filled.free) == (OpportunityState.FILLED, 0)


def test_a_seat_given_back_opens_a_filled_opportunity_again() -> None:
    filled = after(opened(1), ClaimSeat(placement_id="pl-1"))
    free, events = step(filled, ReleaseSeat(placement_id="pl-1"), MORNING)
    assert types(events) == ["seat.released", "opportunity.reopened"]
    assert (free.state, free.held) == (OpportunityState.OPEN, ())


def test_a_claim_when_no_seat_is_free_changes_nothing() -> None:
    filled = after(opened(1), ClaimSeat(placement_id="pl-1"))
    assert step(filled, ClaimSeat(placement_id="pl-2"), MORNING) == (filled, ())


def test_a_claim_repeated_changes_nothing_and_the_seat_stays_held() -> None:
    held = after(opened(), ClaimSeat(placement_id="pl-1"))
    assert step(held, ClaimSeat(placement_id="pl-1"), MORNING) == (held, ())
    assert held.held == ("pl-1",)


def test_a_seat_given_back_twice_is_given_back_once() -> None:
    free = after(opened(), ClaimSeat(placement_id="pl-1"), ReleaseSeat(placement_id="pl-1"))
    assert step(free, ReleaseSeat(placement_id="pl-1"), MORNING) == (free, ())


def test_a_closed_opportunity_gives_no_seats_but_takes_them_back() -> None:
    closed = after(opened(), ClaimSeat(placement_id="pl-1"), CloseOpportunity())
    assert after(closed, ClaimSeat(placement_id="pl-2")).held == ("pl-1",)
    taken_back, events = step(closed, ReleaseSeat(placement_id="pl-1"), MORNING)
    assert (taken_back.state, types(events)) == (OpportunityState.CLOSED, ["seat.released"])


def test_closing_twice_is_refused_naming_state_and_command() -> None:
    closed = after(opened(), CloseOpportunity())
    with pytest.raises(Refused, match=r"opportunity opp-1 is closed \(it has ended\); 'close' is not") as refused:
        step(closed, CloseOpportunity(), MORNING)
    assert refused.value.code is ProblemCode.CLOSED


def test_opening_twice_is_refused_naming_state_and_command() -> None:
    with pytest.raises(Refused, match="opportunity opp-1 is open; 'open' is not possible now") as refused:
        step(opened(), direct(), MORNING)
    assert refused.value.code is ProblemCode.ALREADY_EXISTS


def test_it_closes_by_itself_at_the_end_of_its_last_day() -> None:
    assert next_due(opened()) == LAST_HOUR
    closed, events = step(opened(), OpportunityTick(), LAST_HOUR)
    assert types(events) == ["opportunity.closed"]
    assert step(opened(), OpportunityTick(), LAST_HOUR - timedelta(seconds=1))[1] == ()
    assert next_due(closed) == LAST_HOUR + KEPT


def test_a_closed_opportunity_is_over_half_a_year_after_its_last_day() -> None:
    closed = after(opened(), CloseOpportunity())
    assert not is_over(closed, LAST_HOUR)
    assert is_over(closed, next_due(closed))


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match=r"end .* is before start"):
        OpenOpportunity.model_validate({**direct().model_dump(), "end": "2027-07-05"})


def test_of_a_full_opportunity_a_claim_that_waits_is_in_line_once() -> None:
    offer = Offer(direct(1))
    offer.claim("pl-1")
    assert offer.claim("pl-2", wait=True) == ["waitlist.joined"]
    assert offer.claim("pl-2", wait=True) == []
    assert offer.claim("pl-3") == []
    assert (offer.case.held, offer.case.waiting, offer.told()) == (("pl-1",), ("pl-2",), [])


def test_a_seat_given_back_goes_to_the_first_in_line_who_is_told() -> None:
    offer = Offer(direct(1))
    for one in IDS:
        offer.claim(one, wait=True)
    assert offer.release("pl-1") == ["seat.released", "seat.claimed"]
    assert (offer.case.held, offer.case.waiting) == (("pl-2",), ("pl-3", "pl-4"))
    assert (offer.state, offer.told()) == (OpportunityState.FILLED, [("pl-2", True)])


def test_whoever_leaves_the_line_is_passed_over_and_told_nothing() -> None:
    offer = Offer(direct(1))
    for one in IDS:
        offer.claim(one, wait=True)
    assert offer.release("pl-2") == ["waitlist.left"]
    offer.release("pl-1")
    assert offer.told() == [("pl-3", True)]


def test_seats_that_are_added_go_to_the_line_in_order_and_the_rest_is_free() -> None:
    offer = Offer(direct(1))
    for one in IDS[:3]:
        offer.claim(one, wait=True)
    assert offer.say(AmendOpportunity(seats=2)) == ["opportunity.amended", "seat.claimed"]
    told = offer.say(AmendOpportunity(seats=4))
    assert told == ["opportunity.amended", "seat.claimed", "opportunity.reopened"]
    assert (offer.case.held, offer.case.free, offer.told()) == (IDS[:3], 1, [("pl-2", True), ("pl-3", True)])


def test_fewer_seats_than_are_held_are_refused_naming_both_numbers() -> None:
    offer = Offer(direct(3))
    offer.claim("pl-1")
    offer.claim("pl-2")
    with pytest.raises(Refused, match="seats: 1 is fewer than the 2 that placements hold; send at least 2"):
        offer.say(AmendOpportunity(seats=1))
    assert offer.say(AmendOpportunity(seats=2)) == ["opportunity.amended", "opportunity.filled"]
    assert offer.say(AmendOpportunity(seats=2)) == []


def test_days_out_of_order_are_refused() -> None:
    offer = Offer(direct())
    with pytest.raises(Refused, match=r"end: 2027-07-05 is before start \(2027-07-06\)"):
        offer.say(AmendOpportunity(end=offer.case.start - timedelta(days=1)))


def test_a_later_last_day_keeps_the_opportunity_open_until_then() -> None:
    offer = Offer(direct())
    offer.say(AmendOpportunity(closes_at=LAST_HOUR + timedelta(days=7)))
    assert offer.say(OpportunityTick(), LAST_HOUR) == []
    assert next_due(offer.case) == LAST_HOUR + timedelta(days=7)


def test_when_it_closes_everybody_in_line_is_told_that_no_seat_came() -> None:
    offer = Offer(direct(1))
    for one in IDS[:3]:
        offer.claim(one, wait=True)
    assert offer.say(CloseOpportunity()) == ["opportunity.closed", "waitlist.left", "waitlist.left"]
    assert (offer.case.held, offer.case.waiting) == (("pl-1",), ())
    assert offer.told() == [("pl-2", False), ("pl-3", False)]
    assert offer.release("pl-1") == ["seat.released"]


def test_an_offer_that_is_not_open_gives_no_seats_and_has_no_line() -> None:
    for offer in (Offer(), Offer().reviewed()):
        assert offer.claim("pl-1", wait=True) == []


commands = st.one_of(
    st.builds(ClaimSeat, placement_id=st.sampled_from(IDS), wait=st.booleans()),
    st.builds(ClaimSeat, placement_id=st.sampled_from(IDS), wait=st.sampled_from([True])),
    st.builds(AmendOpportunity, seats=st.integers(1, 4)),
    st.builds(ReleaseSeat, placement_id=st.sampled_from(IDS)),
    st.just(OpportunityTick()),
    st.just(CloseOpportunity()),
)


@given(st.integers(1, 3), st.lists(st.tuples(commands, st.integers(0, 20)), max_size=40))
def test_seats_are_held_once_never_beyond_their_number_and_whoever_waits_is_next(
    seats: int, said: list[tuple[OpportunityCommand, int]]
) -> None:
    opportunity, at = opened(seats), MORNING
    line: list[str] = []
    for command, days in said:
        at += timedelta(days=days)
        try:
            after_it, events = step(opportunity, command, at)
        except Refused:
            continue
        folded = opportunity
        for event in events:
            folded = evolve(folded, event)
        assert folded == after_it
        assert after_it.seq == opportunity.seq + len(events)
        line = _in_line(line, events)
        opportunity = after_it
        assert list(opportunity.waiting) == line
        assert len(set(opportunity.held) | set(line)) == len(opportunity.held) + len(line)
        assert len(opportunity.held) <= opportunity.seats
        if opportunity.state is OpportunityState.CLOSED:
            assert line == []
        else:
            assert (opportunity.state is OpportunityState.FILLED) == (opportunity.free == 0)
            assert opportunity.free == 0 or line == []


def _in_line(line: list[str], events: Sequence[Any]) -> list[str]:
    """The line after the events; a seat that was waited for goes to the first in it."""
    for event in events:
        if isinstance(event, WaitlistJoined):
            line = [*line, event.placement_id]
        elif isinstance(event, WaitlistLeft):
            line = [one for one in line if one != event.placement_id]
        elif isinstance(event, SeatClaimed) and event.waited:
            assert line[0] == event.placement_id
            line = line[1:]
    return line


@given(st.integers(1, 3), st.lists(commands, max_size=30))
def test_a_claim_or_release_said_again_changes_nothing(seats: int, said: list[OpportunityCommand]) -> None:
    opportunity = opened(seats)
    for command in said:
        try:
            opportunity = step(opportunity, command, MORNING)[0]
        except Refused:
            continue
        here = isinstance(command, ClaimSeat) and command.placement_id in (*opportunity.held, *opportunity.waiting)
        if here or isinstance(command, ReleaseSeat):
            assert step(opportunity, command, MORNING) == (opportunity, ())
