"""How a child process is started: never outliving its supervisor, and not as root where that is refused."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from cli.errors import UserError

KEPT_RIGHTS = ("--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
"""What root keeps on becoming somebody else: the right to enter folders, since those above the data may be private to
root. No user is added and no folder above the data changes."""


def is_root() -> bool:
    """Whether this process runs as root."""
    return os.geteuid() == 0


def guarded(command: Sequence[str]) -> list[str]:
    """Make `command` end when its parent is killed, where the system has `setpriv` (util-linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--", *command] if setpriv else list(command)


def unprivileged(command: Sequence[str], folder: Path) -> list[str]:
    """As `guarded`; and when we are root, as the owner of `folder`, since initdb and postgres refuse root.

    Raises UserError when root has no `setpriv`.
    """
    if not is_root():
        return guarded(command)
    setpriv = shutil.which("setpriv")
    if not setpriv or sys.platform != "linux":
        raise UserError(
            "Postgres refuses to run as root and `setpriv` (util-linux) is not here to help. "
            "Start as another user, or set DATABASE_URL."
        )
    owner = folder.stat()
    become = (f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups", *KEPT_RIGHTS)
    return [setpriv, *become, "--pdeathsig", "KILL", "--", *command]


def give_away(folder: Path) -> None:
    """When we are root and own `folder`, give it and all in it to `nobody`."""
    if is_root() and folder.stat().st_uid == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")
