"""The roster as the directory has it: what a delta of a student information system changes, and who is in it at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from records.pool import Connection
from schemas.directory import (
    Adviser,
    ClassEnrolment,
    Enrolment,
    Guardianship,
    Organisation,
    Person,
    RosterRole,
    SchoolRole,
    WorkClass,
)

ORGANISATIONS = "select id, kind, name, parent_id, time_zone, status from organisations where status = 'active'"
PEOPLE = """
select id, given_name, family_name, email, phone, birth_date, language, time_zone, status from people
where status = 'active' and erased_at is null
"""
ENROLMENTS = "select learner_id, school_id, grade, status from enrolments where status = 'active'"
GUARDIANSHIPS = """
select learner_id, guardian_id, kind, position, status from guardianships where status = 'active' order by position
"""
ADVISERS = "select learner_id, person_id, role, by_class, status from advisers where status = 'active' order by 1, 2, 3"
SCHOOL_ROLES = """
select person_id, organisation_id, role, is_primary, by_office, status from school_roles where status = 'active'
"""
ROSTER_ROLES = "select sourced_id, person_id, role, is_primary, organisation_id from roster_roles order by sourced_id"
WORK_CLASSES = "select id, school_id from work_classes order by id"
CLASS_ENROLMENTS = "select sourced_id, class_id, person_id, role, is_primary from class_enrolments order by sourced_id"

DELIVERED = "select modified_until from roster_deliveries where source = $1"
DELIVER = """
insert into roster_deliveries (source, modified_until) values ($1, $2)
on conflict (source) do update set modified_until = greatest(roster_deliveries.modified_until, excluded.modified_until)
"""


@dataclass(frozen=True)
class KeptRoster:
    """Everybody and everything active: organisations, people and enrolments by id (of the learner)."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict[str, Organisation])
    people: Mapping[str, Person] = field(default_factory=dict[str, Person])
    enrolments: Mapping[str, Enrolment] = field(default_factory=dict[str, Enrolment])
    guardianships: tuple[Guardianship, ...] = ()
    advisers: tuple[Adviser, ...] = ()
    school_roles: tuple[SchoolRole, ...] = ()
    roster_roles: tuple[RosterRole, ...] = ()
    work_classes: Mapping[str, WorkClass] = field(default_factory=dict[str, WorkClass])
    class_enrolments: tuple[ClassEnrolment, ...] = ()

    def agents_of(self, learner_id: str) -> list[str]:
        """Who answers for a learner, guardians in the order they are asked, then those agents name for the learner."""
        guardians = (one.guardian_id for one in self.guardianships if one.learner_id == learner_id)
        advisers = (one.person_id for one in self.advisers if one.learner_id == learner_id and not one.by_class)
        return list(dict.fromkeys([*guardians, *advisers]))

    def born(self, learner_id: str) -> date | None:
        """The birth date that is kept, if any."""
        known = self.people.get(learner_id)
        return known.birth_date if known else None


async def kept_roster(conn: Connection) -> KeptRoster:
    """What is active in the directory at this moment."""
    people = [Person(**dict(row.items())) for row in await conn.fetch(PEOPLE)]
    organisations = [Organisation(**dict(row.items())) for row in await conn.fetch(ORGANISATIONS)]
    enrolments = [Enrolment(**dict(row.items())) for row in await conn.fetch(ENROLMENTS)]
    classes = [WorkClass(**dict(row.items())) for row in await conn.fetch(WORK_CLASSES)]
    return KeptRoster(
        organisations={one.id: one for one in organisations},
        people={one.id: one for one in people},
        enrolments={one.learner_id: one for one in enrolments},
        guardianships=tuple(Guardianship(**dict(row.items())) for row in await conn.fetch(GUARDIANSHIPS)),
        advisers=tuple(Adviser(**dict(row.items())) for row in await conn.fetch(ADVISERS)),
        school_roles=tuple(SchoolRole(**dict(row.items())) for row in await conn.fetch(SCHOOL_ROLES)),
        roster_roles=tuple(RosterRole(**dict(row.items())) for row in await conn.fetch(ROSTER_ROLES)),
        work_classes={one.id: one for one in classes},
        class_enrolments=tuple(ClassEnrolment(**dict(row.items())) for row in await conn.fetch(CLASS_ENROLMENTS)),
    )


async def delivered_until(conn: Connection, source: str) -> datetime | None:
    """The newest change that a student information system has delivered; None: none with a time."""
    return await conn.fetchval(DELIVERED, source)


async def delivered(conn: Connection, source: str, until: datetime) -> None:
    """Its changes up to then are imported."""
    await conn.execute(DELIVER, source, until)


Mode = Literal["bulk", "delta"]
"""A delivery that says everything about the people in it, or only what changed since the last one."""
