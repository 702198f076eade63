import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.errors import UserError
from cli.import_report import found_lines, show
from cli.import_run import import_kind
from cli.importing import import_
from gateway.imports.report import ImportReport, Kind, Problem, shown
from records import duplicates, inbox, lifecycles
from records.directory import contact, learner, opportunity_facts, person, team_for
from records.pool import open_connection
from schemas.directory import is_minor
from schemas.disclosures import OPERATOR
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import Role
from tests.cli.csv_edits import SAMPLE, Sample
from tests.cli.planted import PLANTED
from tests.records.lives import Life

TODAY = date(2027, 6, 1)
FILES: dict[Kind, str] = {
    "oneroster": "oneroster",
    "employers": "employers.csv",
    "opportunities": "opportunities.csv",
    "calendars": "calendars.csv",
}
BEFORE: dict[Kind, Kind] = {"opportunities": "employers", "calendars": "oneroster"}
TABLES = (
    *("organisations", "people", "enrolments", "guardianships", "advisers", "school_roles"),
    *("hosts", "host_staff", "opportunity_facts", "school_calendars"),
)

Import = Callable[..., Awaitable[ImportReport]]


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return Sample(tmp_path)


@pytest.fixture
def imported(database: str, sample: Sample) -> Import:
    """Import one kind of file of the test's copy of the sample into the test's database."""

    async def run(kind: Kind, *, dry_run: bool = False, end_left: bool = False) -> ImportReport:
        path = sample.folder / FILES[kind]
        return await import_kind(kind, path, database_url=database, dry_run=dry_run, end_left=end_left, today=TODAY)

    return run


async def everything(database: str) -> str:
    """Every row of the directory, as one text that can be compared."""
    async with open_connection(database) as conn:
        return json.dumps([await conn.fetchval(f"select jsonb_agg(t order by t::text) from {t} t") for t in TABLES])  # noqa: S608


def lines(report: ImportReport) -> list[str]:
    return [problem.line for problem in report.problems]


def figures(report: ImportReport) -> dict[str, tuple[int, int, int, int]]:
    return {count.table: (count.new, count.changed, count.ended, count.unchanged) for count in report.counts}


async def test_the_sample_is_imported_whole_and_without_a_note(imported: Import) -> None:
    reports = [await imported(kind) for kind in FILES]
    assert [(report.problems, report.notes) for report in reports] == [((), ())] * 4
    assert [figures(report) for report in reports] == [
        {
            "organisations": (4, 0, 0, 0),
            "people": (35, 0, 0, 0),
            "enrolments": (14, 0, 0, 0),
            "guardianships": (12, 0, 0, 0),
            "advisers": (0, 0, 0, 0),
            "school_roles": (9, 0, 0, 0),
        },
        {"people": (13, 0, 0, 0), "hosts": (5, 0, 0, 0), "host_staff": (13, 0, 0, 0)},
        {"opportunity_facts": (7, 0, 0, 0)},
        {"school_calendars": (1, 0, 0, 0)},
    ]


async def test_importing_twice_changes_nothing(imported: Import, database: str) -> None:
    for kind in FILES:
        await imported(kind)
    before = await everything(database)
    again = [await imported(kind) for kind in FILES]
    assert {one[:3] for report in again for one in figures(report).values()} == {(0, 0, 0)}
    assert await everything(database) == before


@pytest.mark.parametrize("kind", FILES)
async def test_a_dry_run_tells_the_same_plan_and_writes_nothing(imported: Import, database: str, kind: Kind) -> None:
    if kind in BEFORE:
        await imported(BEFORE[kind])
    before = await everything(database)
    planned = await imported(kind, dry_run=True)
    assert await everything(database) == before
    done = await imported(kind)
    assert (planned.counts, planned.offers) == (done.counts, done.offers)


@pytest.mark.parametrize("kind", FILES)
async def test_all_planted_mistakes_are_told_at_once_each_one_once_and_nothing_is_imported(
    imported: Import, database: str, sample: Sample, kind: Kind
) -> None:
    if kind in BEFORE:
        await imported(BEFORE[kind])
    before = await everything(database)
    wanted = sorted(planted.plant(sample) for planted in PLANTED if planted.kind == kind)
    told = sorted(lines(await imported(kind)))
    assert [line[: len(start)] for line, start in zip(told, wanted, strict=True)] == wanted
    assert await everything(database) == before


async def test_one_bad_row_among_good_ones_keeps_all_of_them_out(
    imported: Import, database: str, sample: Sample
) -> None:
    before = await everything(database)
    sample.put("employers.csv", 14, "email", "x@")
    report = await imported("employers")
    assert (report.ok, report.counts, report.offers) == (False, (), ())
    assert await everything(database) == before


async def test_every_minor_of_the_sample_has_a_guardian_who_can_be_reached(imported: Import, database: str) -> None:
    await imported("oneroster")
    await imported("employers")
    offers = (await imported("opportunities")).offers
    first_day = min(offer.start for offer in offers)
    minors = 0
    async with open_connection(database) as conn:
        for row in await conn.fetch("select learner_id from enrolments"):
            found = await learner(conn, row["learner_id"])
            assert found is not None
            assert found.birth_date is not None
            if is_minor(found.birth_date, first_day):
                minors += 1
                guardian = await contact(conn, (await team_for(conn, found.id, offers[0].id))[Role.GUARDIAN])
                assert guardian is not None
                assert guardian.email is not None
    assert (minors, sum(offer.seats for offer in offers)) == (9, 14)


async def test_offers_tell_what_became_of_each_opportunity(imported: Import, sample: Sample) -> None:
    await imported("employers")
    sample.take_out("opportunities.csv", 8)
    await imported("opportunities")
    sample.put("opportunities.csv", 2, "seats", "3")
    sample.put("opportunities.csv", 3, "title", "Front desk intern")
    changes = {offer.id: (offer.change, offer.seats) for offer in (await imported("opportunities")).offers}
    assert (changes["opp-6001"], changes["opp-6002"][0], changes["opp-6003"][0]) == (
        ("changed", 3),
        "changed",
        "unchanged",
    )


async def test_somebody_to_be_deleted_is_ended_and_kept(imported: Import, database: str, sample: Sample) -> None:
    await imported("oneroster")
    sample.put("users.csv", sample.row_of("users.csv", "lrn-1041"), "status", "tobedeleted")
    report = await imported("oneroster")
    assert {table: one[2] for table, one in figures(report).items() if one[2]} == {
        "people": 1,
        "enrolments": 1,
        "guardianships": 1,
    }
    async with open_connection(database) as conn:
        found = await person(conn, "lrn-1041")
        assert found is not None
        assert (found.status, found.birth_date) == ("ended", date(2010, 3, 14))


async def test_somebody_to_be_deleted_who_was_never_here_leaves_no_trace(
    imported: Import, database: str, sample: Sample
) -> None:
    sample.put("users.csv", sample.row_of("users.csv", "lrn-1041"), "status", "tobedeleted")
    assert figures(await imported("oneroster"))["people"] == (33, 0, 0, 0)
    async with open_connection(database) as conn:
        assert [await person(conn, gone) for gone in ("lrn-1041", "grd-5001")] == [None, None]


async def test_a_guardian_no_longer_named_is_ended(imported: Import, database: str, sample: Sample) -> None:
    await imported("oneroster")
    sample.put("users.csv", sample.row_of("users.csv", "lrn-1042"), "agentSourcedIds", "grd-5003")
    report = await imported("oneroster")
    async with open_connection(database) as conn:
        found = await learner(conn, "lrn-1042")
        assert found is not None
        assert (figures(report)["guardianships"], found.guardian_ids) == ((0, 1, 1, 10), ("grd-5003",))


async def test_a_supervisor_whose_row_says_ended_leaves_the_team(
    imported: Import, database: str, sample: Sample
) -> None:
    for kind in FILES:
        await imported(kind)
    header, *rows = sample.rows("employers.csv")
    sample.write(
        "employers.csv", [[*header, "status"], *([*row, "ended" if "sup-2001" in row else ""] for row in rows)]
    )
    report = await imported("employers")
    async with open_connection(database) as conn:
        team = await team_for(conn, "lrn-1041", "opp-6001")
    assert (figures(report)["host_staff"], Role.WORKSITE_SUPERVISOR in team) == ((0, 0, 1, 12), False)


async def test_a_role_that_is_over_counts_no_more(imported: Import, database: str, sample: Sample) -> None:
    sample.put("roles.csv", sample.row_of("roles.csv", "stf-3001"), "endDate", "2026-05-31")
    await imported("oneroster")
    async with open_connection(database) as conn:
        assert await person(conn, "stf-3001") is None


async def test_an_employer_file_cannot_write_over_a_student(imported: Import, sample: Sample) -> None:
    await imported("oneroster")
    sample.put("employers.csv", 3, "person_id", "lrn-1041")
    line = 'employers.csv row 3, person_id: "lrn-1041" is a student\'s id in the directory'
    assert [told[: len(line)] for told in lines(await imported("employers"))] == [line]


async def test_a_delta_applied_twice_changes_once_and_one_that_is_older_is_refused(
    imported: Import, database: str, sample: Sample
) -> None:
    await imported("oneroster")
    for name in ("orgs", "demographics"):
        sample.put("manifest.csv", sample.row_of("manifest.csv", f"file.{name}"), "value", "absent")
        sample.path(f"{name}.csv").unlink()
    for name, row in (("users", 2), ("roles", 4)):
        sample.put("manifest.csv", sample.row_of("manifest.csv", f"file.{name}"), "value", "delta")
        sample.write(f"{name}.csv", [sample.rows(f"{name}.csv")[0], sample.rows(f"{name}.csv")[row - 1]])
        sample.put(f"{name}.csv", 2, "dateLastModified", "2027-05-30T12:00:00.000Z")
        sample.put(f"{name}.csv", 2, "status", "active")
    sample.put("users.csv", 2, "familyName", "Tran-Nguyen")
    sample.put("roles.csv", 2, "orgSourcedId", "org-0103")
    before = await everything(database)
    planned, done = await imported("oneroster", dry_run=True), await imported("oneroster")
    assert planned.counts == done.counts
    assert {table: one[:3] for table, one in figures(done).items() if any(one[:3])} == {
        "people": (0, 1, 0),
        "enrolments": (0, 1, 0),
    }
    after = await everything(database)
    assert before != after
    assert {one[:3] for one in figures(await imported("oneroster")).values()} == {(0, 0, 0)}
    assert await everything(database) == after
    for name in ("users", "roles"):
        sample.put(f"{name}.csv", 2, "dateLastModified", "2027-05-29T12:00:00.000Z")
    assert [line.partition(",")[0] for line in lines(await imported("oneroster"))] == [
        "manifest.csv: its newest dateLastModified is 2027-05-29T12:00:00Z"
    ]


async def test_a_new_id_for_somebody_known_is_proposed_by_row_and_merged_with_nobody(
    imported: Import, database: str, sample: Sample
) -> None:
    await imported("oneroster")
    for file, column in (("users.csv", "sourcedId"), ("roles.csv", "userSourcedId"), ("demographics.csv", "sourcedId")):
        sample.put(file, sample.row_of(file, "lrn-1043"), column, "lrn-2043")
    report = await imported("oneroster", dry_run=True)
    assert report.left == ("lrn-1043",)
    (told,) = report.duplicates
    assert told.line == (
        'users.csv row 4, sourcedId: "lrn-2043" has the same name and birth date as "lrn-1043" (in the directory); '
        "one person or two?"
    )
    assert "Aaliyah" not in report.model_dump_json() + "".join(found_lines(report))
    assert figures(await imported("oneroster"))["people"] == (1, 0, 0, 34)
    async with open_connection(database) as conn:
        await duplicates.decide(
            conn, ("lrn-1043", "lrn-2043"), keep=None, by=OPERATOR, reason="asked", now=datetime.now(UTC)
        )
    assert (await imported("oneroster")).duplicates == ()
    await imported("oneroster", end_left=True)
    async with open_connection(database) as conn:
        found = await person(conn, "lrn-1043")
        assert found is not None
        assert found.status == "ended"


async def test_passwords_and_race_are_not_kept_anywhere(imported: Import, database: str, sample: Sample) -> None:
    sample.put("users.csv", 2, "password", "canary-password")
    sample.put("demographics.csv", 2, "cityOfBirth", "canary-city")
    await imported("oneroster")
    assert "canary" not in await everything(database)


async def test_what_deserves_a_look_is_noted_by_row_and_never_by_name(imported: Import, sample: Sample) -> None:
    sample.put("users.csv", 2, "agentSourcedIds", "")
    sample.put("users.csv", 3, "email", "")
    sample.put("manifest.csv", sample.row_of("manifest.csv", "file.courses"), "value", "bulk")
    assert list((await imported("oneroster")).notes) == [
        "not needed and not read: courses.csv",
        "users.csv row 16: left out, nothing here is asked of them",
        "users.csv row 2: under 18 without a guardian in agentSourcedIds; nobody can sign",
        "users.csv row 3: no e-mail address; they cannot be asked by e-mail",
    ]


async def test_free_text_with_lines_and_quotes_comes_back_as_written(
    imported: Import, database: str, sample: Sample
) -> None:
    await imported("employers")
    sample.put("opportunities.csv", 2, "description", 'Two\nlines, "quoted".')
    report = await imported("opportunities")
    async with open_connection(database) as conn:
        found = await opportunity_facts(conn, "opp-6001")
    assert found is not None
    assert (report.ok, found.description, found.job_skills[0]) == (True, 'Two\nlines, "quoted".', "Specimen labeling")


async def test_a_database_without_a_directory_is_told_in_one_line(postgres_server: str) -> None:
    with pytest.raises(UserError, match=r"^the database is not up to date yet; run journeywork migrate first\.$"):
        await import_kind("employers", SAMPLE / "employers.csv", database_url=postgres_server)


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("postgresql://me:secret@127.0.0.1:1/x", "Postgres does not answer"),
        ("mysql://me:secret@127.0.0.1/x", "DATABASE_URL is no Postgres address"),
    ],
)
async def test_a_database_that_cannot_be_used_is_told_without_its_password(url: str, line: str) -> None:
    with pytest.raises(UserError, match=line) as told:
        await import_kind("employers", SAMPLE / "employers.csv", database_url=url)
    assert "secret" not in str(told.value)


async def test_the_command_leaves_with_2_and_one_line_for_each_mistake(
    database: str, sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    sample.put("employers.csv", 14, "email", "x@")
    status = await import_("employers", sample.path("employers.csv"), data=sample.folder)
    out, err = capsys.readouterr()
    first, last = err.splitlines()
    assert (status, out) == (2, "")
    assert first.startswith('employers.csv row 14, email: "x@" is not an e-mail address')
    assert last == "journeywork: nothing was imported; 1 error to correct."


async def test_the_command_prints_its_report_as_json(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    status = await import_("employers", SAMPLE / "employers.csv", dry_run=True, json=True)
    report = json.loads(capsys.readouterr().out)
    assert (status, report["ok"], report["dry_run"], report["counts"][1]) == (
        0,
        True,
        True,
        {"table": "hosts", "new": 5, "changed": 0, "ended": 0, "unchanged": 0},
    )


async def test_the_plan_is_a_table_that_says_when_nothing_was_written(
    imported: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    show(await imported("employers", dry_run=True))
    out = capsys.readouterr().out
    assert "dry run, nothing was written" in out
    assert [line.split()[1:3] for line in out.splitlines() if "host staff" in line] == [["host", "staff"]]


def test_a_value_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{shown('[red]' + chr(27) + '[2J')} is wrong"
    show(ImportReport(kind="employers", dry_run=False, problems=(Problem(file="e.csv", row=2, text=text),)))
    first = capsys.readouterr().err.splitlines()[0]
    assert first == 'e.csv row 2: "[red]\\u001b[2J" is wrong'


async def test_a_changed_school_calendar_has_the_law_asked_again_where_its_learners_are_placed(
    imported: Import, database: str, sample: Sample
) -> None:
    await imported("oneroster")
    async with open_connection(database) as conn:
        for id_, learner_id in (("pl-1", "lrn-1041"), ("pl-2", "st-elsewhere")):
            await lifecycles.record_batch(conn, Life(id_, learner_id=learner_id).batch())
    assert (await imported("calendars", dry_run=True)).notes == ("the law is asked again at 1 placement",)
    assert (await imported("calendars")).notes == ("the law is asked again at 1 placement",)
    assert (await imported("calendars")).notes == ()
    sample.put("calendars.csv", 2, "minutes", "320")
    assert (await imported("calendars")).notes == ("the law is asked again at 1 placement",)
    async with open_connection(database) as conn:
        (first,) = await inbox.claim_due(conn, 10)
        await inbox.settle(conn, [(first.source, first.event_id, Refused(ProblemCode.CLOSED, ""))])
        (second,) = await inbox.claim_due(conn, 10)
    assert [(one.delivery.id, one.delivery.name) for one in (first, second)] == [("pl-1", "recheck_work")] * 2
