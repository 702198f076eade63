"""Writes an import into the directory: new rows in, changed rows over, what ended marked; and counts each."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from records.pool import Connection
from schemas.base import Frozen
from schemas.directory import (
    Adviser,
    ClassEnrolment,
    Enrolment,
    Guardianship,
    Host,
    HostStaff,
    OpportunityFacts,
    Organisation,
    Person,
    RosterRole,
    SchoolRole,
    WorkClass,
)

Change = Literal["new", "changed", "ended", "unchanged"]

LOCK = 4_961_203_518
"""The advisory lock that lets one import write at a time."""


@dataclass(frozen=True)
class TableCount:
    """How many rows of one table an import adds, changes, ends and finds as they should be."""

    table: str
    new: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Known:
    """Ids the directory holds already, for references that lead out of the imported files.

    `students` are all who ever enrolled; `host_staff` pairs host id and person id of the active ones; `staff` maps
    those with a role at a school to their e-mail address.
    """

    students: frozenset[str]
    hosts: frozenset[str]
    host_staff: frozenset[tuple[str, str]]
    staff: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


@dataclass(frozen=True)
class Table:
    """How one model goes into one table; `columns` are the ones this import speaks for, keys first."""

    name: str
    keys: int
    columns: tuple[str, ...]
    ends: bool = True

    @property
    def upsert(self) -> str:
        """One statement for all rows; returns only those that were added or changed."""
        columns, keys, rest = self.columns, self.columns[: self.keys], self.columns[self.keys :]
        has_ended = "status = 'ended'" if self.ends else "false"
        return (
            f"insert into {self.name} as kept ({', '.join(columns)}) "  # noqa: S608 - constants of this module
            f"select {', '.join(columns)} from jsonb_populate_recordset(null::{self.name}, $1::text::jsonb) "
            f"on conflict ({', '.join(keys)}) do update set {', '.join(f'{c} = excluded.{c}' for c in rest)} "
            f"where ({', '.join(f'kept.{c}' for c in rest)}) "
            f"is distinct from ({', '.join(f'excluded.{c}' for c in rest)}) "
            f"returning {keys[0]} as id, xmax = 0 as is_new, {has_ended} as has_ended"
        )


ORGANISATIONS = Table("organisations", 1, ("id", "kind", "name", "parent_id", "time_zone", "status"))
_PERSON = ("id", "given_name", "family_name", "email", "phone", "language")
PEOPLE = Table("people", 1, (*_PERSON, "birth_date", "time_zone", "status"))
HOST_PEOPLE = Table("people", 1, (*_PERSON, "status"))
ENROLMENTS = Table("enrolments", 1, ("learner_id", "school_id", "grade", "status"))
GUARDIANSHIPS = Table("guardianships", 2, ("learner_id", "guardian_id", "kind", "position", "status"))
ADVISERS = Table("advisers", 3, ("learner_id", "person_id", "role", "by_class", "status"))
SCHOOL_ROLES = Table("school_roles", 3, ("person_id", "organisation_id", "role", "is_primary", "by_office", "status"))
HOSTS = Table("hosts", 1, ("id", "name", "address", "sector", "time_zone", "state", "site_contact_id", "status"))
HOST_STAFF = Table("host_staff", 2, ("host_id", "person_id", "title", "status"))
OPPORTUNITIES = Table(
    "opportunity_facts",
    1,
    (
        *("id", "host_id", "program", "title", "description", "tasks", "job_skills", "seats", "start_on", "end_on"),
        *("supervisor_id", "alternate_supervisor_id"),
    ),
    ends=False,
)

END_ORGANISATIONS = "update organisations set status = 'ended' where status = 'active' and id = any($1::text[])"
END_PEOPLE = "update people set status = 'ended' where status = 'active' and id = any($1::text[])"
END_STAFF = """
update host_staff set status = 'ended'
where status = 'active' and (host_id, person_id) in (select * from unnest($1::text[], $2::text[]))
"""
END_MISSING = {
    "enrolments": """
update enrolments set status = 'ended'
where status = 'active' and learner_id = any($1::text[]) and learner_id <> all($2::text[])
""",
    "guardianships": """
update guardianships set status = 'ended'
where status = 'active' and learner_id = any($1::text[])
and (learner_id, guardian_id) not in (select * from unnest($2::text[], $3::text[]))
""",
    "advisers": """
update advisers set status = 'ended'
where status = 'active' and learner_id = any($1::text[])
and (learner_id, person_id, role) not in (select * from unnest($2::text[], $3::text[], $4::text[]))
""",
    "school_roles": """
update school_roles set status = 'ended'
where status = 'active' and person_id = any($1::text[])
and (person_id, organisation_id, role) not in (select * from unnest($2::text[], $3::text[], $4::text[]))
""",
}


PEOPLE_KEPT = "select id, given_name, family_name, email, language, status from people where id = any($1::text[])"
STAFF_KEPT = """
select p.id, p.email from people p
where exists (select from school_roles r where r.person_id = p.id and r.status = 'active')
"""


async def lock_imports(conn: Connection) -> None:
    """Wait until no other import is writing; held to the end of the transaction."""
    await conn.execute("select pg_advisory_xact_lock($1)", LOCK)


async def known(conn: Connection) -> Known:
    """What the directory holds already."""
    pairs = await conn.fetch("""
select s.host_id, s.person_id from host_staff s join people p on p.id = s.person_id
where s.status = 'active' and p.status = 'active'
""")
    return Known(
        students=frozenset(row["id"] for row in await conn.fetch("select learner_id as id from enrolments")),
        hosts=frozenset(row["id"] for row in await conn.fetch("select id from hosts where status = 'active'")),
        host_staff=frozenset((row["host_id"], row["person_id"]) for row in pairs),
        staff={row["id"]: row["email"] for row in await conn.fetch(STAFF_KEPT)},
    )


async def kept_people(conn: Connection, ids: Sequence[str]) -> dict[str, Person]:
    """These people as the directory has them, without what an import of hosts does not say."""
    return {row["id"]: Person(**dict(row.items())) for row in await conn.fetch(PEOPLE_KEPT, list(ids))}


async def erased(conn: Connection, ids: Sequence[str]) -> frozenset[str]:
    """Which of these people were erased: no import brings them back."""
    rows = await conn.fetch("select id from people where id = any($1::text[]) and erased_at is not null", list(ids))
    return frozenset(row["id"] for row in rows)


async def _write(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> list[tuple[str, Change]]:
    written = await conn.fetch(table.upsert, json.dumps(rows))
    return [(row["id"], "new" if row["is_new"] else "ended" if row["has_ended"] else "changed") for row in written]


def _count(table: Table, rows: int, written: list[tuple[str, Change]]) -> TableCount:
    tally = Counter(change for _, change in written)
    return TableCount(
        table=table.name,
        new=tally["new"],
        changed=tally["changed"],
        ended=tally["ended"],
        unchanged=rows - len(written),
    )


async def _upsert(conn: Connection, table: Table, rows: Sequence[Frozen]) -> TableCount:
    return _count(table, len(rows), await _write(conn, table, [row.model_dump(mode="json") for row in rows]))


def _and_ended(count: TableCount, command_tag: str) -> TableCount:
    return replace(count, ended=count.ended + int(command_tag.rpartition(" ")[2]))


@dataclass(frozen=True)
class SchoolChanges:
    """What a roster says, each row once; `people` and `organisations` are those that are still there.

    It speaks for every school relation of the people it is `about` (ids): a relation that it lacks has ended. The last
    four are kept for the next delta alone.
    """

    about: tuple[str, ...]
    ended_people: tuple[str, ...]
    ended_organisations: tuple[str, ...]
    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]
    enrolments: tuple[Enrolment, ...]
    guardianships: tuple[Guardianship, ...]
    advisers: tuple[Adviser, ...]
    school_roles: tuple[SchoolRole, ...]
    roster_roles: tuple[RosterRole, ...] = ()
    work_classes: tuple[WorkClass, ...] = ()
    ended_classes: tuple[str, ...] = ()
    class_enrolments: tuple[ClassEnrolment, ...] = ()

    def without(self, ids: frozenset[str]) -> "SchoolChanges":
        """The same but for these people and every relation of theirs."""
        return replace(
            self,
            people=tuple(one for one in self.people if one.id not in ids),
            enrolments=tuple(one for one in self.enrolments if one.learner_id not in ids),
            guardianships=tuple(one for one in self.guardianships if not {one.learner_id, one.guardian_id} & ids),
            advisers=tuple(one for one in self.advisers if not {one.learner_id, one.person_id} & ids),
            school_roles=tuple(one for one in self.school_roles if one.person_id not in ids),
            roster_roles=tuple(one for one in self.roster_roles if one.person_id not in ids),
            class_enrolments=tuple(one for one in self.class_enrolments if one.person_id not in ids),
        )


async def apply_schools(conn: Connection, changes: SchoolChanges) -> tuple[TableCount, ...]:
    """Write a roster and count what it changed, table by table. Call inside a transaction."""
    organisations = await _upsert(conn, ORGANISATIONS, changes.organisations)
    people = await _upsert(conn, PEOPLE, changes.people)
    counts = [
        _and_ended(organisations, await conn.execute(END_ORGANISATIONS, changes.ended_organisations)),
        _and_ended(people, await conn.execute(END_PEOPLE, changes.ended_people)),
    ]
    relations: tuple[tuple[Table, Sequence[Frozen]], ...] = (
        (ENROLMENTS, changes.enrolments),
        (GUARDIANSHIPS, changes.guardianships),
        (ADVISERS, changes.advisers),
        (SCHOOL_ROLES, changes.school_roles),
    )
    for table, rows in relations:
        count = await _upsert(conn, table, rows)
        keys: list[list[str]] = [[getattr(row, name) for row in rows] for name in table.columns[: table.keys]]
        counts.append(_and_ended(count, await conn.execute(END_MISSING[table.name], changes.about, *keys)))
    return tuple(counts)


@dataclass(frozen=True)
class HostChanges:
    """Hosts and the people at them, each row once; `ended_staff` pairs host id and person id of who has left.

    What is not mentioned stays as it is.
    """

    people: tuple[Person, ...]
    hosts: tuple[Host, ...]
    host_staff: tuple[HostStaff, ...]
    ended_staff: tuple[tuple[str, str], ...]

    def without(self, ids: frozenset[str]) -> "HostChanges":
        """The same but for these people."""
        gone = tuple(one for one in self.hosts if one.site_contact_id in ids)
        return replace(
            self,
            people=tuple(one for one in self.people if one.id not in ids),
            hosts=tuple(one.changed(site_contact_id=None) if one in gone else one for one in self.hosts),
            host_staff=tuple(one for one in self.host_staff if one.person_id not in ids),
        )


async def apply_hosts(conn: Connection, changes: HostChanges) -> tuple[TableCount, ...]:
    """Write hosts and their staff and count what changed, table by table. Call inside a transaction."""
    people = await _upsert(conn, HOST_PEOPLE, changes.people)
    hosts = await _upsert(conn, HOSTS, changes.hosts)
    staff = await _upsert(conn, HOST_STAFF, changes.host_staff)
    left = [list(column) for column in zip(*changes.ended_staff, strict=True)] or [[], []]
    return people, hosts, _and_ended(staff, await conn.execute(END_STAFF, *left))


async def apply_opportunities(
    conn: Connection, opportunities: tuple[OpportunityFacts, ...]
) -> tuple[tuple[TableCount, ...], dict[str, Change]]:
    """Write opportunities' facts; returns the counts, and for each id what became of it. Call inside a transaction."""
    rows = [each.model_dump(mode="json") for each in opportunities]
    written = await _write(
        conn, OPPORTUNITIES, [{**row, "start_on": row["start"], "end_on": row["end"]} for row in rows]
    )
    touched = dict(written)
    count = _count(OPPORTUNITIES, len(rows), written)
    return (count,), {each.id: touched.get(each.id, "unchanged") for each in opportunities}
