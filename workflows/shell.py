"""The durable shell, written once for every lifecycle.

A named Update per human act asks the pure core and answers with what it decided. One alarm waits for the earliest
moment at which time acts. One pump carries effects out in batches, through one activity. Whatever goes wrong parks
the lifecycle visibly (search attribute `Parked`) and never blocks it.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Generic

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from lifecycle.registry import Decision, Lifecycle, S, begin, decide, facts
    from schemas.acts import TIME, Act, Answer, Batch, By, Carried, Fact
    from schemas.carry import Begin, Carry
    from schemas.effects import Deferred, Effect, Outcome
    from schemas.naming import CARRY_OUT, EFFECTS_QUEUE
    from schemas.problems import ProblemCode, Refused
    from workflows.attributes import updates
    from workflows.children import open_cases
    from workflows.face import face, summary
    from workflows.later import Later
    from workflows.reading import read_act, refuse

SEEN_LIMIT = 1000
ALIVE, ALIVE_IN_REHEARSAL = timedelta(seconds=10), timedelta(seconds=3)
"""How long a worker's silence about a batch lasts before another one carries it out."""

RESUME = "resume"
"""The Update with which an operator lets a parked lifecycle go on."""


class Shell(Generic[S]):
    """State, acts, alarm and pump of one lifecycle; a subclass names the lifecycle, its state's type and its acts."""

    lifecycle: ClassVar[Lifecycle[Any]]
    state_type: ClassVar[type[Any]]
    acts: ClassVar[frozenset[str]]

    def begin(self, how: Begin) -> None:
        """Set up from an opening (first run) or from what the last run carried over."""
        self._by, opening, carry = how.by, how.opening, how.carry
        self._shown: tuple[object, ...] | None = None
        self._flush_wanted = False
        self._seen: dict[str, str] = {}
        self._unrecorded: list[Fact] = []
        self._effects: list[Effect] = []
        self._later = Later()
        self._parked: str | None = None
        self._ticked: tuple[datetime, int] | None = None
        if carry is not None:
            self._state: S = self.state_type.model_validate(carry.state)
            self._face = face(self.lifecycle, self._state)
            self._latest = self._state.entered_at
            self._epoch_before = carry.epoch
            self._seen = dict(carry.seen)
            self._unrecorded = list(carry.unrecorded)
            self._effects = list(carry.effects)
            self._later = Later(carry.deferred)
            self._parked = carry.parked
            self._show()
        elif opening is not None:
            self._epoch_before = 1
            self._take(begin(self.lifecycle, opening.command, opening.at), how.by, opening.at)
        else:
            raise ValueError("a lifecycle begins with an opening or with what its last run carried")

    # --- deciding ---------------------------------------------------------------------------------------------
    def _now(self) -> datetime:
        """The program's clock; it never shows less than what was decided upon."""
        return max(self._state.clock.program_time(workflow.now()), self._latest)

    def _epoch(self) -> int:
        info = workflow.info()
        return self._epoch_before + (info.run_id != info.original_execution_run_id)

    def _take(self, decision: Decision[S], by: By, at: datetime) -> None:
        """Make a decision the state: wholly, or not at all when the core fails in showing it."""
        shown = face(self.lifecycle, decision.state)
        told = facts(decision.state, self.lifecycle.name, self._epoch(), by, decision.events)
        self._state, self._face, self._latest = decision.state, shown, at
        self._unrecorded += told
        self._effects += decision.effects
        self._show()

    def _decide(self, command: Any, by: By, at: datetime) -> None:
        """Decide and take. Raises Refused."""
        self._take(decide(self.lifecycle, self._state, command, at), by, at)

    def _by_itself(self, what: str, do: Callable[[], None]) -> bool:
        """Do what nobody waits for; a fault parks the lifecycle instead of failing its workflow, and gives False."""
        before = self._state.seq
        try:
            do()
        except Refused:
            return True
        except Exception as fault:  # noqa: BLE001 - whatever it is, an operator must see it and people must go on
            self._park(f"{what}: {type(fault).__name__}")
            return False
        self._flush_wanted |= self._state.seq > before
        return True

    def _park(self, what: str) -> None:
        workflow.logger.error("parked", extra={"what": what})
        self._parked = what
        self._show()

    def _show(self) -> None:
        """Tell Temporal UI where the lifecycle stands: details always, search attributes when they matter anew."""
        attributes, story = self._face.attributes, self._face.story
        workflow.set_current_details(f"PARKED ({self._parked})\n\n{story}" if self._parked else story)
        shown = (attributes.state, attributes.overdue, attributes.awaiting, self._parked)
        if self._shown is not None and shown != self._shown:
            workflow.upsert_search_attributes(updates(attributes, parked=self._parked is not None))
        self._shown = shown

    # --- acts -------------------------------------------------------------------------------------------------
    @workflow.update(dynamic=True)
    async def act(self, name: str, args: Sequence[RawValue]) -> Answer:
        """Take one act; its Update is named after the command. Raises ApplicationError, never anything else."""
        if name == RESUME:
            self._parked = self._ticked = None
            self._show()
            return self._answer(duplicate=False)
        asked = read_act(name, args, self.acts)
        duplicate = asked.id in self._seen
        if self._epoch() == 1:  # `recorded` counts the first epoch's facts: after a reset it says nothing
            self._unrecorded = [fact for fact in self._unrecorded if fact.seq > asked.recorded]
        if not duplicate:
            self._apply(asked)
        return self._answer(duplicate=duplicate)

    @act.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse an act before it leaves an event. Raises ApplicationError."""
        if name == RESUME:
            return
        asked = read_act(name, args, self.acts)
        if asked.id in self._seen:
            if self._seen[asked.id] != asked.payload_hash:
                refuse(ProblemCode.CONFLICT, f"act {asked.id} was taken with another content")
            return
        try:
            self.lifecycle.decide(self._state, asked.command, self._now())
        except Refused as refused:
            refuse(refused.code, refused.message)
        except Exception as fault:  # noqa: BLE001 - a fault must refuse the act, never stick
            refuse("fault", f"{name}: {type(fault).__name__}")

    def _apply(self, act: Act) -> None:
        name = act.command.name
        try:
            self._decide(act.command, act.by, self._now())
        except Refused as refused:
            refuse(refused.code, refused.message)
        except Exception as fault:  # noqa: BLE001 - as above
            self._park(f"{name}: {type(fault).__name__}")
            refuse("fault", f"{name}: {type(fault).__name__}")
        self._seen[act.id] = act.payload_hash
        if len(self._seen) > SEEN_LIMIT:
            self._seen.pop(next(iter(self._seen)))

    def _answer(self, *, duplicate: bool) -> Answer:
        name, now = self.lifecycle.name, self._state
        return Answer(duplicate=duplicate, lifecycle=name, id=now.id, state=now.state, batch=self._batch())

    def _batch(self, effects: Sequence[Effect] = ()) -> Batch:
        """All that may not be recorded yet, with the view after it."""
        return Batch(
            lifecycle=self.lifecycle.name,
            id=self._state.id,
            epoch=self._epoch(),
            seq=self._state.seq,
            facts=tuple(self._unrecorded),
            view=self._face.view,
            effects=tuple(effects),
        )

    # --- living -----------------------------------------------------------------------------------------------
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
            seen=self._seen,
            unrecorded=tuple(self._unrecorded),
            effects=tuple(self._effects),
            deferred=self._later.waiting,
            parked=self._parked,
        )
