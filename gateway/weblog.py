"""The outermost layer of every request: one log line without secrets, safe headers, and no fault that gets out."""

import time
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.console.rendering import error_page
from gateway.form_routes import problem as problem_as_page
from gateway.pages import STATIC_PATH
from gateway.problems import MEDIA_TYPE

log = structlog.get_logger("gateway")

QUIET = frozenset({"/healthz", "/readyz", STATIC_PATH})
"""Routes that something asks for all the time: logged only when they go wrong in a way that is not their answer."""

_FAULT = b'{"type":"about:blank","title":"Something went wrong on our side","status":500,"detail":"","code":"fault"}'


class Weblog:
    """Logs method, route template, status and milliseconds; never the address, which may hold a link's token.

    The milliseconds until an answer begins also travel with it, as `Server-Timing`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        statuses: list[int] = []

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
                headers = MutableHeaders(scope=message)
                headers["Server-Timing"] = f"app;dur={(time.monotonic() - began) * 1000:.1f}"
                _secure(headers, scope["path"], message["status"])
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            log.exception("a request met a fault", method=scope["method"], route=route_of(scope))
            if not statuses:
                await _answer_fault(scope, receive, sending)
        route, ms = route_of(scope), round((time.monotonic() - began) * 1000)
        status = statuses[0] if statuses else None
        if route not in QUIET or status not in (200, 304, 503):
            log.info("answered", method=scope["method"], route=route, status=status, ms=ms)


def route_of(scope: Scope) -> str:
    """The route's template, such as `/f/{token}`."""
    if scope["path"].startswith(f"{STATIC_PATH}/"):
        return STATIC_PATH
    route: Any = scope.get("route")
    return str(getattr(route, "path", "(none)"))


def _secure(headers: MutableHeaders, path: str, status: int) -> None:
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    kept = path.startswith(f"{STATIC_PATH}/") and status < 400
    headers.setdefault("Cache-Control", "public, max-age=31536000, immutable" if kept else "no-store")


async def _answer_fault(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"].startswith("/f/"):
        response = problem_as_page("failed", 500, Request(scope).query_params.get("lang"))
        await response(scope, receive, send)
        return
    if scope["path"].startswith("/console"):
        await error_page(Request(scope), 500, "failed")(scope, receive, send)
        return
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(_FAULT)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": _FAULT})
