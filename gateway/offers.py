"""How opportunities begin and change: opened at once, or proposed to be developed; amended."""

from typing import Any

from catalog.program_catalog import all_programs
from catalog.rule_catalog import all_packs
from gateway.acting import act
from gateway.hosting import refuse_unless_it_may_host
from gateway.openings import BY_EVENT, Taken
from gateway.problems import invalid
from gateway.received import Findings, Received, clock_of, is_begun, program_of, subject_of
from lifecycle.calendars import instant
from lifecycle.opportunity_table import DEVELOPING
from lifecycle.registry import first_batch
from records import directory, lifecycles
from records.pairings import works_at
from schemas.acts import Delivery
from schemas.checks import meant
from schemas.directory import OpportunityFacts, Team
from schemas.incoming import OpportunityAmendedData, OpportunityOpenedData, OpportunityProposedData
from schemas.offered_work import OfferedWork
from schemas.opportunity import (
    AmendOpportunity,
    ApproveOpportunity,
    OpenOpportunity,
    OpportunityOpening,
    ProposeOpportunity,
)
from schemas.problems import ProblemCode, Refused
from schemas.programs import Program
from schemas.vocabulary import LEARNERS, Role

MAX_SEATS = 500
NOT_FACTS = frozenset(OpportunityProposedData.model_fields) - frozenset(OpportunityFacts.model_fields)
"""What an event says of an offer besides the words that the directory keeps."""


class _Known:
    """What an event and the directory say of an offer together, complete and in order; else ProblemError."""

    def __init__(self, facts: dict[str, Any], imported: OpportunityFacts | None, program: Program) -> None:
        self.facts, self.program, self._imported = facts, program, imported

    @property
    def command(self) -> dict[str, Any]:
        """What the opening commands have in common; the last seat is given on the last day at the worksite."""
        calendar, facts = self.program.calendar, self.facts
        return {
            **{name: facts[name] for name in ("host_id", "seats", "start", "end")},
            "program_id": self.program.id,
            "closes_at": instant(calendar.time_zone, facts["end"], calendar.due_at),
        }

    def taken(self, opening: OpportunityOpening, work: OfferedWork | None = None) -> Taken:
        """The delivery, with the words to keep if they are new. Raises Refused when it cannot begin."""
        first_batch(opening, BY_EVENT)
        id_ = opening.command.opportunity_id
        defaults = {"id": id_, "title": self.program.title, "description": "", "tasks": (), "job_skills": ()}
        kept = OpportunityFacts.model_validate({"alternate_supervisor_id": None, **defaults, **self.facts})
        delivery = Delivery(lifecycle="opportunity", id=id_, opening=opening)
        return Taken(delivery, kept if kept != self._imported else None, work)


async def open_opportunity(received: Received) -> Taken:
    """A host offers seats, or a reviewed offer is opened. Raises ProblemError naming fields; Refused."""
    id_ = subject_of(received.envelope, "opportunity")
    if await is_begun(received.conn, "opportunity", id_):
        view = await lifecycles.opportunity(received.conn, id_)
        if view is None or view.state not in DEVELOPING:
            raise Refused(ProblemCode.ALREADY_EXISTS, f"opportunity {id_} was opened already")
        if received.data.model_dump(exclude_none=True):
            raise invalid("data", "is known already; leave it out, or send org.journeywork.opportunity.amended")
        await refuse_unless_it_may_host(received, view.host_id)
        return await act("opportunity", lambda _: ApproveOpportunity())(received)
    findings = Findings()
    known = await _known(received, id_, findings)
    clock, at = clock_of(received, received.data.clock, findings)
    findings.refuse_if_any()
    await refuse_unless_it_may_host(received, known.facts["host_id"])
    command = OpenOpportunity(opportunity_id=id_, clock=clock, **known.command)
    return known.taken(OpportunityOpening(command=command, at=at))


async def propose_opportunity(received: Received) -> Taken:
    """An offer is to be developed. Raises ProblemError naming fields; Refused when it is there already."""
    id_ = subject_of(received.envelope, "opportunity")
    if await is_begun(received.conn, "opportunity", id_):
        raise Refused(ProblemCode.ALREADY_EXISTS, f"opportunity {id_} was proposed or opened already")
    data: OpportunityProposedData = received.data
    findings = Findings()
    known = await _known(received, id_, findings, one_seat=data.proposed_by in LEARNERS)
    development = _development(data, known.program, findings)
    team = await _team(received, data, known.facts, findings)
    tasks = {code for pack in all_packs() for code in pack.tasks}
    for at, code in enumerate(data.hazardous_tasks):
        if code not in tasks:
            findings.add(f"data.hazardous_tasks[{at}]", f"`{code}` is in no rule pack{meant(code, sorted(tasks))}")
    clock, at_ = clock_of(received, data.clock, findings)
    findings.refuse_if_any()
    if development is None:
        raise invalid("data.development", "is missing")
    command = ProposeOpportunity(
        opportunity_id=id_,
        program=development,
        proposed_by=data.proposed_by,
        learner_id=data.learner_id,
        team=team,
        clock=clock,
        **known.command,
    )
    work = OfferedWork(tasks=frozenset(data.hazardous_tasks), from_age=data.from_age, usual_day=data.usual_day)
    return known.taken(OpportunityOpening(command=command, at=at_), work)


async def amend_opportunity(received: Received) -> Taken:
    """Other seats, other days. Raises ProblemError naming fields."""
    id_ = subject_of(received.envelope, "opportunity")
    data: OpportunityAmendedData = received.data
    if not data.model_dump(exclude_none=True):
        raise invalid("data", "says nothing; send seats, start, end or closes")
    view = await lifecycles.opportunity(received.conn, id_)
    closes = data.closes or data.end
    closes_at = None
    if view is not None and closes is not None:
        program = all_programs().get(view.program)
        zone = program.calendar.time_zone if program else view.time_zone
        closes_at = instant(zone, closes, program.calendar.due_at if program else "17:00")
    command = AmendOpportunity(seats=data.seats, start=data.start, end=data.end, closes_at=closes_at)
    return await act("opportunity", lambda _: command)(received)


async def _known(received: Received, id_: str, findings: Findings, *, one_seat: bool = False) -> _Known:
    """What is said and imported of an offer; what is missing or cannot be is told at once."""
    data: OpportunityOpenedData = received.data
    imported = await directory.opportunity_facts(received.conn, id_)
    known = imported.model_dump() if imported else {}
    said = data.model_dump(exclude=set(NOT_FACTS), exclude_none=True)
    facts: dict[str, Any] = {**({"seats": 1} if one_seat else {}), **known, **said}
    for name in ("host_id", "program", "seats", "start", "end", "supervisor_id"):
        if facts.get(name) is None:
            wanted = OpportunityOpenedData.model_fields[name].description
            findings.add(f"data.{name}", f"is missing; send {wanted}, or import opportunity {id_} first")
    findings.refuse_if_any()
    program = program_of(facts["program"], findings)
    if not 1 <= facts["seats"] <= MAX_SEATS:
        findings.add("data.seats", f"is {facts['seats']}; send a number from 1 to {MAX_SEATS}")
    elif one_seat and facts["seats"] != 1:
        findings.add("data.seats", f"is {facts['seats']}; what a learner found has one seat, send 1 or leave it out")
    if facts["end"] < facts["start"]:
        findings.add("data.end", f"is before start ({facts['start']}); send the last day at the worksite")
    await _check_host(received, facts, findings)
    if program is None:
        findings.refuse_if_any()
        raise invalid("data.program", "is missing")
    return _Known(facts, imported, program)


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


def _development(data: OpportunityProposedData, offered: Program, findings: Findings) -> Program | None:
    """The program that was named, or the offered program's, or the only one there is."""
    there = sorted(one.id for one in all_programs().values() if one.lifecycle == "opportunity")
    wanted = data.development or offered.development or (there[0] if len(there) == 1 else None)
    if wanted in there:
        return all_programs()[wanted]
    which = "is missing" if wanted is None else f"develops no offers: {wanted}"
    findings.add("data.development", f"{which}; send one of {', '.join(there)}")
    return None


async def _team(received: Received, data: OpportunityProposedData, facts: dict[str, Any], findings: Findings) -> Team:
    """Who is asked about the offer: the host's people, and those of the learner's school or of whose learners it is."""
    team: Team = await _school(received, data, findings)
    host = await directory.host(received.conn, facts["host_id"])
    at_host = {
        Role.WORKSITE_SUPERVISOR: facts["supervisor_id"],
        Role.ALTERNATE_SUPERVISOR: facts.get("alternate_supervisor_id"),
        Role.SITE_CONTACT: host.site_contact_id if host else None,
    }
    return team | {role: person_id for role, person_id in at_host.items() if person_id is not None}


async def _school(received: Received, data: OpportunityProposedData, findings: Findings) -> Team:
    conn = received.conn
    if data.proposed_by in LEARNERS and data.learner_id is None:
        findings.add("data.learner_id", "is missing; send the learner who found the host")
    if data.learner_id is not None:
        learner = await directory.learner(conn, data.learner_id)
        if learner is None or not learner.active:
            findings.add("data.learner_id", f"is no learner in the directory: {data.learner_id}; import the roster")
            return {}
        role = Role.EDUCATOR if learner.kind == "educator" else Role.STUDENT
        if data.proposed_by in LEARNERS - {role}:
            findings.add("data.proposed_by", f"is not what {learner.id} is; send {role}")
        return {role: learner.id, **await directory.school_team(conn, learner)}
    schools = [data.school_id] if data.school_id is not None else await directory.districts(conn)
    if len(schools) != 1:
        findings.add("data.school_id", "is missing; send the school or district whose learners it is for")
        return {}
    staff = await directory.staff_of(conn, schools[0])
    if not staff:
        findings.add("data.school_id", f"is no school with staff in the directory: {schools[0]}; import the roster")
    return staff
