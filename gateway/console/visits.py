"""Who asks for a console page, and how what they send is checked before any page looks at it.

A POST gets through only with the key of the visitor's own cookie, from a page of ours. Every refusal leaves as a page.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, ClassVar
from urllib.parse import parse_qsl, quote

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from gateway.bodies import read_body
from gateway.console.rendering import Visit, error_page, language_asked
from gateway.form_routes import FORM_TYPE, MAX_FIELDS, from_elsewhere
from gateway.problems import RETRY_SECONDS, ProblemError
from gateway.services import Services, services_of
from gateway.uploads import FILES_TYPE, read_form
from records import sight, sign_in, staff
from records.health import PostgresAwayError, borrow
from schemas.console import ConsoleRole, is_at_least

SIGN_IN = "/console/sign-in"
KEY = "key"
"""The name of the hidden control that every form of ours carries."""

FILE = "file"
"""The name of the control with a file."""

MAX_BYTES = 128 * 1024
LANGUAGE_COOKIE = "journeywork-language"


class Refusal(Exception):  # noqa: N818 - not an error: a page that says no
    """Answer with a page that says no: `kind` names its words."""

    def __init__(self, status: int, kind: str) -> None:
        self.status, self.kind = status, kind
        super().__init__(kind)


class SignInFirst(Exception):  # noqa: N818 - as above
    """Nobody is signed in: off to where one signs in, and back afterwards."""


def cookie_name(services: Services, what: str) -> str:
    """A cookie of this host alone; browsers hold us to it where the address is https."""
    return f"__Host-journeywork-{what}" if is_https(services) else f"journeywork-{what}"


def is_https(services: Services) -> bool:
    """Whether people reach us by https."""
    return services.public_url.startswith("https://")


def keep_cookie(response: Response, services: Services, what: str, value: str) -> None:
    """Give the browser a secret that no script reads; it is forgotten when the browser closes."""
    response.set_cookie(
        cookie_name(services, what), value, path="/", secure=is_https(services), httponly=True, samesite="lax"
    )


def drop_cookie(response: Response, services: Services, what: str) -> None:
    """Take the secret back."""
    response.delete_cookie(
        cookie_name(services, what), path="/", secure=is_https(services), httponly=True, samesite="lax"
    )


def key_for(secret: str) -> str:
    """The key that forms carry, made from the cookie's secret so that nothing more must be kept."""
    return hmac.new(secret.encode(), b"journeywork console form", hashlib.sha256).hexdigest()


def secret_of(request: Request) -> str | None:
    """The secret of a visitor: of the session, or before it of the sign-in page."""
    services = services_of(request)
    for what in ("session", "start"):
        if value := request.cookies.get(cookie_name(services, what)):
            return value
    return None


def new_secret() -> str:
    """A secret for somebody who is not signed in yet."""
    return secrets.token_urlsafe(32)


class Sent:
    """What a form sent: names with one or several values, and the file under `FILE`, if any."""

    def __init__(self, pairs: list[tuple[str, str]], file: bytes = b"", file_name: str = "") -> None:
        self.pairs = [(name, value.replace("\0", "").strip()) for name, value in pairs]
        self.file, self.file_name = file, file_name

    def one(self, name: str) -> str:
        """The last value under a name; empty when there is none."""
        return next((value for given, value in reversed(self.pairs) if given == name), "")

    def many(self, name: str) -> list[str]:
        """Every value under a name, each once, in order."""
        return list(dict.fromkeys(value for given, value in self.pairs if given == name and value))


class ConsoleRoute(APIRoute):
    """A route that answers with pages only, and lets no POST through that is not from our own form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler with the checks before and the pages after."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                if request.method == "POST":
                    request.state.sent = await self.checked(request)
                response = await handler(request)
            except SignInFirst:
                return _to_sign_in(request)
            except Refusal as refusal:
                return error_page(request, refusal.status, refusal.kind)
            except RequestValidationError:
                return error_page(request, 422, "unreadable")
            except ProblemError as error:
                return error_page(request, error.status, "too_large" if error.status == 413 else "unreadable")
            except PostgresAwayError:
                away = error_page(request, 503, "unavailable")
                away.headers["Retry-After"] = str(RETRY_SECONDS)
                return away
            if asked := language_asked(request):
                response.set_cookie(LANGUAGE_COOKIE, asked, path="/console", samesite="lax", httponly=True)
            return response

        return handle

    kind_of_form: ClassVar[str] = FORM_TYPE

    async def checked(self, request: Request) -> Sent:
        """What was sent, with the key of the visitor's own cookie. Raises Refusal."""
        secret = secret_of(request)
        if secret is None or from_elsewhere(request, services_of(request)):
            raise Refusal(403, "forged")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != self.kind_of_form:
            raise Refusal(415, "unreadable")
        try:
            sent = await self.read(request)
        except ValueError:
            raise Refusal(422, "unreadable") from None
        if not hmac.compare_digest(sent.one(KEY).encode(), key_for(secret).encode()):
            raise Refusal(403, "forged")
        return sent

    async def read(self, request: Request) -> Sent:
        """The form's values. Raises ValueError when it is none, ProblemError when it is too large."""
        body = await read_body(request, MAX_BYTES)
        return Sent(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"))


class FileRoute(ConsoleRoute):
    """The same for a form that carries a file."""

    kind_of_form = FILES_TYPE

    async def read(self, request: Request) -> Sent:
        """The form's values with the file."""
        form = await read_form(request, most=MAX_BYTES, fields=MAX_FIELDS, file_fields=1)
        return Sent(list(form.raw.items()), form.files.get(FILE, b""), form.called.get(FILE, ""))


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(wanted, safe='')}" if request.method == "GET" and wanted != "/console" else ""
    return Response(status_code=303, headers={"Location": f"{SIGN_IN}{back}"})


def sent_by(request: Request) -> Sent:
    """What the form sent, checked before."""
    sent: Sent = request.state.sent
    return sent


async def visit_of(request: Request) -> Visit:
    """Whoever is signed in, with the roles they hold at this moment; what they read is of their learners alone.

    Raises SignInFirst.
    """
    services = services_of(request)
    token = request.cookies.get(cookie_name(services, "session"))
    if not token:
        raise SignInFirst
    async with borrow(services.pool) as conn:
        person_id = await sign_in.signed_in(conn, token, services.now())
        who = await staff.staff(conn, person_id) if person_id else None
        everywhere = who is not None and await sight.sees_all(conn, who.organisations)
    if who is None:
        raise SignInFirst
    if not everywhere:
        services = services.within(who.organisations, who.learners)
    return Visit(request=request, services=services, staff=who, key=key_for(token))


def _at_least(role: ConsoleRole) -> Callable[[Request], Coroutine[Any, Any, Visit]]:
    async def check(request: Request) -> Visit:
        visit = await visit_of(request)
        if not is_at_least(visit.staff.role, role):
            raise Refusal(403, "not_yours")
        return visit

    return check


Reading = Annotated[Visit, Depends(visit_of)]
"""For pages that everybody who is signed in may see."""

Acting = Annotated[Visit, Depends(_at_least(ConsoleRole.CAREER_SPECIALIST))]
"""For pages where something is done."""

Coordinating = Annotated[Visit, Depends(_at_least(ConsoleRole.COORDINATOR))]
"""For pages of those who answer for schools and hosts."""

Directing = Annotated[Visit, Depends(_at_least(ConsoleRole.DIRECTOR))]
"""For pages of those who answer for it all."""

Posted = Annotated[Sent, Depends(sent_by)]
"""What a form sent."""
