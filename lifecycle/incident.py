"""The incident's decisions: acknowledged within the hour, reported in writing, reviewed until somebody closes it. Pure.

It never closes by silence: a review that nobody gave is asked again, up the ladder to the director each time.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from lifecycle import ladder, requests
from lifecycle.case_viewing import case_fields
from lifecycle.case_words import case_alarm, case_story
from lifecycle.decider import Decider
from lifecycle.opening import moments, open_what_is_due
from lifecycle.request_effects import REQUEST_EFFECTS, Makes, effects_by, tell
from lifecycle.requests import Answers, no_longer_needed, returned
from lifecycle.story import Story
from lifecycle.tables import Table
from schemas.case import Request
from schemas.change_commands import CloseIncident, ReportIncident
from schemas.effects import Effect, TellLifecycle
from schemas.incident import (
    Incident,
    IncidentAcknowledged,
    IncidentCaseClosed,
    IncidentEvent,
    IncidentKeptOpen,
    IncidentOpened,
    IncidentTriaged,
    OpenIncident,
)
from schemas.placement_commands import Submit
from schemas.problems import ProblemCode, Refused
from schemas.views import IncidentView
from schemas.vocabulary import IncidentState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import Role, Severity

Told = Story[Incident]

TRANSITIONS: dict[tuple[S, type], S] = {
    (S.REPORTED, IncidentAcknowledged): S.ACKNOWLEDGED,
    (S.ACKNOWLEDGED, IncidentTriaged): S.TRIAGED,
    (S.TRIAGED, IncidentCaseClosed): S.CLOSED,
}
OPEN = frozenset({S.REPORTED, S.ACKNOWLEDGED, S.TRIAGED})
TABLE = Table(
    states=tuple(S),
    transitions=TRANSITIONS,
    terminal=frozenset({S.CLOSED}),
    allowed={
        "submit": frozenset(S),
        "resend": frozenset(S),
        "disclaim": frozenset(S),
        "record_bounce": frozenset(S),
        "tick": frozenset(S),
    },
    requests={
        K.INCIDENT_ACKNOWLEDGEMENT: (frozenset({S.REPORTED}), frozenset({S.REPORTED})),
        K.INCIDENT_REPORT: (frozenset({S.ACKNOWLEDGED}), frozenset({S.ACKNOWLEDGED})),
        K.INCIDENT_REVIEW: (frozenset({S.TRIAGED}), frozenset({S.TRIAGED})),
    },
    facts={IncidentTriaged: lambda _, event: {"severity": event.severity}},
)
"""The incident's lifecycle."""

AT_ONCE = (
    Role.CAREER_SPECIALIST,
    Role.GUARDIAN,
    Role.TEACHER,
    Role.COORDINATOR,
    Role.PROGRAM_MANAGER,
    Role.DIRECTOR,
)
"""Who is told in the same moment, side by side. Source: the field's practice, docs/reference/incidents.md."""


def open_case(command: OpenIncident, at: datetime) -> tuple[Incident, tuple[IncidentEvent, ...]]:
    """The first decision: a case in `reported` and its events. Raises Refused when nobody can be asked."""
    incident = Incident(
        id=command.incident_id,
        state=S.REPORTED,
        program=command.program,
        clock=command.clock,
        start=command.day,
        end=command.day,
        minor=command.minor,
        team=command.team,
        entered_at=at,
        placement_id=command.placement_id,
        learner_id=command.learner_id,
        host_id=command.host_id,
        severity=command.severity,
        category=command.category,
    )
    missing = requests.nobody_for(incident)
    if missing is not None:
        raise Refused(ProblemCode.INVALID, f"incident {incident.id}: nobody is the {missing}; name a stand-in")
    story = Story(TABLE, incident, at)
    story.tell(
        IncidentOpened(
            at=at,
            placement_id=command.placement_id,
            severity=command.severity,
            category=command.category,
            program_id=command.program.id,
            program_version=command.program.version,
        )
    )
    _settle(story)
    return story.case, tuple(story.events)


def _settle(story: Told) -> None:
    no_longer_needed(story)
    open_what_is_due(story)


def _acknowledged(story: Told, _: Request) -> None:
    story.tell(IncidentAcknowledged(at=story.at))


def _triaged(severity: Severity) -> Callable[[Told, Request], None]:
    return lambda story, _: story.tell(IncidentTriaged(at=story.at, severity=severity))


def _closed(story: Told, _: Request) -> None:
    story.tell(IncidentCaseClosed(at=story.at))


def _kept_open(story: Told, request: Request, reason: str | None = None) -> None:
    story.tell(IncidentKeptOpen(at=story.at, reason=reason))
    story.tell(returned(story, story.request(request.id), reason or "kept_open"))


ANSWERS: Answers = {
    K.INCIDENT_ACKNOWLEDGEMENT: {"acknowledged": _acknowledged},
    K.INCIDENT_REPORT: {severity: _triaged(severity) for severity in Severity},
    K.INCIDENT_REVIEW: {"close": _closed, "keep_open": _kept_open},
}
"""What the decisions of the forms mean."""


def _submit(story: Told, command: Submit) -> None:
    requests.answer(story, command, ANSWERS)


def _tick(story: Told, _: Any) -> None:
    for request in ladder.climb(story).given_up:
        match request.kind:
            case K.INCIDENT_ACKNOWLEDGEMENT:
                story.tell(IncidentAcknowledged(at=story.at, reason="not_acknowledged"))
            case K.INCIDENT_REPORT:
                story.tell(IncidentTriaged(at=story.at, severity=story.case.severity, reason="report_not_provided"))
            case _:
                _kept_open(story, request, "not_reviewed")


INCIDENT: Decider[Incident] = Decider(
    TABLE,
    {
        "submit": _submit,
        "resend": requests.resend,
        "disclaim": requests.disclaim,
        "record_bounce": requests.record_bounce,
        "tick": _tick,
    },
    _settle,
)


def next_due(incident: Incident) -> datetime | None:
    """When time acts next (UTC, program clock); None once it is closed."""
    return min(moments(TABLE, incident), default=None)


def is_over(incident: Incident, _: datetime) -> bool:
    """Whether nothing more can happen."""
    return incident.state in TABLE.terminal


# --- effects and views ----------------------------------------------------------------------------------------------


def effects(incident: Incident, event: IncidentEvent) -> tuple[Effect, ...]:
    """What an event asks of the world; `incident` is the state after it."""
    return effects_by(_EFFECTS, incident, event)


def _opened(incident: Incident, _: IncidentOpened) -> Iterable[Effect]:
    return tell(incident, "incident_reported_warning", AT_ONCE)


def _graver(incident: Incident, event: IncidentTriaged) -> Iterable[Effect]:
    """A report that says it was grave stops the work, though it was not reported so."""
    if event.severity is Severity.HIGH:
        command = ReportIncident(incident_id=incident.id, severity=event.severity, category=incident.category)
        yield _to_placement(incident, "graver", command)


def _over(incident: Incident, _: IncidentCaseClosed) -> Iterable[Effect]:
    yield _to_placement(incident, "closed", CloseIncident(incident_id=incident.id))
    yield from tell(incident, "incident_closed_notification", AT_ONCE)


def _to_placement(incident: Incident, what: str, command: ReportIncident | CloseIncident) -> TellLifecycle:
    return TellLifecycle(
        key=f"{incident.id}/{what}/{incident.seq}",
        lifecycle="placement",
        id=incident.placement_id,
        command=command.model_dump(mode="json"),
    )


_EFFECTS: dict[type, Makes] = {
    **REQUEST_EFFECTS,
    IncidentOpened: _opened,
    IncidentTriaged: _graver,
    IncidentCaseClosed: _over,
}


def incident_story(incident: Incident) -> str:
    """Where the case stands and who is awaited, as lines of text."""
    about = f"{incident.severity} {incident.category.replace('_', ' ')} in placement {incident.placement_id}"
    return case_story(TABLE, incident, [about])


def incident_alarm(incident: Incident) -> str:
    """One line for the alarm's timer."""
    return case_alarm(TABLE, incident, next_due(incident), "look at it again")


def incident_view(incident: Incident) -> IncidentView:
    """The read API's view."""
    fields = case_fields(TABLE, incident, next_due=next_due(incident), story=incident_story(incident))
    return IncidentView(
        **fields,
        placement_id=incident.placement_id,
        learner_id=incident.learner_id,
        host_id=incident.host_id,
        severity=incident.severity,
    )
