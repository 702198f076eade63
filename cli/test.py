"""`journeywork test`: every test of the product."""

import importlib.util
import os
import sys
from typing import Annotated

from cyclopts import Parameter

from cli.chromium import MISSING, find_chromium, install_chromium
from cli.errors import UserError
from cli.stack.processes import ROOT


def test(*words: Annotated[str, Parameter(allow_leading_hyphen=True, help="Arguments of pytest.")]) -> None:
    """Run every test in a process of pytest, which takes the place of this one; extra arguments go to pytest.

    Without arguments the tests are spread over three processes, file by file: while one waits, the others work.

    The browser tests need Chromium: it is installed when we are root on Debian. Elsewhere one line says how to get
    it, and those tests fail.
    """
    if importlib.util.find_spec("pytest") is None:
        raise UserError(
            "pytest is not installed here. Start through ./journeywork, which installs what the tests need."
        )
    if find_chromium() is None and not install_chromium():
        print(f"journeywork: {MISSING}", file=sys.stderr)
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the tests start a hundred processes: each would compile all again
    sys.stdout.flush()
    spread = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder") if not words else ()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread, *words])  # noqa: S606 - no shell is wanted
