"""`journeywork chaos`: what was acknowledged is there, once, whatever is killed meanwhile."""

import importlib.util
import os
import sys
from typing import Annotated

from cyclopts import Parameter

from cli.errors import UserError
from cli.stack.processes import ROOT


def chaos(
    *words: Annotated[str, Parameter(allow_leading_hyphen=True, help="--minutes, --seed, --json; see below.")],
) -> None:
    """Bring a stack of its own up, load it with events and people, kill its parts in turn, and check everything.

    --minutes N (5), --seed N (7), --events N (2,000 a minute), --every SECONDS between kills (5), --json, --keep DIR;
    --worker-away, --temporal-away or --postgres-away MINUTES instead have one part away. Exit status 1 when anything
    that was acknowledged is lost, happened twice or is stuck.
    """
    if importlib.util.find_spec("psutil") is None or not (ROOT / "tests" / "chaos").is_dir():
        raise UserError("the trials are not installed here. Start through ./journeywork in a checkout.")
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "tests.chaos", *words])  # noqa: S606 - no shell is wanted
