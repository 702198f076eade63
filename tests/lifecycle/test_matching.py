"""From the proposal to the accepted offer."""

from collections.abc import Callable

import pytest

from schemas.effects import ClaimSeatEffect, Notify, ReleaseSeatEffect
from schemas.placement_commands import AcceptOffer, DeclineOffer, MakeOffer, RecordSeat
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import PlacementState, RequestState, Role, SeatState
from tests.lifecycle.lives import TEAM, Life, offered, preparing, proposal, proposed, types


def test_a_proposal_asks_the_worksite_supervisor_to_confirm() -> None:
    life = proposed()
    assert types(life.events) == ["placement.proposed", "request.opened"]
    assert life.request("host_confirmation").person_id == "sup-1"


def test_a_proposal_without_a_person_for_an_asked_role_is_refused_naming_role_ask_and_program() -> None:
    nobody_signs_off = {role: person for role, person in TEAM.items() if role in (Role.STUDENT, Role.GUARDIAN)}
    with pytest.raises(Refused, match=r"worksite_supervisor of lrn-1.*'host_confirmation'.*boston-summer") as refused:
        proposed(proposal(team=nobody_signs_off))
    assert refused.value.code is ProblemCode.INVALID


def test_a_minor_without_a_guardian_cannot_be_proposed_but_an_adult_can() -> None:
    team = {role: person for role, person in TEAM.items() if role is not Role.GUARDIAN}
    with pytest.raises(Refused, match="guardian"):
        proposed(proposal(team=team))
    assert proposed(proposal(team=team, minor=False)).state is PlacementState.PROPOSED


def test_a_stand_in_is_asked_for_a_role_that_nobody_holds() -> None:
    team = {role: person for role, person in TEAM.items() if role is not Role.COORDINATOR}
    life = preparing(proposal(team=team))
    assert life.request("agreement.coordinator").person_id == "cs-1"


def test_a_host_who_accepts_claims_one_seat_and_the_offer_waits_for_it() -> None:
    life = proposed()
    assert types(life.submit("host_confirmation", "accept")) == ["request.submitted", "seat.requested"]
    assert (life.state, life.placement.seat) == (PlacementState.PROPOSED, SeatState.CLAIMING)
    assert [one.opportunity_id for one in life.effects if isinstance(one, ClaimSeatEffect)] == ["opp-1"]


def test_a_granted_seat_makes_the_offer_and_asks_the_student() -> None:
    life = offered()
    assert (life.state, life.placement.seat) == (PlacementState.OFFERED, SeatState.HELD)
    assert life.request("offer").person_id == "lrn-1"


def test_no_seat_rejects_the_placement_and_holds_none() -> None:
    life = proposed()
    life.submit("host_confirmation", "accept")
    assert types(life.say(RecordSeat(granted=False))) == ["placement.rejected"]
    assert (life.state, life.placement.reason) == (PlacementState.REJECTED, "no_seat")
    assert life.placement.seat is SeatState.NONE


def test_a_seat_answer_that_nobody_waits_for_changes_nothing() -> None:
    assert proposed().say(RecordSeat(granted=True)) == []
    assert offered().say(RecordSeat(granted=False)) == []


def test_a_host_who_declines_rejects_the_placement() -> None:
    life = proposed()
    life.submit("host_confirmation", "decline")
    assert (life.state, life.placement.reason) == (PlacementState.REJECTED, "host_declined")
    assert not [one for one in life.effects if isinstance(one, ClaimSeatEffect)]


def test_an_offer_made_by_other_means_withdraws_the_hosts_form() -> None:
    life = proposed()
    assert types(life.say(MakeOffer())) == ["request.withdrawn", "seat.requested"]
    assert life.request("host_confirmation").state is RequestState.WITHDRAWN
    assert life.say(MakeOffer()) == []


def test_a_student_who_accepts_opens_the_preparation_in_the_same_step() -> None:
    life = offered()
    assert types(life.submit("offer", "accept"))[:3] == ["request.submitted", "offer.accepted", "preparation.opened"]
    assert life.state is PlacementState.PREPARING


def test_an_offer_accepted_by_other_means_withdraws_the_students_form() -> None:
    life = offered()
    assert types(life.say(AcceptOffer()))[:2] == ["request.withdrawn", "offer.accepted"]
    assert life.state is PlacementState.PREPARING


@pytest.mark.parametrize("said", ["form", "command"])
def test_a_declined_offer_ends_the_placement_and_gives_the_seat_back(said: str) -> None:
    life = offered()
    if said == "form":
        life.submit("offer", "decline")
    else:
        life.say(DeclineOffer())
    assert (life.state, life.placement.seat) == (PlacementState.DECLINED, SeatState.RELEASED)
    assert len([one for one in life.effects if isinstance(one, ReleaseSeatEffect)]) == 1


@pytest.mark.parametrize(
    ("life", "request_id", "told"),
    [
        (proposed, "host_confirmation", {Role.CAREER_SPECIALIST}),
        (offered, "offer", {Role.WORKSITE_SUPERVISOR, Role.CAREER_SPECIALIST}),
    ],
)
def test_a_no_is_told_to_those_who_must_look_for_another_match(
    life: Callable[[], Life], request_id: str, told: set[Role]
) -> None:
    ended = life()
    ended.submit(request_id, "decline")
    notes = [one for one in ended.effects if isinstance(one, Notify)]
    assert {one.role for one in notes if one.message == "placement_ended_early_notification"} == told


def test_a_minors_guardian_signs_and_an_adults_does_not() -> None:
    minor, adult = preparing(), preparing(proposal(minor=False))
    assert "agreement.guardian" in [one.id for one in minor.placement.requests]
    assert "agreement.guardian" not in [one.id for one in adult.placement.requests]
