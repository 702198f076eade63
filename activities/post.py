"""Sends a message to a person by the way they chose, and by the other one when that comes to nothing."""

from datetime import datetime
from typing import NamedTuple

from activities.mailer import Mail, Mailer, MailResult
from activities.texter import Text, Texter, phone_number
from records import directory
from records.pool import Connection
from schemas.directory import Contact

DEAD = frozenset({"address_invalid", "address_not_supported", "no_such_mailbox", "mailbox_refused"})
"""Why a mail comes back for the address's sake: a text may arrive all the same."""


class Posted(NamedTuple):
    """One message to one person, as a mail and as a text, where there is an address, a phone and words for it."""

    mail: Mail | None
    text: Text | None = None
    text_first: bool = False


class Post:
    """Both ways. Without a texter everything goes by mail."""

    def __init__(self, mailer: Mailer, texter: Texter | None = None) -> None:
        """Take the ways there are."""
        self._mailer, self._texter = mailer, texter
        self._stopped: set[str] = set()

    @property
    def domain(self) -> str:
        """In which Message-IDs are made."""
        return self._mailer.domain

    @property
    def address(self) -> str:
        """The sender's mail address."""
        return self._mailer.address

    def phone_of(self, reader: Contact) -> str | None:
        """The number at which a person may be written to; None when they want no texts, or nobody sends any."""
        return phone_number(reader.phone) if self._texter is not None and not reader.no_texts else None

    def reaches(self, reader: Contact) -> bool:
        """Whether there is any way to a person."""
        return bool(reader.email) or self.phone_of(reader) is not None

    async def send(self, posted: Posted, *, mail_given_up: str | None = None) -> MailResult:
        """Send it, and say what became of it; never raises for anything a server or an address can do.

        `mail_given_up`: why mail is tried no more, so that only a text is left.
        """
        text = posted.text if self._texter is not None else None
        if text is not None and self._texter is not None and (posted.text_first or posted.mail is None):
            result = await self._text(self._texter, text)
            if result.outcome in ("sent", "deferred") or posted.mail is None:
                return result
        if posted.mail is None:
            return MailResult("skipped", "not_by_text")
        result = MailResult("bounced", mail_given_up) if mail_given_up else await self._mailer.send(posted.mail)
        dead = result.outcome == "bounced" and (mail_given_up is not None or result.reason in DEAD)
        if not dead or text is None or self._texter is None or posted.text_first:
            return result
        instead = await self._text(self._texter, text)
        return MailResult("sent", "by_text_instead") if instead.outcome == "sent" else _worse(result, instead)

    async def note_stops(self, conn: Connection, at: datetime) -> None:
        """Remember who was found to want no texts, at this real time, so that none is tried again."""
        while self._stopped:
            await directory.want_no_texts(conn, self._stopped.pop(), at)

    async def _text(self, texter: Texter, text: Text) -> MailResult:
        result = await texter.send(text)
        if result.reason == "opted_out":
            self._stopped.add(text.person_id)
        return result


def _worse(mail: MailResult, text: MailResult) -> MailResult:
    """What is told when neither arrived: a text that may still be taken is waited for."""
    return text if text.outcome == "deferred" else mail
