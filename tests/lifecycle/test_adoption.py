"""Another version of the program: what it would change is told before, exactly; what does not fit it is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.deadlines import due_at
from lifecycle.foreseeing import foresee
from schemas.change_commands import AdoptProgram, Extend, PauseDays
from schemas.foreseen import Change, Foreseen
from schemas.placement_commands import PlacementCommand
from schemas.problems import ProblemCode, Refused
from schemas.programs import Program
from schemas.vocabulary import PlacementState, RequestState, Role
from tests.lifecycle.lives import END, Life, active, local, preparing, proposed
from tests.lifecycle.programs_made import changed

Asks = dict[str, dict[str, Any]]


def version(change: Callable[[Asks, dict[str, Any]], None], number: str = "2027.2") -> Program:
    """The next version of the shipped program; `change` sees its asks by id, and its stages by id."""

    def make(stages: dict[str, Any], parts: dict[str, Any]) -> None:
        parts["version"] = number
        change({ask["id"]: ask for stage in stages.values() for ask in stage["asks"]}, stages)

    return changed(make)


def same(_: Asks, __: dict[str, Any]) -> None:
    return


def sooner(asks: Asks, _: dict[str, Any]) -> None:
    asks["final_evaluation"]["due"] = "end - 2bd"


def without(ask_id: str) -> Program:
    def drop(_: Asks, stages: dict[str, Any]) -> None:
        for stage in stages.values():
            stage["asks"] = [one for one in stage["asks"] if one["id"] != ask_id]

    return version(drop)


def seen(life: Life, command: PlacementCommand) -> Foreseen:
    return foresee(life.placement, command, life.at)


def told(life: Life, command: PlacementCommand) -> dict[str, Change]:
    return {one.request_id: one for one in seen(life, command).changes}


def test_a_version_that_says_the_same_changes_nothing_but_itself() -> None:
    life = active()
    answer = seen(life, AdoptProgram(program=version(same)))
    assert (answer.version_before, answer.version_after) == ("2027.1", "2027.2")
    assert (answer.refused, answer.changes, answer.messages) == (None, (), 0)


def test_an_open_deadline_that_moves_is_told_with_both_days_and_the_mail_it_causes() -> None:
    life = active()
    life.pass_days_until(local("2027-08-09 10:00"))
    change = told(life, AdoptProgram(program=version(sooner)))["final_evaluation"]
    assert (change.how, change.is_open) == ("due", True)
    assert (change.due_before, change.due_after) == (local("2027-08-13 17:00"), local("2027-08-11 17:00"))
    assert seen(life, AdoptProgram(program=version(sooner))).messages == 1


def test_what_is_foreseen_is_what_happens() -> None:
    life = active()
    life.pass_days_until(local("2027-08-09 10:00"))
    change = told(life, AdoptProgram(program=version(sooner)))["final_evaluation"]
    life.say(AdoptProgram(program=version(sooner)), life.at)
    assert due_at(life.placement, life.request("final_evaluation")) == change.due_after
    assert life.placement.program.version == "2027.2"


def test_foreseeing_leaves_the_placement_as_it_is() -> None:
    life = active()
    before = life.placement
    seen(life, AdoptProgram(program=version(sooner)))
    assert life.placement == before


def test_an_ask_that_is_only_to_come_is_told_too() -> None:
    life = active()
    change = told(life, AdoptProgram(program=version(sooner)))["final_evaluation"]
    assert (change.how, change.is_open, change.due_after) == ("due", False, local("2027-08-11 17:00"))


def test_another_form_is_told_where_it_was_not_asked_yet() -> None:
    def other(asks: Asks, _: dict[str, Any]) -> None:
        asks["sign_off"]["form"] = "sign-off@2027.1"

    change = told(active(), AdoptProgram(program=version(other)))["sign_off"]
    assert (change.how, change.form_before, change.form_after) == ("form", "sign-off@2026.1", "sign-off@2027.1")


def test_an_ask_that_is_new_is_added_or_asked_at_once() -> None:
    def more(_: Asks, stages: dict[str, Any]) -> None:
        common = {"form": "check-in@2026.1", "of": "career_specialist", "close": "due + 5bd"}
        stages["supervision"]["asks"] += [
            {
                "id": "absence",
                "kind": "absence_follow_up",
                "on": "absent",
                "due": "opened + 2bd",
                "blocks": False,
                **common,
            },
            {"id": "visit", "kind": "site_visit", "due": "opened + 5bd", "blocks": False, **common},
        ]

    changes = told(active(), AdoptProgram(program=version(more)))
    assert {id_: (one.how, one.is_open) for id_, one in changes.items()} == {
        "visit": ("asked", True),
        "absence.1": ("added", False),
    }
    assert changes["absence.1"].due_after is None


def test_an_ask_that_is_gone_is_removed_as_long_as_nobody_was_asked() -> None:
    change = told(active(), AdoptProgram(program=without("self_assessment")))["self_assessment"]
    assert (change.how, change.due_before) == ("removed", local("2027-08-13 17:00"))


def test_a_gate_that_is_gone_is_refused_once_it_was_asked_and_the_reason_names_it() -> None:
    def no_guardian(asks: Asks, _: dict[str, Any]) -> None:
        asks["agreement"]["id"] = "plan"

    answer = seen(preparing(), AdoptProgram(program=version(no_guardian)))
    assert answer.refused is ProblemCode.INVALID
    assert "has no ask 'agreement'" in (answer.reason or "")
    assert answer.changes == ()


def test_nobody_is_asked_again_for_what_they_signed_because_more_or_fewer_are_asked() -> None:
    def only_one(asks: Asks, _: dict[str, Any]) -> None:
        asks["agreement"]["of"] = ["student"]

    life = preparing()
    life.submit("agreement.student")
    with pytest.raises(Refused, match=r"would ask agreement\.student again under another id"):
        life.say(AdoptProgram(program=version(only_one)))


def test_a_role_that_is_asked_no_more_keeps_its_open_request() -> None:
    def fewer(asks: Asks, _: dict[str, Any]) -> None:
        asks["agreement"]["of"] = ["student", "worksite_supervisor", "coordinator"]

    life = preparing()
    life.say(AdoptProgram(program=version(fewer)))
    assert life.request("agreement.guardian").state is RequestState.OPEN


def test_a_version_that_asks_somebody_who_is_not_there_is_refused() -> None:
    def director(asks: Asks, _: dict[str, Any]) -> None:
        asks["sign_off"]["of"] = "director"

    answer = seen(active(), AdoptProgram(program=version(director)))
    assert answer.refused is ProblemCode.INVALID
    assert Role.DIRECTOR in (answer.reason or "")


def test_the_version_that_holds_and_another_program_are_refused() -> None:
    life = proposed()
    holds = seen(life, AdoptProgram(program=life.placement.program))
    assert holds.refused is ProblemCode.NOT_ALLOWED_NOW

    def other(_: Any, parts: dict[str, Any]) -> None:
        parts["id"] = "another"

    assert "another program" in (seen(life, AdoptProgram(program=changed(other))).reason or "")


def test_a_pause_is_foreseen_with_every_deadline_it_moves() -> None:
    life = active()
    life.pass_days_until(local("2027-07-14 10:00"))
    changes = told(life, PauseDays(first=local("2027-07-15 00:00").date(), last=local("2027-07-16 00:00").date()))
    assert {id_: one.how for id_, one in changes.items()} == {"baseline_evaluation": "due"}
    assert changes["baseline_evaluation"].due_after == local("2027-07-22 17:00")


def test_an_act_that_moves_the_state_says_so() -> None:
    life = active()
    answer = seen(life, Extend(end=END.replace(day=27)))
    assert (answer.state_before, answer.state_after) == (PlacementState.ACTIVE, PlacementState.ACTIVE)
    life.pass_days_until(local("2027-08-13 18:00"))
    ended = seen(life, Extend(end=END.replace(day=27)))
    assert ended.refused is ProblemCode.NOT_ALLOWED_NOW
