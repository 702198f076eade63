"""What outsiders see: the view, the story in words, the alarm's line, the attributes."""

import pytest

from lifecycle.registry import OPPORTUNITY, PLACEMENT, batch, facts, first_batch
from lifecycle.viewing import opportunity_view, placement_view
from lifecycle.words import opportunity_details, placement_alarm, placement_details
from schemas.acts import TIME
from schemas.change_commands import Extend
from schemas.effects import Bounced, ClaimSeatEffect, Done, Notify, SeatAnswer
from schemas.placement_commands import Opening, RecordBounce, RecordSeat, ReportMissed
from schemas.views import OpportunityView, PlacementView
from schemas.vocabulary import PlacementState, Role
from tests.lifecycle.lives import (
    REACH,
    Life,
    active,
    awaiting_assessment,
    awaiting_sign_off,
    completed,
    local,
    preparing,
    proposal,
    proposed,
    ready,
)
from tests.lifecycle.programs_made import changed
from tests.lifecycle.test_opportunity import opened


def seen(life: Life) -> PlacementView:
    return placement_view(life.placement)


def upcoming(life: Life) -> list[str]:
    return [one.id for one in seen(life).requests if one.state == "upcoming"]


@pytest.mark.parametrize("state", REACH)
def test_a_view_is_the_same_after_json(state: PlacementState) -> None:
    view = seen(REACH[state]())
    assert PlacementView.model_validate_json(view.model_dump_json()) == view


def test_an_opportunitys_view_is_the_same_after_json() -> None:
    view = opportunity_view(opened())
    assert OpportunityView.model_validate_json(view.model_dump_json()) == view


def test_open_requests_come_with_their_deadlines_and_upcoming_ones_with_their_days() -> None:
    first, *rest = seen(proposed()).requests
    assert (first.id, first.state, first.person_id) == ("host_confirmation", "open", "sup-1")
    assert (first.due_at, first.closes_at) == (local("2027-06-10 17:00"), local("2027-06-21 17:00"))
    assert [(one.id, one.opens_at, one.due_at) for one in rest] == [
        ("first_day", local("2027-07-06 09:00"), local("2027-07-06 17:00")),
        ("baseline_evaluation", local("2027-07-13 09:00"), local("2027-07-20 17:00")),
        ("final_evaluation", local("2027-08-06 09:00"), local("2027-08-13 17:00")),
        ("self_assessment", local("2027-08-06 09:00"), local("2027-08-13 17:00")),
    ]


def test_upcoming_requests_move_with_an_extension() -> None:
    life = active()
    life.say(Extend(end=local("2027-09-03").date()))
    [final] = [one for one in seen(life).requests if one.id == "final_evaluation"]
    assert final.opens_at == local("2027-08-27 09:00")


def test_what_can_no_longer_be_asked_is_not_upcoming() -> None:
    week = proposal(start=local("2027-07-06").date(), end=local("2027-07-09").date())
    assert "baseline_evaluation" not in upcoming(proposed(week))
    assert upcoming(awaiting_assessment(week)) == []
    assert upcoming(awaiting_sign_off()) == []
    assert upcoming(completed()) == []


def test_a_first_day_that_was_missed_is_not_upcoming() -> None:
    life = ready()
    life.say(ReportMissed())
    assert "first_day" not in upcoming(life)


def test_upcoming_deadlines_are_of_the_worksites_day_on_the_other_side_of_the_world() -> None:
    program = changed(lambda _, parts: parts["calendar"].update(time_zone="Pacific/Auckland", holidays=[]))
    life = proposed(proposal(program=program))
    [final] = [one for one in seen(life).requests if one.id == "final_evaluation"]
    life = active(proposal(program=program))
    life.tick_until(lambda one: one.placement.request("final_evaluation") is not None)
    [asked] = [one for one in seen(life).requests if one.id == "final_evaluation"]
    assert (final.opens_at, final.due_at, final.closes_at) == (asked.opens_at, asked.due_at, asked.closes_at)


def test_a_view_says_whose_answer_progress_waits_for() -> None:
    life = preparing()
    life.submit("agreement.student")
    assert seen(life).awaiting == ("coordinator", "guardian", "worksite_supervisor")


def test_progress_does_not_wait_for_what_does_not_block() -> None:
    life = active()
    life.pass_days_until(local("2027-08-06 12:00"))
    for one in ("baseline_evaluation", "final_evaluation"):
        life.submit(one)
    assert life.request("self_assessment").is_open
    assert seen(life).awaiting == ()


def test_the_next_due_moment_is_the_earliest_deadline_of_a_person() -> None:
    assert seen(proposed()).next_due_at == local("2027-06-10 17:00")
    assert seen(ready()).next_due_at == local("2027-07-06 09:00")
    assert seen(completed()).next_due_at is None


def test_a_view_of_an_ended_placement_carries_its_outcome() -> None:
    assert seen(active()).outcome is None
    assert seen(completed()).outcome is PlacementState.COMPLETED


def test_overdue_is_seen_once_the_due_moment_has_passed() -> None:
    life = proposed()
    life.pass_days_until(local("2027-06-10 16:59"))
    assert not seen(life).overdue
    life.tick()
    assert seen(life).overdue


def test_the_story_names_what_is_awaited_of_whom_and_what_time_does_next() -> None:
    assert seen(proposed()).story.splitlines() == [
        "Proposed since Mon 7 Jun 2027 09:30.",
        (
            "- host confirmation awaited of worksite supervisor sup-1, due Thu 10 Jun 2027 17:00; "
            "reminder to worksite supervisor Wed 9 Jun 2027 09:00"
        ),
    ]


def test_the_story_says_since_when_an_answer_is_overdue() -> None:
    life = proposed()
    life.pass_days_until(local("2027-06-11 12:00"))
    assert "OVERDUE since Thu 10 Jun 2027 17:00; then asked: alternate supervisor Mon 14 Jun" in seen(life).story


def test_the_story_of_an_ended_placement_gives_the_reason() -> None:
    life = proposed()
    life.tick_until(PlacementState.EXPIRED)
    assert seen(life).story == "Expired (host did not answer) since Mon 21 Jun 2027 17:00. It has ended."


def test_the_story_of_an_active_placement_says_what_will_be_asked() -> None:
    assert "- final evaluation will be asked of worksite supervisor Fri 6 Aug 2027 09:00" in seen(active()).story
    assert "- last day ends Fri 13 Aug 2027 17:00" in seen(active()).story


def test_the_alarm_says_in_one_line_what_time_does_next() -> None:
    assert placement_alarm(proposed().placement) == (
        "Wed 9 Jun 2027 09:00: host confirmation, worksite supervisor sup-1"
    )
    assert placement_alarm(ready().placement) == "Tue 6 Jul 2027 09:00: ask worksite supervisor for first day"
    assert placement_alarm(completed().placement) == ""
    last_day = active()
    last_day.pass_days_until(local("2027-08-06 12:00"))
    for one in last_day.placement.open_requests:
        last_day.submit(one.id)
    assert placement_alarm(last_day.placement) == "Fri 13 Aug 2027 17:00: last day ends"


@pytest.mark.parametrize("state", REACH)
def test_a_living_placement_that_time_will_touch_has_an_alarm_line(state: PlacementState) -> None:
    life = REACH[state]()
    assert bool(placement_alarm(life.placement)) == (PLACEMENT.next_due(life.placement) is not None)


def test_the_details_say_in_one_line_what_a_lifecycle_is_about() -> None:
    assert placement_details(proposed().placement) == (
        "Learner lrn-1; opportunity opp-1 at host hst-1; proposed for 2027-07-06 to 2027-08-13; program version 2027.1."
    )
    assert opportunity_details(opened()) == "2 seats at host hst-1; 2027-07-06 to 2027-08-13."


def test_attributes_hold_ids_and_codes_only() -> None:
    life = proposed()
    attributes = PLACEMENT.attributes(life.placement)
    assert (attributes.program, attributes.state, attributes.host) == ("boston-summer-internship", "proposed", "hst-1")
    assert attributes.awaiting == (Role.WORKSITE_SUPERVISOR,)
    assert attributes.next_due == local("2027-06-09 09:00")
    assert OPPORTUNITY.attributes(opened()).state == "open"


def test_facts_are_numbered_from_one_without_a_gap() -> None:
    life = completed()
    told = facts(life.placement, "placement", 1, TIME, life.events)
    assert [one.seq for one in told] == list(range(1, len(life.events) + 1))
    assert [one.type for one in told] == [one.type for one in life.events]


def test_the_first_batch_holds_the_opening_without_effects() -> None:
    command = proposal()
    first = first_batch(Opening(command=command, at=local("2027-06-07 09:30")), TIME)
    assert [one.type for one in first.facts] == ["placement.proposed", "request.opened"]
    assert (first.seq, first.effects, first.view["state"]) == (2, (), "proposed")


def test_a_batch_carries_the_view_after_its_last_fact() -> None:
    life = completed()
    told = facts(life.placement, "placement", 2, TIME, life.events[-3:])
    made = batch(PLACEMENT, life.placement, 2, told)
    assert (made.epoch, made.seq, made.view["outcome"]) == (2, life.placement.seq, "completed")


def test_what_an_effect_came_to_is_told_to_the_placement_only_if_it_matters() -> None:
    claim = ClaimSeatEffect(key="k", opportunity_id="opp-1")
    ask = Notify(key="k", message="request_opened_ask", person_id="sup-1", role=Role.STUDENT, request_id="offer")
    news = Notify(key="k", message="placement_ready_notification", person_id="sup-1", role=Role.STUDENT)
    assert PLACEMENT.learned(claim, SeatAnswer(key="k", granted=True)) == RecordSeat(granted=True)
    bounced = Bounced(key="k", reason="no_such_user")
    assert PLACEMENT.learned(ask, bounced) == RecordBounce(request_id="offer", person_id="sup-1")
    assert PLACEMENT.learned(news, bounced) is None
    assert PLACEMENT.learned(ask, Done(key="k")) is None
