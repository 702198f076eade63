"""The documents of a placement over the API: which there are, and each as an accessible PDF."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Response
from pydantic import Field

from activities.documents.paper import Paper
from activities.documents.press import printed
from activities.documents.receipt import receipt_paper
from catalog.document_words import DocumentName, document_words
from gateway.documents.agreement import agreement
from gateway.documents.certificate import certificate
from gateway.documents.dossier import Answered, Dossier, dossier_of
from gateway.documents.evaluation import evaluation
from gateway.documents.hours import hours
from gateway.keys import OfDocuments
from gateway.problems import ProblemError, responses
from gateway.received import is_id
from gateway.services import Services
from lifecycle.form_layout import FormContext
from records import disclosures
from records.health import borrow
from schemas.base import Frozen
from schemas.checks import meant
from schemas.form_fields import Language
from schemas.problems import ProblemCode

router = APIRouter(tags=["Placements"])

RECEIPT = "receipt-"
"""What the name of a receipt begins with; the id of its request follows."""


class _Made(NamedTuple):
    """How a document is made, and what is missing when it cannot be."""

    make: Callable[[Dossier, Language], Paper | None]
    missing: str


MADE: Mapping[DocumentName, _Made] = MappingProxyType(
    {
        "agreement": _Made(agreement, "nobody has signed its training agreement yet"),
        "evaluation": _Made(evaluation, "no evaluation has come back, and none was given up"),
        "hours": _Made(hours, "no hours were handed in"),
        "certificate": _Made(certificate, "it is not completed"),
    }
)

Lang = Annotated[Language, Query(description="the language of the document")]
PDF_HEADERS: Mapping[str, str] = MappingProxyType(
    {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
)


class DocumentView(Frozen):
    """One document. One that is not `ready` says what is `missing`; `path` leads to the PDF."""

    name: str = Field(examples=["certificate"])
    title: str
    ready: bool
    missing: str | None = None
    path: str = Field(examples=["/placements/pl-1/documents/certificate.pdf"])


class DocumentList(Frozen):
    """Every document of a placement: the four about the whole of it, then a receipt for each form that came back."""

    items: list[DocumentView]


@router.get("/placements/{id}/documents", summary="A placement's documents", responses=responses(401, 404, 422, 503))
async def get_documents(services: OfDocuments, id: str, lang: Lang = "en") -> DocumentList:  # noqa: A002 - the path's word
    """Which documents can be made: agreement, evaluation, hours record, certificate, and a receipt for each form."""
    dossier = await _dossier(services, id, "documents")
    return DocumentList(items=list(views(dossier, lang)))


@router.get(
    "/placements/{id}/documents/{name}.pdf",
    summary="A document as a PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **responses(401, 404, 409, 422, 503)},
)
async def get_document(services: OfDocuments, id: str, name: str, lang: Lang = "en") -> Response:  # noqa: A002 - as above
    """An accessible PDF (PDF/UA-1), byte for byte the same until something new is handed in.

    409 says what is missing for it.
    """
    dossier = await _dossier(services, id, "document")
    paper = paper_of(dossier, name, lang)
    named = f"{id}-{name}.pdf".replace(":", "-")
    headers = {**PDF_HEADERS, "Content-Disposition": f'attachment; filename="{named}"'}
    return Response(await printed(paper), media_type="application/pdf", headers=headers)


async def _dossier(services: Services, id_: str, what: str) -> Dossier:
    if not is_id(id_):
        raise ProblemError(ProblemCode.NOT_FOUND, "there is no such placement")
    async with borrow(services.pool) as conn:
        dossier = await dossier_of(conn, id_)
        if dossier is not None:
            now, record, learners = services.now(), f"placement/{id_}", [dossier.view.learner_id]
            await disclosures.tell(conn, services.asker, what, now, record=record, learners=learners)
    if dossier is None:
        raise ProblemError(ProblemCode.NOT_FOUND, f"there is no placement {id_}")
    return dossier


def views(dossier: Dossier, language: Language) -> Iterator[DocumentView]:
    """Every document of a placement, ready or not."""
    words = document_words(language)
    for name, made in MADE.items():
        ready = made.make(dossier, language) is not None
        yield _view(dossier, name, words.titles[name], None if ready else made.missing)
    for one in dossier.answered:
        title = words.titles["receipt"].format(form=_context_of(dossier, one, language).say(one.form.title))
        yield _view(dossier, f"{RECEIPT}{one.request.id}", title, None)


def _view(dossier: Dossier, name: str, title: str, missing: str | None) -> DocumentView:
    path = f"/placements/{dossier.view.id}/documents/{name}.pdf"
    return DocumentView(name=name, title=title, ready=missing is None, missing=missing, path=path)


def paper_of(dossier: Dossier, name: str, language: Language) -> Paper:
    """One document by its name. Raises ProblemError when there is none, or it cannot be made yet."""
    for one in dossier.answered:
        if name == f"{RECEIPT}{one.request.id}":
            said = one.submission
            context = _context_of(dossier, one, language)
            return receipt_paper(one.form, context, said.answers, said.at, decision=said.decision, number=said.id)
    for known, made in MADE.items():
        if name == known:
            paper = made.make(dossier, language)
            if paper is None:
                message = f"the {name} of placement {dossier.view.id} cannot be made: {made.missing}"
                raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, message)
            return paper
    known_names = [*MADE, *(f"{RECEIPT}{one.request.id}" for one in dossier.answered)]
    raise ProblemError(ProblemCode.NOT_FOUND, f"there is no document `{name[:60]}`{meant(name, known_names)}")


def _context_of(dossier: Dossier, one: Answered, language: Language) -> FormContext:
    context = dossier.context(language, one.submission.role, one.request.kind)
    return context.changed(number=one.request.number)
