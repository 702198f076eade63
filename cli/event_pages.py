"""The catalogue of events for docs/events.md: each type that comes in or goes out, with its fields and an example."""

import json
from collections.abc import Iterator

from cli.event_words import FieldRow, curl, rows, sent_out
from schemas.incoming import INCOMING, MADE_UP, PREFIX, IncomingType
from schemas.outgoing import OUTGOING, OutgoingType
from schemas.programs import a


def incoming() -> str:
    """Every type that may come in."""
    return "\n".join(_incoming(kind) for kind in INCOMING.values())


def outgoing() -> str:
    """Every type that goes out."""
    return "\n".join(_outgoing(kind) for kind in OUTGOING.values())


def _incoming(kind: IncomingType) -> str:
    subject = f"`{kind.subject}`" + (" (or none: the id is made up)" if kind.name in MADE_UP else "")
    return (
        f"### {kind.name.removeprefix(PREFIX)}\n\n{kind.does}\n\n"
        f"Type `{kind.name}`, about {a(kind.lifecycle)}; subject such as {subject}.\n\n"
        f"{_table(rows(kind.model))}\n"
        f"```sh\n{curl(kind)}\n```\n"
    )


def _outgoing(kind: OutgoingType) -> str:
    about = ", ".join(kind.models)
    example = json.dumps(sent_out(kind))
    return (
        f"### {kind.name.removeprefix(PREFIX)} goes out\n\n{kind.tells}\n\n"
        f"Type `{kind.name}`, of: {about}.\n\n"
        f"{_table(rows(kind.model, kind.fields))}\n"
        f"```json\n{example}\n```\n"
    )


def _table(fields: list[FieldRow]) -> str:
    if not fields:
        return "No data: type and subject say it all.\n"
    return "".join(_lines(fields))


def _lines(fields: list[FieldRow]) -> Iterator[str]:
    yield "| field of data | takes | needed | says |\n| --- | --- | --- | --- |\n"
    for one in fields:
        cells = (f"`{one.name}`", one.takes, "yes" if one.needed else "no", one.says)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
