"""Importing in the browser: a file is looked through first, and nothing is imported before somebody confirms it."""

from functools import partial

from fastapi import APIRouter, Response

from catalog.import_words import problem_in
from gateway.console.act_views import in_words
from gateway.console.acts import when
from gateway.console.exports import as_file
from gateway.console.imports_desk import KINDS, SOURCE, carry_out, look_through, rejected
from gateway.console.rendering import Visit, page
from gateway.console.tables import CSV_TYPE
from gateway.console.visits import ConsoleRoute, Coordinating, FileRoute, Posted, Refusal
from gateway.imports.report import Kind
from gateway.imports.sources import NotZippedError
from gateway.received import is_id
from records import imports
from records.health import borrow
from records.imports import KeptImport
from schemas.console import ConsoleRole, is_at_least

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)
files = APIRouter(route_class=FileRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/imports"
RECENT = 50
AGAIN_SECONDS = 4


@router.get(PATH)
async def show_imports(visit: Coordinating) -> Response:
    """Where a file is chosen, and what was imported before."""
    return await _start(visit, "", {})


@files.post(PATH)
async def take_file(visit: Coordinating, sent: Posted) -> Response:
    """Look a file through and keep it; what is in it stands on its page."""
    say, given = visit.words.words, sent.one("kind")
    kind: Kind | None = next((one for one in kinds_for(visit) if one == given), None)
    errors: dict[str, str] = {}
    if kind is None:
        errors["kind"] = say["choose"]
    if not sent.file:
        errors["file"] = say["file_missing"]
    if kind is None or errors:
        return await _start(visit, given, errors)
    try:
        id_ = await look_through(visit, kind, sent.file_name, sent.file)
    except NotZippedError:
        return await _start(visit, given, {"file": say["file_no_zip"]})
    return Response(status_code=303, headers={"Location": f"{PATH}/{id_}"})


@router.get(PATH + "/{id}")
async def show_import(visit: Coordinating, id: str) -> Response:  # noqa: A002 - the path's word
    """What is wrong with it, or what it changes; once imported, what it changed and how far its offers are."""
    kept = await _own(visit, id)
    async with borrow(visit.services.everything) as conn:
        opened = await imports.opened(conn, SOURCE, kept.report["opens"])
    waiting = opened.all - opened.applied - opened.refused if kept.finished_at else 0
    shown = page(
        visit,
        "console/import.html",
        nav="imports",
        title=visit.words.imports[kept.kind].name,
        kept=kept,
        report=kept.report,
        opened=opened,
        waiting=waiting,
        here=f"{PATH}/{id}",
        when=partial(when, visit),
        told=partial(problem_in, visit.language),
        refused_in=partial(in_words, visit.language),
        directs=is_at_least(visit.staff.role, ConsoleRole.DIRECTOR),
    )
    if waiting:
        shown.headers["Refresh"] = str(AGAIN_SECONDS)
    return shown


@router.post(PATH + "/{id}/confirm")
async def confirm_import(visit: Coordinating, id: str, sent: Posted) -> Response:  # noqa: A002 - as above
    """Import it. Pressed twice, it is imported once."""
    kept = await _own(visit, id)
    if kept.kind not in kinds_for(visit):
        raise Refusal(403, "not_yours")
    await carry_out(visit, kept, end_left=sent.one("end_left") == "1")
    return Response(status_code=303, headers={"Location": f"{PATH}/{id}"})


@router.get(PATH + "/{id}/rejected.csv")
async def rejected_rows(visit: Coordinating, id: str) -> Response:  # noqa: A002 - as above
    """The rows that were not taken."""
    kept = await _own(visit, id)
    content = await rejected(visit, kept)
    if content is None:
        raise Refusal(410, "file_gone")
    return as_file(content, CSV_TYPE, "rejected.csv")


def kinds_for(visit: Visit) -> list[Kind]:
    """What this person may import."""
    return [kind for kind, least in KINDS.items() if is_at_least(visit.staff.role, least)]


async def _start(visit: Visit, kind: str, errors: dict[str, str]) -> Response:
    async with borrow(visit.services.everything) as conn:
        recent = await imports.recent(conn, _whose(visit), RECENT)
    return page(
        visit,
        "console/imports.html",
        status=422 if errors else 200,
        nav="imports",
        title=visit.words.words["imports"],
        kinds=kinds_for(visit),
        kind=kind,
        errors=errors,
        recent=recent,
        directs=is_at_least(visit.staff.role, ConsoleRole.DIRECTOR),
        when=partial(when, visit),
    )


async def _own(visit: Visit, id_: str) -> KeptImport:
    async with borrow(visit.services.everything) as conn:
        kept = await imports.get(conn, id_) if is_id(id_) else None
    if kept is None or _whose(visit) not in (None, kept.person_id):
        raise Refusal(404, "not_found")
    return kept


def _whose(visit: Visit) -> str | None:
    """Whose imports somebody sees: their own; a director everybody's (None)."""
    return None if is_at_least(visit.staff.role, ConsoleRole.DIRECTOR) else visit.staff.person_id
