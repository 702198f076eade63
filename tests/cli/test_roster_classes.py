"""Enrollments name a student's teacher of record; what else they tell is read, checked and said to be not used."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from cli.import_run import import_kind
from gateway.imports.report import ImportReport
from records.directory import learner, school_team
from records.pool import open_connection
from schemas.roster import DemographicsRow, OrgRow, RoleRow, UserRow
from schemas.roster_classes import ClassRow, EnrollmentRow
from schemas.vocabulary import Role
from tests.cli.csv_edits import Sample

TODAY = date(2027, 6, 1)
AT = "2027-06-01T14:05:00.000Z"
NEEDED = {"orgs": OrgRow, "users": UserRow, "roles": RoleRow, "demographics": DemographicsRow}
MODELS = {**NEEDED, "classes": ClassRow, "enrollments": EnrollmentRow}
Rows = Iterable[dict[str, str]]
Import = Callable[[], Awaitable[ImportReport]]


class Delivery:
    """The sample in bulk with classes and enrollments, then deltas of a few rows."""

    def __init__(self, folder: Path, database: str) -> None:
        self.sample, self.database = Sample(folder), database

    async def bulk(self, *, dry_run: bool = False, **files: Rows) -> ImportReport:
        for name in MODELS:
            mode = "bulk" if name in NEEDED or name in files else "absent"
            self.sample.put("manifest.csv", self.sample.row_of("manifest.csv", f"file.{name}"), "value", mode)
        return await self._imported(files, dry_run=dry_run)

    async def delta(self, **files: Rows) -> ImportReport:
        for name in MODELS:
            mode = "delta" if name in files else "absent"
            self.sample.put("manifest.csv", self.sample.row_of("manifest.csv", f"file.{name}"), "value", mode)
            (self.sample.folder / "oneroster" / f"{name}.csv").unlink(missing_ok=True)
        return await self._imported(
            {
                name: [{"status": "active", "dateLastModified": AT, **row} for row in rows]
                for name, rows in files.items()
            }
        )

    async def teacher(self, learner_id: str) -> str | None:
        """Whom the directory names as the student's teacher."""
        async with open_connection(self.database) as conn:
            pupil = await learner(conn, learner_id)
            assert pupil is not None
            return (await school_team(conn, pupil)).get(Role.TEACHER)

    async def roles(self, person_id: str) -> list[tuple[str, str]]:
        query = (
            "select role, organisation_id from school_roles where person_id = $1 and status = 'active' order by 1, 2"
        )
        async with open_connection(self.database) as conn:
            return [tuple(row.values()) for row in await conn.fetch(query, person_id)]

    async def kept(self) -> list[str]:
        async with open_connection(self.database) as conn:
            rows = await conn.fetch("select sourced_id from class_enrolments order by 1")
            return [row["sourced_id"] for row in rows]

    async def _imported(self, files: dict[str, Rows], *, dry_run: bool = False) -> ImportReport:
        folder = self.sample.folder / "oneroster"
        for name, rows in files.items():
            columns = list(MODELS[name].columns())
            (folder / f"{name}.csv").touch()
            self.sample.write(f"{name}.csv", [columns, *([row.get(one, "") for one in columns] for row in rows)])
        return await import_kind("oneroster", folder, database_url=self.database, dry_run=dry_run, today=TODAY)


def of(id_: str, class_id: str, user: str, role: str, **cells: str) -> dict[str, str]:
    named = {"sourcedId": id_, "classSourcedId": class_id, "userSourcedId": user, "role": role}
    return {**named, "schoolSourcedId": "org-0101", **cells}


def class_(id_: str, mark: str = "true", **cells: str) -> dict[str, str]:
    return {"sourcedId": id_, "schoolSourcedId": "org-0101", "metadata.workBasedLearning": mark, **cells}


def role(id_: str, user: str, name: str, org: str, **cells: str) -> dict[str, str]:
    named = {"sourcedId": id_, "userSourcedId": user, "role": name, "orgSourcedId": org}
    return {**named, "roleType": "secondary", **cells}


CLASSES = [class_("cls-1"), class_("cls-2", "")]
ENROLLMENTS = [
    of("enr-1", "cls-1", "lrn-1041", "student"),
    of("enr-2", "cls-1", "stf-3012", "teacher", primary="true"),
    of("enr-3", "cls-1", "stf-3013", "teacher", primary="false"),
    of("enr-4", "cls-2", "lrn-1042", "student"),
    of("enr-5", "cls-2", "stf-3013", "teacher"),
    of("enr-6", "cls-1", "stf-3001", "proctor"),
    of("enr-7", "cls-1", "lrn-1043", "student", endDate="2027-05-31"),
    of("enr-8", "cls-1", "stf-3001", "teacher"),
]


@pytest.fixture
def delivery(tmp_path: Path, database: str) -> Delivery:
    return Delivery(tmp_path, database)


async def test_the_teacher_of_record_of_a_work_based_class_is_the_students_own(delivery: Delivery) -> None:
    await delivery.bulk()
    before = [await delivery.teacher(one) for one in ("lrn-1041", "lrn-1042", "lrn-1043")]
    planned = await delivery.bulk(dry_run=True, classes=CLASSES, enrollments=ENROLLMENTS)
    assert [await delivery.teacher(one) for one in ("lrn-1041",)] == before[:1]
    done = await delivery.bulk(classes=CLASSES, enrollments=ENROLLMENTS)
    assert (done.problems, planned.counts, planned.notes) == ((), done.counts, done.notes)
    assert done.notes == (
        "enrollments.csv rows 5, 6: read, not used; not of a class with metadata.workBasedLearning in classes.csv",
        "enrollments.csv row 7: read, not used; of a role other than student and teacher",
        "enrollments.csv row 9: read, not used; the person has no such role in roles.csv",
    )
    assert [await delivery.teacher(one) for one in ("lrn-1041", "lrn-1042", "lrn-1043")] == ["stf-3012", *before[1:]]
    assert await delivery.kept() == ["enr-1", "enr-2", "enr-3"]
    again = await delivery.bulk(classes=CLASSES, enrollments=ENROLLMENTS)
    assert {(one.new, one.changed, one.ended) for one in again.counts} == {(0, 0, 0)}
    assert {(one.new, one.changed, one.ended) for one in (await delivery.bulk()).counts} == {(0, 0, 0)}
    assert await delivery.teacher("lrn-1041") == "stf-3012"


async def test_a_delta_enrolls_moves_and_deletes_one_by_one(delivery: Delivery) -> None:
    await delivery.bulk()
    nobody = await delivery.teacher("lrn-1044")
    await delivery.bulk(classes=CLASSES, enrollments=ENROLLMENTS)
    report = await delivery.delta(enrollments=[of("enr-9", "cls-1", "lrn-1044", "student")])
    assert (report.problems, report.notes) == ((), ())
    assert await delivery.teacher("lrn-1044") == "stf-3012"
    await delivery.delta(enrollments=[of("enr-2", "cls-1", "stf-3012", "teacher", status="tobedeleted")])
    assert [await delivery.teacher(one) for one in ("lrn-1041", "lrn-1044")] == ["stf-3013", "stf-3013"]
    await delivery.delta(enrollments=[of("enr-9", "cls-1", "lrn-1044", "student", endDate="2027-05-31")])
    assert [await delivery.teacher(one) for one in ("lrn-1041", "lrn-1044")] == ["stf-3013", nobody]
    report = await delivery.delta(roles=[role("rol-x", "stf-3013", "teacher", "org-0102")])
    assert (await delivery.teacher("lrn-1041"), await delivery.kept()) == ("stf-3013", ["enr-1", "enr-3"])
    report = await delivery.delta(classes=[class_("cls-1", "false")])
    assert (report.problems, await delivery.kept()) == ((), [])
    assert await delivery.teacher("lrn-1041") == nobody


async def test_who_is_an_agent_comes_before_who_teaches_a_class(delivery: Delivery) -> None:
    row = delivery.sample.row_of("users.csv", "lrn-1041")
    delivery.sample.put("users.csv", row, "agentSourcedIds", "grd-5001,stf-3013")
    await delivery.bulk(classes=CLASSES, enrollments=ENROLLMENTS)
    assert await delivery.teacher("lrn-1041") == "stf-3013"


async def test_a_class_with_two_teachers_and_no_primary_one_names_nobody_and_says_so(delivery: Delivery) -> None:
    await delivery.bulk()
    nobody = await delivery.teacher("lrn-1041")
    rows = [{**one, "primary": ""} for one in ENROLLMENTS[:3]]
    report = await delivery.bulk(classes=CLASSES, enrollments=rows)
    assert report.notes == ("classes without one teacher of record, so nobody is named for their students: cls-1",)
    assert await delivery.teacher("lrn-1041") == nobody
    report = await delivery.delta(classes=[class_("cls-9")])
    assert report.notes == (
        "new work-based learning classes: cls-9; earlier enrollments count with the next bulk roster",
    )


async def test_mistakes_in_enrollments_are_told_by_row_and_column_and_nothing_is_imported(delivery: Delivery) -> None:
    rows = [
        of("enr-1", "cls-9", "lrn-none", "student", schoolSourcedId="org-none"),
        of("enr-1", "cls-1", "lrn-1041", "pupil", primary="maybe", beginDate="2027-06-02", endDate="2027-06-01"),
    ]
    report = await delivery.bulk(classes=[class_("cls-1", "perhaps", schoolSourcedId="org-none")], enrollments=rows)
    assert [one.line.partition(";")[0] for one in report.problems] == [
        'classes.csv row 2, metadata.workBasedLearning: "perhaps" is not a OneRoster boolean',
        'classes.csv row 2, schoolSourcedId: "org-none" is not in orgs.csv',
        'enrollments.csv row 2, classSourcedId: "cls-9" is not in classes.csv',
        'enrollments.csv row 2, schoolSourcedId: "org-none" is not in orgs.csv',
        'enrollments.csv row 2, userSourcedId: "lrn-none" is not in users.csv',
        'enrollments.csv row 3, role: "pupil" is not a OneRoster role in a class',
        'enrollments.csv row 3, primary: "maybe" is not a OneRoster boolean',
        'enrollments.csv row 3, endDate: "2027-06-01" is before beginDate',
        'enrollments.csv row 3, sourcedId: "enr-1" is in row 2 already',
    ]
    assert await delivery.kept() == []


async def test_a_file_that_the_manifest_denies_is_said_to_be_unread(delivery: Delivery) -> None:
    await delivery.bulk(classes=CLASSES, enrollments=ENROLLMENTS)
    report = await delivery.bulk()
    assert report.notes == ("not read, manifest.csv says that there is none: classes.csv, enrollments.csv",)
    row = delivery.sample.row_of("manifest.csv", "file.enrollments")
    delivery.sample.put("manifest.csv", row, "value", "delta")
    report = await import_kind(
        "oneroster", delivery.sample.folder / "oneroster", database_url=delivery.database, today=TODAY
    )
    assert [one.line for one in report.problems] == [
        f'manifest.csv row {row}, value: file.enrollments is "delta"; the other files are in bulk: write bulk or absent'
    ]


async def test_of_two_roles_that_mean_the_same_a_delta_deletes_one(delivery: Delivery) -> None:
    for one in ("x", "y"):
        delivery.sample.add("roles.csv", role(f"rol-{one}", "stf-3012", "counselor", "org-0102"))
    await delivery.bulk()
    before = await delivery.roles("stf-3012")
    assert ("career_specialist", "org-0102") in before
    gone = {"status": "tobedeleted"}
    await delivery.delta(roles=[role("rol-x", "stf-3012", "counselor", "org-0102", **gone)])
    assert await delivery.roles("stf-3012") == before
    await delivery.delta(roles=[role("rol-y", "stf-3012", "counselor", "org-0103")])
    assert await delivery.roles("stf-3012") == [
        ("career_specialist", "org-0103"),
        *(one for one in before if one != ("career_specialist", "org-0102")),
    ]
    await delivery.delta(roles=[role("rol-y", "stf-3012", "counselor", "org-0103", **gone)])
    assert await delivery.roles("stf-3012") == [one for one in before if one != ("career_specialist", "org-0102")]


async def test_a_student_who_leaves_the_first_of_two_schools_goes_to_the_other(delivery: Delivery) -> None:
    delivery.sample.add("roles.csv", role("rol-x", "lrn-1041", "student", "org-0102"))
    await delivery.bulk()
    rows = delivery.sample.rows("roles.csv")
    first = next(row for row in rows if "lrn-1041" in row)
    await delivery.delta(
        roles=[role(first[0], "lrn-1041", "student", "org-0101", status="tobedeleted", roleType="primary")]
    )
    async with open_connection(delivery.database) as conn:
        pupil = await learner(conn, "lrn-1041")
    assert pupil is not None
    assert (pupil.school_id, pupil.active) == ("org-0102", True)
