"""Lives to record of the whole lifecycle: halts, a waitlist, an incident, an offer developed, a partnership kept."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from temporalio.client import Client

from catalog.program_catalog import program
from lifecycle.registry import OPPORTUNITY, PARTNERSHIP, Attributes, begin
from schemas.base import LifecycleName
from schemas.carry import Begin
from schemas.change_commands import Extend, PauseDays, ReportIncident, Resume, Shorten, SupervisorLeft, Suspend
from schemas.clock import Clock
from schemas.effects import ClaimSeatEffect, Effect, Outcome, Screened, ScreenOpportunity, SeatAnswer
from schemas.naming import LIFECYCLE_QUEUE, WORKFLOW_TYPES, workflow_id
from schemas.opportunity import ClaimSeat, OpportunityOpening, ProposeOpportunity
from schemas.partnership import ContactHost, EndPartnership, PartnershipOpening
from schemas.placement_commands import RecordSeat, Withdraw
from schemas.programs import Program
from schemas.views import IncidentView, OpportunityView, PartnershipView
from schemas.vocabulary import Role, Severity
from tests.replay.stories import LONG, QUICK, Story, answered, opened
from tests.workflows.lives import API, ENDS, MONDAY, STARTS, TEAM, Life, Lives, eventually
from tests.workflows.world import World
from workflows.attributes import at_start

SIGNED = (
    ("insurance", "provided"),
    ("safety_check", "passed"),
    ("agreement.site_contact", "sign"),
    ("agreement.engagement_manager", "sign"),
)
SUMMER_JOBS = "massachusetts-summer-jobs"
STAFF = {
    **TEAM,
    Role.SITE_CONTACT: "con-1",
    Role.ENGAGEMENT_MANAGER: "em-1",
    Role.PROGRAM_MANAGER: "pm-1",
    Role.DIRECTOR: "dir-1",
}
GATES = (
    ("agreement.student", "lrn-1", None),
    ("agreement.guardian", "grd-1", None),
    ("agreement.worksite_supervisor", "sup-1", None),
    ("agreement.coordinator", "co-1", None),
    ("guardian_consent", "grd-1", "consent"),
    ("emergency_contact", "lrn-1", None),
    ("orientation", "sup-1", None),
)


def _pinned(name: str) -> Program:
    found = program(name)
    assert found is not None
    return found


async def _prepared(lives: Lives, **changes: Any) -> Life:
    """A summer job until everything is ready."""
    life = await lives.placement(speed=QUICK, program=_pinned(SUMMER_JOBS), team=STAFF, **changes)
    await answered(life, "host_confirmation", "sup-1", "accept")
    await answered(life, "offer.student", "lrn-1", "accept")
    await answered(life, "offer.guardian", "grd-1", "accept")
    await opened(life, "work_permit")
    await life.submit("work_permit", "lrn-1", "granted", valid_until=date(2027, 7, 30))
    for request_id, person, decision in GATES:
        await answered(life, request_id, person, decision)
    return life


async def halted_and_broken_off(lives: Lives, _: World) -> Life:
    """Paused, suspended, resumed, extended, shortened; supervisor and learner leave; what is owed is asked."""
    life = await _prepared(lives)
    await answered(life, "first_day", "sup-1", "started")
    await life.act(PauseDays(first=date(2027, 7, 28), last=date(2027, 7, 29), reason="strike"))
    await life.act(Suspend(reason="store_closed", resume_by=date(2027, 8, 6)))
    await life.act(Resume(), name="resume_work")
    await life.act(Extend(end=ENDS + timedelta(days=7)))
    await life.act(Shorten(end=ENDS))
    await life.act(SupervisorLeft())
    await life.act(Withdraw(reason="moved_away"))
    return life


async def worked_under_a_permit(lives: Lives, _: World) -> Life:
    """Hours are disputed, the permit expires in the middle and nobody renews it: the work stops, and ends."""
    life = await _prepared(lives)
    await answered(life, "first_day", "sup-1", "started")
    await answered(life, "hours.1", "lrn-1")
    await answered(life, "hours_approval.1", "sup-1", "dispute")
    await answered(life, "hours_dispute.1", "cs-1", "corrected")
    return life


async def in_line_for_a_seat(lives: Lives, world: World) -> Life:
    """No seat is free; one comes free later; the learner withdraws."""
    life = await lives.placement(speed=QUICK, program=_pinned(SUMMER_JOBS), team=STAFF)
    world.answering[life.id] = _no_seat
    await answered(life, "host_confirmation", "sup-1", "accept")
    await life.until(lambda view: view.seat == "waitlisted")
    await life.act(RecordSeat(granted=True))
    await life.in_state("offered")
    await life.act(Withdraw())
    return life


def _no_seat(effect: Effect) -> Outcome | None:
    return SeatAnswer(key=effect.key, granted=False, waiting=True) if isinstance(effect, ClaimSeatEffect) else None


async def incident_reported(lives: Lives, _: World) -> Life:
    """A grave incident stops the work of a placement and starts its own case."""
    life = await _with_incident(lives)
    await life.act(Withdraw(reason="unsafe"))
    return life


async def incident_met(lives: Lives, _: World) -> Life:
    """The case of an incident: acknowledged, reported, kept open, closed."""
    life = await _with_incident(lives)
    incident_id = f"inc-{life.id}"
    handle = life.client.get_workflow_handle(workflow_id("incident", incident_id), result_type=str)
    case = Life(life.client, handle, incident_id, IncidentView)
    await answered(case, "acknowledgement", "cs-1", "acknowledged")
    await answered(case, "report", "cs-1", "high")
    await answered(case, "review", "co-1", "keep_open")
    await answered(case, "review", "co-1", "close")
    return case


async def _with_incident(lives: Lives) -> Life:
    life = await _prepared(lives)
    await answered(life, "first_day", "sup-1", "started")
    plan = _pinned("incident-response")
    await life.act(
        ReportIncident(incident_id=f"inc-{life.id}", severity=Severity.HIGH, category="injury", program=plan)
    )
    await life.in_state("suspended")

    async def there() -> bool:
        found = life.client.list_workflows(f"WorkflowId='{workflow_id('incident', f'inc-{life.id}')}'")
        return bool([one async for one in found])

    await eventually(there)
    return life


def _a_hazard(effect: Effect) -> Outcome | None:
    return Screened(key=effect.key, hazards=("power_saws",)) if isinstance(effect, ScreenOpportunity) else None


async def offer_developed(lives: Lives, world: World) -> Life:
    """A host's offer is described, found to hold a hazard, allowed, opened; one seat, one in line; it closes."""
    id_ = f"opp-{len(STORIES)}"
    world.answering[id_] = _a_hazard
    command = ProposeOpportunity(
        opportunity_id=id_,
        host_id="hst-1",
        program=_pinned("opportunity-development"),
        program_id=SUMMER_JOBS,
        proposed_by=Role.WORKSITE_SUPERVISOR,
        seats=1,
        start=STARTS,
        end=ENDS,
        closes_at=datetime(2027, 8, 13, 21, tzinfo=UTC),
        team=STAFF,
        clock=_clock(),
    )
    opening = OpportunityOpening(command=command, at=MONDAY)
    state = begin(OPPORTUNITY, command, MONDAY).state
    life = await _started(lives.client, "opportunity", id_, opening, OPPORTUNITY.attributes(state), OpportunityView)
    await answered(life, "design", "sup-1", "designed")
    await answered(life, "curriculum_review", "tea-1", "approve")
    await answered(life, "safety_review.1", "co-1", "allowed")
    await answered(life, "opportunity_review", "co-1", "open")
    await life.in_state("open")
    await life.act(ClaimSeat(placement_id="pl-1"))
    await life.act(ClaimSeat(placement_id="pl-2", wait=True))
    return life


async def partnership_kept(lives: Lives, _: World) -> Life:
    """A host is contacted, looked at, signs; its papers expire and nobody renews them; it ends."""
    id_ = f"par-{len(STORIES)}"
    command = ContactHost(
        partnership_id=id_, host_id="hst-1", program=_pinned("partnership"), team=STAFF, clock=_clock()
    )
    state = begin(PARTNERSHIP, command, MONDAY).state
    opening = PartnershipOpening(command=command, at=MONDAY)
    life = await _started(lives.client, "partnership", id_, opening, PARTNERSHIP.attributes(state), PartnershipView)
    await answered(life, "host_interest", "con-1", "interested")
    for request_id, decision in SIGNED:
        await opened(life, request_id)
        view = await life.view()
        person = next(one.person_id for one in view.requests if one.id == request_id)
        await life.submit(request_id, person, decision, valid_until=date(2027, 9, 30))
    await life.in_state("active")
    await life.in_state("renewal", within=LONG)
    await life.act(EndPartnership(reason="moved_away"))
    return life


def _clock() -> Clock:
    return Clock(program_epoch=MONDAY, real_epoch=datetime.now(UTC), speed=QUICK)


async def _started(  # noqa: PLR0917 - what a workflow starts with
    client: Client, lifecycle: LifecycleName, id_: str, opening: Any, attributes: Attributes, view: type[Any]
) -> Life:
    handle = await client.start_workflow(
        WORKFLOW_TYPES[lifecycle],
        Begin(opening=opening, by=API),
        id=workflow_id(lifecycle, id_),
        task_queue=LIFECYCLE_QUEUE,
        search_attributes=at_start(attributes),
        result_type=str,
    )
    return Life(client, handle, id_, view)


STORIES: tuple[Story, ...] = (
    halted_and_broken_off,
    worked_under_a_permit,
    in_line_for_a_seat,
    incident_reported,
    incident_met,
    offer_developed,
    partnership_kept,
)
"""What the first release did not know yet."""

OPEN_ENDED: frozenset[Story] = frozenset({partnership_kept})
"""Lives that never end of themselves: their history is recorded as far as it goes."""
