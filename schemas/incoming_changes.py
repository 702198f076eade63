"""What may come in about a placement that runs: other days, a halt, an early end, people, visits, incidents."""

from typing import Any

from pydantic import Field

from schemas.base import Code, Frozen, Id, LifecycleName, SiteDay
from schemas.incoming_work import ShiftsPlannedData
from schemas.vocabulary import Severity

NO_REASON = "a code in snake_case, such as store_closed"


class Nothing(Frozen):
    """Everything is said by the event's type and subject."""


class OfAnyData(Frozen):
    """Which lifecycle the subject is."""

    lifecycle: LifecycleName = Field(
        default="placement", description="what the subject is: placement, opportunity, partnership or incident"
    )


class ShortenedData(Frozen):
    """The new last day, earlier than before."""

    end: SiteDay = Field(description="the new last day at the worksite, such as 2027-07-30")


class PausedData(Frozen):
    """The days on which nobody is asked and no deadline runs."""

    first: SiteDay = Field(description="the first paused day, such as 2027-07-12")
    last: SiteDay = Field(description="the last paused day, such as 2027-07-13")
    reason: Code = Field(default="not_stated", description="a code in snake_case, such as snow_day")


class SuspendedData(Frozen):
    """Why the work stops, and until when at the latest."""

    reason: Code = Field(description=NO_REASON)
    resume_by: SiteDay = Field(description="the day on which it goes on at the latest, such as 2027-07-26")


class ReasonData(Frozen):
    """Why."""

    reason: Code = Field(description=NO_REASON)


class MaybeReasonData(Frozen):
    """Why, if it was said."""

    reason: Code = Field(default="not_stated", description=NO_REASON)


class TransferredData(Frozen):
    """Which placement goes on."""

    successor_id: Id = Field(description="the placement that takes over, such as pl-2")


class VisitScheduledData(Frozen):
    """Which visit, and the day agreed."""

    request_id: Id = Field(description="an open site visit of the placement, such as site_visit.1")
    day: SiteDay = Field(description="the day agreed, such as 2027-07-20")


class IncidentReportedData(Frozen):
    """How grave and of what kind. What happened is told in the written report, never here."""

    severity: Severity = Field(description="low, medium or high; high stops the work at once")
    category: Code = Field(description="a code in snake_case, such as injury or harassment")
    incident_id: Id | None = Field(default=None, description="an id for the case, such as inc-1; else one is made up")


class RequestResentData(OfAnyData):
    """Which request's link is sent again."""

    request_id: Id = Field(description="an open request, such as final_evaluation")


class WaivedData(OfAnyData):
    """Which request need not be answered, and why."""

    request_id: Id = Field(description="an open request, such as orientation")
    reason: Code = Field(description="a code in snake_case, such as done_last_year")


class ReturnedData(OfAnyData):
    """Which answer is given back to be put right, and why."""

    request_id: Id = Field(description="an answered request, such as final_evaluation")
    reason: Code = Field(description="a code in snake_case, such as wrong_student")


class AdoptedData(OfAnyData):
    """Which version of its program the placement goes on by."""

    version: str | None = Field(default=None, description="the version in the catalogue, such as 2027.2")


Row = tuple[str, LifecycleName, str, type[Frozen], dict[str, Any]]

CHANGES: tuple[Row, ...] = (
    (
        "placement.shortened",
        "placement",
        "The last day moves earlier, and every open deadline with it.",
        ShortenedData,
        {"end": "2027-07-30"},
    ),
    (
        "placement.paused",
        "placement",
        "Days on which nobody is asked and no deadline runs: a snow day, a strike. Open deadlines move on.",
        PausedData,
        {"first": "2027-07-12", "last": "2027-07-13", "reason": "snow_day"},
    ),
    (
        "placement.suspended",
        "placement",
        "The work stops for a while; open deadlines move on, and somebody is asked to decide.",
        SuspendedData,
        {"reason": "store_closed", "resume_by": "2027-07-26"},
    ),
    ("placement.resumed", "placement", "The work goes on.", Nothing, {}),
    (
        "placement.terminated",
        "placement",
        "The placement is ended for cause.",
        ReasonData,
        {"reason": "unsafe_conduct"},
    ),
    (
        "placement.cancelled",
        "placement",
        "The program gives the placement up before it began.",
        ReasonData,
        {"reason": "site_not_safe"},
    ),
    (
        "employer.cancelled",
        "placement",
        "The host takes its offer back; a successor is looked for if the placement was matched.",
        MaybeReasonData,
        {"reason": "store_closed"},
    ),
    (
        "placement.transferred",
        "placement",
        "Another placement goes on where this one stops.",
        TransferredData,
        {"successor_id": "pl-2"},
    ),
    (
        "supervisor.left",
        "placement",
        "The supervisor is gone and no other is named yet; somebody at the site stands in.",
        Nothing,
        {},
    ),
    (
        "visit.scheduled",
        "placement",
        "A day is agreed for a site visit that is asked for.",
        VisitScheduledData,
        {"request_id": "site_visit.1", "day": "2027-07-20"},
    ),
    (
        "incident.reported",
        "placement",
        "Something happened to the learner or at the worksite: a case of its own opens, by the hour.",
        IncidentReportedData,
        {"severity": "medium", "category": "injury"},
    ),
    (
        "shifts.planned",
        "placement",
        "The plan for some days; what youth-employment law says of it is told before it is worked.",
        ShiftsPlannedData,
        {
            "first": "2027-07-05",
            "last": "2027-07-11",
            "shifts": [
                {
                    "id": "2027-07-06-a",
                    "start": "2027-07-06T09:00:00-04:00",
                    "end": "2027-07-06T15:00:00-04:00",
                    "break_minutes": 30,
                }
            ],
        },
    ),
    (
        "request.waived",
        "placement",
        "A request need not be answered; the placement does not wait for it any more.",
        WaivedData,
        {"request_id": "orientation", "reason": "done_last_year"},
    ),
    (
        "request.returned",
        "placement",
        "An answer is given back to be put right; whoever gave it is asked anew.",
        ReturnedData,
        {"request_id": "final_evaluation", "reason": "wrong_student"},
    ),
    (
        "program.adopted",
        "placement",
        "The placement goes on by the version of its program that is in the catalogue now.",
        AdoptedData,
        {},
    ),
)
"""Types of events about a running placement: name, lifecycle, what it does, the shape of its data, an example."""
