"""A stack on servers of its own, as docker-compose.yml lays it out, is backed up, wiped and put back.

Started with JOURNEYWORK_TRIALS=on. Temporal's own databases are stood in for: the server that can be started here keeps
its state in a file, which is set aside while everything that writes is stopped, and put back as its databases would be.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli.backup.dumping import copy_held, program, sqlite_held
from cli.import_run import import_kind
from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from cli.stack.temporal import temporal_child, wait_until_serving
from records.pool import open_connection
from tests.cli.started import COMMAND, ROOT, environment, ran_by, until_answers
from tests.e2e.people import SAMPLE, Outside, until

PASSWORDS = {
    "JOURNEYWORK_DB_PASSWORD": "second",
    "TEMPORAL_DB_PASSWORD": "third",
    "JOURNEYWORK_GATEWAY_DB_PASSWORD": "fourth",
    "JOURNEYWORK_WORKER_DB_PASSWORD": "fifth",
}
USERS = {
    "migrate": "journeywork:second",
    "gateway": "journeywork_gateway_login:fourth",
    "worker": "journeywork_worker_login:fifth",
}
"""As whom each process signs in to Postgres."""
LEARNERS = {"pl-1": "lrn-1041", "pl-2": "lrn-1042", "pl-3": "lrn-1043"}
DRAINED_WITHIN = 30


class Site:
    """One machine with its servers, and a mail server elsewhere that stays."""

    def __init__(self, folder: Path, smtp: int, mail: int) -> None:
        self.folder, self.smtp, self.mail = folder, smtp, mail
        self.gateway, self.temporal = free_port(), free_port()
        self.urls: dict[str, str] = {}
        folder.mkdir()

    def settings(self, name: str) -> dict[str, str]:
        """What worker, gateway or migrate is told, as the compose file does."""
        return environment(
            DATABASE_URL=self.urls["journeywork"].replace(USERS["migrate"], USERS[name]),
            TEMPORAL_ADDRESS=f"127.0.0.1:{self.temporal}",
            TEMPORAL_NAMESPACE="default",
            JOURNEYWORK_PUBLIC_URL=f"http://127.0.0.1:{self.gateway}",
            JOURNEYWORK_PORT=str(self.gateway),
            JOURNEYWORK_REHEARSALS="off",
            JOURNEYWORK_PAYLOAD_KEYS="2027a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            JOURNEYWORK_API_KEY="key",
            JOURNEYWORK_QUIET_HOURS="off",
            JOURNEYWORK_MAIL_FROM="placements@example.org",
            SMTP_URL=f"smtp://127.0.0.1:{self.smtp}",
        )

    @property
    def backing_up(self) -> dict[str, str]:
        """What an operator sets, who connects as the server's superuser."""
        names = {"DATABASE_URL": "journeywork", "TEMPORAL_DATABASE_URL": "temporal"}
        names["TEMPORAL_VISIBILITY_DATABASE_URL"] = "temporal_visibility"
        return environment(**{name: f"{self.urls['server']}/{database}" for name, database in names.items()})

    @asynccontextmanager
    async def databases(self) -> AsyncGenerator[None]:
        """Postgres with its users and databases, made as the container makes them."""
        async with postgres(self.folder / "postgres", free_port()) as url:
            server, port = url.rpartition("/")[0], url.rpartition("/")[0].rpartition(":")[2]
            async with open_connection(f"{server}/postgres") as conn:
                await conn.execute("drop database journeywork")
            password = (self.folder / "postgres" / "password").read_text().strip()
            told = {"PGHOST": "127.0.0.1", "PGPORT": port, "PGUSER": "postgres", "PGPASSWORD": password, **PASSWORDS}
            folder = f"{Path(program('psql')).parent}{os.pathsep}{os.environ['PATH']}"
            env = environment(PATH=folder, **told)
            for words in (
                ("sh", str(ROOT / "deploy" / "postgres.sh")),
                ("psql", "--dbname=postgres", f"--file={ROOT / 'deploy' / 'roles.sql'}"),
            ):
                made = await ran_by(words, env=env)
                assert made.status == 0, made.err
            self.urls = {
                "server": server,
                "journeywork": f"postgresql://{USERS['migrate']}@127.0.0.1:{port}/journeywork",
            }
            yield

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Outside]:
        """Temporal, then migrate, then worker and gateway; drained on the way out."""
        async with AsyncExitStack() as up:
            server = temporal_child(self.temporal, database=self.folder / "temporal.db")
            await up.enter_async_context(_process(server.command, dict(server.environment)))
            async with asyncio.timeout(30):
                await wait_until_serving(f"127.0.0.1:{self.temporal}")
            done = await ran_by((*COMMAND, "migrate"), env=self.settings("migrate"))
            assert done.status == 0, done.err
            for name in ("worker", "gateway"):
                await up.enter_async_context(_process((*COMMAND, name), self.settings(name)))
            await until_answers(f"http://127.0.0.1:{self.gateway}/healthz")
            urls = SimpleNamespace(
                gateway=f"http://127.0.0.1:{self.gateway}", mail=f"http://127.0.0.1:{self.mail}", database=""
            )
            there: Any = SimpleNamespace(urls=urls, api_key="key")
            outside = Outside(there, self.folder.name)
            yield outside
            await outside.api.aclose()


@asynccontextmanager
async def _process(words: tuple[str, ...], env: dict[str, str]) -> AsyncGenerator[None]:
    process = await asyncio.create_subprocess_exec(*words, env=env)
    try:
        yield
    finally:
        process.terminate()
        status = await asyncio.wait_for(process.wait(), DRAINED_WITHIN)
        assert status == 0, f"{words[-1]} ended with {status}"


async def _mailed(outside: Outside) -> list[tuple[str, str, str]]:
    found = (await outside.api.get(f"{outside.mail}/messages.json")).json()
    return [(one["message_id"], one["to"], one["subject"]) for one in found]


async def test_every_placement_in_flight_carries_on_from_a_backup_of_servers_and_no_mail_is_sent_twice(
    tmp_path: Path,
) -> None:
    if os.environ.get("JOURNEYWORK_TRIALS") != "on":
        pytest.skip("servers of its own are tried with JOURNEYWORK_TRIALS=on")
    smtp, mail = free_port(), free_port()
    catcher = ("mailcatcher", "--data", str(tmp_path / "mail"), "--smtp-port", str(smtp), "--web-port", str(mail))
    async with _process((*COMMAND, *catcher), environment()):
        first, second = Site(tmp_path / "first", smtp, mail), Site(tmp_path / "second", smtp, mail)
        second.gateway = first.gateway
        file = tmp_path / "servers.backup"
        async with first.databases():
            async with first.running() as outside:
                for kind, name in (("oneroster", "oneroster"), ("employers", "employers.csv")):
                    url = first.urls["journeywork"]
                    report = await import_kind(kind, ROOT / SAMPLE / name, database_url=url)  # type: ignore[arg-type]
                    assert report.ok, report.problems
                opportunity = await outside.opportunity("opp-1", seats=3)
                for id_, learner in LEARNERS.items():
                    await outside.placement(id_, learner, opportunity)
                asked = {id_: await outside.link(id_, "host_confirmation") for id_ in LEARNERS}
                for id_ in ("pl-2", "pl-3"):
                    await outside.fill(asked[id_], "host_confirmation", "accept")
                offers = {id_: await outside.link(id_, "offer") for id_ in ("pl-2", "pl-3")}
                await outside.fill(offers["pl-3"], "offer", "accept")

                async def preparing() -> bool:
                    return await outside.state("pl-3") == "preparing"

                await until(preparing)
                told = {id_: await outside.events("placements", id_) for id_ in LEARNERS}
            async with sqlite_held(first.folder / "temporal.db") as held:
                await copy_held(held, tmp_path / "temporal.db")
            done = await ran_by((*COMMAND, "backup", str(file)), env=first.backing_up)
            assert done.status == 0, done.err

        async with second.databases():
            (tmp_path / "erased.txt").write_text("lrn-1054\n")
            words = ("restore", str(file), "--erasures", str(tmp_path / "erased.txt"))
            done = await ran_by((*COMMAND, *words), env=second.backing_up)
            assert done.status == 0, done.err
            assert "erased again: lrn-1054" in done.err
            assert "4 lifecycles" in done.err
            shutil.copyfile(tmp_path / "temporal.db", second.folder / "temporal.db")
            async with second.running() as outside:
                before = await _mailed(outside)
                for id_, entries in told.items():
                    assert (await outside.events("placements", id_))[: len(entries)] == entries
                await outside.fill(asked["pl-1"], "host_confirmation", "accept")
                await outside.fill(offers["pl-2"], "offer", "accept")
                extended = await outside.send("placement.extended", "pl-3", end="2027-08-20")
                assert extended.status_code == 200, extended.text

                async def carried_on() -> bool:
                    states = [await outside.state(id_) for id_ in LEARNERS]
                    return states == ["offered", "preparing", "preparing"]

                await until(carried_on)
                await outside.link("pl-1", "offer")
                now = await _mailed(outside)
                assert now[-len(before) :] == before
                assert len({message_id for message_id, *_ in now}) == len(now) > len(before)
