"""Reads a OneRoster 1.2 CSV delivery (a folder) and checks its files against each other.

Four files say who is who; classes.csv and enrollments.csv may be there too (`roster_classes`).

A bulk delivery says everything about the people in it. A delta says what changed since the last one: what its rows
point at may be in the directory instead, and what it means is told once it is laid over that (`roster_delta`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from gateway.imports.csv_tables import Placed, Rows, check_references, first_rows, read_rows
from gateway.imports.report import Findings
from gateway.imports.roster_manifest import Manifest, check_changes, read_manifest
from gateway.imports.sources import Source
from records.roster_kept import KeptRoster
from schemas.directory import AdviserRole, ClassRole, GuardianKind
from schemas.roster import DemographicsRow, OrgRow, RoleRow, RosterRow, UserRow, id_list
from schemas.roster_classes import ClassRow, EnrollmentRow

GUARDIANS: tuple[GuardianKind, ...] = ("guardian", "parent", "relative")
ADVISERS: dict[str, AdviserRole] = {
    "teacher": "teacher",
    "counselor": "career_specialist",
    "ext:careerSpecialist": "career_specialist",
}
DISTRICTS = ("district", "local")
PARTS: tuple[ClassRole, ...] = ("student", "teacher")
"""The roles in a class that mean something here."""

GONE = "tobedeleted"
KEPT = 0
"""The number of a row that stands in no file."""

IN_NEITHER = "is not in users.csv nor in the directory; add the person or take the id out"

RosterRowT = TypeVar("RosterRowT", bound=RosterRow)
NO_CLASSES: Rows[ClassRow] = Rows("classes.csv")
NO_ENROLLMENTS: Rows[EnrollmentRow] = Rows("enrollments.csv")


@dataclass(frozen=True)
class RosterFiles:
    """The files, and how they were delivered. `today` decides which roles have ended."""

    today: date
    manifest: Manifest
    orgs: Rows[OrgRow]
    users: Rows[UserRow]
    roles: Rows[RoleRow]
    demographics: Rows[DemographicsRow]
    classes: Rows[ClassRow] = NO_CLASSES
    enrollments: Rows[EnrollmentRow] = NO_ENROLLMENTS

    @cached_property
    def places(self) -> dict[str, OrgRow]:
        """The schools and districts that are here, by id; departments, states and nations are left out."""
        kinds = ("school", *DISTRICTS)
        return {
            one.row.sourced_id: one.row for one in self.orgs if one.row.type in kinds and one.row.status == "active"
        }

    @cached_property
    def people(self) -> dict[str, Placed[UserRow]]:
        """The users who are here, by id."""
        return {one.row.sourced_id: one for one in self.users if one.row.status == "active"}

    @cached_property
    def gone(self) -> set[str]:
        """The users who are known to have left."""
        gone = {one.row.sourced_id for one in self.users} - set(self.people)
        return gone | {cells.get("sourcedId") for cells in self.users.cells if cells.get("status").casefold() == GONE}

    def is_over(self, last_day: date | None) -> bool:
        """Whether what has this last day is over."""
        return last_day is not None and last_day < self.today

    @cached_property
    def current_roles(self) -> tuple[Placed[RoleRow], ...]:
        """The roles that hold today, of people who are not known to have left, at places that are not left out."""
        left_out = {one.row.sourced_id for one in self.orgs} - set(self.places)
        return tuple(
            one
            for one in self.roles
            if one.row.status == "active"
            and not self.is_over(one.row.end)
            and one.row.user_id not in self.gone
            and one.row.org_id not in left_out
        )

    @cached_property
    def roles_of(self) -> dict[str, set[str]]:
        """Each person's current OneRoster roles."""
        found: dict[str, set[str]] = {}
        for one in self.current_roles:
            found.setdefault(one.row.user_id, set()).add(one.row.role)
        return found

    @cached_property
    def schools(self) -> dict[str, str]:
        """Each current student's school; where somebody has several student roles, the primary one."""
        students = [one.row for one in self.current_roles if one.row.role == "student"]
        students.sort(key=lambda role: role.role_type == "primary")
        return {role.user_id: role.org_id for role in students}

    @cached_property
    def work_classes(self) -> dict[str, str]:
        """The school of each class that is work-based learning, by its id."""
        return {
            one.row.sourced_id: one.row.school_id
            for one in self.classes
            if one.row.status == "active" and one.row.work_based
        }

    @cached_property
    def current_enrollments(self) -> tuple[Placed[EnrollmentRow], ...]:
        """Who is in which class today, of people who are not known to have left."""
        return tuple(
            one
            for one in self.enrollments
            if one.row.status == "active" and not self.is_over(one.row.end) and one.row.user_id not in self.gone
        )

    @cached_property
    def birth_dates(self) -> dict[str, date]:
        """The birth dates that are given, by user."""
        return {one.row.sourced_id: one.row.birth_date for one in self.demographics if one.row.birth_date}


def read_roster(folder: Source, findings: Findings, today: date, kept: KeptRoster | None = None) -> RosterFiles:
    """The delivery in `folder`. What is wrong goes to `findings`; use the result only if there was nothing.

    What the rows of a delta point at may be in the directory (`kept`) instead.
    """
    if not folder.is_dir():
        findings.add(folder.name, None, None, "is not a folder; name the one with manifest.csv (unpack a zip first)")
        empty = (Rows("orgs.csv"), Rows("users.csv"), Rows("roles.csv"), Rows("demographics.csv"))
        return RosterFiles(today, Manifest(), *empty)
    manifest = read_manifest(folder, findings, today)

    def rows(name: str, model: type[RosterRowT]) -> Rows[RosterRowT]:
        file = f"{name}.csv"
        return Rows(file) if name in manifest.absent else read_rows(folder / file, model, findings, today)

    files = RosterFiles(
        today,
        manifest,
        rows("orgs", OrgRow),
        rows("users", UserRow),
        rows("roles", RoleRow),
        rows("demographics", DemographicsRow),
        rows("classes", ClassRow),
        rows("enrollments", EnrollmentRow),
    )
    if manifest.mode == "delta":
        for one in (files.orgs, files.users, files.roles, files.demographics, files.classes, files.enrollments):
            check_changes(one, findings)
    before = kept if kept and manifest.mode == "delta" else KeptRoster()
    where = " nor in the directory" if manifest.mode == "delta" else ""
    _check_orgs(files, before, where, findings)
    _check_roles(files, before, where, findings)
    _check_agents(files, before, where, findings)
    _check_birth_dates(files, before, where, findings)
    _check_classes(files, before, where, findings)
    return files


def with_rows(rows: Rows[RosterRowT], more: Iterable[RosterRowT]) -> Rows[RosterRowT]:
    """The same rows, and some that stand in no file."""
    return replace(rows, good=(*rows.good, *(Placed(KEPT, one) for one in more)))


def _check_orgs(files: RosterFiles, kept: KeptRoster, where: str, findings: Findings) -> None:
    ids = first_rows(files.orgs, "sourcedId", findings)
    check_references(files.orgs, "parentSourcedId", {*ids, *kept.organisations}, f"in orgs.csv{where}", findings)
    parents: dict[str, str | None] = {one.id: one.parent_id for one in kept.organisations.values()}
    parents |= {one.row.sourced_id: one.row.parent_id for one in files.orgs}
    for one in files.orgs:
        seen, above = {one.row.sourced_id}, one.row.parent_id
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == one.row.sourced_id:
            text = "is a parent of its own parent; the parents go round in a circle"
            findings.value("orgs.csv", one.number, "parentSourcedId", one.row.parent_id or "", text)


def _check_roles(files: RosterFiles, kept: KeptRoster, where: str, findings: Findings) -> None:
    users = first_rows(files.users, "sourcedId", findings)
    orgs = {cells.get("sourcedId") for cells in files.orgs.cells}
    first_rows(files.roles, "sourcedId", findings)
    check_references(files.roles, "userSourcedId", {*users, *kept.people}, f"in users.csv{where}", findings)
    check_references(files.roles, "orgSourcedId", {*orgs, *kept.organisations}, f"in orgs.csv{where}", findings)
    primary: dict[str, Placed[RoleRow]] = {}
    for one in files.current_roles:
        place = files.places.get(one.row.org_id)
        if one.row.role != "student" or place is None:
            continue
        if place.type in DISTRICTS:
            text = "is a district; name the school the student goes to"
            findings.value("roles.csv", one.number, "orgSourcedId", one.row.org_id, text)
        if one.row.role_type == "primary":
            other = primary.setdefault(one.row.user_id, one)
            if other.row.org_id != one.row.org_id:
                text = f"is the student's second primary school (see row {other.number}); make one of them secondary"
                findings.value("roles.csv", one.number, "orgSourcedId", one.row.org_id, text)


def _check_agents(files: RosterFiles, kept: KeptRoster, where: str, findings: Findings) -> None:
    users = {*(cells.get("sourcedId") for cells in files.users.cells), *kept.people}
    spoilt = {cells.get("userSourcedId") for cells in files.roles.spoilt}
    ever = {one.row.user_id for one in files.roles if one.row.role in (*GUARDIANS, *ADVISERS)} | spoilt
    ever |= {one.guardian_id for one in kept.guardianships} | {one.person_id for one in kept.school_roles}
    students = {*files.schools, *kept.enrolments}
    for cells in files.users.cells:
        user_id = cells.get("sourcedId")
        for agent in id_list(cells.get("agentSourcedIds")):
            if agent not in users:
                problem = IN_NEITHER if where else "is not in users.csv; add the person or take the id out"
            elif agent == user_id:
                problem = "is the user; name a guardian, teacher or counselor"
            elif user_id in students and agent not in ever:
                problem = "has no role guardian, parent, relative, teacher or counselor in roles.csv; add one"
            else:
                continue
            findings.value("users.csv", cells.number, "agentSourcedIds", agent, problem)


def _check_birth_dates(files: RosterFiles, kept: KeptRoster, where: str, findings: Findings) -> None:
    users = {cells.get("sourcedId"): cells.number for cells in files.users.cells}
    given = first_rows(files.demographics, "sourcedId", findings)
    check_references(files.demographics, "sourcedId", {*users, *kept.people}, f"in users.csv{where}", findings)
    empty = {cells.get("sourcedId") for cells in files.demographics.cells if not cells.get("birthDate")}
    roles = {one.row.user_id: one.number for one in files.current_roles if one.row.role == "student"}
    for identifier in {**files.schools, **{one: "" for one in given if one in kept.enrolments}}:
        known = identifier in users or identifier in kept.people
        if identifier in empty:
            text = "is empty; the rules for minors need every student's birth date"
            findings.add("demographics.csv", given[identifier], "birthDate", text)
        elif known and identifier not in given and kept.born(identifier) is None:
            text = "is a student without a row in demographics.csv; add one with the birthDate"
            at = ("users.csv", users[identifier], "sourcedId") if identifier in users else None
            findings.value(*(at or ("roles.csv", roles[identifier], "userSourcedId")), identifier, text)


def _check_classes(files: RosterFiles, kept: KeptRoster, where: str, findings: Findings) -> None:
    """A delta may tell of classes that were never kept, and of what it deletes nothing needs to be there."""
    people = {*(cells.get("sourcedId") for cells in files.users.cells), *kept.people}
    orgs = {*(cells.get("sourcedId") for cells in files.orgs.cells), *kept.organisations}
    classes = first_rows(files.classes, "sourcedId", findings)
    first_rows(files.enrollments, "sourcedId", findings)
    rows = _there(files.enrollments)
    parts = replace(rows, cells=tuple(one for one in rows.cells if not where or one.get("role").casefold() in PARTS))
    check_references(_there(files.classes), "schoolSourcedId", orgs, f"in orgs.csv{where}", findings)
    if "classes" not in files.manifest.absent and not where:
        check_references(rows, "classSourcedId", classes, "in classes.csv", findings)
    check_references(rows, "schoolSourcedId", orgs, f"in orgs.csv{where}", findings)
    check_references(parts, "userSourcedId", people, f"in users.csv{where}", findings)


def _there(rows: Rows[RosterRowT]) -> Rows[RosterRowT]:
    return replace(rows, cells=tuple(one for one in rows.cells if one.get("status").casefold() != GONE))
