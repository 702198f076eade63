"""`journeywork events types`: what may be sent and what comes out, one type a line, or one with its fields."""

import json as jsonlib
import sys
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from cli.errors import UserError
from cli.event_words import FieldRow, curl, full, rows, sent_out
from schemas.checks import meant
from schemas.incoming import INCOMING, PREFIX, example, json_schema
from schemas.outgoing import OUTGOING


def types(
    name: Annotated[str | None, Parameter(name="TYPE", help="One type, such as placement.proposed.")] = None,
    *,
    out: Annotated[bool, Parameter(help="What goes out, instead of what may come in.", negative="")] = False,
    json: Annotated[bool, Parameter(help="Print JSON.", negative="")] = False,
) -> None:
    """List the types of events that may be sent; with a type its fields, an example and the request that sends it."""
    if name is not None:
        _show(name, out=out, json=json)
        return
    listed = {one.name: one.tells for one in OUTGOING.values()} if out else {k: v.does for k, v in INCOMING.items()}
    if json:
        _print_json({"items": [{"type": type_, "does": does} for type_, does in listed.items()]})
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("type", no_wrap=True)
    table.add_column("tells" if out else "does")
    for type_, does in listed.items():
        table.add_row(type_.removeprefix(PREFIX), does)
    _console().print(table)


def _show(name: str, *, out: bool, json: bool) -> None:
    known = OUTGOING if out else INCOMING
    type_ = full(name)
    if type_ not in known:
        way = "goes out" if out else "may come in"
        raise UserError(f"no event of type {name} {way}{meant(type_, known)}")
    if out:
        going = OUTGOING[type_]
        says, fields, event = going.tells, rows(going.model, going.fields), sent_out(going)
        schema: dict[str, Any] = going.model.model_json_schema()
    else:
        coming = INCOMING[type_]
        says, fields, event, schema = coming.does, rows(coming.model), example(coming), json_schema(coming)
    if json:
        _print_json({"type": type_, "does": says, "json_schema": schema, "example": event})
        return
    console = _console()
    console.print(f"{type_}\n\n{says}\n", markup=False, soft_wrap=True)
    if fields:
        console.print(_table(fields))
    console.print(f"\n{jsonlib.dumps(event, indent=2)}", markup=False, soft_wrap=True)
    if not out:
        console.print(f"\n{curl(INCOMING[type_])}", markup=False, soft_wrap=True)


def _table(fields: list[FieldRow]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("field", "takes", "needed", "says"):
        table.add_column(title, overflow="fold", no_wrap=title == "field")
    for one in fields:
        table.add_row(one.name, one.takes, "yes" if one.needed else "", one.says)
    return table


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


def _print_json(value: Any) -> None:
    sys.stdout.write(jsonlib.dumps(value, indent=2, ensure_ascii=False) + "\n")
