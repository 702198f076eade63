"""Shifts, permits, exemptions, calendars and findings in Postgres: kept once, replaced whole, read back as asked."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from records import lifecycles
from records.directory import learner
from records.findings import Check, Found, findings_of, keep_findings
from records.pool import Connection, open_connection
from records.school_calendars import apply_calendars, calendar_of, organisations
from records.work import (
    change_permits,
    keep_exemption,
    keep_logged_week,
    keep_permit,
    keep_planned_shifts,
    learner_facts,
    shifts_of,
)
from schemas.findings import Finding
from schemas.incoming_work import PlannedShift, ShiftsPlannedData, WorkedStretch
from schemas.placement_commands import Withdraw
from schemas.work import Exemption, LearnerFacts, Permit, SchoolCalendar
from tests.activities.people import fill
from tests.records.lives import Life

MONDAY = date(2027, 7, 12)
SUNDAY = date(2027, 7, 18)
NEW_YORK = "America/New_York"
CALENDAR = SchoolCalendar(
    id="dst-1",
    time_zone=NEW_YORK,
    known_from=date(2026, 8, 1),
    known_until=date(2027, 8, 31),
    days_off=frozenset(date(2026, 11, 1) + timedelta(days=number) for number in range(20)),
)


@pytest.fixture
async def conn(database: str) -> AsyncIterator[Connection]:
    async with open_connection(database) as connection:
        await fill(connection)
        await connection.execute("update hosts set state = 'MA'")
        await lifecycles.record_batch(connection, Life().batch())
        await lifecycles.record_batch(connection, Life("pl-2").batch())
        yield connection


def planned(day: date, hour: int = 9, hours: int = 6, /, **values: Any) -> PlannedShift:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour + 4)
    return PlannedShift(id=f"{day}", start=start, end=start + timedelta(hours=hours), **values)


def plan(*shifts: PlannedShift, first: date = MONDAY, last: date = SUNDAY) -> ShiftsPlannedData:
    return ShiftsPlannedData(first=first, last=last, shifts=shifts)


def worked(day: date, hours: int = 7, **values: Any) -> WorkedStretch:
    start = datetime(day.year, day.month, day.day, 13, tzinfo=UTC)
    return WorkedStretch(day=day, start=start, end=start + timedelta(hours=hours), **values)


async def facts(conn: Connection, learner_id: str, state: str | None = None) -> LearnerFacts:
    found = await learner(conn, learner_id)
    assert found is not None
    return await learner_facts(conn, found, state=state, time_zone=NEW_YORK)


async def of_week(conn: Connection) -> list[tuple[str, date, int]]:
    kept = await shifts_of(conn, "st-1", MONDAY, SUNDAY)
    return [(one.shift.status, one.day, int((one.shift.end - one.shift.start).total_seconds()) // 3600) for one in kept]


async def test_a_plan_takes_the_place_of_what_was_planned_for_its_days(conn: Connection) -> None:
    later = plan(planned(date(2027, 7, 19)), first=date(2027, 7, 19), last=date(2027, 7, 25))
    for one in (plan(planned(MONDAY), planned(SUNDAY)), later, plan(planned(MONDAY, 10, 3))):
        for _ in range(2):
            assert await keep_planned_shifts(conn, "pl-1", one)
    assert await of_week(conn) == [("planned", MONDAY, 3), ("planned", date(2027, 7, 19), 6)]


async def test_a_shift_comes_back_as_the_rules_want_it_with_the_state_of_its_host(conn: Connection) -> None:
    given = planned(MONDAY, break_minutes=30, tasks=("power_saws",), workplace=("restaurant",), adult_supervision=True)
    await keep_planned_shifts(conn, "pl-1", plan(given))
    [kept] = await shifts_of(conn, "st-1", MONDAY, MONDAY)
    shift = kept.shift
    assert (kept.placement_id, shift.employer_id, shift.state, shift.time_zone) == ("pl-1", "host-1", "MA", NEW_YORK)
    assert (shift.start, shift.end, shift.break_minutes) == (given.start, given.end, 30)
    assert (shift.tasks, shift.workplace, shift.adult_supervision) == ({"power_saws"}, {"restaurant"}, True)


async def test_two_placements_may_use_the_same_id_for_a_shift(conn: Connection) -> None:
    for id_ in ("pl-1", "pl-2"):
        await keep_planned_shifts(conn, id_, plan(planned(MONDAY)))
    kept = await shifts_of(conn, "st-1", MONDAY, SUNDAY)
    assert [one.placement_id for one in sorted(kept)] == ["pl-1", "pl-2"]
    assert len({one.shift.id for one in kept}) == 2


async def test_hours_handed_in_take_the_place_of_the_plan_of_their_week_and_of_earlier_ones(conn: Connection) -> None:
    await keep_planned_shifts(conn, "pl-1", plan(planned(MONDAY), planned(SUNDAY)))
    assert await keep_logged_week(conn, "pl-1", MONDAY, "sub-1", [worked(MONDAY, 8), worked(date(2027, 7, 14), 4)])
    assert await keep_logged_week(conn, "pl-1", MONDAY, "sub-2", [worked(MONDAY, 7)])
    assert await of_week(conn) == [("logged", MONDAY, 7)]
    await keep_planned_shifts(conn, "pl-1", plan(planned(SUNDAY)))
    assert await of_week(conn) == [("logged", MONDAY, 7)]


async def test_weeks_that_overlap_do_not_take_each_others_days_away(conn: Connection) -> None:
    wednesday, thursday = date(2027, 7, 14), date(2027, 7, 15)
    await keep_logged_week(conn, "pl-1", MONDAY, "sub-1", [worked(MONDAY, 8), worked(wednesday, 8), worked(thursday)])
    await keep_logged_week(conn, "pl-1", wednesday, "sub-2", [worked(thursday, 3)])
    assert await of_week(conn) == [("logged", MONDAY, 8), ("logged", wednesday, 8), ("logged", thursday, 3)]
    await keep_logged_week(conn, "pl-1", MONDAY, "sub-3", [worked(MONDAY, 4)])
    assert await of_week(conn) == [("logged", MONDAY, 4), ("logged", thursday, 3)]


async def test_hours_handed_in_keep_the_tasks_that_were_planned_for_the_day(conn: Connection) -> None:
    given = planned(MONDAY, tasks=("power_saws", "roofing"), workplace=("restaurant",), adult_supervision=True)
    await keep_planned_shifts(conn, "pl-1", plan(given))
    tuesday = date(2027, 7, 13)
    await keep_logged_week(
        conn, "pl-1", MONDAY, "sub-1", [worked(MONDAY), worked(tuesday), worked(SUNDAY, adult_supervision=True)]
    )
    kept = [one.shift for one in await shifts_of(conn, "st-1", MONDAY, SUNDAY)]
    assert [one.tasks for one in kept] == [{"power_saws", "roofing"}, set(), set()]
    assert [one.workplace for one in kept] == [{"restaurant"}, set(), set()]
    assert [one.adult_supervision for one in kept] == [True, False, True]


async def test_what_was_planned_of_a_placement_that_is_over_no_longer_counts(conn: Connection) -> None:
    await keep_planned_shifts(conn, "pl-1", plan(planned(MONDAY)))
    await lifecycles.record_batch(conn, Life().tell(Withdraw(reason="moved_away")).batch())
    assert await of_week(conn) == []


async def test_a_day_is_the_worksites(conn: Connection) -> None:
    late = planned(SUNDAY, 22, 6)
    await keep_planned_shifts(conn, "pl-1", plan(late))
    [kept] = await shifts_of(conn, "st-1", SUNDAY, SUNDAY)
    assert (kept.day, kept.shift.start.date()) == (SUNDAY, SUNDAY + timedelta(days=1))
    assert await shifts_of(conn, "st-1", SUNDAY + timedelta(days=2), SUNDAY + timedelta(days=9)) == ()


async def test_work_of_an_unknown_placement_is_not_kept(conn: Connection) -> None:
    assert not await keep_planned_shifts(conn, "pl-9", plan(planned(MONDAY)))
    assert not await keep_logged_week(conn, "pl-9", MONDAY, "sub-1", [worked(MONDAY)])
    assert await conn.fetchval("select count(*) from shifts") == 0


async def test_a_learners_facts_hold_birth_date_calendar_permits_and_exemptions(conn: Connection) -> None:
    held = Exemption(code="wecep", start=date(2027, 6, 1), conditions=frozenset({"b", "a"}), employer_id="host-1")
    for _ in range(2):
        assert await keep_permit(conn, "wp-1", "st-1", "host-1", issued=date(2027, 6, 2), expires=date(2027, 8, 31))
        assert await keep_exemption(conn, "ex-1", "st-1", held)
    found = await facts(conn, "st-1", state="MA")
    assert (found.birth_date, found.state, found.exemptions) == (date(2010, 2, 3), "MA", (held,))
    assert found.permits == (
        Permit(id="wp-1", state="MA", employer_id="host-1", issued=date(2027, 6, 2), expires=date(2027, 8, 31)),
    )
    assert (found.calendar.id, found.calendar.time_zone) == ("unknown", NEW_YORK)


async def test_a_staff_member_is_an_adult_and_nothing_is_kept_of_a_stranger(conn: Connection) -> None:
    await conn.execute("update people set birth_date = '2012-01-01' where id = 'cs-1'")
    educator = await facts(conn, "cs-1")
    assert (educator.birth_date, educator.state) == (None, None)
    assert not await keep_permit(conn, "wp-9", "st-9", "host-1", issued=MONDAY, expires=None)
    assert not await keep_exemption(conn, "ex-9", "st-9", Exemption(code="wsp", start=MONDAY))


async def test_a_permit_is_revoked_ended_and_returned_once(conn: Connection) -> None:
    await keep_permit(conn, "wp-1", "st-1", "host-1", issued=date(2027, 6, 2), expires=None)
    steps = (("revoked", MONDAY), ("ended", SUNDAY), ("ended", date(2027, 7, 30)), ("returned", date(2027, 7, 20)))
    assert [await change_permits(conn, what, "st-1", "host-1", day) for what, day in steps] == [1, 1, 0, 1]
    found = await facts(conn, "st-1", state="MA")
    [kept] = found.permits
    assert (kept.revoked, kept.employment_ended, kept.returned) == (MONDAY, SUNDAY, date(2027, 7, 20))
    assert await conn.fetchval("select status from work_permits") == "returned"
    assert await change_permits(conn, "returned", "st-1", "host-2", MONDAY) == 0


async def test_who_erases_a_person_erases_permits_and_exemptions(conn: Connection) -> None:
    await keep_permit(conn, "wp-1", "st-1", "host-1", issued=MONDAY, expires=None)
    await keep_exemption(conn, "ex-1", "st-1", Exemption(code="wsp", start=MONDAY))
    await conn.execute("delete from people where id = 'st-1'")
    assert await conn.fetchval("select count(*) from work_permits") == 0
    assert await conn.fetchval("select count(*) from exemptions") == 0


async def test_the_districts_calendar_comes_before_the_schools_own(conn: Connection) -> None:
    await conn.execute("""
insert into organisations (id, kind, name, time_zone, status)
values ('dst-1', 'district', 'District', 'America/New_York', 'active');
update organisations set parent_id = 'dst-1' where id = 'school-1'
""")
    own = CALENDAR.changed(id="school-1")
    count = await apply_calendars(conn, {"school-1": own})
    assert (count.new, await calendar_of(conn, "school-1")) == (1, own)
    assert (await apply_calendars(conn, {"school-1": own, "dst-1": CALENDAR})).unchanged == 1
    assert await calendar_of(conn, "school-1") == CALENDAR
    assert (await apply_calendars(conn, {"dst-1": CALENDAR.changed(minutes=200)})).changed == 1
    assert await calendar_of(conn, "school-9") is None
    assert await organisations(conn) == {"dst-1": NEW_YORK, "school-1": NEW_YORK}


def finding(**values: Any) -> Finding:
    known = {
        "rule": "us-ma.16-17.day",
        "pack": "us-ma",
        "version": "2026.1",
        "citation": "M.G.L. c.149 s.56",
        "subject": "day_hours",
        "basis": "predicted",
        "day": MONDAY,
        "shifts": ("sh-1",),
        "allowed": 540,
        "found": 600,
        "unit": "minutes",
    }
    return Finding.model_validate({**known, **values})


def check(first: date, last: date, on: date = MONDAY) -> Check:
    return Check("pl-1", "st-1", first, last, f"pl-1/check/{on}", on)


async def test_a_finding_is_kept_once_however_often_it_is_found(conn: Connection) -> None:
    found = [Found("fi-1", (MONDAY,), finding())]
    for day in (MONDAY, SUNDAY):
        await keep_findings(conn, check(MONDAY, SUNDAY, day), found)
    [kept] = await findings_of(conn, "pl-1")
    assert (kept.id, kept.days, kept.finding, kept.found_on) == ("fi-1", (MONDAY,), finding(), MONDAY)


async def test_what_is_no_longer_found_is_cleared_and_what_comes_back_stands_again(conn: Connection) -> None:
    week, other = Found("fi-1", (MONDAY, SUNDAY), finding()), Found("fi-2", (SUNDAY,), finding(day=SUNDAY))
    await keep_findings(conn, check(MONDAY, SUNDAY), [week, other])
    await keep_findings(conn, check(MONDAY, MONDAY, SUNDAY), [])
    assert [(one.id, one.cleared_on) for one in await findings_of(conn, "pl-1", cleared=True)] == [
        ("fi-1", SUNDAY),
        ("fi-2", None),
    ]
    worse = week._replace(finding=finding(found=660))
    await keep_findings(conn, check(MONDAY, SUNDAY), [worse, other])
    stands = await findings_of(conn, "pl-1")
    assert [(one.finding.found, one.cleared_on) for one in stands] == [(660, None), (600, None)]
