"""Long lives: a history that grows too long goes on as a new one, and nothing is lost on the way."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from cli.stack.temporal import temporal_program
from schemas.effects import Deferred, Effect, Notify, Outcome
from schemas.placement_commands import Resend, Withdraw
from tests.workflows.lives import Life, Lives, eventually, to_preparing
from tests.workflows.world import World
from workers.namespace import prepare_namespace
from workers.temporal import connect
from workers.worker import effects_worker, lifecycle_worker

SHORT = 70
"""Events after which this server suggests a new history (4,096 in production)."""


class Short:
    """A server that wants short histories, with a worker of its own."""

    def __init__(self, lives: Lives, world: World) -> None:
        self.lives, self.world = lives, world


@pytest.fixture(scope="module")
async def short() -> AsyncIterator[Short]:
    flags = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={SHORT}")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_program()), dev_server_log_level="never", dev_server_extra_args=flags
    ) as environment:
        client = await connect(environment.client.service_client.config.target_host)
        await prepare_namespace(client)
        world = World()
        async with lifecycle_worker(client), effects_worker(client, [world.carry_out]):
            yield Short(Lives(client), world)


async def _run_id(life: Life) -> str:
    return str((await life.handle.describe()).run_id)


async def _repeated_into_a_new_run(life: Life) -> None:
    """Deliver a known act, which changes nothing, until the history is a new one."""
    before = await _run_id(life)
    for again in range(100):
        answer = await life.submit("agreement.student", "lrn-1", id="signed", update_id=f"{before}-{again}")
        assert answer.duplicate
        if await _run_id(life) != before:
            return
    raise AssertionError("the history never became a new one")


async def _signed(short: Short) -> Life:
    life = await short.lives.placement()
    await to_preparing(life)
    await life.submit("agreement.student", "lrn-1", id="signed")
    return life


async def test_a_new_run_knows_the_state_and_every_act_it_has_seen(short: Short) -> None:
    life = await _signed(short)
    before = await life.view()
    await _repeated_into_a_new_run(life)
    assert await life.view() == before
    again = await life.submit("agreement.student", "lrn-1", id="signed", update_id="once-more")
    assert (again.duplicate, again.state) == (True, "preparing")


async def test_a_new_run_answers_with_the_facts_the_old_one_had_not_recorded(short: Short) -> None:
    life = await _signed(short)
    await _repeated_into_a_new_run(life)
    answer = await life.submit("agreement.guardian", "grd-1", recorded=13)
    assert answer.batch is not None
    assert [(fact.epoch, fact.seq) for fact in answer.batch.facts] == [(1, 14), (1, 15)]
    await life.act(Resend(request_id="agreement.coordinator"))
    await life.idle()
    assert short.world.recorded(life.id) == list(range(1, 17))


async def test_a_new_run_keeps_the_memo_the_details_and_the_search_attributes(short: Short) -> None:
    life = await _signed(short)
    await _repeated_into_a_new_run(life)
    description = await life.handle.describe()
    assert await description.memo_value("opened_by") == f"opening-{life.id}"
    assert "agreement awaited of guardian grd-1" in await life.current_details()
    attributes = {pair.key.name: pair.value for pair in description.typed_search_attributes}
    assert (attributes["State"], attributes["Host"]) == ("preparing", f"host-of-{life.id}")
    assert attributes["Awaiting"] == ["coordinator", "guardian", "worksite_supervisor"]


async def test_a_new_run_arms_the_alarm_again(short: Short) -> None:
    life = await _signed(short)
    await _repeated_into_a_new_run(life)

    async def armed() -> bool:
        return [label for _, label in await life.timers()] == ["Wed 9 Jun 2027 09:00: agreement, guardian grd-1"]

    await eventually(armed)


async def test_an_effect_that_waits_is_tried_again_by_the_new_run(short: Short) -> None:
    def full_once(one: Effect) -> Outcome | None:
        resent = isinstance(one, Notify) and one.message == "request_resent_ask"
        first = short.world.times(life.id, one.key) == 1
        return Deferred(key=one.key, reason="mailbox_full") if resent and first else None

    life = await _signed(short)
    short.world.answering[life.id] = full_once
    await life.act(Resend(request_id="agreement.guardian"))
    await life.idle()
    deferred = short.world.effects(life.id)[-1]
    await _repeated_into_a_new_run(life)
    assert short.world.times(life.id, deferred.key) == 1

    async def again() -> bool:
        return short.world.times(life.id, deferred.key) == 2

    await eventually(again)


async def test_acts_that_come_while_the_run_changes_are_each_taken_once(short: Short) -> None:
    life = await short.lives.placement()
    await to_preparing(life)
    before = await _run_id(life)
    await asyncio.gather(*(life.act(Resend(request_id="agreement.guardian")) for _ in range(20)))
    await life.idle()
    assert await _run_id(life) != before
    line = (await life.view()).requests[3]
    assert [asked.how for asked in line.asked].count("resent") == 20
    assert short.world.told(life.id).count(("request_resent_ask", "grd-1")) == 20


async def test_the_last_run_ends_with_the_outcome(short: Short) -> None:
    life = await _signed(short)
    first = await _run_id(life)
    await _repeated_into_a_new_run(life)
    await life.act(Withdraw())
    assert await life.handle.result() == "withdrawn_by_student"
    assert await _run_id(life) != first
    assert short.world.recorded(life.id) == list(range(1, 19))
