"""What people and systems may ask of a placement that runs: other days, other people, a halt, an early end."""

from datetime import timedelta
from typing import Literal

from pydantic import model_validator

from schemas.base import Code, Frozen, Id, SiteDay
from schemas.findings import FindingCode
from schemas.programs import PinnedProgram
from schemas.vocabulary import Severity

LONGEST_PAUSE = timedelta(days=366)


class Shorten(Frozen):
    """Move the last day earlier, to today at the earliest; every open deadline moves with it."""

    name: Literal["shorten"] = "shorten"
    end: SiteDay


class PauseDays(Frozen):
    """Site days on which nobody is asked and no deadline runs: a snow day, a strike. Open deadlines move on."""

    name: Literal["pause"] = "pause"
    first: SiteDay
    last: SiteDay
    reason: Code = "not_stated"

    @model_validator(mode="after")
    def _days_in_order(self) -> "PauseDays":
        if self.last < self.first:
            raise ValueError(f"last ({self.last}) is before first ({self.first})")
        if self.last - self.first > LONGEST_PAUSE:
            raise ValueError(f"last ({self.last}) is more than a year after first ({self.first})")
        return self


class Suspend(Frozen):
    """The work stops for a while, until `resume_by` at the latest."""

    name: Literal["suspend"] = "suspend"
    reason: Code
    resume_by: SiteDay


class Resume(Frozen):
    """The work goes on."""

    name: Literal["resume_work"] = "resume_work"


class Terminate(Frozen):
    """The placement is ended for cause."""

    name: Literal["terminate"] = "terminate"
    reason: Code


class CancelByEmployer(Frozen):
    """The host takes its offer back; a successor is looked for if the placement had been matched."""

    name: Literal["cancel_by_employer"] = "cancel_by_employer"
    reason: Code = "not_stated"


class CancelByProgram(Frozen):
    """The program gives the placement up."""

    name: Literal["cancel_by_program"] = "cancel_by_program"
    reason: Code


class Transfer(Frozen):
    """Another placement goes on where this one stops."""

    name: Literal["transfer"] = "transfer"
    successor_id: Id


class SupervisorLeft(Frozen):
    """The supervisor is gone and no other is named yet; somebody at the site stands in."""

    name: Literal["supervisor_left"] = "supervisor_left"


class ScheduleVisit(Frozen):
    """A day is agreed for a site visit that is asked for."""

    name: Literal["schedule_visit"] = "schedule_visit"
    request_id: Id
    day: SiteDay


class ReportIncident(Frozen):
    """Something happened to the learner or at the worksite; its own case opens, a grave one suspends the work.

    `program` is how the case is met; without one nothing is asked, and the Career Specialist is told.
    """

    name: Literal["report_incident"] = "report_incident"
    incident_id: Id
    severity: Severity
    category: Code
    program: PinnedProgram | None = None


class CloseIncident(Frozen):
    """An incident's case is closed (from its lifecycle)."""

    name: Literal["close_incident"] = "close_incident"
    incident_id: Id


class PlanShifts(Frozen):
    """Shifts were planned on these site days; what the law says of them is asked before they are worked."""

    name: Literal["plan_shifts"] = "plan_shifts"
    first: SiteDay
    last: SiteDay


class RecheckWork(Frozen):
    """What the law is asked by has changed, such as a school's calendar: it is asked again (from an import)."""

    name: Literal["recheck_work"] = "recheck_work"


class RecordWork(Frozen):
    """What the law says of planned or logged shifts, and until when it takes the work permit to hold.

    From an activity, never from outside.
    """

    name: Literal["record_work"] = "record_work"
    findings: tuple[FindingCode, ...]
    recheck_on: SiteDay | None = None
    permit_until: SiteDay | None = None


class AdoptProgram(Frozen):
    """Go on by another version of the program; open deadlines are reckoned by it from now on."""

    name: Literal["adopt_program"] = "adopt_program"
    program: PinnedProgram


class Extend(Frozen):
    """Move the last day later; every open deadline moves with it."""

    name: Literal["extend"] = "extend"
    end: SiteDay


class ReplaceSupervisor(Frozen):
    """Another person supervises from now on; what is open is reassigned, old links are revoked."""

    name: Literal["replace_supervisor"] = "replace_supervisor"
    person_id: Id
