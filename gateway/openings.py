"""How opportunities and placements begin: everything a lifecycle must know at its start, looked up and checked once."""

import hashlib
from datetime import date
from typing import Any, NamedTuple

from gateway.problems import invalid
from gateway.received import Findings, Received, clock_of, is_begun, is_id, program_of, subject_of
from lifecycle.calendars import instant
from lifecycle.registry import first_batch
from records import directory, lifecycles
from records.pairings import live_placement, works_at
from schemas.acts import By, Delivery
from schemas.directory import Learner, OpportunityFacts, is_minor
from schemas.incoming import OpportunityOpenedData, PlacementProposedData
from schemas.opportunity import OpenOpportunity, OpportunityOpening
from schemas.placement_commands import Opening, Propose
from schemas.problems import ProblemCode, Refused
from schemas.programs import Program
from schemas.views import OpportunityView
from schemas.vocabulary import OpportunityState, RequestKind, Role

MAX_SEATS = 500
BY_EVENT = By(kind="api")


class Taken(NamedTuple):
    """What an accepted event comes to: what to deliver, and words about an opportunity to keep in the directory."""

    delivery: Delivery
    facts: OpportunityFacts | None = None


async def open_opportunity(received: Received) -> Taken:
    """A host offers seats. Raises ProblemError naming fields; Refused when it is open already."""
    id_ = subject_of(received.envelope, "opportunity")
    if await is_begun(received.conn, "opportunity", id_):
        raise Refused(ProblemCode.ALREADY_EXISTS, f"opportunity {id_} was opened already")
    data: OpportunityOpenedData = received.data
    findings = Findings()
    imported = await directory.opportunity_facts(received.conn, id_)
    known = imported.model_dump() if imported else {}
    said = data.model_dump(exclude={"clock"}, exclude_none=True)
    facts: dict[str, Any] = {**known, **said}
    for name in ("host_id", "program", "seats", "start", "end", "supervisor_id"):
        if facts.get(name) is None:
            wanted = OpportunityOpenedData.model_fields[name].description
            findings.add(f"data.{name}", f"is missing; send {wanted}, or import opportunity {id_} first")
    findings.refuse_if_any()
    program = program_of(facts["program"], findings)
    if not 1 <= facts["seats"] <= MAX_SEATS:
        findings.add("data.seats", f"is {facts['seats']}; send a number from 1 to {MAX_SEATS}")
    if facts["end"] < facts["start"]:
        findings.add("data.end", f"is before start ({facts['start']}); send the last day at the worksite")
    await _check_host(received, facts, findings)
    clock, at = clock_of(received, data.clock, findings)
    findings.refuse_if_any()
    if program is None:
        raise invalid("data.program", "is missing")
    opening = OpportunityOpening(
        command=OpenOpportunity(
            opportunity_id=id_,
            host_id=facts["host_id"],
            program_id=program.id,
            seats=facts["seats"],
            start=facts["start"],
            end=facts["end"],
            closes_at=instant(program.calendar.time_zone, facts["end"], program.calendar.due_at),
            clock=clock,
        ),
        at=at,
    )
    first_batch(opening, BY_EVENT)
    defaults = {"id": id_, "title": program.title, "description": "", "tasks": (), "job_skills": ()}
    kept = OpportunityFacts.model_validate({"alternate_supervisor_id": None, **defaults, **facts})
    delivery = Delivery(lifecycle="opportunity", id=id_, opening=opening)
    return Taken(delivery, kept if kept != imported else None)


async def _check_host(received: Received, facts: dict[str, Any], findings: Findings) -> None:
    data: OpportunityOpenedData = received.data
    host = await directory.host(received.conn, facts["host_id"])
    if host is None or host.status != "active":
        findings.add("data.host_id", f"is no host in the directory: {facts['host_id']}; import its employer first")
        return
    named = {"supervisor_id": facts["supervisor_id"], "alternate_supervisor_id": data.alternate_supervisor_id}
    for name, person_id in named.items():
        if person_id is not None and not await works_at(received.conn, host.id, person_id):
            findings.add(f"data.{name}", f"does not work at {host.id}: {person_id}; import the host's people first")
    if facts.get("alternate_supervisor_id") == facts["supervisor_id"]:
        findings.add("data.alternate_supervisor_id", "is the supervisor too; name somebody else or leave it out")


async def propose_placement(received: Received) -> Taken:
    """A learner is paired with an opportunity. Raises ProblemError naming fields; Refused (409) when it cannot be."""
    data: PlacementProposedData = received.data
    id_ = await _new_placement(received)
    findings = Findings()
    learner = await _learner(received, data, findings)
    offer = await _offer(received, data, findings)
    program = program_of(data.program or (offer.program if offer else None), findings)
    if learner is not None and program is not None:
        _fits(learner, program, findings)
    clock, at = clock_of(received, data.clock, findings)
    start, end = data.start or (offer.start if offer else None), data.end or (offer.end if offer else None)
    if start and end and end < start:
        findings.add("data.end", f"is before start ({start}); send the last day at the worksite")
    findings.refuse_if_any()
    if learner is None or offer is None or program is None or start is None or end is None:
        raise invalid("data", "is not complete")
    minor = _is_minor(learner, start)
    team = await directory.team_for(received.conn, learner.id, data.opportunity_id)
    if not minor:
        team.pop(Role.GUARDIAN, None)
    if (live := await live_placement(received.conn, learner.id, data.opportunity_id)) is not None:
        raise Refused(
            ProblemCode.ALREADY_EXISTS, f"learner {learner.id} is in placement {live} of {data.opportunity_id} already"
        )
    opening = Opening(
        command=Propose(
            placement_id=id_,
            learner_id=learner.id,
            opportunity_id=data.opportunity_id,
            host_id=offer.host_id,
            program=program,
            start=start,
            end=end,
            minor=minor,
            team=team,
            clock=clock,
            applied=_has_applied(data, program),
        ),
        at=at,
    )
    first_batch(opening, BY_EVENT)
    return Taken(Delivery(lifecycle="placement", id=id_, opening=opening))


def _fits(learner: Learner, program: Program, findings: Findings) -> None:
    """A program places students or, in an externship, educators."""
    is_one, other = ("an educator", Role.STUDENT) if learner.kind == "educator" else ("a student", Role.EDUCATOR)
    if any(signer.role is other for ask in program.asks for signer in ask.of):
        findings.add(
            "data.learner_id", f"is {is_one}: {learner.id}; {program.id} places {other}s, choose another program"
        )


def _has_applied(data: PlacementProposedData, program: Program) -> bool:
    """Whether the host reviews an application: as it was said, or the only way the program knows."""
    return data.applied if data.applied is not None else not program.of_kind(RequestKind.HOST_CONFIRMATION)


async def _new_placement(received: Received) -> str:
    envelope = received.envelope
    if envelope.subject is None:
        id_ = "pl-" + hashlib.sha256(f"{envelope.source}\0{envelope.id}".encode()).hexdigest()[:12]
    elif is_id(envelope.subject):
        id_ = envelope.subject
    else:
        raise invalid("subject", "is no id; send a new placement's id, such as pl-1, or leave it out")
    if await is_begun(received.conn, "placement", id_):
        raise Refused(ProblemCode.ALREADY_EXISTS, f"placement {id_} was proposed already")
    return id_


async def _learner(received: Received, data: PlacementProposedData, findings: Findings) -> Learner | None:
    learner = await directory.learner(received.conn, data.learner_id)
    if learner is None:
        findings.add("data.learner_id", f"is no learner in the directory: {data.learner_id}; import the roster first")
    elif not learner.active:
        findings.add("data.learner_id", f"has left: {data.learner_id}; propose a learner who is enrolled")
    elif learner.kind == "student" and learner.birth_date is None:
        findings.add(
            "data.learner_id",
            f"has no birth date in the directory: {data.learner_id}; it says whether a guardian must sign, import it",
        )
    return learner


def _is_minor(learner: Learner, start: date) -> bool:
    if learner.birth_date is None:
        return False
    if start < learner.birth_date:
        raise invalid("data.start", f"is before the birth of learner {learner.id}; correct the day or the roster")
    minor = is_minor(learner.birth_date, start)
    if minor and not learner.guardian_ids:
        raise invalid(
            "data.learner_id",
            f"is under 18 on {start} and has no guardian in the directory: {learner.id}; import the guardian first",
        )
    return minor


class _Offer(NamedTuple):
    host_id: str
    program: str
    start: date
    end: date


async def _offer(received: Received, data: PlacementProposedData, findings: Findings) -> _Offer | None:
    """The opportunity as its lifecycle knows it, or (while its opening is on its way) as the directory does."""
    id_ = data.opportunity_id
    view = await lifecycles.opportunity(received.conn, id_)
    facts = await directory.opportunity_facts(received.conn, id_)
    if view is not None and view.state is OpportunityState.CLOSED:
        raise Refused(ProblemCode.CLOSED, f"opportunity {id_} is closed; propose an open one")
    if facts is None or (view is None and not await is_begun(received.conn, "opportunity", id_)):
        known = "is in the directory but not open" if facts else "is no opportunity that is open"
        findings.add("data.opportunity_id", f"{known}: {id_}; send org.journeywork.opportunity.opened first")
        return None
    source: OpportunityView | OpportunityFacts = view or facts
    return _Offer(source.host_id, source.program, source.start, source.end)
