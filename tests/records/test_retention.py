"""What has been kept long enough goes, by kind and program; what is held or still open stays."""

import asyncio
from datetime import timedelta

import pytest

from activities import keeping
from catalog.retention_catalog import SHIPPED as FILE
from catalog.retention_catalog import retention
from catalog.yaml_check import CatalogError
from records import erasing
from records import retention as kept
from records.pool import open_connection, open_pool, tried
from schemas.retention import ProgramRetention
from tests.gateway.desk import until
from tests.records.everywhere import AT, Who, everything, put, told

PERSON = Who(142, "Ottoline", "Zqxvále")
SHIPPED = retention()


async def _after(database: str, days: int, schedule: kept.Retention = SHIPPED, *prepare: str) -> dict[str, int]:
    """What goes so many days after everything happened."""
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        for query in prepare or ("delete from person_holds",):
            await conn.execute(query)
        before = await everything(conn)
        passed = await tried(conn, kept.run(conn, schedule, AT + timedelta(days=days)))
        assert await everything(conn) == before, "a dry run changes nothing"
        async with conn.transaction():
            assert await kept.run(conn, schedule, AT + timedelta(days=days)) == passed
            await kept.run(conn, schedule, AT + timedelta(days=days))
            again = await kept.run(conn, schedule, AT + timedelta(days=days))
        assert sum(one.rows for one in again) == 0
        if days > 2200 and not prepare:
            assert told(await everything(conn), PERSON) == []
    return {one.kind: one.rows for one in passed if one.rows}


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (6, {}),
        (31, {"sign_ins": 3, "import_files": 1}),
        (91, {"sign_ins": 3, "import_files": 1, "drafts": 1}),
    ],
)
async def test_each_kind_goes_when_its_days_are_over(database: str, days: int, gone: dict[str, int]) -> None:
    assert await _after(database, days) == gone


async def test_scans_go_before_answers_once_the_placement_is_over(database: str) -> None:
    gone = await _after(database, 1100)
    assert gone["scans"] == 1
    assert not {"answers", "staff_notes", "learners"} & set(gone)


async def test_a_program_may_have_a_schedule_of_its_own(database: str) -> None:
    own = SHIPPED.changed(programs={f"program-{PERSON.number}": ProgramRetention(scans=2000, answers=40)})
    assert await _after(database, 1100, own) == {**await _without_scans(), "answers": 2}


async def _without_scans() -> dict[str, int]:
    return {"sign_ins": 3, "import_files": 1, "import_reports": 1, "inbox": 1, "links": 2, "drafts": 1}


async def test_a_learner_who_left_long_ago_is_erased(database: str) -> None:
    ended = "update enrolments set status = 'ended'; delete from person_holds"
    assert (await _after(database, 2201, SHIPPED, ended))["learners"] == 1


async def test_the_workers_rounds_take_away_within_a_minute_what_came_in_about_erased_people(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keeping.SWEEP_EVERY + erasing.TAKEN_IN.total_seconds() < 60
    monkeypatch.setattr(keeping, "SWEEP_EVERY", 0.02)
    stop = asyncio.Event()
    async with open_pool(database, size=2) as pool, pool.acquire() as conn:
        await put(conn, PERSON)
        await erasing.erase(conn, PERSON.id, reason="asked", asked_by="dir-1", now=AT)
        await conn.execute("update submissions set answers = $1", {"comment": PERSON.words})
        rounds = asyncio.create_task(keeping.keep_tidy(pool, SHIPPED, lambda: AT, stop))

        async def gone() -> bool:
            return told(await everything(conn), PERSON) == []

        await until(gone)
    stop.set()
    await rounds


async def test_what_is_on_hold_or_open_stays(database: str) -> None:
    gone = await _after(database, 4000, SHIPPED, "update enrolments set status = 'ended'")
    assert not {"scans", "answers", "staff_notes", "messages", "learners", "drafts"} & set(gone)


NOTED = """
with matter (lifecycle, id, act) as (
    values ('opportunity', 'opp-1', 'act-o'), ('partnership', 'pa-1', 'act-p'), ('incident', 'incidents-142', 'act-i')
), asked as (
    insert into submissions (id, lifecycle, lifecycle_id, request_id, person_id, role, form, language, answers, at,
        received_at)
    select 'sub-' || id, lifecycle, id, 'r', 'gu-142', 'r', 'f', 'en', '{"a": 1}', $1, $1 from matter
), told as (
    insert into notifications (lifecycle, key, lifecycle_id, person_id, role, message, message_id, outcome, tries,
        first_claimed_at, claimed_at, finished_at)
    select lifecycle, id, id, 'gu-142', 'r', 'm', 'm', 'sent', 1, $1, $1, $1 from matter
), noted as (
    insert into staff_acts (id, person_id, role, act, details, note, planned_at)
    select act, 'dir-1', 'director', 'a', '{}', 'they said', $1 from matter returning id
)
insert into staff_act_lines (act_id, position, lifecycle, lifecycle_id, type, data)
select act, 1, lifecycle, id, 't', '{}' from matter
"""
LEFT = """
select substr(id, 5) from staff_acts where note <> '' and id like 'act-_'
union all select substr(id, 5) from submissions where answers <> '{}' and id like 'sub-%'
union all select key from notifications where person_id = 'gu-142' order by 1
"""


@pytest.mark.parametrize(
    ("days", "prepare", "left"),
    [
        (1800, "", "incidents-142 incidents-142 i o opp-1 opp-1 p pa-1 pa-1"),
        (1830, "", ""),
        (1830, "update opportunities set outcome = null", "o opp-1 opp-1"),
        (1830, "update placements set outcome = null", "incidents-142 incidents-142 i o opp-1 opp-1"),
        (1830, "update partnerships set outcome = null", "pa-1"),
        (1830, "insert into person_holds values ('gu-142', 'case', 'dir-1', now())", "o opp-1 opp-1 p pa-1 pa-1"),
    ],
)
async def test_what_was_written_about_offers_and_partnerships_goes_when_they_are_over_or_it_is_old(
    database: str, days: int, prepare: str, left: str
) -> None:
    """Of each matter a note of staff (i, o, p), an answer and a message (its id)."""
    async with open_connection(database) as conn, conn.transaction():
        await put(conn, PERSON)
        await conn.execute(
            "delete from person_holds; delete from staff_acts; update placements set opportunity_id = 'opp-1'"
        )
        await conn.execute("""update opportunities set id = 'opp-1', view = '{"team": {"supervisor": "gu-142"}}'""")
        await conn.execute("""update partnerships set id = 'pa-1', view = '{"team": {"supervisor": "gu-142"}}'""")
        await conn.execute(NOTED, AT)
        await conn.execute(prepare or "select 1")
        await kept.run(conn, SHIPPED, AT + timedelta(days=days))
        assert [row[0] for row in await conn.fetch(LEFT)] == sorted(left.split())


async def test_an_answer_of_a_partnership_that_goes_on_goes_once_there_is_a_newer_one(database: str) -> None:
    async with open_connection(database) as conn, conn.transaction():
        await put(conn, PERSON)
        await conn.execute("delete from person_holds; update partnerships set id = 'pa-1', outcome = null")
        await conn.execute(NOTED, AT)
        await conn.execute(
            NOTED.replace("'sub-'", "'new-'").replace("'act-", "'new-").replace("id, id,", "id || 2, id,"),
            AT + timedelta(days=9),
        )
        await kept.run(conn, SHIPPED, AT + timedelta(days=1830))
        found = await conn.fetch("select id from submissions where answers <> '{}' and lifecycle_id = 'pa-1'")
        assert [row["id"] for row in found] == ["new-pa-1"]


async def test_an_open_incident_keeps_a_placements_data(database: str) -> None:
    gone = await _after(database, 4000, SHIPPED, "delete from person_holds; update incidents set outcome = null")
    assert not {"scans", "answers", "learners"} & set(gone)


def test_a_schedule_of_a_program_that_there_is_not_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("r") / "retention.yaml"
    text = FILE.read_text(encoding="utf-8").replace("programs: {}", "programs: {job-shadow: {answers: 30}}")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match="job-shadow-day"):
        retention(file)
