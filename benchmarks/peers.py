"""Who is measured: our workflows, the naive ones and the floor, driven through the same acts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from benchmarks.naive import NAIVE_QUEUE, NaiveAct, NaiveAsk, naive_id, planned
from benchmarks.season import AT_ONCE, STARTS, Answered, Season
from lifecycle.registry import OPPORTUNITY, PLACEMENT, begin, first_batch
from schemas.acts import Act, Answer, Batch, By
from schemas.carry import Begin
from schemas.clock import Clock
from schemas.naming import LIFECYCLE_QUEUE, WORKFLOW_TYPES, update_id, workflow_id
from schemas.opportunity import OpenOpportunity, OpportunityOpening
from schemas.placement_commands import Submit
from schemas.problems import ProblemCode
from workflows.attributes import at_start

API = By(kind="api")
PAUSE = 0.02
"""Seconds before a request that is not open yet is answered again."""


class TooSlowError(Exception):
    """An answer that should have been on time came too late, so the figures would not be those of the story."""


Record = Callable[[Batch], Awaitable[None]]
"""Records what an answer tells, as the gateway does."""


class Peer(Protocol):
    """One way to run a placement."""

    name: str

    async def begin(self, season: Season) -> None:
        """Start the placement."""
        ...

    async def act(self, season: Season, number: int) -> int:
        """Bring the act of that number (from 0) until it is taken; gives how often it came too early."""
        ...

    async def end(self, season: Season) -> None:
        """Wait for the placement's end. Raises RuntimeError when it ended otherwise than told in advance."""
        ...

    def histories(self, season: Season) -> AsyncIterator[HistoryEvent]:
        """All events of all the placement's workflows."""
        ...


class Ours:
    """The product's own workflow, through the same Updates as the gateway sends."""

    def __init__(self, client: Client, record: Record | None = None, *, name: str = "journeywork") -> None:
        self.name = name
        self._client = client
        self._record = record
        self._recorded: dict[str, int] = {}

    async def begin(self, season: Season) -> None:
        """See Peer."""
        first = begin(PLACEMENT, season.opening.command, season.opening.at).state
        await self._told(first_batch(season.opening, API))
        await self._client.start_workflow(
            WORKFLOW_TYPES["placement"],
            Begin(opening=season.opening, by=API),
            id=workflow_id("placement", season.placement_id),
            task_queue=LIFECYCLE_QUEUE,
            search_attributes=at_start(PLACEMENT.attributes(first)),
        )

    async def act(self, season: Season, number: int) -> int:
        """See Peer; what the last answer told counts as recorded, as it is by the gateway."""
        id_, command = season.placement_id, season.acts[number].command
        act_id = update_id(id_, str(number))
        act = Act(id=act_id, payload_hash=act_id, by=API, recorded=self._recorded[id_], command=command)
        handle = self._client.get_workflow_handle(workflow_id("placement", id_))
        early = 0
        while True:
            try:
                answer = await handle.execute_update(command.name, act, id=act_id, result_type=Answer)
            except WorkflowUpdateFailedError as refused:
                if not isinstance(refused.cause, ApplicationError) or refused.cause.type != ProblemCode.NOT_AWAITED:
                    raise TooSlowError(f"{refused.cause}; this machine is too slow, use a lower --speed") from refused
                early += 1
                await asyncio.sleep(PAUSE)
            else:
                await self._told(answer.batch)
                return early

    async def _told(self, batch: Batch | None) -> None:
        if batch is not None:
            if self._record is not None:
                await self._record(batch)
            self._recorded[batch.id] = batch.seq

    async def end(self, season: Season) -> None:
        """See Peer."""
        handle = self._client.get_workflow_handle(workflow_id("placement", season.placement_id), result_type=str)
        outcome = await handle.result()
        if outcome != season.outcome:
            raise RuntimeError(f"{season.placement_id} ended as {outcome}, not as {season.outcome}")

    async def histories(self, season: Season) -> AsyncIterator[HistoryEvent]:
        """See Peer."""
        handle = self._client.get_workflow_handle(workflow_id("placement", season.placement_id))
        async for event in handle.fetch_history_events():
            yield event


class Naive:
    """A child workflow per stage, a timer per reminder, two activities and two upserts per act."""

    name = "naive"

    def __init__(self, client: Client) -> None:
        self._client = client

    async def begin(self, season: Season) -> None:
        """See Peer."""
        real = season.clock.real_time
        plan = planned(
            season.placement_id,
            (
                (
                    one.stage,
                    NaiveAsk(
                        request_id=one.request_id,
                        opens_at=real(one.at),
                        reminders=tuple(real(step) for step in one.steps if step > one.at),
                        due_at=real(one.due_at),
                    ),
                )
                for one in season.asked
            ),
        )
        await self._client.start_workflow(
            "NaivePlacementWorkflow", plan, id=naive_id(season.placement_id), task_queue=NAIVE_QUEUE
        )

    async def act(self, season: Season, number: int) -> int:
        """See Peer. A stage that has not begun yet is not there; what is no answer has no counterpart here."""
        answered = season.acts[number]
        if not isinstance(answered.command, Submit):
            return 0
        handle = self._client.get_workflow_handle(naive_id(season.placement_id, answered.stage))
        early = 0
        while True:
            try:
                await handle.execute_update("submit", _naive(answered), id=update_id(season.placement_id, str(number)))
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                early += 1
                await asyncio.sleep(PAUSE)
            else:
                return early

    async def end(self, season: Season) -> None:
        """See Peer."""
        await self._client.get_workflow_handle(naive_id(season.placement_id)).result()

    async def histories(self, season: Season) -> AsyncIterator[HistoryEvent]:
        """See Peer."""
        for stage in (None, *dict.fromkeys(one.stage for one in season.asked)):
            handle = self._client.get_workflow_handle(naive_id(season.placement_id, stage))
            async for event in handle.fetch_history_events():
                yield event


class Floor:
    """As many bare Updates and nothing else: what no design can go below."""

    name = "bare Updates"

    def __init__(self, client: Client) -> None:
        self._client = client

    async def begin(self, season: Season) -> None:
        """See Peer."""
        await self._client.start_workflow(
            "BareWorkflow", len(season.acts), id=f"bare/{season.placement_id}", task_queue=NAIVE_QUEUE
        )

    async def act(self, season: Season, number: int) -> int:
        """See Peer."""
        handle = self._client.get_workflow_handle(f"bare/{season.placement_id}")
        await handle.execute_update(
            "submit", _naive(season.acts[number]), id=update_id(season.placement_id, str(number))
        )
        return 0

    async def end(self, season: Season) -> None:
        """See Peer."""
        await self._client.get_workflow_handle(f"bare/{season.placement_id}").result()

    async def histories(self, season: Season) -> AsyncIterator[HistoryEvent]:
        """See Peer."""
        async for event in self._client.get_workflow_handle(f"bare/{season.placement_id}").fetch_history_events():
            yield event


async def open_opportunity(client: Client, record: Record) -> None:
    """Open the opportunity whose seats the placements claim, all 500 of them."""
    command = OpenOpportunity(
        opportunity_id="opp-bench",
        host_id="host-1",
        program_id="autumn-internship",
        seats=500,
        start=STARTS,
        end=STARTS,
        closes_at=AT_ONCE + timedelta(weeks=52),
        clock=Clock(program_epoch=AT_ONCE, real_epoch=datetime.now(UTC)),
    )
    opening = OpportunityOpening(command=command, at=AT_ONCE)
    await record(first_batch(opening, API))
    await client.start_workflow(
        WORKFLOW_TYPES["opportunity"],
        Begin(opening=opening, by=API),
        id=workflow_id("opportunity", command.opportunity_id),
        task_queue=LIFECYCLE_QUEUE,
        search_attributes=at_start(OPPORTUNITY.attributes(begin(OPPORTUNITY, command, AT_ONCE).state)),
    )


def _naive(answered: Answered) -> NaiveAct:
    command = answered.command
    if not isinstance(command, Submit):
        return NaiveAct(request_id="placement", person_id="lrn-1", submission_id=command.name)
    return NaiveAct(
        request_id=command.request_id,
        person_id=command.person_id,
        submission_id=command.submission_id,
        decision=command.decision,
    )
