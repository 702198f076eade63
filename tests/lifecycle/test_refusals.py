"""What a placement says no to: with a code, and a sentence that names what was tried and where."""

import pytest

from lifecycle.placement import DECISIONS, step
from lifecycle.transitions import ALLOWED, TERMINAL
from schemas.change_commands import Extend, ReplaceSupervisor
from schemas.placement_commands import (
    AcceptOffer,
    ConfirmAttendance,
    DeclineOffer,
    MakeOffer,
    PlacementCommand,
    RecordBounce,
    RecordSeat,
    ReportMissed,
    Resend,
    Submit,
    Tick,
    Withdraw,
)
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import PlacementState
from tests.lifecycle.lives import (
    REACH,
    completed,
    local,
    offered,
    preparing,
    proposal,
    proposed,
    ready,
)

COMMANDS: dict[str, PlacementCommand] = {
    "make_offer": MakeOffer(),
    "accept_offer": AcceptOffer(),
    "decline_offer": DeclineOffer(),
    "submit": Submit(request_id="host_confirmation", person_id="sup-1", submission_id="s-1", decision="accept"),
    "confirm_attendance": ConfirmAttendance(),
    "report_missed": ReportMissed(),
    "withdraw": Withdraw(),
    "extend": Extend(end=local("2027-09-03").date()),
    "replace_supervisor": ReplaceSupervisor(person_id="sup-9"),
    "resend": Resend(request_id="host_confirmation"),
    "record_seat": RecordSeat(granted=True),
    "record_bounce": RecordBounce(request_id="offer", person_id="lrn-1"),
    "tick": Tick(),
    "propose": proposal(),
}
FORBIDDEN = [(name, state) for name in COMMANDS for state in REACH if state not in ALLOWED.get(name, frozenset())]


@pytest.mark.parametrize(("name", "state"), FORBIDDEN, ids=str)
def test_a_command_out_of_its_time_is_refused_naming_state_and_command(name: str, state: PlacementState) -> None:
    life = REACH[state]()
    with pytest.raises(Refused, match=f"placement pl-1 is {state}.*'{name}' is not possible now") as refused:
        life.say(COMMANDS[name])
    assert refused.value.code is (ProblemCode.CLOSED if state in TERMINAL else ProblemCode.NOT_ALLOWED_NOW)


def test_every_command_has_its_states() -> None:
    assert set(ALLOWED) == set(COMMANDS) - {"propose"}


@pytest.mark.parametrize("name", ["record_seat", "record_bounce", "tick"])
def test_what_the_machinery_reports_after_the_end_changes_nothing(name: str) -> None:
    assert completed().say(COMMANDS[name]) == []


def test_a_form_from_somebody_who_was_not_asked_is_refused() -> None:
    with pytest.raises(Refused, match="request offer of pl-1 is not asked of sup-1") as refused:
        offered().submit("offer", "accept", by="sup-1")
    assert refused.value.code is ProblemCode.NOT_AWAITED


def test_a_form_for_a_request_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refused, match="placement pl-1 has no request offer") as refused:
        proposed().submit("offer", "accept", by="lrn-1")
    assert refused.value.code is ProblemCode.NOT_AWAITED


def test_a_second_answer_is_refused_as_answered_already() -> None:
    life = preparing()
    life.submit("agreement.student")
    with pytest.raises(Refused, match=r"agreement.student of pl-1 was answered already") as refused:
        life.submit("agreement.student", by="lrn-1")
    assert refused.value.code is ProblemCode.ALREADY_ANSWERED


def test_an_answer_to_a_request_that_was_withdrawn_is_refused_as_closed() -> None:
    life = proposed()
    life.say(MakeOffer())
    with pytest.raises(Refused, match=r"host_confirmation of pl-1 is closed \(withdrawn\)") as refused:
        life.submit("host_confirmation", "accept")
    assert refused.value.code is ProblemCode.CLOSED


def test_an_answer_after_the_request_ended_unanswered_is_refused_as_closed() -> None:
    life = ready()
    life.tick_until(PlacementState.ACTIVE)
    with pytest.raises(Refused, match=r"first_day of pl-1 is closed \(not_provided\)"):
        life.submit("first_day", "started")


@pytest.mark.parametrize("decision", [None, "maybe"])
def test_a_form_without_a_decision_it_needs_is_refused_naming_the_decisions(decision: str | None) -> None:
    with pytest.raises(Refused, match="decision: host_confirmation is answered by accept or decline") as refused:
        proposed().submit("host_confirmation", decision)
    assert refused.value.code is ProblemCode.INVALID


def test_a_form_that_decides_nothing_takes_any_decision() -> None:
    life = preparing()
    life.submit("agreement.student", "anything")
    assert life.request("agreement.student").decision == "anything"


def test_a_new_link_for_a_closed_request_is_refused() -> None:
    with pytest.raises(Refused, match="was answered already"):
        offered().say(Resend(request_id="host_confirmation"))


def test_a_refusal_changes_nothing() -> None:
    life = offered()
    before = life.placement
    with pytest.raises(Refused):
        step(before, MakeOffer(), life.at)
    assert life.placement == before


def test_every_decision_of_the_shipped_forms_is_known() -> None:
    assert {kind: sorted(codes) for kind, codes in DECISIONS.items()} == {
        "host_confirmation": ["accept", "decline"],
        "offer_acceptance": ["accept", "decline"],
        "first_day": ["not_come", "started"],
        "no_show_follow_up": ["no_show", "started"],
    }
