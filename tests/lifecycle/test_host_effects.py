"""What a placement tells the partnership of its host."""

from typing import Any

from lifecycle.registry import PLACEMENT, begin
from schemas.effects import TellLifecycle
from schemas.naming import LONGEST_ID, partnership_of
from schemas.vocabulary import PlacementState
from tests.lifecycle.lives import (
    MONDAY_MORNING,
    Life,
    awaiting_assessment,
    completed,
    offered,
    preparing,
    proposal,
    proposed,
)


def told(life: Life) -> list[dict[str, Any]]:
    """What its host's partnership was told, in order."""
    found = [one for one in life.effects if isinstance(one, TellLifecycle) and one.lifecycle == "partnership"]
    assert {one.id for one in found} <= {"par-hst-1"}
    return [one.command for one in found]


def test_a_proposal_alone_says_nothing_about_the_host() -> None:
    assert told(proposed()) == []
    assert [one.effect for one in begin(PLACEMENT, proposal(), MONDAY_MORNING).effects] == ["notify"]


def test_a_host_that_takes_a_learner_has_spoken_and_is_not_silent_until_the_last_day() -> None:
    assert told(offered()) == [{"name": "note_answer", "accepted": True, "hosts_until": None}]
    assert told(preparing())[1] == {"name": "note_answer", "accepted": True, "hosts_until": "2027-08-13"}


def test_a_no_is_a_word_too_and_silence_is_a_contact_without_an_answer() -> None:
    declined, silent = proposed(), proposed()
    declined.submit("host_confirmation", "decline")
    silent.tick_until(PlacementState.EXPIRED)
    assert told(declined) == [{"name": "note_answer", "accepted": False, "hosts_until": None}]
    assert told(silent) == [{"name": "note_silence"}]


def test_an_offer_that_the_learner_lets_lapse_says_nothing_against_the_host() -> None:
    life = offered()
    life.tick_until(PlacementState.EXPIRED)
    assert [one["name"] for one in told(life)] == ["note_answer"]


def test_a_completed_placement_is_told_with_whether_the_host_said_how_it_went() -> None:
    done, unheard = completed(), awaiting_assessment()
    unheard.tick_until(PlacementState.AWAITING_SIGN_OFF)
    unheard.submit("sign_off", "sign")
    assert told(done)[-1] == {"name": "placement_completed", "placement_id": "pl-1", "evaluated": True}
    assert told(unheard)[-1] == {"name": "placement_completed", "placement_id": "pl-1", "evaluated": False}


def test_every_host_has_one_partnership_whose_id_is_an_id() -> None:
    long = "h" * LONGEST_ID
    assert partnership_of("hst-4001") == "par-hst-4001"
    assert len(partnership_of(long)) <= LONGEST_ID
    assert partnership_of(long) != partnership_of(f"{long[:-1]}i")
