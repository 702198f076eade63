"""A person's export as a zip file that people can read."""

import io
import json
import zipfile
from collections.abc import AsyncIterator

from activities.documents.press import printed
from gateway.documents.dossier import dossier_of
from gateway.documents.routes import paper_of, views
from gateway.file_routes import ENDS
from records.exporting import Export
from records.pool import Connection
from schemas.form_fields import Language

README = """Everything that Journeywork holds about {id}, on {day}.

person.json   every row of every table that is about this person, each value under its name. "answers" are what was
              written into a form, under the names of its questions. Days and times are in UTC.
files/        scans and photographs that were handed in, under the ids that stand in person.json.
documents/    the agreement, evaluations, hours, certificate and receipts of each of their placements, as PDFs.

Secrets of links and sessions are left out; only their fingerprints are kept, which open nothing.
"""


async def packed(conn: Connection, export: Export, language: Language) -> bytes:
    """The zip file."""
    held = export.held
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("README.txt", README.format(id=held.person_id, day=held.at.date()))
        file.writestr("person.json", json.dumps(held.model_dump(mode="json"), indent=2, ensure_ascii=False))
        for one in export.files:
            file.writestr(f"files/{one.id}.{ENDS[one.kind]}", one.content)
        for placement_id in export.placements:
            async for name, content in _documents(conn, placement_id, language):
                file.writestr(f"documents/{placement_id}-{name}.pdf".replace(":", "-"), content)
    return written.getvalue()


async def _documents(conn: Connection, placement_id: str, language: Language) -> AsyncIterator[tuple[str, bytes]]:
    dossier = await dossier_of(conn, placement_id)
    if dossier is None:
        return
    for one in views(dossier, language):
        if one.ready:
            yield one.name, await printed(paper_of(dossier, one.name, language))
