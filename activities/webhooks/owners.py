"""Writes to the owner of a webhook that was switched off, or for which events were given up, in their language."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from activities.mailer import Mail, MailResult
from catalog.webhook_mail import webhook_mail
from records import webhooks
from records.pool import Connection

AGAIN_AFTER = timedelta(minutes=1)


class SendsMail(Protocol):
    """Whatever sends a mail (activities.mailer.Mailer)."""

    @property
    def domain(self) -> str:
        """The domain in which Message-IDs are made."""
        ...

    async def send(self, mail: Mail) -> MailResult:
        """Send it, and say what became of it; never raises."""
        ...


class Owners:
    """Writes to owners. A crash between sending and marking sends the same mail again, with the same Message-ID."""

    def __init__(self, mailer: SendsMail, *, now: Callable[[], datetime]) -> None:
        """Take who sends mail."""
        self._mailer, self._now = mailer, now
        self._not_before: dict[str, datetime] = {}
        self._log = structlog.get_logger("webhooks")

    async def tell(self, conn: Connection) -> None:
        """Write to those who are still to be written to; one whose mail is deferred is tried again later."""
        now = self._now()
        for one in await webhooks.untold(conn):
            if self._not_before.get(one.id, now) > now:
                continue
            said = webhook_mail(one.about, one.language, webhook_id=one.id, url=one.url)
            result = await self._mailer.send(
                Mail(
                    to=one.owner,
                    name="",
                    subject=said.subject,
                    text=said.text,
                    html=said.html,
                    message_id=f"<{one.id}.{one.about}.{int(one.since.timestamp())}@{self._mailer.domain}>",
                    at=now,
                )
            )
            if result.outcome == "deferred":
                self._not_before[one.id] = now + AGAIN_AFTER
            else:
                await webhooks.told(conn, one.id, one.about, now)
            self._log.info("owner_told", id=one.id, what=one.about, outcome=result.outcome, reason=result.reason)
