"""`list`, `show` and `timeline` of any lifecycle: what stands where, and who is asked for what."""

import json as jsonlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
Id = Annotated[str, Parameter(name="ID", help="Its id.")]
View = Mapping[str, Any]


@dataclass(frozen=True)
class Looking:
    """The three commands of one lifecycle: `noun` is what one is called, `plural` what many are.

    `columns` are the list's own, after the id and the state and before who is awaited: a title and what stands there.
    """

    noun: str
    plural: str
    columns: Mapping[str, Callable[[View], str]]

    async def list_(
        self,
        *,
        state: Annotated[str | None, Parameter(help="Only those in this state.")] = None,
        program: Annotated[str | None, Parameter(help="Only this program's.")] = None,
        host: Annotated[str | None, Parameter(help="Only this host's.")] = None,
        overdue: Annotated[bool, Parameter(help="Only those with an answer overdue.", negative="")] = False,
        limit: Annotated[int, Parameter(help="How many at most.")] = 50,
        data: DataFolder = Path(".data"),
        json: AsJson = False,
    ) -> None:
        """List them: where each stands and who is awaited."""
        given = {"state": state, "program": program, "host": host, "overdue": "true" if overdue else None}
        params = {name: value for name, value in given.items() if value} | {"limit": str(limit)}
        async with gateway(data) as client:
            page = (await ask(client, "GET", f"/{self.plural}", params=params)).json()
        if json:
            _print_json(page)
            return
        if not page["items"]:
            print(f"no {self.noun} fits" if len(params) > 1 else f"no {self.noun} yet", file=sys.stderr)
            return
        table = _table(self.noun, "state", *self.columns, "awaited", "next due", whole=self.noun)
        for view in page["items"]:
            table.add_row(*self._row(view))
        _console().print(table)
        if page.get("next"):
            print(f"... and more; --limit {limit * 4}", file=sys.stderr)

    def _row(self, view: View) -> Iterator[str | Text]:
        yield view["id"]
        late = " (overdue)" if view["overdue"] else ""
        yield Text(plain(view["state"]) + late, style="green" if view["outcome"] else "yellow" if late else "")
        yield from (cell(view) for cell in self.columns.values())
        yield ", ".join(plain(role) for role in view["awaiting"])
        yield when(view["next_due_at"], view["time_zone"])

    async def show(self, id_: Id, /, *, data: DataFolder = Path(".data"), json: AsJson = False) -> None:
        """Show one: where it stands, in words, and every request with its deadlines."""
        async with gateway(data) as client:
            view = (await ask(client, "GET", f"/{self.plural}/{id_}")).json()
        if json:
            _print_json(view)
            return
        console, zone = _console(), view["time_zone"]
        console.print(Text(f"{view['id']}  {plain(view['state'])}", style="bold"))
        console.print(", ".join(_facts(view)), markup=False)
        console.print()
        console.print(view["story"], markup=False)
        if not view["requests"]:
            return
        console.print()
        table = _table("request", "asked of", "state", "opens", "due", "closes", whole="request")
        for one in view["requests"]:
            state = Text("overdue" if one["overdue"] else plain(one["state"]), style="yellow" if one["overdue"] else "")
            moments = (when(one[name], zone) for name in ("opens_at", "due_at", "closes_at"))
            table.add_row(one["id"], f"{plain(one['role'])} {one['person_id'] or ''}", state, *moments)
        console.print(table)

    async def timeline(self, id_: Id, /, *, data: DataFolder = Path(".data"), json: AsJson = False) -> None:
        """Tell one story step by step: who was asked what, when, and what came of it."""
        async with gateway(data) as client:
            view = (await ask(client, "GET", f"/{self.plural}/{id_}")).json()
            entries = (await ask(client, "GET", f"/{self.plural}/{id_}/timeline")).json()
        if json:
            _print_json(entries)
            return
        console, zone = _console(), view["time_zone"]
        for entry in entries["items"]:
            console.print(f"{when(entry['at'], zone):<22} {told(entry, zone)}", markup=False, soft_wrap=True)


def days(view: View) -> str:
    """`2027-07-06 to 2027-08-13`; without a last day `since 2027-07-06`."""
    return f"{view['start']} to {view['end']}" if view.get("end") else f"since {view['start']}"


def _facts(view: View) -> Iterator[str]:
    """Whom and what it is about, as far as it says."""
    for name in ("severity", "placement", "learner"):
        if value := view.get(name) or view.get(f"{name}_id"):
            yield f"{name} {plain(value) if name == 'severity' else value}"
    host, opportunity = view.get("host_id"), view.get("opportunity_id")
    if opportunity:
        yield f"opportunity {opportunity}" + (f" at {host}" if host else "")
    elif host:
        yield f"host {host}"
    if view.get("seats") is not None:
        yield f"{view['free']} of {view['seats']} seats free"
    if view.get("may_host") is not None:
        yield "may host" if view["may_host"] else "takes nobody now"
    if view.get("start"):
        yield days(view)
    yield f"{view['program']} {view['program_version']}".strip()


def _console() -> Console:
    """Wide where nobody's terminal sets the width, so that a pipe gets whole lines."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def _table(*titles: str, whole: str) -> Table:
    """A plain table that folds rather than cuts: an id, in the column `whole`, must stay whole."""
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title == whole)
    return table


def _print_json(value: Any) -> None:
    sys.stdout.write(jsonlib.dumps(value, indent=2, ensure_ascii=False) + "\n")
