"""The command line as a whole: what it says to a mistake, how it ends, how fast it starts."""

import asyncio
import importlib
import io
import subprocess
import sys

import pytest

from cli.app import COMMANDS, run
from cli.chromium import MISSING
from cli.stack.ports import free_port
from tests.cli.started import ROOT, environment, ran


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_table_can_be_loaded(command: str) -> None:
    module, _, function = COMMANDS[command][0].partition(":")
    assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["upp"], "there is no command 'upp'. Did you mean 'up'? See --help."),
        (["xyzzy", "--now"], "there is no command 'xyzzy'. See --help."),
        (
            ["placements", "lst"],
            "there is no command 'placements lst'. Did you mean 'placements list'? See --help.",
        ),
    ],
)
def test_an_unknown_command_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], line: str
) -> None:
    assert run(words) == 2
    assert capsys.readouterr().err == f"journeywork: {line}\n"


@pytest.mark.parametrize("words", [["up", "--nonsense"], ["up", "--port-base", "many"], ["placements", "show"]])
def test_a_wrong_argument_is_told_in_one_line_with_status_2(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert run(words) == 2
    err = capsys.readouterr().err
    assert err.startswith("journeywork: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [["doctor"], ["placements", "list"], ["events", "send", "-"]])
async def test_a_gateway_that_is_away_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("JOURNEYWORK_URL", away)
    monkeypatch.setenv("JOURNEYWORK_API_KEY", "key")
    monkeypatch.setattr(sys, "stdin", io.StringIO("{}"))
    assert await asyncio.to_thread(run, words) == 2
    assert capsys.readouterr().err == f"journeywork: the gateway at {away} does not answer (ConnectError)\n"


@pytest.mark.parametrize("words", [[], ["--help"], ["up", "--help"], ["placements", "--help"]])
def test_help_is_given_with_status_0(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert run(words) == 0
    assert "Usage: journeywork" in capsys.readouterr().out


def test_help_loads_no_server_library() -> None:
    heavy = "{'temporalio', 'asyncpg', 'fastapi'}"
    program = f"import sys; from cli.app import run; run(['--help']); print(sorted({heavy} & {{*sys.modules}}))"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"


def test_output_that_nobody_reads_to_the_end_is_no_error() -> None:
    piped = f"{sys.executable} -m cli --help | true"
    done = subprocess.run(["/bin/sh", "-c", piped], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


async def test_test_hands_its_arguments_to_pytest() -> None:
    passed = await ran("test", "tests/workers/test_settings.py", "-q", "-k", "needed_variables")
    assert passed.status == 0, passed.out + passed.err
    assert "1 passed" in passed.out
    failed = await ran("test", "tests/there_is_no_such_file.py", "-q")
    assert failed.status == 4


async def test_a_missing_chromium_is_told_in_one_line_and_fails_the_browser_tests() -> None:
    env = environment(JOURNEYWORK_CHROMIUM="/nowhere/chromium")
    words = ("tests/cli/test_mail_pages_in_browser.py", "-q", "-k", "without_javascript")
    ended = await ran("test", *words, env=env)
    assert f"journeywork: {MISSING}\n" in ended.err
    assert ended.status == 1
    assert "1 error" in ended.out
    assert "skipped" not in ended.out
    assert MISSING in ended.out
