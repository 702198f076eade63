"""An incident's case is a workflow of its own that outlives the placement it was reported in."""

from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from catalog.program_catalog import program
from schemas.change_commands import ReportIncident, Terminate
from schemas.effects import TellLifecycle
from schemas.naming import workflow_id
from schemas.views import IncidentView
from schemas.vocabulary import Severity
from tests.workflows.lives import Life, Lives, eventually, to_active
from tests.workflows.world import World


def _report(incident_id: str, severity: Severity = Severity.MEDIUM) -> ReportIncident:
    plan = program("incident-response")
    assert plan is not None
    return ReportIncident(incident_id=incident_id, severity=severity, category="injury", program=plan)


async def _is_there(handle: WorkflowHandle[Any, str]) -> bool:
    try:
        await handle.describe()
    except RPCError:
        return False
    return True


async def _reported(lives: Lives, severity: Severity) -> tuple[Life, Life]:
    placement = await lives.placement()
    await to_active(placement)
    incident_id = f"inc-{placement.id}"
    await placement.act(_report(incident_id, severity))
    handle = placement.client.get_workflow_handle(workflow_id("incident", incident_id))
    await eventually(lambda: _is_there(handle))
    return placement, Life(placement.client, handle, incident_id, IncidentView)


async def test_a_reported_incident_is_met_in_a_workflow_of_its_own(lives: Lives, world: World) -> None:
    placement, incident = await _reported(lives, Severity.MEDIUM)
    assert (await placement.view()).incidents == (incident.id,)
    assert (await incident.in_state("reported")).severity == "medium"
    await incident.idle()
    assert ("incident_reported_warning", "grd-1") in world.told(incident.id)
    await incident.submit("acknowledgement", "cs-1", "acknowledged")
    await incident.submit("report", "cs-1", "low")
    await incident.submit("review", "co-1", "close")
    assert await incident.handle.result() == "closed"
    [told] = [one for one in world.effects(incident.id) if isinstance(one, TellLifecycle)]
    assert (told.id, told.command["name"]) == (placement.id, "close_incident")


async def test_a_grave_incident_stops_the_work_and_outlives_its_placement(lives: Lives) -> None:
    placement, incident = await _reported(lives, Severity.HIGH)
    assert (await placement.in_state("suspended")).suspended_until is not None
    await placement.act(Terminate(reason="unsafe"))
    assert await placement.handle.result() == "terminated"
    await incident.submit("acknowledgement", "cs-1", "acknowledged")
    assert (await incident.view()).state == "acknowledged"
