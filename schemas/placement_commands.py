"""What people and systems may ask of a placement. One command is one named Update in Temporal."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from schemas.base import Code, Frozen, Id, SiteDay
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
from schemas.clock import REAL, Clock
from schemas.programs import PinnedProgram
from schemas.vocabulary import DisclaimReason, Role


class Propose(Frozen):
    """Pair a learner with an opportunity. The gateway fills in the team and `minor` (under 18 on `start`).

    `applied`: the learner applied, so the host reviews an application instead of being asked to confirm.
    """

    name: Literal["propose"] = "propose"
    placement_id: Id
    learner_id: Id
    opportunity_id: Id
    host_id: Id
    program: PinnedProgram
    start: SiteDay
    end: SiteDay
    minor: bool
    team: dict[Role, Id]
    clock: Clock = REAL
    applied: bool = False

    @model_validator(mode="after")
    def _dates_in_order(self) -> "Propose":
        if self.end < self.start:
            raise ValueError(f"end ({self.end}) is before start ({self.start})")
        return self


class MakeOffer(Frozen):
    """The host takes the learner (said by other means than the form)."""

    name: Literal["make_offer"] = "make_offer"


class AcceptOffer(Frozen):
    """The learner accepts the offer (said by other means than the form)."""

    name: Literal["accept_offer"] = "accept_offer"


class DeclineOffer(Frozen):
    """The learner declines the offer (said by other means than the form)."""

    name: Literal["decline_offer"] = "decline_offer"


class Submit(Frozen):
    """A person answered a request. Only ids, codes and days come here; answers stay in Postgres.

    `valid_until` is the last day of a document that was handed in: a permit, a clearance, an insurance. `again_on` is
    the day on which a host that said "not now" may be asked again. With `receipt` the person is sent what was answered.
    """

    name: Literal["submit"] = "submit"
    request_id: Id
    person_id: Id
    submission_id: Id
    decision: Code | None = None
    valid_until: SiteDay | None = None
    again_on: SiteDay | None = None
    receipt: bool = False


class ConfirmAttendance(Frozen):
    """The learner was at the worksite on the first day (or later, after a missed one)."""

    name: Literal["confirm_attendance"] = "confirm_attendance"


class ReportMissed(Frozen):
    """The learner did not come: on the first day, or on a later one."""

    name: Literal["report_missed"] = "report_missed"


class Withdraw(Frozen):
    """The learner (or guardian, or school for the learner) leaves the placement."""

    name: Literal["withdraw"] = "withdraw"
    reason: Code = "not_stated"


class Waive(Frozen):
    """A request need not be answered; a coordinator says why."""

    name: Literal["waive"] = "waive"
    request_id: Id
    reason: Code


class Return(Frozen):
    """An answer is given back to be put right; it is asked anew."""

    name: Literal["return"] = "return"
    request_id: Id
    reason: Code


class Resend(Frozen):
    """Send a new link for an open request; links sent before stop working.

    It goes to `person_id`, who must be one of those who may answer; left out: to whoever was asked last.
    """

    name: Literal["resend"] = "resend"
    request_id: Id
    person_id: Id | None = None


class Disclaim(Frozen):
    """Somebody who was asked says that another person should answer.

    Whom they name, and what they write, stays in Postgres under `referral_id`.
    """

    name: Literal["disclaim"] = "disclaim"
    request_id: Id
    person_id: Id
    reason: DisclaimReason
    referral_id: Id | None = None


class Snooze(Frozen):
    """Whoever is asked wants to be reminded on a site day of their choice, and not before."""

    name: Literal["snooze"] = "snooze"
    request_id: Id
    person_id: Id
    until: date


class RecordSeat(Frozen):
    """The opportunity's answer to a claimed seat, or a seat that came free for one that waits.

    `waiting`: none is free, but the placement is in line. Never from outside.
    """

    name: Literal["record_seat"] = "record_seat"
    granted: bool
    waiting: bool = False


class RecordBounce(Frozen):
    """A message to this person could not be delivered (from an activity, never from outside)."""

    name: Literal["record_bounce"] = "record_bounce"
    request_id: Id
    person_id: Id


class Tick(Frozen):
    """Time passed; do what is due."""

    name: Literal["tick"] = "tick"


PlacementCommand = Annotated[
    Propose
    | MakeOffer
    | AcceptOffer
    | DeclineOffer
    | Submit
    | ConfirmAttendance
    | ReportMissed
    | Withdraw
    | Extend
    | Shorten
    | PauseDays
    | Suspend
    | Resume
    | Terminate
    | CancelByEmployer
    | CancelByProgram
    | Transfer
    | ReplaceSupervisor
    | SupervisorLeft
    | ScheduleVisit
    | ReportIncident
    | CloseIncident
    | PlanShifts
    | RecheckWork
    | AdoptProgram
    | Waive
    | Return
    | Resend
    | Disclaim
    | Snooze
    | RecordSeat
    | RecordWork
    | RecordBounce
    | Tick,
    Field(discriminator="name"),
]

INTERNAL = frozenset({"propose", "record_work", "record_bounce", "tick"})
"""Commands that never arrive as an Update."""

NOT_FROM_OUTSIDE = INTERNAL | {"record_seat", "close_incident"}
"""Commands that no person and no event gives: other lifecycles do."""


class Opening(Frozen):
    """How a placement starts: the first command and the program instant at which it was accepted."""

    command: Propose
    at: AwareDatetime
