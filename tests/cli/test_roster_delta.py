"""A delta changes what its rows tell of and nothing else; whoever a bulk roster leaves out is told."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from gateway.imports.report import Findings
from gateway.imports.roster_delta import delta_changes, overlaid
from gateway.imports.roster_files import read_roster
from gateway.imports.roster_left import those_left
from gateway.imports.roster_manifest import check_order, instant, newest
from gateway.imports.roster_meaning import roster_notes, school_changes
from records.directory_import import SchoolChanges
from records.roster_kept import KeptRoster
from schemas.roster import DemographicsRow, OrgRow, RoleRow, UserRow
from tests.cli.csv_edits import SAMPLE, Sample

TODAY = date(2027, 6, 1)
MODELS = {"orgs": OrgRow, "users": UserRow, "roles": RoleRow, "demographics": DemographicsRow}
AT = "2027-06-01T14:05:00.000Z"
Rows = Iterable[dict[str, str]]


def sample_kept() -> KeptRoster:
    """The directory once the sample is imported."""
    changes = school_changes(read_roster(SAMPLE / "oneroster", Findings(), TODAY))
    return KeptRoster(
        organisations={one.id: one for one in changes.organisations},
        people={one.id: one for one in changes.people},
        enrolments={one.learner_id: one for one in changes.enrolments},
        guardianships=changes.guardianships,
        advisers=changes.advisers,
        school_roles=changes.school_roles,
    )


KEPT = sample_kept()


class Delta:
    """A delivery of a few rows; a row says active and when it changed unless it says something else."""

    def __init__(self, folder: Path, **files: Rows) -> None:
        self.folder, self.findings = folder, Findings()
        manifest = {"manifest.version": "1.0", "oneroster.version": "1.2"}
        manifest |= {f"file.{name}": "delta" if name in files else "absent" for name in MODELS}
        self.write(
            "manifest", ["propertyName", "value"], [{"propertyName": a, "value": b} for a, b in manifest.items()]
        )
        for name, rows in files.items():
            given = [{"status": "active", "dateLastModified": AT, **row} for row in rows]
            self.write(name, list(MODELS[name].columns()), given)

    def write(self, name: str, columns: list[str], rows: Rows) -> None:
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as opened:
            writer = csv.DictWriter(opened, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)

    def read(self) -> SchoolChanges:
        files = read_roster(self.folder, self.findings, TODAY, KEPT)
        assert self.problems == []
        whole = overlaid(files, KEPT)
        changes = delta_changes(files, whole)
        self.findings.notes += roster_notes(whole, changes)
        return changes

    @property
    def problems(self) -> list[str]:
        return [one.line for one in self.findings.problems]


def user(id_: str, **cells: str) -> dict[str, str]:
    """A person of the sample as users.csv tells of them, but for some cells."""
    known, enrolled = KEPT.people[id_], KEPT.enrolments.get(id_)
    told = {"sourcedId": id_, "givenName": known.given_name, "familyName": known.family_name}
    told |= {"email": known.email or "", "agentSourcedIds": ",".join(KEPT.agents_of(id_))}
    return {**told, "grades": (enrolled.grade or "") if enrolled else "", "metadata.language": known.language, **cells}


def role(id_: str, name: str, org: str, **cells: str) -> dict[str, str]:
    return {"sourcedId": f"r-{id_}-{org}", "userSourcedId": id_, "roleType": "primary", "role": name} | {
        "orgSourcedId": org,
        **cells,
    }


def differing(changes: SchoolChanges) -> dict[str, list[str]]:
    """Which rows of the changes are not in the directory as they are, and which relations of those it is about end."""
    told = {
        "people": [one.id for one in changes.people if KEPT.people.get(one.id) != one],
        "enrolments": [one.learner_id for one in changes.enrolments if KEPT.enrolments.get(one.learner_id) != one],
        "guardianships": [one.learner_id for one in changes.guardianships if one not in KEPT.guardianships],
        "school_roles": [one.person_id for one in changes.school_roles if one not in KEPT.school_roles],
        "organisations": [one.id for one in changes.organisations],
        "ended": [*changes.ended_people, *changes.ended_organisations],
    }
    about, still = set(changes.about), {one.learner_id for one in changes.enrolments}
    told["not enrolled"] = sorted((set(KEPT.enrolments) & about) - still)
    pairs = {(one.learner_id, one.guardian_id) for one in changes.guardianships}
    told["no guardian"] = [
        one.learner_id
        for one in KEPT.guardianships
        if one.learner_id in about and (one.learner_id, one.guardian_id) not in pairs
    ]
    roles = {(one.person_id, one.role) for one in changes.school_roles}
    told["no role"] = [
        one.person_id for one in KEPT.school_roles if one.person_id in about and (one.person_id, one.role) not in roles
    ]
    return {name: found for name, found in told.items() if found}


def test_a_name_that_changes_changes_the_person_and_nothing_else(tmp_path: Path) -> None:
    delta = Delta(tmp_path, users=[user("lrn-1041", familyName="Tran-Nguyen")])
    assert differing(delta.read()) == {"people": ["lrn-1041"]}
    assert delta.findings.notes == []


def test_a_guardians_new_address_needs_no_row_of_the_learner(tmp_path: Path) -> None:
    assert differing(Delta(tmp_path, users=[user("grd-5001", email="new@example.org")]).read()) == {
        "people": ["grd-5001"]
    }


@pytest.mark.parametrize("says_the_old_one", [True, False])
def test_a_student_who_changes_school_is_enrolled_at_the_new_one(tmp_path: Path, *, says_the_old_one: bool) -> None:
    rows = [role("lrn-1041", "student", "org-0102")]
    rows += [role("lrn-1041", "student", "org-0101", status="tobedeleted")] * says_the_old_one
    changes = Delta(tmp_path, roles=rows).read()
    assert differing(changes) == {"enrolments": ["lrn-1041"]}
    moved = next(one for one in changes.enrolments if one.learner_id == "lrn-1041")
    assert (moved.school_id, moved.grade) == ("org-0102", "11")


def test_the_end_of_a_former_schools_role_says_nothing_of_the_school_now(tmp_path: Path) -> None:
    rows = [role("lrn-1041", "student", "org-0103", status="tobedeleted")]
    assert differing(Delta(tmp_path, roles=rows).read()) == {}


def test_somebody_to_be_deleted_leaves_with_every_relation(tmp_path: Path) -> None:
    assert differing(Delta(tmp_path, users=[user("lrn-1041", status="tobedeleted")]).read()) == {
        "ended": ["lrn-1041"],
        "not enrolled": ["lrn-1041"],
        "no guardian": ["lrn-1041"],
    }


def test_a_role_that_is_deleted_ends_what_it_stands_for_and_no_other(tmp_path: Path) -> None:
    known = next(one for one in KEPT.school_roles if one.person_id == "stf-3001")
    rows = [role("stf-3001", "counselor", known.organisation_id, status="tobedeleted")]
    assert differing(Delta(tmp_path, roles=rows).read()) == {"no role": ["stf-3001"]}


def test_a_role_whose_last_day_is_over_is_one_that_is_deleted(tmp_path: Path) -> None:
    known = next(one for one in KEPT.school_roles if one.person_id == "stf-3001")
    rows = [role("stf-3001", "counselor", known.organisation_id, endDate="2027-05-31")]
    assert differing(Delta(tmp_path, roles=rows).read()) == {"no role": ["stf-3001"]}


def test_a_guardian_whose_role_is_deleted_answers_for_nobody(tmp_path: Path) -> None:
    kind = next(one.kind for one in KEPT.guardianships if one.guardian_id == "grd-5002")
    changes = Delta(tmp_path, roles=[role("grd-5002", kind, "org-0101", status="tobedeleted")]).read()
    assert differing(changes)["no guardian"] == ["lrn-1042"]


def test_a_new_student_comes_with_guardian_birth_date_and_school(tmp_path: Path) -> None:
    new = {"sourcedId": "lrn-1099", "givenName": "Nora", "familyName": "Vale", "email": "nora.vale@example.org"}
    guardian = {"sourcedId": "grd-5099", "givenName": "Ines", "familyName": "Vale", "email": "ines.vale@example.org"}
    files: dict[str, Rows] = {
        "users": [{**new, "agentSourcedIds": "grd-5099"}, guardian],
        "roles": [role("lrn-1099", "student", "org-0101"), role("grd-5099", "parent", "org-0101")],
    }
    delta = Delta(tmp_path, **files, demographics=[{"sourcedId": "lrn-1099", "birthDate": "2010-01-02"}])
    assert differing(delta.read()) == {
        "people": ["lrn-1099", "grd-5099"],
        "enrolments": ["lrn-1099"],
        "guardianships": ["lrn-1099"],
    }
    without = Delta(tmp_path, **files)
    read_roster(without.folder, without.findings, TODAY, KEPT)
    assert [line.partition(";")[0] for line in without.problems] == [
        'users.csv row 2, sourcedId: "lrn-1099" is a student without a row in demographics.csv'
    ]


def test_a_school_gets_another_name_and_a_birth_date_is_corrected(tmp_path: Path) -> None:
    org = {"sourcedId": "org-0101", "name": "Seawall Academy", "type": "school", "parentSourcedId": "org-0001"}
    changes = Delta(tmp_path, orgs=[org], demographics=[{"sourcedId": "lrn-1041", "birthDate": "2010-03-15"}]).read()
    assert differing(changes) == {"people": ["lrn-1041"], "organisations": ["org-0101"]}
    assert changes.organisations[0].parent_id == "org-0001"


def test_what_a_delta_leaves_out_is_told_with_row_and_column(tmp_path: Path) -> None:
    delta = Delta(
        tmp_path,
        users=[user("lrn-1041", status="", dateLastModified="yesterday", agentSourcedIds="grd-none")],
        roles=[role("lrn-none", "student", "org-none")],
    )
    read_roster(delta.folder, delta.findings, TODAY, KEPT)
    assert [line.partition(";")[0] for line in delta.problems] == [
        "users.csv row 2, status: is empty",
        'users.csv row 2, dateLastModified: "yesterday" is not an instant',
        'users.csv row 2, agentSourcedIds: "grd-none" is not in users.csv nor in the directory',
        'roles.csv row 2, userSourcedId: "lrn-none" is not in users.csv nor in the directory',
        'roles.csv row 2, orgSourcedId: "org-none" is not in orgs.csv nor in the directory',
    ]


def test_an_older_delta_is_refused(tmp_path: Path) -> None:
    delta = Delta(tmp_path, users=[user("lrn-1041")])
    until = newest(read_roster(tmp_path, delta.findings, TODAY, KEPT).users)
    assert until == instant(AT)
    check_order(until, until, delta.findings)
    assert delta.problems == []
    check_order(until, instant("2027-06-02"), delta.findings)
    assert [line.partition(", and ")[0] for line in delta.problems] == [
        "manifest.csv: its newest dateLastModified is 2027-06-01T14:05:00Z"
    ]


def test_who_is_no_more_in_a_bulk_roster_is_told_but_for_the_people_of_other_schools(tmp_path: Path) -> None:
    sample = Sample(tmp_path)
    for id_ in ("lrn-1041", "grd-5001"):
        sample.take_out("users.csv", sample.row_of("users.csv", id_))
        for file in ("roles.csv", "demographics.csv"):
            while any(id_ in row for row in sample.rows(file)):
                sample.take_out(file, sample.row_of(file, id_))
    findings = Findings()
    files = read_roster(sample.folder / "oneroster", findings, TODAY, KEPT)
    assert findings.problems == ()
    assert those_left(files, KEPT) == ["grd-5001", "lrn-1041"]
    for file, column in (("orgs.csv", "sourcedId"), ("roles.csv", "orgSourcedId")):
        for number in range(len(sample.rows(file)), 1, -1):
            row = dict(zip(sample.rows(file)[0], sample.rows(file)[number - 1], strict=True))
            if row[column] == "org-0101":
                sample.take_out(file, number)
    files = read_roster(sample.folder / "oneroster", Findings(), TODAY, KEPT)
    assert those_left(files, KEPT) == []
