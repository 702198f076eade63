"""Where the lines of the stack's processes go: a terminal, or one file each."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

COLOURS = {"postgres": 34, "temporal": 35, "mail": 36, "worker": 32, "gateway": 33}
WIDTH = max(len(name) for name in COLOURS)


def terminal_log(stream: TextIO = sys.stderr) -> Callable[[str, str], None]:
    """Show `name | line`, the name in its colour when the stream is a terminal and NO_COLOR is not set."""
    coloured = stream.isatty() and not os.environ.get("NO_COLOR")

    def show(name: str, line: str) -> None:
        label = f"{name:<{WIDTH}} |"
        if coloured:
            label = f"\x1b[{COLOURS.get(name, 37)}m{label}\x1b[0m"
        with suppress(OSError):  # the terminal went away; the stack need not
            stream.write(f"{label} {line}\n")
            stream.flush()

    return show


def file_log(folder: Path) -> Callable[[str, str], None]:
    """Append each line, with its time in UTC, to `folder/NAME.log`; for commands that need the terminal themselves."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def show(name: str, line: str) -> None:
        with (folder / f"{name}.log").open("a") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}\n")

    return show
