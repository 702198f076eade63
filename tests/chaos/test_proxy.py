"""The bad line is bad in the way that was asked for, and what waits behind it notices."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from activities.mailer import Mail, Mailer, MailResult
from tests.chaos.proxy import Proxy, proxied
from tests.fixtures.trouble import troubled_server

A_MAIL = Mail(
    to="ada@example.org",
    name="Ada",
    subject="Hello",
    text="Hello",
    html="<p>Hello</p>",
    message_id="<1@localhost>",
    at=datetime(2027, 7, 6, tzinfo=UTC),
)


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(100):
        writer.write(chunk)
    writer.close()


@pytest.fixture
async def line() -> AsyncIterator[Proxy]:
    """A proxy before a server that says everything back."""
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    async with server, proxied("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        yield proxy


async def said_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, within: float = 1) -> bytes:
    writer.write(b"hello")
    return await asyncio.wait_for(reader.read(100), within)


async def test_each_fault_is_what_it_is_called_and_ends_when_it_is_taken_away(line: Proxy) -> None:
    line.delay = 0.05
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    assert await said_back(reader, writer) == b"hello"
    line.make("slow")
    began = time.monotonic()
    assert await said_back(reader, writer) == b"hello"
    assert time.monotonic() - began >= 0.1
    line.make("deaf")
    with pytest.raises(TimeoutError):
        await said_back(reader, writer, within=0.05)
    line.make("none")
    assert await asyncio.wait_for(reader.read(100), 1) == b"hello"
    line.cut()
    with pytest.raises(ConnectionError):
        await said_back(reader, writer)
    line.make("shut")
    other_reader, other = await asyncio.open_connection("127.0.0.1", line.port)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await other_reader.readexactly(1)
    for one in (writer, other):
        one.close()
        with suppress(ConnectionError):
            await one.wait_closed()


async def test_mail_behind_a_bad_line_is_put_off_and_sent_once_the_line_is_good() -> None:
    async with troubled_server() as (url, server), proxied("127.0.0.1", urlsplit(url).port or 0) as proxy:
        mailer = Mailer(f"smtp://127.0.0.1:{proxy.port}", "journeywork@localhost", send_seconds=0.3)
        assert await mailer.send(A_MAIL) == MailResult("sent")
        proxy.make("deaf")
        assert (await mailer.send(A_MAIL)).outcome == "deferred"
        proxy.make("shut")
        assert (await mailer.send(A_MAIL)).outcome == "deferred"
        assert len(server.taken) == 1
        proxy.make("none")
        assert await mailer.send(A_MAIL) == MailResult("sent")
        await mailer.aclose()
