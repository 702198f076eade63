"""The backup of a stack on servers, and that restoring brings nobody back who was erased."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.backup.command import backup, restore
from cli.backup.erasures import read_list
from cli.errors import UserError
from cli.people import erased
from records import erasing
from records.grants import ROLES, WHOLE
from records.pool import open_connection
from tests.records.everywhere import AT, Who, everything, put, told

PERSON = Who(142, "Ottoline", "Zqxvále")
OTHER = Who(977, "Bramwell", "Neighbr")
OWNER = "owner_of_restored"
NAMES = ("DATABASE_URL", "TEMPORAL_DATABASE_URL", "TEMPORAL_VISIBILITY_DATABASE_URL")
AGAIN = "erased again: lrn-142, gu-142\n"
FOREIGN = "select tablename from pg_tables where schemaname = 'public' and tableowner <> $1"


class Servers(NamedTuple):
    """Two triples of databases: what is backed up, and empty ones of another owner."""

    before: tuple[str, str, str]
    after: tuple[str, str, str]

    def use(self, urls: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
        for name, url in zip(NAMES, urls, strict=True):
            monkeypatch.setenv(name, url)


@pytest.fixture
async def servers(database: str) -> AsyncIterator[Servers]:
    base = database.rpartition("/")[0]
    made = [f"backup_{name}_{os.getpid()}" for name in ("temporal", "visibility", "jw", "temporal_2", "visibility_2")]
    async with open_connection(f"{base}/postgres") as conn:
        if not await conn.fetchval("select 1 from pg_roles where rolname = $1", OWNER):
            await conn.execute(f"create role {OWNER}")
            await conn.execute(f"grant {', '.join(ROLES)} to {OWNER} with inherit false, set true")
        for name in made:
            await conn.execute(f"create database {name} {f'owner {OWNER}' if name not in made[:2] else ''}")
        urls = [f"{base}/{name}" for name in made]
        yield Servers((database, urls[0], urls[1]), (urls[2], urls[3], urls[4]))
        for name in made:
            await conn.execute(f"drop database {name} with (force)")


async def test_three_databases_are_put_back_as_they_were_and_belong_to_their_owners(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async with open_connection(servers.before[1]) as conn:
        await conn.execute("create table executions as select 7 as shard")
    async with open_connection(servers.before[0]) as conn:
        await put(conn, PERSON)
        await put(conn, OTHER)
        await conn.execute("update placements set outcome = null where id = $1", PERSON.placement)
        held = await everything(conn)
    servers.use(servers.before, monkeypatch)
    file, listed = tmp_path / "whole.backup", tmp_path / "erased.txt"
    await backup(file)
    async with open_connection(servers.before[0]) as conn, conn.transaction():
        await erasing.erase(conn, PERSON.id, reason="asked", asked_by="dir-1", now=AT)
    capfd.readouterr()
    await erased()
    listed.write_text(capfd.readouterr().out)
    assert {one.person_id for one in read_list(listed)} >= {PERSON.id, "gu-142"}

    servers.use(servers.after, monkeypatch)
    await restore(file)
    assert "IS BACK" in capfd.readouterr().err
    async with open_connection(servers.after[0]) as conn:
        assert await everything(conn) == held
        assert await conn.fetch(FOREIGN, OWNER) == []
        await conn.execute(f"set role {WHOLE}")
        assert await conn.fetchval("select count(*) from placements") == 2
    async with open_connection(servers.after[1]) as conn:
        assert await conn.fetchval("select shard from executions") == 7
    with pytest.raises(UserError, match="is not empty"):
        await restore(file)

    await restore(file, force=True, erasures=listed)
    said = capfd.readouterr().err
    assert AGAIN in said
    assert "placement pl-142 is about somebody who is erased" in said
    assert "IS BACK" not in said
    await restore(file, force=True)
    assert AGAIN in capfd.readouterr().err
    async with open_connection(servers.after[0]) as conn:
        assert await conn.fetch(FOREIGN, OWNER) == []
        assert told(await everything(conn), PERSON) == []
        assert await conn.fetchval("select family_name from people where id = $1", OTHER.id) == OTHER.family
        assert await conn.fetchval("select erased_at from people where id = $1", PERSON.id) == AT
        assert await conn.fetchval("select count(*) from audit where reason = 'restored'") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lrn-1\nMaria Silva\n", "line 2: person_id is wrong"),
        ("lrn-1\tyesterday\n", "line 1: at is wrong"),
        ("a\tb\tc\td\te\n", "line 1"),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_its_line(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(text)
    with pytest.raises(UserError, match=says):
        read_list(tmp_path / "list")


def test_ids_alone_are_a_list(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("# erased by letter\nlrn-1\n\nlrn-2\n")
    assert [(one.person_id, one.asked_by) for one in read_list(tmp_path / "list")] == [
        ("lrn-1", "operator"),
        ("lrn-2", "operator"),
    ]
