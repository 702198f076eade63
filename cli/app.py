"""The `journeywork` command: a table of commands, each loaded only when it is called."""

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from cyclopts import App, CycloptsError

from cli.errors import UserError

COMMANDS = {
    "up": ("cli.up:up", "Bring the whole stack up and keep it running."),
    "mailcatcher": ("cli.mail:mailcatcher", "Run the mail catcher alone."),
    "test": ("cli.test:test", "Run every test; extra arguments go to pytest."),
}
"""Command name to `module:function` and the line that --help shows.

A function may be async. It returns None, or an exit status as int.
"""


def make_app() -> App:
    """Build the command line from the table; no command's module is imported yet."""
    app = App(
        name="journeywork",
        help="Runs work-based-learning placements: every step, every deadline, every signature.",
        version_flags=[],
        result_action="return_value",
        print_error=False,
        exit_on_error=False,
    )
    for name, (place, line) in COMMANDS.items():
        app.command(place, name=name, help=line)
    return app


def run(words: Sequence[str]) -> int:
    """Run one command line and return its exit status; a mistake is told in one line on stderr, with status 2."""
    try:
        result = make_app()(list(words))
    except UserError as error:
        return _told(str(error), error.status)
    except CycloptsError as error:
        return _told(_one_line(str(error)) + " See --help.", 2)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except Exception:  # noqa: BLE001 - a fault of ours: shown whole, and we still leave by the one safe way
        traceback.print_exc()
        return 1
    return result if isinstance(result, int) else 0


def leave(status: int) -> NoReturn:
    """End the process. Once temporalio is loaded the interpreter's own exit can crash, so that is skipped."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    if "temporalio" in sys.modules:
        os._exit(status)
    sys.exit(status)


def _told(line: str, status: int) -> int:
    print(f"journeywork: {line}", file=sys.stderr)
    return status


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _forget_stdout() -> None:
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
