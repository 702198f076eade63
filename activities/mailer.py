"""Sends one mail over SMTP and says what became of it. Connections are kept for a short while and used again."""

import asyncio
import re
from collections.abc import Mapping
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime, parseaddr
from types import MappingProxyType
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from catalog.flowed import flow

STEP_SECONDS = 10
"""The longest wait for one answer of the mail server."""
SEND_SECONDS = 15
"""The longest time one mail may take, connecting included."""
IDLE_SECONDS = 20
GREETING_SECONDS = 2
KEPT_CONNECTIONS = 4

Outcome = Literal["sent", "skipped", "bounced", "deferred"]


class MailResult(NamedTuple):
    """What the mail server said. `reason` is a code of ours; its own text may hold addresses and is not kept."""

    outcome: Outcome
    reason: str | None = None


class Attachment(NamedTuple):
    """A file that comes with a mail; `kind` is its type, such as application/pdf, `more` what else is said of it."""

    name: str
    kind: str
    content: bytes
    more: Mapping[str, str] = MappingProxyType({})


class Mail(NamedTuple):
    """One mail to one person. `to` and `reply_to` are addresses, with the names of both; `at` is real time."""

    to: str
    name: str
    subject: str
    text: str
    html: str
    message_id: str
    at: datetime
    reply_to: str | None = None
    reply_name: str = ""
    attachments: tuple[Attachment, ...] = ()


class SmtpServer(NamedTuple):
    """A mail relay, read from its URL. `starttls`: True demands it, None uses it if offered, False never does."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: bool
    starttls: bool | None


def smtp_server(url: str) -> SmtpServer:
    """Read `smtp://user:password@host:port?starttls=required` or `smtps://…`.

    `starttls` is `required` (the rule when there is a password), `auto` (otherwise) or `off`. Raises ValueError.
    """
    parts = urlsplit(url)
    wanted = parse_qs(parts.query).get("starttls", ["required" if parts.username else "auto"])[0]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or wanted not in _STARTTLS:
        raise ValueError("SMTP_URL must be smtp:// or smtps://, with a host and starttls=required, auto or off")
    tls = parts.scheme == "smtps"
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or (465 if tls else 587 if parts.username else 25),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
        starttls=False if tls else _STARTTLS[wanted],
    )


class Mailer:
    """Sends mails through one relay, from one sender. Safe to share between tasks of one event loop."""

    def __init__(self, smtp_url: str, sender: str, *, send_seconds: float = SEND_SECONDS) -> None:
        """Take the relay's URL (see `smtp_server`) and the sender, `Name <address>`. Raises ValueError."""
        name, address = parseaddr(sender)
        self._server = smtp_server(smtp_url)
        self._sender = Address(display_name=name, addr_spec=address)
        self._send_seconds = send_seconds
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []

    @property
    def domain(self) -> str:
        """The sender's domain, in which Message-IDs are made."""
        return self._sender.domain

    @property
    def address(self) -> str:
        """The sender's address."""
        return self._sender.addr_spec

    async def send(self, mail: Mail) -> MailResult:
        """Send it, and say what became of it; never raises for anything a mail server or an address can do."""
        try:
            message = self._message(mail)
        except (ValueError, IndexError, MessageError):
            return MailResult("bounced", "address_invalid")
        try:
            async with asyncio.timeout(self._send_seconds):
                return await self._send(message, mail.to)
        except (aiosmtplib.SMTPException, OSError) as error:
            return _meaning(error)

    async def aclose(self) -> None:
        """Leave the connections that are kept."""
        while self._idle:
            client, _ = self._idle.pop()
            try:
                await client.quit(timeout=GREETING_SECONDS)
            except (aiosmtplib.SMTPException, OSError):
                client.close()

    async def _send(self, message: EmailMessage, recipient: str) -> MailResult:
        client = await self._connected()
        try:
            await client.send_message(message, sender=self._sender.addr_spec, recipients=[recipient])
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            self._keep(client)
            raise
        except BaseException:
            client.close()
            raise
        self._keep(client)
        return MailResult("sent")

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected and len(self._idle) < KEPT_CONNECTIONS:
            self._idle.append((client, asyncio.get_running_loop().time()))
        else:
            client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        """A connection on which the server answers: one that is kept, or a new one."""
        while self._idle:
            client, since = self._idle.pop()
            if await self._answers(client, since):
                return client
            client.close()
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.starttls,
            local_hostname=self.domain,
            timeout=STEP_SECONDS,
        )
        await client.connect()
        return client

    @staticmethod
    async def _answers(client: aiosmtplib.SMTP, since: float) -> bool:
        if asyncio.get_running_loop().time() - since > IDLE_SECONDS:
            return False
        try:
            await client.noop(timeout=GREETING_SECONDS)
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    def _message(self, mail: Mail) -> EmailMessage:
        """The mail with text in narrow lines, and HTML. Raises when the address is none."""
        message = EmailMessage(_POLICY)
        message["From"] = self._sender
        message["To"] = Address(display_name=_one_line(mail.name), addr_spec=mail.to)
        message["Subject"] = _one_line(mail.subject)
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = mail.message_id
        message["Auto-Submitted"] = "auto-generated"
        if mail.reply_to:
            message["Reply-To"] = Address(display_name=_one_line(mail.reply_name), addr_spec=mail.reply_to)
        message.set_content(flow(mail.text), cte="quoted-printable", params={"format": "flowed"})
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        for one in mail.attachments:
            maintype, _, subtype = one.kind.partition("/")
            message.add_attachment(
                one.content, maintype=maintype, subtype=subtype, filename=one.name, params=dict(one.more)
            )
        return message


class _Folded(BaseHeader):
    """A header without the blank that Python leaves before a fold, which readers would see as a second one."""

    def fold(self, *, policy: Policy) -> str:
        return re.sub(r"[ \t]+(\r?\n[ \t])", r"\1", super().fold(policy=policy))


_POLICY = default.clone(header_factory=HeaderRegistry(base_class=_Folded))
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}$")
_STARTTLS: dict[str, bool | None] = {"required": True, "auto": None, "off": False}


def _one_line(text: str) -> str:
    return " ".join("".join(" " if ord(one) < 32 else one for one in text).split())


def _meaning(error: Exception) -> MailResult:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        refused = error.recipients[0]
        return _refused(refused.code, refused.message)
    if isinstance(error, aiosmtplib.SMTPDataError) and 500 <= error.code < 600:
        return MailResult("bounced", "message_refused")
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return MailResult("bounced", "address_not_supported")
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return MailResult("deferred", "smtp_login_refused")
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return MailResult("deferred", "smtp_sender_refused")
    return MailResult("deferred", "smtp_unavailable")


def _refused(code: int, message: str) -> MailResult:
    """What a refused recipient means, by the reply code and the enhanced status code (RFC 3463) if there is one."""
    status = message.split(maxsplit=1)[0] if message else ""
    if status in ("4.2.2", "5.2.2") or (code in (452, 552) and not _STATUS.match(status)):
        return MailResult("deferred", "mailbox_full")
    if code < 500:
        return MailResult("deferred", "mailbox_busy")
    if status.startswith("5.7.") or code == 530:
        return MailResult("deferred", "smtp_sender_refused")
    return MailResult("bounced", "no_such_mailbox" if code in (550, 551, 553) else "mailbox_refused")
