"""The embedded servers, started and stopped as a person does it; worker and gateway have their own tests."""

import asyncio
import os
import signal
import socket
import stat
from pathlib import Path

import asyncpg
import httpx2
import pexpect
import pytest
from temporalio.client import Client

from cli.chores import prepare
from cli.errors import UserError
from cli.stack.folder import kept_secret, make_folder
from cli.stack.found import find_stack
from cli.stack.ports import Ports
from records.lifecycles import record_batch
from records.pool import open_connection
from tests.cli.started import COMMAND, SERVERS, environment, free_base, ran, runs, started, until
from tests.records.lives import Life

PARTS = {"postgres", "temporal", "mail"}


async def test_every_address_that_is_printed_answers(tmp_path: Path) -> None:
    base = free_base()
    async with started(tmp_path / "data", base) as stack:
        urls = stack.file.urls
        assert urls.mail in stack.shown
        assert urls.temporal_ui in stack.shown
        async with httpx2.AsyncClient() as http:
            for url in (urls.mail, urls.temporal_ui):
                assert (await http.get(f"{url}/")).status_code == 200
        connection = await asyncpg.connect(urls.database)
        assert await connection.fetchval("select current_database()") == "journeywork"
        await connection.close()
        client = await Client.connect(urls.temporal)
        assert await client.service_client.check_health()
        assert stack.file.pids.keys() == PARTS
        assert stack.file.ports == Ports.from_base(base)


async def test_sigterm_stops_everything_with_status_0_and_removes_the_stack_file(tmp_path: Path) -> None:
    async with started(tmp_path / "data", free_base()) as stack:
        pids = stack.file.pids.values()
        stack.process.send_signal(signal.SIGTERM)
        ended = await stack.ended()
    assert ended.status == 0
    assert "Traceback" not in ended.err
    assert [pid for pid in pids if runs(pid)] == []
    assert find_stack(tmp_path / "data") is None
    assert not (tmp_path / "data" / "stack.json").exists()


def test_ctrl_c_in_a_terminal_stops_everything_with_status_0(tmp_path: Path) -> None:
    data = tmp_path / "data"
    words = [*SERVERS[1:], "--data", str(data), "--port-base", str(free_base())]
    terminal = pexpect.spawn(SERVERS[0], words, env=environment(), timeout=40)  # type: ignore[arg-type]
    terminal.expect("overdue")
    found = find_stack(data)
    assert found
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert [pid for pid in found.pids.values() if runs(pid)] == []


async def test_sigkill_of_the_supervisor_leaves_no_process_and_the_data_starts_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with started(data, free_base()) as stack:
        connection = await asyncpg.connect(stack.file.urls.database)
        await connection.execute("create table kept (n int); insert into kept values (7)")
        await connection.close()
        pids = stack.file.pids.values()
        stack.process.kill()
        await stack.ended()
        await until(lambda: not any(runs(pid) for pid in pids), limit=3.0)
    assert find_stack(data) is None, "a killed stack is not a running one"
    async with started(data, free_base()) as stack:
        connection = await asyncpg.connect(stack.file.urls.database)
        assert await connection.fetchval("select n from kept") == 7
        await connection.close()


async def test_a_killed_part_is_back_soon_and_the_stack_file_names_its_new_process(tmp_path: Path) -> None:
    async with started(tmp_path / "data", free_base()) as stack:
        before = stack.file.pids
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        await until(lambda: stack.file.pids.keys() == PARTS and not set(before.values()) & {*stack.file.pids.values()})
        connection = await _connected(stack.file.urls.database)
        await connection.close()
        stack.process.terminate()
        ended = await stack.ended()
    assert ended.err.count("died (killed by SIGKILL); starting it again") == 3


async def test_a_second_up_on_the_same_data_gives_one_readable_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with started(data, free_base()) as stack:
        second = await ran("up", "--data", str(data), "--port-base", str(free_base()))
        assert second.status == 2
        assert second.err == (
            f"journeywork: {data} is in use by a running stack (process {stack.process.pid}). "
            "Stop that one, or name another folder with --data.\n"
        )


@pytest.mark.parametrize(
    ("offset", "part"),
    [
        (0, "the gateway"),
        (1, "the mail catcher's page"),
        (2, "the mail catcher's SMTP"),
        (3, "Postgres"),
        (4, "Temporal"),
        (5, "the Temporal UI"),
    ],
)
async def test_a_port_in_use_is_named_with_its_part_and_the_fix(tmp_path: Path, offset: int, part: str) -> None:
    base = free_base()
    with socket.create_server(("127.0.0.1", base + offset)):
        ended = await ran("up", "--data", str(tmp_path / "data"), "--port-base", str(base))
    assert ended.status == 2
    assert ended.err.startswith(f"journeywork: port {base + offset} for {part} is in use. Stop what uses it (")
    assert ended.err.endswith("or choose other ports with --port-base N.\n")
    assert ended.err.count("\n") == 1


async def test_a_file_where_the_data_folder_should_be_gives_one_readable_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    for data in (tmp_path / "data", tmp_path / "data" / "below"):
        ended = await ran("up", "--data", str(data))
        assert ended.status == 2
        assert ended.err == (
            f"journeywork: {data} is not a folder. Move the file away, or name another folder with --data.\n"
        )


async def test_a_given_postgres_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    base = free_base()
    env = environment(DATABASE_URL=f"postgresql://someone:sesame@127.0.0.1:{base + 9}/x")
    ended = await ran("up", "--data", str(tmp_path / "data"), "--port-base", str(base), env=env)
    assert ended.status == 2
    last = ended.err.splitlines()[-1]
    assert last.startswith(f"journeywork: DATABASE_URL names Postgres at 127.0.0.1:{base + 9}; it cannot be used: ")
    assert "sesame" not in ended.err
    assert "Traceback" not in ended.err


async def test_servers_that_are_given_replace_the_embedded_ones(
    tmp_path: Path, postgres_server: str, temporal_alone: str
) -> None:
    env = environment(DATABASE_URL=postgres_server, TEMPORAL_ADDRESS=temporal_alone, SMTP_URL="smtp://127.0.0.1:9")
    async with started(tmp_path / "data", free_base(), env=env) as stack:
        assert stack.file.pids == {}
        assert stack.file.urls.database == postgres_server
        assert stack.file.urls.temporal == temporal_alone
        assert stack.file.urls.smtp == "smtp://127.0.0.1:9"
        assert stack.file.urls.mail is None
        assert stack.file.urls.temporal_ui is None


async def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with started(data, free_base()) as stack:
        first = stack.file
        assert first.api_key in stack.shown
    async with started(data, free_base()) as stack:
        assert stack.file.api_key == first.api_key
        assert first.api_key not in stack.shown, "it is shown only when it was just made"
        secret = [data / "stack.json", data / "api-key", data / "postgres" / "password"]
        assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}
        assert stat.S_IMODE(data.stat().st_mode) == 0o700


async def test_a_given_api_key_is_used_and_not_written_to_a_key_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with started(data, free_base(), env=environment(JOURNEYWORK_API_KEY="given")) as stack:
        assert stack.file.api_key == "given"
        assert not (data / "api-key").exists()


async def test_a_port_base_out_of_range_is_refused_in_one_line() -> None:
    ended = await ran("up", "--port-base", "65535")
    assert (ended.status, ended.err) == (2, "journeywork: --port-base must be between 1024 and 65530; it is 65535.\n")


async def test_a_wrong_option_gives_one_line_and_status_2() -> None:
    ended = await ran("up", "--port-bas", "9000")
    assert ended.status == 2
    assert ended.err.count("\n") == 1
    assert "--port-bas" in ended.err


def test_a_kept_secret_is_the_same_the_second_time(tmp_path: Path) -> None:
    made, new = kept_secret(tmp_path / "key")
    assert new
    assert kept_secret(tmp_path / "key") == (made, False)


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    assert stat.S_IMODE(make_folder(tmp_path / "a" / "b").stat().st_mode) == 0o700


async def _connected(url: str) -> asyncpg.Connection:
    async with asyncio.timeout(10):
        while True:
            try:
                return await asyncpg.connect(url)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)


def test_the_command_starts_in_a_folder_that_has_modules_of_the_same_names(tmp_path: Path) -> None:
    (tmp_path / "schemas.py").write_text("raise SystemExit('taken for ours')")
    shown = pexpect.run(f"{COMMAND[0]} -P -m cli --help", cwd=str(tmp_path), env=environment())
    assert b"journeywork COMMAND" in shown


async def test_a_temporal_that_knows_nothing_of_what_postgres_holds_is_refused(
    database: str, temporal_alone: str
) -> None:
    await prepare(database, temporal_alone)
    async with open_connection(database) as conn:
        await record_batch(conn, Life("pl-lost").batch())
    with pytest.raises(
        UserError, match=r"knows none of the lifecycles that Postgres holds \(such as placement/pl-lost\)"
    ):
        await prepare(database, temporal_alone)
