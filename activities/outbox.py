"""Sends what was held when its time has come, several messages to one person as one mail.

One worker at a time sends to a person. A crash between sending and marking sends the same mail again, with the same
Message-ID: which messages share a mail is written down before it is sent.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from activities.feedback import Feedback
from activities.holding import Quiet, clock_of, hold
from activities.letters import people_of
from activities.mailer import Mailer, MailResult
from activities.notifications import gives_up, message_id, why_not
from activities.post import Post
from activities.writing import Case, Writer
from lifecycle.quiet_hours import COLLECTED
from lifecycle.registry import NOBODY_THERE
from records import directory, lifecycles, notifications, outbox
from records.outbox import Waiting
from records.pool import Connection, Pool, session
from records.waking import listen
from schemas.directory import Contact
from schemas.effects import Notify

PATIENCE = 20.0
"""Seconds after which it looks even if nothing woke it."""
LEAST = 0.05
"""Seconds from one look to the next at least: what comes up meanwhile is seen in one."""
TAKEN_PAUSE, FAULT_PAUSE = 1.0, 1.0
"""Seconds before it asks again for people to whom another worker sends, and after a fault."""
AFTER_FAULT = timedelta(minutes=1)
"""How long a person's messages are left alone when something about them fails."""
FRESH = 2.0
"""Seconds after which a mail that is still on its way counts as slow, and keeps nobody else waiting."""
FRESH_AT_ONCE, AT_ONCE = 20, 200
WAITS = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 30, 120, 600, 3600))
"""Before the second try, the third, ...; the last one again and again."""


class Ready(NamedTuple):
    """A message that is still wanted, the lifecycle it is about, its reader, and why mail is tried no more, if so."""

    message: Waiting
    case: Case
    effect: Notify
    reader: Contact
    given_up: str | None


class Outbox:
    """Sends what waits, for as long as it runs. `now` gives the real time, aware, in UTC."""

    def __init__(
        self,
        pool: Pool,
        mailer: Mailer | Post,
        *,
        writer: Writer,
        feedback: Feedback,
        now: Callable[[], datetime],
        quiet: Quiet,
        fresh: float = FRESH,
    ) -> None:
        """Take what it needs to write, send and feed back; `fresh` is in seconds."""
        self._pool, self._writer, self._now, self._quiet = pool, writer, now, quiet
        self._post = mailer if isinstance(mailer, Post) else Post(mailer)
        self.feedback, self._fresh = feedback, fresh
        self._busy: dict[str, tuple[asyncio.Task[None], float]] = {}
        self._woken = asyncio.Event()
        self._log = structlog.get_logger("outbox")

    async def run(self, stop: asyncio.Event) -> None:
        """Send, and feed bounces back, until `stop` is set; then let mails on their way arrive."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: (self._woken.set(), self.feedback.wake()))
        hearing = asyncio.create_task(listen(self._pool, outbox.CHANNEL, self._woken))
        try:
            await asyncio.gather(self._keep_looking(stop), self.feedback.run(stop))
        finally:
            hearing.cancel()
            stopping.cancel()
            await asyncio.gather(stopping, hearing, return_exceptions=True)

    async def _keep_looking(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                async with session(self._pool) as conn:
                    await self._look_after(conn, stop)
            except Exception as error:  # noqa: BLE001 - Postgres may be away for a while; mail waits
                self._log.warning("outbox_failed", error=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), FAULT_PAUSE)

    async def drain(self) -> None:
        """One look, to its end: all is sent whose time has come."""
        async with session(self._pool) as conn:
            await self._look(conn)
            await self._arrived(conn)

    async def _arrived(self, conn: Connection) -> None:
        while self._busy:
            await asyncio.wait([task for task, _ in self._busy.values()])
            await self._tidy(conn)

    async def _look_after(self, conn: Connection, stop: asyncio.Event) -> None:
        """Look again and again, with locks on this one connection."""
        loop = asyncio.get_running_loop()
        try:
            while not stop.is_set():
                self._woken.clear()
                looked = loop.time()
                await self._tidy(conn)
                pause = await self._look(conn)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), pause)
                self.feedback.wake()
                await asyncio.sleep(looked + LEAST - loop.time())
        finally:
            await self._arrived(conn)

    async def _tidy(self, conn: Connection) -> None:
        for person_id in [one for one, (task, _) in self._busy.items() if task.done()]:
            task, _ = self._busy.pop(person_id)
            if error := task.exception():
                self._log.warning("outbox_failed", person=person_id, error=type(error).__name__)
                await outbox.postpone(conn, person_id, self._now(), self._now() + AFTER_FAULT)
            await outbox.unlock(conn, person_id)

    async def _look(self, conn: Connection) -> float:
        """Begin to send to those for whom something waits; seconds until there may be more to do.

        Slow mails on their way leave room for others.
        """
        loop, now = asyncio.get_running_loop(), self._now()
        fresh = [since for _, since in self._busy.values() if loop.time() - since < self._fresh]
        room = min(FRESH_AT_ONCE - len(fresh), AT_ONCE - len(self._busy))
        if room <= 0:
            return min(fresh, default=loop.time()) + self._fresh - loop.time()
        started = 0
        for person_id in await outbox.readers(conn, now, but=self._busy, limit=room):
            if await outbox.lock(conn, person_id):
                task = loop.create_task(self._serve(person_id))
                task.add_done_callback(lambda _: self._woken.set())
                self._busy[person_id] = (task, loop.time())
                started += 1
        if started == room:
            return 0
        due = await outbox.next_due(conn, but=self._busy)
        if due is None:
            return PATIENCE
        return min((due - now).total_seconds(), PATIENCE) if due > now else TAKEN_PAUSE

    async def _serve(self, person_id: str) -> None:
        """Send everything that waits for one person now."""
        async with self._pool.acquire() as conn:
            now = self._now()
            found = [await self._ready(conn, one, now) for one in await outbox.waiting(conn, person_id, now)]
        for group in _mails([one for one in found if one is not None]):
            await self._send(group)

    async def _ready(self, conn: Connection, message: Waiting, now: datetime) -> Ready | None:
        """The message if it is to be sent now; otherwise what becomes of it is written down."""
        view = await lifecycles.view_of(conn, message.lifecycle, message.lifecycle_id)
        if view is None:
            raise LookupError(f"{message.lifecycle} {message.lifecycle_id}")
        case, effect = Case(message.lifecycle, view), _effect(message)
        reader = (await directory.contacts(conn, [message.person_id])).get(message.person_id)
        reason = why_not(view, effect, reader, self._post)
        if reason is not None or reader is None:
            await self._finish(conn, message, case, MailResult("skipped", reason))
            return None
        given_up = gives_up(message.reason, now - message.tried_since)
        if given_up and self._post.phone_of(reader) is None:
            await self._finish(conn, message, case, MailResult("bounced", given_up))
            return None
        if message.outcome == "deferred" and view.speed == 1:
            held = hold(self._quiet, message.lifecycle, view, effect, zone=reader.time_zone, now=now, by_time=False)
            if held is not None:
                await notifications.hold(
                    conn,
                    message.lifecycle,
                    message.key,
                    held.reason,
                    outcome="deferred",
                    at=clock_of(view).program_time(now),
                    until=held.until,
                    not_before=held.not_before,
                )
                return None
        return Ready(message, case, effect, reader, given_up)

    async def _send(self, group: Sequence[Ready]) -> None:
        """One mail: write down that it is sent, send it, write down what came of it."""
        now, first = self._now(), group[0]
        message_id_ = _message_id(group, self._post.domain)
        async with self._pool.acquire() as conn:
            async with conn.transaction():
                if len(group) > 1:
                    await outbox.share(conn, [one.message for one in group], message_id_)
                for one in group:
                    await outbox.tried(conn, one.message, now)
            letters = [
                await self._writer.letter(
                    conn, one.case, one.effect, await directory.contacts(conn, people_of(one.case.view, one.effect))
                )
                for one in _newest_of_each(group)
            ]
        posted = self._writer.posted(letters, first.reader, self._post.phone_of(first.reader), message_id_)
        given_up = first.given_up if all(one.given_up for one in group) else None
        result = await self._post.send(posted, mail_given_up=given_up)
        async with self._pool.acquire() as conn:
            for one in group:
                await self._finish(conn, one.message, one.case, result)
            await self._post.note_stops(conn, self._now())

    async def _finish(self, conn: Connection, message: Waiting, case: Case, result: MailResult) -> None:
        outcome, reason = result
        at, where, key = clock_of(case.view).program_time(self._now()), message.lifecycle, message.key
        if outcome == "deferred":
            not_before = self._now() + WAITS[min(message.tries, len(WAITS)) - 1]
            await outbox.later(conn, where, key, reason or "unknown", at=at, not_before=not_before)
        else:
            unreachable = outcome == "bounced" or (outcome == "skipped" and reason in NOBODY_THERE)
            await outbox.finish(conn, where, key, outcome, reason, at=at, untold=unreachable)
        about = {"lifecycle": where, "id": message.lifecycle_id, "key": key, "what": message.message}
        self._log.info("notified", **about, outcome=outcome, reason=reason)


def _effect(message: Waiting) -> Notify:
    return Notify(
        key=message.key,
        message=message.message,
        person_id=message.person_id,
        role=message.role,
        request_id=message.request_id,
    )


def _mails(ready: Sequence[Ready]) -> list[list[Ready]]:
    """Which messages share a mail: those that shared one before, and all others of kinds that may."""
    shared: dict[str, list[Ready]] = {}
    for one in ready:
        alone = "" if one.effect.message in COLLECTED else one.message.message_id
        shared.setdefault(one.message.digest or alone, []).append(one)
    return list(shared.values())


def _newest_of_each(group: Sequence[Ready]) -> list[Ready]:
    """The last message about each request; what is asked twice is listed once."""
    return list({(one.message.lifecycle, one.case.view.id, one.effect.request_id): one for one in group}.values())


def _message_id(group: Sequence[Ready], domain: str) -> str:
    """The Message-ID of the mail: its message's own, or the one that several share, made from their keys."""
    first = group[0].message
    if first.digest or len(group) == 1:
        return first.digest or first.message_id
    return message_id("\n".join(sorted(f"{one.message.lifecycle} {one.message.key}" for one in group)), domain)
