"""Bringing what the inbox holds to its lifecycle, and recording at once what came of it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TypeVar

import structlog

from gateway.answers import Answers, kind_of
from gateway.lifecycle_client import LifecycleClient, NoLifecycleError, UnknownOutcomeError
from gateway.openings import BY_EVENT
from lifecycle.registry import first_batch
from records import inbox, lifecycles
from records.health import PostgresAwayError, borrow
from records.inbox import InboxRow
from records.pool import Connection, Pool
from schemas.acts import Act, Answer, Batch, Delivery, SeveralActs
from schemas.carry import Begin
from schemas.foreseen import Foresee, Foreseen
from schemas.foreseen_case import CaseForeseen, ForeseeCase
from schemas.naming import update_id
from schemas.problems import ProblemCode, Refused

AT_ONCE = 8
"""Updates in flight for one lifecycle; Temporal takes ten."""

TURN_SECONDS = 0.05
"""How often an event whose turn has not come looks again."""

TURN_PATIENCE = 0.3
"""How long whoever sent an event waits for its turn: behind a backlog it is not worth waiting."""

HOLD_EXTRA = 5.0
"""For so long after its patience whoever took an event in still has it to itself."""

FAULTS, FAULT_SECONDS = 3, 0.3
"""After so many faults an event is parked, and how long after one it is tried again: others wait behind it."""

log = structlog.get_logger("delivery")

T = TypeVar("T")
Outcome = Answer | Refused | None


class _NotItsTurnError(Exception):
    """Earlier events of the lifecycle are still to be delivered; nothing is wrong with this one."""


class Deliverer:
    """Delivers inbox rows. Any number of processes may try the same row: its id makes it happen once."""

    def __init__(self, pool: Pool, client: LifecycleClient) -> None:
        self._pool = pool
        self._client = client
        self._gates: dict[str, tuple[asyncio.Semaphore, int]] = {}
        self.answers = Answers()

    async def deliver(self, row: InboxRow, *, patience: float, turn: float | None = None) -> Outcome:
        """Deliver one accepted row and record what came of it, within about `patience` seconds.

        `turn` is how long earlier events of its lifecycle are waited for, by default half of that, so that some is left
        for the answer. None when the outcome is not known: the row stays accepted, and the same id is delivered again.
        """
        try:
            async with asyncio.timeout(patience), self._gate(row.delivery):
                outcome = await self._ask(row, patience, patience / 2 if turn is None else turn)
            await self._answered(row.delivery)
            if outcome is not None:
                await self._record([(row, outcome)], None if isinstance(outcome, Refused) else outcome.batch)
        except (TimeoutError, UnknownOutcomeError):
            self.answers.missed(kind_of(row.delivery))
            return None
        except (PostgresAwayError, _NotItsTurnError):
            return None
        return outcome

    async def deliver_several(self, rows: Sequence[InboxRow], *, patience: float) -> int | None:
        """Deliver acts that wait for one lifecycle in a row, as one, and record what came of them.

        Gives how many were settled, from the first on: the others wait still. None when that is not known. Raises
        Refused, NoLifecycleError or whatever ails one of them: then each is delivered by itself.
        """
        acts, first = tuple(row.delivery.act for row in rows if row.delivery.act is not None), rows[0].delivery
        if len(acts) < len(rows):
            raise ValueError("only acts come together")
        try:
            async with asyncio.timeout(patience), self._gate(first):
                act = await self._on_its_turn(rows[0], patience / 2)
                several = SeveralActs(recorded=act.recorded if act else 0, acts=acts)
                with self.answers.awaited("act"):
                    said = await self._client.update_several(first.lifecycle, first.id, several, patience)
            await self._answered(first)
            settled = rows[: len(said.outcomes)]
            await self._record(list(zip(settled, said.outcomes, strict=True)), said.batch)
        except (TimeoutError, UnknownOutcomeError):
            self.answers.missed("act")
            return None
        except (PostgresAwayError, _NotItsTurnError):
            return None
        return len(settled)

    async def _answered(self, delivery: Delivery) -> None:
        """There are answers again: what waited for another attempt need not wait any longer."""
        if self.answers.came(kind_of(delivery)):
            async with borrow(self._pool) as conn:
                await inbox.attempt_now(conn)

    async def deliver_now(self, row: InboxRow, *, patience: float) -> Outcome:
        """Deliver a row that was accepted on hold; when that does not work out, leave it to the dispatcher.

        That is at once when nothing of its kind has been answered for a while: nobody waits for what is away.
        """
        try:
            outcome = await self._waited_for(row, patience)
        except Exception as error:  # noqa: BLE001 - whoever sent it is told that it is kept
            await self.met_fault(row, error)
            return None
        if outcome is None:
            with suppress(PostgresAwayError):
                async with borrow(self._pool) as conn:
                    await inbox.postpone(conn, row.source, row.event_id, 0)
        return outcome

    async def _waited_for(self, row: InboxRow, patience: float) -> Outcome:
        if not self.answers.are_expected(kind_of(row.delivery)):
            return None
        return await self.deliver(row, patience=patience, turn=min(patience, TURN_PATIENCE))

    async def met_fault(self, row: InboxRow, error: Exception) -> None:
        """A fault of ours kept a row from being delivered: it is tried again, and parked after a few times.

        Nothing of the error's text is kept, for that may be personal.
        """
        log.error("a delivery met a fault", part="delivery", type=row.type, attempt=row.attempts, exc_info=error)
        told = f"a fault kept it from being delivered ({type(error).__name__}); replay it once that is mended"
        with suppress(PostgresAwayError):
            async with borrow(self._pool) as conn:
                parked = await inbox.fault(conn, row.source, row.event_id, told, seconds=FAULT_SECONDS, limit=FAULTS)
            if parked:
                about = {"type": row.type, "lifecycle": row.lifecycle, "id": row.lifecycle_id}
                log.error("parked", part="delivery", event_id=row.event_id, **about)

    async def foresee(self, delivery: Delivery, at: datetime, *, patience: float) -> Foreseen:
        """What an act on a placement would change at an instant of its program's clock; nothing happens.

        Raises Refused when the placement takes no acts; UnknownOutcomeError when it does not answer now.
        """
        if delivery.act is None or delivery.lifecycle != "placement":
            raise ValueError("only acts on placements can be foreseen")
        asked = Foresee.model_validate({"command": delivery.act.command, "at": at})
        return await self._foreseen(delivery, self._client.foresee(delivery.id, asked, patience))

    async def foresee_case(self, delivery: Delivery, at: datetime, *, patience: float) -> CaseForeseen:
        """The same of an offer, a partnership or an incident, in numbers. Raises as above."""
        if delivery.act is None:
            raise ValueError("only acts can be foreseen")
        asked = ForeseeCase.model_validate({"command": delivery.act.command, "at": at})
        return await self._foreseen(
            delivery, self._client.foresee_case(delivery.lifecycle, delivery.id, asked, patience)
        )

    async def _foreseen(self, delivery: Delivery, asking: Awaitable[T]) -> T:
        try:
            return await asking
        except NoLifecycleError:
            async with borrow(self._pool) as conn:
                raise await self._why_not_there(conn, delivery) from None

    async def _ask(self, row: InboxRow, patience: float, turn: float) -> Outcome:
        delivery = row.delivery
        act = await self._on_its_turn(row, turn)
        try:
            with self.answers.awaited(kind_of(delivery)):
                if act is None:
                    return await self._open(row, patience)
                answer = await self._client.update(delivery.lifecycle, delivery.id, act, patience)
                return answer.changed(duplicate=False)
        except Refused as refused:
            return refused
        except NoLifecycleError:
            async with borrow(self._pool) as conn:
                return await self._why_not_there(conn, delivery)

    async def _on_its_turn(self, row: InboxRow, seconds: float) -> Act | None:
        """The act with what is recorded so far, once no earlier event of its lifecycle waits; None for an opening.

        Raises _NotItsTurnError when earlier ones wait longer than that.
        """
        delivery, end = row.delivery, time.monotonic() + seconds
        while True:
            async with borrow(self._pool) as conn:
                if not await inbox.waits(conn, row.source, row.event_id):
                    if delivery.act is None:
                        return None
                    epoch, seq = await lifecycles.recorded_seq(conn, delivery.lifecycle, delivery.id)
                    return delivery.act.changed(recorded=seq if epoch == 1 else 0)
            if time.monotonic() > end:
                raise _NotItsTurnError
            await asyncio.sleep(TURN_SECONDS)

    async def _open(self, row: InboxRow, patience: float) -> Answer:
        delivery = row.delivery
        if delivery.opening is None:
            raise ValueError("a delivery carries an opening or an act")
        first = first_batch(delivery.opening, BY_EVENT)
        begin = Begin(opening=delivery.opening, by=BY_EVENT)
        opened_by = update_id(row.source, row.event_id)
        await self._client.start(delivery.lifecycle, delivery.id, begin, opened_by, patience)
        return Answer(lifecycle=delivery.lifecycle, id=delivery.id, state=first.view["state"], batch=first)

    async def _why_not_there(self, conn: Connection, delivery: Delivery) -> Refused:
        """Nothing takes acts under this id: it has ended, or (by what records say) it should be there and is not."""
        name, id_ = delivery.lifecycle, delivery.id
        view = await lifecycles.view_of(conn, name, id_)
        state = view.ended_as if view else None
        if state is None:
            return Refused(ProblemCode.NOT_FOUND, f"{name} {id_} is not running; '{delivery.name}' reaches nobody")
        told = f"{name} {id_} is {state} (it has ended); '{delivery.name}' is not possible now"
        return Refused(ProblemCode.CLOSED, told)

    async def _record(self, settled: Sequence[tuple[InboxRow, Answer | Refused]], batch: Batch | None) -> None:
        async with borrow(self._pool) as conn, conn.transaction():
            if batch is not None:
                await lifecycles.record_batch(conn, batch)
            await inbox.settle(conn, [(row.source, row.event_id, outcome) for row, outcome in settled])

    @asynccontextmanager
    async def _gate(self, delivery: Delivery) -> AsyncGenerator[None]:
        """Let at most `AT_ONCE` through for one lifecycle; the last one out takes the gate away."""
        key = f"{delivery.lifecycle}/{delivery.id}"
        gate, users = self._gates.get(key, (asyncio.Semaphore(AT_ONCE), 0))
        self._gates[key] = (gate, users + 1)
        try:
            async with gate:
                yield
        finally:
            gate, users = self._gates.pop(key)
            if users > 1:
                self._gates[key] = (gate, users - 1)
