"""The addresses behind mailed links: pages for people, never JSON."""

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Query, Request, Response

from catalog.page_words import ProblemKind
from gateway import forms_desk
from gateway.bodies import read_body
from gateway.forms_desk import Page
from gateway.pages import PAGE_HEADERS, language_of, problem_page
from gateway.problems import RETRY_SECONDS, ProblemError
from gateway.services import Open, Services
from gateway.uploads import FILES_TYPE, Sent, read_form
from records.health import PostgresAwayError
from schemas.problems import ProblemCode

router = APIRouter(tags=["Forms"], default_response_class=Response)

MAX_FORM_BYTES = 256 * 1024
MAX_FIELDS = 2000
FORM_TYPE = "application/x-www-form-urlencoded"
Lang = Annotated[str | None, Query(description="en or es; left out: the person's language")]
PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}


@router.get("/f/{token}", summary="The form behind a mailed link", responses={**PAGE, 404: {}, 410: {}})
@router.head("/f/{token}", include_in_schema=False)
async def show_form(services: Open, token: str, lang: Lang = None) -> Response:
    """A page to fill in, or a kind word when the link no longer works. Looking changes nothing."""
    try:
        return _page(await forms_desk.show(services, token, lang))
    except PostgresAwayError:
        return problem("unavailable", 503, lang)


@router.post("/f/{token}", summary="Send a form in", responses={**PAGE, 404: {}, 410: {}, 413: {}, 422: {}, 503: {}})
async def send_form(request: Request, services: Open, token: str, lang: Lang = None) -> Response:
    """A receipt, or the form again with what is to be put right. Sending the same answers twice is harmless.

    The page's buttons send `_do`: with `check` the answers come back to be read through, with `save` they are kept as a
    draft, and nothing is handed in.
    """
    if from_elsewhere(request, services):
        return problem("unreadable", 403, lang)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {FORM_TYPE, FILES_TYPE}:
        return problem("unreadable", 415, lang)
    try:
        if kind == FILES_TYPE:
            count = await forms_desk.files_asked(services, token)
            sent = await read_form(request, most=MAX_FORM_BYTES, fields=MAX_FIELDS, file_fields=count)
        else:
            sent = Sent(_fields(await read_body(request, MAX_FORM_BYTES)), {})
        return _page(await forms_desk.take(services, token, sent, lang))
    except ProblemError as error:
        return problem("too_large" if error.code is ProblemCode.TOO_LARGE else "unreadable", error.status, lang)
    except ValueError:
        return problem("unreadable", 422, lang)
    except PostgresAwayError:
        return problem("unavailable", 503, lang)


def problem(kind: ProblemKind, status: int, lang: str | None) -> Response:
    """A page that says what went wrong, in the language asked for."""
    response = _page(Page(status, problem_page(kind, language_of(lang))))
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _page(page: Page) -> Response:
    response = Response(page.html, page.status, dict(PAGE_HEADERS))
    if page.location is not None:
        response.headers["Location"] = page.location
    return response


def _fields(body: bytes) -> dict[str, str]:
    """Names and values of the form's controls. Raises ValueError when it is not UTF-8 or has too many."""
    pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    return {name: value.replace("\0", "") for name, value in pairs}


def from_elsewhere(request: Request, services: Services) -> bool:
    """Whether a page of somebody else's sends this form.

    Our own pages send `Origin: null`, because they tell nobody their address (`Referrer-Policy: no-referrer`); then
    `Sec-Fetch-Site` says where the form came from.
    """
    if request.headers.get("sec-fetch-site", "same-origin") == "cross-site":
        return True
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return False
    ours = urlsplit(services.public_url)
    return origin != f"{ours.scheme}://{ours.netloc}" and urlsplit(origin).netloc != request.headers.get("host")
