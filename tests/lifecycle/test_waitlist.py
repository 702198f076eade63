"""Placements and their opportunity together: whatever comes first, seats and lines agree in the end."""

import random
from collections import deque
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.registry import OPPORTUNITY, PLACEMENT, Decision, begin, decide
from schemas.change_commands import CancelByEmployer
from schemas.effects import (
    ClaimSeatEffect,
    Done,
    Effect,
    Outcome,
    ReleaseSeatEffect,
    SeatAnswer,
    Skipped,
    TellLifecycle,
)
from schemas.opportunity import (
    AmendOpportunity,
    ClaimSeat,
    CloseOpportunity,
    Opportunity,
    OpportunityTick,
    ReleaseSeat,
)
from schemas.placement import Placement
from schemas.placement_commands import MakeOffer, RecordSeat, Tick, Withdraw
from schemas.problems import Refused
from schemas.vocabulary import OpportunityState, PlacementState, SeatState
from tests.lifecycle.lives import MONDAY_MORNING, Life, local, proposal, types
from tests.lifecycle.offers import direct
from tests.lifecycle.programs_made import changed

WAITING = changed(lambda _, parts: parts.update(waitlist=True))
FIRST_DAY = local("2027-07-06 09:00")
HAPPENS = ("host", "host", "host", "leave", "carry", "carry", "amend", "late", "close")


def waitlisted() -> Life:
    life = Life(proposal(program=WAITING))
    life.submit("host_confirmation", "accept")
    life.say(RecordSeat(granted=False, waiting=True))
    return life


def test_a_placement_in_line_waits_and_its_learner_is_told() -> None:
    life = waitlisted()
    assert (life.state, life.placement.seat) == (PlacementState.PROPOSED, SeatState.WAITLISTED)
    assert "in line for a seat" in PLACEMENT.story(life.placement)
    assert PLACEMENT.alarm(life.placement) == "Tue 6 Jul 2027 09:00: no seat came free"


def test_a_seat_that_comes_free_makes_the_offer() -> None:
    life = waitlisted()
    assert types(life.say(RecordSeat(granted=True)))[0] == "offer.made"
    assert (life.state, life.placement.seat) == (PlacementState.OFFERED, SeatState.HELD)


def test_on_the_first_day_a_placement_still_in_line_expires_and_leaves_the_line() -> None:
    life = waitlisted()
    life.tick(FIRST_DAY - timedelta(minutes=1))
    assert life.state is PlacementState.PROPOSED
    assert life.due() == FIRST_DAY
    assert "placement.expired" in types(life.tick())
    assert (life.state, life.placement.reason) == (PlacementState.EXPIRED, "no_seat_came_free")
    assert isinstance(life.effects[-1 - len(_mail(life))], ReleaseSeatEffect)


def _mail(life: Life) -> list[Any]:
    return [one for one in life.effects if getattr(one, "message", None) == "placement_ended_early_notification"]


@pytest.mark.parametrize("end", [Withdraw(), CancelByEmployer(reason="no_budget")])
def test_a_placement_that_ends_in_line_leaves_the_line(end: Any) -> None:
    life = waitlisted()
    life.say(end)
    assert life.placement.seat is SeatState.RELEASED
    assert len([one for one in life.effects if isinstance(one, ReleaseSeatEffect)]) == 1


def test_when_the_opportunity_closes_a_placement_in_line_is_told_no_and_ends() -> None:
    life = waitlisted()
    life.say(RecordSeat(granted=False))
    assert (life.state, life.placement.reason) == (PlacementState.REJECTED, "no_seat")
    assert [one.person_id for one in _mail(life)] == ["lrn-1", "cs-1"]


def test_without_a_waitlist_nobody_is_put_in_line() -> None:
    plain, line = Life(), Life(proposal(program=WAITING))
    for life, wait in ((plain, False), (line, True)):
        life.submit("host_confirmation", "accept")
        assert [one.wait for one in life.effects if isinstance(one, ClaimSeatEffect)] == [wait]


class Season:
    """Some placements of one opportunity; each carries its effects out in order, in whatever order among each other."""

    def __init__(self, seats: int, learners: int, seed: int) -> None:
        self.at: datetime = MONDAY_MORNING
        self.offer: Opportunity = begin(OPPORTUNITY, direct(seats), self.at).state
        self.placements: dict[str, Placement] = {}
        self.owed: dict[str, deque[Effect]] = {"offer": deque()}
        self.chance = random.Random(seed)  # noqa: S311 - a drawn order
        self.answers: dict[str, SeatAnswer] = {}
        for number in range(learners):
            command = proposal(program=WAITING).changed(placement_id=f"pl-{number}")
            self.placements[command.placement_id] = begin(PLACEMENT, command, self.at).state
            self.owed[command.placement_id] = deque()

    def tell_offer(self, command: Any) -> None:
        try:
            decision: Decision[Opportunity] = decide(OPPORTUNITY, self.offer, command, self.at)
        except Refused:
            return
        self.offer = decision.state
        self.owed["offer"] += [one for one in decision.effects if isinstance(one, TellLifecycle)]
        assert len(self.offer.held) <= self.offer.seats

    def tell(self, id_: str, command: Any) -> None:
        try:
            decision = decide(PLACEMENT, self.placements[id_], command, self.at)
        except Refused:
            return
        self.placements[id_] = decision.state
        self.owed[id_] += [one for one in decision.effects if isinstance(one, ClaimSeatEffect | ReleaseSeatEffect)]

    def carry_out(self, id_: str) -> None:
        """The next effect that a lifecycle owes; now and then its answer is lost, and it is carried out again."""
        effect = self.owed[id_][0]
        outcome = self._outcome(id_, effect)
        if self.chance.random() < 0.2:
            return
        self.owed[id_].popleft()
        learned = (OPPORTUNITY if id_ == "offer" else PLACEMENT).learned(effect, outcome)
        if learned is not None:
            self.tell_offer(learned) if id_ == "offer" else self.tell(id_, learned)

    def _outcome(self, id_: str, effect: Effect) -> Outcome:
        if isinstance(effect, TellLifecycle):
            if effect.id not in self.placements:
                return Skipped(key=effect.key, reason="not_found")
            self.tell(effect.id, RecordSeat.model_validate(effect.command))
        elif isinstance(effect, ReleaseSeatEffect):
            self.tell_offer(ReleaseSeat(placement_id=id_))
        elif isinstance(effect, ClaimSeatEffect):
            if effect.key not in self.answers:
                self.tell_offer(ClaimSeat(placement_id=id_, wait=effect.wait))
                granted, waiting = id_ in self.offer.held, id_ in self.offer.waiting
                self.answers[effect.key] = SeatAnswer(key=effect.key, granted=granted, waiting=waiting)
            return self.answers[effect.key]
        return Done(key=effect.key)

    def settle(self) -> None:
        while owing := [id_ for id_, effects in self.owed.items() if effects]:
            self.carry_out(self.chance.choice(owing))


@given(
    st.integers(1, 3),
    st.lists(
        st.tuples(
            st.sampled_from(["host", "host", "host", "leave", "carry", "carry", "amend", "late", "close"]),
            st.integers(0, 5),
        ),
        max_size=60,
    ),
    st.integers(0, 2**16),
)
def test_in_the_end_whoever_holds_a_seat_knows_it_and_nobody_else_does(
    seats: int, said: list[tuple[str, int]], seed: int
) -> None:
    season = Season(seats, learners=6, seed=seed)
    for what, number in said:
        season.at += timedelta(hours=1)
        id_ = f"pl-{number}"
        if what == "host":
            season.tell(id_, MakeOffer())
        elif what == "leave":
            season.tell(id_, Withdraw())
        elif what == "amend":
            season.tell_offer(AmendOpportunity(seats=number + 1))
        elif what == "carry" and (owing := [one for one, effects in season.owed.items() if effects]):
            season.carry_out(owing[number % len(owing)])
        elif what == "late" and number == 0:
            season.at = max(season.at, FIRST_DAY)
            for one in season.placements:
                season.tell(one, Tick())
        elif what == "close" and number == 0:
            season.tell_offer(CloseOpportunity())
    season.settle()
    of: dict[SeatState, set[str]] = {state: set() for state in SeatState}
    for one, placement in season.placements.items():
        of[placement.seat].add(one)
    assert of[SeatState.HELD] == set(season.offer.held)
    assert of[SeatState.WAITLISTED] == set(season.offer.waiting)
    assert of[SeatState.CLAIMING] == set()
    assert len(season.offer.held) <= season.offer.seats
    if season.offer.waiting:
        assert season.offer.free == 0


def test_a_seat_that_came_to_a_placement_that_never_was_goes_to_the_next_in_line() -> None:
    season = Season(1, learners=2, seed=1)
    season.tell("pl-0", MakeOffer())
    season.settle()
    season.tell_offer(ClaimSeat(placement_id="pl-gone", wait=True))
    season.tell("pl-1", MakeOffer())
    season.settle()
    assert season.offer.waiting == ("pl-gone", "pl-1")
    season.tell("pl-0", Withdraw())
    season.settle()
    assert (season.offer.held, season.placements["pl-1"].state) == (("pl-1",), PlacementState.OFFERED)


def test_time_closes_the_opportunity_and_ends_the_line() -> None:
    season = Season(1, learners=2, seed=1)
    for id_ in season.placements:
        season.tell(id_, MakeOffer())
        season.settle()
    season.at = season.offer.closes_at
    season.tell_offer(OpportunityTick())
    season.settle()
    assert season.offer.state is OpportunityState.CLOSED
    assert {placement.seat for placement in season.placements.values()} == {SeatState.HELD, SeatState.RELEASED}
