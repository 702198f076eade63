"""A placement's documents as PDF, and the files that came with its forms, for whoever acts for the learner."""

import re

from fastapi import APIRouter, Response

from activities.documents.press import printed
from catalog.page_words import page_words
from gateway.console.matters import Part
from gateway.console.rendering import Visit
from gateway.console.shown import short, what
from gateway.console.sight import case_to_act_on, tell
from gateway.console.visits import Acting, ConsoleRoute, Refusal
from gateway.documents.dossier import Answered, dossier_of
from gateway.documents.routes import PDF_HEADERS, RECEIPT, paper_of, views
from gateway.file_routes import ENDS, HEADERS, TYPES
from gateway.problems import ProblemError
from records import files
from records.health import borrow
from schemas.form_fields import FILE_ID
from schemas.problems import ProblemCode
from schemas.vocabulary import Role

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/placements/{id}"


@router.get(PATH + "/documents/{name}.pdf")
async def get_document(visit: Acting, id: str, name: str) -> Response:  # noqa: A002 - the path's word
    """A document in the visitor's language, to be kept."""
    case = await case_to_act_on(visit, id)
    async with borrow(visit.services.pool) as conn:
        dossier = await dossier_of(conn, id)
        await tell(visit, conn, "document", [case])
    if dossier is None:
        raise Refusal(404, "not_found")
    try:
        paper = paper_of(dossier, name, visit.language)
    except ProblemError as error:
        kind = "not_ready" if error.code == ProblemCode.NOT_ALLOWED_NOW else "not_found"
        raise Refusal(error.status, kind) from None
    named = f"{id}-{name}.pdf".replace(":", "-")
    headers = {**PDF_HEADERS, "Content-Disposition": f'attachment; filename="{named}"'}
    return Response(await printed(paper), media_type="application/pdf", headers=headers)


@router.get(PATH + "/files/{file_id}")
async def get_file(visit: Acting, id: str, file_id: str) -> Response:  # noqa: A002 - as above
    """A scan or photograph that somebody handed in, to be kept and never shown by the browser itself."""
    case = await case_to_act_on(visit, id)
    found = None
    if re.fullmatch(FILE_ID, file_id):
        async with borrow(visit.services.pool) as conn:
            found = await files.content(conn, "placement", id, file_id)
            await tell(visit, conn, "file", [case])
    if found is None:
        raise Refusal(404, "not_found")
    kind, content = found
    named = f'attachment; filename="{file_id}.{ENDS[kind]}"'
    return Response(content, media_type=TYPES[kind], headers={**HEADERS, "Content-Disposition": named})


async def papers_of(visit: Visit, placement_id: str) -> list[Part]:
    """The documents that can be made, those that cannot be yet, and the files that were handed in."""
    say, here = visit.words.words, PATH.replace("{id}", placement_id)
    async with borrow(visit.services.pool) as conn:
        dossier = await dossier_of(conn, placement_id)
        kept = await files.handed_in(conn, "placement", placement_id)
    if dossier is None:
        return []
    made = [
        Part(one.title, href=f"{here}/documents/{one.name}.pdf")
        if one.ready
        else Part(one.title, say["document_missing"])
        for one in views(dossier, visit.language)
        if not one.name.startswith(RECEIPT)
    ]
    made += [_receipt(visit, one, here) for one in dossier.answered]
    scans: list[Part] = []
    for one in kept:
        request = dossier.view.request(one.request_id)
        day = short(one.uploaded_at.date(), visit.language)
        about = what(visit, request) if request else one.request_id
        whose = _whose(visit, dossier.names.get(one.person_id), request.role) if request else one.person_id
        sub = f"{whose} · {ENDS[one.kind].upper()}, {max(one.size // 1000, 1)} kB, {day}"
        scans.append(Part(say["scan_of"].format(what=about), sub, href=f"{here}/files/{one.id}"))
    return made + scans


def _receipt(visit: Visit, one: Answered, here: str) -> Part:
    """The receipt of one answer, and whose it is."""
    title = visit.words.words["receipt_of"].format(what=what(visit, one.request))
    return Part(
        title, _whose(visit, one.name, one.submission.role), href=f"{here}/documents/{RECEIPT}{one.request.id}.pdf"
    )


def _whose(visit: Visit, name: str | None, role: Role) -> str:
    """Somebody's name and role; the role alone of somebody who was erased."""
    said = page_words(visit.language).roles[role]
    return visit.words.words["whose"].format(name=name, role=said) if name else said
