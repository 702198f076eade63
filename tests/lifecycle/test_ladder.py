"""Reminders and escalations: what is missed is made up gently, what is dead is passed on at once."""

from datetime import date, timedelta

import pytest

from lifecycle.deadlines import BREATH, closes_at, next_rung
from schemas.change_commands import Extend, ReplaceSupervisor
from schemas.effects import Notify
from schemas.placement_commands import Disclaim, RecordBounce, Resend
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import DisclaimReason, PlacementState, RequestState, Role
from tests.lifecycle.lives import (
    TEAM,
    Life,
    active,
    awaiting_assessment,
    awaiting_sign_off,
    local,
    offered,
    proposal,
    proposed,
    story_of,
    types,
)
from tests.lifecycle.programs_made import with_ladder

NIGHT = local("2027-08-29 03:00")
THREE_TO_ASK = (Role.ALTERNATE_SUPERVISOR, Role.SITE_CONTACT, Role.COORDINATOR)


def test_a_weekend_without_a_worker_still_asks_on_the_first_tick_after_it() -> None:
    life = active()
    life.pass_days_until(local("2027-08-05 12:00"))
    life.tick(local("2027-08-08 20:00"))
    assert story_of(life, "final_evaluation") == [("opened", "sup-1", "Sun 08-08 20:00")]
    life.tick_until(lambda life: len(life.request("final_evaluation").asked) == 2)
    assert story_of(life, "final_evaluation")[1] == ("reminded", "sup-1", "Tue 08-10 09:00")


def test_a_reminder_missed_over_a_weekend_goes_out_when_the_worker_is_back() -> None:
    life = awaiting_assessment()
    life.pass_days_until(local("2027-08-20 18:00"))
    assert "told" not in types(life.tick(local("2027-08-24 11:00")))
    assert story_of(life, "final_evaluation")[-1] == ("reminded", "sup-1", "Tue 08-24 11:00")


def test_three_weeks_without_a_worker_are_made_up_with_one_message_a_day_and_never_a_sudden_end() -> None:
    life = awaiting_assessment()
    life.tick(local("2027-09-20 11:00"))
    assert life.request("final_evaluation").is_open
    life.tick_until(lambda life: not life.request("final_evaluation").is_open)
    assert story_of(life, "final_evaluation")[3:] == [
        ("reminded", "sup-1", "Mon 09-20 11:00"),
        ("escalated", "sup-2", "Tue 09-21 09:00"),
        ("told", "cs-1", "Wed 09-22 09:00"),
    ]
    assert life.at == local("2027-09-23 17:00")


def test_an_outage_over_the_end_of_a_request_still_asks_the_alternate_before_it_ends() -> None:
    life = proposed()
    life.tick(local("2027-07-19 08:00"))
    assert types(life.events)[-2:] == ["request.overdue", "request.reminded"]
    life.tick()
    assert story_of(life, "host_confirmation")[-1] == ("escalated", "sup-2", "Tue 07-20 09:00")
    life.tick_until(PlacementState.EXPIRED)
    assert life.at == local("2027-07-22 17:00")


def test_a_late_tick_sends_at_most_one_message_about_one_request() -> None:
    life = awaiting_assessment()
    before = len(life.effects)
    life.tick(NIGHT)
    sent = [one for one in life.effects[before:] if isinstance(one, Notify)]
    assert len(sent) == len({one.request_id for one in sent})


def test_a_reminder_within_a_breath_of_the_last_message_is_dropped() -> None:
    life = proposed()
    life.say(Resend(request_id="host_confirmation"), at=local("2027-06-08 22:00"))
    life.tick_until(PlacementState.EXPIRED)
    assert [how for how, _, _ in story_of(life, "host_confirmation")] == ["opened", "resent", "escalated", "told"]


def test_a_reminder_that_would_pass_a_due_day_on_a_weekend_goes_out_on_the_friday_before() -> None:
    life = active(proposal(end=local("2027-08-15").date()))
    life.tick_until(lambda life: life.state is PlacementState.AWAITING_ASSESSMENT)
    assert [when for how, _, when in story_of(life, "final_evaluation") if how == "reminded"] == [
        "Thu 08-12 09:00",
        "Fri 08-13 09:00",
    ]


def test_a_resend_on_the_last_afternoon_moves_the_end_to_the_next_business_day() -> None:
    life = offered()
    life.pass_days_until(local("2027-06-15 12:00"))
    assert closes_at(life.placement, life.request("offer")) == local("2027-06-15 17:00")
    life.say(Resend(request_id="offer"))
    assert closes_at(life.placement, life.request("offer")) == local("2027-06-16 17:00")


def test_somebody_asked_late_has_the_programs_notice_before_the_end() -> None:
    ladder = [{"at": "due + 2bd", "then": "ask", "who": "alternate_supervisor"}]
    life = proposed(proposal(program=with_ladder("host_confirmation", ladder, close="due + 2bd")))
    life.tick_until(lambda life: len(life.request("host_confirmation").holders) == 2)
    assert life.at == local("2027-06-14 09:00")
    assert closes_at(life.placement, life.request("host_confirmation")) == local("2027-06-16 17:00")


def test_a_step_after_the_end_never_comes() -> None:
    ladder = [{"at": "due + 9bd", "then": "ask", "who": "alternate_supervisor"}]
    life = proposed(proposal(program=with_ladder("host_confirmation", ladder)))
    life.tick_until(PlacementState.EXPIRED)
    assert [how for how, _, _ in story_of(life, "host_confirmation")] == ["opened"]
    assert life.at == local("2027-06-21 17:00")


def test_a_step_whose_role_nobody_holds_is_passed_over() -> None:
    team = {"student": "lrn-1", "guardian": "grd-1", "worksite_supervisor": "sup-1", "career_specialist": "cs-1"}
    life = proposed(proposal(team=team))
    life.tick_until(PlacementState.EXPIRED)
    assert [(how, who) for how, who, _ in story_of(life, "host_confirmation")] == [
        ("opened", "sup-1"),
        ("reminded", "sup-1"),
        ("told", "cs-1"),
    ]


def test_the_alternate_may_answer_after_being_asked() -> None:
    life = _asked_alternate()
    life.submit("final_evaluation", by="sup-2")
    answered = life.request("final_evaluation").answered_by
    assert (answered.person_id, answered.role) == ("sup-2", "alternate_supervisor")


def test_the_original_may_still_answer_after_the_alternate_was_asked() -> None:
    life = _asked_alternate()
    life.submit("final_evaluation", by="sup-1")
    assert life.request("final_evaluation").answered_by.role == "worksite_supervisor"
    assert life.state is PlacementState.AWAITING_SIGN_OFF


def test_the_alternate_may_not_answer_before_being_asked() -> None:
    life = awaiting_assessment()
    with pytest.raises(Refused) as refused:
        life.submit("final_evaluation", by="sup-2")
    assert refused.value.code is ProblemCode.NOT_AWAITED


def test_the_one_who_was_told_may_not_answer() -> None:
    life = awaiting_assessment()
    life.tick_until(lambda life: life.request("final_evaluation").asked[-1].how == "told")
    with pytest.raises(Refused, match="not asked of cs-1"):
        life.submit("final_evaluation", by="cs-1")


def test_after_an_escalation_reminders_go_to_the_person_asked_last() -> None:
    life = awaiting_sign_off()
    life.tick_until(lambda life: len(life.request("sign_off").holders) == 2)
    assert life.request("sign_off").person_id == "co-1"


def test_a_bounce_asks_the_next_person_at_once() -> None:
    life = active()
    life.pass_days_until(local("2027-08-06 09:00"))
    said = life.say(RecordBounce(request_id="final_evaluation", person_id="sup-1"), at=life.at + timedelta(minutes=2))
    assert types(said) == ["request.bounced", "request.escalated"]
    assert story_of(life, "final_evaluation")[-1] == ("escalated", "sup-2", "Fri 08-06 09:02")


def test_a_bounce_with_nobody_else_to_ask_tells_the_specialist_at_once() -> None:
    life = offered()
    assert types(life.say(RecordBounce(request_id="offer", person_id="lrn-1"))) == ["request.bounced", "request.told"]


def test_a_bounce_when_everybody_was_reached_only_says_so() -> None:
    life = offered()
    life.say(RecordBounce(request_id="offer", person_id="lrn-1"))
    assert types(life.say(RecordBounce(request_id="offer", person_id="lrn-1"))) == ["request.bounced"]


def test_a_new_supervisor_is_reminded_also_of_what_a_bounce_had_passed_over() -> None:
    life = active()
    life.pass_days_until(local("2027-08-06 09:00"))
    life.say(RecordBounce(request_id="final_evaluation", person_id="sup-1"))
    life.say(ReplaceSupervisor(person_id="sup-9"))
    life.tick_until(lambda life: life.request("final_evaluation").asked[-1].how == "reminded")
    assert story_of(life, "final_evaluation")[-1] == ("reminded", "sup-9", "Tue 08-10 09:00")


def test_a_bounce_of_somebody_who_is_no_longer_the_owner_asks_nobody_else() -> None:
    life = _asked_alternate()
    assert types(life.say(RecordBounce(request_id="final_evaluation", person_id="sup-1"))) == ["request.bounced"]
    assert life.request("final_evaluation").person_id == "sup-2"


def test_whoever_says_that_it_is_not_theirs_is_not_asked_again_at_once_in_another_role() -> None:
    asks = [{"at": f"due + {day}bd", "then": "ask", "who": who} for day, who in enumerate(THREE_TO_ASK, start=1)]
    team = TEAM | {Role.SITE_CONTACT: TEAM[Role.ALTERNATE_SUPERVISOR]}
    life = proposed(proposal(program=with_ladder("host_confirmation", asks, close="due + 9bd"), team=team))
    life.tick_until(lambda life: life.request("host_confirmation").person_id == "sup-2")
    life.say(Disclaim(request_id="host_confirmation", person_id="sup-2", reason=DisclaimReason.NOT_MY_STUDENT))
    assert [(how, who) for how, who, _ in story_of(life, "host_confirmation")] == [
        ("opened", "sup-1"),
        ("escalated", "sup-2"),
        ("disclaimed", "sup-2"),
        ("escalated", "co-1"),
    ]


def test_saying_again_that_it_is_not_theirs_changes_nothing_though_the_date_moved() -> None:
    life = active()
    life.pass_days_until(local("2027-08-09 10:00"))
    not_theirs = Disclaim(request_id="self_assessment", person_id="lrn-1", reason=DisclaimReason.SOMEONE_ELSE)
    life.say(not_theirs)
    life.say(Extend(end=date(2027, 8, 20)))
    assert [how for how, _, _ in story_of(life, "self_assessment")] == ["opened", "disclaimed", "moved"]
    assert life.say(not_theirs) == []


def test_a_bounce_about_a_request_that_is_closed_changes_nothing() -> None:
    life = offered()
    assert life.say(RecordBounce(request_id="host_confirmation", person_id="sup-1")) == []
    assert life.say(RecordBounce(request_id="nothing", person_id="sup-1")) == []


def test_a_resend_voids_that_persons_links_only_and_asks_again() -> None:
    life = _asked_alternate()
    life.say(Resend(request_id="final_evaluation"))
    revoked, asked = life.effects[-2:]
    assert (revoked.effect, revoked.person_id) == ("revoke_links", "sup-2")
    assert (asked.message, asked.person_id) == ("request_resent_ask", "sup-2")
    life.submit("final_evaluation", by="sup-1")
    assert life.request("final_evaluation").state is RequestState.SUBMITTED


def test_nothing_closes_within_a_breath_of_a_message() -> None:
    life = awaiting_assessment()
    life.tick(NIGHT)
    for request in life.placement.open_requests:
        assert closes_at(life.placement, request) >= request.asked[-1].at + BREATH
        assert closes_at(life.placement, request) >= next_rung(life.placement, request).at


def _asked_alternate() -> Life:
    life = awaiting_assessment()
    life.tick_until(lambda life: len(life.request("final_evaluation").holders) == 2)
    return life
