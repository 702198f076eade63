"""The mail catcher: real SMTP in, JSON and pages out."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib
import html5lib
import httpx2
import pytest

from cli.stack.mailbox import Mailbox
from cli.stack.mailpages import mail_pages
from tests.cli.started import COMMAND, environment, free_base, ran, until, until_answers
from tests.fixtures.mail import MailServer

ANA = "ana@hosts.example"


@dataclass(frozen=True)
class Sender:
    """Sends to a mail server as the worker does."""

    server: MailServer

    async def __call__(self, to: str = ANA, subject: str = "Please sign", html: str = "", *, cc: str = "") -> str:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "hub@x.example", to, subject, "<1@x.example>"
        mail["Cc"] = cc
        mail.set_content("Hello Ana,\n\nplease sign.\n")
        if html:
            mail.add_alternative(html, subtype="html")
        where = urlsplit(self.server.smtp_url)
        _, answer = await aiosmtplib.send(mail, hostname=where.hostname, port=where.port)
        return answer


@pytest.fixture
def send(mail_server: MailServer) -> Sender:
    return Sender(mail_server)


@pytest.fixture
async def pages(mail_server: MailServer) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(mail_pages(mail_server.mailbox))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8801") as client:
        yield client


async def test_a_message_is_listed_with_its_parts(send: Sender, pages: httpx2.AsyncClient) -> None:
    await send(subject="Año nuevo – firma", html="<p>Hello <b>Ana</b></p>")
    [mail] = (await pages.get("/messages.json")).json()
    received_at = datetime.fromisoformat(mail.pop("received_at"))
    assert datetime.now(UTC) - received_at < timedelta(minutes=1)
    assert mail == {
        "id": 1,
        "to": ANA,
        "subject": "Año nuevo – firma",
        "text": "Hello Ana,\n\nplease sign.\n",
        "html": "<p>Hello <b>Ana</b></p>\n",
        "message_id": "<1@x.example>",
        "attachments": [],
    }


async def test_what_came_with_a_message_can_be_kept(mail_server: MailServer, pages: httpx2.AsyncClient) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "hub@x.example", ANA, "Your receipt"
    mail.set_content("Attached.\n")
    mail.add_attachment(b"%PDF-1.7 \xff", maintype="application", subtype="pdf", filename='a "<b>".pdf')
    mail_server.mailbox.keep(mail.as_bytes(), [ANA], datetime.now(UTC))

    [listed] = (await pages.get("/messages.json")).json()
    assert (listed["text"], listed["attachments"]) == ("Attached.\n", ['a "<b>".pdf'])
    assert "/messages/1/attachments/1" in (await pages.get("/messages/1")).text
    given = await pages.get("/messages/1/attachments/1")
    assert given.content == b"%PDF-1.7 \xff"
    assert given.headers["content-disposition"] == 'attachment; filename="1-1.pdf"'
    for path in ("/messages/1/attachments/0", "/messages/1/attachments/2", "/messages/2/attachments/1"):
        assert (await pages.get(path)).status_code == 404


async def test_messages_come_newest_first(send: Sender, pages: httpx2.AsyncClient) -> None:
    for subject in ("first", "second", "third"):
        await send(subject=subject)
    mails = (await pages.get("/messages.json")).json()
    assert [mail["subject"] for mail in mails] == ["third", "second", "first"]


async def test_messages_can_be_asked_for_by_address_and_after_an_id(send: Sender, pages: httpx2.AsyncClient) -> None:
    for to in (ANA, "bo@hosts.example", ANA):
        await send(to)
    to_ana = (await pages.get("/messages.json", params={"to": "ANA@hosts.example"})).json()
    assert [mail["id"] for mail in to_ana] == [3, 1]
    after = (await pages.get("/messages.json", params={"to": ANA, "after": 1})).json()
    assert [mail["id"] for mail in after] == [3]


async def test_an_after_that_is_no_number_is_refused_with_one_line(pages: httpx2.AsyncClient) -> None:
    answer = await pages.get("/messages.json", params={"after": "x"})
    assert (answer.status_code, answer.text) == (422, "after must be the id of a message, a whole number\n")


async def test_several_recipients_are_one_message_with_all_their_addresses(
    send: Sender, pages: httpx2.AsyncClient
) -> None:
    await send(cc="bo@hosts.example")
    [mail] = (await pages.get("/messages.json")).json()
    assert mail["to"] == f"{ANA}, bo@hosts.example"
    assert len((await pages.get("/messages.json", params={"to": "bo@hosts.example"})).json()) == 1


@pytest.mark.parametrize(("to", "code"), [("bounce@x.example", 550), ("tempfail.ana@x.example", 451)])
async def test_a_recipient_can_ask_to_be_refused(mail_server: MailServer, send: Sender, to: str, code: int) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(to)
    assert [each.code for each in refused.value.recipients] == [code]
    assert mail_server.messages() == []


async def test_messages_survive_a_restart_and_ids_go_on(tmp_path: Path) -> None:
    at = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
    first = Mailbox(tmp_path)
    first.keep(b"Subject: kept\r\n\r\nbody\r\n", [ANA], at)
    second = Mailbox(tmp_path)
    [mail] = second.messages()
    assert (mail.id, mail.to, mail.subject, mail.received_at) == (1, ANA, "kept", at)
    assert second.keep(b"Subject: next\r\n\r\n", [ANA], at) == 2


async def test_a_body_in_an_unknown_character_set_is_still_shown(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    mailbox.keep(b"Content-Type: text/plain; charset=klingon\r\n\r\nHello\r\n", [ANA], datetime.now(UTC))
    assert mailbox.messages()[0].text == "Hello\n"


async def test_the_file_of_a_message_is_what_was_sent(send: Sender, pages: httpx2.AsyncClient) -> None:
    await send(html="<p>Hello</p>")
    answer = await pages.get("/messages/1.eml")
    assert answer.headers["content-type"] == "message/rfc822"
    mail = message_from_bytes(answer.content, policy=default)
    assert (mail["To"], mail["Message-ID"]) == (ANA, "<1@x.example>")


@pytest.mark.parametrize("path", ["/messages/9", "/messages/9.eml", "/messages/9/body", "/messages/x"])
async def test_a_message_that_is_not_there_is_404(pages: httpx2.AsyncClient, path: str) -> None:
    assert (await pages.get(path)).status_code == 404


async def test_the_pages_are_valid_html_with_a_title_and_a_policy(send: Sender, pages: httpx2.AsyncClient) -> None:
    empty = await pages.get("/")
    await send(subject="<script>alert(1)</script>", html="<p>x</p>")
    for answer in (empty, await pages.get("/"), await pages.get("/messages/1"), await pages.get("/?to=nobody")):
        assert answer.status_code == 200
        html5lib.HTMLParser(strict=True).parse(answer.text)
        assert "<title>" in answer.text
        assert "<script>" not in answer.text
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_html_of_a_message_is_shown_in_a_sandbox_that_runs_no_script(
    send: Sender, pages: httpx2.AsyncClient
) -> None:
    await send(html="<p>Hello</p><script>parent.x = 1</script>")
    page = await pages.get("/messages/1")
    assert 'src="/messages/1/body" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    body = await pages.get("/messages/1/body")
    policy = body.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


async def test_another_site_that_names_this_address_its_own_gets_nothing(pages: httpx2.AsyncClient) -> None:
    assert (await pages.get("/messages.json", headers={"Host": "evil.example"})).status_code == 400


async def test_two_hundred_messages_on_one_connection_are_all_kept(mail_server: MailServer) -> None:
    where = urlsplit(mail_server.smtp_url)
    async with aiosmtplib.SMTP(hostname=where.hostname, port=where.port) as smtp:
        for number in range(200):
            await smtp.sendmail("hub@x.example", [ANA], f"Subject: {number}\r\n\r\nHello\r\n")
    assert [mail.subject for mail in mail_server.messages()] == [str(number) for number in reversed(range(200))]


async def test_the_command_answers_on_both_ports_and_stops_with_status_0(tmp_path: Path) -> None:
    base = free_base()
    words = ("mailcatcher", "--web-port", str(base), "--smtp-port", str(base + 1), "--data", str(tmp_path))
    process = await asyncio.create_subprocess_exec(*COMMAND, *words, env=environment())
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{base}") as client:
            await until_answers(f"http://127.0.0.1:{base}/healthz")
            message = b"Subject: hello\r\n\r\nHello\r\n"
            await aiosmtplib.send(message, sender="a@x.example", recipients=[ANA], hostname="127.0.0.1", port=base + 1)
            [mail] = (await client.get("/messages.json")).json()
            assert mail["subject"] == "hello"
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    await until((tmp_path / "mail" / "0000001.eml").exists)


async def test_a_port_in_use_is_told_in_one_line(tmp_path: Path, mail_server: MailServer) -> None:
    taken = str(urlsplit(mail_server.smtp_url).port)
    ended = await ran("mailcatcher", "--smtp-port", taken, "--web-port", str(free_base()), "--data", str(tmp_path))
    assert ended.status == 2
    assert ended.err.count("\n") == 1
    assert f"port {taken}" in ended.err
