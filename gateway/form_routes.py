"""The addresses behind mailed links: pages for people, never JSON."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Depends, Query, Request, Response

from catalog.page_words import ProblemKind
from gateway import asking_desk, calendar_feed, forms_desk, later, reach, sitting
from gateway.bodies import read_body
from gateway.gone import Page
from gateway.links import Where
from gateway.pages import PAGE_HEADERS, language_of, problem_page
from gateway.problems import RETRY_SECONDS, ProblemError
from gateway.services import Open, Services
from gateway.uploads import FILES_TYPE, Sent, read_form
from records.drafts import Matter
from records.health import PostgresAwayError
from schemas.base import Id, LifecycleName
from schemas.problems import ProblemCode

router = APIRouter(tags=["Forms"], default_response_class=Response)

MAX_FORM_BYTES = 256 * 1024
MAX_FIELDS = 2000
FORM_TYPE = "application/x-www-form-urlencoded"
Lang = Annotated[str | None, Query(description="en or es; left out: the person's language")]
Copy = Annotated[str | None, Query(description="all: fill in every answer given to the same form about somebody else")]
PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
SENT: dict[int | str, dict[str, Any]] = {**PAGE, 404: {}, 410: {}, 413: {}, 422: {}, 503: {}}


def of_another(token: str, lifecycle: LifecycleName, id: Id, request_id: Id) -> Where:  # noqa: A002 - the path's name
    """Another request of the person whom a link was mailed to."""
    return Where(token, Matter(lifecycle, id, request_id))


Other = Annotated[Where, Depends(of_another)]
OTHER = "/f/{token}/of/{lifecycle}/{id}/{request_id}"


@router.get("/f/{token}", summary="The form behind a mailed link", responses={**PAGE, 404: {}, 410: {}})
@router.head("/f/{token}", include_in_schema=False)
async def show_form(services: Open, token: str, lang: Lang = None, copy: Copy = None) -> Response:
    """A page to fill in, or a kind word when the link no longer works. Looking changes nothing."""
    return await _shown(forms_desk.show(services, Where(token), lang, copy), lang)


@router.post("/f/{token}", summary="Send a form in", responses=SENT)
async def send_form(request: Request, services: Open, token: str, lang: Lang = None) -> Response:
    """A receipt, or the form again with what is to be put right. Sending the same answers twice is harmless.

    The page's buttons send `_do`: with `check` the answers come back to be read through, with `save` they are kept as a
    draft, and nothing is handed in.
    """
    return await _handed_in(request, services, Where(token), lang)


@router.post("/f/{token}/renew", summary="Send a new link for one that has expired", responses={**PAGE, 404: {}})
async def renew_link(request: Request, services: Open, token: str, lang: Lang = None) -> Response:
    """A new link goes to the address that is known of the person, not oftener than helps."""
    return await _sent(request, services, lang, lambda _: asking_desk.renew(services, Where(token), lang))


@router.get("/f/{token}/wrong", summary="Say that somebody else should answer", responses={**PAGE, 404: {}, 410: {}})
@router.head("/f/{token}/wrong", include_in_schema=False)
async def show_wrong(services: Open, token: str, lang: Lang = None) -> Response:
    """A page on which to say so. Looking changes nothing."""
    return await _shown(asking_desk.show_wrong(services, Where(token), lang), lang)


@router.post("/f/{token}/wrong", summary="Have somebody else asked", responses=SENT)
async def say_wrong(request: Request, services: Open, token: str, lang: Lang = None) -> Response:
    """The next person of the ladder is asked, and the program is told."""
    return await _sent(
        request, services, lang, lambda sent: asking_desk.say_wrong(services, Where(token), sent.raw, lang)
    )


@router.get("/f/{token}/later", summary="Choose a day for the reminder", responses={**PAGE, 404: {}, 410: {}})
@router.head("/f/{token}/later", include_in_schema=False)
async def show_later(services: Open, token: str, lang: Lang = None) -> Response:
    """A page on which to choose. Looking changes nothing."""
    return await _shown(later.show_later(services, Where(token), lang), lang)


@router.post("/f/{token}/later", summary="Be reminded on another day", responses=SENT)
async def say_later(request: Request, services: Open, token: str, lang: Lang = None) -> Response:
    """Before the chosen day no reminder comes; the deadline stays, and others are told as before."""
    return await _sent(request, services, lang, lambda sent: later.say_later(services, Where(token), sent.raw, lang))


@router.get("/f/{token}/reach", summary="Choose between e-mail and text messages", responses={**PAGE, 404: {}, 410: {}})
@router.head("/f/{token}/reach", include_in_schema=False)
async def show_reach(services: Open, token: str, lang: Lang = None) -> Response:
    """A page on which to choose. Looking changes nothing."""
    return await _shown(reach.show_reach(services, Where(token), lang), lang)


@router.post("/f/{token}/reach", summary="Be written to in another way", responses=SENT)
async def say_reach(request: Request, services: Open, token: str, lang: Lang = None) -> Response:
    """By e-mail, by text messages, or with no texts at all."""
    return await _sent(request, services, lang, lambda sent: reach.say_reach(services, Where(token), sent.raw, lang))


@router.get("/f/{token}/calendar", summary="Have one's days in a calendar", responses={**PAGE, 404: {}, 410: {}})
@router.head("/f/{token}/calendar", include_in_schema=False)
async def show_calendar(services: Open, token: str, lang: Lang = None) -> Response:
    """A page on which to make an address for one's calendar program. Looking changes nothing."""
    return await _shown(calendar_feed.show(services, Where(token), lang), lang)


@router.post("/f/{token}/calendar", summary="Make or stop a calendar's address", responses={**PAGE, 404: {}, 410: {}})
async def change_calendar(request: Request, services: Open, token: str, lang: Lang = None) -> Response:
    """A new address, after which earlier ones lead nowhere; with `stop` none."""
    return await _sent(
        request, services, lang, lambda sent: calendar_feed.change(services, Where(token), sent.raw, lang)
    )


@router.get("/f/{token}/all", summary="Everything that is asked of one person", responses={**PAGE, 404: {}, 410: {}})
@router.head("/f/{token}/all", include_in_schema=False)
async def show_all(services: Open, token: str, lang: Lang = None) -> Response:
    """What is open, saved and sent, one after another. Looking changes nothing."""
    return await _shown(sitting.show_all(services, Where(token), lang), lang)


@router.get(OTHER, summary="Another form that is asked of the same person", responses={**PAGE, 404: {}, 410: {}})
@router.head(OTHER, include_in_schema=False)
async def show_other(services: Open, where: Other, lang: Lang = None, copy: Copy = None) -> Response:
    """As behind its own link."""
    return await _shown(forms_desk.show(services, where, lang, copy), lang)


@router.post(OTHER, summary="Send another form in", responses=SENT)
async def send_other(request: Request, services: Open, where: Other, lang: Lang = None) -> Response:
    """As behind its own link; a submission of its own."""
    return await _handed_in(request, services, where, lang)


@router.get(f"{OTHER}/wrong", summary="Say that somebody else should answer another form", responses={**PAGE, 404: {}})
@router.head(f"{OTHER}/wrong", include_in_schema=False)
async def show_other_wrong(services: Open, where: Other, lang: Lang = None) -> Response:
    """As behind its own link."""
    return await _shown(asking_desk.show_wrong(services, where, lang), lang)


@router.post(f"{OTHER}/wrong", summary="Have somebody else asked for another form", responses=SENT)
async def say_other_wrong(request: Request, services: Open, where: Other, lang: Lang = None) -> Response:
    """As behind its own link."""
    return await _sent(request, services, lang, lambda sent: asking_desk.say_wrong(services, where, sent.raw, lang))


async def _shown(looking: Awaitable[Page], lang: str | None) -> Response:
    try:
        return _page(await looking)
    except PostgresAwayError:
        return problem("unavailable", 503, lang)


async def _handed_in(request: Request, services: Services, where: Where, lang: str | None) -> Response:
    """Read a form, with the files that it asks for, and take it in."""

    async def files() -> int:
        return await forms_desk.files_asked(services, where)

    return await _sent(request, services, lang, lambda sent: forms_desk.take(services, where, sent, lang), files)


async def _sent(
    request: Request,
    services: Services,
    lang: str | None,
    take: Callable[[Sent], Awaitable[Page]],
    files: Callable[[], Awaitable[int]] | None = None,
) -> Response:
    """Read what one of our own pages sent and act on it; only a page that asks for `files` may bring some.

    A button alone sends nothing at all.
    """
    if from_elsewhere(request, services):
        return problem("unreadable", 403, lang)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if files is not None and kind == FILES_TYPE:
            sent = await read_form(request, most=MAX_FORM_BYTES, fields=MAX_FIELDS, file_fields=await files())
            return _page(await take(sent))
        body = await read_body(request, MAX_FORM_BYTES)
        if kind != FORM_TYPE and (kind or body):
            return problem("unreadable", 415, lang)
        return _page(await take(Sent(_fields(body), {})))
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
    try:
        return origin != f"{ours.scheme}://{ours.netloc}" and urlsplit(origin).netloc != request.headers.get("host")
    except ValueError:
        return True
