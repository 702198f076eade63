"""Who is in the directory but no more in a bulk delivery: proposed as having left, ended only when somebody says so."""

from dataclasses import replace

from gateway.imports.roster_files import RosterFiles
from records.directory_import import SchoolChanges
from records.roster_kept import KeptRoster


def those_left(files: RosterFiles, kept: KeptRoster) -> list[str]:
    """The people of the schools and districts of a bulk delivery whom it does not list, by id.

    A guardian counts once none of their learners goes to a school that the delivery says nothing of. Of the people of
    other schools a delivery says nothing.
    """
    listed = {cells.get("sourcedId") for cells in files.users.cells}
    here = set(files.places)
    learners = {one.learner_id for one in kept.enrolments.values() if one.school_id in here}
    staff = {one.person_id for one in kept.school_roles if one.organisation_id in here}
    elsewhere = {one.person_id for one in kept.school_roles if one.organisation_id not in here}
    answers: dict[str, set[str]] = {}
    for one in kept.guardianships:
        answers.setdefault(one.guardian_id, set()).add(one.learner_id)
    guardians = {id_ for id_, theirs in answers.items() if theirs <= learners}
    return sorted(((learners | (staff - elsewhere) | (guardians - staff)) & set(kept.people)) - listed)


def with_left(changes: SchoolChanges, left: list[str]) -> SchoolChanges:
    """The same changes, and these people have left."""
    return replace(changes, about=(*changes.about, *left), ended_people=(*changes.ended_people, *left))
