"""Faults: a bug in the core refuses the act or parks the placement visibly; it never sticks and never half-happens."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from gateway.lifecycle_client import TemporalLifecycleClient
from schemas.acts import Act, Answer, By
from schemas.base import LifecycleName
from schemas.incident import Submit as IncidentSubmit
from schemas.naming import WORKFLOW_TYPES
from schemas.opportunity import CloseOpportunity
from schemas.partnership import EndPartnership
from schemas.placement_commands import MakeOffer, Withdraw
from schemas.problems import Refused
from tests.gateway.poison import COMMANDS, sample
from tests.workflows.broken import BROKEN
from tests.workflows.bugs import SWITCHED_ON
from tests.workflows.lives import Life, Lives, eventually, refusal, to_preparing
from tests.workflows.world import World
from workflows.reading import FED_BACK

QUEUE = "broken"
BROKEN_TYPES: dict[LifecycleName, str] = {name: f"Broken{type_}" for name, type_ in WORKFLOW_TYPES.items()}
GOOD: dict[LifecycleName, Any] = {
    "placement": Withdraw(),
    "opportunity": CloseOpportunity(),
    "partnership": EndPartnership(),
    "incident": IncidentSubmit(
        request_id="acknowledgement", person_id="cs-1", submission_id="sub-1", decision="acknowledged"
    ),
}
"""An act that each lifecycle takes as it begins."""


@pytest.fixture(scope="module")
async def broken_worker(client: Client) -> AsyncIterator[None]:
    async with Worker(client, task_queue=QUEUE, workflows=list(BROKEN.values())):
        yield


@pytest.fixture
def broken(client: Client, world: World, broken_worker: None) -> Iterator[Lives]:  # noqa: ARG001 - they must run
    yield Lives(client, BROKEN_TYPES, queue=QUEUE)
    SWITCHED_ON.clear()


@pytest.fixture
async def life(broken: Lives) -> Life:
    life = await broken.placement()
    await life.idle()
    return life


async def _parked(life: Life, what: str) -> None:
    async def shown() -> bool:
        return (await life.current_details()).startswith(f"PARKED ({what})")

    await eventually(shown)


async def _listed_as_parked(life: Life) -> bool:
    query = f"Parked=true and WorkflowId='{life.handle.id}'"
    return [one.id async for one in life.client.list_workflows(query)] == [life.handle.id]


async def test_a_bug_in_deciding_refuses_the_act_and_the_next_good_one_is_taken_at_once(life: Life) -> None:
    SWITCHED_ON.add(f"{life.id}/act")
    refused = await refusal(life.act(MakeOffer()))
    assert (refused.type, refused.message) == ("fault", "make_offer: Bug")
    assert "WORKFLOW_EXECUTION_UPDATE_ACCEPTED" not in await life.counts()
    (together,) = (await life.several(MakeOffer())).answers
    assert (together.status, getattr(together, "code", None)) == ("refused", "fault")
    assert not (await life.current_details()).startswith("PARKED")
    SWITCHED_ON.clear()
    async with asyncio.timeout(2):
        assert (await life.act(MakeOffer())).state == "proposed"


@pytest.mark.parametrize("bug", ["next_due", "view"])
async def test_a_bug_in_showing_a_decision_undoes_it_wholly_and_parks(life: Life, world: World, bug: str) -> None:
    SWITCHED_ON.add(f"{life.id}/{bug}")
    refused = await refusal(life.act(Withdraw()))
    assert (refused.type, refused.message) == ("fault", "withdraw: Bug")
    await _parked(life, "withdraw: Bug")
    SWITCHED_ON.clear()
    assert (await life.view()).state == "proposed"
    async with asyncio.timeout(2):
        answer = await life.act(Withdraw())
    assert (answer.state, answer.duplicate) == ("withdrawn_by_student", False)
    await life.handle.result()
    assert [fact.seq for batch in world.batches[life.id] for fact in batch.facts] == [1, 2, 3, 4]


async def test_poison_by_any_act_is_refused_and_the_next_good_one_is_taken_within_two_seconds(broken: Lives) -> None:
    await asyncio.gather(*(_poisoned(broken, kind) for kind in WORKFLOW_TYPES))


async def _poisoned(broken: Lives, kind: LifecycleName) -> None:
    """Every act of a lifecycle comes unreadable, and fails in being decided; one fails in being shown, too."""
    life = await getattr(broken, kind)()
    client, gate = TemporalLifecycleClient(life.client), asyncio.Semaphore(8)
    commands = {model.model_fields["name"].default: model for of, model in COMMANDS if of == kind}
    handled = BROKEN[kind].acts | FED_BACK
    assert handled <= set(commands), "an act without a command in tests/gateway/poison.py"

    async def poison(name: str) -> None:
        async with gate:
            act = Act(id=f"raising-{name}", payload_hash="h", by=By(kind="api"), command=sample(commands[name]))
            with pytest.raises(Refused) as refused:
                await client.update(kind, life.id, act, 10)
            assert (refused.value.code, "Maria" in str(refused.value)) == ("fault", False)
            odd = {"id": name, "payload_hash": "h", "by": {"kind": "api"}, "command": {"name": name, "odd": [{}]}}
            unread = await refusal(life.handle.execute_update(name, odd, id=f"unread-{name}", result_type=Answer))
            assert unread.type == "invalid"

    SWITCHED_ON.add(f"{life.id}/act")
    await asyncio.gather(*(poison(name) for name in sorted(handled)))
    SWITCHED_ON.add(f"{life.id}/view")
    SWITCHED_ON.remove(f"{life.id}/act")
    assert (await refusal(life.act(GOOD[kind]))).type == "fault"
    await eventually(lambda: _listed_as_parked(life))
    SWITCHED_ON.remove(f"{life.id}/view")
    async with asyncio.timeout(2):
        assert not (await life.act(GOOD[kind])).duplicate


async def test_a_bug_in_time_itself_parks_the_placement_until_an_operator_resumes_it(broken: Lives) -> None:
    life = await broken.placement(speed=200_000)
    SWITCHED_ON.add(f"{life.id}/tick")
    await _parked(life, "tick: Bug")
    await eventually(lambda: _listed_as_parked(life))
    SWITCHED_ON.clear()
    await life.resume()
    assert not (await life.current_details()).startswith("PARKED")
    await life.until(lambda view: "reminded" in [line.how for line in view.requests[0].asked])


async def test_time_that_does_nothing_when_it_is_due_parks_instead_of_ringing_for_ever(broken: Lives) -> None:
    life = await broken.placement(speed=200_000)
    SWITCHED_ON.add(f"{life.id}/idle_tick")
    await _parked(life, "tick: nothing was due")
    assert (await life.act(Withdraw())).state == "withdrawn_by_student"


async def test_a_bug_in_learning_from_an_effect_tries_the_effect_again(life: Life, world: World) -> None:
    SWITCHED_ON.add(f"{life.id}/learned")
    await life.act(MakeOffer())
    await _parked(life, "carry_out: Bug")
    SWITCHED_ON.clear()
    await life.resume()
    await life.in_state("offered")
    assert world.times(life.id, f"{life.id}/claim_seat") == 2


async def test_nothing_of_a_bugs_text_is_kept(life: Life) -> None:
    SWITCHED_ON.add(f"{life.id}/view")
    await refusal(life.act(Withdraw()))
    SWITCHED_ON.clear()
    await to_preparing(life)
    assert "Maria" not in (await life.handle.fetch_history()).to_json()
    assert "Maria" not in await life.current_details()
