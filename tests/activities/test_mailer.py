"""One mail over real SMTP, and what its outcome is called."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from activities.mailer import Mail, Mailer, MailResult, smtp_server
from cli.stack.mailbox import Mailbox
from cli.stack.mailcatcher import smtp_catcher
from cli.stack.ports import free_port
from tests.fixtures.mail import MailServer

SENDER = "Placements <placements@example.org>"


def mail(to: str = "jordan@example.org", **changes: object) -> Mail:
    whole = Mail(
        to=to,
        name="Jordan Lee",
        subject="Evaluación final",
        text="Hello\n",
        html="<p>Hello</p>\n",
        message_id="<1@example.org>",
        at=datetime(2027, 7, 1, 12, tzinfo=UTC),
        reply_to="ana@example.org",
        reply_name="Ana Diaz",
    )
    return whole._replace(**changes)  # type: ignore[arg-type]


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk) -> AsyncIterator[str]:
    """A server on a free port; every connection is closed at the end."""
    talking: list[tuple[asyncio.Task[Any], asyncio.StreamWriter]] = []

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talking.append((task, writer))
        await talk(reader, writer)

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    async with server:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task, writer in talking:
            task.cancel()
            writer.close()
            await asyncio.wait([task])
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def answering(lines: dict[str, str]) -> AsyncIterator[str]:
    """A mail server that says yes to everything but what `lines` answer by command."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        in_data = False
        while line := (await reader.readline()).decode().strip():
            if in_data:
                while line != ".":
                    line = (await reader.readline()).decode().rstrip("\r\n")
                in_data = False
                writer.write(lines.get(".", "250 kept").encode() + b"\r\n")
                continue
            command = line.split(" ", 1)[0].upper()
            in_data = command == "DATA"
            writer.write(lines.get(command, "354 go on" if in_data else "250 fine").encode() + b"\r\n")

    async with listening(talk) as url:
        yield url


async def outcome(lines: dict[str, str]) -> MailResult:
    async with answering(lines) as url:
        mailer = Mailer(url, SENDER)
        result = await mailer.send(mail())
        await mailer.aclose()
    return result


async def test_a_mail_arrives_as_text_and_html_with_its_headers(mailer: Mailer, mail_server: MailServer) -> None:
    assert await mailer.send(mail()) == MailResult("sent")
    (caught,) = mail_server.messages(to="jordan@example.org")
    assert (caught.subject, caught.text, caught.html) == ("Evaluación final", "Hello\n", "<p>Hello</p>\n")
    source = mail_server.mailbox.source(caught.id)
    assert source is not None
    headers = message_from_bytes(source, policy=default)
    assert headers["From"] == SENDER
    assert headers["To"] == "Jordan Lee <jordan@example.org>"
    assert headers["Reply-To"] == "Ana Diaz <ana@example.org>"
    assert headers["Message-ID"] == "<1@example.org>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Date"].datetime == datetime(2027, 7, 1, 12, tzinfo=UTC)


async def test_a_long_subject_arrives_without_a_second_blank(mailer: Mailer, mail_server: MailServer) -> None:
    subject = "Training agreement: Mateo A. at Eastbank Hospital Laboratory – please answer by Fri, Jul 2"
    await mailer.send(mail(subject=subject))
    (caught,) = mail_server.messages()
    assert caught.subject == subject


@pytest.mark.parametrize("field", ["subject", "name", "reply_name"])
async def test_line_breaks_in_a_header_are_flattened(mailer: Mailer, mail_server: MailServer, field: str) -> None:
    await mailer.send(mail(**{field: "Hello\r\nBcc: eve@example.org\n\nx"}))
    (caught,) = mail_server.messages()
    assert caught.to == "jordan@example.org"
    source = mail_server.mailbox.source(caught.id)
    assert source is not None
    assert message_from_bytes(source, policy=default)["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jordan",
        "jordan lee@example.org",
        "<jordan@example.org>",
        "a@example.org\r\nRCPT TO:<b@example.org>",
        "a,b@c.d",
    ],
)
async def test_what_is_no_address_bounces_without_a_connection(address: str) -> None:
    assert await Mailer("smtp://127.0.0.1:1", SENDER).send(mail(address)) == MailResult("bounced", "address_invalid")


async def test_a_refused_recipient_bounces_and_a_busy_one_is_deferred(mailer: Mailer) -> None:
    assert await mailer.send(mail("bounce-1@example.org")) == MailResult("bounced", "no_such_mailbox")
    assert await mailer.send(mail("tempfail-1@example.org")) == MailResult("deferred", "mailbox_busy")
    assert await mailer.send(mail()) == MailResult("sent")


async def test_a_server_that_is_away_defers() -> None:
    mailer = Mailer(f"smtp://127.0.0.1:{free_port()}", SENDER)
    assert await mailer.send(mail()) == MailResult("deferred", "smtp_unavailable")


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        ({"RCPT": "550 5.1.1 unknown"}, MailResult("bounced", "no_such_mailbox")),
        ({"RCPT": "552 5.2.2 full"}, MailResult("deferred", "mailbox_full")),
        ({"RCPT": "452 4.2.2 full"}, MailResult("deferred", "mailbox_full")),
        ({"RCPT": "552 mailbox full"}, MailResult("deferred", "mailbox_full")),
        ({"RCPT": "452 4.3.1 no room on this server"}, MailResult("deferred", "mailbox_busy")),
        ({"RCPT": "552 5.3.4 too big"}, MailResult("bounced", "mailbox_refused")),
        ({"RCPT": "554 5.2.1 disabled"}, MailResult("bounced", "mailbox_refused")),
        ({"RCPT": "550 5.7.1 relaying denied"}, MailResult("deferred", "smtp_sender_refused")),
        ({"RCPT": "450 4.2.0 greylisted"}, MailResult("deferred", "mailbox_busy")),
        ({"MAIL": "553 5.1.8 sender unknown"}, MailResult("deferred", "smtp_sender_refused")),
        ({".": "554 5.6.0 looks like spam"}, MailResult("bounced", "message_refused")),
        ({".": "451 4.3.0 try later"}, MailResult("deferred", "smtp_unavailable")),
        ({"EHLO": "421 too busy", "HELO": "421 too busy"}, MailResult("deferred", "smtp_unavailable")),
    ],
)
async def test_every_answer_of_a_mail_server_has_its_meaning(lines: dict[str, str], result: MailResult) -> None:
    assert await outcome(lines) == result


async def test_a_server_that_never_answers_defers_in_time() -> None:
    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with asyncio.timeout(5), listening(silent) as url:
        mailer = Mailer(url, SENDER, send_seconds=0.2)
        assert await mailer.send(mail()) == MailResult("deferred", "smtp_unavailable")


async def test_mails_share_a_connection_and_a_lost_one_is_replaced(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    port = free_port()
    mailer = Mailer(f"smtp://127.0.0.1:{port}", SENDER)
    for _ in range(2):
        async with smtp_catcher(mailbox, port):
            assert await mailer.send(mail()) == MailResult("sent")
            assert await mailer.send(mail()) == MailResult("sent")
            assert len(mailer._idle) == 1
            await mailer._idle[0][0].quit()
    assert len(mailbox.messages()) == 4
    await mailer.aclose()


async def test_twenty_mails_at_once_all_arrive(mailer: Mailer, mail_server: MailServer) -> None:
    results = await asyncio.gather(*(mailer.send(mail(f"p{number}@example.org")) for number in range(20)))
    assert results == [MailResult("sent")] * 20
    assert len(mail_server.messages()) == 20
    assert len(mailer._idle) <= 4


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp://127.0.0.1:8802", 8802, False, None),
        ("smtp://relay", 25, False, None),
        ("smtp://relay?starttls=off", 25, False, False),
        ("smtp://me:p%40ss@relay", 587, False, True),
        ("smtp://me:p%40ss@relay:2525?starttls=auto", 2525, False, None),
        ("smtps://me:p%40ss@relay", 465, True, False),
    ],
)
def test_an_smtp_url_says_where_and_how_safely(url: str, port: int, *, tls: bool, starttls: bool | None) -> None:
    server = smtp_server(url)
    assert (server.port, server.tls, server.starttls) == (port, tls, starttls)
    assert server.password == ("p@ss" if "@relay" in url else None)


@pytest.mark.parametrize("url", ["http://relay", "smtp://", "smtp://relay?starttls=maybe"])
def test_another_url_is_refused_with_what_it_must_be(url: str) -> None:
    with pytest.raises(ValueError, match=r"^SMTP_URL must be smtp:// or smtps://"):
        smtp_server(url)
