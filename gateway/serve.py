"""Serving the gateway over HTTP."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

FINISH_WITHIN = 5
"""Seconds for requests under way when serving is to stop."""


class _Server(uvicorn.Server):
    """Leaves signals alone: the process that serves decides when to stop."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve `app` until cancelled, then finish what is under way. Raises OSError when it cannot listen there.

    The access log is off: addresses hold the tokens of mailed links.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=2048) as listening:
        server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=FINISH_WITHIN,
                lifespan="on",
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving
            raise
        if not server.started:
            raise RuntimeError("the gateway could not start; its log says why")
