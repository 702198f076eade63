"""A random life lived by a workflow on a server, and lived along on the pure core, decision by decision.

People act at fixed minutes, one thing an hour, so that the seconds a server takes change nothing.
"""

import asyncio
import heapq
import itertools
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from lifecycle.registry import PLACEMENT, begin, facts, first_batch
from lifecycle.viewing import placement_view
from schemas.acts import Act, Answer, Batch, By, Carried, Fact
from schemas.carry import Begin
from schemas.change_commands import RecordWork
from schemas.clock import Clock
from schemas.effects import (
    Bounced,
    CheckWork,
    ClaimSeatEffect,
    Done,
    Effect,
    Notify,
    OpenCase,
    Outcome,
    SeatAnswer,
    Sent,
    WorkChecked,
)
from schemas.naming import LIFECYCLE_QUEUE, WORKFLOW_TYPES, workflow_id
from schemas.placement_commands import Opening, PlacementCommand, Propose, RecordBounce, RecordSeat
from schemas.placement_events import PlacementEvent
from tests.lives.living import Says, World
from workflows.attributes import at_start

API = By(kind="api")
HOUR, PAST = timedelta(hours=1), timedelta(minutes=20)
"""People act at this many minutes past each hour since the proposal."""
SOON, AFTERWARDS = timedelta(seconds=90), timedelta(seconds=30)
"""When time acts that soon, people wait until so long afterwards."""
PROMPT = timedelta(minutes=1)
PATIENCE = 30
"""Real seconds until a workflow that is over has ended."""
FAILURES = (EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED, EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
"""What a history must not hold."""


class Served(World):
    """A world around a workflow; `life` is what the pure core makes of the same commands at the same moments.

    `broken` is the first thing that did not hold; `runs` counts the histories the workflow went through.
    """

    def __init__(self, seed: int) -> None:
        self.broken: Exception | None = None
        self.runs = 0
        self.carried: list[Effect] = []
        self.cases: set[str] = set()
        self._outcomes: dict[str, Outcome] = {}
        self._learned: deque[PlacementCommand] = deque()
        self._saying: tuple[PlacementCommand, Says] | None = None
        self._repeats = False
        self._moment: datetime | None = None
        self._recorded = 0
        self._acts = itertools.count(1)
        self._taken: set[datetime] = set()
        self._view: dict[str, Any] = {}
        super().__init__(seed, f"life-{seed}")

    # --- where it lives -------------------------------------------------------------------------------------------

    async def start(self, client: Client, real: datetime) -> bool:
        """Start its workflow; the program's clock shows the proposal's moment at the instant `real`."""
        command, at = self._opening
        self.clock = Clock(program_epoch=at, real_epoch=real)
        command = command.changed(clock=self.clock)
        self.life.placement = self.life.placement.changed(clock=self.clock)
        self.life.first = self.life.first.changed(clock=self.clock)
        self._told = {one.seq: one for one in first_batch(Opening(command=command, at=at), API).facts}
        self._client = client
        self._handle: WorkflowHandle[Any, str] = await client.start_workflow(
            WORKFLOW_TYPES["placement"],
            Begin(opening=Opening(command=command, at=at), by=API),
            id=workflow_id("placement", self.id),
            task_queue=LIFECYCLE_QUEUE,
            search_attributes=at_start(PLACEMENT.attributes(begin(PLACEMENT, command, at).state)),
            result_type=str,
        )
        return True

    async def end(self) -> None:
        """It is over: its workflow ended with its state, carried out what was asked, and never stumbled."""
        async with asyncio.timeout(PATIENCE):
            assert await self._handle.result() == self.life.state
        self._settle(self.life.at)
        assert self.carried == [one for one in self.life.effects if not isinstance(one, OpenCase)]
        assert self.cases == {one.incident_id for one in self.life.effects if isinstance(one, OpenCase)}
        assert self._recorded == self.life.placement.seq
        assert self._view == placement_view(self.life.placement).model_dump(mode="json")
        self.life.check_the_whole()
        await self._look_at_histories()

    async def _look_at_histories(self) -> None:
        run = self._handle.first_execution_run_id
        while run:
            self.runs += 1
            history = await self._client.get_workflow_handle(self._handle.id, run_id=run).fetch_history()
            wrong = [one for one in history.events if one.event_type in FAILURES and not _is_taken_up_again(one)]
            assert wrong == []
            run = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id

    @property
    def moment(self) -> datetime:
        """The real instant at which something is to be done next: somebody acts, or time has acted."""
        if self._moment is None:
            self._moment = self._next_moment()
        return self._moment

    def _next_moment(self) -> datetime:
        if self.life.is_over:
            return self.clock.real_time(self.life.at)
        due = self.life.due()
        if due is None and not self._agenda:
            self._later(HOUR, lambda _: RecordSeat(granted=False))
        slot = self._agenda[0][0] if self._agenda else None
        if due is not None and (slot is None or due < slot + SOON):
            return self.clock.real_time(due + AFTERWARDS)
        assert slot is not None
        return self.clock.real_time(slot)

    async def act(self, real: datetime) -> bool:
        """It is `real` now: time has acted when it was due, and somebody acts who wanted to, if anybody did."""
        now, self._moment = self.clock.program_time(real), None
        self._settle(now)
        if self.life.is_over or not self._agenda or self._agenda[0][0] > now:
            return False
        _, _, says = heapq.heappop(self._agenda)
        command = says(self.life)
        act = Act(
            id=f"{self.id}-{next(self._acts)}",
            payload_hash="h",
            by=API,
            recorded=self._recorded,
            command=command,
        )
        self._saying = (command, says)
        code = await self._send(act, act.id)
        if self._saying is not None:
            self._saying = None
            said = self.life.say(command, max(now, self.life.at))
            assert not said, f"the workflow made nothing of {command.name}"
            assert code == (self.life.refused[-1].code if said is None else None)
            self._follow(command, says, said)
        if self._repeats:
            self._repeats = False
            over = self.life.is_over
            again = await self._send(act, act.id if over else f"{act.id}-again")
            assert again == (None if over else "duplicate")
        return True

    async def _send(self, act: Act, update_id: str) -> str | None:
        """Why it was refused, or `duplicate`."""
        try:
            answer = await self._handle.execute_update(act.command.name, act, id=update_id, result_type=Answer)
        except WorkflowUpdateFailedError as failed:
            return failed.cause.type if isinstance(failed.cause, ApplicationError) else str(failed.cause)
        assert answer.batch is not None
        self._hear_of(answer.batch)
        return "duplicate" if answer.duplicate else None

    def _settle(self, now: datetime) -> None:
        """Nothing is under way: what came of effects and was not heard of changed nothing, and time is not late."""
        while self._learned:
            command = self._learned.popleft()
            assert not self.life.say(command, max(now, self.life.at)), f"nothing was heard of {command.name}"
        due = self.life.due()
        assert due is None or due > now, f"time should have acted at {due}"

    # --- what the workflow decided --------------------------------------------------------------------------------

    def carry_out(self, batch: Batch) -> Carried:
        """What the workflow's activity does. It never fails: what does not hold is kept in `broken`."""
        try:
            self._hear_of(batch)
            self._recorded, self._view = batch.seq, batch.view
        except Exception as error:  # noqa: BLE001 - an activity that fails is tried again and again
            self.broken = self.broken or error
        return Carried(outcomes=tuple(self._carry_out(one) for one in batch.effects))

    def _carry_out(self, effect: Effect) -> Outcome:
        self.carried.append(effect)
        usual = Sent(key=effect.key) if isinstance(effect, Notify) else Done(key=effect.key)
        outcome = self._outcomes.get(effect.key, usual)
        command = PLACEMENT.learned(effect, outcome)
        if command is not None:
            self._learned.append(command)
        return outcome

    def _hear_of(self, batch: Batch) -> None:
        """Every fact is what the core decides, upon the same command at the same moment. Raises AssertionError."""
        self._moment = None
        new = [fact for fact in batch.facts if fact.seq not in self._told]
        self._told |= {fact.seq: fact for fact in new}
        assert all(self._told[fact.seq] == fact for fact in batch.facts)
        while new:
            fact = new[0]
            events = self._decided(fact)
            expected = facts(self.life.placement, "placement", 1, fact.by, events)
            assert new[: len(expected)] == expected, (
                f"{[one.type for one in new]}, not {[one.type for one in expected]}"
            )
            new = new[len(expected) :]
            self._react()
            self.life.check()

    def _decided(self, fact: Fact) -> tuple[PlacementEvent, ...]:
        life, events = self.life, None
        match fact.by.kind:
            case "api":
                assert self._saying is not None, f"{fact.type} of an act that nobody sent"
                (command, says), self._saying = self._saying, None
                events = life.say(command, fact.at)
                self._follow(command, says, events)
            case "time":
                due = life.due()
                assert due is not None, f"{fact.type}: time never acts in {life.state}"
                late = fact.at - max(due, life.at)
                assert timedelta(0) <= late < PROMPT, f"{fact.type} at {fact.at}, due at {due}"
                events = life.tick(late)
            case _:
                while self._learned and not events:
                    events = life.say(self._learned.popleft(), fact.at)
        assert events, f"the core makes nothing of what led to {fact.type}"
        return events

    # --- what people and the world do -----------------------------------------------------------------------------

    def _proposal(self) -> tuple[Propose, datetime]:
        self._opening = super()._proposal()
        return self._opening

    def _again(self, command: PlacementCommand) -> None:  # noqa: ARG002 - the act is sent again as it was
        self._repeats = True

    def _at(self, at: datetime, says: Says) -> None:
        """At the next minute at which people act and nobody of this life acts yet."""
        first = self._opening[1] + PAST
        passed = max(at.replace(second=0, microsecond=0) - first, timedelta(0))
        slot = first - (-passed // HOUR) * HOUR
        while slot in self._taken:
            slot += HOUR
        self._taken.add(slot)
        super()._at(slot, says)

    def _comes_of(self, effect: Effect, wait: timedelta, says: Says) -> None:  # noqa: ARG002 - it is known at once
        match effect, says(self.life):
            case ClaimSeatEffect(), RecordSeat() as seat:
                outcome: Outcome = SeatAnswer(key=effect.key, granted=seat.granted, waiting=seat.waiting)
            case CheckWork(), RecordWork() as work:
                outcome = WorkChecked(key=effect.key, findings=work.findings, recheck_on=work.recheck_on)
            case Notify(), RecordBounce():
                outcome = Bounced(key=effect.key, reason="no_such_mailbox")
            case _, command:
                raise AssertionError(f"{command.name} comes of {effect.effect}")
        self._outcomes[effect.key] = outcome


def _is_taken_up_again(event: HistoryEvent) -> bool:
    """An end that the server did not take because something had come in meanwhile: the workflow hears that first."""
    cause = event.workflow_task_failed_event_attributes.cause
    return cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
