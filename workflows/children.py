"""The one child a lifecycle has: an incident's case, which outlives it."""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from lifecycle.registry import INCIDENT, begin
    from schemas.acts import By
    from schemas.carry import Begin
    from schemas.effects import Effect, OpenCase
    from schemas.incident import IncidentOpening
    from schemas.naming import LIFECYCLE_QUEUE, WORKFLOW_TYPES, workflow_id
    from workflows.attributes import at_start


async def open_cases(effects: Sequence[Effect]) -> list[Effect]:
    """Open the cases that are asked for; gives the effects that are left for the activity."""
    for effect in effects:
        if isinstance(effect, OpenCase):
            await _open(effect)
    return [one for one in effects if not isinstance(one, OpenCase)]


async def _open(effect: OpenCase) -> None:
    """Start the incident's workflow; one that is there already is left as it is."""
    opening = IncidentOpening.model_validate(effect.opening)
    attributes = INCIDENT.attributes(begin(INCIDENT, opening.command, opening.at).state)
    try:
        await workflow.start_child_workflow(
            WORKFLOW_TYPES["incident"],
            Begin(by=By(kind="lifecycle"), opening=opening),
            id=workflow_id("incident", effect.incident_id),
            task_queue=LIFECYCLE_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            search_attributes=at_start(attributes),
            static_summary=f"incident {effect.incident_id}, {attributes.program}",
            static_details=f"Reported in placement {opening.command.placement_id}.",
        )
    except WorkflowAlreadyStartedError:
        workflow.logger.info("incident is open already")
