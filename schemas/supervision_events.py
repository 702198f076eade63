"""What can happen while a learner works: the work stops and goes on, people change, hours, incidents, the law."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Code, Id
from schemas.findings import FindingCode
from schemas.programs import PinnedProgram
from schemas.request_events import Happened
from schemas.vocabulary import PlacementState, Severity


class PlacementSuspended(Happened):
    """The work stops (`reason`), until `resume_by` at the latest; `named`: somebody said until when."""

    type: Literal["placement.suspended"] = "placement.suspended"
    reason: Code
    was: PlacementState
    resume_by: date
    named: bool = False


class SuspensionProlonged(Happened):
    """The work stops for longer, or for a graver `reason`."""

    type: Literal["suspension.prolonged"] = "suspension.prolonged"
    resume_by: date
    reason: Code | None = None
    named: bool = False


class PlacementResumed(Happened):
    """The work goes on; `last` is the last day on which it stood still."""

    type: Literal["placement.resumed"] = "placement.resumed"
    last: date


class PreparationResumed(Happened):
    """Preparation goes on; the work had not begun. `last` is the last day on which it stood still."""

    type: Literal["preparation.resumed"] = "preparation.resumed"
    last: date


class PlacementPaused(Happened):
    """Site days on which nobody is asked and no deadline runs."""

    type: Literal["placement.paused"] = "placement.paused"
    first: date
    last: date
    reason: Code


class SupervisorDeparted(Happened):
    """The supervisor is gone; `person_id` at the site stands in until another is named."""

    type: Literal["supervisor.left"] = "supervisor.left"
    person_before: Id
    person_id: Id


class SupervisorReplaced(Happened):
    """Another person supervises."""

    type: Literal["supervisor.replaced"] = "supervisor.replaced"
    person_before: Id
    person_id: Id


class SupervisorSilent(Happened):
    """The supervisor left two requests unanswered, or their address takes no mail: somebody looks who is there."""

    type: Literal["supervisor.silent"] = "supervisor.silent"


class IncidentReported(Happened):
    """Something happened to the learner or at the worksite; its own case opens."""

    type: Literal["incident.reported"] = "incident.reported"
    incident_id: Id
    severity: Severity
    category: Code
    program: PinnedProgram | None = None


class IncidentClosed(Happened):
    """An incident's case is closed."""

    type: Literal["incident.closed"] = "incident.closed"
    incident_id: Id


class ShiftsPlanned(Happened):
    """Shifts were planned on these site days."""

    type: Literal["shifts.planned"] = "shifts.planned"
    first: date
    last: date


class HoursDisputed(Happened):
    """The supervisor does not agree with the hours of that week."""

    type: Literal["hours.disputed"] = "hours.disputed"
    number: int


class HoursApproved(Happened):
    """The supervisor agrees with the hours of that week."""

    type: Literal["hours.approved"] = "hours.approved"
    number: int


class ViolationPredicted(Happened):
    """A planned shift would break the law; it can still be changed."""

    type: Literal["hours.violation_predicted"] = "hours.violation_predicted"
    violation: FindingCode


class ViolationDetected(Happened):
    """Logged work broke the law."""

    type: Literal["hours.violation_detected"] = "hours.violation_detected"
    violation: FindingCode


class WorkRechecked(Happened):
    """What the law says was asked; it is asked again on `recheck_on`."""

    type: Literal["work.rechecked"] = "work.rechecked"
    recheck_on: date | None


class RecheckDue(Happened):
    """From today on other limits may apply: the law is asked again."""

    type: Literal["work.recheck_due"] = "work.recheck_due"


class PermitReckoned(Happened):
    """By law the work permit holds until this day, the last one included."""

    type: Literal["permit.reckoned"] = "permit.reckoned"
    valid_until: date


class AttendanceMissed(Happened):
    """The learner did not come on the first day."""

    type: Literal["attendance.missed"] = "attendance.missed"


class PlacementExtended(Happened):
    """The last day moved."""

    type: Literal["placement.extended"] = "placement.extended"
    end_before: date
    end: date


class PlacementShortened(Happened):
    """The last day moved earlier."""

    type: Literal["placement.shortened"] = "placement.shortened"
    end_before: date
    end: date


SupervisionEvent = Annotated[
    PlacementSuspended
    | SuspensionProlonged
    | PlacementResumed
    | PreparationResumed
    | PlacementPaused
    | SupervisorDeparted
    | SupervisorReplaced
    | SupervisorSilent
    | IncidentReported
    | IncidentClosed
    | ShiftsPlanned
    | HoursDisputed
    | HoursApproved
    | ViolationPredicted
    | ViolationDetected
    | WorkRechecked
    | PermitReckoned
    | RecheckDue
    | AttendanceMissed
    | PlacementExtended
    | PlacementShortened,
    Field(discriminator="type"),
]
"""What can happen to a placement in its supervision."""
