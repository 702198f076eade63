"""Signatures, the first day, and learners who do not come."""

from datetime import timedelta

import pytest

from lifecycle.deadlines import due_at
from schemas.effects import Notify, ReleaseSeatEffect
from schemas.placement_commands import ConfirmAttendance, ReportMissed
from schemas.vocabulary import PlacementState, RequestState, SeatState
from tests.lifecycle.lives import AGREEMENTS, Life, active, local, preparing, proposal, ready, sign, story_of, types
from tests.lifecycle.programs_made import changed, with_permit


def test_the_last_signature_makes_the_placement_ready_and_tells_who_is_involved() -> None:
    life = preparing()
    for one in AGREEMENTS[:3]:
        life.submit(one)
        assert life.state is PlacementState.PREPARING
    life.submit(AGREEMENTS[3])
    assert life.state is PlacementState.READY
    told = [one for one in life.effects if isinstance(one, Notify) and one.message == "placement_ready_notification"]
    assert [one.person_id for one in told] == ["lrn-1", "sup-1", "cs-1"]


def test_the_supervisor_is_asked_about_the_first_day_on_its_morning() -> None:
    life = ready()
    life.tick()
    assert story_of(life, "first_day") == [("opened", "sup-1", "Tue 07-06 09:00")]


def test_a_learner_who_started_activates_the_placement() -> None:
    life = active()
    assert life.state is PlacementState.ACTIVE
    assert life.told("placement.activated")[0].model_dump(include={"confirmed"}) == {"confirmed": True}


def test_attendance_confirmed_by_other_means_withdraws_the_form() -> None:
    life = ready()
    life.tick()
    assert types(life.say(ConfirmAttendance()))[:2] == ["request.withdrawn", "placement.activated"]


@pytest.mark.parametrize("said", ["form", "command"])
def test_a_missed_first_day_asks_the_career_specialist_to_follow_up(said: str) -> None:
    life = ready()
    life.tick()
    if said == "form":
        life.submit("first_day", "not_come")
    else:
        life.say(ReportMissed())
    assert life.state is PlacementState.READY
    assert life.request("no_show_follow_up").person_id == "cs-1"
    assert not life.request("first_day").is_open


def test_a_first_day_reported_missed_twice_is_missed_once() -> None:
    life = ready()
    life.tick()
    life.say(ReportMissed())
    assert life.say(ReportMissed()) == []


def test_a_learner_who_comes_a_day_late_is_active() -> None:
    life = _missed()
    life.submit("no_show_follow_up", "started")
    assert life.state is PlacementState.ACTIVE


def test_attendance_confirmed_after_a_missed_day_ends_the_follow_up() -> None:
    life = _missed()
    life.say(ConfirmAttendance())
    assert life.state is PlacementState.ACTIVE
    assert life.request("no_show_follow_up").state is RequestState.WITHDRAWN
    assert [event.reason for event in life.told("request.withdrawn")] == ["answered_otherwise"]


def test_a_learner_who_never_comes_is_a_no_show_and_the_seat_is_free() -> None:
    life = _missed()
    life.submit("no_show_follow_up", "no_show")
    assert (life.state, life.placement.seat) == (PlacementState.NO_SHOW, SeatState.RELEASED)
    assert [one for one in life.effects if isinstance(one, ReleaseSeatEffect)]


def test_an_unanswered_follow_up_ends_as_no_show_after_two_business_days() -> None:
    life = _missed()
    life.tick_until(PlacementState.NO_SHOW)
    assert story_of(life, "no_show_follow_up") == [
        ("opened", "cs-1", "Tue 07-06 10:00"),
        ("reminded", "cs-1", "Wed 07-07 09:00"),
    ]
    assert life.at == local("2027-07-08 17:00")


def test_a_late_signature_after_the_start_date_still_leads_to_the_first_day_and_the_evaluation() -> None:
    life = preparing()
    life.pass_days_until(local("2027-07-12 12:00"))
    sign(life)
    assert story_of(life, "first_day") == [("opened", "sup-1", "Mon 07-12 16:00")]
    life.submit("first_day", "started")
    life.tick_until(PlacementState.AWAITING_ASSESSMENT)
    assert life.request("baseline_evaluation").asked[0].how == "opened"
    assert life.request("final_evaluation").is_open


def test_a_signature_after_the_last_day_still_leads_to_the_evaluation() -> None:
    life = preparing(proposal(start=local("2027-07-06").date(), end=local("2027-07-09").date()))
    life.pass_days_until(local("2027-07-13 08:00"))
    sign(life)
    life.submit("first_day", "started")
    assert life.state is PlacementState.AWAITING_ASSESSMENT
    assert life.request("final_evaluation").is_open
    assert life.placement.of_kind(life.request("final_evaluation").kind)[0].opened_at == life.at


def test_a_request_opened_after_its_due_day_leaves_the_programs_notice() -> None:
    life = preparing()
    life.pass_days_until(local("2027-07-12 12:00"))
    sign(life)
    assert life.request("first_day").opened_at == local("2027-07-12 16:00")
    assert life.due() == local("2027-07-14 17:00")


def test_a_request_opened_after_hours_of_its_due_day_leaves_the_programs_notice() -> None:
    life = preparing()
    life.pass_days_until(local("2027-07-06 16:30"))
    sign(life)
    assert life.request("first_day").opened_at == local("2027-07-06 20:30")
    assert due_at(life.placement, life.request("first_day")) == local("2027-07-08 17:00")


def test_an_agreement_that_does_not_block_and_never_comes_cancels_nothing() -> None:
    life = preparing(proposal(program=with_permit(blocks=False)))
    life.tick_until(lambda life: life.placement.request("permit") is not None and not life.request("permit").is_open)
    assert life.request("permit").state is RequestState.NOT_PROVIDED
    assert life.state is PlacementState.PREPARING


def test_a_second_agreement_that_is_asked_later_is_waited_for() -> None:
    life = preparing(proposal(program=with_permit()))
    sign(life)
    assert life.state is PlacementState.PREPARING
    life.tick()
    assert story_of(life, "permit") == [("opened", "cs-1", "Mon 06-21 09:00")]
    life.submit("permit")
    assert life.state is PlacementState.READY


def test_an_agreement_that_does_not_block_is_not_waited_for() -> None:
    life = preparing(proposal(program=with_permit(blocks=False)))
    sign(life)
    assert life.state is PlacementState.READY


def test_an_adult_has_nothing_to_sign_when_only_guardians_do() -> None:
    program = changed(
        lambda stages, _: stages["preparation"]["asks"][0].update(of=[{"role": "guardian", "when": "minor"}])
    )
    assert preparing(proposal(program=program, minor=False)).state is PlacementState.READY
    assert preparing(proposal(program=program)).state is PlacementState.PREPARING


def _missed() -> Life:
    life = ready()
    life.tick()
    life.submit("first_day", "not_come", at=life.at + timedelta(hours=1))
    return life
