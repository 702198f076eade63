"""`journeywork events send`: CloudEvents from a file or standard input, or one made of a type and its fields."""

import asyncio
import json as jsonlib
import sys
import uuid
from pathlib import Path
from typing import Annotated, Any, cast

import httpx2
from cyclopts import Parameter
from rich.console import Console

from cli.connection import gateway, said
from cli.errors import UserError
from cli.event_words import full, rows
from schemas.incoming import INCOMING

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
SOURCE = "/cli"
"""Where an event comes from that is made here, unless it is said."""

TRIES = 5
"""How often an event is sent while the gateway says to try again."""


async def send(
    file: Annotated[
        str | None, Parameter(name="FILE", help="A JSON file, or - for standard input.", allow_leading_hyphen=True)
    ] = None,
    *,
    type_: Annotated[
        str | None, Parameter(name="--type", help="Instead of a file: a type, such as offer.made (see events types).")
    ] = None,
    subject: Annotated[str | None, Parameter(help="With --type: the id it is about, such as pl-1.")] = None,
    set_: Annotated[
        tuple[str, ...], Parameter(name="--set", help="With --type: a field of its data, such as end=2027-08-27.")
    ] = (),
    source: Annotated[str | None, Parameter(help="With --type: the system it comes from; else /cli.")] = None,
    id_: Annotated[str | None, Parameter(name="--id", help="With --type: its id in that source; else made up.")] = None,
    data: DataFolder = Path(".data"),
    json: Annotated[bool, Parameter(help="Print JSON.", negative="")] = False,
) -> int:
    """Send events in order. Each gets a line; exit status 1 when one was refused."""
    if (file is None) == (type_ is None):
        raise UserError("say what to send: a FILE (or - for standard input), or --type with its fields")
    if type_ is None:
        if subject or set_ or source or id_:
            raise UserError("--subject, --set, --source and --id go with --type; a file's events say it themselves")
        events = _read(cast("str", file))
    else:
        events = [_made(type_, subject, set_, source or SOURCE, id_)]
    console = Console(highlight=False, soft_wrap=True)
    answers: list[dict[str, Any]] = []
    async with gateway(data) as client:
        for event in events:
            answer = await _sent(client, event)
            answers.append(_told(event, answer))
            if not json:
                console.print(_line(event, answer), markup=False)
    if json:
        sys.stdout.write(jsonlib.dumps({"items": answers}, indent=2, ensure_ascii=False) + "\n")
    return 1 if any(one["http_status"] >= 400 for one in answers) else 0


async def _sent(client: httpx2.AsyncClient, event: dict[str, Any]) -> httpx2.Response:
    """The gateway's answer; while it says to try again later, that is done. The same event never counts twice."""
    for left in reversed(range(TRIES)):
        answer = await client.post("/events", json=event)
        if answer.status_code not in {429, 503} or not left:
            return answer
        wait = answer.headers.get("retry-after", "")
        await asyncio.sleep(min(float(wait), 30.0) if wait.isdecimal() else 1.0)
    raise AssertionError


def _told(event: dict[str, Any], answer: httpx2.Response) -> dict[str, Any]:
    try:
        body: Any = answer.json()
    except ValueError:
        body = {}
    given = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    return {"source": event.get("source"), "event_id": event.get("id"), "http_status": answer.status_code, **given}


def _line(event: dict[str, Any], answer: httpx2.Response) -> str:
    name = f"{event.get('type', 'no type')} {event.get('subject', '')}".strip()
    if answer.is_error:
        return f"refused   {name}: {said(answer)}"
    body = answer.json()
    again = " (sent before)" if body.get("duplicate") else ""
    result = f"{body['id']} is {body['state']}" if body["status"] == "applied" else "kept, will be delivered"
    return f"{body['status']:<9} {name}: {result}{again}"


def _made(type_: str, subject: str | None, set_: tuple[str, ...], source: str, id_: str | None) -> dict[str, Any]:
    """An event of a type; what is wrong with it the gateway says best."""
    name = full(type_)
    data: dict[str, Any] = {}
    kinds = {row.name: row.takes for row in rows(INCOMING[name].model)} if name in INCOMING else {}
    for one in set_:
        field, equals, value = one.partition("=")
        if not equals or not field:
            raise UserError(f"--set {one}: write FIELD=VALUE, such as end=2027-08-27")
        _put(data, field.split("."), _value(value, kinds.get(field, "")))
    event = {"specversion": "1.0", "id": id_ or str(uuid.uuid4()), "source": source, "type": name}
    return {**event, **({"subject": subject} if subject else {}), **({"data": data} if data else {})}


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    """Set a field, within objects that are made for it."""
    *parts, last = path
    for part in parts:
        inner = data.setdefault(part, {})
        if not isinstance(inner, dict):
            raise UserError(f"--set {'.'.join(path)}: {part} is set to a value already")
        data = cast("dict[str, Any]", inner)
    data[last] = value


def _value(text: str, takes: str) -> Any:
    """Numbers, true, false, lists and objects as JSON; anything else is text, and so is what a text field takes."""
    if takes in {"text", "id", "code", "day", "instant"} or takes.startswith("one of "):
        return text
    try:
        return jsonlib.loads(text)
    except ValueError:
        return text


def _read(file: str) -> list[dict[str, Any]]:
    name = "standard input" if file == "-" else file
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        parsed: Any = jsonlib.loads(text)
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UserError(f"{name} is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name} is not JSON: {error}") from None
    events = cast("list[Any]", parsed) if isinstance(parsed, list) else [parsed]
    wrong = next((number for number, one in enumerate(events, start=1) if not isinstance(one, dict)), None)
    if wrong is not None:
        raise UserError(
            f"{name}: entry {wrong} is not a CloudEvent; write an object with specversion, id, source and type"
        )
    return events
