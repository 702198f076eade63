"""Signing in by a mailed link, and out. Opening a link changes nothing: the button on its page signs in, once.

A known and an unknown address get the same answer, and the mail leaves after it. See `account` for the other way in.
"""

from typing import Annotated
from urllib.parse import quote

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, Query, Request, Response

from catalog.console_words import console_words
from gateway.console.rendering import language_before, mail, open_page
from gateway.console.visits import (
    SIGN_IN,
    ConsoleRoute,
    Posted,
    Reading,
    Refusal,
    cookie_name,
    drop_cookie,
    keep_cookie,
    key_for,
    new_secret,
    secret_of,
)
from gateway.letters import Letter
from gateway.services import Open, Services
from records import sign_in, staff
from records.health import borrow
from records.pool import Connection
from schemas.console import Staff

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PER_ADDRESS = 5
"""Links in a quarter of an hour for one address; more are not sent, and nobody is told."""

MINUTES = int(sign_in.LINK_LIFE.total_seconds() // 60)
LONGEST_ADDRESS = 254


def safe_path(wanted: str | None) -> str:
    """A page of the console to go on to; anything else is the first one."""
    ours = wanted is not None and (wanted == "/console" or wanted.startswith(("/console/", "/console?")))
    plain = wanted is not None and wanted.isprintable() and "\\" not in wanted and len(wanted) <= 1000
    return wanted if wanted is not None and ours and plain and not wanted.startswith(SIGN_IN) else "/console"


@router.get(SIGN_IN)
async def ask_for_link(
    request: Request,
    services: Open,
    *,
    next: Annotated[str | None, Query()] = None,  # noqa: A002 - the word in the address
    sent: Annotated[str | None, Query()] = None,
    out: Annotated[str | None, Query()] = None,
) -> Response:
    """Where one asks for a link; also what one reads after asking, and after signing out."""
    if sent:
        return open_page(request, "console/sent.html", minutes=MINUTES)
    return _with_key(request, services, "console/sign_in.html", next=safe_path(next), signed_out=bool(out), error=None)


@router.post(SIGN_IN)
async def send_link(request: Request, services: Open, sent: Posted) -> Response:
    """Mail a link to a member of staff; whoever asks learns nothing about the address."""
    try:
        given = sent.one("email")[: LONGEST_ADDRESS + 1]
        address = validate_email(given, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        words = console_words(language_before(request)).words
        return _with_key(
            request,
            services,
            "console/sign_in.html",
            status=422,
            next=safe_path(sent.one("next")),
            signed_out=False,
            error=words["email_wrong"],
        )
    await _mail_link(services, address, safe_path(sent.one("next")))
    return go(f"{SIGN_IN}?sent=1")


@router.get(SIGN_IN + "/{token}")
async def show_link(request: Request, services: Open, token: str) -> Response:
    """The button that signs in; whatever opens links before people do changes nothing."""
    return _with_key(request, services, "console/enter.html", action=f"{SIGN_IN}/{quote(token, safe='')}")


@router.post(SIGN_IN + "/{token}")
async def enter(request: Request, services: Open, token: str, _: Posted) -> Response:
    """Use the link up and begin a session."""
    now = services.now()
    async with borrow(services.pool) as conn, conn.transaction():
        used = await sign_in.use(conn, token, now)
        who = await staff.staff(conn, used.person_id) if used else None
        if used is None or who is None:
            raise Refusal(410, "link_gone")
        return await begin_session(conn, request, services, who.person_id, used.next_path)


async def begin_session(
    conn: Connection, request: Request, services: Services, person_id: str, next_path: str
) -> Response:
    """Begin a session for somebody who has shown who they are, and go on to a page; one they had before ends."""
    now = services.now()
    before = request.cookies.get(cookie_name(services, "session"))
    if before:
        await sign_in.end(conn, before, now)
    session = await sign_in.begin(conn, person_id, now)
    response = go(next_path)
    keep_cookie(response, services, "session", session)
    drop_cookie(response, services, "start")
    return response


@router.post("/console/sign-out")
async def leave(request: Request, visit: Reading, _: Posted) -> Response:
    """End the session, here and in the database."""
    services = visit.services
    token = request.cookies.get(cookie_name(services, "session"), "")
    async with borrow(services.everything) as conn:
        await sign_in.end(conn, token, services.now())
    response = go(f"{SIGN_IN}?out=1")
    drop_cookie(response, services, "session")
    return response


async def _mail_link(services: Services, address: str, next_path: str) -> None:
    now = services.now()
    async with borrow(services.pool) as conn, conn.transaction():
        patient = await sign_in.may_ask(conn, address, now, at_most=PER_ADDRESS)
        person_id = await staff.find(conn, address)
        who = await staff.staff(conn, person_id) if person_id else None
        token = await sign_in.mint(conn, who.person_id, next_path, now) if who and patient else None
    if who is not None and token is not None:
        services.letters.soon(_letter(services, who, token))


def _letter(services: Services, who: Staff, token: str) -> Letter:
    say = console_words(who.language).words
    told = {"url": f"{services.public_url}{SIGN_IN}/{token}", "name": who.name, "minutes": MINUTES}
    return Letter(
        to=who.email or "",
        name=who.name,
        subject=say["mail_subject"],
        text=mail(who.language, "console/sign_in_mail.txt", **told),
        html=mail(who.language, "console/sign_in_mail.html", **told),
    )


def _with_key(request: Request, services: Services, template: str, *, status: int = 200, **values: object) -> Response:
    """A page with a form, for somebody who is not signed in: its key belongs to a cookie that it sets."""
    secret = secret_of(request)
    made = secret or new_secret()
    account = services.provider is not None
    response = open_page(request, template, key=key_for(made), status=status, account=account, **values)
    if secret is None:
        keep_cookie(response, services, "start", made)
    return response


def go(path: str) -> Response:
    """On to another page."""
    return Response(status_code=303, headers={"Location": path})
