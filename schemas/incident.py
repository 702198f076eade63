"""A safeguarding case: what happened to a learner or at a worksite, met step by step. Codes only, no account of it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Code, Frozen, Id
from schemas.case import Case
from schemas.clock import Clock
from schemas.placement_commands import Disclaim, RecordBounce, Resend, Submit, Tick
from schemas.programs import PinnedProgram, Slug
from schemas.request_events import AnyRequestEvent, Happened
from schemas.vocabulary import IncidentState, Role, Severity


class Incident(Case[IncidentState]):
    """The whole state. The team is the placement's when it happened; `start` and `end` are that site day."""

    placement_id: Id
    learner_id: Id
    host_id: Id
    severity: Severity
    category: Code


class OpenIncident(Frozen):
    """Open the case of an incident, with the people of its placement."""

    name: Literal["open_incident"] = "open_incident"
    incident_id: Id
    placement_id: Id
    learner_id: Id
    host_id: Id
    severity: Severity
    category: Code
    program: PinnedProgram
    minor: bool
    team: dict[Role, Id]
    day: date
    clock: Clock


class IncidentOpening(Frozen):
    """How an incident's case starts: the first command and the program instant at which it was reported."""

    command: OpenIncident
    at: AwareDatetime


IncidentCommand = Annotated[Submit | Resend | Disclaim | RecordBounce | Tick, Field(discriminator="name")]


class IncidentOpened(Happened):
    """The case is open; everybody who answers for the learner is told at once."""

    type: Literal["incident.opened"] = "incident.opened"
    placement_id: Id
    severity: Severity
    category: Code
    program_id: Slug
    program_version: str


class IncidentAcknowledged(Happened):
    """Somebody takes care of it; `reason` says so when nobody ever did and the chain was climbed to its end."""

    type: Literal["incident.acknowledged"] = "incident.acknowledged"
    reason: Code | None = None


class IncidentTriaged(Happened):
    """The written report is there and says how grave it is; or it was never written (`reason`)."""

    type: Literal["incident.triaged"] = "incident.triaged"
    severity: Severity
    reason: Code | None = None


class IncidentKeptOpen(Happened):
    """It was reviewed and is not over, or was not reviewed (`reason`); it is reviewed again."""

    type: Literal["incident.kept_open"] = "incident.kept_open"
    reason: Code | None = None


class IncidentCaseClosed(Happened):
    """It was reviewed and is over."""

    type: Literal["incident.case_closed"] = "incident.case_closed"


IncidentEvent = Annotated[
    IncidentOpened | IncidentAcknowledged | IncidentTriaged | IncidentKeptOpen | IncidentCaseClosed | AnyRequestEvent,
    Field(discriminator="type"),
]
"""What can happen to an incident."""
