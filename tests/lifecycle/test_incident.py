"""An incident is met by the hour, told to everybody at once, and never closes by silence."""

from datetime import datetime, timedelta

import pytest

from catalog.program_catalog import program
from lifecycle.incident import INCIDENT, effects, is_over, next_due, open_case
from schemas.change_commands import CloseIncident, ReportIncident
from schemas.clock import REAL
from schemas.effects import Notify, TellLifecycle
from schemas.incident import Incident, OpenIncident
from schemas.placement_commands import Submit, Tick
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import IncidentState as S
from schemas.vocabulary import Role, Severity
from tests.lifecycle.lives import TEAM, local

PROGRAM = program("incident-response")
SATURDAY_NIGHT = local("2027-07-17 23:10")
STAFF = {**TEAM, Role.PROGRAM_MANAGER: "pm-1", Role.DIRECTOR: "dir-1"}


class Case:
    """One incident from its report on."""

    def __init__(self, severity: Severity = Severity.MEDIUM, team: dict[Role, str] | None = None) -> None:
        assert PROGRAM is not None
        self.at = SATURDAY_NIGHT
        command = OpenIncident(
            incident_id="inc-1",
            placement_id="pl-1",
            learner_id="lrn-1",
            host_id="hst-1",
            severity=severity,
            category="injury",
            program=PROGRAM,
            minor=True,
            team=STAFF if team is None else team,
            day=self.at.date(),
            clock=REAL,
        )
        self.incident: Incident
        self.incident, told = open_case(command, self.at)
        self.effects = [one for event in told for one in effects(self.incident, event)]

    def say(self, command: Submit | Tick, at: datetime | None = None) -> list[str]:
        self.at = at or self.at + timedelta(minutes=10)
        story = INCIDENT.story(self.incident, command, self.at)
        for event, passed in zip(story.events, story.passed, strict=True):
            self.effects += effects(passed, event)
        self.incident = story.case
        return [event.type for event in story.events]

    def submit(self, request_id: str, decision: str, person: str | None = None) -> list[str]:
        request = self.incident.request(request_id)
        assert request is not None
        person = person or request.person_id
        return self.say(
            Submit(request_id=request_id, person_id=person, submission_id=f"s-{self.at:%H%M}", decision=decision)
        )

    def tick(self) -> list[str]:
        due = next_due(self.incident)
        assert due is not None
        return self.say(Tick(), due)

    def told(self, message: str) -> list[str]:
        return [one.person_id for one in self.effects if isinstance(one, Notify) and one.message == message]


def test_everybody_who_answers_for_the_learner_is_told_in_the_same_moment_at_night_on_a_saturday() -> None:
    case = Case()
    assert case.told("incident_reported_warning") == ["cs-1", "grd-1", "tea-1", "co-1", "pm-1", "dir-1"]
    assert case.told("request_opened_ask") == ["cs-1"]


def test_an_unacknowledged_incident_climbs_by_the_hour_to_the_director_and_goes_on() -> None:
    case = Case()
    climbed: list[tuple[str, str]] = []
    while case.incident.state is S.REPORTED:
        case.tick()
        climbed += [
            (f"{line.at - SATURDAY_NIGHT}", line.person_id)
            for line in case.incident.requests[0].asked[len(climbed) + 1 :]
        ]
    assert climbed == [("1:00:00", "co-1"), ("2:00:00", "pm-1"), ("3:00:00", "dir-1")]
    assert case.incident.state is S.ACKNOWLEDGED
    assert case.at - SATURDAY_NIGHT == timedelta(hours=12)


def test_the_report_is_due_in_a_day_and_the_review_in_three() -> None:
    case = Case()
    case.submit("acknowledgement", "acknowledged")
    report = case.incident.request("report")
    assert report is not None
    assert case.submit("report", "low")[:2] == ["request.submitted", "incident.triaged"]
    assert case.incident.severity is Severity.LOW
    review = case.incident.request("review")
    assert review is not None
    assert review.person_id == "co-1"


def test_a_report_that_says_it_was_grave_stops_the_work_in_its_placement() -> None:
    case = Case()
    case.submit("acknowledgement", "acknowledged")
    case.submit("report", "high")
    [told] = [one for one in case.effects if isinstance(one, TellLifecycle)]
    assert (told.lifecycle, told.id) == ("placement", "pl-1")
    assert ReportIncident.model_validate(told.command).severity is Severity.HIGH


def test_a_closed_incident_lets_the_placement_go_on_and_is_told_to_everybody() -> None:
    case = Case()
    case.submit("acknowledgement", "acknowledged")
    case.submit("report", "medium")
    case.submit("review", "close")
    assert case.incident.state is S.CLOSED
    assert is_over(case.incident, case.at)
    assert next_due(case.incident) is None
    [told] = [one for one in case.effects if isinstance(one, TellLifecycle)]
    assert CloseIncident.model_validate(told.command) == CloseIncident(incident_id="inc-1")
    assert "grd-1" in case.told("incident_closed_notification")


def test_an_incident_never_closes_by_silence_but_is_reviewed_again() -> None:
    case = Case()
    case.submit("acknowledgement", "acknowledged")
    case.submit("report", "medium")
    kept_open = 0
    for _ in range(60):
        kept_open += "incident.kept_open" in case.tick()
    assert case.incident.state is S.TRIAGED
    assert kept_open >= 3
    assert any(one.is_open for one in case.incident.requests)


def test_an_incident_kept_open_asks_the_same_person_again() -> None:
    case = Case()
    case.submit("acknowledgement", "acknowledged")
    case.submit("report", "medium")
    assert case.submit("review", "keep_open")[-2:] == ["incident.kept_open", "request.returned"]
    review = case.incident.request("review")
    assert review is not None
    assert review.is_open
    assert review.person_id == "co-1"


def test_a_decision_the_form_does_not_know_is_refused() -> None:
    case = Case()
    case.submit("acknowledgement", "acknowledged")
    with pytest.raises(Refused, match="decision: incident_report is answered by high or low or medium") as refused:
        case.submit("report", "grave")
    assert refused.value.code is ProblemCode.INVALID


def test_a_case_that_nobody_could_meet_is_refused() -> None:
    with pytest.raises(Refused, match="nobody is the career_specialist, whom 'acknowledgement' asks"):
        Case(team={Role.STUDENT: "lrn-1"})
