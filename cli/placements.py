"""`journeywork placements list|show|timeline`: what stands where, and who is asked for what."""

import json as jsonlib
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.connection import ask, gateway
from cli.words import plain, told, when

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
AsJson = Annotated[bool, Parameter(help="Print JSON.", negative="")]


def _console() -> Console:
    """Wide where nobody's terminal sets the width, so that a pipe gets whole lines."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def _table(*titles: str) -> Table:
    """A plain table that folds rather than cuts: an id must stay whole."""
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title in ("placement", "request"))
    return table


def _print_json(value: Any) -> None:
    sys.stdout.write(jsonlib.dumps(value, indent=2, ensure_ascii=False) + "\n")


async def list_(
    *,
    state: Annotated[str | None, Parameter(help="Only placements in this state.")] = None,
    program: Annotated[str | None, Parameter(help="Only this program's.")] = None,
    host: Annotated[str | None, Parameter(help="Only this host's.")] = None,
    overdue: Annotated[bool, Parameter(help="Only those with an answer overdue.", negative="")] = False,
    limit: Annotated[int, Parameter(help="How many at most.")] = 50,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """List placements: where each stands and who is awaited."""
    given = {"state": state, "program": program, "host": host, "overdue": "true" if overdue else None}
    params = {name: value for name, value in given.items() if value} | {"limit": str(limit)}
    async with gateway(data) as client:
        page = (await ask(client, "GET", "/placements", params=params)).json()
    if json:
        _print_json(page)
        return
    if not page["items"]:
        print("no placement fits" if len(params) > 1 else "no placement yet", file=sys.stderr)
        return
    table = _table("placement", "state", "learner", "host", "dates", "awaited", "next due")
    for one in page["items"]:
        style = "green" if one["outcome"] else "yellow" if one["overdue"] else ""
        late = " (overdue)" if one["overdue"] else ""
        table.add_row(
            one["id"],
            Text(plain(one["state"]) + late, style=style),
            one["learner_id"],
            one["host_id"],
            f"{one['start']} to {one['end']}",
            ", ".join(plain(role) for role in one["awaiting"]),
            when(one["next_due_at"], one["time_zone"]),
        )
    _console().print(table)
    if page.get("next"):
        print(f"... and more; --limit {limit * 4}", file=sys.stderr)


async def show(placement_id: str, *, data: DataFolder = Path(".data"), json: AsJson = False) -> None:
    """Show one placement: where it stands, in words, and every request with its deadlines."""
    async with gateway(data) as client:
        view = (await ask(client, "GET", f"/placements/{placement_id}")).json()
    if json:
        _print_json(view)
        return
    console, zone = _console(), view["time_zone"]
    console.print(Text(f"{view['id']}  {plain(view['state'])}", style="bold"))
    console.print(
        f"learner {view['learner_id']}, opportunity {view['opportunity_id']} at {view['host_id']}, "
        f"{view['start']} to {view['end']}, {view['program']} {view['program_version']}",
        markup=False,
    )
    console.print()
    console.print(view["story"], markup=False)
    console.print()
    table = _table("request", "asked of", "state", "opens", "due", "closes")
    for one in view["requests"]:
        state = Text("overdue" if one["overdue"] else plain(one["state"]), style="yellow" if one["overdue"] else "")
        moments = (when(one[name], zone) for name in ("opens_at", "due_at", "closes_at"))
        table.add_row(one["id"], f"{plain(one['role'])} {one['person_id'] or ''}", state, *moments)
    console.print(table)


async def timeline(placement_id: str, *, data: DataFolder = Path(".data"), json: AsJson = False) -> None:
    """Tell one placement's story step by step: who was asked what, when, and what came of it."""
    async with gateway(data) as client:
        view = (await ask(client, "GET", f"/placements/{placement_id}")).json()
        entries = (await ask(client, "GET", f"/placements/{placement_id}/timeline")).json()
    if json:
        _print_json(entries)
        return
    console, zone = _console(), view["time_zone"]
    for entry in entries["items"]:
        console.print(f"{when(entry['at'], zone):<22} {told(entry)}", markup=False, soft_wrap=True)
