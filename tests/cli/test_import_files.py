from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.imports.calendar_files import check_calendars, read_calendars, school_calendars
from gateway.imports.csv_tables import read_rows
from gateway.imports.employer_files import check_opportunities, host_changes, read_employers, read_opportunities
from gateway.imports.report import Findings, Kind, rows_shown, shown
from gateway.imports.roster_files import read_roster
from gateway.imports.roster_meaning import roster_notes, school_changes
from records.directory_import import Known
from schemas.cells import tells_name
from schemas.roster import CalendarRow, CsvRow, DemographicsRow, EmployerRow, OpportunityRow, OrgRow, RoleRow, UserRow
from tests.cli.csv_edits import SAMPLE, Sample
from tests.cli.planted import PLANTED, Planted

TODAY = date(2027, 6, 1)
MODELS = (OrgRow, UserRow, RoleRow, DemographicsRow, EmployerRow, OpportunityRow, CalendarRow)
SAMPLE_FILES = ("orgs.csv", "users.csv", "roles.csv", "demographics.csv", "employers.csv", "opportunities.csv")


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return Sample(tmp_path)


def known() -> Known:
    """What the directory would know after the sample's employers."""
    changes = host_changes(read_employers(SAMPLE / "employers.csv", Findings(), TODAY))
    return Known(
        students=frozenset(),
        hosts=frozenset(one.id for one in changes.hosts),
        host_staff=frozenset((one.host_id, one.person_id) for one in changes.host_staff),
    )


def read(sample: Sample, kind: Kind) -> list[str]:
    """Read one kind of file, work out what it means if it can be imported, and return the problems' lines."""
    findings = Findings()
    if kind == "oneroster":
        files = read_roster(sample.folder / "oneroster", findings, TODAY)
        if not findings.problems:
            roster_notes(files, school_changes(files))
    elif kind == "calendars":
        dates = read_calendars(sample.folder / "calendars.csv", findings, TODAY)
        check_calendars(dates, {"org-0001": "America/New_York"}, findings)
        school_calendars(dates, {"org-0001": "America/New_York"}, findings)
    elif kind == "employers":
        rows = read_employers(sample.folder / "employers.csv", findings, TODAY)
        if not findings.problems:
            host_changes(rows)
    else:
        check_opportunities(read_opportunities(sample.folder / "opportunities.csv", findings, TODAY), known(), findings)
    return [problem.line for problem in findings.problems]


def told(path: Path, data: bytes, model: type[CsvRow] = OrgRow) -> list[str]:
    """What is told of a file with these bytes."""
    path.write_bytes(data)
    findings = Findings()
    read_rows(path, model, findings, TODAY)
    return [problem.line for problem in findings.problems]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_mistake_is_told_with_its_row_and_column_and_alone(sample: Sample, planted: Planted) -> None:
    wanted = planted.plant(sample)
    assert [line[: len(wanted)] for line in read(sample, planted.kind)] == [wanted]


HEADER = b"sourcedId,name,type\n"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "o.csv row 1: is empty; the first row names the columns"),
        (b"\xff\xfeh\x00", "o.csv: is UTF-16; save it as CSV UTF-8"),
        (HEADER + b"a,b,school\nc,Jos\xe9,school\n", "o.csv row 3: is not UTF-8 text; save the file as CSV UTF-8"),
        (b"sourcedId;name;type\na;b;school\n", "o.csv row 1: the columns are separated by semicolons"),
        (b"sourcedId,name\na,b\n", "o.csv row 1, type: the column is missing; add it"),
        (HEADER[:-1] + b",nmae\na,b,school,\n", 'o.csv row 1, nmae: "nmae" is not a column of this file; did you mean'),
        (HEADER[:-1] + b",name\na,b,school,c\n", 'o.csv row 1, name: "name" is the name of 2 columns; keep one'),
        (HEADER + b"a,b,school,c\n", "o.csv row 2: has 4 cells for 3 columns; check for a missing or extra comma"),
        (HEADER + b'a,b,school\nc,"d,school\n', "o.csv row 3: cannot be read as CSV (unexpected end of data)"),
        (HEADER + b"a,b\x00c,school\n", 'o.csv row 2, name: "b\\u0000c" contains a line break or an invisible'),
        (HEADER + b"a,\x1b[2J,school\n", 'o.csv row 2, name: "\\u001b[2J" contains a line break or an invisible'),
        (HEADER + b'a,"b\nc",school\n', 'o.csv row 2, name: "b\\u000ac" contains a line break or an invisible'),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_fix(tmp_path: Path, data: bytes, line: str) -> None:
    assert [one[: len(line)] for one in told(tmp_path / "o.csv", data)] == [line]


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" + HEADER, HEADER, HEADER.replace(b"\n", b"\r\n")])
def test_a_byte_order_mark_windows_lines_and_blank_rows_are_fine(tmp_path: Path, data: bytes) -> None:
    assert told(tmp_path / "o.csv", data + b"\n,,\na,Jos\xc3\xa9,school\n") == []


def test_a_file_or_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    findings = Findings()
    read_rows(tmp_path / "none.csv", OrgRow, findings, TODAY)
    read_rows(tmp_path, OrgRow, findings, TODAY)
    read_roster(tmp_path / "none", findings, TODAY)
    read_roster(tmp_path, findings, TODAY)
    assert [problem.line.partition("; ")[0] for problem in findings.problems] == [
        "none.csv: there is no such file",
        f"{tmp_path.name}: cannot be read (Is a directory)",
        "none: is not a folder",
        *(f"{name}.csv: there is no such file" for name in ("manifest", "orgs", "users", "roles", "demographics")),
    ]


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("oneroster.version", "1.1", 'manifest.csv row 3, value: oneroster.version is "1.1"; export OneRoster 1.2'),
        ("file.users", "delta", 'manifest.csv row 24, value: file.users is "delta"; export users.csv in bulk'),
        ("file.users", "bulky", 'manifest.csv row 24, value: file.users is "bulky"; export users.csv in bulk'),
        ("file.roles", "absent", 'manifest.csv row 20, value: file.roles is "absent"; export roles.csv in bulk'),
    ],
)
def test_a_delivery_of_another_kind_is_refused(sample: Sample, name: str, value: str, line: str) -> None:
    sample.put("manifest.csv", sample.row_of("manifest.csv", name), "value", value)
    assert read(sample, "oneroster") == [line]


def test_parents_that_go_round_in_a_circle_are_told(sample: Sample) -> None:
    sample.put("orgs.csv", 2, "parentSourcedId", "org-0101")
    assert [line.partition(": ")[0] for line in read(sample, "oneroster")] == [
        "orgs.csv row 2, parentSourcedId",
        "orgs.csv row 3, parentSourcedId",
    ]


def test_two_primary_schools_are_told(sample: Sample) -> None:
    cells = {"userSourcedId": "lrn-1041", "roleType": "primary", "role": "student", "orgSourcedId": "org-0102"}
    row = sample.add("roles.csv", cells)
    line = f'roles.csv row {row}, orgSourcedId: "org-0102" is the student\'s second primary school (see row 2)'
    assert [told[: len(line)] for told in read(sample, "oneroster")] == [line]


def test_a_teacher_among_the_agents_is_the_students_own(sample: Sample) -> None:
    sample.put("users.csv", 2, "agentSourcedIds", "stf-3012, grd-5001")
    changes = school_changes(read_roster(sample.folder / "oneroster", Findings(), TODAY))
    assert [(one.learner_id, one.person_id, one.role) for one in changes.advisers] == [
        ("lrn-1041", "stf-3012", "teacher")
    ]
    assert [one.position for one in changes.guardianships if one.learner_id == "lrn-1041"] == [1]


@pytest.mark.parametrize(
    ("identifier", "names", "tells"),
    [
        ("lrn-1041", ("Mai", "Tran"), False),
        ("tran-17", ("Mai", "Tran"), True),
        ("LRN-MAI.1", ("Mai", "Tran"), True),
        ("cardenas1", ("Ximena", "Cárdenas"), True),
        ("x-delacruz", ("Ana", "De la Cruz"), True),
        ("lrn-bo-1", ("Bo", "Li"), False),
        ("guardian-17", ("Ian", "Ng"), False),
        ("3fa85f64-5717-4562-b3fc-2ada3f66afa6", ("Ada", "Fa"), False),
        ("ada-5717", ("Ada", "Fa"), True),
    ],
)
def test_an_id_tells_a_name_or_it_does_not(identifier: str, names: tuple[str, ...], *, tells: bool) -> None:
    assert tells_name(identifier, *names) is tells


def test_long_lists_and_long_values_are_shortened() -> None:
    assert rows_shown(range(2, 13)) == "rows 2, 3, 4, 5, 6, 7, 8, 9 and 3 more"
    assert len(shown("x" * 500)) == 62


CELL = st.text(max_size=40) | st.sampled_from(
    ["", "2026-02-30", "0", "x@", "lrn-1041", "org-0001", "active", "student", "yes", "=1+1", "America/New_York"]
)


@given(data=st.binary(max_size=200), model=st.sampled_from(MODELS))
@example(data=b'sourcedId\n"', model=OrgRow)
@example(data=b"a\rb\r", model=UserRow)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_at_all_lead_to_a_traceback(tmp_path: Path, data: bytes, model: type[CsvRow]) -> None:
    assert told(tmp_path / "any.csv", data, model) != []


@given(model=st.sampled_from(MODELS), rows=st.lists(st.lists(CELL, min_size=16, max_size=16), max_size=4))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cells_lead_to_a_traceback_and_every_bad_cell_is_told(
    sample: Sample, model: type[CsvRow], rows: list[list[str]]
) -> None:
    columns = list(model.columns())
    path = sample.folder / "opportunities.csv"
    sample.write("opportunities.csv", [columns, *([*row, ""][: len(columns)] for row in rows)])
    findings = Findings()
    found = read_rows(path, model, findings, TODAY)
    assert {cells.number for cells in found.spoilt} <= {problem.row for problem in findings.problems}


@given(
    edits=st.lists(
        st.tuples(st.sampled_from(SAMPLE_FILES), st.integers(2, 36), st.integers(0, 30), CELL), min_size=1, max_size=6
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_edit_of_the_sample_leads_to_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int, int, str]]
) -> None:
    sample = Sample(tmp_path_factory.mktemp("edited"))
    for file, row, column, value in edits:
        rows = sample.rows(file)
        cells = rows[min(row, len(rows)) - 1]
        cells[column % len(cells)] = value.encode("utf-8", "ignore").decode().replace("\x00", "")
        sample.write(file, rows)
    kinds: tuple[Kind, ...] = ("oneroster", "employers", "opportunities")
    lines = [line for kind in kinds for line in read(sample, kind)]
    assert all(line.startswith((*SAMPLE_FILES, "manifest.csv")) and ": " in line for line in lines)
