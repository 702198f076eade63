"""What classes.csv and enrollments.csv mean: who teaches a student's work-based learning class.

The teacher of record of a class that is marked `metadata.workBasedLearning` is named for each of its students: with
whom else a student has lessons is nobody's business here, and neither kept nor shown. What is read and not used is
told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from gateway.imports.report import rows_shown
from gateway.imports.roster_files import KEPT, PARTS, RosterFiles, with_rows
from records.roster_kept import KeptRoster
from schemas.directory import Adviser, ClassEnrolment, WorkClass
from schemas.roster_classes import ClassRow, EnrollmentRow

SHOWN = 8
"""Of so many classes the ids are told in one note."""


def with_kept_classes(files: RosterFiles, kept: KeptRoster) -> RosterFiles:
    """The delivery and, where it says nothing of them, the classes and enrollments that are kept."""
    absent = files.manifest.absent if files.manifest.mode == "bulk" else frozenset({"classes", "enrollments"})
    classes = {one.row.sourced_id for one in files.classes}
    rows = {one.row.sourced_id for one in files.enrollments}
    more = [_class(one) for one in kept.work_classes.values() if one.id not in classes]
    others = [_enrollment(one) for one in kept.class_enrolments if one.sourced_id not in rows]
    return replace(
        files,
        classes=with_rows(files.classes, more if "classes" in absent else []),
        enrollments=with_rows(files.enrollments, others if "enrollments" in absent else []),
    )


def teachers_of_record(files: RosterFiles) -> dict[str, str]:
    """By work-based learning class, its primary teacher or, with no such mark, the only one; else it is not there."""
    named: dict[str, set[str]] = {}
    primary: dict[str, set[str]] = {}
    for one in _parts(files, "teacher"):
        named.setdefault(one.class_id, set()).add(one.user_id)
        if one.primary:
            primary.setdefault(one.class_id, set()).add(one.user_id)
    told = {id_: primary.get(id_, teachers) for id_, teachers in named.items()}
    return {id_: next(iter(teachers)) for id_, teachers in told.items() if len(teachers) == 1}


def class_advisers(files: RosterFiles) -> Iterator[Adviser]:
    """The teacher of record of each student's work-based learning classes."""
    teachers = teachers_of_record(files)
    for one in _parts(files, "student"):
        teacher = teachers.get(one.class_id)
        if teacher is not None and teacher != one.user_id:
            yield Adviser(learner_id=one.user_id, person_id=teacher, role="teacher", by_class=True)


def class_rows(files: RosterFiles, people: Iterable[str]) -> tuple[ClassEnrolment, ...]:
    """The rows of these people that are used, as they are kept for the next delta."""
    known = set(people)
    return tuple(
        ClassEnrolment(
            sourced_id=one.sourced_id,
            class_id=one.class_id,
            person_id=one.user_id,
            role=role,
            is_primary=one.primary,
        )
        for role in PARTS
        for one in _parts(files, role)
        if one.user_id in known
    )


def work_classes(files: RosterFiles) -> tuple[WorkClass, ...]:
    """The classes that are work-based learning."""
    return tuple(WorkClass(id=id_, school_id=school) for id_, school in files.work_classes.items())


def ended_classes(files: RosterFiles, kept: Mapping[str, WorkClass]) -> tuple[str, ...]:
    """Kept classes that are none any more: those told of otherwise, and in bulk those left out of their school's."""
    told = {one.row.sourced_id for one in files.classes}
    whole = files.manifest.mode == "bulk" and "classes" not in files.manifest.absent
    gone = (id_ for id_, one in kept.items() if id_ in told or (whole and one.school_id in files.places))
    return tuple(id_ for id_ in gone if id_ not in files.work_classes)


def class_notes(files: RosterFiles, kept: KeptRoster) -> list[str]:
    """What was read and is not used, row by row, and the classes for whose students nobody is named."""
    of_others: list[int] = []
    in_other_roles: list[int] = []
    without_role: list[int] = []
    for one in files.enrollments:
        if one.number == KEPT or one.row.status != "active" or files.is_over(one.row.end):
            continue
        if one.row.class_id not in files.work_classes:
            of_others.append(one.number)
        elif one.row.role not in PARTS:
            in_other_roles.append(one.number)
        elif not _holds(files, one.row):
            without_role.append(one.number)
    told = {
        "not of a class with metadata.workBasedLearning in classes.csv": of_others,
        "of a role other than student and teacher": in_other_roles,
        "the person has no such role in roles.csv": without_role,
    }
    notes = [f"enrollments.csv {rows_shown(rows)}: read, not used; {why}" for why, rows in told.items() if rows]
    alone = sorted({one.class_id for one in _parts(files, "student")} - set(teachers_of_record(files)))
    if alone:
        notes.append(f"classes without one teacher of record, so nobody is named for their students: {_some(alone)}")
    new = sorted(set(files.work_classes) - set(kept.work_classes))
    if new and files.manifest.mode == "delta":
        notes.append(
            f"new work-based learning classes: {_some(new)}; earlier enrollments count with the next bulk roster"
        )
    return notes


def _parts(files: RosterFiles, role: str) -> Iterator[EnrollmentRow]:
    """The current rows of this role, of people who hold it, in work-based learning classes."""
    for one in files.current_enrollments:
        if one.row.role == role and one.row.class_id in files.work_classes and _holds(files, one.row):
            yield one.row


def _holds(files: RosterFiles, row: EnrollmentRow) -> bool:
    if row.role == "student":
        return row.user_id in files.schools
    return "teacher" in files.roles_of.get(row.user_id, set())


def _some(ids: list[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return ", ".join(ids[:SHOWN]) + more


def _class(one: WorkClass) -> ClassRow:
    return ClassRow.model_construct(sourced_id=one.id, status="active", school_id=one.school_id, work_based=True)


def _enrollment(one: ClassEnrolment) -> EnrollmentRow:
    return EnrollmentRow.model_construct(
        sourced_id=one.sourced_id,
        status="active",
        class_id=one.class_id,
        school_id="",
        user_id=one.person_id,
        role=one.role,
        primary=one.is_primary,
        begin=None,
        end=None,
    )
