"""The supervisor, with small Python programs as its children."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from cli.errors import PartFailedError, UserError
from cli.stack.guard import guarded
from cli.stack.supervise import Child, Supervisor
from tests.cli.started import runs, until

SLEEP = "import time; time.sleep(60)"


class Said:
    """What the supervisor showed, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, name: str, line: str) -> None:
        self.lines.append(f"{name}: {line}")


def python(name: str, program: str, **more: object) -> Child:
    return Child(name=name, command=(sys.executable, "-c", program), environment={}, **more)  # type: ignore[arg-type]


async def test_a_killed_child_runs_again_within_a_second_and_one_line_says_so() -> None:
    said = Said()
    async with Supervisor(said) as supervisor:
        await supervisor.start(python("worker", SLEEP))
        first = supervisor.pid("worker")
        assert first
        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pid("worker") not in (None, first), limit=1.0)
    assert said.lines == ["worker: died (killed by SIGKILL); starting it again"]


async def test_a_child_that_ends_with_status_0_stays_down_and_the_line_says_how_to_start_it() -> None:
    said = Said()
    async with Supervisor(said) as supervisor:
        await supervisor.start(python("worker", "pass", again="./journeywork worker"))
        await until(lambda: said.lines)
        await asyncio.sleep(0.5)
        assert supervisor.pids() == {}
    assert said.lines == ["worker: stopped by somebody; it stays down. To start it again: ./journeywork worker"]


async def test_five_deaths_in_a_row_fail_with_the_name_and_the_last_status() -> None:
    async with Supervisor(Said()) as supervisor:
        await supervisor.start(python("gateway", "raise SystemExit(3)"))
        with pytest.raises(
            PartFailedError, match=r"^gateway died 5 times within 30 s \(last: exit status 3\); its lines are above\.$"
        ):
            await asyncio.wait_for(asyncio.shield(supervisor.failed), 10)


async def test_a_quiet_child_is_heard_only_when_it_dies() -> None:
    said = Said()
    async with Supervisor(said) as supervisor:
        await supervisor.start(python("quiet", f"print('murmur', flush=True); {SLEEP}", quiet=True))
        await supervisor.start(python("loud", "print('hello', flush=True)"))
        await until(lambda: "loud: hello" in said.lines)
        assert "quiet: murmur" not in said.lines
        os.kill(supervisor.pid("quiet") or 0, signal.SIGKILL)
        await until(lambda: "quiet: murmur" in said.lines)


async def test_children_stop_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    order = tmp_path / "order"
    program = (
        "import signal, sys\n"
        "def leave(*_):\n    open({path!r}, 'a').write({name!r}); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave); print('armed', flush=True); signal.pause()"
    )
    said = Said()
    async with Supervisor(said) as supervisor:
        for name in "abc":
            await supervisor.start(python(name, program.format(path=str(order), name=name)))
        await until(lambda: len(said.lines) == 3)
    assert order.read_text() == "cba"


async def test_a_child_that_ignores_the_stop_signal_is_killed_after_its_grace() -> None:
    said = Said()
    program = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('armed', flush=True); {SLEEP}"
    async with Supervisor(said) as supervisor:
        await supervisor.start(python("deaf", program, grace=0.2))
        await until(lambda: said.lines)
        pid = supervisor.pid("deaf") or 0
    assert not runs(pid)
    assert said.lines[-1] == "deaf: did not stop within 0 s; killed"


async def test_what_a_killed_child_had_started_dies_with_it() -> None:
    said = Said()
    program = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEP!r}])\n"
        "print(child.pid, flush=True)\n"
        f"{SLEEP}"
    )
    async with Supervisor(said) as supervisor:
        await supervisor.start(python("parent", program))
        await until(lambda: said.lines)
        grandchild = int(said.lines[0].removeprefix("parent: "))
        os.kill(supervisor.pid("parent") or 0, signal.SIGKILL)
        await until(lambda: not runs(grandchild))


async def test_restart_gives_a_new_process_also_when_the_child_is_down() -> None:
    async with Supervisor(Said()) as supervisor:
        await supervisor.start(python("worker", SLEEP))
        first = supervisor.pid("worker")
        await supervisor.restart("worker")
        second = supervisor.pid("worker")
        assert second not in (None, first)
        await supervisor.stop("worker")
        assert supervisor.pid("worker") is None
        await supervisor.restart("worker")
        assert supervisor.pid("worker") not in (None, second)


async def test_a_restart_that_was_asked_for_is_no_death() -> None:
    said = Said()
    async with Supervisor(said) as supervisor:
        await supervisor.start(python("worker", SLEEP))
        for _ in range(6):
            await supervisor.restart("worker")
        assert not supervisor.failed.done()
    assert said.lines == []


async def test_the_caller_is_told_of_each_start_and_end() -> None:
    seen: list[int] = []
    async with Supervisor(Said(), lambda: seen.append(1)) as supervisor:
        await supervisor.start(python("worker", SLEEP))
        assert len(seen) == 1
        await supervisor.stop("worker")
        assert len(seen) == 2


async def test_a_child_has_a_session_of_its_own_so_ctrl_c_in_the_terminal_does_not_reach_it() -> None:
    async with Supervisor(Said()) as supervisor:
        await supervisor.start(python("worker", SLEEP))
        pid = supervisor.pid("worker") or 0
        assert os.getsid(pid) == pid


async def test_a_program_that_is_not_there_is_named_in_one_line() -> None:
    async with Supervisor(Said()) as supervisor:
        with pytest.raises(UserError, match=r"^cannot start ghost: /nowhere/ghost: No such file or directory\.$"):
            await supervisor.start(Child("ghost", ("/nowhere/ghost",), {}))


async def test_a_line_without_end_does_not_stall_the_child() -> None:
    said = Said()
    async with Supervisor(said) as supervisor:
        await supervisor.start(python("wordy", "print('x' * 1_000_000); print('done', flush=True)"))
        await until(lambda: "wordy: done" in said.lines)


async def test_waiting_for_a_part_ends_when_another_part_gives_up() -> None:
    async with Supervisor(Said()) as supervisor:
        await supervisor.start(python("broken", "raise SystemExit(1)"))
        with pytest.raises(PartFailedError, match=r"^broken died 5 times"):
            await supervisor.until(asyncio.sleep(60), "the gateway", 30)


async def test_waiting_for_a_part_names_it_when_time_is_up() -> None:
    async with Supervisor(Said()) as supervisor:
        with pytest.raises(PartFailedError, match=r"^the gateway was not ready within 0 s\.$"):
            await supervisor.until(asyncio.sleep(60), "the gateway", 0.1)


async def test_a_child_dies_with_its_supervisor_even_when_that_is_killed() -> None:
    command = guarded([sys.executable, "-c", f"import os; print(os.getpid(), flush=True); {SLEEP}"])
    if command[0] == sys.executable:
        pytest.skip("setpriv (util-linux) is not here")
    program = f"import subprocess; subprocess.run({command!r})"
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout
    child = int(await parent.stdout.readline())
    parent.kill()
    await until(lambda: not runs(child), limit=2.0)
    await parent.wait()
