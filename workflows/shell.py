"""The durable shell, written once for every lifecycle.

A named Update per human act asks the pure core and answers with what it decided (`acts`). One alarm waits for the
earliest moment at which time acts. One pump carries effects out in batches, through one activity. Whatever goes wrong
parks the lifecycle visibly (search attribute `Parked`) and never blocks it.
"""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from lifecycle.registry import S
    from schemas.acts import TIME, By, Carried
    from schemas.carry import Begin, Carry
    from schemas.effects import Deferred, Effect, Outcome
    from schemas.naming import CARRY_OUT, EFFECTS_QUEUE
    from workflows.acts import TakesActs
    from workflows.children import open_cases
    from workflows.face import summary

ALIVE, ALIVE_IN_REHEARSAL = timedelta(seconds=10), timedelta(seconds=3)
"""How long a worker's silence about a batch lasts before another one carries it out."""


class Shell(TakesActs[S]):
    """Alarm and pump of one lifecycle, beside its acts."""

    async def live(self) -> str:
        """Run until the lifecycle is over; the result is its last state's code."""
        alarm = asyncio.create_task(self._keep_time())
        try:
            while True:
                await workflow.wait_condition(self._has_work)
                over = self._is_over()
                if self._effects or self._flush_wanted or (over and self._unrecorded):
                    await self._flush()
                    continue
                await workflow.wait_condition(workflow.all_handlers_finished)
                if self._effects or self._flush_wanted:
                    continue
                if over:
                    return self._state.state
                workflow.continue_as_new(Begin(by=self._by, carry=self._carry()), memo=dict(workflow.memo()))
        finally:
            alarm.cancel()

    def _is_over(self) -> bool:
        return not self._later.waiting and self.lifecycle.is_over(self._state, self._now())

    def _has_work(self) -> bool:
        return bool(
            self._effects or self._flush_wanted or self._is_over() or workflow.info().is_continue_as_new_suggested()
        )

    def _wake(self) -> tuple[datetime, datetime | None] | None:
        """The next real instant at which something is due, with the program instant if it is a tick."""
        moments: list[tuple[datetime, datetime | None]] = [(waiting.at, None) for waiting in self._later.waiting]
        if self._face.due is not None and not self._parked and self._ticked != (self._face.due, self._state.seq):
            moments.append((self._state.clock.real_time(self._face.due), self._face.due))
        return min(moments, key=lambda moment: moment[0], default=None)

    async def _keep_time(self) -> None:
        """The one alarm: re-armed only when what is due next moves."""
        while True:
            wake = self._wake()
            if wake is None:
                await workflow.wait_condition(lambda: self._wake() is not None)
                continue
            delay = max(wake[0] - workflow.now(), timedelta(0))
            label = "try a message again" if wake[1] is None else self._face.alarm
            try:
                await workflow.wait_condition(
                    lambda armed=wake: self._wake() != armed, timeout=delay, timeout_summary=label
                )
            except TimeoutError:
                self._ring(wake)

    def _ring(self, wake: tuple[datetime, datetime | None]) -> None:
        real, due = wake
        if due is None:
            self._effects += self._later.take(real)
        else:
            self._tick(due)

    def _tick(self, due: datetime) -> None:
        """Let time act, never twice for the same: an alarm that rings on and on would block everybody."""
        before, at = self._state.seq, max(self._now(), due)
        self._by_itself("tick", partial(self._decide, self.lifecycle.tick, TIME, at))
        self._latest, self._ticked = at, (due, self._state.seq)
        if self._state.seq == before and not self._parked and not self.lifecycle.is_over(self._state, at):
            self._park("tick: nothing was due")

    async def _flush(self) -> None:
        """Record what is not recorded and carry out what is asked, in one activity; learn from its outcomes."""
        sent = self._batch(await open_cases(self._effects))
        self._effects, self._flush_wanted = [], False
        if not sent.facts and not sent.effects:
            return
        try:
            carried = await workflow.execute_activity(
                CARRY_OUT,
                sent,
                result_type=Carried,
                task_queue=EFFECTS_QUEUE,
                start_to_close_timeout=timedelta(minutes=2),
                heartbeat_timeout=ALIVE if self._state.clock.speed == 1 else ALIVE_IN_REHEARSAL,
                retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=30)),
                summary=summary(sent),
            )
        except ActivityError as fault:
            if is_cancelled_exception(fault):
                raise
            self._effects, self._flush_wanted = [*sent.effects, *self._effects], True
            self._park(f"carry_out: {type(fault).__name__}")
            await workflow.wait_condition(lambda: self._parked is None)
            return
        self._unrecorded = [fact for fact in self._unrecorded if (fact.epoch, fact.seq) > (sent.epoch, sent.seq)]
        outcomes = {outcome.key: outcome for outcome in carried.outcomes}
        for effect in sent.effects:  # one without an outcome was not asked for when a replayed history was written
            outcome = outcomes.get(effect.key)
            if outcome and not self._by_itself(CARRY_OUT, partial(self._learn, effect, outcome)):
                self._later.put(effect, workflow.now())

    def _learn(self, effect: Effect, outcome: Outcome) -> None:
        command = self.lifecycle.learned(effect, outcome)
        if isinstance(outcome, Deferred):
            self._later.put(effect, workflow.now())
        elif command is not None:
            self._decide(command, By(kind="lifecycle"), self._now())

    def _carry(self) -> Carry:
        return Carry(
            state=self._state.model_dump(mode="json"),
            epoch=self._epoch(),
            seen=self._seen.kept,
            unrecorded=tuple(self._unrecorded),
            effects=tuple(self._effects),
            deferred=self._later.waiting,
            parked=self._parked,
        )
