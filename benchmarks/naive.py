"""The same placement as it is commonly written, to compare with: a child workflow per stage and a timer per reminder.

Each act is saved and confirmed by an activity of its own and written to two search attributes one by one; the stage's
wait is armed anew after each. Nothing here is wrong; it is only what the first tutorial leads to.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from schemas.base import Frozen

NAIVE_QUEUE = "naive"
STATE = SearchAttributeKey.for_keyword("State")
AWAITING = SearchAttributeKey.for_keyword_list("Awaiting")


class NaiveAsk(Frozen):
    """One request with its calendar. Instants are real time."""

    request_id: str
    opens_at: datetime
    reminders: tuple[datetime, ...]
    due_at: datetime


class NaiveStage(Frozen):
    """One stage of a placement and all it asks."""

    placement_id: str
    stage: str
    asks: tuple[NaiveAsk, ...]


class NaivePlan(Frozen):
    """A whole placement: the stages in order; supervision and assessment run side by side."""

    placement_id: str
    stages: tuple[NaiveStage, ...]


class NaiveAct(Frozen):
    """One human act."""

    request_id: str
    person_id: str
    submission_id: str
    decision: str | None = None


@activity.defn(name="save")
async def save(act: NaiveAct) -> None:
    """Where an act would be written to the database."""


@activity.defn(name="send")
async def send(placement_id: str, request_id: str, message: str) -> None:
    """Where a mail would be sent."""


ACTIVITIES = (save, send)
PATIENCE = timedelta(minutes=1)


@workflow.defn
class NaivePlacementWorkflow:
    """Runs its stages as child workflows."""

    @workflow.run
    async def run(self, plan: NaivePlan) -> str:
        """Live the placement to its end."""
        stages = {stage.stage: stage for stage in plan.stages}
        for together in (("matching",), ("preparation",), ("supervision", "assessment"), ("completion",)):
            present = [stages[name] for name in together if name in stages]
            workflow.upsert_search_attributes([STATE.value_set(together[0])])
            await asyncio.gather(*(self._live(stage) for stage in present))
        workflow.upsert_search_attributes([STATE.value_set("completed")])
        return "completed"

    async def _live(self, stage: NaiveStage) -> None:
        await workflow.execute_child_workflow(
            NaiveStageWorkflow.run, stage, id=naive_id(stage.placement_id, stage.stage)
        )


@workflow.defn
class NaiveStageWorkflow:
    """One stage: asks when the time has come, reminds, waits for every answer."""

    @workflow.init
    def __init__(self, stage: NaiveStage) -> None:
        self._stage = stage
        self._open: set[str] = set()
        self._answered: set[str] = set()

    @workflow.run
    async def run(self, stage: NaiveStage) -> None:
        """Ask everything, and wait."""
        asking = [asyncio.create_task(self._ask(ask)) for ask in stage.asks]
        while len(self._answered) < len(stage.asks):
            before = len(self._answered)
            next_due = min(ask.due_at for ask in stage.asks if ask.request_id not in self._answered)
            try:
                await workflow.wait_condition(
                    lambda before=before: len(self._answered) > before, timeout=_until(next_due + timedelta(days=30))
                )
            except TimeoutError:
                break
        await asyncio.gather(*asking)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _ask(self, ask: NaiveAsk) -> None:
        if ask.opens_at > workflow.now():
            await workflow.sleep(_until(ask.opens_at))
        await self._send(ask.request_id, "ask")
        self._open.add(ask.request_id)
        reminders = [asyncio.create_task(self._remind(ask.request_id, at)) for at in ask.reminders]
        await workflow.wait_condition(lambda: ask.request_id in self._answered)
        for reminder in reminders:
            reminder.cancel()
        await asyncio.gather(*reminders, return_exceptions=True)

    async def _remind(self, request_id: str, at: datetime) -> None:
        await workflow.sleep(_until(at))
        await self._send(request_id, "reminder")

    async def _send(self, request_id: str, message: str) -> None:
        await workflow.execute_activity(
            "send", args=[self._stage.placement_id, request_id, message], start_to_close_timeout=PATIENCE
        )

    @workflow.update
    async def submit(self, act: NaiveAct) -> str:
        """Take one answer, once the request is open."""
        await workflow.wait_condition(lambda: act.request_id in self._open)
        await workflow.execute_activity(save, act, start_to_close_timeout=PATIENCE)
        workflow.upsert_search_attributes([STATE.value_set(self._stage.stage)])
        await self._send(act.request_id, "confirmation")
        self._answered.add(act.request_id)
        awaiting = sorted(self._open - self._answered)
        workflow.upsert_search_attributes([AWAITING.value_set(awaiting)])
        return "applied"


@workflow.defn
class BareWorkflow:
    """The floor: nothing but Updates, as many as it is told to wait for."""

    def __init__(self) -> None:
        self._taken = 0

    @workflow.run
    async def run(self, acts: int) -> int:
        """Wait for all of them."""
        await workflow.wait_condition(lambda: self._taken >= acts and workflow.all_handlers_finished())
        return self._taken

    @workflow.update
    async def submit(self, act: NaiveAct) -> str:
        """Count one act."""
        self._taken += 1
        return act.submission_id


WORKFLOWS: tuple[type[Any], ...] = (NaivePlacementWorkflow, NaiveStageWorkflow, BareWorkflow)


def naive_id(placement_id: str, stage: str | None = None) -> str:
    """The id of a naive placement's workflow, or of one of its stages."""
    return "/".join(part for part in ("naive", placement_id, stage) if part)


def planned(placement_id: str, asks: Iterable[tuple[str, NaiveAsk]]) -> NaivePlan:
    """A plan of (stage, ask) pairs."""
    stages: dict[str, list[NaiveAsk]] = {}
    for stage, ask in asks:
        stages.setdefault(stage, []).append(ask)
    return NaivePlan(
        placement_id=placement_id,
        stages=tuple(
            NaiveStage(placement_id=placement_id, stage=stage, asks=tuple(asked)) for stage, asked in stages.items()
        ),
    )


def _until(at: datetime) -> timedelta:
    return max(at - workflow.now(), timedelta(milliseconds=1))
