"""Starting the stack as a person does, as a process with a data folder and ports of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

from cli.stack.found import StackFile, find_stack
from cli.stack.ports import PARTS, is_free

ROOT = Path(__file__).resolve().parents[2]
SERVERS = (sys.executable, "-P", str(Path(__file__).parent / "servers_alone.py"))
COMMAND = (sys.executable, "-P", "-m", "cli")
READY_WITHIN = 40.0  # seconds, on a busy machine


@dataclass(frozen=True)
class Ended:
    """How a process ended: its status, and what it wrote."""

    status: int
    out: str
    err: str


class Started:
    """A stack that is up."""

    def __init__(self, process: asyncio.subprocess.Process, shown: str, data: Path) -> None:
        self.process, self.shown, self.data = process, shown, data

    @property
    def file(self) -> StackFile:
        found = find_stack(self.data)
        assert found, "no stack.json for a running stack"
        return found

    async def ended(self) -> Ended:
        """Wait until it has ended."""
        out, err = await asyncio.wait_for(self.process.communicate(), 30)
        return Ended(self.process.returncode or 0, out.decode(), err.decode())


def environment(**more: str) -> dict[str, str]:
    """The tests' environment without anything that points at other servers; the worker stands back for nobody."""
    left_out = {"DATABASE_URL", "TEMPORAL_ADDRESS", "SMTP_URL", "JOURNEYWORK_API_KEY"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    path = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH"))))
    return {"JOURNEYWORK_NICE": "0", **kept, "PYTHONPATH": path, **more}


def free_base() -> int:
    """A port base whose six ports are free at this moment."""
    start = 20000 + (os.getpid() * 10) % 10000
    return next(base for base in range(start, 60000, 10) if all(is_free(base + n) for n in range(len(PARTS))))


@asynccontextmanager
async def started(
    data: Path, base: int, words: Sequence[str] = SERVERS, *, env: dict[str, str] | None = None
) -> AsyncIterator[Started]:
    """Start the servers and wait until their addresses are printed; whatever happens, nothing is left behind."""
    process = await asyncio.create_subprocess_exec(
        *(*words, "--data", str(data), "--port-base", str(base)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env or environment(),
        start_new_session=True,
    )
    try:
        yield Started(process, await _shown(process), data)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.communicate(), 20)
            except TimeoutError:
                process.kill()
                await process.communicate()


async def ran(*words: str, env: dict[str, str] | None = None) -> Ended:
    """Run one `journeywork` command to its end."""
    return await ran_by((*COMMAND, *words), env=env or environment())


async def ran_by(words: Sequence[str], *, env: dict[str, str]) -> Ended:
    """Run a whole command line to its end."""
    process = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    out, err = await asyncio.wait_for(process.communicate(), 40)
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def until(holds: Callable[[], object], limit: float = 10.0) -> None:
    """Wait until `holds()` is true."""
    async with asyncio.timeout(limit):
        while not holds():  # noqa: ASYNC110 - processes come and go without telling us
            await asyncio.sleep(0.02)


async def until_answers(url: str) -> None:
    """Wait until something answers at `url`."""
    async with asyncio.timeout(READY_WITHIN), httpx2.AsyncClient() as client:
        while True:
            try:
                await client.get(url)
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
            else:
                return


def runs(pid: int) -> bool:
    """Whether the process is there and not a zombie."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def _shown(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    assert process.stderr
    shown = ""
    try:
        async with asyncio.timeout(READY_WITHIN):
            while line := await process.stdout.readline():
                shown += line.decode()
                head, up, urls = shown.partition("ctrl-C stops everything.\n\n")
                if up and urls.endswith("\n\n"):
                    return head + urls
    except TimeoutError:
        process.kill()
    raise AssertionError(f"the stack did not come up: {shown}{(await process.stderr.read()).decode()}")
