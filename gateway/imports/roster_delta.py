"""A delta laid over the directory: the roster as it is once everything that changed has changed.

What comes out speaks for the people whom the delta touches, and for nobody else: their rows of users, roles and
demographics are the directory's but for what the delta says. A row that is `tobedeleted`, or a role whose last day is
over, takes away what it stands for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from gateway.imports.roster_classes import with_kept_classes
from gateway.imports.roster_files import GUARDIANS, RosterFiles, with_rows
from gateway.imports.roster_meaning import STAFF, school_changes
from records.directory_import import SchoolChanges
from records.roster_kept import KeptRoster
from schemas.directory import Enrolment, Organisation, Person
from schemas.roster import DemographicsRow, OrgRow, RoleRow, UserRow

ROLE_OF = {meant: role for role, meant in reversed(STAFF.items())}
"""The OneRoster role that stands for a role of the directory."""

Stands = tuple[str, ...]
"""What a role stands for in the directory: two rows with the same are one relation."""


def delta_changes(files: RosterFiles, whole: RosterFiles) -> SchoolChanges:
    """The directory rows of a delta without problems, which `whole` has laid over the directory."""
    changes = school_changes(whole)
    told = {one.row.sourced_id for one in files.orgs}
    ended = [one.row.sourced_id for one in files.orgs if one.row.status == "ended"]
    return replace(
        changes,
        ended_organisations=tuple(ended),
        organisations=tuple(one for one in changes.organisations if one.id in told),
    )


def overlaid(files: RosterFiles, kept: KeptRoster) -> RosterFiles:
    """Every row about the people of a delta, from the delta where it has one and from the directory else."""
    delta = _Delta(files, kept)
    near = delta.near
    return replace(
        with_kept_classes(files, kept),
        orgs=with_rows(files.orgs, (_org(one) for id_, one in kept.organisations.items() if id_ not in delta.orgs)),
        users=with_rows(
            files.users, (delta.user(id_) for id_ in near if id_ in kept.people and id_ not in delta.users)
        ),
        roles=with_rows(files.roles, delta.roles()),
        demographics=with_rows(files.demographics, delta.births()),
    )


@dataclass(frozen=True)
class _Delta:
    """What a delta tells, beside what the directory has."""

    files: RosterFiles
    kept: KeptRoster

    @property
    def orgs(self) -> set[str]:
        return {one.row.sourced_id for one in self.files.orgs}

    @property
    def users(self) -> set[str]:
        return {one.row.sourced_id for one in self.files.users}

    @cached_property
    def near(self) -> list[str]:
        """Whom it touches, whoever is theirs, and whoever answers for any of them."""
        files, kept = self.files, self.kept
        closed = {one.row.sourced_id for one in files.orgs if one.row.status == "ended"}
        touched = self.users | {one.row.user_id for one in files.roles}
        touched |= {one.row.sourced_id for one in files.demographics}
        touched |= {one.learner_id for one in kept.enrolments.values() if one.school_id in closed}
        touched |= {one.person_id for one in kept.school_roles if one.organisation_id in closed}
        touched |= {one.row.user_id for one in files.enrollments} | self._students(touched)
        touched |= {one.learner_id for one in kept.guardianships if one.guardian_id in touched}
        touched |= {one.learner_id for one in kept.advisers if one.person_id in touched}
        agents = {agent for one in touched for agent in kept.agents_of(one)} | self._teachers(touched)
        return sorted(touched | agents | {agent for one in files.users for agent in one.row.agent_ids})

    def user(self, id_: str) -> UserRow:
        """Somebody of the directory as users.csv would tell of them."""
        one, enrolled = self.kept.people[id_], self.kept.enrolments.get(id_)
        return _user(one, enrolled, self.kept.agents_of(id_))

    @cached_property
    def _parts(self) -> set[tuple[str, str, str]]:
        """Class, role and person of every row of enrollments.csv, told and kept, whether it holds or not."""
        told = {(one.row.class_id, one.row.role, one.row.user_id) for one in self.files.enrollments}
        return told | {(one.class_id, one.role, one.person_id) for one in self.kept.class_enrolments}

    def _students(self, touched: set[str]) -> set[str]:
        """The students of every class that changes, or one of whose teachers does."""
        told = {one.row.sourced_id for one in self.files.enrollments}
        classes = {one.row.sourced_id for one in self.files.classes} | {
            one.row.class_id for one in self.files.enrollments
        }
        classes |= {one.class_id for one in self.kept.class_enrolments if one.sourced_id in told}
        classes |= {class_id for class_id, role, one in self._parts if role == "teacher" and one in touched}
        return {one for class_id, role, one in self._parts if role == "student" and class_id in classes}

    def _teachers(self, touched: set[str]) -> set[str]:
        """Whoever teaches one of these people."""
        classes = {class_id for class_id, role, one in self._parts if role == "student" and one in touched}
        return {one for class_id, role, one in self._parts if role == "teacher" and class_id in classes}

    def roles(self) -> Iterator[RoleRow]:
        """The roles of these people that the delta says nothing of: each row that was kept, else what it stood for."""
        near, files = set(self.near), self.files
        told = {_stands(one.row) for one in files.roles}
        rows = {one.row.sourced_id for one in files.roles}
        moved = {one.row.user_id for one in files.current_roles if _is_school(one.row)}
        still = {_means(one) for one in self._relations(near)}
        known: set[Stands] = set()
        for one in self.kept.roster_roles:
            row = _role(one.person_id, one.role, one.organisation_id, primary=one.is_primary, id_=one.sourced_id)
            if one.person_id not in near or not (_means(row) in still or one.person_id in self._enrolled(one.role)):
                continue
            known.add(_means(row))
            if row.sourced_id not in rows and not (_is_school(row) and row.user_id in moved):
                yield row
        for row in self._relations(near):
            is_left = row.role == "student" and row.user_id in moved
            if _means(row) not in known and _stands(row) not in told and not is_left:
                yield row

    def _enrolled(self, role: str) -> Mapping[str, Enrolment]:
        """Of a student, every row counts: one of another school may be what is left."""
        return self.kept.enrolments if role == "student" else {}

    def _relations(self, near: set[str]) -> Iterator[RoleRow]:
        kept = self.kept
        for one in kept.enrolments.values():
            if one.learner_id in near:
                yield _role(one.learner_id, "student", one.school_id)
        for one in kept.guardianships:
            if one.guardian_id in near and (enrolled := kept.enrolments.get(one.learner_id)):
                yield _role(one.guardian_id, one.kind, enrolled.school_id)
        for one in kept.school_roles:
            if one.person_id in near:
                role = ROLE_OF.get((one.role, one.by_office)) or ROLE_OF[one.role, not one.by_office]
                yield _role(one.person_id, role, one.organisation_id, primary=one.is_primary)

    def births(self) -> Iterator[DemographicsRow]:
        """The birth dates that the directory has and the delta says nothing of."""
        told = {one.row.sourced_id for one in self.files.demographics if one.row.birth_date}
        for id_ in self.near:
            if id_ not in told and (born := self.kept.born(id_)) is not None:
                yield DemographicsRow.model_construct(sourced_id=id_, status="active", birth_date=born)


def _stands(row: RoleRow) -> Stands:
    if row.role in GUARDIANS:
        return (row.role, row.user_id)
    if row.role in STAFF:
        role, by_office = STAFF[row.role]
        return (role, "office" if by_office else "role", row.user_id, row.org_id)
    return (row.role, row.user_id, row.org_id)


def _means(row: RoleRow) -> Stands:
    """The relation of the directory that a row keeps up; several rows may."""
    if row.role in GUARDIANS:
        return ("guardian", row.user_id)
    if row.role in STAFF:
        return (STAFF[row.role][0], row.user_id, row.org_id)
    return (row.role, row.user_id, row.org_id)


def _is_school(row: RoleRow) -> bool:
    """Whether the row says where a student goes to school; the directory has one school of each."""
    return row.role == "student" and row.role_type == "primary"


def _org(one: Organisation) -> OrgRow:
    return OrgRow.model_construct(
        sourced_id=one.id,
        status="active",
        name=one.name,
        type=one.kind,
        parent_id=one.parent_id,
        time_zone=one.time_zone,
    )


def _user(one: Person, enrolled: Enrolment | None, agents: list[str]) -> UserRow:
    return UserRow.model_construct(
        sourced_id=one.id,
        status="active",
        given_name=one.given_name,
        family_name=one.family_name,
        email=one.email,
        sms=None,
        phone=one.phone,
        agent_ids=tuple(agents),
        grades=enrolled.grade if enrolled else None,
        language=one.language,
        time_zone=one.time_zone,
    )


def _role(user_id: str, role: str, org_id: str, *, primary: bool = True, id_: str = "") -> RoleRow:
    return RoleRow.model_construct(
        sourced_id=id_,
        status="active",
        user_id=user_id,
        role_type="primary" if primary else "secondary",
        role=role,
        begin=None,
        end=None,
        org_id=org_id,
    )
