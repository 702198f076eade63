"""The transition table: nothing else can happen. That all of it does is shown by the scenarios."""

from collections.abc import Callable

import pytest

from lifecycle.placement import TABLE, evolve
from lifecycle.transitions import ALLOWED, REOPENED, REQUESTS, TERMINAL, TRANSITIONS
from schemas.placement_commands import DeclineOffer, RecordSeat, Withdraw
from schemas.placement_events import RecordReopened
from schemas.program_kinds import STAGE_KINDS
from schemas.vocabulary import PlacementState, RequestKind
from tests.lifecycle.lives import (
    Life,
    active,
    awaiting_assessment,
    awaiting_sign_off,
    completed,
    offered,
    preparing,
    proposed,
    ready,
)


def _then(reach: Callable[[], Life], act: Callable[[Life], object]) -> Callable[[], Life]:
    def live() -> Life:
        life = reach()
        act(life)
        return life

    return live


def _no_seat(life: Life) -> None:
    life.submit("host_confirmation", "accept")
    life.say(RecordSeat(granted=False))


def _no_show(life: Life) -> None:
    life.tick()
    life.submit("first_day", "not_come")
    life.submit("no_show_follow_up", "no_show")


def _silence(life: Life) -> None:
    life.tick_until(lambda one: one.state in TERMINAL)


def _signed_off_without_evaluation(life: Life) -> None:
    life.tick_until(PlacementState.AWAITING_SIGN_OFF)
    life.submit("sign_off", "sign")


def _withdraw(life: Life) -> None:
    life.say(Withdraw())


LIVES: dict[str, Callable[[], Life]] = {
    "all goes well": completed,
    "no seat": _then(proposed, _no_seat),
    "no host": _then(proposed, _silence),
    "no answer to the offer": _then(offered, _silence),
    "no thanks": _then(offered, lambda life: life.say(DeclineOffer())),
    "no signature": _then(preparing, _silence),
    "no show": _then(ready, _no_show),
    "no evaluation": _then(active, _signed_off_without_evaluation),
    "no sign-off": _then(awaiting_sign_off, _silence),
    **{
        f"withdrawn from {reach.__name__}": _then(reach, _withdraw)
        for reach in (proposed, offered, preparing, ready, active, awaiting_assessment)
    },
}


@pytest.mark.parametrize("live", LIVES.values(), ids=LIVES)
def test_a_state_changes_only_along_the_table(live: Callable[[], Life]) -> None:
    life = live()
    placement = proposed().placement
    for event in life.events[2:]:
        after = evolve(placement, event)
        if after.state is not placement.state:
            assert TRANSITIONS[placement.state, type(event)] is after.state
        placement = after
    assert placement == life.placement


@pytest.mark.parametrize("state", sorted(TERMINAL - REOPENED))
def test_an_end_leads_nowhere(state: PlacementState) -> None:
    assert not [key for key in TRANSITIONS if key[0] is state]
    assert TABLE.later[state] == frozenset()


def test_only_an_evaluation_that_comes_late_leads_out_of_an_end() -> None:
    leaves = {key: to for key, to in TRANSITIONS.items() if key[0] in TERMINAL}
    assert leaves == {
        (PlacementState.COMPLETED_EVALUATION_NOT_PROVIDED, RecordReopened): PlacementState.AWAITING_SIGN_OFF
    }
    assert {state for state, _ in leaves} == REOPENED


def test_every_state_that_is_not_terminal_can_come_to_an_end() -> None:
    assert [state for state in PlacementState if state not in TERMINAL and not TABLE.later[state] & TERMINAL] == []


def test_withdrawing_is_possible_until_the_sign_off_is_awaited() -> None:
    assert set(PlacementState) - TERMINAL - ALLOWED["withdraw"] == {
        PlacementState.MATCHED,
        PlacementState.AWAITING_SIGN_OFF,
    }


HOURS = {RequestKind.HOURS, RequestKind.HOURS_APPROVAL, RequestKind.HOURS_DISPUTE}
"""The last hours still count after the sign-off."""


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_request_can_stay_open_where_it_can_be_opened(kind: RequestKind) -> None:
    opened_in, stays_in = REQUESTS[kind]
    assert opened_in <= stays_in
    assert kind in STAGE_KINDS["follow_up"] | HOURS or not stays_in & TERMINAL
    assert {state for state in PlacementState if kind in TABLE.opened_in[state]} == opened_in
