"""Sends one request to a receiver and says what came of it. What the receiver answers is not read, only its status."""

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple, cast

import httpcore2

from activities.webhooks.guard import ForbiddenError, Guard, Pinned, Target, read_url
from schemas.webhooks import Failure

CONNECT_SECONDS = 5.0
SEND_SECONDS = 15.0
"""The longest time a request may take, from its host's name to the status of the answer."""
HUNG_UP = "Server disconnected"
"""How the library's error begins when a receiver closes the connection instead of answering."""


class Answered(NamedTuple):
    """What a request came to; `retry_after` is what the receiver asked for, if it did."""

    status: int | None
    failure: Failure | None
    ms: int
    retry_after: timedelta | None = None


class Courier:
    """Sends requests through the guard. Keeps no connection and no cookie; follows nothing; knows no proxy."""

    def __init__(
        self,
        guard: Guard,
        *,
        backend: httpcore2.AsyncNetworkBackend | None = None,
        trusted: ssl.SSLContext | None = None,
        seconds: float = SEND_SECONDS,
    ) -> None:
        """Take the guard, who connects (the system, unless told otherwise), and whose certificates count."""
        self._guard = guard
        self._backend = backend or cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())
        self._trusted = trusted or ssl.create_default_context()
        self._seconds = seconds

    async def send(self, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Answered:
        """Post a body; never raises for anything a receiver or a name server can do."""
        began = time.monotonic()
        status, failure, after = None, None, None
        try:
            async with asyncio.timeout(self._seconds):
                status, after = await self._post(read_url(url, local=self._guard.local), headers, body, now)
        except (ForbiddenError, OSError, httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            failure = _meaning(error)
        except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, ValueError) as error:
            failure = "cut" if str(error).startswith(HUNG_UP) else "malformed"
        if status is not None and not 200 <= status < 300:
            failure = "redirected" if 300 <= status < 400 else "answered"
        return Answered(status, failure, round((time.monotonic() - began) * 1000), after)

    async def _post(
        self, target: Target, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> tuple[int, timedelta | None]:
        default = target.port == (443 if target.scheme == "https" else 80)
        host = f"[{target.host}]" if ":" in target.host else target.host
        sent = {"Host": host if default else f"{host}:{target.port}", "Content-Length": str(len(body)), **headers}
        pool = httpcore2.AsyncConnectionPool(
            ssl_context=self._trusted,
            max_keepalive_connections=0,
            network_backend=Pinned(self._guard, target, self._backend),
        )
        url = httpcore2.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
        )
        timeouts = {"connect": CONNECT_SECONDS, "read": self._seconds, "write": self._seconds, "pool": self._seconds}
        async with (
            pool,
            pool.stream(
                "POST", url, headers=list(sent.items()), content=body, extensions={"timeout": timeouts}
            ) as answer,
        ):
            named = {name.lower(): value for name, value in answer.headers}
            return answer.status, retry_after(named.get(b"retry-after", b"").decode("latin-1"), now)


def retry_after(said: str, now: datetime) -> timedelta | None:
    """How long a receiver asks to be left alone: seconds, or a date; None when it says neither."""
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=min(int(said[:9]), 10**8))
    with suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(said)
        return max((until if until.tzinfo else until.replace(tzinfo=UTC)) - now, timedelta())
    return None


def _meaning(error: Exception) -> Failure:
    if isinstance(error, ForbiddenError):
        return "forbidden"
    if isinstance(error, socket.gaierror):
        return "not_found"
    if isinstance(error, TimeoutError | httpcore2.TimeoutException):
        return "timeout"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    return "cut" if isinstance(error, httpcore2.ReadError | httpcore2.WriteError) else "not_connected"
