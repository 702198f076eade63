"""A delta laid over the directory: the roster as it is once everything that changed has changed.

What comes out speaks for the people whom the delta touches, and for nobody else: their rows of users, roles and
demographics are the directory's but for what the delta says. A row that is `tobedeleted`, or a role whose last day is
over, takes away what it stands for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gateway.imports.csv_tables import Placed, Rows
from gateway.imports.roster_files import GUARDIANS, RosterFiles, RosterRowT
from gateway.imports.roster_meaning import STAFF, school_changes
from records.directory_import import SchoolChanges
from records.roster_kept import KeptRoster
from schemas.directory import Enrolment, Organisation, Person
from schemas.roster import DemographicsRow, OrgRow, RoleRow, UserRow

KEPT = 0
"""The number of a row that stands in no file."""

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
        files,
        orgs=_with(files.orgs, (_org(one) for id_, one in kept.organisations.items() if id_ not in delta.orgs)),
        users=_with(files.users, (delta.user(id_) for id_ in near if id_ in kept.people and id_ not in delta.users)),
        roles=_with(files.roles, delta.roles()),
        demographics=_with(files.demographics, delta.births()),
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

    @property
    def near(self) -> list[str]:
        """Whom it touches, whoever is theirs, and whoever answers for any of them."""
        files, kept = self.files, self.kept
        closed = {one.row.sourced_id for one in files.orgs if one.row.status == "ended"}
        touched = self.users | {one.row.user_id for one in files.roles}
        touched |= {one.row.sourced_id for one in files.demographics}
        touched |= {one.learner_id for one in kept.enrolments.values() if one.school_id in closed}
        touched |= {one.person_id for one in kept.school_roles if one.organisation_id in closed}
        touched |= {one.learner_id for one in kept.guardianships if one.guardian_id in touched}
        touched |= {one.learner_id for one in kept.advisers if one.person_id in touched}
        agents = {agent for one in touched for agent in kept.agents_of(one)}
        return sorted(touched | agents | {agent for one in files.users for agent in one.row.agent_ids})

    def user(self, id_: str) -> UserRow:
        """Somebody of the directory as users.csv would tell of them."""
        one, enrolled = self.kept.people[id_], self.kept.enrolments.get(id_)
        return _user(one, enrolled, self.kept.agents_of(id_))

    def roles(self) -> Iterator[RoleRow]:
        """The roles that the directory has of these people and the delta says nothing of."""
        told = {_stands(one.row) for one in self.files.roles}
        moved = {one.row.user_id for one in self.files.current_roles if _is_school(one.row)}
        for one in self._kept_roles(set(self.near)):
            if _stands(one) not in told and not (one.role == "student" and one.user_id in moved):
                yield one

    def _kept_roles(self, near: set[str]) -> Iterator[RoleRow]:
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


def _with(rows: Rows[RosterRowT], more: Iterable[RosterRowT]) -> Rows[RosterRowT]:
    return replace(rows, good=(*rows.good, *(Placed(KEPT, one) for one in more)))


def _stands(row: RoleRow) -> Stands:
    if row.role in GUARDIANS:
        return (row.role, row.user_id)
    if row.role in STAFF:
        role, by_office = STAFF[row.role]
        return (role, "office" if by_office else "role", row.user_id, row.org_id)
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


def _role(user_id: str, role: str, org_id: str, *, primary: bool = True) -> RoleRow:
    return RoleRow.model_construct(
        sourced_id="",
        status="active",
        user_id=user_id,
        role_type="primary" if primary else "secondary",
        role=role,
        begin=None,
        end=None,
        org_id=org_id,
    )
