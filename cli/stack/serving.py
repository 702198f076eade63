"""Serves one web application until the process is asked to stop."""

import asyncio
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from cli.errors import UserError

FINISH_WITHIN = 5  # seconds for requests under way when the stop signal comes


class _Server(uvicorn.Server):
    """Leaves signals alone: uvicorn would raise them again after its clean stop, and the process would die by one."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve(app: ASGIApp, *, host: str, port: int, part: str) -> None:
    """Serve `app` until SIGINT or SIGTERM, then finish what is under way and return.

    `part` names what is served in the UserError raised when the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise UserError(f"{part} cannot listen on {host} port {port}: {error.strerror}.") from None
    server = _Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=FINISH_WITHIN)
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    with listening:
        await server.serve(sockets=[listening])
