"""What can happen to one request of a placement."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.asks import PinnedForm, Slug
from schemas.base import Code, Frozen, Id
from schemas.case import Holder
from schemas.programs import PinnedProgram
from schemas.vocabulary import DisclaimReason, RequestKind, Role


class Happened(Frozen):
    """An event's moment on the program's clock (aware, UTC)."""

    at: AwareDatetime


class RequestEvent(Happened):
    """Something happened to one request."""

    request_id: Id


class RequestOpened(RequestEvent):
    """A form was asked of a person."""

    type: Literal["request.opened"] = "request.opened"
    ask_id: Slug
    kind: RequestKind
    form: PinnedForm
    number: int
    role: Role
    person_id: Id


class RequestOverdue(RequestEvent):
    """Its due moment passed without an answer."""

    type: Literal["request.overdue"] = "request.overdue"


class RequestReminded(RequestEvent):
    """Whoever is asked was reminded; `rung` is the ladder's step, from 1."""

    type: Literal["request.reminded"] = "request.reminded"
    rung: int
    person_id: Id
    role: Role


class RequestEscalated(RequestEvent):
    """A further person was asked."""

    type: Literal["request.escalated"] = "request.escalated"
    rung: int
    person_id: Id
    role: Role


class RequestTold(RequestEvent):
    """Somebody was told that the request is unanswered."""

    type: Literal["request.told"] = "request.told"
    rung: int
    person_id: Id
    role: Role


class RequestReassigned(RequestEvent):
    """The request passed from one person to another, who is asked anew."""

    type: Literal["request.reassigned"] = "request.reassigned"
    person_before: Id
    person_id: Id
    role: Role


class RequestResent(RequestEvent):
    """A new link went out; earlier ones are void."""

    type: Literal["request.resent"] = "request.resent"
    person_id: Id
    role: Role


class RequestDisclaimed(RequestEvent):
    """Somebody who was asked says that another person should answer (`reason`); whom, stays under `referral_id`."""

    type: Literal["request.disclaimed"] = "request.disclaimed"
    person_id: Id
    role: Role
    reason: DisclaimReason
    referral_id: Id | None = None


class RequestSnoozed(RequestEvent):
    """Whoever is asked is reminded no more before a site day of their choice, and then once."""

    type: Literal["request.snoozed"] = "request.snoozed"
    person_id: Id
    role: Role
    day: date


class RequestMoved(RequestEvent):
    """The request has a new due moment."""

    type: Literal["request.moved"] = "request.moved"
    due_at: AwareDatetime


class RequestBounced(RequestEvent):
    """A message about it could not be delivered to this person."""

    type: Literal["request.bounced"] = "request.bounced"
    person_id: Id


class RequestSubmitted(RequestEvent):
    """The form came back. `receipt`: whoever answered is sent what was answered; nobody else need know that."""

    type: Literal["request.submitted"] = "request.submitted"
    kind: RequestKind
    submission_id: Id
    by: Holder
    decision: Code | None = None
    valid_until: date | None = None
    again_on: date | None = None
    receipt: bool = Field(default=False, exclude=True)


class RequestReturned(RequestEvent):
    """The answer was given back to be put right (`reason`); whoever answered is asked anew."""

    type: Literal["request.returned"] = "request.returned"
    person_id: Id
    role: Role
    reason: Code


class RequestReopened(RequestEvent):
    """What it is about has changed since it was answered or given up; it is asked anew."""

    type: Literal["request.reopened"] = "request.reopened"
    person_id: Id
    role: Role


class RequestWaived(RequestEvent):
    """It need not be answered (`reason`)."""

    type: Literal["request.waived"] = "request.waived"
    kind: RequestKind
    reason: Code


class VisitScheduled(RequestEvent):
    """A day was agreed for the visit that is asked for."""

    type: Literal["visit.scheduled"] = "visit.scheduled"
    day: date


class NoticeGiven(Happened):
    """The program's notice went out to those it is meant for; or its time was over, and nobody is told (`late`)."""

    type: Literal["notice.given"] = "notice.given"
    notice_id: Slug
    late: bool = False


class ProgramAdopted(Happened):
    """The lifecycle goes on by another version of its program."""

    type: Literal["program.adopted"] = "program.adopted"
    version_before: str
    version: str
    program: PinnedProgram


class RequestWithdrawn(RequestEvent):
    """It is no longer asked (`reason`)."""

    type: Literal["request.withdrawn"] = "request.withdrawn"
    reason: Code


class RequestNotProvided(RequestEvent):
    """Nobody ever answered: a coded outcome, not an error."""

    type: Literal["request.not_provided"] = "request.not_provided"
    kind: RequestKind


AnyRequestEvent = Annotated[
    RequestOpened
    | RequestOverdue
    | RequestReminded
    | RequestEscalated
    | RequestTold
    | RequestReassigned
    | RequestResent
    | RequestDisclaimed
    | RequestSnoozed
    | RequestMoved
    | RequestBounced
    | RequestSubmitted
    | RequestReturned
    | RequestReopened
    | RequestWaived
    | VisitScheduled
    | RequestWithdrawn
    | RequestNotProvided
    | NoticeGiven
    | ProgramAdopted,
    Field(discriminator="type"),
]
"""What can happen to the requests of any lifecycle."""
