"""The mail catcher: an SMTP server that delivers nothing, keeps everything, and refuses on request.

To try what happens when mail cannot be delivered: a recipient whose local part starts with `bounce` is refused
for good (550), one that starts with `tempfail` for now (451).
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from cli.errors import UserError
from cli.stack.folder import make_folder
from cli.stack.mailbox import Mailbox
from cli.stack.mailpages import mail_pages
from cli.stack.serving import serve

LARGEST = 10 * 1024 * 1024  # bytes of one message


class Catcher:
    """What aiosmtpd asks: whether a recipient is welcome, and where a message goes."""

    def __init__(self, mailbox: Mailbox) -> None:
        """Take the mailbox that keeps what comes."""
        self._mailbox = mailbox

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer one RCPT TO."""
        if address.startswith("bounce"):
            return "550 5.1.1 no such mailbox (the mail catcher refuses addresses that start with bounce)"
        if address.startswith("tempfail"):
            return "451 4.2.1 try again later (the mail catcher puts off addresses that start with tempfail)"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one message, and only then say so."""
        content = envelope.content
        if not isinstance(content, bytes):
            return "500 5.6.0 not understood"
        try:
            number = self._mailbox.keep(content, envelope.rcpt_tos, datetime.now(UTC))
        except OSError as error:
            return f"452 4.3.1 cannot keep it: {error.strerror}"
        return f"250 2.0.0 kept as {number}"


@asynccontextmanager
async def smtp_catcher(mailbox: Mailbox, port: int, host: str = "127.0.0.1") -> AsyncGenerator[int]:
    """Run the SMTP side while the block runs; yields its port (`port` may be 0). Raises OSError when it is in use."""
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            Catcher(mailbox),
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="mail",
            loop=loop,
        )

    server = await loop.create_server(session, host, port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await server.wait_closed()


async def catch_mail(folder: Path, web_port: int, smtp_port: int) -> None:
    """Run both sides on 127.0.0.1 until a stop signal. Raises UserError when the folder or a port cannot be used."""
    try:
        mailbox = Mailbox(make_folder(folder))
        async with smtp_catcher(mailbox, smtp_port):
            await serve(mail_pages(mailbox), host="127.0.0.1", port=web_port, part="the mail catcher's page")
    except OSError as error:
        raise UserError(f"the mail catcher cannot use {folder} or port {smtp_port}: {error.strerror}.") from None
