"""Keeps the stack's processes running, shows what they say, and stops them in order."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import IO, Any, Self, TypeVar

from cli.errors import PartFailedError, UserError

RESTART_AFTER = 0.3  # seconds
DEATHS, WITHIN = 5, 30.0  # deaths, seconds
LONGEST_LINE = 65536  # bytes
LAST_LINES = 15

T = TypeVar("T")
Log = Callable[[str, str], None]
"""Shows one line: the name of the part, and what it says."""


@dataclass(frozen=True)
class Child:
    """One process to keep running.

    `quiet` keeps its output back and shows the last lines only when it dies. `again` is the command
    that starts it by hand after somebody stopped it. `grace` is its time in seconds from the stop
    signal to SIGKILL.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    quiet: bool = False
    stop_signal: signal.Signals = signal.SIGTERM
    again: str = "stop the stack and start it again"
    grace: float = 10.0


@dataclass
class _Running:
    child: Child
    process: asyncio.subprocess.Process | None = None
    output: IO[bytes] | None = None
    keeper: asyncio.Task[None] | None = None
    wanted: str = "up"  # up, down, again
    deaths: deque[float] = field(default_factory=lambda: deque[float](maxlen=DEATHS))
    last: deque[str] = field(default_factory=lambda: deque[str](maxlen=LAST_LINES))
    started: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    """Starts children, restarts those that die, and stops them all in reverse order on leaving the `async with`.

    A child that dies by a signal or with a non-zero status comes back after 0.3 s; five deaths within
    30 s make `failed` carry a PartFailedError. A child that ends with status 0 stays down. Every child
    has a session of its own, so ctrl-C in the terminal reaches the supervisor alone.
    """

    def __init__(self, log: Log, on_change: Callable[[], None] = lambda: None) -> None:
        """Take `log(name, line)`, which shows one line, and `on_change`, called after each start and end of a child."""
        self._log = log
        self._on_change = on_change
        self._running: dict[str, _Running] = {}
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        """Enter; nothing is started yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every child, the last started first; being cancelled meanwhile means: kill them all, now."""
        try:
            for name in reversed(list(self._running)):
                await self.stop(name)
        except asyncio.CancelledError:
            self.kill()
            raise
        if not self.failed.cancel():
            self.failed.exception()

    async def start(self, child: Child) -> None:
        """Start the child and keep it running. Raises UserError when its program cannot be started at all."""
        running = self._running[child.name] = _Running(child)
        await self._spawn(running)
        running.keeper = asyncio.create_task(self._keep(running), name=f"keep {child.name}")

    async def stop(self, name: str) -> None:
        """Stop the child: its stop signal, its time of grace, then SIGKILL to its whole group. It stays down."""
        running = self._running[name]
        running.wanted = "down"
        await self._end(running)
        if running.keeper:
            await running.keeper

    async def restart(self, name: str) -> None:
        """Stop the child and start it again; returns when the new process runs. Works when it is down, too.

        Earlier deaths are forgotten.
        """
        running = self._running[name]
        running.deaths.clear()
        if running.keeper is None or running.keeper.done():
            await self.start(running.child)
            return
        running.wanted = "again"
        running.started.clear()
        await self._end(running)
        up = asyncio.create_task(running.started.wait())
        await asyncio.wait([up, running.keeper], return_when=asyncio.FIRST_COMPLETED)
        up.cancel()

    async def until(self, work: Coroutine[Any, Any, T], part: str, limit: float) -> T:
        """Wait at most `limit` seconds for `work`, which returns once `part` is ready.

        Raises PartFailedError when it takes longer, or when any child gave up meanwhile.
        """
        task = asyncio.create_task(work)
        try:
            await asyncio.wait([task, self.failed], timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if self.failed.done():
                self.failed.result()
            raise PartFailedError(f"{part} was not ready within {limit:.0f} s.")
        finally:
            task.cancel()

    def pid(self, name: str) -> int | None:
        """Tell the child's process id, or None while it is down."""
        process = self._running[name].process if name in self._running else None
        return process.pid if process else None

    def pids(self) -> dict[str, int]:
        """Tell the process ids of all children that run."""
        return {name: pid for name in self._running if (pid := self.pid(name))}

    def kill(self) -> None:
        """SIGKILL every child at once, for the person who pressed ctrl-C twice."""
        for running in self._running.values():
            running.wanted = "down"
            if running.process:
                _signal_group(running.process.pid, signal.SIGKILL)

    async def _spawn(self, running: _Running) -> None:
        child = running.child
        # A pipe of our own: asyncio's would make the end of the child wait for all who inherited it.
        reading, writing = os.pipe()
        try:
            running.process = await asyncio.create_subprocess_exec(
                *child.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=asyncio.subprocess.STDOUT,
                env=dict(child.environment),
                start_new_session=True,
            )
        except OSError as error:
            os.close(reading)
            raise UserError(f"cannot start {child.name}: {child.command[0]}: {error.strerror}.") from None
        finally:
            os.close(writing)
        running.output = os.fdopen(reading, "rb", buffering=0)
        running.last.clear()
        running.wanted = "down" if running.wanted == "down" else "up"
        running.started.set()
        self._on_change()

    async def _keep(self, running: _Running) -> None:
        try:
            while running.process:
                status = await self._watch(running, running.process)
                running.process = None
                self._on_change()
                if not await self._comes_back(running, status):
                    return
                await self._spawn(running)
        except UserError as error:
            self._fail(str(error))

    async def _watch(self, running: _Running, process: asyncio.subprocess.Process) -> int:
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), running.output
        )
        pump = asyncio.create_task(self._pump(running, stream))
        status = await process.wait()
        _signal_group(process.pid, signal.SIGKILL)
        await asyncio.wait([pump], timeout=1.0)
        pump.cancel()
        transport.close()
        return status

    async def _comes_back(self, running: _Running, status: int) -> bool:
        child = running.child
        if running.wanted == "down":
            return False
        if running.wanted == "again":
            return True
        if status == 0:
            self._log(child.name, f"stopped by somebody; it stays down. To start it again: {child.again}")
            return False
        if child.quiet:
            for line in running.last:
                self._log(child.name, line)
        how = _described(status)
        now = monotonic()
        running.deaths.append(now)
        if len(running.deaths) == DEATHS and now - running.deaths[0] <= WITHIN:
            self._fail(f"{child.name} died {DEATHS} times within {WITHIN:.0f} s (last: {how}); its lines are above.")
            return False
        self._log(child.name, f"died ({how}); starting it again")
        await asyncio.sleep(RESTART_AFTER)
        return running.wanted != "down"

    async def _pump(self, running: _Running, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(LONGEST_LINE):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LONGEST_LINE:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._line(running, line)
        if rest:
            self._line(running, rest)

    def _line(self, running: _Running, raw: bytes) -> None:
        line = raw.decode(errors="replace").rstrip()
        running.last.append(line)
        if not running.child.quiet:
            self._log(running.child.name, line)

    async def _end(self, running: _Running) -> None:
        process = running.process
        if not process or process.returncode is not None:
            return
        _signal(process.pid, running.child.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), running.child.grace)
        except TimeoutError:
            self._log(running.child.name, f"did not stop within {running.child.grace:.0f} s; killed")
            _signal_group(process.pid, signal.SIGKILL)

    def _fail(self, message: str) -> None:
        if not self.failed.done():
            self.failed.set_exception(PartFailedError(message))


def _described(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"killed by {signal.Signals(-status).name}"


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
