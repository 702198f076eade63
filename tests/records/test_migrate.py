import asyncio
import itertools
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from records.migrate import MIGRATIONS, MigrationError, migrate, migrations_in, pending
from records.pool import open_connection, open_pool

NUMBERS = itertools.count()
BEFORE_OTHER_LIFECYCLES = """
insert into links (token_hash, placement_id, request_id, person_id, role, notification_key, minted_at, expires_at)
    values ('h', 'pl-1', 'r', 'ws-1', 'teacher', 'k', now(), now());
insert into link_revocations (key, placement_id, request_id) values ('k', 'pl-1', 'r');
insert into submissions (id, placement_id, request_id, person_id, role, form, language, answers, at)
    values ('sub-1', 'pl-1', 'r', 'ws-1', 'teacher', 'f@1', 'en', '{}', now());
insert into notifications
    (key, placement_id, person_id, role, message, message_id, first_claimed_at, claimed_at)
    values ('k', 'pl-1', 'ws-1', 'teacher', 'm', '<1>', now(), now());
insert into opportunities (id, epoch, seq, state, program, host_id, start_on, end_on, seats, free, view)
    values ('op-1', 1, 1, 'open', 'p', 'host-1', now(), now(), 1, 1, '{}');
"""


@pytest.fixture
async def empty(postgres_server: str) -> AsyncIterator[str]:
    """Yield the address of a database without any table."""
    name = f"empty_{os.getpid()}_{next(NUMBERS)}"
    async with open_connection(postgres_server) as conn:
        await conn.execute(f"create database {name}")
    yield f"{postgres_server.rpartition('/')[0]}/{name}"
    async with open_connection(postgres_server) as conn:
        await conn.execute(f"drop database {name} with (force)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("create table first (id int); insert into first values (1);")
    (tmp_path / "0002_second.sql").write_text("alter table first add column name text;")
    return tmp_path


async def test_six_at_once_apply_each_file_exactly_once(empty: str) -> None:
    applied = await asyncio.gather(*(migrate(empty) for _ in range(6)))
    everything = [migration.name for migration in migrations_in(MIGRATIONS)]
    assert sorted(applied) == [[]] * 5 + [everything]


async def test_the_names_come_back_in_order_and_a_second_run_finds_nothing(empty: str, folder: Path) -> None:
    assert await migrate(empty, folder=folder) == ["0001_first.sql", "0002_second.sql"]
    assert await migrate(empty, folder=folder) == []


async def test_only_what_is_new_is_applied(empty: str, folder: Path) -> None:
    await migrate(empty, folder=folder)
    (folder / "0003_third.sql").write_text("create table third (id int);")
    assert await migrate(empty, folder=folder) == ["0003_third.sql"]


async def test_an_edited_file_is_named_and_nothing_is_applied(empty: str, folder: Path) -> None:
    await migrate(empty, folder=folder)
    (folder / "0001_first.sql").write_text("create table first (id bigint);")
    (folder / "0003_third.sql").write_text("create table third (id int);")
    with pytest.raises(MigrationError, match=r"^0001_first\.sql was edited after it was applied; put it back"):
        await migrate(empty, folder=folder)
    async with open_connection(empty) as conn:
        assert await conn.fetchval("select to_regclass('third')") is None


async def test_a_database_newer_than_the_code_is_refused_by_name(empty: str, folder: Path) -> None:
    await migrate(empty, folder=folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(MigrationError, match=r"newer than this code: it has 0002_second\.sql"):
        await migrate(empty, folder=folder)


async def test_a_failing_file_leaves_nothing_behind(empty: str, folder: Path) -> None:
    (folder / "0003_third.sql").write_text("create table third (id int); select no_such_function();")
    with pytest.raises(asyncpg.UndefinedFunctionError):
        await migrate(empty, folder=folder)
    async with open_connection(empty) as conn:
        assert await conn.fetchval("select count(*) from pg_tables where schemaname = 'public'") == 0


async def test_links_answers_and_messages_of_placements_are_kept_when_other_lifecycles_come(
    empty: str, tmp_path: Path
) -> None:
    for migration in migrations_in(MIGRATIONS)[:4]:
        (tmp_path / migration.name).write_text(migration.sql, encoding="utf-8")
    await migrate(empty, folder=tmp_path)
    async with open_connection(empty) as conn:
        await conn.execute(BEFORE_OTHER_LIFECYCLES)
    await migrate(empty)
    async with open_connection(empty) as conn:
        for table in ("links", "link_revocations", "submissions", "notifications"):
            row = await conn.fetchrow(f"select lifecycle, lifecycle_id from {table}")  # noqa: S608
            assert row is not None
            assert tuple(row.values()) == ("placement", "pl-1")
        assert await conn.fetchval("select overdue from opportunities where id = 'op-1'") is False
        with pytest.raises(asyncpg.NotNullViolationError):
            await conn.execute("insert into link_revocations (key, lifecycle_id, request_id) values ('k', 'x', 'r')")


def test_a_file_put_in_before_an_applied_one_is_refused(folder: Path) -> None:
    known = migrations_in(folder)
    with pytest.raises(MigrationError, match=r"0001_first\.sql comes before 0002_second\.sql"):
        pending({"0002_second.sql": known[1].sha256}, known)


def test_two_files_with_one_number_are_refused(folder: Path) -> None:
    (folder / "0002_other.sql").write_text("select 1;")
    with pytest.raises(MigrationError, match=r"0002_second\.sql and 0002_other\.sql have the same number"):
        migrations_in(folder)


def test_a_misnamed_file_is_refused(folder: Path) -> None:
    (folder / "3-third.sql").write_text("select 1;")
    with pytest.raises(MigrationError, match=r"3-third\.sql: a migration is named like"):
        migrations_in(folder)


async def test_the_pool_carries_jsonb_as_python_objects(database: str) -> None:
    async with open_pool(database, size=2) as pool, pool.acquire() as conn:
        value = {"a": [1, "ñ", None]}
        assert await conn.fetchval("select $1::jsonb", value) == value


async def test_the_pool_ends_a_statement_that_takes_too_long(database: str) -> None:
    async with open_pool(database, size=1) as pool, pool.acquire() as conn:
        assert await conn.fetchval("show statement_timeout") == "15s"
        assert await conn.fetchval("show idle_in_transaction_session_timeout") == "30s"
