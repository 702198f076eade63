"""Reads a OneRoster 1.2 CSV delivery (a folder) into the school side of the directory.

How OneRoster's roles are read:

| OneRoster | here |
|---|---|
| student | a learner, enrolled at the role's school |
| guardian, parent, relative | a guardian of the students whose agentSourcedIds name them, in that order |
| teacher | teacher |
| counselor, ext:careerSpecialist | Career Specialist |
| ext:coordinator | coordinator |
| principal, siteAdministrator, districtAdministrator | coordinator by office: asked when nobody is named coordinator |
| ext:programManager | program manager |
| aide, proctor, systemAdministrator, other ext: roles | nothing; such people are left out |

A teacher or counselor among a student's agentSourcedIds is that student's own. `tobedeleted` ends somebody and deletes
nothing. Only bulk deliveries are read: such a delivery says everything about the people in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cli.csv_tables import Placed, Rows, check_references, first_rows, read_rows
from cli.import_report import Findings, shown
from schemas.directory import GuardianKind, Organisation, SchoolRoleName
from schemas.roster import CsvRow, DemographicsRow, ManifestRow, OrgRow, RoleRow, UserRow

NEEDED = ("orgs", "users", "roles", "demographics")

STAFF: dict[str, tuple[SchoolRoleName, bool]] = {
    "teacher": ("teacher", False),
    "counselor": ("career_specialist", False),
    "ext:careerSpecialist": ("career_specialist", False),
    "ext:coordinator": ("coordinator", False),
    "ext:programManager": ("program_manager", False),
    "principal": ("coordinator", True),
    "siteAdministrator": ("coordinator", True),
    "districtAdministrator": ("coordinator", True),
}
"""OneRoster role -> the role here, and whether it follows from an office only."""

GUARDIANS: dict[str, GuardianKind] = {"guardian": "guardian", "parent": "parent", "relative": "relative"}

ORGANISATIONS = {"school": "school", "district": "district", "local": "district"}


@dataclass(frozen=True)
class RosterFiles:
    """The four files, read and checked against each other. `today` decides which roles have ended."""

    today: date
    orgs: Rows[OrgRow]
    users: Rows[UserRow]
    roles: Rows[RoleRow]
    demographics: Rows[DemographicsRow]

    @property
    def places(self) -> dict[str, OrgRow]:
        """The schools and districts by id; other kinds of org are left out."""
        return {placed.row.sourced_id: placed.row for placed in self.orgs if placed.row.type in ORGANISATIONS}

    def current_roles(self) -> Iterator[Placed[RoleRow]]:
        """The roles that hold today, of people who are here, at places that are."""
        people = {placed.row.sourced_id for placed in self.users if placed.row.status == "active"}
        places = {identifier for identifier, org in self.places.items() if org.status == "active"}
        for placed in self.roles:
            role = placed.row
            over = role.status == "ended" or (role.end is not None and role.end < self.today)
            if not over and role.user_id in people and role.org_id in places:
                yield placed

    def schools_of_students(self) -> dict[str, str]:
        """Each current student's school; where somebody has several student roles, the primary one."""
        students = [placed for placed in self.current_roles() if placed.row.role == "student"]
        students.sort(key=lambda placed: placed.row.role_type != "secondary")
        return {placed.row.user_id: placed.row.org_id for placed in students}


def read_roster(folder: Path, findings: Findings, today: date) -> RosterFiles:
    """The delivery in `folder`. What is wrong goes to `findings`; use the result only if there was nothing."""
    empty: RosterFiles = RosterFiles(
        today, Rows("orgs.csv"), Rows("users.csv"), Rows("roles.csv"), Rows("demographics.csv")
    )
    if not folder.is_dir():
        findings.add(folder.name, None, None, "is not a folder; name the one with manifest.csv (unpack a zip first)")
        return empty
    present = _check_manifest(folder, findings, today)

    def read(name: str, model: type[CsvRow]) -> Rows[CsvRow]:
        return read_rows(folder / f"{name}.csv", model, findings, today) if name in present else Rows(f"{name}.csv")

    files = RosterFiles(
        today,
        read_rows(folder / "orgs.csv", OrgRow, findings, today),
        read_rows(folder / "users.csv", UserRow, findings, today),
        read_rows(folder / "roles.csv", RoleRow, findings, today),
        read_rows(folder / "demographics.csv", DemographicsRow, findings, today),
    )
    return files
