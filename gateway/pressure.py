"""Saying "later" before memory grows: a bounded number of requests, and of bytes they bring, are under way at once.

A request that is turned away was not read and not kept; whoever sent it sends it again after `Retry-After`.
"""

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.console.rendering import error_page
from gateway.form_routes import problem as problem_as_page
from gateway.problems import ProblemError, answer
from gateway.services import AT_ONCE
from gateway.uploads import FILES_TYPE, MAX_FILES, MAX_READ
from schemas.problems import ProblemCode

BYTES_AT_ONCE = 128 * 1024 * 1024
"""What the bodies of requests under way may announce together."""

UNANNOUNCED, UNANNOUNCED_FILES = 256 * 1024, MAX_FILES * MAX_READ
"""What a body counts for that does not say how long it is, and one that may bring files: as much as is read of it."""

AGAIN_SECONDS = 1

FREE = ("/healthz", "/readyz", "/static/")
"""What is always answered: it is light, and asked when something is wrong."""

log = structlog.get_logger("gateway")


class Pressure:
    """Lets a bounded number of requests, and of announced bytes, in at once; the others are told to come again."""

    def __init__(self, app: ASGIApp, *, at_once: int = AT_ONCE) -> None:
        self._app, self._most = app, at_once
        self._requests = self._bytes = 0
        self._full = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        size = _announced(scope)
        if self._requests >= self._most or (self._requests and self._bytes + size > BYTES_AT_ONCE):
            self._say(full=True)
            await _turn_away(scope, receive, send)
            return
        self._requests += 1
        self._bytes += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._requests -= 1
            self._bytes -= size
            if self._requests * 2 < self._most and self._bytes * 2 < BYTES_AT_ONCE:
                self._say(full=False)

    def _say(self, *, full: bool) -> None:
        """One line when it changes, not one a request."""
        if self._full != full:
            self._full = full
            (log.warning if full else log.info)("turning away" if full else "taking again", part="gateway")


def _announced(scope: Scope) -> int:
    """How long the body is, as the request says."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    if length.isdigit():
        return int(length[:15])
    if b"transfer-encoding" not in headers:
        return 0
    return UNANNOUNCED_FILES if headers.get(b"content-type", b"").startswith(FILES_TYPE.encode()) else UNANNOUNCED


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Retry-After": str(AGAIN_SECONDS), "Connection": "close"}
    if scope["path"].startswith("/f/"):
        response = problem_as_page("unavailable", 503, Request(scope).query_params.get("lang"))
    elif scope["path"].startswith("/console"):
        response = error_page(Request(scope), 503, "unavailable")
    else:
        error = ProblemError(ProblemCode.TOO_MANY, "too many requests are under way; send it again", headers=headers)
        response = answer(error.problem)
    response.headers.update(headers)
    await response(scope, receive, send)
