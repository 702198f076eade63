"""`journeywork placements list|show|timeline|document`: what stands where, who is asked for what, and it on paper."""

import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from cyclopts import Parameter

from cli.connection import ask, gateway
from cli.errors import UserError
from cli.looking import DataFolder, Id, Looking, days
from schemas.form_fields import Language

_LOOKING = Looking(
    "placement",
    "placements",
    {
        "learner": lambda view: view["learner_id"],
        "host": lambda view: view["host_id"],
        "dates": days,
    },
)
list_, show, timeline = _LOOKING.list_, _LOOKING.show, _LOOKING.timeline

Name = Annotated[
    str | None, Parameter(name="NAME", help="agreement, evaluation, hours, certificate, or a receipt's name.")
]
Output = Annotated[
    Path | None, Parameter(name=("--output", "-o"), help="The file to write; otherwise standard output.")
]
Spoken = Annotated[Language, Parameter(name=("--language", "--lang"), help="The document's language.")]


async def document(
    id_: Id,
    name: Name = None,
    /,
    *,
    language: Spoken = "en",
    output: Output = None,
    data: DataFolder = Path(".data"),
) -> None:
    """Write one of a placement's documents as a PDF; without a name, list which there are."""
    path, params = f"/placements/{quote(id_, safe='')}/documents", {"lang": language}
    if name is not None and output is None and sys.stdout.isatty():
        raise UserError(
            f"a PDF is no text for a terminal; write `> {name}.pdf` after the command, or --output {name}.pdf"
        )
    async with gateway(data) as client:
        if name is None:
            for one in (await ask(client, "GET", path, params=params)).json()["items"]:
                print(f"{one['name']:<32} {one['title'] if one['ready'] else 'not yet: ' + one['missing']}")
            return
        content = (await ask(client, "GET", f"{path}/{quote(name, safe='')}.pdf", params=params)).content
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise UserError(f"{output}: cannot be written: {error.strerror}") from None
