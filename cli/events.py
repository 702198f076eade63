"""`journeywork events send`: one CloudEvent, or a list of them, from a file or standard input."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, cast

from cyclopts import Parameter
from rich.console import Console

from cli.connection import gateway, said
from cli.errors import UserError

DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]


async def send(
    file: Annotated[str, Parameter(help="A JSON file, or - for standard input.", allow_leading_hyphen=True)],
    *,
    data: DataFolder = Path(".data"),
) -> int:
    """Send events in order. Each gets a line; exit status 1 when one was refused."""
    events = _read(file)
    console = Console(highlight=False, soft_wrap=True)
    refused = 0
    async with gateway(data) as client:
        for event in events:
            answer = await client.post("/events", json=event)
            name = f"{event.get('type', 'no type')} {event.get('subject', '')}".strip()
            if answer.is_error:
                refused += 1
                console.print(f"refused   {name}: {said(answer)}", markup=False)
            else:
                body = answer.json()
                again = " (sent before)" if body.get("duplicate") else ""
                result = (
                    f"{body['id']} is {body['state']}" if body["status"] == "applied" else "kept, will be delivered"
                )
                console.print(f"{body['status']:<9} {name}: {result}{again}", markup=False)
    return 1 if refused else 0


def _read(file: str) -> list[dict[str, Any]]:
    name = "standard input" if file == "-" else file
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        parsed: Any = json.loads(text)
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UserError(f"{name} is not UTF-8 text") from None
    except ValueError as error:
        raise UserError(f"{name} is not JSON: {error}") from None
    events = cast("list[Any]", parsed) if isinstance(parsed, list) else [parsed]
    wrong = next((number for number, one in enumerate(events, start=1) if not isinstance(one, dict)), None)
    if wrong is not None:
        raise UserError(
            f"{name}: entry {wrong} is not a CloudEvent; write an object with specversion, id, source and type"
        )
    return events
