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


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OSError when it cannot.

    Nothing written waits until what was written before is acknowledged, which takes browsers 40 ms; asyncio sees to
    that only for sockets that it made itself.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.create_server((host, port), family=family, backlog=2048)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


async def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve `app` until cancelled, then finish what is under way. Raises OSError when it cannot listen there.

    The access log is off: addresses hold the tokens of mailed links.
    """
    with listening(host, port) as door:
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
        serving = asyncio.create_task(server.serve(sockets=[door]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving
            raise
        if not server.started:
            raise RuntimeError("the gateway could not start; its log says why")
