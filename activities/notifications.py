"""Tells or asks one person by mail, once: claim, send, mark; or claim and leave it to the outbox.

A crash between sending and marking sends the same mail again, with the same Message-ID; nothing is lost.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from activities.holding import Hold, Quiet, clock_of, hold
from activities.letters import people_of
from activities.mailer import SEND_SECONDS, Mailer, MailResult
from activities.post import Post, Posted
from activities.writing import Case, Writer
from catalog.message_catalog import WITHOUT_LINK
from records import directory, lifecycles, notifications, outbox
from records.pool import Connection, Pool
from schemas.base import LifecycleName
from schemas.directory import Contact
from schemas.effects import Bounced, Deferred, Held, Notify, Outcome, Sent, Skipped
from schemas.views import CaseView

GIVE_UP_AFTER = timedelta(hours=72)
"""How long (real time) a message is tried again before it counts as bounced."""
FULL_AFTER = timedelta(hours=24)
"""The same for a mailbox that is full: whoever does not empty it for a day does not read it."""
PATIENCE = 1.5
"""Seconds a lifecycle waits for a mail server; a mail that takes longer is finished beside it."""
IMPATIENCE = 0.3
"""The same while other mails are slow, so that many slow mailboxes delay nobody else."""
AGAIN = timedelta(seconds=10)
"""When a slow mail that came to nothing is tried again."""
LOST = timedelta(seconds=SEND_SECONDS + 10)
"""After this long a slow mail of which nothing is heard was lost with its worker; it is sent anew."""


class Notifier:
    """Sends the messages of every lifecycle. `now` gives the real time, aware, in UTC."""

    def __init__(
        self,
        pool: Pool,
        mailer: Mailer | Post,
        public_url: str,
        now: Callable[[], datetime],
        *,
        quiet: Quiet | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Take the pool, the mailer, and the address at which people reach the gateway.

        Without `quiet` nothing is held: only where an outbox runs is there somebody to send it later.
        """
        self._pool = pool
        self._post = mailer if isinstance(mailer, Post) else Post(mailer)
        self._writer = Writer(public_url, self._post.address, now)
        self._now = now
        self._quiet = quiet
        self._patience = patience
        self._log = structlog.get_logger("notifications")
        self.slow: set[asyncio.Task[None]] = set()

    async def notify(self, lifecycle: LifecycleName, id_: str, effect: Notify, *, by_time: bool = False) -> Outcome:
        """Send one message unless its key was finished before or it must wait, and say what became of it.

        `by_time`: nobody's act led to it. Raises only when Postgres fails. The lifecycle must have been recorded.
        """
        async with self._pool.acquire() as conn:
            claim = await notifications.claim(
                conn,
                lifecycle,
                effect.key,
                lifecycle_id=id_,
                request_id=effect.request_id,
                person_id=effect.person_id,
                role=effect.role,
                message=effect.message,
                message_id=message_id(effect.key, self._post.domain),
                now=self._now(),
            )
            if claim.is_finished:
                return _outcome(effect.key, claim.outcome, claim.reason)
            if claim.waits:
                return Held(key=effect.key, reason=claim.reason or "held", until=claim.held_until or self._now())
            view = await lifecycles.view_of(conn, lifecycle, id_)
            if view is None:
                raise LookupError(f"{lifecycle} {id_}")
            case = Case(lifecycle, view)
            known = await directory.contacts(conn, people_of(view, effect))
            reader = known.get(effect.person_id)
            reason = why_not(view, effect, reader, self._post)
            if reason is not None or reader is None:
                return await self._finish(conn, case, effect, MailResult("skipped", reason))
            given_up = gives_up(claim.reason, self._now() - claim.first_claimed_at)
            if given_up and self._post.phone_of(reader) is None:
                return await self._finish(conn, case, effect, MailResult("bounced", given_up))
            if held := self._held(case, effect, reader, by_time=by_time):
                return await self._hold(conn, case, effect, held)
            letter = await self._writer.letter(conn, case, effect, known)
        posted = self._writer.posted([letter], reader, self._post.phone_of(reader), claim.message_id)
        return await self._send(case, effect, posted, given_up)

    def _held(self, case: Case, effect: Notify, reader: Contact, *, by_time: bool) -> Hold | None:
        if self._quiet is None:
            return None
        return hold(
            self._quiet, case.lifecycle, case.view, effect, zone=reader.time_zone, now=self._now(), by_time=by_time
        )

    async def _send(self, case: Case, effect: Notify, posted: Posted, given_up: str | None) -> Outcome:
        """Send it and wait for the mail server, but not long: then the outbox takes over."""
        sending = asyncio.create_task(self._post.send(posted, mail_given_up=given_up))
        try:
            await asyncio.wait({sending}, timeout=min(self._patience, IMPATIENCE) if self.slow else self._patience)
        except asyncio.CancelledError:
            sending.cancel()
            raise
        result = sending.result() if sending.done() else None
        async with self._pool.acquire() as conn:
            if result is not None:
                return await self._finish(conn, case, effect, result)
            now = self._now()
            held = Hold(clock_of(case.view).program_time(now), now + LOST, "smtp_slow")
            outcome = await self._hold(conn, case, effect, held, outcome="deferred")
        finishing = asyncio.create_task(self._finish_late(case, effect, sending))
        self.slow.add(finishing)
        finishing.add_done_callback(self.slow.discard)
        return outcome

    async def _finish_late(self, case: Case, effect: Notify, sending: "asyncio.Task[MailResult]") -> None:
        """What a slow mail came to; a lifecycle that has let it go hears of a bounce from the outbox."""
        try:
            outcome, reason = await sending
            at = clock_of(case.view).program_time(self._now())
            async with self._pool.acquire() as conn:
                place = (case.lifecycle, effect.key)
                if outcome == "deferred":
                    await outbox.later(conn, *place, reason or "unknown", at=at, not_before=self._now() + AGAIN)
                else:
                    await outbox.finish(conn, *place, outcome, reason, at=at, untold=outcome == "bounced")
        except Exception as error:  # noqa: BLE001 - whatever it is, the outbox sends the mail anew
            outcome, reason = "lost", type(error).__name__
        self._tell(case, effect, outcome, reason)

    async def _hold(
        self, conn: Connection, case: Case, effect: Notify, held: Hold, *, outcome: notifications.Unsent = "held"
    ) -> Held:
        await notifications.hold(
            conn,
            case.lifecycle,
            effect.key,
            held.reason,
            outcome=outcome,
            at=clock_of(case.view).program_time(self._now()),
            until=held.until,
            not_before=held.not_before,
        )
        self._tell(case, effect, outcome, held.reason)
        return Held(key=effect.key, reason=held.reason, until=held.until)

    async def _finish(self, conn: Connection, case: Case, effect: Notify, result: MailResult) -> Outcome:
        (lifecycle, view), (outcome, reason) = case, result
        at = clock_of(view).program_time(self._now())
        await notifications.mark(conn, lifecycle, effect.key, outcome, reason=reason, at=at)
        await self._post.note_stops(conn, self._now())
        self._tell(case, effect, outcome, reason)
        return _outcome(effect.key, outcome, reason)

    def _tell(self, case: Case, effect: Notify, outcome: str, reason: str | None) -> None:
        about = {"lifecycle": case.lifecycle, "id": case.view.id, "key": effect.key, "what": effect.message}
        self._log.info("notified", **about, outcome=outcome, reason=reason)


def message_id(key: str, domain: str) -> str:
    """The Message-ID of a message: the same key always gives the same one, and it says nothing about the key."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def gives_up(reason: str | None, tried_for: timedelta) -> str | None:
    """Why a message is tried no more, after this much real time and this reason before; or None."""
    if reason == "mailbox_full" and tried_for > FULL_AFTER:
        return "mailbox_full"
    return "undelivered_for_three_days" if tried_for > GIVE_UP_AFTER else None


def why_not(view: CaseView, effect: Notify, reader: Contact | None, post: Post) -> str | None:
    """Why a message is not sent (a code), or None: it came too late, or there is nobody to send it to."""
    if not _is_wanted(view, effect):
        return "not_open"
    if reader is None or not reader.active:
        return "unknown_person"
    if post.reaches(reader):
        return None
    return "opted_out" if reader.no_texts and reader.phone else "no_address"


def _is_wanted(view: CaseView, effect: Notify) -> bool:
    """Whether the message still fits the lifecycle as it is now: a late retry must not ask for what is answered."""
    if effect.request_id is not None:
        request = view.request(effect.request_id)
        if request is None:
            return False
        if effect.message in ("visit_cancelled_notification", "request_submitted_confirmation"):
            return True
        late = request.late_until is not None and effect.message == "request_resent_ask"
        if request.state != "open" and not late:
            return False
        return effect.message in WITHOUT_LINK or effect.person_id in request.holders
    return effect.message != "placement_ready_notification" or view.outcome is None


def _outcome(key: str, outcome: notifications.Outcome | None, reason: str | None) -> Outcome:
    code = reason or "unknown"
    match outcome:
        case "skipped":
            return Skipped(key=key, reason=code)
        case "bounced":
            return Bounced(key=key, reason=code)
        case "deferred":
            return Deferred(key=key, reason=code)
        case _:
            return Sent(key=key)
