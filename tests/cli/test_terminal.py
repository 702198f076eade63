"""The command as a person sees it, in a pseudo-terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import psutil
import pyte

from tests.cli.started import COMMAND, ROOT, environment, free_base

COLUMNS, LINES = 120, 40


@contextmanager
def terminal(*words: str) -> Iterator[pexpect.spawn]:
    """Run the command in a terminal of its own; it is gone afterwards."""
    child = pexpect.spawn(
        sys.executable,
        [*COMMAND[1:], *words],
        cwd=str(ROOT),
        env={**environment(), "TERM": "xterm-256color"},
        dimensions=(LINES, COLUMNS),
        timeout=45,
        encoding="utf-8",
    )
    try:
        yield child
    finally:
        child.close(force=True)


def ends(child: pexpect.spawn) -> int | None:
    """The exit status once the command has ended."""
    child.expect(pexpect.EOF)
    child.wait()
    return child.exitstatus


def test_up_prints_where_everything_is_and_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    base = free_base()
    with terminal("up", "--data", str(tmp_path / "data"), "--port-base", str(base)) as child:
        child.expect("Journeywork is up")
        child.expect(f"http://127.0.0.1:{base}/docs")
        child.expect("API key")
        family = psutil.Process(child.pid).children(recursive=True)
        assert len(family) >= 5
        child.sendintr()
        assert ends(child) == 0
    assert [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []


def test_the_demo_shows_every_placement_while_it_runs(tmp_path: Path) -> None:
    words = ("demo", "--placements", "3", "--data", str(tmp_path / "data"), "--port-base", str(free_base()))
    with terminal(*words) as child:
        screen = pyte.Screen(COLUMNS, LINES)
        stream = pyte.Stream(screen)
        wanted = ("of 3 placements ended", "preparing", "-001", "-002", "-003")
        end = time.monotonic() + 45
        while time.monotonic() < end:
            try:
                stream.feed(child.read_nonblocking(4096, timeout=1))
            except pexpect.TIMEOUT:
                continue
            shown = "\n".join(screen.display)
            if all(words in shown for words in wanted):
                break
        else:
            raise AssertionError(f"not all of {wanted} in:\n" + "\n".join(screen.display))
        child.sendintr()
        assert ends(child) == 130


def test_a_users_mistake_is_one_line_and_status_2() -> None:
    with terminal("placements", "show", "pl-1", "--data", "/nowhere") as child:
        child.expect("no stack runs on /nowhere")
        assert ends(child) == 2
