"""What a OneRoster delivery means to the directory.

| OneRoster role | here |
|---|---|
| student | a learner, enrolled at the role's school |
| guardian, parent, relative | a guardian of the students whose agentSourcedIds name them, in that order |
| teacher | teacher |
| counselor, ext:careerSpecialist | Career Specialist |
| ext:coordinator | coordinator |
| principal, siteAdministrator, districtAdministrator | coordinator by office: asked when nobody is named coordinator |
| ext:programManager | program manager |
| ext:engagementManager | Employer Engagement Manager |
| ext:director | director |
| aide, proctor, systemAdministrator, other ext: roles | nothing; people with no other role are left out |

A teacher or counselor among a student's agentSourcedIds is that student's own, and so is the teacher of record of a
work-based learning class (`roster_classes`). `tobedeleted` ends somebody and deletes
nothing. People whom nobody needs to ask are not kept at all.
"""

from gateway.imports.report import rows_shown
from gateway.imports.roster_classes import class_advisers, class_rows, work_classes
from gateway.imports.roster_files import ADVISERS, GUARDIANS, RosterFiles
from records.directory_import import SchoolChanges
from schemas.directory import (
    Adviser,
    AdviserRole,
    Enrolment,
    GuardianKind,
    Guardianship,
    Organisation,
    Person,
    RosterRole,
    SchoolRole,
    SchoolRoleName,
    is_minor,
)
from schemas.roster import UserRow

STAFF: dict[str, tuple[SchoolRoleName, bool]] = {
    "teacher": ("teacher", False),
    "counselor": ("career_specialist", False),
    "ext:careerSpecialist": ("career_specialist", False),
    "ext:coordinator": ("coordinator", False),
    "ext:programManager": ("program_manager", False),
    "ext:engagementManager": ("engagement_manager", False),
    "ext:director": ("director", False),
    "principal": ("coordinator", True),
    "siteAdministrator": ("coordinator", True),
    "districtAdministrator": ("coordinator", True),
}
"""OneRoster role -> the role here, and whether it only follows from an office."""


def school_changes(files: RosterFiles) -> SchoolChanges:
    """The directory rows of a delivery without problems."""
    guardianships = _guardianships(files)
    school_roles = _school_roles(files)
    wanted = {*files.schools, *(one.guardian_id for one in guardianships), *(one.person_id for one in school_roles)}
    people = tuple(_person(files, one.row) for identifier, one in files.people.items() if identifier in wanted)
    ids = frozenset(one.id for one in people)
    return SchoolChanges(
        about=tuple(one.row.sourced_id for one in files.users),
        ended_people=tuple(one.row.sourced_id for one in files.users if one.row.status == "ended"),
        ended_organisations=tuple(one.row.sourced_id for one in files.orgs if one.row.status == "ended"),
        organisations=_organisations(files),
        people=people,
        enrolments=tuple(
            Enrolment(learner_id=learner_id, school_id=school_id, grade=_grade(files.people[learner_id].row))
            for learner_id, school_id in files.schools.items()
        ),
        guardianships=guardianships,
        advisers=_advisers(files),
        school_roles=school_roles,
        roster_roles=_roster_roles(files, ids),
        work_classes=work_classes(files),
        class_enrolments=class_rows(files, ids),
    )


def roster_notes(files: RosterFiles, changes: SchoolChanges) -> list[str]:
    """What the importer should know about a delivery that is fine: rows by number, nobody by name."""
    kept = {person.id: person for person in changes.people}
    guarded = {one.learner_id for one in changes.guardianships}
    here = {identifier: one for identifier, one in files.people.items() if one.number}
    left_out = [one.number for identifier, one in here.items() if identifier not in kept]
    alone = [
        here[learner_id].number
        for learner_id in files.schools
        if learner_id in here and learner_id not in guarded and is_minor(files.birth_dates[learner_id], files.today)
    ]
    silent = [one.number for identifier, one in here.items() if identifier in kept and not kept[identifier].email]
    notes: list[str] = []
    if left_out:
        notes.append(f"users.csv {rows_shown(left_out)}: left out, nothing here is asked of them")
    if alone:
        notes.append(f"users.csv {rows_shown(alone)}: under 18 without a guardian in agentSourcedIds; nobody can sign")
    if silent:
        notes.append(f"users.csv {rows_shown(silent)}: no e-mail address; they cannot be asked by e-mail")
    return notes


def _organisations(files: RosterFiles) -> tuple[Organisation, ...]:
    return tuple(
        Organisation(
            id=identifier,
            kind="school" if org.type == "school" else "district",
            name=org.name,
            parent_id=org.parent_id if org.parent_id in files.places else None,
            time_zone=org.time_zone,
        )
        for identifier, org in files.places.items()
    )


def _person(files: RosterFiles, user: UserRow) -> Person:
    return Person(
        id=user.sourced_id,
        given_name=user.given_name,
        family_name=user.family_name,
        email=user.email,
        phone=user.phone or user.sms,
        birth_date=files.birth_dates.get(user.sourced_id) if user.sourced_id in files.schools else None,
        language=user.language,
        time_zone=user.time_zone,
    )


def _grade(user: UserRow) -> str | None:
    return user.grades.split(",")[0].strip() or None if user.grades else None


def _guardianships(files: RosterFiles) -> tuple[Guardianship, ...]:
    found: list[Guardianship] = []
    for learner_id in files.schools:
        agents = [agent for agent in files.people[learner_id].row.agent_ids if _guardian_kind(files, agent)]
        for position, agent in enumerate(agents, start=1):
            kind = _guardian_kind(files, agent) or "guardian"
            found.append(Guardianship(learner_id=learner_id, guardian_id=agent, kind=kind, position=position))
    return tuple(found)


def _guardian_kind(files: RosterFiles, person_id: str) -> GuardianKind | None:
    roles = files.roles_of.get(person_id, set())
    return next((kind for kind in GUARDIANS if kind in roles), None)


def _advisers(files: RosterFiles) -> tuple[Adviser, ...]:
    found: dict[tuple[str, str, AdviserRole], Adviser] = {}
    for learner_id in files.schools:
        for agent in files.people[learner_id].row.agent_ids:
            if _guardian_kind(files, agent):
                continue
            for role in files.roles_of.get(agent, set()) & set(ADVISERS):
                adviser = Adviser(learner_id=learner_id, person_id=agent, role=ADVISERS[role])
                found[learner_id, agent, adviser.role] = adviser
    for adviser in class_advisers(files):
        found.setdefault((adviser.learner_id, adviser.person_id, adviser.role), adviser)
    return tuple(found.values())


def _school_roles(files: RosterFiles) -> tuple[SchoolRole, ...]:
    found: dict[tuple[str, str, SchoolRoleName], SchoolRole] = {}
    for one in files.current_roles:
        if one.row.role not in STAFF:
            continue
        role, by_office = STAFF[one.row.role]
        key = (one.row.user_id, one.row.org_id, role)
        other = found.get(key)
        found[key] = SchoolRole(
            person_id=one.row.user_id,
            organisation_id=one.row.org_id,
            role=role,
            is_primary=one.row.role_type == "primary" or (other is not None and other.is_primary),
            by_office=by_office and (other is None or other.by_office),
        )
    return tuple(found.values())


def _roster_roles(files: RosterFiles, people: frozenset[str]) -> tuple[RosterRole, ...]:
    """The rows of roles.csv that mean something, as they are kept for the next delta."""
    return tuple(
        RosterRole(
            sourced_id=one.row.sourced_id,
            person_id=one.row.user_id,
            role=one.row.role,
            is_primary=one.row.role_type == "primary",
            organisation_id=one.row.org_id,
        )
        for one in files.current_roles
        if one.row.sourced_id and one.row.user_id in people and one.row.role in (*STAFF, *GUARDIANS, "student")
    )
