"""What staff are offered: nothing that could only be refused."""

from lifecycle.offering import is_possible
from lifecycle.viewing import placement_view
from schemas.vocabulary import PlacementState
from tests.lifecycle.lives import Life, active, local, preparing, proposed


def offered(life: Life, command: str) -> bool:
    return is_possible("placement", command, placement_view(life.placement), life.at)


def test_an_extension_is_offered_while_the_placement_runs_and_not_once_its_last_day_is_over() -> None:
    life = active()
    assert not offered(proposed(), "extend")
    assert offered(life, "extend")
    life.tick_until(PlacementState.AWAITING_ASSESSMENT)
    assert not offered(life, "extend")


def test_on_its_last_day_a_placement_is_not_offered_to_end_earlier() -> None:
    life = active()
    life.pass_days_until(local("2027-08-12 12:00"))
    assert offered(life, "shorten")
    life.pass_days_until(local("2027-08-13 12:00"))
    assert not offered(life, "shorten")


def test_what_somebody_has_to_decide_is_not_offered_to_be_waived() -> None:
    assert not offered(proposed(), "waive")
    assert offered(preparing(), "waive")


def test_a_reminder_is_offered_where_an_answer_is_awaited() -> None:
    assert offered(proposed(), "resend")
    life = active()
    assert not life.placement.open_requests
    assert not offered(life, "resend")
