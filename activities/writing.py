"""Writes the mails to one person: a letter with a link of its own for each message, one mail for one or for several."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from activities.holding import clock_of
from activities.letters import Link, compose
from activities.mailer import Attachment, Mail
from activities.post import Posted
from activities.receipts import receipt_of
from activities.texter import Text
from catalog.calendar_entries import calendar_of
from catalog.digests import render_digest
from catalog.message_catalog import WITHOUT_LINK, Letter, render
from catalog.texts import text_of
from lifecycle.snoozing import days_to_choose
from records import links
from records.pool import Connection
from schemas.base import LifecycleName
from schemas.directory import Contact
from schemas.effects import Notify
from schemas.views import CaseView


class Case(NamedTuple):
    """A lifecycle that a message is about."""

    lifecycle: LifecycleName
    view: CaseView


class Written(NamedTuple):
    """A letter, and what comes with it."""

    letter: Letter
    attachments: tuple[Attachment, ...] = ()


class Writer:
    """Writes for every lifecycle. `now` gives the real time, aware, in UTC."""

    def __init__(self, public_url: str, sender: str, now: Callable[[], datetime]) -> None:
        """Take the address at which people reach the gateway, and the mail address of the sender."""
        self._public_url, self._sender = public_url.rstrip("/"), sender
        self._now = now

    async def letter(self, conn: Connection, case: Case, effect: Notify, known: Mapping[str, Contact]) -> Written:
        """What one message says, with a new link if it asks something; `known` as in `compose`."""
        letter = await compose(conn, case.view, effect, known, await self._link(conn, case, effect))
        return Written(letter, await receipt_of(conn, case.view, effect, letter))

    def posted(self, written: Sequence[Written], reader: Contact, phone: str | None, message_id: str) -> Posted:
        """These letters, all to one person: as a mail, and as a text to this phone if they ask for an answer."""
        body = text_of([one.letter for one in written]) if phone else None
        return Posted(
            mail=self.mail(written, reader.email, message_id) if reader.email else None,
            text=Text(phone, body, message_id, reader.id) if phone and body else None,
            text_first=reader.channel == "text",
        )

    def mail(self, written: Sequence[Written], address: str, message_id: str) -> Mail:
        """One mail with these letters, all to one person; a single one reads as it always does."""
        letters = [one.letter for one in written]
        first = letters[0]
        subject, text, html = render(first) if len(letters) == 1 else render_digest(letters)
        contact = next((one.contact for one in letters if one.contact), None)
        return Mail(
            to=address,
            name=first.name,
            subject=subject,
            text=text,
            html=html,
            message_id=message_id,
            at=self._now(),
            reply_to=contact.email if contact else None,
            reply_name=contact.name if contact else "",
            attachments=(*(one for each in written for one in each.attachments), *self._calendar(letters)),
        )

    def _calendar(self, letters: Sequence[Letter]) -> Iterator[Attachment]:
        """The days that the letters are about, for their reader's calendar."""
        calendar = calendar_of(letters, self._sender, self._now())
        if calendar is not None:
            more = {"method": calendar.method, "charset": "utf-8"}
            yield Attachment("calendar.ics", "text/calendar", calendar.text.encode(), more)

    async def _link(self, conn: Connection, case: Case, effect: Notify) -> Link | None:
        if effect.request_id is None or effect.message in WITHOUT_LINK:
            return None
        lifecycle, view = case
        minted_at = clock_of(view).program_time(self._now())
        expires_at = minted_at + timedelta(days=view.link_days)
        token = await links.mint(
            conn,
            lifecycle=lifecycle,
            lifecycle_id=view.id,
            request_id=effect.request_id,
            person_id=effect.person_id,
            role=effect.role,
            now_program=minted_at,
            expires_at=expires_at,
            notification_key=effect.key,
        )
        url, request = f"{self._public_url}/f/{token}", view.request(effect.request_id)
        due = request.due_at if request and effect.message == "request_due_reminder" else None
        later = f"{url}/later" if days_to_choose(view.time_zone, view.days_off, minted_at, due) else None
        return Link(url, expires_at.astimezone(ZoneInfo(view.time_zone)).date(), later)
