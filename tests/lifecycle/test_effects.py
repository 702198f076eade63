"""What the world is asked for: each effect once, under a key that never changes."""

from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.placement import step
from lifecycle.placement_effects import effects
from lifecycle.registry import PLACEMENT, begin, decide
from schemas.change_commands import Extend, RecordWork, ReplaceSupervisor
from schemas.effects import CheckWork, Notify, WorkChecked
from schemas.placement_commands import RecordBounce, Resend, Withdraw
from schemas.vocabulary import Role
from tests.lifecycle.lives import Life, active, awaiting_assessment, local, preparing, proposal, proposed
from tests.lifecycle.programs_made import changed
from tests.lifecycle.test_transitions import LIVES


def _busy() -> Life:
    """Everything that sends a message, some of it twice."""
    life = active()
    life.pass_days_until(local("2027-08-06 12:00"))
    for end in ("2027-08-20", "2027-08-27"):
        life.say(Extend(end=local(end).date()))
    for person in ("sup-8", "sup-9"):
        life.say(ReplaceSupervisor(person_id=person))
    for _ in range(2):
        life.say(Resend(request_id="final_evaluation"))
        life.say(RecordBounce(request_id="self_assessment", person_id="lrn-1"))
    life.tick_until(lambda life: not life.placement.open_requests)
    return life


EVERY = {**LIVES, "busy": _busy}


@pytest.mark.parametrize("live", EVERY.values(), ids=EVERY)
def test_no_two_effects_of_a_life_share_a_key(live: Callable[[], Life]) -> None:
    keys = [one.key for one in live().effects]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("live", EVERY.values(), ids=EVERY)
def test_the_same_life_asks_for_the_same_effects_under_the_same_keys(live: Callable[[], Life]) -> None:
    assert live().effects == live().effects


@pytest.mark.parametrize("live", EVERY.values(), ids=EVERY)
def test_a_key_begins_with_the_placement(live: Callable[[], Life]) -> None:
    assert {one.key.split("/")[0] for one in live().effects} == {"pl-1"}


def test_a_guardian_who_was_asked_for_something_hears_that_it_ended_and_others_do_not() -> None:
    def of_a_kind(_: dict[str, Any], parts: dict[str, Any]) -> None:
        parts["program_kind"] = "summer_job"

    with_a_kind = proposal(program=changed(of_a_kind))
    asked, not_asked, first_release = preparing(with_a_kind), proposed(with_a_kind), preparing()
    for life in (asked, not_asked, first_release):
        life.say(Withdraw())
    assert [_heard_of_the_end(life) for life in (asked, not_asked, first_release)] == [True, False, False]


def _heard_of_the_end(life: Life) -> bool:
    notes = [one for one in life.effects if isinstance(one, Notify)]
    return any(one.message == "placement_withdrawn_notification" and one.role is Role.GUARDIAN for one in notes)


def test_a_message_about_a_request_names_it_and_the_person_in_their_role() -> None:
    life = preparing()
    asked = [one for one in life.effects if isinstance(one, Notify) and one.request_id == "agreement.guardian"]
    assert [(one.message, one.person_id, one.role) for one in asked] == [("request_opened_ask", "grd-1", "guardian")]


def test_the_registrys_decision_is_the_steps_with_every_events_effects() -> None:
    command = proposal()
    life = Life(command)
    first = begin(PLACEMENT, command, life.at)
    assert (first.state, list(first.events), list(first.effects)) == (life.placement, life.events, life.effects)
    late = awaiting_assessment()
    said = decide(PLACEMENT, late.placement, Resend(request_id="final_evaluation"), late.at)
    before = len(late.effects)
    late.say(Resend(request_id="final_evaluation"), at=late.at)
    assert list(said.effects) == late.effects[before:]
    assert said.state == late.placement


def test_an_event_without_consequence_outside_asks_for_nothing() -> None:
    life = proposed()
    assert effects(life.placement, life.events[0]) == ()


def test_deciding_twice_from_the_same_state_gives_the_same_answer() -> None:
    life = awaiting_assessment()
    command = ReplaceSupervisor(person_id="sup-9")
    assert step(life.placement, command, life.at) == step(life.placement, command, life.at)


def test_what_the_law_says_of_the_shifts_and_of_the_permit_comes_back_as_one_command() -> None:
    day = local("2027-08-02").date()
    asked = CheckWork(key="pl-1/check", basis="planned", first=day, last=day)
    told = WorkChecked(key=asked.key, findings=(), recheck_on=day, permit_until=day)
    assert PLACEMENT.learned(asked, told) == RecordWork(findings=(), recheck_on=day, permit_until=day)
