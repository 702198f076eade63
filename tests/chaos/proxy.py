"""A TCP proxy that makes a line bad: slow, deaf, cut, or taking nobody. For SMTP, webhooks and Postgres alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

Fault = Literal["none", "slow", "deaf", "shut"]
"""`slow`: everything comes `delay` seconds late. `deaf`: connections stay open and nothing passes any more, in either
direction (a black hole). `shut`: whoever connects is put off at once."""
CHUNK = 65536


class Proxy:
    """Passes bytes between whoever connects to `port` and one server; what is wrong can be changed at any time."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self.fault: Fault = "none"
        self.delay = 0.5
        self.port = 0
        self.connections = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._heard = asyncio.Event()

    def make(self, fault: Fault) -> None:
        """From now on the line is like this, also for connections that are there."""
        self.fault = fault
        if fault != "deaf":
            self._heard.set()
            self._heard = asyncio.Event()

    def cut(self) -> None:
        """Break every connection off in the middle, as a reset; new ones are welcome."""
        for writer in self._open:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side closes it."""
        self.connections += 1
        if self.fault == "shut":
            writer.transport.abort()
            return
        try:
            from_server, to_server = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, to_server}
        self._open |= ends
        try:
            await asyncio.gather(self._pass(reader, to_server), self._pass(from_server, writer))
        finally:
            self._open -= ends
            for end in ends:
                end.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                while self.fault == "deaf":
                    await self._heard.wait()
                if self.fault == "slow":
                    await asyncio.sleep(self.delay)
                writer.write(chunk)
                await writer.drain()
            writer.write_eof()


@asynccontextmanager
async def proxied(host: str, port: int) -> AsyncIterator[Proxy]:
    """Run a proxy before a server; yields it, listening on its `port` of 127.0.0.1."""
    proxy = Proxy(host, port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = int(server.sockets[0].getsockname()[1])
    try:
        yield proxy
    finally:
        server.close()
        proxy.make("none")
        proxy.cut()
        await server.wait_closed()
