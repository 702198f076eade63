"""What Postgres shows to whom: a school's rows to those who may see it, nothing by default, the logs to nobody."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import asyncpg
import pytest

from records.duplicates import alike
from records.grants import EXPORT, GATEWAY, GRANTS, RETIRED, ROLES, WHOLE, WORKER
from records.logins import LOGINS, make_login
from records.pool import Connection, open_connection
from records.sight import TAKE_ON, seen_from
from tests.fixtures.databases import Databases

TABLES = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')"
READ = """
select c.relname as name, c.relrowsecurity or 'security_invoker=true' = any(c.reloptions) as guarded
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
    and has_table_privilege('journeywork_gateway', c.oid, 'select')
"""
"""What the gateway's own role may read at all, and whether rows are kept back; a view must ask as the reader."""

OF_NO_LEARNER = {
    "host_staff",
    "hosts",
    "opportunity_facts",
    "organisations",
    "partnerships",
    "school_calendars",
    "school_roles",
}
"""All of these may be read by whoever may see one school."""

CANNOT = (asyncpg.InsufficientPrivilegeError, "permission denied")
LOGS = ("audit", "disclosures", "lifecycle_events")

TWO_SCHOOLS = """
insert into organisations (id, kind, name, status)
select 's' || n, 'school', 'S', 'active' from generate_series(1, 2) n;
insert into people (id, given_name, family_name, language, status)
select id, 'A', 'B', 'en', 'active' from unnest(array['l1', 'l2', 'g1', 'g2', 'g3', 'sup']) as id;
insert into enrolments (learner_id, school_id, status) values ('l1', 's1', 'active'), ('l2', 's2', 'active');
insert into guardianships (learner_id, guardian_id, kind, position, status)
values ('l1', 'g1', 'parent', 1, 'active'), ('l2', 'g2', 'parent', 1, 'active'),
    ('l1', 'g3', 'parent', 2, 'active'), ('l2', 'g3', 'parent', 2, 'active');
insert into placements (id, epoch, seq, state, program, program_version, host_id, learner_id, opportunity_id, start_on,
    end_on, overdue, awaiting, view)
select 'p' || n, 1, 1, 'active', 'x', '1', 'h', 'l' || n, 'o', '2027-07-01', '2027-08-01', false, '{}', '{}'
from generate_series(1, 2) n;
insert into incidents (id, epoch, seq, state, program, program_version, placement_id, learner_id, severity, overdue,
    awaiting, view)
select 'i' || n, 1, 1, 'open', 'x', '1', 'p' || n, 'l' || n, 'low', false, '{}', '{}' from generate_series(1, 2) n;
insert into opportunities (id, epoch, seq, state, program, host_id, start_on, end_on, seats, free, view)
select 'o' || n, 1, 1, 'open', 'x', 'h', '2027-07-01', '2027-08-01', 1, 1, jsonb_build_object('learner_id', 'l' || n)
from generate_series(1, 2) n;
insert into advisers (learner_id, person_id, role, status)
select 'l' || n, 'sup', 'teacher', 'active' from generate_series(1, 2) n;
insert into assessments (placement_id, occasion, skill, position, rating, submission_id)
select 'p' || n, 'final', 'x', 1, 1, 's' || n from generate_series(1, 2) n;
insert into findings (placement_id, id, learner_id, rule, basis, governs, days, finding, found_by, found_on)
select 'p' || n, 'f', 'l' || n, 'x', 'detected', true, '{}', '{}', 'x', '2027-07-01' from generate_series(1, 2) n;
insert into staff_acts (id, person_id, role, act, details, note, planned_at)
select 'a' || n, 'sup', 'x', 'x', '{}', '', now() from generate_series(1, 2) n;
insert into staff_act_lines (act_id, position, lifecycle, lifecycle_id, type, data)
select 'a' || n, 1, 'placement', 'p' || n, 'x', '{}' from generate_series(1, 2) n;
insert into lifecycle_events (lifecycle, id, epoch, seq, type, at, by, data, tx)
select kind, left(kind, 1) || n, 1, 1, 'x', now(), '{}', '{}', pg_current_xact_id()
from generate_series(1, 2) n, unnest(array['placement', 'incident']) as kind;
insert into inbox (source, event_id, payload_hash, type, lifecycle, lifecycle_id, delivery, received_at,
    next_attempt_at)
select 's', left(kind, 1) || n, 'x', 'x', kind, left(kind, 1) || n, '{}', now(), now()
from generate_series(1, 2) n, unnest(array['placement', 'incident']) as kind;
insert into links (token_hash, lifecycle, lifecycle_id, request_id, person_id, role, notification_key, minted_at,
    expires_at)
select left(kind, 1) || n, kind, left(kind, 1) || n, 'r', 'sup', 'x', 'k', now(), now()
from generate_series(1, 2) n, unnest(array['placement', 'incident']) as kind;
insert into notifications (key, lifecycle, lifecycle_id, person_id, role, message, message_id, first_claimed_at,
    claimed_at)
select 'k' || n, kind, left(kind, 1) || n, 'sup', 'x', 'm', '<1>', now(), now()
from generate_series(1, 2) n, unnest(array['placement', 'incident']) as kind;
insert into submissions (id, lifecycle, lifecycle_id, request_id, person_id, role, form, language, answers, at)
select left(kind, 1) || n, kind, left(kind, 1) || n, 'r', 'sup', 'worksite_supervisor', 'f@1', 'en', '{}', now()
from generate_series(1, 2) n, unnest(array['placement', 'incident']) as kind;
insert into form_files (id, lifecycle, lifecycle_id, request_id, person_id, field, kind, content)
select 'f-' || md5(kind || n), kind, left(kind, 1) || n, 'r', 'sup', 'scan', 'pdf', 'x'
from generate_series(1, 2) n, unnest(array['placement', 'incident']) as kind;
"""


@pytest.fixture(scope="module")
async def schools(migrated: Databases) -> AsyncIterator[Connection]:
    """Yield a connection of the owner; two schools have a learner each, with a row in every table of learners."""
    async with migrated.one() as url, open_connection(url) as conn:
        await conn.execute(TWO_SCHOOLS)
        yield conn


@pytest.fixture(scope="module")
async def signed_in(migrated: Databases, schools: Connection) -> AsyncIterator[Mapping[str, Connection]]:
    """Yield connections of the users that gateway and worker sign in as, to the same database."""
    where = (
        f"{urlsplit(migrated.server).netloc.rpartition('@')[2]}/{await schools.fetchval('select current_database()')}"
    )
    found: dict[str, Connection] = {}
    async with AsyncExitStack() as opened:
        for process in LOGINS:
            user = await make_login(schools, process, "it's")
            url = f"postgresql://{user}:it%27s@{where}"
            found[process] = await opened.enter_async_context(open_connection(url))
        yield found


async def as_role(
    conn: Connection, role: str, query: str, *organisations: str, learners: Sequence[str] = ()
) -> list[str]:
    async with conn.transaction():
        await conn.execute(TAKE_ON, list(organisations), list(learners), role)
        return sorted(str(row[0]) for row in await conn.fetch(query))


async def test_every_table_has_a_row_in_grants_and_no_row_is_of_a_table_that_is_gone(schools: Connection) -> None:
    found = {row["relname"] for row in await schools.fetch(TABLES)}

    assert sorted(found - set(GRANTS)) == [], "these tables have no row in records/grants.py"
    assert sorted(set(GRANTS) - found) == [], "these rows of records/grants.py are of no table"


async def test_each_role_may_what_its_row_says_and_nothing_else(schools: Connection) -> None:
    given = await schools.fetch(
        "select table_name, grantee, lower(privilege_type) as verb from information_schema.role_table_grants "
        "where grantee = any($1)",
        [*ROLES, *RETIRED, *(name for name, _ in LOGINS.values())],
    )
    wanted = {
        (table, role, verb) for table, may in GRANTS.items() for role, verbs in may.of() for verb in verbs.split(", ")
    }

    assert {(row["table_name"], row["grantee"], row["verb"]) for row in given} == wanted


async def test_whatever_the_gateway_may_read_keeps_the_rows_of_learners_back(schools: Connection) -> None:
    open_to_all = {row["name"] for row in await schools.fetch(READ) if not row["guarded"]}

    assert open_to_all == OF_NO_LEARNER, "a table with rows of learners needs a policy, one without a line here"


async def test_of_every_table_the_gateways_own_user_sees_the_rows_of_the_schools_it_named_and_no_others(
    schools: Connection, signed_in: Mapping[str, Connection]
) -> None:
    gateway = signed_in["gateway"]
    for table in [row["name"] for row in await schools.fetch(READ) if row["guarded"]]:
        query = f"select t::text from {table} t"  # noqa: S608 - named by the database itself
        one, two, none, both, named = [
            await as_role(gateway, GATEWAY, query, *ids, learners=learners)
            for ids, learners in ((("s1",), ()), (("s2",), ()), ((), ()), (("s1", "s2"), ()), ((), ("l1",)))
        ]
        shared = (
            {row for row in one if "(sup," in row or "(g3," in row} if table in {"people", "person_kinds"} else set()
        )
        assert set(one) & set(two) == shared, table
        assert len(one) == len(two) > len(none) == len({row for row in shared if "sup" in row}), table
        assert sorted({*one, *two}) == both, table
        assert named == one, table
        assert both == await as_role(gateway, WHOLE, query), table


async def test_a_family_of_two_schools_and_whoever_works_somewhere_are_in_sight_of_both(schools: Connection) -> None:
    people = "select id from people"

    assert await as_role(schools, GATEWAY, people) == ["sup"]
    assert await as_role(schools, GATEWAY, people, "s1") == ["g1", "g3", "l1", "sup"]
    await schools.execute("insert into school_roles values ('g2', 's2', 'teacher', true, false, 'active')")
    assert await as_role(schools, GATEWAY, people, "s1") == ["g1", "g2", "g3", "l1", "sup"]
    await schools.execute("delete from school_roles")


async def test_a_users_sight_ends_with_its_transaction_and_without_a_role_there_is_nothing(
    signed_in: Mapping[str, Connection],
) -> None:
    gateway = signed_in["gateway"]
    assert await as_role(gateway, GATEWAY, "select id from placements", "s1") == ["p1"]
    assert await gateway.fetchval("select current_setting('app.organisations', true)") in {None, ""}
    for conn in signed_in.values():
        with pytest.raises(CANNOT[0], match=CANNOT[1]):
            await conn.fetch("select id from placements")


async def test_each_process_takes_on_its_own_roles_and_no_other(signed_in: Mapping[str, Connection]) -> None:
    for process, conn in signed_in.items():
        own = LOGINS[process][1]
        for role in own:
            assert len(await as_role(conn, role, "select id from placements", "s1")) == (1 if role == GATEWAY else 2)
        for role in {*ROLES, *RETIRED, "postgres", "pg_read_all_data", "pg_write_all_data"} - {*own}:
            with pytest.raises(CANNOT[0], match=CANNOT[1]):
                await conn.execute(f"set role {role}")


@pytest.mark.parametrize("table", LOGS)
async def test_no_process_changes_what_happened(signed_in: Mapping[str, Connection], table: str) -> None:
    for process, conn in signed_in.items():
        for role in LOGINS[process][1]:
            for tried in ("update {} set at = now()", "delete from {}", "truncate {}", "drop table {}"):
                with pytest.raises(CANNOT[0], match=f"{CANNOT[1]}|must be owner"):
                    await as_role(conn, role, tried.format(table), "s1")


@pytest.mark.parametrize(
    ("role", "tried"),
    [
        (GATEWAY, "update placements set state = 'x'"),
        (GATEWAY, "select * from api_keys"),
        (GATEWAY, "select * from audit"),
        (GATEWAY, "select * from drafts"),
        (GATEWAY, "select * from shifts"),
        (WHOLE, "insert into api_keys (id, name) values ('x', 'x')"),
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


async def test_who_may_be_there_twice_is_seen_from_ones_schools_with_what_was_just_written(
    signed_in: Mapping[str, Connection],
) -> None:
    twice = """
insert into people (id, given_name, family_name, email, language, status) values ($1, 'A', 'B', $2, 'en', 'active')
"""
    student = "insert into enrolments (learner_id, school_id, status) values ($1, 's2', 'active')"
    seen: list[list[str]] = []
    conn = signed_in["gateway"]
    tried = conn.transaction()
    await tried.start()
    await conn.execute(f"set local role {WHOLE}")
    for id_, address in (
        ("x1", "one@x.example"),
        ("x2", "one@x.example"),
        ("x3", "two@x.example"),
        ("x4", "two@x.example"),
    ):
        await conn.execute(twice, id_, address)
    await conn.execute(student, "x3")
    for schools in (("s1",), ("s2",), (), None):
        async with seen_from(conn, schools):
            seen.append([one.id for one in await alike(conn) if one.id.startswith("x")])
    assert seen == [["x1", "x2"], ["x1", "x2", "x3", "x4"], ["x1", "x2"], ["x1", "x2", "x3", "x4"]]
    assert await conn.fetchval("select current_setting('role')") == WHOLE
    await tried.rollback()
