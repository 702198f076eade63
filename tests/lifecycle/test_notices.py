"""Notices: messages that ask nothing go out on their morning, once, and never when they are no longer true."""

from typing import Any

from lifecycle.waiting import next_due
from schemas.effects import Notify
from schemas.vocabulary import PlacementState
from tests.lifecycle.lives import Life, local, offered, preparing, proposal, sign
from tests.lifecycle.programs_made import changed

NOTICES = [
    {"id": "four_weeks", "message": "preparation_missing_reminder", "at": "start - 28d", "to": ["career_specialist"]},
    {"id": "one_week", "message": "preparation_missing_reminder", "at": "start - 7d", "to": ["career_specialist"]},
    {"id": "tomorrow", "message": "placement_starts_reminder", "at": "start - 1bd", "to": ["student", "guardian"]},
]


def _with_notices(_: dict[str, Any], parts: dict[str, Any]) -> None:
    parts["notices"] = NOTICES


PROPOSAL = proposal(program=changed(_with_notices))


def given(life: Life) -> list[tuple[str, str, bool]]:
    return [(one.notice_id, f"{one.at:%m-%d}", one.late) for one in life.events if one.type == "notice.given"]


def sent(life: Life) -> list[tuple[str, str]]:
    told = [one for one in life.effects if isinstance(one, Notify) and one.request_id is None]
    return [(one.message, one.person_id) for one in told if one.message.endswith("_reminder")]


def test_a_notice_goes_out_on_its_morning_to_everybody_it_is_meant_for() -> None:
    life = preparing(PROPOSAL)
    life.pass_days_until(local("2027-07-02 10:00"))
    assert given(life) == [("four_weeks", "06-08", False), ("one_week", "06-29", False), ("tomorrow", "07-02", False)]
    assert sent(life)[2:] == [("placement_starts_reminder", "lrn-1"), ("placement_starts_reminder", "grd-1")]


def test_what_is_complete_is_not_told_to_be_missing() -> None:
    life = preparing(PROPOSAL)
    sign(life)
    life.pass_days_until(local("2027-07-02 10:00"))
    assert given(life) == [("tomorrow", "07-02", False)]


def test_of_two_notices_that_say_the_same_only_the_newer_goes_out_when_both_are_due() -> None:
    life = preparing(PROPOSAL)
    life.tick(local("2027-06-30 09:00"))
    assert given(life) == [("four_weeks", "06-30", True), ("one_week", "06-30", False)]
    assert sent(life) == [("preparation_missing_reminder", "cs-1")]


def test_nobody_is_reminded_of_what_they_are_asked_in_the_same_minute() -> None:
    life = offered(PROPOSAL, local("2027-06-30 10:00"))
    life.submit("offer", "accept")
    assert given(life) == [("four_weeks", "06-30", True), ("one_week", "06-30", True)]
    assert sent(life) == []


def test_a_reminder_of_the_first_day_that_falls_on_a_day_off_goes_out_before_it() -> None:
    def day_before(_: dict[str, Any], parts: dict[str, Any]) -> None:
        parts["notices"] = [{**NOTICES[2], "at": "start - 1d"}]

    life = preparing(proposal(program=changed(day_before)))
    life.pass_days_until(local("2027-07-06 08:00"))
    assert given(life) == [("tomorrow", "07-02", False)]


def test_after_the_first_day_nobody_is_told_that_it_comes_and_nothing_stays_due() -> None:
    life = offered(PROPOSAL, local("2027-07-06 10:00"))
    life.submit("offer", "accept", at=local("2027-07-07 08:00"))
    assert [late for _, __, late in given(life)] == [True, True, True]
    assert sent(life) == []
    due = next_due(life.placement)
    assert due is not None
    assert due > life.at


def test_who_cannot_start_yet_is_told_not_to_come_on_the_morning_of_the_first_day() -> None:
    def not_ready(_: dict[str, Any], parts: dict[str, Any]) -> None:
        parts["notices"] = [
            {
                "id": "not_ready",
                "message": "placement_blocked_warning",
                "at": "start",
                "to": ["student", "guardian", "worksite_supervisor"],
            }
        ]

    late, done = (preparing(proposal(program=changed(not_ready))) for _ in range(2))
    sign(done)
    for life in (late, done):
        life.pass_days_until(local("2027-07-06 10:00"))
    assert given(late) == [("not_ready", "07-06", False)]
    warned = [one.person_id for one in late.effects if getattr(one, "message", "") == "placement_blocked_warning"]
    assert warned == ["lrn-1", "grd-1", "sup-1", "cs-1"]
    assert given(done) == []


def test_a_stack_that_was_down_over_the_first_day_does_not_remind_of_it() -> None:
    life = preparing(PROPOSAL)
    sign(life)
    life.tick(local("2027-07-06 20:00"))
    assert life.state is PlacementState.READY
    assert given(life) == [("tomorrow", "07-06", True)]
    assert sent(life) == []
