"""What can happen to a placement. Each goes out as a CloudEvent `org.journeywork.<type>`."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Code, Id
from schemas.programs import Slug
from schemas.request_events import (
    Happened,
    RequestBounced,
    RequestEscalated,
    RequestMoved,
    RequestNotProvided,
    RequestOpened,
    RequestOverdue,
    RequestReassigned,
    RequestReminded,
    RequestResent,
    RequestSubmitted,
    RequestTold,
    RequestWithdrawn,
)


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


class AttendanceMissed(Happened):
    """The learner did not come on the first day."""

    type: Literal["attendance.missed"] = "attendance.missed"


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


class PlacementExtended(Happened):
    """The last day moved."""

    type: Literal["placement.extended"] = "placement.extended"
    end_before: date
    end: date


class SupervisorReplaced(Happened):
    """Another person supervises."""

    type: Literal["supervisor.replaced"] = "supervisor.replaced"
    person_before: Id
    person_id: Id


PlacementEvent = Annotated[
    PlacementProposed
    | SeatRequested
    | OfferMade
    | OfferAccepted
    | OfferDeclined
    | PlacementRejected
    | PlacementExpired
    | PreparationOpened
    | PlacementReady
    | PlacementCancelled
    | PlacementActivated
    | AttendanceMissed
    | NoShowRecorded
    | PlacementEnded
    | AssessmentSettled
    | PlacementCompleted
    | PlacementCompletedWithoutEvaluation
    | PlacementPartiallyCompleted
    | PlacementWithdrawn
    | PlacementWithdrawnInProgress
    | PlacementExtended
    | SupervisorReplaced
    | RequestOpened
    | RequestOverdue
    | RequestReminded
    | RequestEscalated
    | RequestTold
    | RequestReassigned
    | RequestResent
    | RequestMoved
    | RequestBounced
    | RequestSubmitted
    | RequestWithdrawn
    | RequestNotProvided,
    Field(discriminator="type"),
]
