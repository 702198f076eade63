"""Reviews, the last day and the sign-off."""

from typing import Any

from schemas.effects import Notify, ScoreEvaluation
from schemas.placement_events import AssessmentSettled
from schemas.vocabulary import PlacementState, RequestState
from tests.lifecycle.lives import (
    TEAM,
    active,
    awaiting_assessment,
    awaiting_sign_off,
    completed,
    local,
    proposal,
    story_of,
    types,
)
from tests.lifecycle.programs_made import changed


def test_the_baseline_is_asked_five_business_days_after_the_start() -> None:
    life = active()
    life.tick()
    assert story_of(life, "baseline_evaluation") == [("opened", "sup-1", "Tue 07-13 09:00")]


def test_the_final_evaluation_and_the_self_assessment_open_five_business_days_before_the_end() -> None:
    life = active()
    life.pass_days_until(local("2027-08-06 09:00"))
    assert story_of(life, "final_evaluation") == [("opened", "sup-1", "Fri 08-06 09:00")]
    assert story_of(life, "self_assessment") == [("opened", "lrn-1", "Fri 08-06 09:00")]


def test_the_last_day_ends_at_the_close_of_business() -> None:
    life = awaiting_assessment()
    assert life.at == local("2027-08-13 17:00")


def test_a_final_evaluation_given_early_settles_the_assessment_when_the_last_day_is_over() -> None:
    life = active()
    life.pass_days_until(local("2027-08-06 09:00"))
    life.submit("final_evaluation")
    assert life.state is PlacementState.ACTIVE
    life.tick_until(PlacementState.AWAITING_SIGN_OFF)
    assert [one.provided for one in life.events if isinstance(one, AssessmentSettled)] == [True]


def test_a_submitted_evaluation_is_scored_and_a_self_assessment_is_not() -> None:
    life = active()
    life.pass_days_until(local("2027-08-06 09:00"))
    for one in ("baseline_evaluation", "final_evaluation", "self_assessment"):
        life.submit(one)
    scored = [one.request_id for one in life.effects if isinstance(one, ScoreEvaluation)]
    assert scored == ["baseline_evaluation", "final_evaluation"]


def test_an_unanswered_self_assessment_holds_nothing_up() -> None:
    life = awaiting_sign_off()
    assert life.request("self_assessment").is_open
    life.submit("sign_off", "sign")
    assert life.state is PlacementState.COMPLETED
    assert life.request("self_assessment").state is RequestState.WITHDRAWN


def test_a_sign_off_completes_the_placement_and_tells_who_is_involved() -> None:
    life = completed()
    assert types(life.events[-3:])[0] == "request.submitted"
    told = [one for one in life.effects if isinstance(one, Notify) and "completed" in one.message]
    assert [one.person_id for one in told] == ["lrn-1", "sup-1", "cs-1"]


def test_a_person_in_two_roles_is_told_once() -> None:
    life = completed(proposal(team={**TEAM, "career_specialist": "sup-1"}))
    told = [one.person_id for one in life.effects if isinstance(one, Notify) and "completed" in one.message]
    assert told == ["lrn-1", "sup-1"]


def test_a_sign_off_without_a_final_evaluation_says_so_in_the_outcome() -> None:
    life = awaiting_assessment()
    life.tick_until(PlacementState.AWAITING_SIGN_OFF)
    life.submit("sign_off", "sign")
    assert life.state is PlacementState.COMPLETED_EVALUATION_NOT_PROVIDED


def test_a_final_evaluation_by_one_of_two_raters_is_provided() -> None:
    def two_raters(stages: dict[str, Any], _: object) -> None:
        stages["assessment"]["asks"][1]["of"] = ["worksite_supervisor", "career_specialist"]

    life = awaiting_assessment(proposal(program=changed(two_raters)))
    life.submit("final_evaluation.worksite_supervisor")
    assert life.state is PlacementState.AWAITING_ASSESSMENT
    life.tick_until(PlacementState.AWAITING_SIGN_OFF)
    life.submit("sign_off", "sign")
    assert life.state is PlacementState.COMPLETED
