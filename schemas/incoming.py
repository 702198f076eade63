"""What may come in as an event: for each type the shape of its data, what it does, and an example.

A field's description says what would be right; it ends the message about a value that is not.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import Field

from schemas.base import Code, Frozen, Id, LifecycleName
from schemas.incoming_changes import CHANGES, RequestResentData
from schemas.incoming_partnerships import PARTNERSHIPS
from schemas.incoming_parts import ClockSetting, Day, Line, NoData
from schemas.offered_work import UsualDay
from schemas.vocabulary import Role

PREFIX = "org.journeywork."
MAX_EVENT_BYTES = 256 * 1024
"""The most that one request may carry (Temporal warns at this size)."""


class OpportunityOpenedData(Frozen):
    """A host's offer. What was imported for this opportunity may be left out."""

    host_id: Id | None = Field(default=None, description="the host's id, such as hst-4001")
    program: str | None = Field(default=None, description="a program's id, such as boston-summer-internship")
    seats: int | None = Field(default=None, ge=1, le=500, description="how many learners, from 1 to 500")
    start: Day | None = Field(default=None, description="the first day at the worksite, such as 2027-07-06")
    end: Day | None = Field(default=None, description="the last day at the worksite, such as 2027-08-13")
    supervisor_id: Id | None = Field(default=None, description="who supervises, such as sup-2001")
    alternate_supervisor_id: Id | None = Field(default=None, description="who stands in, such as sup-2002")
    title: Line | None = Field(default=None, description="the job's title, such as Laboratory intern")
    job_skills: tuple[Line, ...] | None = Field(
        default=None, min_length=3, max_length=5, description="three to five skills of the job"
    )
    clock: ClockSetting | None = Field(default=None, description="for rehearsals only")


class OpportunityProposedData(OpportunityOpenedData):
    """An offer that is to be developed. What was imported for this opportunity may be left out."""

    proposed_by: Role = Field(
        default=Role.CAREER_SPECIALIST, description="the role of who found it, such as worksite_supervisor or student"
    )
    learner_id: Id | None = Field(default=None, description="the learner who found the host, such as lrn-1042")
    school_id: Id | None = Field(
        default=None, description="for whose learners it is: a school's or district's id, such as org-0101"
    )
    development: str | None = Field(
        default=None, description="a program by which offers are developed, such as opportunity-development"
    )
    hazardous_tasks: tuple[Code, ...] = Field(
        default=(), max_length=20, description="hazardous tasks as the rule packs name them, such as power_saws"
    )
    from_age: int = Field(default=14, ge=14, le=18, description="the youngest age it is meant for, from 14 to 18")
    usual_day: UsualDay | None = Field(default=None, description="when work usually begins and ends")


class OpportunityAmendedData(Frozen):
    """What changes in an offer; what is left out stays."""

    seats: int | None = Field(default=None, ge=1, le=500, description="how many learners, from 1 to 500")
    start: Day | None = Field(default=None, description="the first day at the worksite, such as 2027-07-06")
    end: Day | None = Field(default=None, description="the last day at the worksite, such as 2027-08-13")
    closes: Day | None = Field(
        default=None, description="the last day on which seats are given, such as 2027-07-30; else the last day of work"
    )


class ApplicationSubmittedData(Frozen):
    """A learner and an opportunity. Program and days are the opportunity's unless given."""

    learner_id: Id = Field(description="the learner's id, such as lrn-1042")
    opportunity_id: Id = Field(description="an opportunity that is open, such as opp-6001")
    program: str | None = Field(default=None, description="a program's id, such as boston-summer-internship")
    start: Day | None = Field(default=None, description="the first day at the worksite, such as 2027-07-06")
    end: Day | None = Field(default=None, description="the last day at the worksite, such as 2027-08-13")
    clock: ClockSetting | None = Field(default=None, description="for rehearsals only")


class PlacementProposedData(ApplicationSubmittedData):
    """The same, said by whoever pairs them."""

    applied: bool | None = Field(
        default=None, description="true if the learner applied, false if not; left out: as the program has it"
    )


class PlacementWithdrawnData(Frozen):
    """Why the learner leaves."""

    reason: Code = Field(default="not_stated", description="a code in snake_case, such as summer_school")


class PlacementExtendedData(Frozen):
    """The new last day."""

    end: Day = Field(description="the new last day at the worksite, such as 2027-08-27")


class SupervisorReplacedData(Frozen):
    """Who supervises from now on."""

    supervisor_id: Id = Field(description="a person who works at the host, such as sup-2002")


class IncomingType(NamedTuple):
    """One type of event that may come in, by its full name.

    `subject` is an example of whom it is about, `data` of what it says.
    """

    name: str
    lifecycle: LifecycleName
    does: str
    model: type[Frozen]
    subject: str
    data: dict[str, Any]


SUBJECTS: dict[LifecycleName, str] = {
    "placement": "pl-1",
    "opportunity": "opp-6001",
    "partnership": "par-hst-4001",
    "incident": "inc-1",
}
"""An id of each lifecycle, as examples have it."""

OPENS = "A host offers seats; or an offer that was developed and reviewed is opened, then without data."


def _types() -> Iterator[IncomingType]:
    opp = SUBJECTS["opportunity"]
    offer = {"host_id": "hst-4001", "program": "boston-summer-internship", "seats": 2}
    days = {"start": "2027-07-06", "end": "2027-08-13"}
    team = {"supervisor_id": "sup-2001", "alternate_supervisor_id": "sup-2002"}
    rows: tuple[tuple[str, LifecycleName, str, type[Frozen], dict[str, Any]], ...] = (
        ("opportunity.opened", "opportunity", OPENS, OpportunityOpenedData, {**offer, **days, **team}),
        (
            "opportunity.proposed",
            "opportunity",
            "An offer is to be developed: described by the host, held against the law, reviewed, then opened.",
            OpportunityProposedData,
            {**offer, **days, **team, "proposed_by": "worksite_supervisor", "school_id": "org-0101"},
        ),
        (
            "opportunity.amended",
            "opportunity",
            "Other seats, other days. Seats that are added go to who waits; fewer than are held are refused.",
            OpportunityAmendedData,
            {"seats": 3},
        ),
        ("opportunity.closed", "opportunity", "No more seats are given; who waits is told.", NoData, {}),
        (
            "placement.proposed",
            "placement",
            "A learner is paired with an opportunity; the host is asked first. Without a subject the id is made up.",
            PlacementProposedData,
            {"learner_id": "lrn-1042", "opportunity_id": opp},
        ),
        (
            "application.submitted",
            "placement",
            "A learner applies; the host reviews the application. Without a subject the id is made up.",
            ApplicationSubmittedData,
            {"learner_id": "lrn-1042", "opportunity_id": opp, "program": "pre-apprenticeship"},
        ),
        ("offer.made", "placement", "The host takes the learner, said by other means than the form.", NoData, {}),
        ("offer.accepted", "placement", "The learner accepts, said by other means than the form.", NoData, {}),
        ("offer.declined", "placement", "The learner declines, said by other means than the form.", NoData, {}),
        (
            "placement.withdrawn",
            "placement",
            "The learner leaves the placement; an unused seat is given back.",
            PlacementWithdrawnData,
            {"reason": "summer_school"},
        ),
        (
            "placement.extended",
            "placement",
            "The last day moves later, and every open deadline with it.",
            PlacementExtendedData,
            {"end": "2027-08-27"},
        ),
        (
            "supervisor.replaced",
            "placement",
            "Another person supervises; open requests pass to them, old links stop working.",
            SupervisorReplacedData,
            {"supervisor_id": "sup-2002"},
        ),
        ("attendance.confirmed", "placement", "The learner was at the worksite on the first day.", NoData, {}),
        ("attendance.missed", "placement", "The learner did not come on the first day.", NoData, {}),
        (
            "request.resent",
            "placement",
            "A new link goes out for an open request; earlier ones stop working.",
            RequestResentData,
            {"request_id": "final_evaluation"},
        ),
        *CHANGES,
        *PARTNERSHIPS,
    )
    for name, lifecycle, does, model, data in rows:
        yield IncomingType(PREFIX + name, lifecycle, does, model, SUBJECTS[lifecycle], data)


INCOMING: dict[str, IncomingType] = {one.name: one for one in _types()}
"""Every type that may come in, by its full name."""


MADE_UP = frozenset(
    f"{PREFIX}{name}" for name in ("placement.proposed", "application.submitted", "partnership.contacted")
)
"""The types of events that may leave out their subject."""


def json_schema(kind: IncomingType) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one type of event in the structured mode of CloudEvents 1.0."""
    text = {"type": "string", "minLength": 1, "maxLength": 200}
    needed = ["specversion", "id", "source", "type"]
    if kind.name not in MADE_UP:
        needed.append("subject")
    data = kind.model.model_json_schema(ref_template="#/properties/data/$defs/{model}")
    if data.get("required"):
        needed.append("data")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.name,
        "description": kind.does,
        "type": "object",
        "required": needed,
        "properties": {
            "specversion": {"const": "1.0"},
            "id": text,
            "source": text,
            "type": {"const": kind.name},
            "subject": text,
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "data": data,
        },
    }


def example(kind: IncomingType) -> dict[str, Any]:
    """One valid event of that type."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{kind.name.removeprefix(PREFIX)}-1",
        "source": "/district/placements",
        "type": kind.name,
        "subject": kind.subject,
    }
    return {**event, "data": kind.data} if kind.data else event
