"""A host's seats: claimed and given back exactly once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.opportunity import KEPT, TRANSITIONS, evolve, is_over, next_due, open_opportunity, step
from schemas.opportunity import (
    ClaimSeat,
    CloseOpportunity,
    OpenOpportunity,
    Opportunity,
    OpportunityCommand,
    OpportunityTick,
    ReleaseSeat,
)
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import OpportunityState
from tests.lifecycle.lives import local, types

MORNING = local("2027-05-03 09:00")
LAST_HOUR = local("2027-08-13 17:00")
IDS = ("pl-1", "pl-2", "pl-3", "pl-4")


def offer(seats: int = 2) -> OpenOpportunity:
    return OpenOpportunity(
        opportunity_id="opp-1",
        host_id="hst-1",
        program_id="boston-summer-internship",
        seats=seats,
        start=date(2027, 7, 6),
        end=date(2027, 8, 13),
        closes_at=LAST_HOUR,
    )


def opened(seats: int = 2) -> Opportunity:
    return open_opportunity(offer(seats), MORNING)[0]


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
    with pytest.raises(Refused, match="opportunity opp-1 is closed already; 'close' is not possible now") as refused:
        step(closed, CloseOpportunity(), MORNING)
    assert refused.value.code is ProblemCode.CLOSED


def test_opening_twice_is_refused_naming_state_and_command() -> None:
    with pytest.raises(Refused, match="opportunity opp-1 is open; 'open' is not possible now") as refused:
        step(opened(), offer(), MORNING)
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
        OpenOpportunity.model_validate({**offer().model_dump(), "end": "2027-07-05"})


def test_every_transition_of_the_table_happens() -> None:
    passed: set[tuple[OpportunityState, type]] = set()
    claim, release = ClaimSeat(placement_id="pl-1"), ReleaseSeat(placement_id="pl-1")
    for commands in ([claim, release, CloseOpportunity()], [claim, CloseOpportunity()]):
        opportunity = opened(1)
        for command in commands:
            after_it, events = step(opportunity, command, MORNING)
            for event in events:
                passed.add((opportunity.state, type(event)))
                opportunity = evolve(opportunity, event)
            assert opportunity == after_it
    assert set(TRANSITIONS) - passed == set()


commands = st.one_of(
    st.builds(ClaimSeat, placement_id=st.sampled_from(IDS)),
    st.builds(ReleaseSeat, placement_id=st.sampled_from(IDS)),
    st.just(OpportunityTick()),
    st.just(CloseOpportunity()),
)


@given(st.integers(1, 3), st.lists(st.tuples(commands, st.integers(0, 200)), max_size=30))
def test_seats_are_held_once_never_beyond_their_number_and_the_state_says_which(
    seats: int, said: list[tuple[OpportunityCommand, int]]
) -> None:
    opportunity, at = opened(seats), MORNING
    holding: list[str] = []
    for command, days in said:
        at += timedelta(days=days)
        was_open = opportunity.state is OpportunityState.OPEN
        try:
            after_it, events = step(opportunity, command, at)
        except Refused:
            continue
        if isinstance(command, ClaimSeat) and was_open and command.placement_id not in holding:
            holding.append(command.placement_id)
        if isinstance(command, ReleaseSeat) and command.placement_id in holding:
            holding.remove(command.placement_id)
        folded = opportunity
        for event in events:
            folded = evolve(folded, event)
        assert folded == after_it
        assert after_it.seq == opportunity.seq + len(events)
        opportunity = after_it
        assert list(opportunity.held) == holding
        assert len(holding) <= seats
        if opportunity.state is not OpportunityState.CLOSED:
            assert (opportunity.state is OpportunityState.FILLED) == (len(holding) == seats)
