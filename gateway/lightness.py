"""Pages behind mailed links, and the styles they load, travel packed: an old phone on a slow line gets them sooner.

Only these: their address is the secret, so nobody can have a page of theirs packed beside a guess of what is in it, as
somebody could with pages that a cookie opens.
"""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

PACKED = ("/f/", "/static/")
SMALLEST = 500
"""Bytes below which packing gains nothing."""
LEVEL = 5


class Light:
    """Packs what a browser takes packed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packing = GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        packed = scope["type"] == "http" and scope["path"].startswith(PACKED)
        await (self._packing if packed else self._app)(scope, receive, send)
