"""Endings: the outcome's code is the workflow's result, every fact is recorded, and nothing is taken afterwards."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from schemas.placement_commands import ConfirmAttendance, DeclineOffer, ReportMissed, Withdraw
from tests.workflows.lives import Life, Lives, to_offer, to_preparing, to_ready
from tests.workflows.world import World
from workers.worker import effects_worker, lifecycle_worker
from workflows.attributes import REGISTERED

SILENCE = timedelta(days=150)
"""From the proposal past every end of the program."""


async def test_the_result_is_the_outcomes_code_and_every_fact_is_recorded(lives: Lives, world: World) -> None:
    life = await lives.placement()
    await to_ready(life)
    answer = await life.act(Withdraw(reason="moved_away"))
    assert await life.handle.result() == answer.state == "withdrawn_by_student"
    assert answer.batch is not None
    assert world.recorded(life.id) == list(range(1, answer.batch.seq + 1))


async def test_a_late_act_finds_the_placement_closed(lives: Lives) -> None:
    life = await lives.placement()
    await life.act(Withdraw())
    await life.handle.result()
    with pytest.raises(RPCError) as late:
        await life.act(Withdraw())
    assert late.value.status is RPCStatusCode.NOT_FOUND


async def test_a_delivery_that_comes_again_after_the_end_gets_its_old_answer(lives: Lives) -> None:
    life = await lives.placement()
    first = await life.act(Withdraw(), id="last")
    await life.handle.result()
    assert await life.act(Withdraw(), id="last") == first


async def test_an_ended_placement_still_shows_its_story(lives: Lives) -> None:
    life = await lives.placement()
    await to_offer(life)
    await life.act(DeclineOffer())
    assert await life.handle.result() == "declined"
    assert "It has ended." in (await life.view()).story
    assert (await life.handle.describe()).status is WorkflowExecutionStatus.COMPLETED


class Skipping:
    """A server whose clock leaps over silence, with a worker of its own."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self.environment, self.lives, self.world = environment, Lives(environment.client), World()

    async def proposed(self) -> Life:
        return await self.lives.placement(now=await self.environment.get_current_time())

    async def silence(self) -> None:
        """Let the program's whole time pass."""
        await self.environment.sleep(SILENCE)


@pytest.fixture
async def skipping() -> AsyncIterator[Skipping]:
    server = Path(sys.executable).parent / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server), data_converter=pydantic_data_converter
    ) as environment:
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace="default", search_attributes=REGISTERED)
        )
        skipping = Skipping(environment)
        workers = lifecycle_worker(environment.client), effects_worker(environment.client, [skipping.world.carry_out])
        async with workers[0], workers[1]:
            yield skipping


async def _nobody(_: Life) -> None:
    """Nobody ever answers."""


async def _started(life: Life) -> None:
    await to_ready(life)
    await life.act(ConfirmAttendance())


async def _missed(life: Life) -> None:
    await to_ready(life)
    await life.act(ReportMissed())


@pytest.mark.parametrize(
    ("lived", "outcome", "reason"),
    [
        (_nobody, "expired", "host_did_not_answer"),
        (to_offer, "expired", "offer_not_accepted"),
        (to_preparing, "cancelled_by_program", "agreement_not_signed"),
        (_missed, "no_show", None),
        (_started, "partially_completed", "not_signed_off"),
    ],
)
async def test_silence_to_the_end_is_a_coded_outcome(
    skipping: Skipping, lived: Callable[[Life], Awaitable[None]], outcome: str, reason: str | None
) -> None:
    life = await skipping.proposed()
    await lived(life)
    await skipping.silence()
    view = await life.view()
    assert (view.state, view.reason) == (outcome, reason)
    assert await life.handle.result() == outcome


async def test_an_evaluation_that_never_came_back_is_its_own_outcome(skipping: Skipping) -> None:
    life = await skipping.proposed()
    await _started(life)
    await skipping.environment.sleep(timedelta(days=99))
    assert (await life.view()).awaiting == ("teacher",)
    await life.submit("sign_off", "tea-1")
    assert await life.handle.result() == "completed_evaluation_not_provided"
    told = skipping.world.told(life.id)
    assert ("request_escalated_ask", "sup-2") in told
    assert told.count(("request_due_reminder", "sup-1")) >= 4


async def test_an_opportunity_takes_seats_back_for_half_a_year_and_then_ends(skipping: Skipping) -> None:
    life = await skipping.lives.opportunity(now=await skipping.environment.get_current_time())
    await skipping.environment.sleep(timedelta(days=240))
    assert (await life.view()).state == "closed"
    await skipping.environment.sleep(timedelta(days=10))
    assert await life.handle.result() == "closed"
