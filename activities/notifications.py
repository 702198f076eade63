"""Tells or asks one person by mail, once: claim, send, mark.

A crash between sending and marking sends the same mail again, with the same Message-ID; nothing is lost.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog

from activities.letters import Link, compose, people_of
from activities.mailer import Mail, Mailer
from catalog.message_catalog import WITHOUT_LINK, Letter, render
from records import directory, lifecycles, links, notifications
from records.pool import Connection, Pool
from schemas.base import LifecycleName
from schemas.clock import Clock
from schemas.directory import Contact
from schemas.effects import Bounced, Deferred, Notify, Outcome, Sent, Skipped
from schemas.views import CaseView

GIVE_UP_AFTER = timedelta(hours=72)
"""How long (real time) a message is tried again before it counts as bounced."""


class _Case(NamedTuple):
    """A lifecycle that a message is about."""

    lifecycle: LifecycleName
    view: CaseView


class Notifier:
    """Sends the messages of every lifecycle. `now` gives the real time, aware, in UTC."""

    def __init__(self, pool: Pool, mailer: Mailer, public_url: str, now: Callable[[], datetime]) -> None:
        """Take the pool, the mailer, and the address at which people reach the gateway."""
        self._pool = pool
        self._mailer = mailer
        self._public_url = public_url.rstrip("/")
        self._now = now
        self._log = structlog.get_logger("notifications")

    async def notify(self, lifecycle: LifecycleName, id_: str, effect: Notify) -> Outcome:
        """Send one message unless its key was finished before, and say what became of it.

        Raises only when Postgres fails. The lifecycle must have been recorded.
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
                message_id=message_id(effect.key, self._mailer.domain),
                now=self._now(),
            )
            if claim.is_finished:
                return _outcome(effect.key, claim.outcome, claim.reason)
            view = await lifecycles.view_of(conn, lifecycle, id_)
            if view is None:
                raise LookupError(f"{lifecycle} {id_}")
            case = _Case(lifecycle, view)
            known = await directory.contacts(conn, people_of(view, effect))
            reader = known.get(effect.person_id)
            reason = why_not(view, effect, reader)
            if reason is not None or reader is None or reader.email is None:
                return await self._finish(conn, case, effect, ("skipped", reason))
            if self._now() - claim.first_claimed_at > GIVE_UP_AFTER:
                return await self._finish(conn, case, effect, ("bounced", "undelivered_for_three_days"))
            letter = await compose(conn, view, effect, known, await self._link(conn, case, effect))
        result = await self._mailer.send(self._mail(letter, reader.email, claim.message_id))
        async with self._pool.acquire() as conn:
            return await self._finish(conn, case, effect, result)

    def _mail(self, letter: Letter, address: str, message_id_: str) -> Mail:
        subject, text, html = render(letter)
        return Mail(
            to=address,
            name=letter.name,
            subject=subject,
            text=text,
            html=html,
            message_id=message_id_,
            at=self._now(),
            reply_to=letter.contact.email if letter.contact else None,
            reply_name=letter.contact.name if letter.contact else "",
        )

    async def _link(self, conn: Connection, case: _Case, effect: Notify) -> Link | None:
        if effect.request_id is None or effect.message in WITHOUT_LINK:
            return None
        lifecycle, view = case
        minted_at = self._program_now(view)
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
        return Link(f"{self._public_url}/f/{token}", expires_at.astimezone(ZoneInfo(view.time_zone)).date())

    async def _finish(
        self, conn: Connection, case: _Case, effect: Notify, result: tuple[notifications.Outcome, str | None]
    ) -> Outcome:
        (lifecycle, view), (outcome, reason) = case, result
        await notifications.mark(conn, lifecycle, effect.key, outcome, reason=reason, at=self._program_now(view))
        self._log.info(
            "notified",
            lifecycle=lifecycle,
            id=view.id,
            key=effect.key,
            what=effect.message,
            outcome=outcome,
            reason=reason,
        )
        return _outcome(effect.key, outcome, reason)

    def _program_now(self, view: CaseView) -> datetime:
        clock = Clock(program_epoch=view.program_epoch, real_epoch=view.real_epoch, speed=view.speed)
        return clock.program_time(self._now())


def message_id(key: str, domain: str) -> str:
    """The Message-ID of a message: the same key always gives the same one, and it says nothing about the key."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def why_not(view: CaseView, effect: Notify, reader: Contact | None) -> str | None:
    """Why a message is not sent (a code), or None: it came too late, or there is nobody to send it to."""
    if not _is_wanted(view, effect):
        return "not_open"
    if reader is None or not reader.active:
        return "unknown_person"
    return None if reader.email else "no_address"


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
