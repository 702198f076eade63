"""What Postgres shows to whom: a school's rows to those who may see it, nothing by default, the logs to nobody."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from records.grants import EXPORT, GATEWAY, GRANTS, ROLES, SIGHT, WORKER
from records.pool import Connection, open_connection
from records.sight import TAKE_ON
from tests.fixtures.databases import Databases

TABLES = """
select relname as name, relrowsecurity as guarded from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
"""
CANNOT = (asyncpg.InsufficientPrivilegeError, "permission denied")
OF_LEARNERS = ("people", "enrolments", "guardianships", "placements", "lifecycle_events", "submissions", "form_files")
GUARDED = {*OF_LEARNERS, "advisers", "incidents", "opportunities", "notifications", "assessments"}

TWO_SCHOOLS = """
insert into organisations (id, kind, name, status)
select 's' || n, 'school', 'S', 'active' from generate_series(1, 2) n;
insert into people (id, given_name, family_name, language, status)
select id, 'A', 'B', 'en', 'active' from unnest(array['l1', 'l2', 'g1', 'g2', 'sup']) as id;
insert into enrolments (learner_id, school_id, status) values ('l1', 's1', 'active'), ('l2', 's2', 'active');
insert into guardianships (learner_id, guardian_id, kind, position, status)
values ('l1', 'g1', 'parent', 1, 'active'), ('l2', 'g2', 'parent', 1, 'active');
insert into placements (id, epoch, seq, state, program, program_version, host_id, learner_id, opportunity_id, start_on,
    end_on, overdue, awaiting, view)
select 'p' || n, 1, 1, 'active', 'x', '1', 'h', 'l' || n, 'o', '2027-07-01', '2027-08-01', false, '{}', '{}'
from generate_series(1, 2) n;
insert into lifecycle_events (lifecycle, id, epoch, seq, type, at, by, data, tx)
select 'placement', 'p' || n, 1, 1, 'offer.made', now(), '{}', '{}', pg_current_xact_id() from generate_series(1, 2) n;
insert into submissions (id, lifecycle, lifecycle_id, request_id, person_id, role, form, language, answers, at)
select 's' || n, 'placement', 'p' || n, 'r', 'sup', 'worksite_supervisor', 'f@1', 'en', '{}', now()
from generate_series(1, 2) n;
insert into form_files (id, lifecycle, lifecycle_id, request_id, person_id, field, kind, content)
select 'f-' || repeat(n::text, 32), 'placement', 'p' || n, 'r', 'sup', 'scan', 'pdf', 'x' from generate_series(1, 2) n;
"""


@pytest.fixture(scope="module")
async def schools(migrated: Databases) -> AsyncIterator[Connection]:
    """Yield a connection of the owner; two schools have a learner each, with a guardian and a placement."""
    async with migrated.one() as url, open_connection(url) as conn:
        await conn.execute(TWO_SCHOOLS)
        yield conn


async def as_role(conn: Connection, role: str, query: str, *organisations: str) -> list[str]:
    async with conn.transaction():
        await conn.execute(TAKE_ON, list(organisations), role)
        return sorted(str(row[0]) for row in await conn.fetch(query))


async def test_every_table_has_a_row_in_grants_and_no_row_is_of_a_table_that_is_gone(schools: Connection) -> None:
    found = {row["name"]: row["guarded"] for row in await schools.fetch(TABLES)}

    assert sorted(set(found) - set(GRANTS)) == [], "these tables have no row in records/grants.py"
    assert sorted(set(GRANTS) - set(found)) == [], "these rows of records/grants.py are of no table"
    assert {name for name, guarded in found.items() if guarded} == GUARDED


async def test_each_role_may_what_its_row_says_and_nothing_else(schools: Connection) -> None:
    given = await schools.fetch(
        "select table_name, grantee, lower(privilege_type) as verb from information_schema.role_table_grants "
        "where grantee = any($1)",
        list(ROLES),
    )
    wanted = {
        (table, role, verb) for table, may in GRANTS.items() for role, verbs in may.of() for verb in verbs.split(", ")
    }

    assert {(row["table_name"], row["grantee"], row["verb"]) for row in given} == wanted


@pytest.mark.parametrize("table", OF_LEARNERS)
async def test_only_the_rows_of_ones_own_school_are_there(schools: Connection, table: str) -> None:
    id_ = {"enrolments": "learner_id", "guardianships": "guardian_id"}.get(table, "id")
    one, two, none, both = [
        await as_role(schools, SIGHT, f"select {id_} from {table}", *ids)  # noqa: S608 - named above
        for ids in (("s1",), ("s2",), (), ("s1", "s2"))
    ]

    shared = {"sup"} if table == "people" else set[str]()
    assert set(none) == shared
    assert set(one) & set(two) == shared
    assert sorted({*one, *two}) == both
    assert len(one) == len(two) > len(none)


async def test_each_process_sees_everybody_and_a_schools_sight_ends_with_its_transaction(schools: Connection) -> None:
    for role in (GATEWAY, WORKER, EXPORT):
        assert await as_role(schools, role, "select id from placements") == ["p1", "p2"]
    assert await as_role(schools, SIGHT, "select id from placements", "s1") == ["p1"]
    assert await schools.fetchval("select current_setting('app.organisations', true)") in {None, ""}
    assert await schools.fetchval("select count(*) from placements") == 2


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", ["audit", "disclosures", "lifecycle_events"])
async def test_no_process_changes_what_happened(schools: Connection, role: str, table: str) -> None:
    for tried in ("update {} set at = now()", "delete from {}", "truncate {}"):
        with pytest.raises(CANNOT[0], match=CANNOT[1]):
            await as_role(schools, role, tried.format(table), "s1")


@pytest.mark.parametrize(
    ("role", "tried"),
    [
        (SIGHT, "update placements set state = 'x'"),
        (SIGHT, "select * from inbox"),
        (SIGHT, "select * from links"),
        (SIGHT, "select * from api_keys"),
        (SIGHT, "select * from learner_schools"),
        (GATEWAY, "delete from lifecycle_events"),
        (GATEWAY, "insert into api_keys (id, name) values ('x', 'x')"),
        (WORKER, "insert into api_keys (id, name) values ('x', 'x')"),
        (WORKER, "select * from api_key_secrets"),
        (EXPORT, "select * from form_files"),
        (EXPORT, "insert into people (id) values ('x')"),
        *((role, "create table mine (id text)") for role in ROLES),
        *((role, "alter table people disable row level security") for role in ROLES),
    ],
)
async def test_what_a_role_has_no_use_for_it_may_not(schools: Connection, role: str, tried: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(schools, role, tried, "s1")
