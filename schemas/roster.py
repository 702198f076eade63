"""One row of each CSV file that `journeywork import` reads, as the file writes it.

Validate with `context={"today": date}`. Columns that a file may have and nobody needs are named in `unread`: they are
never even parsed, because what is not kept cannot leak (passwords, race, sex, places of birth).

Source of the first four: OneRoster 1.2 CSV binding (1EdTech). The other three are Journeywork's own.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticUseDefault

from schemas.base import Frozen
from schemas.cells import (
    BirthDate,
    ClockTime,
    Day,
    Email,
    Empty,
    Identifier,
    LanguageCode,
    Line,
    Paragraphs,
    Phone,
    ProgramId,
    SchoolMinutes,
    Seats,
    StateCode,
    TimeZone,
    YesNo,
    one_of,
    refuse_telling_id,
    wrong,
)
from schemas.directory import Status

ORG_TYPES = ("department", "school", "district", "local", "state", "national")
ROLES = (
    *("aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative"),
    *("siteAdministrator", "student", "systemAdministrator", "teacher"),
)
REJECTED = frozenset({"row", "problem"})
"""The columns in which rows that were not taken come back; nobody needs to take them out."""

CALENDAR_KINDS = ("calendar", "term", "day_off", "required_day", "short_day")
OWN_ROLES = ("ext:careerSpecialist", "ext:coordinator", "ext:director", "ext:engagementManager", "ext:programManager")


def _if_empty_default(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise PydanticUseDefault
    return value


def _status(value: object) -> str:
    word = one_of(value, ("active", "tobedeleted"), "a OneRoster status")
    return "ended" if word == "tobedeleted" else "active"


def _staff_status(value: object) -> str:
    return one_of(value, ("active", "ended"), "a status")


def _role(value: object) -> str:
    if isinstance(value, str) and value.startswith("ext:"):
        allowed = {own.casefold(): own for own in OWN_ROLES}
        return allowed.get(value.casefold(), "ext:other")
    return one_of(value, (*ROLES, *OWN_ROLES), "a OneRoster role")


def id_list(cell: object) -> tuple[str, ...]:
    """The ids that one cell lists, separated by commas, each once."""
    return tuple(dict.fromkeys(part.strip() for part in str(cell).split(",") if part.strip()))


OrDefault = BeforeValidator(_if_empty_default)
OneRosterStatus = Annotated[Status, BeforeValidator(_status), OrDefault]


class CsvRow(Frozen):
    """A row, cell by cell; `populate_by_name` is off, so only the file's own column names count."""

    model_config = ConfigDict(hide_input_in_errors=True, validate_default=False)
    unread: ClassVar[frozenset[str]] = frozenset()
    extensions: ClassVar[bool] = False

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Show nothing: rows hold personal facts."""
        return []

    @classmethod
    def columns(cls) -> dict[str, bool]:
        """The columns that are read, in order, and whether the file must have them."""
        return {str(field.alias or name): field.is_required() for name, field in cls.model_fields.items()}


class ManifestRow(CsvRow):
    """manifest.csv: what the delivery holds."""

    property_name: Annotated[Line, Field(alias="propertyName")]
    value: str


class RosterRow(CsvRow):
    """What every OneRoster row says of itself. `modified` is looked at in a delta only, where it must be an instant."""

    extensions = True

    modified: Annotated[str, Field(alias="dateLastModified")] = ""


class OrgRow(RosterRow):
    """orgs.csv. `metadata.timeZone` is Journeywork's extension."""

    unread = frozenset({"identifier"})

    sourced_id: Annotated[Identifier, Field(alias="sourcedId")]
    status: Annotated[OneRosterStatus, Field(alias="status")] = "active"
    name: Line
    type: Annotated[str, BeforeValidator(lambda value: one_of(value, ORG_TYPES, "a OneRoster type of org"))]
    parent_id: Annotated[Identifier | None, Empty, Field(alias="parentSourcedId")] = None
    time_zone: Annotated[TimeZone | None, Empty, Field(alias="metadata.timeZone")] = None


class UserRow(RosterRow):
    """users.csv. `metadata.language` and `metadata.timeZone` are Journeywork's extensions."""

    unread = frozenset(
        {
            *("enabledUser", "username", "userIds", "middleName", "identifier", "password"),
            *("userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName"),
            *("primaryOrgSourcedId", "pronouns"),
        }
    )

    given_name: Annotated[Line, Field(alias="givenName")]
    family_name: Annotated[Line, Field(alias="familyName")]
    sourced_id: Annotated[Identifier, Field(alias="sourcedId")]
    status: Annotated[OneRosterStatus, Field(alias="status")] = "active"
    email: Annotated[Email | None, Empty]
    sms: Annotated[Phone | None, Empty] = None
    phone: Annotated[Phone | None, Empty] = None
    agent_ids: Annotated[tuple[str, ...], BeforeValidator(id_list), Field(alias="agentSourcedIds")] = ()
    grades: Annotated[Line | None, Empty] = None
    language: Annotated[LanguageCode, OrDefault, Field(alias="metadata.language")] = "en"
    time_zone: Annotated[TimeZone | None, Empty, Field(alias="metadata.timeZone")] = None

    @field_validator("sourced_id")
    @classmethod
    def _tells_nothing(cls, identifier: str, info: ValidationInfo) -> str:
        return refuse_telling_id(identifier, info, "given_name", "family_name")


class RoleRow(RosterRow):
    """roles.csv. An `ext:` role that is not Journeywork's own is read as `ext:other`."""

    unread = frozenset({"userProfileSourcedId"})

    sourced_id: Annotated[Identifier, Field(alias="sourcedId")]
    status: Annotated[OneRosterStatus, Field(alias="status")] = "active"
    user_id: Annotated[Identifier, Field(alias="userSourcedId")]
    role_type: Annotated[
        Literal["primary", "secondary"],
        BeforeValidator(lambda value: one_of(value, ("primary", "secondary"), "a OneRoster roleType")),
        Field(alias="roleType"),
    ]
    role: Annotated[str, BeforeValidator(_role)]
    begin: Annotated[Day | None, Empty, Field(alias="beginDate")] = None
    end: Annotated[Day | None, Empty, Field(alias="endDate")] = None
    org_id: Annotated[Identifier, Field(alias="orgSourcedId")]

    @field_validator("end")
    @classmethod
    def _not_before_it_begins(cls, end: date | None, info: ValidationInfo) -> date | None:
        return refuse_early_end(end, info.data.get("begin"), "beginDate")


class DemographicsRow(RosterRow):
    """demographics.csv: nothing but the birth date is read."""

    unread = frozenset(
        {
            *("sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican"),
            *("nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces"),
            *("hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth"),
            "publicSchoolResidenceStatus",
        }
    )

    sourced_id: Annotated[Identifier, Field(alias="sourcedId")]
    status: Annotated[OneRosterStatus, Field(alias="status")] = "active"
    birth_date: Annotated[BirthDate | None, Empty, Field(alias="birthDate")]


class EmployerRow(CsvRow):
    """employers.csv: one person at a host's worksite. A host's own columns may be left empty after its first row.

    `state` may be left out: then nothing but federal law is known to hold at the worksite.
    """

    unread = REJECTED

    given_name: Line
    family_name: Line
    host_id: Identifier
    host_name: Annotated[Line | None, Empty] = None
    sector: Annotated[Line | None, Empty] = None
    address: Annotated[Line | None, Empty] = None
    time_zone: Annotated[TimeZone | None, Empty] = None
    state: Annotated[StateCode | None, Empty] = None
    person_id: Identifier
    title: Line
    email: Email
    phone: Annotated[Phone | None, Empty] = None
    language: Annotated[LanguageCode, OrDefault] = "en"
    site_contact: YesNo = False
    status: Annotated[Status, BeforeValidator(_staff_status), OrDefault] = "active"

    @field_validator("person_id")
    @classmethod
    def _tells_nothing(cls, identifier: str, info: ValidationInfo) -> str:
        return refuse_telling_id(identifier, info, "given_name", "family_name")


class OpportunityRow(CsvRow):
    """opportunities.csv: what a host offers. `tasks` are separated by semicolons."""

    unread = REJECTED

    opportunity_id: Identifier
    host_id: Identifier
    program: ProgramId
    title: Line
    seats: Seats
    start: Day
    end: Day
    supervisor_id: Identifier
    alternate_supervisor_id: Annotated[Identifier | None, Empty] = None
    job_skill_1: Line
    job_skill_2: Line
    job_skill_3: Line
    job_skill_4: Annotated[Line | None, Empty] = None
    job_skill_5: Annotated[Line | None, Empty] = None
    description: Paragraphs
    tasks: Annotated[Paragraphs | None, Empty] = None

    @field_validator("end")
    @classmethod
    def _not_before_it_starts(cls, end: date, info: ValidationInfo) -> date:
        return refuse_early_end(end, info.data.get("start"), "start") or end

    @field_validator("alternate_supervisor_id")
    @classmethod
    def _somebody_else(cls, alternate: str | None, info: ValidationInfo) -> str | None:
        if alternate is not None and alternate == info.data.get("supervisor_id"):
            wrong("same_person", "is the supervisor too; name somebody else or leave it empty")
        return alternate

    @field_validator("job_skill_2", "job_skill_3", "job_skill_4", "job_skill_5")
    @classmethod
    def _another_skill(cls, skill: str | None, info: ValidationInfo) -> str | None:
        earlier = (str(value).casefold() for name, value in info.data.items() if name.startswith("job_skill_"))
        if skill is not None and skill.casefold() in earlier:
            wrong("skill_twice", "is named twice in this row; name another skill (three to five in all)")
        return skill


class CalendarRow(CsvRow):
    """calendars.csv: one fact of a school calendar; which columns it uses depends on its kind.

    `calendar`: the days it is known for and the usual school day, once for each organisation. `term`: days with school,
    in a `school_year`. `day_off`: one day, or several, without. `required_day`, `short_day`: single days.
    """

    organisation_id: Identifier
    kind: Annotated[str, BeforeValidator(lambda value: one_of(value, CALENDAR_KINDS, "a kind of row"))]
    first_day: Day
    last_day: Annotated[Day | None, Empty] = None
    school_year: Annotated[Line | None, Empty] = None
    opens: Annotated[ClockTime | None, Empty] = None
    closes: Annotated[ClockTime | None, Empty] = None
    minutes: Annotated[SchoolMinutes | None, Empty] = None
    time_zone: Annotated[TimeZone | None, Empty] = None

    @field_validator("last_day")
    @classmethod
    def _not_before_the_first(cls, last: date | None, info: ValidationInfo) -> date | None:
        return refuse_early_end(last, info.data.get("first_day"), "first_day")


def refuse_early_end(end: date | None, start: date | None, start_column: str) -> date | None:
    """The end, unless it is before the start, which stands in `start_column` of the same row."""
    if end is not None and start is not None and end < start:
        wrong("end_early", f"is before {start_column}; put the later day here")
    return end
