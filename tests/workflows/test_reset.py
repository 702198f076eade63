"""A reset by an operator: acts after the point are taken anew, and nothing recorded before is overwritten."""

import uuid

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from schemas.placement_commands import Resend, Withdraw
from tests.workflows.lives import Life, Lives, kind, to_preparing, to_ready
from tests.workflows.world import World


async def _reset_to_act(life: Life, number: int) -> None:
    """Go back to the moment before an act (from 0) was decided upon; the server delivers it and later ones anew."""
    events = await life.history()
    accepted = [event for event in events if kind(event) == "WORKFLOW_EXECUTION_UPDATE_ACCEPTED"][number]
    point = accepted.workflow_execution_update_accepted_event_attributes.accepted_request_sequencing_event_id + 2
    await life.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=life.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=life.handle.id),
            reason="test",
            workflow_task_finish_event_id=point,
            request_id=str(uuid.uuid4()),
        )
    )
    life.handle = life.client.get_workflow_handle(life.handle.id)


async def test_acts_after_the_point_are_taken_anew(lives: Lives) -> None:
    life = await lives.placement()
    await to_ready(life)
    await _reset_to_act(life, 3)
    view = await life.in_state("ready")
    assert [request.state for request in view.requests[:6]] == ["submitted"] * 6


async def test_facts_after_a_reset_are_of_a_new_epoch(lives: Lives, world: World) -> None:
    life = await lives.placement()
    await to_preparing(life)
    await life.act(Resend(request_id="agreement.student"))
    await life.idle()
    before = {(fact.epoch, fact.seq): fact for batch in world.batches[life.id] for fact in batch.facts}
    await _reset_to_act(life, 2)
    await life.in_state("preparing")
    answer = await life.act(Withdraw())
    assert answer.batch is not None
    assert {epoch for epoch, _ in before} == {1}
    assert {fact.epoch for fact in answer.batch.facts} == {answer.batch.epoch} == {2}
    assert (answer.batch.epoch, answer.batch.seq) > max(before)


async def test_what_a_caller_recorded_before_a_reset_hides_nothing_decided_after_it(lives: Lives) -> None:
    life = await lives.placement()
    await to_preparing(life)
    await life.submit("agreement.student", "lrn-1")
    await life.submit("agreement.guardian", "grd-1")
    await _reset_to_act(life, 3)
    await life.until(lambda view: view.requests[3].state == "submitted")
    answer = await life.submit("agreement.coordinator", "co-1", recorded=15)
    assert answer.batch is not None
    assert [(fact.epoch, fact.seq) for fact in answer.batch.facts] == [(2, 14), (2, 15), (2, 16)]
