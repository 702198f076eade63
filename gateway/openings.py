"""How placements begin: everything a lifecycle must know at its start, looked up and checked once."""

import hashlib
from datetime import date
from typing import NamedTuple

from gateway.hosting import refuse_unless_it_may_host
from gateway.problems import invalid
from gateway.received import Findings, Received, clock_of, is_begun, is_id, program_of
from lifecycle.opportunity_table import DEVELOPING, TERMINAL
from lifecycle.registry import first_batch
from records import directory, lifecycles
from records.pairings import live_placement
from schemas.acts import By, Delivery
from schemas.directory import Learner, OpportunityFacts, is_minor
from schemas.incoming import ApplicationSubmittedData, PlacementProposedData
from schemas.offered_work import OfferedWork
from schemas.placement_commands import Opening, Propose
from schemas.problems import ProblemCode, Refused
from schemas.programs import Program
from schemas.views import OpportunityView
from schemas.vocabulary import RequestKind, Role

BY_EVENT = By(kind="api")


class Taken(NamedTuple):
    """What an accepted event comes to: what to deliver, and what to keep of an opportunity: words, and for the law."""

    delivery: Delivery
    facts: OpportunityFacts | None = None
    work: OfferedWork | None = None


async def propose_placement(received: Received) -> Taken:
    """A learner is paired with an opportunity, or applies to it.

    Raises ProblemError naming fields; Refused (409) when it cannot be.
    """
    data: ApplicationSubmittedData = received.data
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
    await refuse_unless_it_may_host(received, offer.host_id)
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
            applied=_has_applied(received, program),
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


def _has_applied(received: Received, program: Program) -> bool:
    """Whether the host reviews an application: as it was said, or the only way the program knows."""
    data: ApplicationSubmittedData = received.data
    if not isinstance(data, PlacementProposedData):
        return True
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


async def _learner(received: Received, data: ApplicationSubmittedData, findings: Findings) -> Learner | None:
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


async def _offer(received: Received, data: ApplicationSubmittedData, findings: Findings) -> _Offer | None:
    """The opportunity as its lifecycle knows it, or (while its opening is on its way) as the directory does."""
    id_ = data.opportunity_id
    view = await lifecycles.opportunity(received.conn, id_)
    facts = await directory.opportunity_facts(received.conn, id_)
    if view is not None and view.state in TERMINAL:
        raise Refused(ProblemCode.CLOSED, f"opportunity {id_} is {view.state}; propose an open one")
    if view is not None and view.state in DEVELOPING:
        raise Refused(ProblemCode.NOT_ALLOWED_NOW, f"opportunity {id_} is {view.state}, not open yet; wait for it")
    if view is not None and view.learner_id not in (None, data.learner_id):
        findings.add("data.opportunity_id", f"was found by another learner, for whom it is: {view.learner_id}")
    if facts is None or (view is None and not await is_begun(received.conn, "opportunity", id_)):
        known = "is in the directory but not open" if facts else "is no opportunity that is open"
        findings.add("data.opportunity_id", f"{known}: {id_}; send org.journeywork.opportunity.opened first")
        return None
    source: OpportunityView | OpportunityFacts = view or facts
    return _Offer(source.host_id, source.program, source.start, source.end)
