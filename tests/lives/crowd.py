"""Many random lives side by side on one server that skips time: each by its own clock, all begun at one instant."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from temporalio import activity, workflow
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from schemas.acts import Batch, Carried
from schemas.effects import Done
from schemas.naming import CARRY_OUT, workflow_id
from tests.lives.living import broken
from tests.lives.served import AFTERWARDS, Served
from workers.temporal import connect
from workers.worker import effects_worker, lifecycle_worker
from workflows.attributes import REGISTERED

SHORT = 150
"""Events after which a workflow goes on in a new history (4,096 in production)."""
BUSY = 60
"""Seconds a workflow's step may take, instead of two: a machine on which much else runs is no reason to fail."""
SERVER = Path(sys.executable).parent / "temporal-test-server"


class Crowd:
    """The lives on one server, and the one activity of all of them."""

    def __init__(self, lives: Sequence[Served]) -> None:
        self._lives = {one.id: one for one in lives}
        self._cases: list[str] = []

    @activity.defn(name=CARRY_OUT)
    async def carry_out(self, batch: Batch) -> Carried:
        """A placement's batch goes to its life; of a case only its opening is looked at."""
        if batch.lifecycle == "placement":
            return self._lives[batch.id].carry_out(batch)
        self._lives[batch.view["placement_id"]].cases.add(batch.id)
        self._cases.append(batch.id)
        return Carried(outcomes=tuple(Done(key=one.key) for one in batch.effects))

    async def live(self, environment: WorkflowEnvironment, client: Client) -> None:
        """Live all of them to their end; what broke one is kept in it, and the others go on."""
        now = await environment.get_current_time()
        living = list(self._lives.values())
        acted = await self._each(living, lambda one: one.start(client, now))
        while living := [one for one in living if one.broken is None]:
            if acted:
                await environment.sleep(AFTERWARDS)  # what was begun is carried out: the clock leaps when all is done
            now = await _sleep_until(environment, min(one.moment for one in living))
            ready = [one for one in living if one.moment <= now]
            acted = await self._each(ready, lambda one, now=now: one.act(now))
            await self._close_cases(client)
            ended = [one for one in ready if one.life.is_over and not one.broken]
            await self._each(ended, lambda one: one.end())
            living = [one for one in living if one not in ended]

    async def _each(self, lives: Sequence[Served], do: Callable[[Served], Awaitable[bool | None]]) -> bool:
        """Do it for all at once, and tell whether it was anything for any; whoever breaks keeps why."""
        done = await asyncio.gather(*(do(one) for one in lives), return_exceptions=True)
        for one, error in zip(lives, done, strict=True):
            if isinstance(error, Exception):
                one.broken = one.broken or error
        return any(one is True for one in done)

    async def _close_cases(self, client: Client) -> None:
        """An incident's case goes on until people close it, who are not here."""
        cases, self._cases = self._cases, []
        for case in cases:
            await client.get_workflow_handle(workflow_id("incident", case)).terminate()


async def _sleep_until(environment: WorkflowEnvironment, moment: datetime) -> datetime:
    """Skip to the instant; gives what the clock shows then."""
    wait = moment - await environment.get_current_time()
    if wait > timedelta(0):
        await environment.sleep(wait)
    return await environment.get_current_time()


@asynccontextmanager
async def _serving() -> AsyncIterator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(SERVER)) as environment:
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace="default", search_attributes=REGISTERED)
        )
        yield environment


def _short_histories() -> AbstractContextManager[object]:
    """This server would not suggest a new history for long."""
    return patch.object(
        workflow.Info, "is_continue_as_new_suggested", lambda info: info.get_current_history_length() > SHORT
    )


async def live_together(seeds: range) -> list[Served]:
    """The lives of these seeds, lived side by side. Raises BrokenLifeError for the first in which something broke."""
    lives = [Served(seed) for seed in seeds]
    crowd = Crowd(lives)
    async with _serving() as environment:
        client = await connect(environment.client.service_client.config.target_host)
        workers = lifecycle_worker(client), effects_worker(client, [crowd.carry_out])
        workers[0]._workflow_worker._deadlock_timeout_seconds = BUSY
        with _short_histories():
            async with workers[0], workers[1]:
                await crowd.live(environment, client)
    for one in lives:
        if one.broken is not None:
            raise broken(one, one.broken) from one.broken
    return lives
