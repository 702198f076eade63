"""The law is asked with the facts of the directory: what leaves are codes, days and figures; the whole stays here."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.carrying import Carrying
from activities.mailer import Mailer
from activities.youth_check import check_work
from records import lifecycles, submissions
from records.findings import findings_of
from records.pool import Connection, Pool
from records.school_calendars import apply_calendars
from records.work import keep_exemption, keep_permit, keep_planned_shifts, shifts_of
from schemas.effects import ChangePermits, CheckWork, Done, KeepHours, KeepPermit, Skipped, WorkChecked
from schemas.incoming_work import PlannedShift, ShiftsPlannedData
from schemas.vocabulary import Role
from schemas.work import Exemption, SchoolCalendar, SchoolYear, Term
from tests.activities.people import PERSONAL
from tests.records.lives import NOON, Life

MONDAY, SUNDAY = date(2027, 7, 12), date(2027, 7, 18)
FRIDAY = date(2027, 7, 16)
CALENDAR = SchoolCalendar(
    id="school-1",
    time_zone="America/New_York",
    known_from=date(2026, 8, 1),
    known_until=date(2027, 12, 31),
    years=(SchoolYear(terms=(Term(first_day=date(2027, 9, 7), last_day=date(2027, 12, 23)),)),),
)
SECOND_HOST = """
insert into hosts (id, name, address, sector, time_zone, state, status)
values ('host-2', 'Pier Cafe', '2 Pier', 'Food', 'America/New_York', 'MA', 'active')
"""


@pytest.fixture
async def conn(pool: Pool) -> Any:
    async with pool.acquire() as connection:
        await connection.execute("update hosts set state = 'MA'")
        await apply_calendars(connection, {"school-1": CALENDAR})
        await keep_permit(connection, "wp-1", "st-1", "host-1", issued=date(2027, 6, 1), expires=None)
        yield connection


async def placed(conn: Connection, id_: str = "pl-1", **changes: Any) -> Life:
    life = Life(id_, **changes)
    await lifecycles.record_batch(conn, life.batch())
    return life


def shift(day: date, hours: float, hour: int = 9, **values: Any) -> PlannedShift:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour + 4)
    end = start + timedelta(hours=hours)
    return PlannedShift.model_validate(
        {"id": f"{day}-{hour}", "start": start, "end": end, "adult_supervision": True, **values}
    )


async def plan(conn: Connection, id_: str, *shifts: PlannedShift) -> None:
    assert await keep_planned_shifts(conn, id_, ShiftsPlannedData(first=MONDAY, last=SUNDAY, shifts=shifts))


def week(basis: str = "planned", key: str = "pl-1/check/1", first: date = MONDAY, last: date = SUNDAY) -> CheckWork:
    return CheckWork.model_validate({"key": key, "basis": basis, "first": first, "last": last})


async def asked(conn: Connection, life: Life, effect: CheckWork | None = None) -> WorkChecked:
    outcome = await check_work(conn, life.batch(), effect or week(), NOON)
    assert isinstance(outcome, WorkChecked)
    return outcome


async def test_a_planned_shift_that_is_too_long_is_predicted_and_kept_whole(conn: Connection) -> None:
    life = await placed(conn)
    await plan(conn, "pl-1", shift(MONDAY, 9.5), shift(FRIDAY, 9))
    first, again = await asked(conn, life), await asked(conn, life)
    assert first == again
    [code] = first.findings
    assert (code.rule, code.subject, code.basis, code.day) == ("us-ma.16-17.day", "day_hours", "predicted", MONDAY)
    assert (code.allowed, code.found, code.unit) == (540, 570, "minutes")
    [kept] = await findings_of(conn, "pl-1")
    assert (kept.id, kept.finding.citation, kept.found_on) == (code.id, "M.G.L. c.149 s.56", date(2027, 6, 21))


async def test_neither_outcome_nor_log_tells_a_birth_date_an_age_or_a_name(conn: Connection) -> None:
    life = await placed(conn)
    await conn.execute("update people set birth_date = '2012-05-17' where id = 'st-1'")
    await plan(conn, "pl-1", shift(MONDAY, 9.5), shift(FRIDAY, 4, 19, adult_supervision=False))
    with capture_logs() as logs:
        told = (await asked(conn, life)).model_dump_json()
    assert "us-federal.14-15.non-school-day" in told
    for word in ("2012", "05-17", "birth", 'age"', *PERSONAL):
        assert word not in told
        assert word not in str(logs)


async def test_hours_of_another_employer_count_and_its_own_matters_are_not_told(conn: Connection) -> None:
    await conn.execute(SECOND_HOST)
    life = await placed(conn)
    await placed(conn, "pl-2", host_id="host-2")
    await plan(conn, "pl-1", shift(MONDAY, 5))
    await plan(conn, "pl-2", shift(MONDAY, 5, 14), shift(FRIDAY, 12, 7))
    found = (await asked(conn, life)).findings
    assert [(code.subject, code.day, code.found) for code in found] == [("day_hours", MONDAY, 600)]
    assert await findings_of(conn, "pl-2") == ()


async def test_a_shift_of_another_placement_at_the_same_worksite_is_that_placements_matter(conn: Connection) -> None:
    life = await placed(conn)
    await placed(conn, "pl-2")
    await plan(conn, "pl-2", shift(FRIDAY, 12, 7))
    assert (await asked(conn, life)).findings == ()


async def test_what_was_planned_otherwise_is_no_longer_found(conn: Connection) -> None:
    life = await placed(conn)
    await plan(conn, "pl-1", shift(MONDAY, 9.5))
    await asked(conn, life)
    await plan(conn, "pl-1", shift(MONDAY, 8))
    assert (await asked(conn, life, week(key="pl-1/check/2"))).findings == ()
    assert await findings_of(conn, "pl-1") == ()
    [before] = await findings_of(conn, "pl-1", cleared=True)
    assert before.cleared_on == date(2027, 6, 21)


async def test_only_the_days_asked_about_are_told_but_whole_weeks_are_counted(conn: Connection) -> None:
    life = await placed(conn)
    days = [MONDAY + timedelta(days=number) for number in range(6)]
    await plan(conn, "pl-1", *(shift(day, 8.5) for day in days), shift(SUNDAY, 9.5))
    last = await asked(conn, life, week(first=days[-1], last=days[-1]))
    assert [(code.subject, code.day, code.found) for code in last.findings] == [("week_hours", days[-1], 51 * 60)]


async def test_of_two_broken_laws_the_stricter_is_told_and_both_are_kept(conn: Connection) -> None:
    life = await placed(conn)
    await conn.execute("update people set birth_date = '2012-05-17' where id = 'st-1'")
    await plan(conn, "pl-1", shift(MONDAY, 3.5, 18))
    [code] = (await asked(conn, life)).findings
    assert (code.rule, code.allowed, code.found) == ("us-federal.14-15.clock", 21 * 60, 21 * 60 + 30)
    kept = {one.finding.rule: one.finding.governs for one in await findings_of(conn, "pl-1")}
    assert kept == {"us-federal.14-15.clock": True, "us-ma.14-15.clock": False}


async def test_where_the_state_is_not_known_federal_law_alone_is_asked(conn: Connection) -> None:
    await conn.execute("update hosts set state = null")
    life = await placed(conn)
    await plan(conn, "pl-1", shift(MONDAY, 14, 6))
    assert await asked(conn, life) == WorkChecked(key="pl-1/check/1", findings=(), recheck_on=None)


async def test_the_law_is_asked_again_on_the_next_day_that_changes_something(conn: Connection) -> None:
    life = await placed(conn)
    assert (await asked(conn, life)).recheck_on is None
    await keep_exemption(conn, "ex-1", "st-1", Exemption(code="wecep", start=date(2027, 7, 20)))
    assert (await asked(conn, life)).recheck_on == date(2027, 7, 20)
    await conn.execute("update people set birth_date = '2009-07-15' where id = 'st-1'")
    assert (await asked(conn, life)).recheck_on == date(2027, 7, 15)
    after = datetime(2027, 8, 30, 16, tzinfo=UTC)
    told = await check_work(conn, life.batch(), week("day"), after)
    assert isinstance(told, WorkChecked)
    assert told.recheck_on is None


async def test_the_last_day_of_the_permit_is_told_unless_the_learner_is_of_age_by_then(conn: Connection) -> None:
    life = await placed(conn)
    await plan(conn, "pl-1", shift(MONDAY, 5))
    assert (await asked(conn, life)).permit_until is None
    await keep_permit(conn, "wp-1", "st-1", "host-1", issued=date(2027, 6, 1), expires=date(2027, 7, 30))
    told = await asked(conn, life)
    assert (told.permit_until, told.recheck_on) == (date(2027, 7, 30), date(2027, 7, 31))
    await conn.execute("update people set birth_date = '2009-07-31' where id = 'st-1'")
    assert (await asked(conn, life)).permit_until is None


async def test_work_without_a_permit_is_found(conn: Connection) -> None:
    await conn.execute("delete from work_permits")
    life = await placed(conn)
    await plan(conn, "pl-1", shift(MONDAY, 5), shift(FRIDAY, 5))
    [code] = (await asked(conn, life)).findings
    assert (code.subject, code.day, len(code.shifts)) == ("permit", MONDAY, 2)


async def test_an_educator_is_an_adult(conn: Connection) -> None:
    life = await placed(conn, learner_id="cs-1", minor=False)
    await plan(conn, "pl-1", shift(MONDAY, 14, 6, tasks=("roofing",)))
    assert await asked(conn, life) == WorkChecked(key="pl-1/check/1", findings=())


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("update people set birth_date = null where id = 'st-1'", "no_birth_date"),
        ("delete from people where id = 'st-1'", "unknown_person"),
    ],
)
async def test_without_the_facts_nothing_is_said(conn: Connection, statement: str, reason: str) -> None:
    life = await placed(conn)
    await conn.execute(statement)
    assert await check_work(conn, life.batch(), week(), NOON) == Skipped(key="pl-1/check/1", reason=reason)


async def handed_in(conn: Connection, id_: str, form: str, answers: dict[str, Any]) -> None:
    await submissions.save(
        conn,
        id=id_,
        lifecycle="placement",
        lifecycle_id="pl-1",
        request_id=form,
        person_id="st-1",
        role=Role.STUDENT,
        form=f"{form}@2026.1",
        language="en",
        answers=answers,
        decision=None,
        at=NOON,
    )


@pytest.fixture
def carrying(pool: Pool, client: Client, mailer: Mailer) -> Carrying:
    later = datetime(2027, 7, 19, 16, tzinfo=UTC)
    return Carrying(pool=pool, client=client, mailer=mailer, public_url="http://127.0.0.1:8800", now=lambda: later)


async def test_hours_handed_in_are_kept_and_then_checked_once_or_often(conn: Connection, carrying: Carrying) -> None:
    life = await placed(conn)
    await plan(conn, "pl-1", shift(MONDAY, 5), shift(FRIDAY, 5))
    answers = {"mon_start": "09:00", "mon_end": "19:00", "mon_break": 30, "tue_start": "09:00", "tue_end": "12:00"}
    await handed_in(conn, "sub-1", "weekly-hours", answers)
    batch = life.batch(
        effects=[
            KeepHours(key="h", request_id="hours", submission_id="sub-1", week_of=MONDAY),
            week("logged", "c"),
        ]
    )
    for _ in range(2):
        done, checked = (await ActivityEnvironment().run(carrying.carry_out, batch)).outcomes
        assert done == Done(key="h")
        assert isinstance(checked, WorkChecked)
        [code] = checked.findings
        assert (code.basis, code.subject, code.day, code.found) == ("detected", "day_hours", MONDAY, 570)
    kept = await shifts_of(conn, "st-1", MONDAY, SUNDAY)
    assert [(one.shift.status, one.day) for one in kept] == [("logged", MONDAY), ("logged", date(2027, 7, 13))]


async def test_the_week_that_stands_in_the_answers_counts(conn: Connection, carrying: Carrying) -> None:
    life = await placed(conn)
    await handed_in(conn, "sub-1", "weekly-hours", {"week_of": "2027-07-12", "mon_start": "09:00", "mon_end": "12:00"})
    await handed_in(conn, "sub-2", "weekly-hours", {"mon_start": "09:00", "mon_end": "12:00"})
    effects = [KeepHours(key=one, request_id="hours", submission_id=one) for one in ("sub-1", "sub-2", "sub-3")]
    effects[0] = effects[0].changed(week_of=date(2027, 7, 5))
    carried = await ActivityEnvironment().run(carrying.carry_out, life.batch(effects=effects))
    assert carried.outcomes == (
        Done(key="sub-1"),
        Skipped(key="sub-2", reason="no_week"),
        Skipped(key="sub-3", reason="no_submission"),
    )
    assert [one.day for one in await shifts_of(conn, "st-1", MONDAY, SUNDAY)] == [MONDAY]


async def test_a_permit_handed_in_is_kept_and_one_that_was_refused_is_none(
    conn: Connection, carrying: Carrying
) -> None:
    await conn.execute("delete from work_permits")
    life = await placed(conn)
    await handed_in(conn, "sub-1", "work-permit", {"decision": "refused", "issued_on": None, "valid_until": None})
    await handed_in(conn, "sub-2", "work-permit", {"issued_on": "2027-06-20", "valid_until": "2027-08-13"})
    effects = [KeepPermit(key=one, request_id="permit", submission_id=one) for one in ("sub-1", "sub-2")]
    for _ in range(2):
        carried = await ActivityEnvironment().run(carrying.carry_out, life.batch(effects=effects))
        assert carried.outcomes == (Done(key="sub-1"), Done(key="sub-2"))
    rows = await conn.fetch("select host_id, issued_on, expires_on, status from work_permits")
    assert [tuple(row.values()) for row in rows] == [("host-1", date(2027, 6, 20), date(2027, 8, 13), "issued")]


async def test_a_permit_ends_with_the_work_and_its_return_is_noted(conn: Connection, carrying: Carrying) -> None:
    life = await placed(conn)
    effects = [
        ChangePermits(key="pl-1/permit_ended/9", what="ended", on=FRIDAY),
        ChangePermits(key="pl-1/handed_in/sub-9", what="returned", on=SUNDAY),
    ]
    for _ in range(2):
        await ActivityEnvironment().run(carrying.carry_out, life.batch(effects=effects))
    row = await conn.fetchrow("select employment_ended_on as ended_on, returned_on from work_permits")
    assert (row["ended_on"], row["returned_on"]) == (FRIDAY, SUNDAY)
