import csv
from collections import Counter
from pathlib import Path

import pytest

from catalog.program_catalog import program
from cli.demo.cast import make_cast
from cli.demo.paper import Paper, Writer
from cli.demo.scripts import SCRIPTS
from schemas.vocabulary import PlacementState, RequestKind

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
