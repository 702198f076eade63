"""The one activity: records what a lifecycle decided, then carries out what it asks of the world."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities import evaluation_forms, kept_work, screening, youth_check
from activities.feedback import Feedback
from activities.holding import Quiet
from activities.mailer import Mailer
from activities.notifications import Notifier
from activities.outbox import Outbox
from activities.post import Post
from activities.seats import Seats
from activities.siblings import Siblings
from activities.telling import Teller
from activities.writing import Writer
from records import lifecycles, links
from records.pool import Connection, Pool
from schemas.acts import Batch, Carried
from schemas.effects import (
    ChangePermits,
    CheckWork,
    ClaimSeatEffect,
    Deferred,
    Done,
    Effect,
    KeepHours,
    KeepPermit,
    Notify,
    OpenCase,
    Outcome,
    ReleaseSeatEffect,
    RevokeLinks,
    ScoreEvaluation,
    ScreenOpportunity,
    TellLifecycle,
    WithdrawOthers,
)
from schemas.naming import CARRY_OUT

HEARTBEAT_SECONDS = 1.5
TRIES_AT_ONCE = 8
"""Attempts at a batch (about two minutes) after which what still fails waits in the lifecycle, and lets others pass."""

Kept = ScoreEvaluation | KeepHours | KeepPermit | ChangePermits | CheckWork | RevokeLinks | ScreenOpportunity


class Carrying:
    """Carries out batches. Give `carry_out` to the worker; everything it does may be repeated safely."""

    def __init__(
        self,
        *,
        pool: Pool,
        client: Client,
        mailer: Mailer | Post,
        public_url: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        quiet: Quiet | None = None,
    ) -> None:
        """Take what the effects need: Postgres, Temporal, the mailer, and the gateway's address for links.

        With `quiet` messages are held; then let `outbox` run, which sends them.
        """
        self._pool = pool
        self._now = now
        self._seats = Seats(pool, client)
        self._teller = Teller(pool, client)
        writer, feedback = Writer(public_url, mailer.address, now), Feedback(pool, self._teller)
        self.outbox = Outbox(pool, mailer, writer=writer, feedback=feedback, now=now, quiet=quiet or Quiet())
        self._notifier = Notifier(pool, mailer, public_url, now, quiet=quiet)
        self._siblings = Siblings(pool, self._teller)
        self._log = structlog.get_logger("carrying")

    async def arrived(self, within: float = 10) -> None:
        """Wait for slow mails that are on their way, at most so many seconds; what does not arrive is sent anew."""
        if self._notifier.slow:
            await asyncio.wait(self._notifier.slow, timeout=within)

    @activity.defn(name=CARRY_OUT)
    async def carry_out(self, batch: Batch) -> Carried:
        """Record the batch, then carry its effects out in order; the outcomes are in the same order.

        An effect that fails does not keep later ones from happening, except those about the same request, or for the
        same other lifecycle. Raises ApplicationError (Temporal tries again) with codes only: Temporal keeps what is
        raised. What still fails after `TRIES_AT_ONCE` attempts is deferred, with what must come after it: the lifecycle
        tries it again later and later, and goes on.
        """
        async with _heartbeats():
            try:
                async with self._pool.acquire() as conn:
                    await lifecycles.record_batch(conn, batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, Temporal must not keep its text
                self._failed(batch, "record", error)
                raise _again("not recorded", error) from None
            return Carried(outcomes=await self._all(batch))

    async def _all(self, batch: Batch) -> tuple[Outcome, ...]:
        outcomes: list[Outcome] = []
        failed: list[Exception] = []
        stuck: set[str] = set()
        for effect in batch.effects:
            subject = _subject(effect)
            if subject in stuck:
                outcomes.append(Deferred(key=effect.key, reason="after_another"))
                continue
            try:
                outcomes.append(await self._one(batch, effect))
            except Exception as error:  # noqa: BLE001 - the other effects must still happen
                self._failed(batch, effect.key, error)
                failed.append(error)
                outcomes.append(Deferred(key=effect.key, reason="fault"))
                if subject is not None:
                    stuck.add(subject)
        if failed and activity.info().attempt < TRIES_AT_ONCE:
            raise _again(f"{len(failed)} of {len(batch.effects)} effects", failed[0])
        return tuple(outcomes)

    async def _one(self, batch: Batch, effect: Effect) -> Outcome:
        if isinstance(effect, Notify):
            return await self._notifier.notify(batch.lifecycle, batch.id, effect, by_time=_by_time(batch, effect))
        if isinstance(effect, ClaimSeatEffect):
            return await self._seats.claim(batch.id, effect)
        if isinstance(effect, ReleaseSeatEffect):
            return await self._seats.release(batch.id, effect)
        if isinstance(effect, WithdrawOthers):
            return await self._siblings.withdraw(batch.id, effect)
        if isinstance(effect, TellLifecycle):
            return await self._teller.tell(batch.lifecycle, effect)
        if isinstance(effect, OpenCase):
            raise TypeError("a workflow opens an incident's case itself")
        async with self._pool.acquire() as conn:
            return await self._kept(conn, batch, effect)

    async def _kept(self, conn: Connection, batch: Batch, effect: Kept) -> Outcome:
        """Carry out what only Postgres is needed for."""
        match effect:
            case ScoreEvaluation():
                return await evaluation_forms.score(conn, batch, effect)
            case KeepHours():
                return await kept_work.keep_hours(conn, batch, effect)
            case KeepPermit():
                return await kept_work.keep_permit(conn, batch, effect)
            case ChangePermits():
                return await kept_work.change_permits(conn, batch, effect)
            case CheckWork():
                return await youth_check.check_work(conn, batch, effect, self._now())
            case ScreenOpportunity():
                return await screening.screen(conn, batch, effect)
            case RevokeLinks():
                return await _revoke(conn, batch, effect)

    def _failed(self, batch: Batch, key: str, error: Exception) -> None:
        self._log.warning("effect_failed", lifecycle=batch.lifecycle, id=batch.id, key=key, error=type(error).__name__)


def _subject(effect: Effect) -> str | None:
    """What effects must happen in order about: a request, the work, or another lifecycle."""
    if isinstance(effect, TellLifecycle):
        return f"{effect.lifecycle}/{effect.id}"
    if isinstance(effect, KeepHours | KeepPermit | ChangePermits | CheckWork):
        return "work"
    return getattr(effect, "request_id", None)


def _by_time(batch: Batch, effect: Notify) -> bool:
    """Whether the newest fact about the request came by itself, not by anybody's act."""
    about = [fact for fact in batch.facts if fact.data.get("request_id") == effect.request_id is not None]
    return bool(about) and about[-1].by.kind == "time"


async def _revoke(conn: Connection, batch: Batch, effect: RevokeLinks) -> Done:
    await links.revoke(conn, batch.lifecycle, batch.id, effect.request_id, effect.person_id, key=effect.key)
    return Done(key=effect.key)


def _again(what: str, error: Exception) -> ApplicationError:
    code = error.type if isinstance(error, ApplicationError) and error.type else type(error).__name__
    return ApplicationError(what, type=code)


@asynccontextmanager
async def _heartbeats() -> AsyncGenerator[None]:
    """Tell Temporal that this attempt lives, so that only a dead one is repeated."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(HEARTBEAT_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
