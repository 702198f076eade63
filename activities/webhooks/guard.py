"""What a webhook may call: checked when its URL is given, and again, after resolving it, at each connection."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from httpcore2 import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream, ConnectError

from activities.webhooks.addresses import Address, is_loopback, may_be_called, read_address

LONGEST = 2000
PORTS = (443, 8443)
MOST_ADDRESSES = 4
"""Addresses of one host that are tried, one after another."""

_PLAIN = re.compile(r"[\x21-\x7e]+")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
INSIDE = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa", "onion", "test")
"""Ends of names that mean nothing on the internet, or something else in every network."""

_THREADS = ThreadPoolExecutor(16, "resolve")
"""Threads of its own: a slow name server keeps nobody else waiting."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""All addresses of a host, as text. Raises OSError when there are none."""


class ForbiddenError(Exception):
    """A webhook may not be sent there; the text says what would be right."""


class Target(NamedTuple):
    """Where a request goes: `path` with its query; `local` when it may only reach this machine."""

    scheme: str
    host: str
    port: int
    path: str
    local: bool


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    found = await asyncio.get_running_loop().run_in_executor(
        _THREADS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def read_url(url: str, *, local: bool) -> Target:
    """Take a webhook's URL apart; `local` lets it be http on this machine, too. Raises ForbiddenError.

    It is stricter than the standards: what two programs could read differently is refused.
    """
    if len(url) > LONGEST or not _PLAIN.fullmatch(url) or "\\" in url:
        raise ForbiddenError(f"must be at most {LONGEST} plain characters without spaces; write other letters encoded")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").lower()
    except ValueError:
        raise ForbiddenError("is no URL; send one such as https://crm.example.org/journeywork") from None
    if "@" in parts.netloc:
        raise ForbiddenError("must hold no user name and no password; the signature tells who calls")
    if "#" in url:
        raise ForbiddenError("must hold no part after #; it is never sent")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.startswith("/"):
        raise ForbiddenError("is no URL; send one such as https://crm.example.org/journeywork")
    usual = 443 if parts.scheme == "https" else 80
    if local and _this_machine(parts, host):
        return Target(parts.scheme, host, usual if port is None else port, path, local=True)
    if parts.scheme != "https":
        raise ForbiddenError("must begin with https://")
    _check_host(parts, host)
    if port not in (None, *PORTS):
        raise ForbiddenError(f"must use port {' or '.join(map(str, PORTS))}")
    return Target("https", host, port or usual, path, local=False)


def _this_machine(parts: SplitResult, host: str) -> bool:
    if parts.scheme not in ("http", "https"):
        return False
    try:
        return host == "localhost" or is_loopback(read_address(host))
    except ValueError:
        return False


def _check_host(parts: SplitResult, host: str) -> None:
    labels = host.split(".")
    named = len(host) <= 253 and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    if not named or "[" in parts.netloc or "%" in parts.netloc or _NUMBER.fullmatch(labels[-1]):
        raise ForbiddenError(
            "must name a host in full, such as crm.example.org: no address, no dot at the end, other letters as xn--"
        )
    if labels[-1] in INSIDE:
        raise ForbiddenError(f"must name a host on the internet; names in .{labels[-1]} are of one network only")


class Guard:
    """Says where webhooks may go. `local` allows this machine, for the embedded stack."""

    def __init__(self, *, local: bool = False, resolver: Resolve = resolve) -> None:
        """Take whether webhooks may reach this machine, and who resolves names."""
        self.local = local
        self._resolve = resolver

    async def check(self, url: str) -> Target:
        """Whether a URL may be kept, at this moment. Raises ForbiddenError."""
        target = read_url(url, local=self.local)
        try:
            await self.addresses(target.host, target.port, local=target.local)
        except OSError:
            raise ForbiddenError("names a host that does not exist") from None
        return target

    async def addresses(self, host: str, port: int, *, local: bool) -> list[Address]:
        """Where a host is now. Raises OSError when nowhere, ForbiddenError when any address of it is forbidden."""
        found = [read_address(one) for one in await self._resolve(host, port)]
        if not found:
            raise OSError(f"{len(found)} addresses")
        if not all(is_loopback(one) if local else may_be_called(one) for one in found):
            raise ForbiddenError("names a host inside a network; webhooks go to hosts on the internet only")
        return found[:MOST_ADDRESSES]


class Pinned(AsyncNetworkBackend):
    """Connects to addresses that were resolved once and found allowed; names never reach the system's connect."""

    def __init__(self, guard: Guard, target: Target, inner: AsyncNetworkBackend) -> None:
        """Take who says what is allowed, where the request goes, and who connects."""
        self._guard, self._target, self._inner = guard, target, inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's interface
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Resolve, check every address, connect to the first that answers."""
        if (host, port) != (self._target.host, self._target.port):
            raise ForbiddenError("leads elsewhere")
        last: Exception = ConnectError("no address")
        for address in await self._guard.addresses(host, port, local=self._target.local):
            try:
                return await self._inner.connect_tcp(
                    str(address), port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except ConnectError as error:
                last = error
        raise last

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the library's interface
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - as above
        socket_options: Iterable[SOCKET_OPTION] | None = None,  # noqa: ARG002 - as above
    ) -> AsyncNetworkStream:
        """Refuse: webhooks go to hosts."""
        raise ForbiddenError("leads to a file")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
