"""`stack.json`: how other commands find the stack that runs on a data folder."""

from pathlib import Path

from pydantic import Field

from cli.stack.folder import is_locked, write_private
from cli.stack.ports import Ports
from schemas.base import Frozen

FILE = "stack.json"


class StackUrls(Frozen):
    """Where each part answers; None for a part that this stack left out or that somebody else runs.

    `database`, `smtp` and `temporal` (as host:port) are always there: what the processes were told.
    """

    gateway: str | None
    docs: str | None
    mail: str | None
    temporal_ui: str | None
    smtp: str = Field(repr=False)
    database: str = Field(repr=False)
    temporal: str


class StackFile(Frozen):
    """What `stack.json` says: the supervisor's process id, the parts' addresses and process ids, and the API key.

    `databases` is where a process signs in as a user of its own; `urls.database` is the owner's.
    """

    pid: int
    data: Path
    temporal_namespace: str
    urls: StackUrls
    ports: Ports
    pids: dict[str, int]
    databases: dict[str, str] = Field(default_factory=dict, repr=False)
    api_key: str = Field(repr=False)


def write_stack(stack: StackFile) -> None:
    """Write the file, readable by its owner only, in one step."""
    write_private(stack.data / FILE, stack.model_dump_json(indent=2) + "\n")


def find_stack(data: Path) -> StackFile | None:
    """Read the file of the stack that runs on `data`; None when none runs, even if a killed one left its file."""
    data = data.absolute()
    if not is_locked(data):
        return None
    try:
        return StackFile.model_validate_json((data / FILE).read_bytes())
    except (OSError, ValueError):
        return None
