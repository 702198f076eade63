"""What a placement says no to: with a code, and a sentence that names what was tried and where."""

import pytest

from catalog.form_catalog import pinned
from catalog.program_catalog import all_programs
from lifecycle.placement import DECISIONS, step
from lifecycle.transitions import ALLOWED, TERMINAL
from schemas.change_commands import (
    AdoptProgram,
    CancelByEmployer,
    CancelByProgram,
    CloseIncident,
    Extend,
    PauseDays,
    PlanShifts,
    RecheckWork,
    RecordWork,
    ReplaceSupervisor,
    ReportIncident,
    Resume,
    ScheduleVisit,
    Shorten,
    SupervisorLeft,
    Suspend,
    Terminate,
    Transfer,
)
from schemas.form_fields import ChoiceField
from schemas.placement_commands import (
    AcceptOffer,
    ConfirmAttendance,
    DeclineOffer,
    Disclaim,
    MakeOffer,
    PlacementCommand,
    RecordBounce,
    RecordSeat,
    ReportMissed,
    Resend,
    Return,
    Snooze,
    Submit,
    Tick,
    Waive,
    Withdraw,
)
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import DisclaimReason, PlacementState, RequestKind, Severity
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
from tests.lifecycle.programs_made import changed

COMMANDS: dict[str, PlacementCommand] = {
    "make_offer": MakeOffer(),
    "accept_offer": AcceptOffer(),
    "decline_offer": DeclineOffer(),
    "submit": Submit(request_id="host_confirmation", person_id="sup-1", submission_id="s-1", decision="accept"),
    "confirm_attendance": ConfirmAttendance(),
    "report_missed": ReportMissed(),
    "withdraw": Withdraw(),
    "extend": Extend(end=local("2027-09-03").date()),
    "shorten": Shorten(end=local("2027-08-06").date()),
    "pause": PauseDays(first=local("2027-08-02").date(), last=local("2027-08-03").date()),
    "suspend": Suspend(reason="weather", resume_by=local("2027-09-01").date()),
    "resume_work": Resume(),
    "terminate": Terminate(reason="conduct"),
    "cancel_by_employer": CancelByEmployer(),
    "cancel_by_program": CancelByProgram(reason="no_funding"),
    "transfer": Transfer(successor_id="pl-2"),
    "replace_supervisor": ReplaceSupervisor(person_id="sup-9"),
    "supervisor_left": SupervisorLeft(),
    "schedule_visit": ScheduleVisit(request_id="visit.1", day=local("2027-08-02").date()),
    "report_incident": ReportIncident(incident_id="inc-1", severity=Severity.LOW, category="injury"),
    "close_incident": CloseIncident(incident_id="inc-1"),
    "plan_shifts": PlanShifts(first=local("2027-08-02").date(), last=local("2027-08-03").date()),
    "recheck_work": RecheckWork(),
    "adopt_program": AdoptProgram(program=changed(lambda _, parts: parts.update(version="2027.2"))),
    "waive": Waive(request_id="host_confirmation", reason="not_needed"),
    "return": Return(request_id="host_confirmation", reason="wrong"),
    "resend": Resend(request_id="host_confirmation"),
    "disclaim": Disclaim(request_id="host_confirmation", person_id="sup-1", reason=DisclaimReason.NOT_MY_STUDENT),
    "snooze": Snooze(request_id="host_confirmation", person_id="sup-1", until=local("2027-06-08").date()),
    "record_seat": RecordSeat(granted=True),
    "record_bounce": RecordBounce(request_id="offer", person_id="lrn-1"),
    "record_work": RecordWork(findings=()),
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


@pytest.mark.parametrize("name", ["record_seat", "record_bounce", "record_work", "close_incident", "tick"])
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


@pytest.mark.parametrize("kind", DECISIONS)
def test_every_decision_can_be_given_in_a_form_that_is_shipped(kind: RequestKind) -> None:
    pins = {ask.form for one in all_programs().values() for ask in one.asks if ask.kind is kind}
    forms = [pinned(pin) for pin in pins]
    fields = [field for form in forms for field in form.fields if field.name == form.decision]
    assert {code for field in fields if isinstance(field, ChoiceField) for code in field.codes} == DECISIONS[kind]
