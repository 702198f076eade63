"""What the lifecycles promise is shown by a scenario; and whatever their tables allow happens in one."""

from typing import Any, get_args

import pytest

from lifecycle import incident, opportunity, partnership, partnership_table, placement
from lifecycle.answers import ANSWERS
from lifecycle.tables import Table
from schemas.effects import Message, Notify
from schemas.request_events import RequestNotProvided, RequestOpened, RequestSubmitted
from schemas.vocabulary import PlacementState, RequestKind
from tests.scenarios.run import scenarios
from tests.scenarios.specified import lived, lives, specification, states_of, told
from tests.scenarios.world import LIFECYCLES

TABLES: dict[str, Table] = {
    "placement": placement.TABLE,
    "opportunity": opportunity.TABLE,
    "incident": incident.TABLE,
    "partnership": partnership_table.TABLE,
}
DECISIONS = {
    "placement": ANSWERS,
    "opportunity": opportunity.ANSWERS,
    "incident": incident.ANSWERS,
    "partnership": partnership.ANSWERS,
}
ONLY_THE_FIRST = "/partnership/completed"
"""A host hears once that a placement was completed, also when its record was reopened and completed again."""

ALWAYS_REFUSED = {"open"}
"""An opportunity is not opened twice; the command only begins one."""


def test_every_promise_is_shown_by_a_scenario() -> None:
    bare = [one.says for one in specification().entries if not one.scenarios and one.awaits is None]
    assert bare == []


def test_nothing_awaits_a_lifecycle_that_is_there() -> None:
    assert [one.says for one in specification().entries if one.awaits in LIFECYCLES] == []


def test_every_scenario_that_is_named_is_there() -> None:
    named = {id_ for one in specification().entries for id_ in one.scenarios}
    assert named - set(scenarios()) == set()


def test_a_scenario_that_shows_a_state_passes_through_it() -> None:
    wrong = [
        f"{id_} never is {one.state}"
        for one in (*specification().states, *specification().terminals)
        for id_ in one.scenarios
        if one.state not in states_of(lived()[id_], one.lifecycle)
    ]
    assert wrong == []


def test_every_state_of_a_lifecycle_is_on_the_list() -> None:
    listed = {(one.lifecycle, one.state) for one in (*specification().states, *specification().terminals)}
    every = [(name, state) for name, table in TABLES.items() for state in table.states]
    assert [f"{name}: {state}" for name, state in every if (name, state) not in listed] == []


def test_every_end_of_a_placement_is_on_the_list_of_ends() -> None:
    assert {one.state for one in specification().terminals} == {str(one) for one in placement.TABLE.terminal}


@pytest.mark.parametrize("name", TABLES)
def test_every_transition_of_a_table_happens_in_a_scenario(name: str) -> None:
    passed = set[tuple[Any, type]]().union(*(life.passed for life in lives(name)))
    never = [
        f"{state} --{event.__name__}-> {to}"
        for (state, event), to in TABLES[name].transitions.items()
        if (state, event) not in passed
    ]
    assert never == []


@pytest.mark.parametrize("name", TABLES)
def test_every_kind_of_request_is_asked_in_a_scenario(name: str) -> None:
    asked = {event.kind for event in told(name) if isinstance(event, RequestOpened)}
    assert set(TABLES[name].requests) - asked == set()


@pytest.mark.parametrize("name", TABLES)
def test_every_silence_has_its_consequence_in_a_scenario(name: str) -> None:
    never: set[RequestKind] = set(TABLES[name].silence)
    for life in lives(name):
        events = [event for event, _, _ in life.told]
        for number, event in enumerate(events):
            if isinstance(event, RequestNotProvided) and event.kind in TABLES[name].silence:
                wanted, _ = TABLES[name].silence[event.kind]
                if any(type(one) is wanted and one.at == event.at for one in events[number:]):
                    never.discard(event.kind)
    assert never == set()


def test_everything_a_program_may_ask_because_of_happens_in_a_scenario() -> None:
    arisen = {one.trigger for name in TABLES for life in lives(name) for one in life.case.occasions}
    possible = {trigger for table in TABLES.values() for triggers in table.triggers.values() for trigger in triggers}
    assert possible - arisen == set()


@pytest.mark.parametrize("name", TABLES)
def test_every_decision_of_a_form_is_given_in_a_scenario(name: str) -> None:
    given = {(event.kind, event.decision) for event in told(name) if isinstance(event, RequestSubmitted)}
    wanted = {(kind, decision) for kind, follows in DECISIONS[name].items() for decision in follows}
    assert wanted - given == set()


@pytest.mark.parametrize("name", TABLES)
def test_every_command_is_taken_in_a_scenario(name: str) -> None:
    said = {command for life in lives(name) for command in life.said}
    assert set(TABLES[name].allowed) - said - ALWAYS_REFUSED == set()


def test_every_message_is_sent_in_a_scenario() -> None:
    sent = {
        effect.message
        for name in TABLES
        for life in lives(name)
        for _, _, effects in life.told
        for effect in effects
        if isinstance(effect, Notify)
    }
    assert set(get_args(Message)) - sent == set()


def test_no_two_effects_of_a_life_share_a_key() -> None:
    for name in TABLES:
        for life in lives(name):
            keys = [effect.key for _, _, effects in life.told for effect in effects]
            assert [key for key in keys if keys.count(key) > 1 and not key.endswith(ONLY_THE_FIRST)] == []


def test_a_placement_that_has_ended_leaves_its_state_only_for_a_late_evaluation() -> None:
    leaves = {
        (state, event.__name__)
        for life in lives("placement")
        for state, event in life.passed
        if state in placement.TABLE.terminal and (state, event) in placement.TABLE.transitions
    }
    assert leaves == {(PlacementState.COMPLETED_EVALUATION_NOT_PROVIDED, "RecordReopened")}
