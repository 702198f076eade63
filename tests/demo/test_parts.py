import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog.program_catalog import program
from cli.demo.cast import make_cast
from cli.demo.paper import Paper, Writer
from cli.demo.play import visitors_clock
from cli.demo.scripts import LEFT_TO_THE_VISITOR, SCRIPTS
from lifecycle.deadlines import closes_at
from schemas.clock import Clock
from schemas.placement_commands import RecordSeat
from schemas.vocabulary import PlacementState, RequestKind
from tests.lifecycle.lives import AGREEMENTS, Life, proposal

PAGE = """
<form method="get" action="/elsewhere"></form>
<form method="post" action="/f/abc?lang=en">
<input type="radio" name="skill" value="1"><input type="radio" name="skill" value="2">
<input type="radio" name="skill" value="3"><input type="radio" name="skill" value="4">
<input type="radio" name="skill" value="5"><input type="radio" name="skill" value="na">
<input type="radio" name="decision" value="accept"><input type="radio" name="decision" value="decline">
<input type="checkbox" name="agree" value="yes"><input type="date" name="day">
<textarea name="comment"></textarea><input name="signature"></form>
"""


def filled(kind: RequestKind, decision: str | None = "decline") -> dict[str, str]:
    return Writer("lrn-1", kind, decision, "Ada Example", "2027-07-06").fill(Paper(PAGE))


def test_the_writer_posts_to_the_forms_own_address() -> None:
    assert Paper(PAGE).action == "/f/abc?lang=en"


def test_every_control_is_answered() -> None:
    assert set(filled(RequestKind.BASELINE_EVALUATION)) == {"skill", "decision", "agree", "day", "comment", "signature"}


def test_the_decision_of_the_script_is_taken() -> None:
    assert filled(RequestKind.HOST_CONFIRMATION)["decision"] == "decline"


def test_ratings_rise_from_baseline_to_final() -> None:
    baseline, final = filled(RequestKind.BASELINE_EVALUATION), filled(RequestKind.FINAL_EVALUATION)
    assert int(baseline["skill"]) < int(final["skill"])


@pytest.mark.parametrize("placements", [1, 12, 25])
def test_each_part_has_its_own_learner_and_an_opportunity_of_the_run(tmp_path: Path, placements: int) -> None:
    cast = make_cast("r1", placements, tmp_path)
    assert len({part.learner_id for part in cast.parts}) == placements
    assert all(part.opportunity_id.endswith(".r1") for part in cast.parts)


def test_no_opportunity_of_the_cast_is_claimed_more_often_than_it_has_seats(tmp_path: Path) -> None:
    cast = make_cast("r1", 24, tmp_path)
    with cast.delivery.opportunities.open(encoding="utf-8", newline="") as file:
        seats = {row["opportunity_id"]: int(row["seats"]) for row in csv.DictReader(file)}
    stay = [part for part in cast.parts if part.script.outcome is not PlacementState.WITHDRAWN_BY_STUDENT]
    claimed = Counter(part.opportunity_id for part in stay)
    assert all(number <= seats[id_] for id_, number in claimed.items())


def test_the_scripts_hold_every_story_the_demo_promises() -> None:
    assert {
        "guardian_signs",
        "after_the_alternate",
        "never_returned",
        "supervisor_replaced",
        "withdraws",
        "takes_the_seat",
        "extended",
    } <= {script.name for script in SCRIPTS}


def test_the_demo_plays_the_shipped_program() -> None:
    assert program("boston-summer-internship") is not None


def test_the_visitors_evaluation_is_asked_at_once_late_in_a_minute_and_open_for_weeks() -> None:
    begins = datetime(2026, 11, 20, 12, tzinfo=UTC)
    clock = visitors_clock(Clock(program_epoch=begins, real_epoch=begins, speed=86_400), "America/New_York")
    life = Life(proposal(), clock.program_time(begins))
    moments = (clock.program_time(begins + timedelta(seconds=2 * number)) for number in range(1, 20))
    life.submit("host_confirmation", "accept", at=next(moments))
    life.say(RecordSeat(granted=True), at=next(moments))
    life.submit("offer", "accept", at=next(moments))
    for signature in AGREEMENTS:
        life.submit(signature, at=next(moments))
    life.submit("first_day", "started", at=next(moments))
    life.submit("baseline_evaluation", at=next(moments))
    evaluation = life.request("final_evaluation")
    assert (evaluation.is_open, evaluation.asked[0].how) == (True, "opened")
    life.tick_until(PlacementState.AWAITING_ASSESSMENT)
    assert life.at - clock.program_time(begins) == timedelta(minutes=1)
    assert closes_at(life.placement, evaluation) - life.at > timedelta(weeks=4)


def test_no_script_has_the_visitors_learner_and_nobody_plays_her_supervisors_final_evaluation() -> None:
    assert LEFT_TO_THE_VISITOR.learner not in {script.learner for script in SCRIPTS}
    assert set(LEFT_TO_THE_VISITOR.answers.values()) == {"never"}
