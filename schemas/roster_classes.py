"""One row of classes.csv and of enrollments.csv, as the files write it (OneRoster 1.2 CSV binding, 1EdTech)."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from schemas.cells import Day, Empty, Identifier, one_of
from schemas.roster import OneRosterStatus, OrDefault, RosterRow, refuse_early_end

CLASS_ROLES = ("administrator", "proctor", "student", "teacher")


def _flag(value: object) -> bool:
    return one_of(value, ("true", "false"), "a OneRoster boolean") == "true"


def _class_role(value: object) -> str:
    if isinstance(value, str) and value.startswith("ext:"):
        return "ext:other"
    return one_of(value, CLASS_ROLES, "a OneRoster role in a class")


Flag = Annotated[bool, BeforeValidator(_flag), OrDefault]


class ClassRow(RosterRow):
    """classes.csv: whether a class is work-based learning, which `metadata.workBasedLearning` says, and nothing else.

    The column is Journeywork's extension.
    """

    unread = frozenset(
        {
            *("title", "grades", "courseSourcedId", "classCode", "classType", "location", "termSourcedIds"),
            *("subjects", "subjectCodes", "periods"),
        }
    )

    sourced_id: Annotated[Identifier, Field(alias="sourcedId")]
    status: Annotated[OneRosterStatus, Field(alias="status")] = "active"
    school_id: Annotated[Identifier, Field(alias="schoolSourcedId")]
    work_based: Annotated[Flag, Field(alias="metadata.workBasedLearning")] = False


class EnrollmentRow(RosterRow):
    """enrollments.csv: somebody's part in a class. A `primary` teacher is its teacher of record."""

    sourced_id: Annotated[Identifier, Field(alias="sourcedId")]
    status: Annotated[OneRosterStatus, Field(alias="status")] = "active"
    class_id: Annotated[Identifier, Field(alias="classSourcedId")]
    school_id: Annotated[Identifier, Field(alias="schoolSourcedId")]
    user_id: Annotated[Identifier, Field(alias="userSourcedId")]
    role: Annotated[str, BeforeValidator(_class_role)]
    primary: Flag = False
    begin: Annotated[Day | None, Empty, Field(alias="beginDate")] = None
    end: Annotated[Day | None, Empty, Field(alias="endDate")] = None

    @field_validator("end")
    @classmethod
    def _not_before_it_begins(cls, end: date | None, info: ValidationInfo) -> date | None:
        return refuse_early_end(end, info.data.get("begin"), "beginDate")
