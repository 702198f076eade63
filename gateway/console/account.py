"""Signing in with the organisation's own account, at its identity provider, where one is configured.

Nothing is kept of an attempt but one cookie, which is taken back when the person returns: so each works once, in the
browser that began it. No account is made; the address must be that of somebody on the directory's staff.
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request, Response

from catalog.console_words import console_words
from gateway.console.rendering import language_before, open_page
from gateway.console.sign_in import begin_session, go, safe_path
from gateway.console.visits import SIGN_IN, ConsoleRoute, Refusal, cookie_name, drop_cookie, keep_cookie, new_secret
from gateway.identity import Asking, NotToldError, Provider
from gateway.services import Open, Services
from records import staff
from records.health import borrow

Told = TypeVar("Told")
router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

ACCOUNT = SIGN_IN + "/account"
BACK = ACCOUNT + "/back"
COOKIE = "account"
MINUTES = 10
"""How long saying who one is may take."""

STATUS = {"away": 503, "refused": 403, "not_verified": 403}


@router.get(ACCOUNT)
async def begin(
    services: Open,
    *,
    next: Annotated[str | None, Query()] = None,  # noqa: A002 - the word in the address
) -> Response:
    """Off to the provider. The cookie's secret is what only this browser knows."""
    provider, secret = _provider(services), new_secret()
    state = _state(secret, int(services.now().timestamp()), safe_path(next))
    response = go(await _asked(provider.address(_asking(secret, state))))
    keep_cookie(response, services, COOKIE, secret)
    return response


@router.get(BACK)
async def come_back(
    request: Request,
    services: Open,
    *,
    state: Annotated[str, Query(max_length=2000)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Back from the provider: begin a session for the staff member with the address that it vouches for."""
    provider = _provider(services)
    try:
        response = await _entered(request, services, provider, state, code)
    except Refusal as refusal:
        response = _notice(request, refusal)
    drop_cookie(response, services, COOKIE)
    return response


@router.get(ACCOUNT + "/out")
async def leave(services: Open) -> Response:
    """Sign out at the provider too, as on a shared computer."""
    then = f"{services.public_url}{SIGN_IN}?out=1"
    return go(await _asked(_provider(services).way_out(then)) or f"{SIGN_IN}?out=1")


async def _entered(request: Request, services: Services, provider: Provider, state: str, code: str) -> Response:
    secret = request.cookies.get(cookie_name(services, COOKIE), "")
    now = services.now()
    began, next_path = _known_state(secret, state)
    if began is None or not 0 <= now.timestamp() - began < MINUTES * 60:
        raise Refusal(403, "account_stale")
    if not code:
        raise Refusal(403, "account_refused")
    email = await _asked(provider.email(_asking(secret, state), code, int(now.timestamp())))
    async with borrow(services.pool) as conn, conn.transaction():
        person_id = await staff.find(conn, email)
        who = await staff.staff(conn, person_id) if person_id else None
        if who is None:
            return _notice(request, Refusal(403, "account_unknown"), email=email)
        return await begin_session(conn, request, services, who.person_id, safe_path(next_path))


async def _asked(asking: Awaitable[Told]) -> Told:
    """What the provider answers. Raises Refusal: a page that says why it told of nobody."""
    try:
        return await asking
    except NotToldError as no:
        raise Refusal(STATUS[no.no], f"account_{no.no}") from no


def _provider(services: Services) -> Provider:
    if services.provider is None:
        raise Refusal(404, "not_found")
    return services.provider


def _asking(secret: str, state: str) -> Asking:
    return Asking(state, _made(secret, "nonce", state), _made(secret, "verifier", state))


def _state(secret: str, began: int, next_path: str) -> str:
    told = f"{began}.{base64.urlsafe_b64encode(next_path.encode()).decode()}"
    return f"{told}.{_made(secret, 'state', told)}"


def _known_state(secret: str, state: str) -> tuple[int | None, str]:
    """When this browser began (seconds since 1970; None: it did not) and the page it wanted."""
    told, _, proof = state.rpartition(".")
    if not secret or not hmac.compare_digest(proof.encode(), _made(secret, "state", told).encode()):
        return None, ""
    began, _, wanted = told.partition(".")
    return int(began), base64.urlsafe_b64decode(wanted).decode()


def _made(secret: str, what: str, of: str) -> str:
    return hmac.new(secret.encode(), f"{what} {of}".encode(), hashlib.sha256).hexdigest()


def _notice(request: Request, refusal: Refusal, **told: str) -> Response:
    """Why nobody is signed in, and the way back to where one signs in."""
    words = console_words(language_before(request))
    notice, on_text = words.notices[refusal.kind], words.words["account_again"]
    text = notice.text.format(**told)
    values = {"title": notice.title, "text": text, "on": SIGN_IN, "on_text": on_text}
    return open_page(request, "console/notice.html", status=refusal.status, **values)
