"""`journeywork placements list|show|timeline`: what stands where, and who is asked for what."""

import json as jsonlib
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.connection import ask, gateway

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
AsJson = Annotated[bool, Parameter(help="Print JSON.", negative="")]


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def _print_json(value: Any) -> None:
    sys.stdout.write(jsonlib.dumps(value, indent=2, ensure_ascii=False) + "\n")


def plain(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")


def when(instant: str | None, zone: str) -> str:
    """An instant as people at the worksite read it: `Fri 14 Aug 2026 17:00`."""
    if instant is None:
        return ""
    return f"{datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)):%a %-d %b %Y %H:%M}"


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
    table = Table(box=None, pad_edge=False)
    for title in ("placement", "state", "learner", "host", "dates", "awaited", "next due"):
        table.add_column(title, no_wrap=True)
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
    table = Table(box=None, pad_edge=False)
    for title in ("request", "asked of", "state", "opens", "due", "closes"):
        table.add_column(title, no_wrap=True)
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
        console.print(f"{when(entry['at'], zone):<22} {told(entry)}", markup=False)


def told(entry: dict[str, Any]) -> str:
    """One line of a timeline in words, ids and codes only."""
    data: dict[str, Any] = dict(entry.get("data") or {})
    by: dict[str, Any] = dict(data.get("by") or {})
    parts = [plain(str(entry["type"]).replace(".", " "))]
    if data.get("request_id"):
        parts.append(f"({plain(str(data['request_id'])).replace('.', ', ')})")
    person, role = data.get("person_id") or by.get("person_id"), data.get("role") or by.get("role")
    if person:
        parts.append(f"{plain(str(role))} {person}" if role else str(person))
    shown = ("decision", "reason", "end", "outcome", "message")
    parts.extend(f"{name} {plain(str(data[name]))}" for name in shown if data.get(name))
    return " ".join(parts)
