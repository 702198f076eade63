"""Chores: `migrate`, `doctor`, `reset`."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.connection import ask, gateway, settle_environment
from cli.errors import UserError
from cli.stack.folder import is_locked
from records import feed, lifecycles
from records.migrate import MigrationError
from records.migrate import migrate as migrate_database
from records.pool import open_connection
from workers.namespace import knows_any, prepare_namespace
from workers.settings import Settings, SettingsError
from workers.temporal import connect

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
OWN = ("postgres", "mail", "logs", "temporal.db", "temporal.db-wal", "temporal.db-shm", "api-key", "stack.json", "lock")
"""What a stack keeps in its data folder, and all that `reset` removes."""


async def prepare(database_url: str, temporal_address: str) -> list[str]:
    """Bring the database up to date and register what Temporal must know; returns the migrations applied.

    Raises UserError when Temporal has lost what it should know: going on would answer everybody that nothing is there.
    """
    applied = await migrate_database(database_url)
    namespace = os.environ.get("TEMPORAL_NAMESPACE") or "default"
    client = await connect(temporal_address, namespace)
    await prepare_namespace(client)
    async with open_connection(database_url) as conn:
        await feed.go_on(conn)
        expected = await lifecycles.some_alive(conn)
    if expected and not await knows_any(client, expected):
        raise UserError(
            f"Temporal at {temporal_address} knows none of the lifecycles that Postgres holds (such as {expected[0]}): "
            "its store is empty or another one. Put the right one back, or restore a backup."
        )
    return applied


async def migrate(*, data: DataFolder = Path(".data")) -> None:
    """Bring the database up to date and register search attributes and retention; repeating it changes nothing."""
    settle_environment(data)
    try:
        settings = Settings.load()
        applied = await prepare(settings.database_url, settings.temporal_address)
    except (SettingsError, MigrationError) as error:
        raise UserError(str(error)) from None
    except (OSError, RuntimeError) as error:
        raise UserError(f"a server does not answer: {type(error).__name__}: {error}") from None
    print(f"applied {', '.join(applied)}" if applied else "nothing to apply", file=sys.stderr)


async def doctor(*, data: DataFolder = Path(".data")) -> int:
    """Ask every part of a running stack how it is; exit status 1 when one is not well."""
    async with gateway(data) as client:
        answer = await client.get("/readyz")
        try:
            health: dict[str, Any] = answer.json()
            parts: dict[str, dict[str, Any]] = health["parts"]
        except (ValueError, KeyError, TypeError):
            raise UserError(f"what answers at {client.base_url} is no gateway of Journeywork") from None
        dead = (await ask(client, "GET", "/inbox", params={"status": "refused", "limit": 1})).json()
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, part in parts.items():
        rest = ", ".join(f"{key} {value}" for key, value in part.items() if key not in ("ok", "ms"))
        well = Text("well", style="green") if part.get("ok") else Text("not well", style="red")
        table.add_row(well, name, f"{part['ms']} ms" if "ms" in part else "", rest)
    table.add_row("", "refused events", "", "some; journeywork events dead lists them" if dead["items"] else "none")
    Console(highlight=False, width=None if sys.stdout.isatty() else 160).print(table)
    return 0 if health["ready"] else 1


def reset(
    *,
    data: DataFolder = Path(".data"),
    yes: Annotated[bool, Parameter(help="Do it without asking.", negative="")] = False,
) -> None:
    """Delete everything a stopped stack keeps in its data folder."""
    if is_locked(data.absolute()):
        raise UserError(f"a stack runs on {data}; stop it first")
    present = [data / name for name in OWN if (data / name).exists()]
    if not present:
        print(f"nothing to delete in {data}", file=sys.stderr)
        return
    if not yes:
        raise UserError(f"this deletes {', '.join(str(path) for path in present)}; say so with --yes")
    for path in present:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    print(f"deleted {len(present)} entries of {data}", file=sys.stderr)
