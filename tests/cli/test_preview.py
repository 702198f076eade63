"""`journeywork programs preview`: what each sample program comes to on real days, and what silence comes to."""

import json
import re
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from catalog.program_catalog import FOLDER, all_programs
from cli.app import run
from cli.preview import show
from cli.preview_words import MESSAGES, SAID, STATES
from lifecycle import answers, incident, opportunity, partnership
from lifecycle.calendars import is_business_day
from lifecycle.opportunity_table import TABLE as OFFERS
from lifecycle.partnership_table import TABLE as HOSTS
from lifecycle.placement_facts import TABLE as PLACEMENTS
from lifecycle.preview import YES
from lifecycle.preview_plans import HAPPENS
from schemas.effects import Message
from schemas.preview import Course, Line
from schemas.programs import Program
from schemas.vocabulary import AT_WORK, IncidentState, Role
from tests.golden.previews import FOLDER as GOLDEN
from tests.golden.previews import KEPT, Kept

BY_NAME = {kept.name: kept for kept in KEPT}
kept_ones = pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)


def local(kept: Kept, line: Line) -> datetime:
    return line.at.astimezone(ZoneInfo(kept.program.calendar.time_zone))


def course(kept_name: str, name: str) -> Course:
    return next(one for one in BY_NAME[kept_name].seen().silent if one.name == name)


def by_the_calendar(kept: Kept, how: str) -> list[Line]:
    """What time does in any course to what is not counted in hours."""
    program: Program = kept.program
    every = (kept.seen().answered, *kept.seen().silent)
    lines = [line for one in every for line in one.lines if line.how == how and line.ask_id is not None]
    return [line for line in lines if not program.by_id[line.ask_id or ""].by_the_clock]


# --- what is printed ------------------------------------------------------------------------------------------------


@kept_ones
def test_a_preview_reads_as_it_is_kept(kept: Kept) -> None:
    assert kept.text() == kept.path.read_text(encoding="utf-8"), "read it, then: python -m tests.golden.previews"


def test_every_shipped_program_has_a_kept_preview_and_every_kept_preview_its_program() -> None:
    assert {kept.program_id for kept in KEPT} == set(all_programs())
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {kept.name for kept in KEPT}


@kept_ones
def test_a_preview_fits_a_hundred_columns_and_shows_no_code(kept: Kept) -> None:
    for line in kept.text().splitlines()[1:]:
        assert len(line) <= 100
        assert line == line.rstrip()
        without_zone = line.replace(kept.program.calendar.time_zone, "")
        assert re.search(r"\w_\w|None|Role\.", without_zone) is None, line


# --- what time does -------------------------------------------------------------------------------------------------


@kept_ones
@pytest.mark.parametrize("how", ["reminded", "escalated", "told"])
def test_the_ladder_climbs_in_the_asking_hour_of_business_days(kept: Kept, how: str) -> None:
    calendar = kept.program.calendar
    for line in by_the_calendar(kept, how):
        at = local(kept, line)
        assert is_business_day(calendar, at.date()), line
        assert f"{at:%H:%M}" == calendar.asks_at, line


@kept_ones
def test_what_nobody_answers_ends_at_the_end_of_a_business_day(kept: Kept) -> None:
    calendar = kept.program.calendar
    for line in by_the_calendar(kept, "closed"):
        at = local(kept, line)
        assert is_business_day(calendar, at.date()), line
        assert f"{at:%H:%M}" == calendar.due_at, line


@kept_ones
def test_the_lines_of_a_course_are_in_order_of_time(kept: Kept) -> None:
    for one in (kept.seen().answered, *kept.seen().silent):
        moments = [line.at for line in one.lines]
        assert moments == sorted(moments), one.name


@kept_ones
def test_where_everybody_answers_nobody_is_reminded_and_nothing_ends_unanswered(kept: Kept) -> None:
    answered = kept.seen().answered
    assert {line.how for line in answered.lines} & {"reminded", "escalated", "told", "overdue", "closed"} == set()
    assert answered.state in {"completed", "closed", "active"}


@kept_ones
def test_whatever_is_asked_is_tried_without_an_answer(kept: Kept) -> None:
    tried = {id_ for one in kept.seen().silent for id_ in one.silent}
    minors = {ask.id for ask in kept.program.asks if all(one.when == "minor" for one in ask.of)}
    given = {ask.id for ask in kept.program.asks if ask.given in minors}
    long = {ask.id for ask in kept.program.asks if ask.min_weeks is not None}
    wanted = {ask.id for ask in kept.program.asks} - (set() if kept.minor else minors | given)
    assert wanted - tried - long == set()


@kept_ones
def test_silence_is_told_to_its_end(kept: Kept) -> None:
    for one in kept.seen().silent:
        asked = {line.ask_id for line in one.lines if line.how == "asked"}
        over = {line.ask_id for line in one.lines if line.how in ("closed", "withdrawn")}
        assert asked & set(one.silent) <= over, one.name


@kept_ones
def test_nobody_is_reminded_of_what_the_preview_does_not_show_to_be_asked(kept: Kept) -> None:
    for one in kept.seen().silent:
        still: dict[tuple[str | None, int], bool] = {}
        for line in one.lines:
            if line.how in ("asked", "returned"):
                still[line.ask_id, line.number] = True
            elif line.how in ("closed", "withdrawn"):
                still[line.ask_id, line.number] = False
            elif line.how in ("reminded", "escalated", "told"):
                assert still[line.ask_id, line.number], line


@kept_ones
def test_nothing_is_assumed_to_go_on_after_the_last_day(kept: Kept) -> None:
    said = [line for one in kept.seen().silent for line in one.lines if line.how == "said"]
    until = [line.day for line in said if line.command == "suspend" and line.day is not None]
    assert [day for day in until if day > kept.when.end] == []


@kept_ones
def test_the_days_off_of_every_year_that_a_preview_reaches_are_known(kept: Kept) -> None:
    every = (kept.seen().answered, *kept.seen().silent)
    reached = {local(kept, line).year for one in every for line in one.lines}
    counted = any(not ask.by_the_clock for ask in kept.program.asks)
    assert not counted or reached <= {day.year for day in kept.program.calendar.holidays}


@kept_ones
def test_a_mail_that_can_wait_goes_out_by_day_and_at_work_on_a_business_day(kept: Kept) -> None:
    calendar = kept.program.calendar
    for one in (kept.seen().answered, *kept.seen().silent):
        for line in one.lines:
            goes = line.seen_at.astimezone(ZoneInfo(calendar.time_zone))
            if line.held is not None:
                assert "08:00" <= f"{goes:%H:%M}" < "20:10", line
                assert line.role not in AT_WORK or is_business_day(calendar, goes.date()), line


def goes_at(kept_name: str, course_name: str, how: str) -> dict[str, str]:
    """When the first mail of that kind about each ask goes out, and since when it was held back."""
    kept = next(one for one in KEPT if one.name == kept_name)
    zone = ZoneInfo(kept.program.calendar.time_zone)
    found = kept.seen().answered if course_name == "answered" else course(kept_name, course_name)
    lines = {one.ask_id or str(one.message): one for one in reversed(found.lines) if one.how == how}
    return {name: f"{one.seen_at.astimezone(zone):%-d %b %H:%M}" for name, one in lines.items()}


def test_what_a_morning_brings_comes_in_one_mail_but_what_is_due_that_day_at_once() -> None:
    asked = goes_at("massachusetts-summer-jobs", "answered", "asked")
    assert (asked["first_day"], asked["hours"]) == ("6 Jul 09:00", "9 Jul 09:15")
    assert (asked["sign_off"], asked["exit_survey"]) == ("13 Aug 17:10", "13 Aug 18:10")


def test_what_comes_up_at_midnight_is_told_in_the_morning() -> None:
    told = goes_at("partnership", "insurance_renewal", "sent")
    assert told["partnership_blocked_warning"] == "12 Jan 08:00"
    assert "a document is out of date (held back since 00:00)" in (GOLDEN / "partnership.txt").read_text("utf-8")


def test_a_single_day_is_cancelled_before_it_comes() -> None:
    lines = course("job-shadow-day", "employer_cancelled").lines
    assert lines[0].at.date() == date(2027, 3, 16)
    assert (lines[1].was, lines[1].state) == ("ready", "suspended")


def test_who_decides_is_asked_when_nobody_is_named_as_supervisor() -> None:
    found = course("massachusetts-summer-jobs", "supervisor_left")
    told = [(line.how, line.role) for line in found.lines if line.ask_id == "suspension_review"]
    assert told[:2] == [("asked", Role.COORDINATOR), ("reminded", Role.COORDINATOR)]
    assert {("escalated", Role.PROGRAM_MANAGER), ("told", Role.DIRECTOR)} <= set(told)


@pytest.mark.parametrize(
    ("name", "ends", "on"),
    [
        ("host_confirmation", "expired", date(2027, 6, 14)),
        ("offer", "expired", date(2027, 6, 8)),
        ("preparation", "cancelled_by_program", date(2027, 7, 20)),
        ("no_show_follow_up", "no_show", date(2027, 7, 8)),
        ("assessment", "completed_evaluation_not_provided", date(2027, 9, 13)),
        ("completion", "partially_completed", date(2027, 9, 20)),
        ("employer_cancelled", "cancelled_by_employer", date(2027, 8, 9)),
        ("left_early", "withdrawn_in_progress", date(2027, 7, 26)),
    ],
)
def test_silence_in_a_massachusetts_summer_ends_as_the_field_says(name: str, ends: str, on: date) -> None:
    found = course("massachusetts-summer-jobs", name)
    assert found.outcome_at is not None
    assert (found.state, found.outcome_at.date()) == (ends, on)


def test_a_host_that_nobody_reaches_is_dormant_after_the_days_its_program_says() -> None:
    found = course("partnership", "host_silent")
    dormant = next(line for line in found.lines if line.state == "dormant")
    assert (dormant.at.date() - date(2027, 1, 11)).days == 150
    assert "nobody is reached" in (GOLDEN / "partnership.txt").read_text(encoding="utf-8")


def test_what_has_no_outcome_says_how_far_it_was_looked() -> None:
    said = (GOLDEN / "incident-response.txt").read_text(encoding="utf-8").splitlines()
    assert said[-1] == "Where it stands on Fri 6 Aug 2027, as far as this looks: triaged."


def test_a_renewal_is_called_by_what_it_renews() -> None:
    said = (GOLDEN / "california-school-year-internship.txt").read_text(encoding="utf-8")
    assert "If nobody answers: Renewal (work permit), asked 30 days before the document's last day" in said


def test_an_adults_guardian_is_never_heard_of() -> None:
    seen = BY_NAME["massachusetts-summer-jobs.adult"].seen()
    every = [line for one in (seen.answered, *seen.silent) for line in one.lines]
    assert {line.role for line in every} & {Role.GUARDIAN} == set()


# --- words and decisions --------------------------------------------------------------------------------------------


def test_the_good_decision_of_every_kind_is_one_that_its_lifecycle_knows() -> None:
    for decisions in (answers.DECISIONS, opportunity.DECISIONS, partnership.DECISIONS):
        assert set(decisions) - set(YES) == set()
        assert [kind for kind in decisions if YES[kind] not in decisions[kind]] == []
    for kind, known in incident.ANSWERS.items():
        assert YES[kind] in known


def test_every_state_but_the_ends_has_its_words_and_so_has_every_message() -> None:
    for name, table in (("placement", PLACEMENTS), ("opportunity", OFFERS), ("partnership", HOSTS)):
        assert set(table.states) - table.terminal - {"matched"} == set(STATES[name]), name
    assert set(IncidentState) - {IncidentState.CLOSED} == set(STATES["incident"])
    assert set(MESSAGES) == {one for one in get_args(Message) if not one.startswith(("request_", "visit_"))}


def test_whatever_is_assumed_has_its_words() -> None:
    when = KEPT[0].when
    assert {HAPPENS[trigger](when).name for trigger in HAPPENS} <= set(SAID)


# --- the command ----------------------------------------------------------------------------------------------------

FILE = str(FOLDER / "massachusetts-summer-jobs.yaml")
DAYS = ("--proposed", "2027-06-01", "--start", "2027-07-06", "--end", "2027-08-13")


def test_the_command_prints_what_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["programs", "preview", FILE, *DAYS]) == 0
    assert capsys.readouterr().out == (GOLDEN / "massachusetts-summer-jobs.txt").read_text(encoding="utf-8")


def test_every_turn_is_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["programs", "preview", FILE, *DAYS, "--adult", "--all"]) == 0
    out = capsys.readouterr().out
    assert "The learner is 18 or older." in out
    assert all(f"Weekly hours {number}: asked of the student" in out for number in range(1, 7))


def test_as_json_it_has_every_line_with_its_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["programs", "preview", FILE, *DAYS, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["answered"]["state"] == "completed"
    assert {one["name"] for one in printed["silent"]} >= {"offer", "assessment", "extended"}
    first = printed["silent"][0]["lines"][0]
    assert (first["how"], first["ask_id"], first["role"]) == ("asked", "host_confirmation", "worksite_supervisor")


def test_without_dates_it_takes_what_is_usual(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["programs", "preview", str(FOLDER / "job-shadow-day.yaml"), "--start", "2027-03-17"]) == 0
    out = capsys.readouterr().out
    assert "Proposed Wed 10 Feb 2027; first day Wed 17 Mar 2027, last day Wed 17 Mar 2027." in out


def test_a_single_day_on_a_weekend_stays_a_single_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["programs", "preview", str(FOLDER / "job-shadow-day.yaml"), "--start", "2027-03-20"]) == 0
    assert "first day Sat 20 Mar 2027, last day Sat 20 Mar 2027." in capsys.readouterr().out


def test_a_year_without_days_off_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    days = ("--start", "2031-12-01", "--end", "2032-01-30")
    assert run(["programs", "preview", FILE, *days]) == 0
    out = capsys.readouterr().out
    assert "The program names no days off in 2031 and 2032: every weekday there counts as a business day." in out


def test_a_preview_keeps_to_a_narrower_window() -> None:
    out = StringIO()
    kept = KEPT[0]
    show(Console(file=out, width=72, highlight=False, color_system=None), kept.program, kept.seen())
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 72


def test_who_stands_in_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["programs", "preview", FILE, *DAYS, "--without", "teacher"]) == 0
    assert "Sign-off: asked of the teacher (Career Specialist)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--start", "2027-07-06", "--end", "2027-07-01"], "--end: 2027-07-01 is before the first day, 2027-07-06"),
        (["--start", "2027-07-06", "--without", "worksite-supervisor"], "nobody is the worksite_supervisor"),
        (["--start", "July"], "July"),
    ],
)
def test_days_that_cannot_be_are_refused_in_one_line(
    given: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["programs", "preview", FILE, *given]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert err.count("\n") == 1


def test_a_broken_program_is_told_as_check_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(Path(FILE).read_text(encoding="utf-8").replace("due: start - 1bd", "due: startt", 1))
    assert run(["programs", "preview", str(path)]) == 2
    assert str(path) in capsys.readouterr().err
