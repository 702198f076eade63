"""calendars.csv: what its rows come to, and each mistake told at its row and column."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.imports.calendar_files import calendar_notes, check_calendars, read_calendars, school_calendars
from gateway.imports.report import Findings
from lifecycle.school_days import school_day, school_hours, school_week
from records.school_calendars import as_json
from schemas.roster import CALENDAR_KINDS, CalendarRow
from schemas.work import SchoolCalendar
from tests.cli.csv_edits import SAMPLE, Sample

TODAY = date(2027, 6, 1)
FILE = "calendars.csv"
ORGANISATIONS = {"org-0001": "America/New_York", "org-0101": "America/New_York", "org-0102": None}


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return Sample(tmp_path)


def read(path: Path) -> tuple[dict[str, SchoolCalendar], list[str]]:
    """The calendars of a file and the lines about its mistakes."""
    findings = Findings()
    rows = read_calendars(path, findings, TODAY)
    check_calendars(rows, ORGANISATIONS, findings)
    made = school_calendars(rows, ORGANISATIONS, findings)
    return made, [problem.line for problem in findings.problems]


def put(sample: Sample, row: int, cells: dict[str, str]) -> list[str]:
    """Change cells of one row, or of a new one when `row` is 0, and return what is told."""
    number = row or sample.add(FILE, {})
    for column, value in cells.items():
        sample.put(FILE, number, column, value)
    return read(sample.path(FILE))[1]


def test_the_sample_is_one_districts_two_years() -> None:
    made, told = read(SAMPLE / FILE)
    assert told == []
    calendar = made["org-0001"]
    assert (calendar.id, calendar.time_zone, len(calendar.years)) == ("org-0001", "America/New_York", 2)
    assert [(year.opens, year.ends) for year in calendar.years] == [
        (date(2026, 9, 8), date(2027, 6, 18)),
        (date(2027, 9, 7), date(2028, 6, 16)),
    ]
    assert not school_day(calendar, date(2027, 2, 17), 1).yes
    assert school_day(calendar, date(2027, 6, 19), 1).yes
    assert not school_week(calendar, date(2027, 2, 14)).yes
    early = school_hours(calendar, date(2026, 11, 25))
    assert early is not None
    assert early[1].hour == 16


def test_the_order_of_the_rows_does_not_matter(sample: Sample) -> None:
    header, *rows = sample.rows(FILE)
    before = read(sample.path(FILE))[0]
    sample.write(FILE, [header, *reversed(rows)])
    after = read(sample.path(FILE))[0]
    assert [as_json(one) for one in after.values()] == [as_json(one) for one in before.values()]


def test_a_time_without_its_zero_is_understood(sample: Sample) -> None:
    sample.put(FILE, 2, "opens", "7:20")
    assert read(sample.path(FILE))[0]["org-0001"].opens == "07:20"


@pytest.mark.parametrize(
    ("row", "cells", "line"),
    [
        (3, {"kind": "semester"}, 'row 3, kind: "semester" is not a kind of row; allowed: calendar, term'),
        (3, {"first_day": "9/8/2026"}, 'row 3, first_day: "9/8/2026" is not a date; write year-month-day'),
        (3, {"last_day": "2026-09-01"}, 'row 3, last_day: "2026-09-01" is before first_day; put the later day here'),
        (3, {"last_day": ""}, "row 3, last_day: is empty; a row of kind term needs it"),
        (3, {"school_year": ""}, "row 3, school_year: is empty; a row of kind term needs it"),
        (3, {"minutes": "330"}, 'row 3, minutes: "330" is not used in a row of kind term; leave it empty'),
        (2, {"opens": "8 am"}, 'row 2, opens: "8 am" is not a time of day; write hours and minutes on the 24-hour'),
        (2, {"minutes": "999"}, 'row 2, minutes: "999" is not a number from 1 to 600; write the minutes of required'),
        (2, {"closes": "07:00"}, "row 2, closes: must be later than opens (07:20)"),
        (2, {"time_zone": "Boston"}, 'row 2, time_zone: "Boston" is not a time zone'),
        (2, {"last_day": "2028-06-01"}, "row 2, last_day: is before the last term's last day (2028-06-16)"),
        (2, {"kind": "term", "school_year": "x"}, "row 2, opens: "),
        (4, {"first_day": "2026-12-01"}, 'row 4, first_day: "2026-12-01" must be after 2026-12-23: terms stand one'),
        (9, {"last_day": "2027-12-31"}, 'row 9, last_day: "2027-12-31" is more than 120 days after first_day; end'),
        (21, {"first_day": "2026-11-27"}, 'row 21, first_day: "2026-11-27" is no school day by the terms and days off'),
        (22, {"first_day": "2026-11-25"}, 'row 22, first_day: "2026-11-25" is a short day in row 21 already; keep one'),
        (21, {"closes": ""}, "row 21, closes: is empty; a row of kind short_day needs it"),
        (
            0,
            {"organisation_id": "org-9", "kind": "day_off", "first_day": "2026-11-25"},
            'row 24, organisation_id: "org-9" is not a school or district in the directory',
        ),
        (
            0,
            {"organisation_id": "org-0101", "kind": "day_off", "first_day": "2026-11-25"},
            'row 24, organisation_id: "org-0101" has no row of kind calendar; add one with the days for which it is',
        ),
        (
            0,
            {
                "organisation_id": "org-0102",
                "kind": "calendar",
                "first_day": "2026-11-25",
                "last_day": "2027-11-25",
            },
            "row 24, time_zone: is empty, and the school has none in the directory; write an IANA name",
        ),
        (
            0,
            {
                "organisation_id": "org-0001",
                "kind": "calendar",
                "first_day": "2026-11-25",
                "last_day": "2027-11-25",
            },
            'row 24, kind: row 2 is the calendar of "org-0001" already; keep one',
        ),
    ],
)
def test_a_mistake_is_told_at_its_row_and_column(sample: Sample, row: int, cells: dict[str, str], line: str) -> None:
    told = put(sample, row, cells)
    assert told[0].startswith(f"{FILE} {line}")
    assert len(told) == 1 or cells.get("kind") == "term"


def test_a_calendar_that_has_ended_is_noted() -> None:
    made, _ = read(SAMPLE / FILE)
    assert calendar_notes(made, TODAY) == []
    assert calendar_notes(made, date(2029, 1, 1)) == [
        "org-0001: the calendar ended on 2028-08-31; since then every weekday is taken for a school day"
    ]


CELL = st.sampled_from(
    [
        *("", "org-0001", "org-0101", *CALENDAR_KINDS, "2026-09-08", "2026-12-23", "2027-06-18", "2027-02-15"),
        *("2026-27", "07:20", "13:40", "0:00", "330", "America/New_York", "x"),
    ]
)


@given(rows=st.lists(st.lists(CELL, min_size=9, max_size=9), min_size=1, max_size=6))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_rows_lead_to_a_traceback_and_what_is_fine_is_kept_alike(sample: Sample, rows: list[list[str]]) -> None:
    sample.write(FILE, [list(CalendarRow.columns()), *rows])
    made, told = read(sample.path(FILE))
    assert made or told or not any(any(row) for row in rows)
    for one in made.values():
        assert SchoolCalendar.model_validate(as_json(one)) == one
