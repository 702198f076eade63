"""Reads a OneRoster 1.2 CSV delivery (a folder) and checks its four files against each other.

Only bulk deliveries are read: such a delivery says everything about the people in it.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from gateway.imports.csv_tables import Placed, Rows, check_references, first_rows, read_rows
from gateway.imports.report import Findings, shown
from gateway.imports.sources import Source
from schemas.directory import AdviserRole, GuardianKind
from schemas.roster import DemographicsRow, ManifestRow, OrgRow, RoleRow, UserRow, id_list

NEEDED = ("orgs", "users", "roles", "demographics")
GUARDIANS: tuple[GuardianKind, ...] = ("guardian", "parent", "relative")
ADVISERS: dict[str, AdviserRole] = {
    "teacher": "teacher",
    "counselor": "career_specialist",
    "ext:careerSpecialist": "career_specialist",
}
DISTRICTS = ("district", "local")
GONE = "tobedeleted"


@dataclass(frozen=True)
class RosterFiles:
    """The four files. `today` decides which roles have ended."""

    today: date
    orgs: Rows[OrgRow]
    users: Rows[UserRow]
    roles: Rows[RoleRow]
    demographics: Rows[DemographicsRow]

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
    def current_roles(self) -> tuple[Placed[RoleRow], ...]:
        """The roles that hold today, of people who are not known to have left, at places that are not left out."""
        gone = {one.row.sourced_id for one in self.users} - set(self.people)
        gone |= {cells.get("sourcedId") for cells in self.users.cells if cells.get("status").casefold() == GONE}
        left_out = {one.row.sourced_id for one in self.orgs} - set(self.places)
        return tuple(
            one
            for one in self.roles
            if one.row.status == "active"
            and (one.row.end is None or one.row.end >= self.today)
            and one.row.user_id not in gone
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
    def birth_dates(self) -> dict[str, date]:
        """The birth dates that are given, by user."""
        return {one.row.sourced_id: one.row.birth_date for one in self.demographics if one.row.birth_date}


def read_roster(folder: Source, findings: Findings, today: date) -> RosterFiles:
    """The delivery in `folder`. What is wrong goes to `findings`; use the result only if there was nothing."""
    if not folder.is_dir():
        findings.add(folder.name, None, None, "is not a folder; name the one with manifest.csv (unpack a zip first)")
        return RosterFiles(today, Rows("orgs.csv"), Rows("users.csv"), Rows("roles.csv"), Rows("demographics.csv"))
    _check_manifest(folder, findings, today)
    files = RosterFiles(
        today,
        read_rows(folder / "orgs.csv", OrgRow, findings, today),
        read_rows(folder / "users.csv", UserRow, findings, today),
        read_rows(folder / "roles.csv", RoleRow, findings, today),
        read_rows(folder / "demographics.csv", DemographicsRow, findings, today),
    )
    _check_orgs(files, findings)
    _check_roles(files, findings)
    _check_agents(files, findings)
    _check_birth_dates(files, findings)
    return files


def _check_manifest(folder: Source, findings: Findings, today: date) -> None:
    manifest = read_rows(folder / "manifest.csv", ManifestRow, findings, today)
    said = {one.row.property_name: (one.number, one.row.value.strip()) for one in manifest}
    if not manifest.cells:
        return
    number, version = said.get("oneroster.version", (None, ""))
    if version != "1.2":
        findings.add("manifest.csv", number, "value", f"oneroster.version is {shown(version)}; export OneRoster 1.2")
    for name in NEEDED:
        number, mode = said.get(f"file.{name}", (None, ""))
        if mode != "bulk":
            text = f"file.{name} is {shown(mode)}; export {name}.csv in bulk"
            findings.add("manifest.csv", number, "value", text)
    others = [name.removeprefix("file.") for name, (_, mode) in said.items() if name.startswith("file.") and mode]
    unread = [name for name in others if name not in NEEDED and said[f"file.{name}"][1] != "absent"]
    if unread:
        findings.notes.append(f"not needed and not read: {', '.join(f'{name}.csv' for name in unread)}")


def _check_orgs(files: RosterFiles, findings: Findings) -> None:
    ids = first_rows(files.orgs, "sourcedId", findings)
    check_references(files.orgs, "parentSourcedId", ids, "in orgs.csv", findings)
    parents = {one.row.sourced_id: one.row.parent_id for one in files.orgs}
    for one in files.orgs:
        seen, above = {one.row.sourced_id}, one.row.parent_id
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == one.row.sourced_id:
            text = "is a parent of its own parent; the parents go round in a circle"
            findings.value("orgs.csv", one.number, "parentSourcedId", one.row.parent_id or "", text)


def _check_roles(files: RosterFiles, findings: Findings) -> None:
    users = first_rows(files.users, "sourcedId", findings)
    orgs = {cells.get("sourcedId") for cells in files.orgs.cells}
    first_rows(files.roles, "sourcedId", findings)
    check_references(files.roles, "userSourcedId", users, "in users.csv", findings)
    check_references(files.roles, "orgSourcedId", orgs, "in orgs.csv", findings)
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


def _check_agents(files: RosterFiles, findings: Findings) -> None:
    users = {cells.get("sourcedId") for cells in files.users.cells}
    spoilt = {cells.get("userSourcedId") for cells in files.roles.spoilt}
    ever = {one.row.user_id for one in files.roles if one.row.role in (*GUARDIANS, *ADVISERS)} | spoilt
    for cells in files.users.cells:
        user_id = cells.get("sourcedId")
        for agent in id_list(cells.get("agentSourcedIds")):
            if agent not in users:
                problem = "is not in users.csv; add the person or take the id out"
            elif agent == user_id:
                problem = "is the user; name a guardian, teacher or counselor"
            elif user_id in files.schools and agent not in ever:
                problem = "has no role guardian, parent, relative, teacher or counselor in roles.csv; add one"
            else:
                continue
            findings.value("users.csv", cells.number, "agentSourcedIds", agent, problem)


def _check_birth_dates(files: RosterFiles, findings: Findings) -> None:
    users = {cells.get("sourcedId"): cells.number for cells in files.users.cells}
    given = first_rows(files.demographics, "sourcedId", findings)
    check_references(files.demographics, "sourcedId", users, "in users.csv", findings)
    empty = {cells.get("sourcedId") for cells in files.demographics.cells if not cells.get("birthDate")}
    for identifier in files.schools:
        if identifier in users and identifier not in given:
            text = "is a student without a row in demographics.csv; add one with the birthDate"
            findings.value("users.csv", users[identifier], "sourcedId", identifier, text)
        elif identifier in empty:
            text = "is empty; the rules for minors need every student's birth date"
            findings.add("demographics.csv", given[identifier], "birthDate", text)
