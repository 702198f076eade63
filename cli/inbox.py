"""`journeywork events status|dead|replay`: what became of events, which are parked and why, and another try."""

import asyncio
import json as jsonlib
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import httpx2
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.connection import ask, gateway
from cli.errors import UserError
from cli.event_words import full
from schemas.incoming import PREFIX

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
AsJson = Annotated[bool, Parameter(help="Print JSON.", negative="")]
Source = Annotated[str | None, Parameter(help="Only events of this source, such as /district/placements.")]
Type = Annotated[str | None, Parameter(name="--type", help="Only of this type, such as offer.made.")]
About = Annotated[str | None, Parameter(name="--id", help="Only about the placement (or other) of this id.")]
Lifecycle = Annotated[str | None, Parameter(help="Only about a placement, opportunity, partnership or incident.")]
Code = Annotated[str | None, Parameter(help="Only refused for this, such as fault or closed.")]
Limit = Annotated[int, Parameter(help="How many at most.")]
MOST = 200
"""The most events of one page of the gateway."""

STYLES = {"applied": "green", "refused": "red", "accepted": "yellow"}


async def status(
    event_id: Annotated[str | None, Parameter(name="EVENT", help="An event's id; left out: all that waits.")] = None,
    *,
    source: Annotated[str | None, Parameter(help="The event's source; with an id it is needed.")] = None,
    limit: Limit = 50,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> int:
    """Tell what became of an event, or list what waits to be delivered. Exit status 1 when it was refused."""
    if event_id is not None and source is None:
        raise UserError("--source is missing; an id is one of its kind within its source, such as /district/placements")
    async with gateway(data) as client:
        if event_id is None or source is None:
            page, one = await _pages(client, {"status": "accepted", "source": source}, limit), None
        else:
            one = await _one(client, source, event_id)
            page = {"items": [one], "next": None}
    if json:
        _print_json(one or page)
    else:
        _show(page, "nothing waits to be delivered")
    return int(one is not None and one["status"] == "refused")


async def dead(
    *,
    source: Source = None,
    type_: Type = None,
    lifecycle: Lifecycle = None,
    id_: About = None,
    code: Code = None,
    limit: Limit = 50,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> None:
    """List dead letters: events that were refused, or parked because of a fault, with the reason. Newest first."""
    asked = _filter(source, type_, lifecycle, id_, code)
    async with gateway(data) as client:
        page = await _pages(client, {"status": "refused", **asked}, limit)
    if json:
        _print_json(page)
    else:
        _show(page, "no dead letters fit" if asked else "no dead letters")


async def replay(
    event_id: Annotated[str | None, Parameter(name="EVENT", help="One event's id, with --source.")] = None,
    *,
    source: Source = None,
    type_: Type = None,
    lifecycle: Lifecycle = None,
    id_: About = None,
    code: Code = None,
    all_: Annotated[bool, Parameter(name="--all", help="Every dead letter.", negative="")] = False,
    limit: Annotated[int, Parameter(help="How many at most; the first that came first.")] = 500,
    wait: Annotated[float, Parameter(help="For so many seconds wait for what becomes of them.")] = 30.0,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> int:
    """Deliver dead letters again, in the order in which they came, and tell what became of each.

    Exit status 1 when one was refused again or is not delivered yet.
    """
    asked: dict[str, Any] = _filter(source, type_, lifecycle, id_, code)
    if event_id is not None:
        if source is None:
            raise UserError("--source is missing; an id is one of its kind within its source")
        asked["event_ids"] = [event_id]
    if not asked and not all_:
        raise UserError("say which: an EVENT with --source, or --source, --type, --lifecycle, --id, --code, or --all")
    async with gateway(data) as client:
        body = {**asked, "all": all_, "limit": limit}
        again = (await ask(client, "POST", "/inbox/replay", json=body)).json()
        if event_id is not None and not again["items"]:
            one = await _one(client, str(source), event_id)
            raise UserError(f"{event_id} is {one['status']}; only a refused event can be replayed")
        items = await _ended(client, again["items"], wait)
    if json:
        _print_json({"items": items, "left": again["left"]})
    else:
        _show({"items": items, "next": None}, "no dead letters fit")
        if again["left"]:
            print(f"{again['left']} more dead letters fit; run it again for them", file=sys.stderr)
    return int(any(one["status"] != "applied" for one in items))


async def _ended(client: httpx2.AsyncClient, items: Sequence[Mapping[str, Any]], wait: float) -> list[dict[str, Any]]:
    """The events once none waits any more, or as they are after so many seconds."""
    until = time.monotonic() + wait
    known = [dict(one) for one in items]
    while True:
        for at, one in enumerate(known):
            if one["status"] == "accepted":
                known[at] = await _one(client, one["source"], one["event_id"])
        if time.monotonic() >= until or all(one["status"] != "accepted" for one in known):
            return known
        await asyncio.sleep(0.2)


async def _one(client: httpx2.AsyncClient, source: str, event_id: str) -> dict[str, Any]:
    return (await ask(client, "GET", f"/inbox/{quote(event_id, safe='')}", params={"source": source})).json()


async def _pages(client: httpx2.AsyncClient, asked: Mapping[str, str | None], limit: int) -> dict[str, Any]:
    """Pages of events until there are `limit` of them."""
    items: list[dict[str, Any]] = []
    params = {name: value for name, value in asked.items() if value}
    more: int | None = None
    while len(items) < limit:
        size = {"limit": str(min(limit - len(items), MOST))}
        page = (await ask(client, "GET", "/inbox", params=params | size)).json()
        items += page["items"]
        more = page["next"]
        if more is None:
            break
        params["before"] = str(more)
    return {"items": items, "next": more}


def _filter(
    source: str | None, type_: str | None, lifecycle: str | None, id_: str | None, code: str | None
) -> dict[str, str]:
    given = {"source": source, "type": full(type_) if type_ else None, "lifecycle": lifecycle, "id": id_, "code": code}
    return {name: value for name, value in given.items() if value}


def _show(page: Mapping[str, Any], nothing: str) -> None:
    if not page["items"]:
        print(nothing, file=sys.stderr)
        return
    table = Table(box=None, pad_edge=False)
    for title in ("status", "received", "event", "source", "type", "about", "tries", "what became of it"):
        table.add_column(title, overflow="fold", no_wrap=title == "event")
    for one in page["items"]:
        table.add_row(*_cells(one))
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)
    if page["next"]:
        print("... and more; --limit shows them", file=sys.stderr)


def _cells(one: Mapping[str, Any]) -> tuple[str | Text, ...]:
    problem: Mapping[str, str] = one["problem"] or {}
    came_of = {
        "applied": f"{one['id']} is {one['state']}",
        "refused": f"{problem.get('code')}: {problem.get('message')}",
        "accepted": f"tried again at {str(one['next_attempt_at'])[11:19]} UTC",
    }
    return (
        Text(one["status"], style=STYLES[one["status"]]),
        str(one["received_at"])[:16].replace("T", " "),
        one["event_id"],
        one["source"],
        str(one["type"]).removeprefix(PREFIX),
        f"{one['lifecycle']} {one['id']}",
        str(one["attempts"]),
        came_of[one["status"]],
    )


def _print_json(value: Any) -> None:
    sys.stdout.write(jsonlib.dumps(value, indent=2, ensure_ascii=False) + "\n")
