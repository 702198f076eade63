"""How partnerships begin and are told of: a host's first contact, the outreach log, and whether a host may host."""

from catalog.program_catalog import all_programs
from gateway.acting import Build, act
from gateway.openings import BY_EVENT, Taken
from gateway.problems import invalid
from gateway.received import Findings, Received, clock_of, is_begun
from lifecycle.registry import first_batch
from records import directory, host_teams, lifecycles
from records.kept import PARTNERSHIPS
from records.pairings import works_at
from schemas.acts import Delivery
from schemas.checks import meant
from schemas.directory import Team
from schemas.incoming_partnerships import ContactReplacedData, PartnershipContactedData
from schemas.naming import partnership_of
from schemas.partnership import (
    ContactHost,
    EndPartnership,
    LogOutreach,
    PartnershipOpening,
    RenewPartnership,
    ReopenPartnership,
    ReplaceContact,
)
from schemas.problems import ProblemCode, Refused
from schemas.programs import Program
from schemas.vocabulary import AT_THE_WORKSITE, Role


async def contact_host(received: Received) -> Taken:
    """A host is contacted for the first time. Raises ProblemError naming fields; Refused when it was before."""
    data: PartnershipContactedData = received.data
    findings = Findings()
    host = await directory.host(received.conn, data.host_id)
    if host is None or host.status != "active":
        findings.add("data.host_id", f"is no host in the directory: {data.host_id}; import its employer first")
    id_ = partnership_of(data.host_id)
    if received.envelope.subject not in (None, id_):
        findings.add("subject", f"is not the partnership of {data.host_id}; send {id_}, or leave it out")
    program = _program(data.program, findings)
    for one, other in (("channel", "outcome"), ("outcome", "channel")):
        if getattr(data, one) is None and getattr(data, other) is not None:
            findings.add(f"data.{one}", f"is missing; send it with data.{other}, or leave out both")
    clock, at = clock_of(received, data.clock, findings)
    team = await _team(received, data, findings)
    findings.refuse_if_any()
    if await is_begun(received.conn, "partnership", id_):
        told = "send org.journeywork.partnership.outreach_logged"
        raise Refused(ProblemCode.ALREADY_EXISTS, f"partnership {id_} is there already; {told}")
    if program is None:
        raise invalid("data.program", "is missing; send the id of a partnership's program, such as partnership")
    command = ContactHost(
        partnership_id=id_,
        host_id=data.host_id,
        program=program,
        team=team,
        channel=data.channel,
        outcome=data.outcome,
        again_on=data.again_on,
        clock=clock,
    )
    opening = PartnershipOpening(command=command, at=at)
    first_batch(opening, BY_EVENT)
    return Taken(Delivery(lifecycle="partnership", id=id_, opening=opening))


def _program(program_id: str | None, findings: Findings) -> Program | None:
    """The program by which partnerships are kept: the one named, or the only one there is."""
    known = {one.id: one for one in all_programs().values() if one.lifecycle == "partnership"}
    if program_id is None:
        return next(iter(known.values())) if len(known) == 1 else None
    if program_id not in known:
        findings.add("data.program", f"is no partnership's program here{meant(program_id, known)}")
    return known.get(program_id)


async def _team(received: Received, data: PartnershipContactedData, findings: Findings) -> Team:
    team = {
        **await host_teams.intermediary(received.conn),
        **await host_teams.people_at(received.conn, data.host_id),
    }
    named = data.engagement_manager_id
    if named is not None and not await host_teams.is_staff(received.conn, named):
        findings.add("data.engagement_manager_id", f"is nobody of the staff: {named}; import the roster first")
    return team if named is None else {**team, Role.ENGAGEMENT_MANAGER: named}


async def _may_hold(received: Received, id_: str) -> None:
    """Who speaks for a host works there; who looks after it is staff: a link never goes to a stranger."""
    data: ContactReplacedData = received.data
    view = await lifecycles.newest(received.conn, PARTNERSHIPS, id_)
    if data.role not in AT_THE_WORKSITE:
        if not await host_teams.is_staff(received.conn, data.person_id):
            raise invalid("data.person_id", f"is nobody of the staff: {data.person_id}; import the roster first")
    elif view is not None and not await works_at(received.conn, view.host_id, data.person_id):
        raise invalid(
            "data.person_id", f"does not work at {view.host_id}: {data.person_id}; import the host's people first"
        )


PARTNERSHIP_EVENTS: dict[str, Build] = {
    "partnership.contacted": contact_host,
    "partnership.outreach_logged": act(
        "partnership",
        lambda data: LogOutreach(channel=data.channel, outcome=data.outcome, again_on=data.again_on),
    ),
    "partnership.renewed": act("partnership", lambda data: RenewPartnership(valid_until=data.valid_until)),
    "partnership.ended": act("partnership", lambda data: EndPartnership(reason=data.reason)),
    "partnership.reopened": act("partnership", lambda _: ReopenPartnership()),
    "partnership.contact_replaced": act(
        "partnership", lambda data: ReplaceContact(role=data.role, person_id=data.person_id), _may_hold
    ),
}
"""What makes the delivery of each type of event about a partnership, without its prefix."""
