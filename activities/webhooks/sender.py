"""Delivers events to webhooks, in order for each, for as long as it runs.

One process at a time delivers to a webhook, one delivery after another. A crash between sending and marking sends the
same event again, with the same `webhook-id`.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from activities.webhooks.courier import Answered, Courier
from activities.webhooks.guard import Guard
from activities.webhooks.owners import Owners, SendsMail
from activities.webhooks.signing import Keys, NoKeyError
from lifecycle.resending import WINDOW, verdict
from records import deliveries, disclosures, feed, webhooks
from records.deliveries import Due
from records.pool import Connection, Pool, session
from records.waking import listen
from schemas.disclosures import Party
from schemas.webhooks import Try

AT_ONCE = 100
"""Webhooks that are sent to at the same time."""
PATIENCE = 30.0
"""Seconds after which it looks even if nothing woke it."""
HELD_PAUSE, FAULT_PAUSE = 0.2, 1.0
IN_A_ROW = 100
"""Deliveries to one webhook before others get its place."""
OWNERS_WAIT = 15.0
"""Seconds in which a mail to an owner may still go out when it is to stop; the next one writes to the others."""
AFTER_FAULT = timedelta(minutes=1)
LOG_KEPT = timedelta(days=30)
TIDY_EVERY = timedelta(hours=1)


class Sender:
    """Delivers what waits. `now` gives the real time, aware, in UTC."""

    def __init__(
        self, pool: Pool, courier: Courier, keys: Keys, owners: Owners, *, now: Callable[[], datetime]
    ) -> None:
        """Take Postgres, who sends, what is signed with, and who writes to owners."""
        self._pool, self._courier, self._keys, self._owners, self._now = pool, courier, keys, owners, now
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._left_alone: dict[str, datetime] = {}
        self._woken = asyncio.Event()
        self._tidied: datetime | None = None
        self._telling: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("webhooks")

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; then let what is on its way arrive. Survives Postgres being away."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._woken.set())
        hearing = asyncio.create_task(listen(self._pool, webhooks.CHANNEL, self._woken))
        while not stop.is_set():
            try:
                async with session(self._pool) as conn:
                    await self._look_after(conn, stop)
            except Exception as error:  # noqa: BLE001 - Postgres may be away for a while; events wait
                self._log.warning("webhooks_failed", error=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), FAULT_PAUSE)
        hearing.cancel()
        await asyncio.gather(stopping, hearing, return_exceptions=True)

    async def drain(self) -> None:
        """One look, to its end: all is sent whose time has come."""
        async with session(self._pool) as conn:
            await self._look(conn)
            await self._arrived(conn)
            await self._owners.tell(conn)

    async def _look_after(self, conn: Connection, stop: asyncio.Event) -> None:
        """Look again and again, with locks on this one connection."""
        try:
            while not stop.is_set():
                self._woken.clear()
                pause = await self._look(conn)
                if self._telling is None or self._telling.done():
                    self._telling = asyncio.create_task(self._tell_owners())
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), pause)
                await self._tidy(conn)
        finally:
            await self._arrived(conn)

    async def _look(self, conn: Connection) -> float:
        """Queue what happened, begin to send what is due; seconds until there may be more to do."""
        now = self._now()
        for webhook_id in await deliveries.behind(conn):
            await deliveries.queue(conn, webhook_id, now, now + WINDOW)
        pause = HELD_PAUSE if await deliveries.held(conn) or await deliveries.behind(conn) else PATIENCE
        alone = {one for one, until in self._left_alone.items() if until > now}
        for webhook_id, due in await deliveries.heads(conn, but={*self._busy, *alone}, limit=AT_ONCE + 1):
            if due > now:
                return min(pause, (due - now).total_seconds())
            if len(self._busy) >= AT_ONCE:
                break
            if await deliveries.lock(conn, webhook_id):
                task = self._busy[webhook_id] = asyncio.create_task(self._serve(webhook_id))
                task.add_done_callback(lambda _: self._woken.set())
            else:
                pause = min(pause, FAULT_PAUSE)
        return pause

    async def _tidy(self, conn: Connection) -> None:
        for webhook_id in [one for one, task in self._busy.items() if task.done()]:
            if error := self._busy.pop(webhook_id).exception():
                self._log.warning("webhooks_failed", id=webhook_id, error=type(error).__name__)
                self._left_alone[webhook_id] = self._now() + AFTER_FAULT
            await deliveries.unlock(conn, webhook_id)
        if self._tidied is None or self._now() - self._tidied > TIDY_EVERY:
            self._tidied = self._now()
            await deliveries.forget(conn, self._tidied - LOG_KEPT)

    async def _tell_owners(self) -> None:
        """Write to owners beside all else: a slow mail server keeps no receiver waiting."""
        try:
            async with self._pool.acquire() as conn:
                await self._owners.tell(conn)
        except Exception as error:  # noqa: BLE001 - the next look writes to them
            self._log.warning("owners_untold", error=type(error).__name__)

    async def _arrived(self, conn: Connection) -> None:
        while self._busy:
            await asyncio.wait(self._busy.values())
            await self._tidy(conn)
        if self._telling is not None:
            await asyncio.wait({self._telling}, timeout=OWNERS_WAIT)
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _serve(self, webhook_id: str) -> None:
        """Send what is due to one webhook, one after another."""
        for _ in range(IN_A_ROW):
            async with self._pool.acquire() as conn:
                due = await deliveries.head(conn, webhook_id)
                now = self._now()
                if due is None or due.next_try_at > now:
                    return
                secrets = await webhooks.active_secrets(conn, webhook_id, now)
                await _tell(conn, webhook_id, due, now)
            try:
                answered = await self._send(due, secrets, now)
            except Exception as error:  # noqa: BLE001 - it must not hold up what comes after for ever
                self._log.warning("webhook_fault", id=webhook_id, event_id=due.event_id, error=type(error).__name__)
                answered = Answered(None, "fault", 0)
            await self._mark(webhook_id, due, answered, now)

    async def _send(self, due: Due, secrets: list[webhooks.Kept], now: datetime) -> Answered:
        if due.event is None:
            return Answered(None, "forgotten", 0)
        if not secrets:
            return Answered(None, "no_key", 0)
        body = json.dumps(due.event, separators=(",", ":"), ensure_ascii=False)
        try:
            signed = self._keys.signed(due.event_id, now, body, secrets)
        except NoKeyError:
            return Answered(None, "no_key", 0)
        headers = {"Content-Type": "application/cloudevents+json", "User-Agent": "Journeywork-Webhooks/1", **signed}
        return await self._courier.send(due.url, headers, body.encode(), now)

    async def _mark(self, webhook_id: str, due: Due, answered: Answered, began: datetime) -> None:
        tried = Try(at=began, status=answered.status, failure=answered.failure, ms=answered.ms)
        now = self._now()
        meant = verdict(
            due.kind,
            tried,
            tries=due.tries + 1,
            retry_until=due.retry_until if due.event is not None else now,
            now=now,
            retry_after=answered.retry_after,
        )
        async with self._pool.acquire() as conn, conn.transaction():
            marked = await deliveries.mark(conn, due.id, meant.state, tried, meant.next_at)
            if marked and meant.disable:
                await webhooks.disable(conn, webhook_id, "gone", now, tell="gone")
        told = {"id": webhook_id, "type": due.event and due.event["type"], "event_id": due.event_id}
        self._log.info(
            "webhook", **told, outcome=meant.state, status=answered.status, reason=answered.failure, ms=answered.ms
        )


async def _tell(conn: Connection, webhook_id: str, due: Due, now: datetime) -> None:
    """Keep, before the first try, of whose records the receiver is told."""
    if due.event is not None and due.kind != "test" and not due.tries:
        of = feed.about(feed.FeedPage([due.event], ""))._asdict()
        to = Party(kind="webhook", who=webhook_id, interest=due.purpose)
        record = f"{due.event_id.partition('-')[0]}/{due.event['subject']}"
        await disclosures.tell(conn, to, "event_with_names" if due.names else "event", now, record=record, **of)


def make_sender(pool: Pool, mailer: SendsMail, *, local: bool, keys: Sequence[str]) -> Sender:
    """A sender by the real time. `local` lets webhooks reach this machine; `keys` as in `Keys`."""

    def now() -> datetime:
        return datetime.now(UTC)

    return Sender(pool, Courier(Guard(local=local)), Keys(keys), Owners(mailer, now=now), now=now)
