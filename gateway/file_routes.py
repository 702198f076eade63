"""The files that came with a placement's forms, for staff: which there are, and each to keep."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from gateway.keys import OfDocuments
from gateway.problems import ProblemError, responses
from gateway.received import is_id
from records import disclosures, files, lifecycles
from records.health import borrow
from schemas.base import Frozen
from schemas.form_fields import FILE_ID, FileKind
from schemas.problems import ProblemCode

router = APIRouter(tags=["Placements"])

TYPES: Mapping[FileKind, str] = MappingProxyType({"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"})
ENDS: Mapping[FileKind, str] = MappingProxyType({"pdf": "pdf", "png": "png", "jpeg": "jpg"})
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
)


class FileView(Frozen):
    """A file that came with a form. `size` in bytes; `path` leads to the file."""

    id: str
    request_id: str
    submission_id: str
    field: str = Field(description="the question of the form", examples=["scan"])
    kind: FileKind
    size: int
    sha256: str
    received_at: AwareDatetime
    path: str


class FileList(Frozen):
    """A placement's files, oldest first."""

    items: list[FileView]


@router.get("/placements/{id}/files", summary="Files that came with a placement's forms", responses=responses(401, 404))
async def get_files(services: OfDocuments, id: str) -> FileList:  # noqa: A002 - the path's word
    """Scans and photographs that people handed in, such as a work permit."""
    async with borrow(services.pool) as conn:
        view = await lifecycles.placement(conn, id) if is_id(id) else None
        kept = await files.handed_in(conn, "placement", id) if view else []
        if view:
            record = f"placement/{id}"
            await disclosures.tell(conn, services.asker, "files", services.now(), record=record, placements=[id])
    if view is None:
        raise ProblemError(ProblemCode.NOT_FOUND, f"there is no placement {id}" if is_id(id) else "no such placement")
    return FileList(
        items=[
            FileView(
                **one.model_dump(exclude={"person_id", "uploaded_at"}),
                received_at=one.uploaded_at,
                path=f"/placements/{id}/files/{one.id}",
            )
            for one in kept
        ]
    )


@router.get(
    "/placements/{id}/files/{file_id}",
    summary="A file that came with a form",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in TYPES.values()}}, **responses(401, 404, 503)},
)
async def get_file(services: OfDocuments, id: str, file_id: str) -> Response:  # noqa: A002 - as above
    """The file as it was handed in, to be kept and never shown by the browser itself."""
    found = None
    if is_id(id) and re.fullmatch(FILE_ID, file_id):
        async with borrow(services.pool) as conn:
            found = await files.content(conn, "placement", id, file_id)
            if found is not None:
                record = f"placement/{id}"
                await disclosures.tell(conn, services.asker, "file", services.now(), record=record, placements=[id])
    if found is None:
        raise ProblemError(ProblemCode.NOT_FOUND, "there is no such file; GET /placements/{id}/files lists them")
    kind, content = found
    named = f'attachment; filename="{file_id}.{ENDS[kind]}"'
    return Response(content, media_type=TYPES[kind], headers={**HEADERS, "Content-Disposition": named})
