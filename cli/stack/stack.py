"""The whole embedded stack, brought up in order and stopped in reverse.

Postgres, Temporal and the mail catcher start together; then the database and the namespace are prepared; then
worker and gateway start. DATABASE_URL, TEMPORAL_ADDRESS and SMTP_URL each replace the part they name.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Literal

from cli.errors import UserError
from cli.stack.folder import kept_secret, locked, make_folder
from cli.stack.found import FILE, StackFile, StackUrls, write_stack
from cli.stack.logs import terminal_log
from cli.stack.ports import DEFAULT_BASE, Ports, check_all_free
from cli.stack.postgres import database_url, postgres_child, prepare_cluster, wait_until_open
from cli.stack.processes import mail_child, python_child, reached_at, told
from cli.stack.ready import LIMIT, check_database, check_temporal, until_page
from cli.stack.supervise import Log, Supervisor
from cli.stack.temporal import temporal_child, wait_until_serving
from records.logins import LOGINS, make_login
from records.migrate import MigrationError
from records.pool import open_connection

Process = Literal["worker", "gateway"]
Prepare = Callable[[str, str], Awaitable[Any]]


@dataclass(frozen=True)
class StackSettings:
    """What `up` and `demo` choose.

    `environment` is the caller's, read once: it names the servers that somebody else runs and is handed on to the
    processes. `without` leaves out worker or gateway. `log` shows one line of one part.
    """

    environment: Mapping[str, str]
    data: Path = Path(".data")
    port_base: int = DEFAULT_BASE
    without: frozenset[Process] = frozenset()
    log: Log | None = None


class Stack:
    """A stack that is up: where its parts answer, and its processes by name."""

    def __init__(self, supervisor: Supervisor, urls: StackUrls, api_key: str, *, api_key_is_new: bool) -> None:
        """Take what `running_stack` started."""
        self._supervisor = supervisor
        self.urls = urls
        self.api_key = api_key
        self.api_key_is_new = api_key_is_new

    async def wait(self) -> None:
        """Wait for ever; raises PartFailedError when a part keeps dying."""
        await asyncio.shield(self._supervisor.failed)

    async def restart(self, name: str) -> None:
        """Stop one process (worker, gateway, mail, postgres, temporal) and return when the new one has started."""
        await self._supervisor.restart(name)

    async def stop(self, name: str) -> None:
        """Stop one process; it stays down until `restart`."""
        await self._supervisor.stop(name)

    def pid(self, name: str) -> int | None:
        """Tell a process's id, or None while it is down or not part of this stack."""
        return self._supervisor.pid(name)


@asynccontextmanager
async def running_stack(settings: StackSettings, prepare: Prepare | None = None) -> AsyncGenerator[Stack]:
    """Bring the stack up, yield it once the gateway is ready, and stop everything on the way out.

    `prepare(database_url, temporal_address)` is called once both answer; without it `cli.chores.prepare` is. Raises
    UserError in one line: a port in use, a folder that cannot be used or is in use, a part that does not come up.
    """
    ports = Ports.from_base(settings.port_base)
    data = make_folder(settings.data)
    with locked(data):
        build = _Build(settings, data, ports)
        check_all_free(build.ports, build.needed_ports())
        (data / FILE).unlink(missing_ok=True)
        async with Supervisor(settings.log or terminal_log(), build.changed) as supervisor:
            build.supervisor = supervisor
            try:
                await build.servers()
                await build.prepared(prepare or _chores())
                await build.processes()
                build.write()
                yield Stack(supervisor, build.urls, build.api_key, api_key_is_new=build.api_key_is_new)
            finally:
                (data / FILE).unlink(missing_ok=True)
                build.supervisor = None


class _Build:
    """One stack on its way up."""

    def __init__(self, settings: StackSettings, data: Path, ports: Ports) -> None:
        given = settings.environment
        self.data, self.ports, self.without = data, ports, settings.without
        self.environment = given
        self.namespace = given.get("TEMPORAL_NAMESPACE") or "default"
        self.given_database = given.get("DATABASE_URL")
        self.given_temporal = given.get("TEMPORAL_ADDRESS")
        self.given_smtp = given.get("SMTP_URL")
        self.database = self.given_database or ""
        self.databases: dict[str, str] = {}
        self.temporal = self.given_temporal or f"127.0.0.1:{ports.temporal}"
        self.smtp = self.given_smtp or f"smtp://127.0.0.1:{ports.smtp}"
        key = given.get("JOURNEYWORK_API_KEY")
        self.api_key, self.api_key_is_new = (key, False) if key else kept_secret(data / "api-key")
        self.supervisor: Supervisor | None = None

    def needed_ports(self) -> list[str]:
        return [
            *(() if "gateway" in self.without else ("gateway",)),
            *(() if self.given_smtp else ("mail_web", "smtp")),
            *(() if self.given_database else ("postgres",)),
            *(() if self.given_temporal else ("temporal", "temporal_ui")),
        ]

    @property
    def urls(self) -> StackUrls:
        host = reached_at(self.environment.get("JOURNEYWORK_HOST") or "127.0.0.1")
        gateway = None if "gateway" in self.without else f"http://{host}:{self.ports.gateway}"
        return StackUrls(
            gateway=gateway,
            docs=f"{gateway}/docs" if gateway else None,
            mail=None if self.given_smtp else f"http://127.0.0.1:{self.ports.mail_web}",
            temporal_ui=None if self.given_temporal else f"http://127.0.0.1:{self.ports.temporal_ui}",
            smtp=self.smtp,
            database=self.database,
            temporal=self.temporal,
        )

    def changed(self) -> None:
        """Keep stack.json true when a process comes or goes."""
        if self.supervisor and (self.data / FILE).exists():
            self.write()

    def write(self) -> None:
        write_stack(
            StackFile(
                pid=os.getpid(),
                data=self.data,
                temporal_namespace=self.namespace,
                urls=self.urls,
                databases=self.databases,
                ports=self.ports,
                pids=self._running.pids(),
                api_key=self.api_key,
            )
        )

    async def servers(self) -> None:
        await _together(self._postgres(), self._temporal(), self._mail())

    async def prepared(self, prepare: Prepare) -> None:
        async def work() -> None:
            await prepare(self.database, self.temporal)

        try:
            await self._running.until(work(), "the preparation of database and namespace", LIMIT)
        except MigrationError as error:
            raise UserError(f"the database cannot be brought up to date: {error}") from None

    async def processes(self) -> None:
        environment = told(
            self.environment,
            ports=self.ports,
            database=self.database,
            temporal=self.temporal,
            smtp=self.smtp,
            api_key=self.api_key,
            caught=not self.given_smtp,
            temporal_ui=self.urls.temporal_ui,
        )
        started = [name for name in LOGINS if name not in self.without]
        if started and not self.given_database:
            await self._sign_in()
        for name in started:
            database = self.databases.get(name, self.database)
            await self._running.start(python_child(name, (name,), {**environment, "DATABASE_URL": database}))
        gateway = self.urls.gateway
        if gateway:
            page = "healthz" if "worker" in self.without else "readyz"
            await until_page(self._running, f"{gateway}/{page}", "the gateway")

    async def _sign_in(self) -> None:
        """Give each process a user of its own, with a new password every time: nobody else needs it."""
        async with open_connection(self.database) as conn:
            for name in LOGINS:
                password = token_urlsafe(32)
                user = await make_login(conn, name, password)
                self.databases[name] = database_url(password, self.ports.postgres, user=user)

    @property
    def _running(self) -> Supervisor:
        if self.supervisor is None:
            raise RuntimeError("the stack has stopped")
        return self.supervisor

    async def _postgres(self) -> None:
        if self.given_database:
            await check_database(self.given_database)
            return
        folder = make_folder(self.data / "postgres")
        password = await prepare_cluster(folder, durable=True)
        self.database = database_url(password, self.ports.postgres)
        await self._running.start(postgres_child(folder, self.ports.postgres, durable=True))
        await self._running.until(wait_until_open(self.database), "Postgres", LIMIT)

    async def _temporal(self) -> None:
        if self.given_temporal:
            await check_temporal(self._running, self.given_temporal)
            return
        from workers.settings import NICE  # noqa: PLC0415 - slow to import, and not needed by most commands

        database = self.data / "temporal.db"
        ports = self.ports
        await self._running.start(
            temporal_child(
                ports.temporal,
                ui_port=ports.temporal_ui,
                database=database,
                namespace=self.namespace,
                nice=self.environment.get("JOURNEYWORK_NICE", str(NICE)),
            )
        )
        await self._running.until(wait_until_serving(self.temporal), "Temporal", LIMIT)

    async def _mail(self) -> None:
        if self.given_smtp:
            return
        await self._running.start(mail_child(self.data, self.ports, self.environment))
        await until_page(self._running, f"{self.urls.mail}/healthz", "the mail catcher")


def _chores() -> Prepare:
    from cli.chores import prepare  # noqa: PLC0415 - loads temporalio

    return prepare


async def _together(*works: Coroutine[Any, Any, None]) -> None:
    """Run the works side by side; the first error stops the others and is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
