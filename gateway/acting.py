"""Events that say something to a lifecycle that is there: each becomes one act, an Update named after its command."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from catalog.program_catalog import program
from catalog.rule_catalog import all_packs
from gateway.openings import BY_EVENT, Taken
from gateway.problems import invalid
from gateway.received import Findings, Received, is_begun, subject_of
from records import directory, lifecycles, work
from records.pairings import works_at
from schemas.acts import Act, Command, Delivery, LifecycleName
from schemas.change_commands import (
    AdoptProgram,
    CancelByEmployer,
    CancelByProgram,
    Extend,
    PauseDays,
    PlanShifts,
    ReplaceSupervisor,
    ReportIncident,
    Resume,
    ScheduleVisit,
    Shorten,
    SupervisorLeft,
    Suspend,
    Terminate,
    Transfer,
)
from schemas.checks import written
from schemas.incoming import SupervisorReplacedData
from schemas.incoming_changes import AdoptedData, IncidentReportedData, TransferredData
from schemas.incoming_work import ShiftsPlannedData, misplaced
from schemas.naming import update_id
from schemas.placement_commands import (
    AcceptOffer,
    ConfirmAttendance,
    DeclineOffer,
    MakeOffer,
    ReportMissed,
    Resend,
    Return,
    Waive,
    Withdraw,
)
from schemas.views import PlacementView

Build = Callable[[Received], Awaitable[Taken]]
Check = Callable[[Received, str], Awaitable[None]]


def act(
    lifecycle: LifecycleName,
    command: Callable[[Any], Command],
    check: Check | None = None,
) -> Build:
    """A builder for acts: the lifecycle must be known; `check` looks at what the data names."""

    async def build(received: Received) -> Taken:
        id_ = subject_of(received.envelope, lifecycle)
        if not await is_begun(received.conn, lifecycle, id_):
            raise invalid("subject", f"is no {lifecycle} that is known here: {id_}")
        if check is not None:
            await check(received, id_)
        envelope = received.envelope
        told = Act(
            id=update_id(envelope.source, envelope.id),
            payload_hash=envelope.payload_hash,
            by=BY_EVENT,
            command=command(received.data),
        )
        return Taken(Delivery(lifecycle=lifecycle, id=id_, act=told))

    return build


def _of_any(command: Callable[[Any], Command]) -> Build:
    """A builder for acts on a request of whichever lifecycle the event names."""

    async def build(received: Received) -> Taken:
        return await act(received.data.lifecycle, command)(received)

    return build


def _looked_up(command: Callable[[Received, PlacementView], Awaitable[Command]]) -> Build:
    """A builder for acts on a placement whose command needs more than the event says."""

    async def build(received: Received) -> Taken:
        id_ = subject_of(received.envelope, "placement")
        view = await lifecycles.placement(received.conn, id_)
        if view is None:
            raise invalid("subject", f"is no placement that is known here: {id_}")
        made = await command(received, view)
        return await act("placement", lambda _: made)(received)

    return build


async def _works_there(received: Received, id_: str) -> None:
    """The new supervisor must be somebody of the placement's host: an evaluation never goes to a stranger."""
    data: SupervisorReplacedData = received.data
    person_id = data.supervisor_id
    findings = Findings()
    view = await lifecycles.placement(received.conn, id_)
    if await directory.person(received.conn, person_id) is None:
        findings.add("data.supervisor_id", f"is nobody in the directory: {person_id}; import the host's people first")
    elif view is not None and not await works_at(received.conn, view.host_id, person_id):
        findings.add(
            "data.supervisor_id", f"does not work at {view.host_id}: {person_id}; import the host's people first"
        )
    findings.refuse_if_any()


async def _days_in_order(received: Received, _: str) -> None:
    if received.data.last < received.data.first:
        raise invalid("data.last", f"is before first ({received.data.first}); send the later day here")


async def _goes_on(received: Received, id_: str) -> None:
    """The successor must be a placement of the same learner."""
    data: TransferredData = received.data
    before = await lifecycles.placement(received.conn, id_)
    after = await lifecycles.placement(received.conn, data.successor_id)
    if after is None:
        raise invalid("data.successor_id", f"is no placement that is known here: {data.successor_id}")
    if before is not None and before.learner_id != after.learner_id:
        raise invalid("data.successor_id", f"is another learner's placement: {data.successor_id}")


async def _keep_plan(received: Received, id_: str) -> None:
    """The plan is kept before the placement is told of it; the law is asked about what is kept."""
    data: ShiftsPlannedData = received.data
    view = await lifecycles.placement(received.conn, id_)
    findings, packs = Findings(), all_packs()
    tasks = {code for pack in packs for code in pack.tasks}
    places = {code for pack in packs for code in pack.workplaces}
    for place, message in misplaced(data, view.time_zone if view else "UTC", tasks=tasks, workplaces=places):
        findings.add(f"data.{written(place)}", message)
    findings.refuse_if_any()
    if not await work.keep_planned_shifts(received.conn, id_, data):
        raise invalid("subject", f"is no placement that is known here: {id_}; ask again once it is recorded")


async def _incident(received: Received, view: PlacementView) -> ReportIncident:
    """The incident with the program by which it is met, if the placement's program names one."""
    data: IncidentReportedData = received.data
    envelope = received.envelope
    made_up = hashlib.sha256(f"{envelope.source}\0{envelope.id}".encode()).hexdigest()[:12]
    pinned = program(view.program)
    met_by = program(pinned.incidents) if pinned is not None and pinned.incidents is not None else None
    return ReportIncident(
        incident_id=data.incident_id or f"inc-{made_up}",
        severity=data.severity,
        category=data.category,
        program=met_by,
    )


async def _adopts(received: Received) -> Taken:
    """A lifecycle goes on by the version of its program that is in the catalogue now."""
    data: AdoptedData = received.data
    id_ = subject_of(received.envelope, data.lifecycle)
    view = await lifecycles.view_of(received.conn, data.lifecycle, id_)
    if view is None:
        raise invalid("subject", f"is no {data.lifecycle} that is known here: {id_}")
    current = program(view.program)
    if current is None:
        raise invalid("subject", f"runs by a program that is not in the catalogue: {view.program}")
    if data.version is not None and data.version != current.version:
        raise invalid("data.version", f"is not in the catalogue; {view.program} is at version {current.version}")
    return await act(data.lifecycle, lambda _: AdoptProgram(program=current))(received)


ACTS: dict[str, Build] = {
    "offer.made": act("placement", lambda _: MakeOffer()),
    "offer.accepted": act("placement", lambda _: AcceptOffer()),
    "offer.declined": act("placement", lambda _: DeclineOffer()),
    "placement.withdrawn": act("placement", lambda data: Withdraw(reason=data.reason)),
    "placement.extended": act("placement", lambda data: Extend(end=data.end)),
    "placement.shortened": act("placement", lambda data: Shorten(end=data.end)),
    "placement.paused": act(
        "placement", lambda data: PauseDays(first=data.first, last=data.last, reason=data.reason), _days_in_order
    ),
    "placement.suspended": act("placement", lambda data: Suspend(reason=data.reason, resume_by=data.resume_by)),
    "placement.resumed": act("placement", lambda _: Resume()),
    "placement.terminated": act("placement", lambda data: Terminate(reason=data.reason)),
    "placement.cancelled": act("placement", lambda data: CancelByProgram(reason=data.reason)),
    "placement.transferred": act("placement", lambda data: Transfer(successor_id=data.successor_id), _goes_on),
    "employer.cancelled": act("placement", lambda data: CancelByEmployer(reason=data.reason)),
    "supervisor.replaced": act("placement", lambda data: ReplaceSupervisor(person_id=data.supervisor_id), _works_there),
    "supervisor.left": act("placement", lambda _: SupervisorLeft()),
    "attendance.confirmed": act("placement", lambda _: ConfirmAttendance()),
    "attendance.missed": act("placement", lambda _: ReportMissed()),
    "visit.scheduled": act("placement", lambda data: ScheduleVisit(request_id=data.request_id, day=data.day)),
    "incident.reported": _looked_up(_incident),
    "shifts.planned": act("placement", lambda data: PlanShifts(first=data.first, last=data.last), _keep_plan),
    "request.resent": _of_any(lambda data: Resend(request_id=data.request_id)),
    "request.waived": _of_any(lambda data: Waive(request_id=data.request_id, reason=data.reason)),
    "request.returned": _of_any(lambda data: Return(request_id=data.request_id, reason=data.reason)),
    "program.adopted": _adopts,
}
"""What makes the act of each type of event about a lifecycle that is there, without its prefix."""
