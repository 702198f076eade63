"""The directory's people, schools and worksites.

Personal facts: they live in Postgres and never enter Temporal or a log.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal, TypeAlias

from pydantic import ConfigDict

from schemas.base import Frozen, Id
from schemas.rule_parts import UsState
from schemas.vocabulary import Role

Language = Literal["en", "es"]
Status = Literal["active", "ended"]
Channel = Literal["email", "text"]
GuardianKind = Literal["guardian", "parent", "relative"]
AdviserRole = Literal["career_specialist", "teacher"]
ClassRole = Literal["student", "teacher"]
SchoolRoleName = Literal[
    "career_specialist", "coordinator", "teacher", "program_manager", "engagement_manager", "director"
]

Team: TypeAlias = dict[Role, str]
"""Who holds which role in one placement: role -> person id. A role that nobody holds is not in it."""

ADULT_YEARS = 18


class Personal(Frozen):
    """A frozen value with personal facts in it: printed, logged or raised, it shows its ids and nothing else."""

    model_config = ConfigDict(hide_input_in_errors=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Give only the ids to `repr` and `str`."""
        return ((name, value) for name, value in self if name == "id" or name.endswith("_id"))


class Organisation(Frozen):
    """A school, or the district it belongs to. `time_zone` is an IANA name, if the school's own is known."""

    id: Id
    kind: Literal["district", "school"]
    name: str
    parent_id: Id | None = None
    time_zone: str | None = None
    status: Status = "active"


class Person(Personal):
    """One person, whatever they are to whom. `birth_date` is kept for learners only."""

    id: Id
    given_name: str
    family_name: str
    email: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    language: Language = "en"
    time_zone: str | None = None
    status: Status = "active"


class Enrolment(Personal):
    """A student goes to a school."""

    learner_id: Id
    school_id: Id
    grade: str | None = None
    status: Status = "active"


class Guardianship(Personal):
    """A guardian answers for a student. `position` 1 is asked first."""

    learner_id: Id
    guardian_id: Id
    kind: GuardianKind
    position: int
    status: Status = "active"


class Adviser(Personal):
    """A teacher or Career Specialist named for one student; comes before whoever holds the role at the school.

    `by_class`: the teacher of record of the student's work-based learning class; who is named otherwise comes first.
    """

    learner_id: Id
    person_id: Id
    role: AdviserRole
    by_class: bool = False
    status: Status = "active"


class SchoolRole(Personal):
    """Staff hold a role in an organisation.

    `by_office`: the role follows from an office such as principal; someone named for the role itself is asked first.
    """

    person_id: Id
    organisation_id: Id
    role: SchoolRoleName
    is_primary: bool
    by_office: bool
    status: Status = "active"


class RosterRole(Personal):
    """A current row of roles.csv: several may mean one thing in the directory. `role` is OneRoster's word."""

    sourced_id: Id
    person_id: Id
    role: str
    is_primary: bool
    organisation_id: Id


class WorkClass(Frozen):
    """A class of a school that is work-based learning."""

    id: Id
    school_id: Id


class ClassEnrolment(Personal):
    """A current row of enrollments.csv: a part in a work-based learning class. `is_primary`: its teacher of record."""

    sourced_id: Id
    class_id: Id
    person_id: Id
    role: ClassRole
    is_primary: bool


class Host(Personal):
    """An employer's worksite. `time_zone` is an IANA name; the site contact answers when no supervisor does.

    `state` says whose law holds there; None: not known, so only federal law is asked.
    """

    id: Id
    name: str
    address: str
    sector: str
    time_zone: str
    state: UsState | None = None
    site_contact_id: Id | None
    status: Status = "active"


class HostStaff(Personal):
    """A person works at a host, under this job title."""

    host_id: Id
    person_id: Id
    title: str
    status: Status = "active"


class OpportunityFacts(Personal):
    """What a host offers, in words. `start` and `end` are site days, both worked; `seats` counts learners."""

    id: Id
    host_id: Id
    program: str
    title: str
    description: str
    tasks: tuple[str, ...]
    job_skills: tuple[str, ...]
    seats: int
    start: date
    end: date
    supervisor_id: Id
    alternate_supervisor_id: Id | None


class Contact(Personal):
    """How to reach a person: a name to greet, an address if there is one, and the language and zone to write in.

    `active` is False for a person who has left, or who is no longer anything to anybody here; nobody writes to them.
    `time_zone` is the person's own, else their worksite's or school's, else None: then the program's holds. They chose
    the `channel`; `no_texts`: they want none.
    """

    id: Id
    name: str
    email: str | None
    language: Language
    time_zone: str | None
    active: bool
    phone: str | None = None
    channel: Channel = "email"
    no_texts: bool = False


class Learner(Personal):
    """A student or, on an externship, an educator. `guardian_ids` in the order they are asked; only active ones.

    A student always has a birth date; an educator has none and is an adult. `active` is False after they left.
    """

    id: Id
    kind: Literal["student", "educator"]
    active: bool
    birth_date: date | None
    school_id: Id
    grade: str | None
    guardian_ids: tuple[Id, ...]


def age_on(birth_date: date, day: date) -> int:
    """Age in whole years on a day. Someone born on 29 February is a year older on 1 March in other years.

    Raises ValueError when the day is before the birth date.
    """
    if day < birth_date:
        raise ValueError("the day is before the birth date")
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def is_minor(birth_date: date, on: date) -> bool:
    """Whether the person is under 18 on a day. See `age_on`.

    Source: M.G.L. c. 4 s. 7 and California Family Code 6500; work permits and guardians' signatures end at this age.
    """
    return age_on(birth_date, on) < ADULT_YEARS
