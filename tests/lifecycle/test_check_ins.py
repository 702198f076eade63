"""Repeated asks: one turn after the other while the placement is active."""

from datetime import date

from lifecycle.opening import openings
from lifecycle.placement_facts import TABLE
from schemas.change_commands import Extend
from schemas.vocabulary import PlacementState, RequestKind
from tests.lifecycle.lives import Life, active, local, proposal, story_of
from tests.lifecycle.programs_made import with_check_ins

WEEKLY = proposal(program=with_check_ins())


def test_a_weekly_check_in_is_asked_every_week_until_the_last_day() -> None:
    life = _end_of(active(WEEKLY))
    assert [str(day) for day in _days(life)] == [
        "2027-07-09",
        "2027-07-16",
        "2027-07-23",
        "2027-07-30",
        "2027-08-06",
        "2027-08-13",
    ]


def test_each_turn_is_a_request_of_its_own() -> None:
    life = _end_of(active(WEEKLY))
    ids = [one.id for one in life.placement.of_kind(RequestKind.CHECK_IN)]
    assert ids == [f"check_in.{number}" for number in range(1, 7)]


def test_a_check_in_asked_of_two_roles_is_counted_for_each() -> None:
    life = active(proposal(program=with_check_ins(weeks=2, of=["student", "worksite_supervisor"])))
    life.pass_days_until(local("2027-07-23 12:00"))
    assert [one.id for one in life.placement.of_kind(RequestKind.CHECK_IN)] == [
        "check_in.student.1",
        "check_in.worksite_supervisor.1",
        "check_in.student.2",
        "check_in.worksite_supervisor.2",
    ]


def test_no_more_turns_are_asked_than_the_program_says() -> None:
    assert len(_days(_end_of(active(proposal(program=with_check_ins(times=2)))))) == 2


def test_turns_missed_while_nothing_ran_are_not_made_up() -> None:
    life = active(WEEKLY)
    life.tick(local("2027-07-28 11:00"))
    asked = [one.id for one in life.placement.of_kind(RequestKind.CHECK_IN)]
    assert asked == ["check_in.3"]
    assert story_of(life, "check_in.3") == [("opened", "lrn-1", "Wed 07-28 11:00")]
    assert [one.request_id for one in openings(TABLE, life.placement) if one.ask.id == "check_in"] == ["check_in.4"]


def test_no_turn_is_announced_for_after_the_last_day() -> None:
    life = active(WEEKLY)
    life.pass_days_until(local("2027-08-13 12:00"))
    assert life.state is PlacementState.ACTIVE
    assert [one.request_id for one in openings(TABLE, life.placement)] == []


def test_an_extension_adds_turns() -> None:
    life = active(WEEKLY)
    life.say(Extend(end=local("2027-08-27").date()))
    assert len(_days(_end_of(life))) == 8


def test_an_unanswered_check_in_ends_by_itself_and_the_next_is_asked() -> None:
    life = active(WEEKLY)
    life.pass_days_until(local("2027-07-16 12:00"))
    first, second = life.placement.of_kind(RequestKind.CHECK_IN)
    assert (first.state, second.state) == ("not_provided", "open")
    assert life.state is PlacementState.ACTIVE


def test_a_turn_that_falls_on_a_holiday_is_asked_on_the_next_business_day() -> None:
    start, end = local("2027-09-29").date(), local("2027-10-29").date()
    command = proposal(program=with_check_ins(), start=start, end=end)
    life = _end_of(active(command, at=local("2027-09-08 09:30")))
    assert [str(day) for day in _days(life)] == ["2027-10-04", "2027-10-12", "2027-10-18", "2027-10-25"]


def _end_of(life: Life) -> Life:
    life.tick_until(PlacementState.AWAITING_ASSESSMENT)
    return life


def _days(life: Life) -> list[date]:
    return [one.opened_at.date() for one in life.placement.of_kind(RequestKind.CHECK_IN)]
