"""When nobody answers: every stage ends by itself, with a code and the record of who was asked when."""

from collections.abc import Callable

import pytest

from lifecycle.transitions import TERMINAL
from lifecycle.waiting import next_due
from schemas.vocabulary import PlacementState, RequestState
from tests.lifecycle.lives import (
    Life,
    awaiting_assessment,
    awaiting_sign_off,
    local,
    offered,
    preparing,
    proposed,
    ready,
    story_of,
    types,
)


def test_a_host_who_never_answers_lets_the_placement_expire() -> None:
    life = proposed()
    life.tick_until(PlacementState.EXPIRED)
    assert life.placement.reason == "host_did_not_answer"
    assert story_of(life, "host_confirmation") == [
        ("opened", "sup-1", "Mon 06-07 09:30"),
        ("reminded", "sup-1", "Wed 06-09 09:00"),
        ("escalated", "sup-2", "Mon 06-14 09:00"),
        ("told", "cs-1", "Tue 06-15 09:00"),
    ]
    assert life.at == local("2027-06-21 17:00")


def test_a_student_who_never_answers_the_offer_lets_it_lapse() -> None:
    life = offered()
    life.tick_until(PlacementState.EXPIRED)
    assert life.placement.reason == "offer_not_accepted"
    assert [how for how, _, _ in story_of(life, "offer")] == ["opened", "reminded", "told", "reminded"]


def test_an_agreement_that_is_never_signed_cancels_the_placement_and_frees_the_seat() -> None:
    life = preparing()
    life.submit("agreement.student")
    life.tick_until(PlacementState.CANCELLED_BY_PROGRAM)
    assert life.placement.reason == "agreement_not_signed"
    assert story_of(life, "agreement.guardian") == [
        ("opened", "grd-1", "Mon 06-07 12:30"),
        ("reminded", "grd-1", "Wed 06-09 09:00"),
        ("reminded", "grd-1", "Thu 07-01 09:00"),
        ("told", "cs-1", "Fri 07-02 09:00"),
        ("reminded", "grd-1", "Wed 07-07 09:00"),
        ("reminded", "grd-1", "Mon 07-12 09:00"),
    ]
    assert life.request("agreement.guardian").state is RequestState.NOT_PROVIDED
    assert life.effects[-4].effect == "release_seat"


def test_a_first_day_that_nobody_confirms_is_activated_unconfirmed() -> None:
    life = ready()
    life.tick_until(PlacementState.ACTIVE)
    assert [event.confirmed for event in life.told("placement.activated")] == [False]
    assert story_of(life, "first_day") == [
        ("opened", "sup-1", "Tue 07-06 09:00"),
        ("reminded", "sup-1", "Wed 07-07 09:00"),
        ("escalated", "sup-2", "Thu 07-08 09:00"),
        ("told", "cs-1", "Fri 07-09 09:00"),
    ]


def test_an_evaluation_that_is_never_returned_is_a_coded_outcome_with_its_evidence() -> None:
    life = awaiting_assessment()
    life.tick_until(PlacementState.AWAITING_SIGN_OFF)
    assert life.request("final_evaluation").state is RequestState.NOT_PROVIDED
    assert story_of(life, "final_evaluation") == [
        ("opened", "sup-1", "Fri 08-06 09:00"),
        ("reminded", "sup-1", "Tue 08-10 09:00"),
        ("reminded", "sup-1", "Thu 08-12 09:00"),
        ("reminded", "sup-1", "Mon 08-16 09:00"),
        ("reminded", "sup-1", "Mon 08-23 09:00"),
        ("escalated", "sup-2", "Fri 08-27 09:00"),
        ("told", "cs-1", "Mon 08-30 09:00"),
    ]
    assert life.at == local("2027-09-13 17:00")


def test_a_sign_off_that_never_comes_leaves_the_placement_partially_completed() -> None:
    life = awaiting_sign_off()
    life.tick_until(PlacementState.PARTIALLY_COMPLETED)
    assert life.placement.reason == "not_signed_off"
    assert [(how, who) for how, who, _ in story_of(life, "sign_off")] == [
        ("opened", "tea-1"),
        ("reminded", "tea-1"),
        ("escalated", "co-1"),
    ]


def test_a_baseline_that_never_comes_is_coded_and_holds_nothing_up() -> None:
    life = awaiting_assessment()
    assert life.request("baseline_evaluation").state is RequestState.NOT_PROVIDED
    life.submit("final_evaluation")
    assert life.state is PlacementState.AWAITING_SIGN_OFF


@pytest.mark.parametrize("reach", [proposed, offered, preparing, ready, awaiting_assessment, awaiting_sign_off])
def test_whatever_stage_falls_silent_the_placement_ends_by_itself(reach: Callable[[], Life]) -> None:
    life = reach()
    life.tick_until(lambda life: life.state in TERMINAL)
    assert next_due(life.placement) is None


def test_overdue_is_told_once_when_the_due_day_is_over() -> None:
    life = proposed()
    life.tick_until(PlacementState.EXPIRED)
    assert types(life.events).count("request.overdue") == 1
    assert life.told("request.overdue")[0].at == local("2027-06-10 17:00")
