"""What can happen to a placement. Each goes out as a CloudEvent `org.journeywork.<type>`."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.asks import Slug
from schemas.base import Code, Id
from schemas.request_events import AnyRequestEvent, Happened
from schemas.supervision_events import SupervisionEvent


class PlacementProposed(Happened):
    """A learner was paired with an opportunity."""

    type: Literal["placement.proposed"] = "placement.proposed"
    learner_id: Id
    opportunity_id: Id
    host_id: Id
    program_id: Slug
    program_version: str
    start: date
    end: date
    minor: bool


class ApplicationReceived(Happened):
    """The learner applied; the host reviews the application."""

    type: Literal["application.submitted"] = "application.submitted"


class ApplicationViewed(Happened):
    """The host takes the application into closer review."""

    type: Literal["application.viewed"] = "application.viewed"


class InterviewAgreed(Happened):
    """The host wants to meet the learner."""

    type: Literal["interview.agreed"] = "interview.agreed"


class SeatAwaited(Happened):
    """No seat is free; the placement is in line for the next."""

    type: Literal["seat.awaited"] = "seat.awaited"


class SeatRequested(Happened):
    """The host takes the learner; a seat is being claimed."""

    type: Literal["seat.requested"] = "seat.requested"


class OfferMade(Happened):
    """The seat is held; the learner is offered the placement."""

    type: Literal["offer.made"] = "offer.made"


class OfferAccepted(Happened):
    """The learner accepted."""

    type: Literal["offer.accepted"] = "offer.accepted"


class OfferDeclined(Happened):
    """The learner declined."""

    type: Literal["offer.declined"] = "offer.declined"


class PlacementRejected(Happened):
    """The host declined, or no seat was left (`reason`)."""

    type: Literal["placement.rejected"] = "placement.rejected"
    reason: Code


class PlacementExpired(Happened):
    """Nobody answered in time (`reason` says what)."""

    type: Literal["placement.expired"] = "placement.expired"
    reason: Code


class PreparationOpened(Happened):
    """The gates of preparation opened."""

    type: Literal["preparation.opened"] = "preparation.opened"


class PlacementBlocked(Happened):
    """The first day came and preparation is not done."""

    type: Literal["gate.blocked"] = "gate.blocked"


class PlacementReady(Happened):
    """Every gate is green; only the first day is awaited."""

    type: Literal["placement.ready"] = "placement.ready"


class PlacementCancelled(Happened):
    """The program gave the placement up (`reason`)."""

    type: Literal["placement.cancelled"] = "placement.cancelled"
    reason: Code


class PlacementActivated(Happened):
    """The learner works there; `confirmed` is False when nobody ever said so."""

    type: Literal["placement.activated"] = "placement.activated"
    confirmed: bool


class NoShowRecorded(Happened):
    """The learner never came."""

    type: Literal["placement.no_show"] = "placement.no_show"


class PlacementEnded(Happened):
    """The last day is over."""

    type: Literal["placement.ended"] = "placement.ended"


class AssessmentSettled(Happened):
    """The final evaluation is there, or will never be (`provided`)."""

    type: Literal["assessment.settled"] = "assessment.settled"
    provided: bool


class PlacementCompleted(Happened):
    """Signed off with its final evaluation."""

    type: Literal["placement.completed"] = "placement.completed"


class PlacementCompletedWithoutEvaluation(Happened):
    """Signed off; the employer never provided the final evaluation (CALPADS 21.13, fifth code)."""

    type: Literal["placement.completed_evaluation_not_provided"] = "placement.completed_evaluation_not_provided"


class PlacementPartiallyCompleted(Happened):
    """The work was done, but `reason` kept it from being complete."""

    type: Literal["placement.partially_completed"] = "placement.partially_completed"
    reason: Code


class PlacementWithdrawn(Happened):
    """The learner left before the start."""

    type: Literal["placement.withdrawn"] = "placement.withdrawn"
    reason: Code


class PlacementWithdrawnInProgress(Happened):
    """The learner left after the start."""

    type: Literal["placement.withdrawn_in_progress"] = "placement.withdrawn_in_progress"
    reason: Code


class PlacementTerminated(Happened):
    """Ended for cause (`reason`)."""

    type: Literal["placement.terminated"] = "placement.terminated"
    reason: Code


class EmployerCancelled(Happened):
    """The host took its offer back; while a successor is looked for the placement is suspended."""

    type: Literal["employer.cancelled"] = "employer.cancelled"
    reason: Code


class PlacementCancelledByEmployer(Happened):
    """The host took its offer back and nothing took its place (`reason`)."""

    type: Literal["placement.cancelled_by_employer"] = "placement.cancelled_by_employer"
    reason: Code


class PlacementTransferred(Happened):
    """Another placement goes on where this one stops; it may be named later."""

    type: Literal["placement.transferred"] = "placement.transferred"
    successor_id: Id | None = None


class RecordReopened(Happened):
    """The final evaluation came after all; the teacher is asked again."""

    type: Literal["record.reopened"] = "record.reopened"


class AgreementVoided(Happened):
    """The training agreement no longer holds."""

    type: Literal["agreement.voided"] = "agreement.voided"


class FollowUpOpened(Happened):
    """The placement has its outcome; something is still owed or asked later."""

    type: Literal["follow_up.opened"] = "follow_up.opened"


class PlacementArchived(Happened):
    """Nothing is owed any more."""

    type: Literal["placement.archived"] = "placement.archived"


PlacementEvent = Annotated[
    PlacementProposed
    | ApplicationReceived
    | ApplicationViewed
    | InterviewAgreed
    | SeatAwaited
    | SeatRequested
    | OfferMade
    | OfferAccepted
    | OfferDeclined
    | PlacementRejected
    | PlacementExpired
    | PreparationOpened
    | PlacementBlocked
    | PlacementReady
    | PlacementCancelled
    | PlacementActivated
    | NoShowRecorded
    | PlacementEnded
    | AssessmentSettled
    | PlacementCompleted
    | PlacementCompletedWithoutEvaluation
    | PlacementPartiallyCompleted
    | PlacementWithdrawn
    | PlacementWithdrawnInProgress
    | PlacementTerminated
    | EmployerCancelled
    | PlacementCancelledByEmployer
    | PlacementTransferred
    | RecordReopened
    | AgreementVoided
    | FollowUpOpened
    | PlacementArchived
    | SupervisionEvent
    | AnyRequestEvent,
    Field(discriminator="type"),
]
