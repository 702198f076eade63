"""A season that is under way: some thousand placements with their people, each as far as its people answered."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from catalog.program_catalog import program
from lifecycle.registry import PLACEMENT, batch, begin, decide, facts, first_batch
from records import links, submissions
from records.assessments import save_ratings
from records.directory_import import HostChanges, SchoolChanges, apply_hosts, apply_opportunities, apply_schools
from records.lifecycles import record_batch
from records.pool import Connection, Pool
from schemas.acts import TIME, Batch
from schemas.case import Request
from schemas.clock import REAL
from schemas.directory import (
    Adviser,
    Enrolment,
    Guardianship,
    Host,
    HostStaff,
    OpportunityFacts,
    Organisation,
    Person,
    SchoolRole,
)
from schemas.opportunity import OpenOpportunity, OpportunityOpening
from schemas.placement import Placement
from schemas.placement_commands import Opening, Propose, RecordSeat, Submit
from schemas.vocabulary import RequestKind, Role, SeatState

NOW = datetime(2027, 7, 20, 14, tzinfo=UTC)
"""The third week at the worksites, in the morning."""

PROPOSED = datetime(2027, 6, 1, 13, 30, tzinfo=UTC)
FIRST, LAST = date(2027, 7, 6), date(2027, 8, 13)
PROGRAM = "boston-summer-internship"
SCHOOLS, PER_HOST, AT_ONCE = 24, 10, 4
DIRECTOR = "stf-director"
ANSWERED = 19
"""Most answers that anybody's people gave before they fell silent."""

GIVEN = ("Alicia", "Bao", "Chidi", "Dana", "Emeka", "Fatima", "Gabriel", "Hana", "Imani", "Jorge", "Kiara", "Luis")
FAMILY = ("Abreu", "Baptiste", "Cheng", "Delgado", "Eze", "Fontes", "Gomes", "Haddad", "Ibarra", "Jean", "Kim", "Lopes")
SKILLS = ("communication", "teamwork", "initiative", "reliability", "problem-solving", "digital-literacy")
DECISIONS = {
    RequestKind.HOST_CONFIRMATION: "accept",
    RequestKind.OFFER_ACCEPTANCE: "accept",
    RequestKind.FIRST_DAY: "started",
}


class Lived(NamedTuple):
    """One placement's facts, whom it asked, and who answered when."""

    batch: Batch
    requests: Sequence[Request]


async def fill(pool: Pool, placements: int) -> None:
    """Write the directory and so many placements, as the importer and the worker write them."""
    async with pool.acquire() as conn, conn.transaction():
        await apply_schools(conn, _schools(placements))
        await apply_hosts(conn, _hosts(placements))
        await apply_opportunities(conn, tuple(_offers(placements)))
    async with pool.acquire() as conn, conn.transaction():
        for offer in _offers(placements):
            await record_batch(conn, _opened(offer))
    numbers = iter(range(placements))

    async def write() -> None:
        while chunk := list(itertools.islice(numbers, 50)):
            async with pool.acquire() as conn, conn.transaction():
                for number in chunk:
                    await _keep(conn, lived(number))

    await asyncio.gather(*(write() for _ in range(AT_ONCE)))
    async with pool.acquire() as conn:
        await conn.execute("analyze")


def lived(number: int) -> Lived:
    """The story of one placement until `NOW`: its people answer some requests, then nobody does."""
    opening = Opening(command=_proposal(number), at=PROPOSED)
    decision = begin(PLACEMENT, opening.command, opening.at)
    state: Placement = decision.state
    told = facts(state, "placement", 1, TIME, decision.events)
    patience, at = (number * 7) % (ANSWERED + 1), PROPOSED
    while not PLACEMENT.is_over(state, at):
        due, command = PLACEMENT.next_due(state), None
        answer = min((_answered(one) for one in state.open_requests), default=None) if patience else None
        if state.seat is SeatState.CLAIMING:
            command = RecordSeat(granted=True)
        elif answer is not None and (due is None or answer[0] < due):
            at, command, patience = answer[0], _submit(state, answer[1]), patience - 1
        elif due is not None:
            at, command = due, PLACEMENT.tick
        if command is None or at > NOW:
            break
        decision = decide(PLACEMENT, state, command, at)
        state = decision.state
        told += facts(state, "placement", 1, TIME, decision.events)
    return Lived(batch(PLACEMENT, state, 1, told), state.requests)


def _opened(offer: OpportunityFacts) -> Batch:
    """An offer as its opening leaves it."""
    command = OpenOpportunity(
        opportunity_id=offer.id,
        host_id=offer.host_id,
        program_id=offer.program,
        seats=offer.seats,
        start=offer.start,
        end=offer.end,
        closes_at=datetime(2027, 8, 13, 21, tzinfo=UTC),
    )
    return first_batch(OpportunityOpening(command=command, at=PROPOSED), TIME)


def _answered(request: Request) -> tuple[datetime, str]:
    return request.opened_at + timedelta(hours=9 + len(request.role) % 5 * 7), request.id


def _submit(state: Placement, request_id: str) -> Submit:
    request = next(one for one in state.open_requests if one.id == request_id)
    return Submit(
        request_id=request_id,
        person_id=request.person_id,
        submission_id=f"sub-{state.id}-{request_id}",
        decision=DECISIONS.get(request.kind),
    )


def _proposal(number: int) -> Propose:
    host, school = number // PER_HOST, number % SCHOOLS
    known = program(PROGRAM)
    if known is None:
        raise LookupError(PROGRAM)
    return Propose(
        placement_id=f"pl-{number:05}",
        learner_id=f"lrn-{number}",
        opportunity_id=f"opp-{host}",
        host_id=f"hst-{host}",
        program=known,
        start=FIRST,
        end=LAST,
        minor=True,
        team={
            Role.STUDENT: f"lrn-{number}",
            Role.GUARDIAN: f"grd-{number}",
            Role.WORKSITE_SUPERVISOR: f"sup-{host}",
            Role.ALTERNATE_SUPERVISOR: f"alt-{host}",
            Role.CAREER_SPECIALIST: f"stf-{school}",
            Role.COORDINATOR: DIRECTOR,
            Role.TEACHER: f"tea-{school}",
        },
        clock=REAL,
    )


async def _keep(conn: Connection, one: Lived) -> None:
    await record_batch(conn, one.batch)
    for request in one.requests:
        about: dict[str, Any] = {
            "lifecycle": "placement",
            "lifecycle_id": one.batch.id,
            "request_id": request.id,
            "person_id": request.person_id,
            "role": request.role,
        }
        key, until = f"{one.batch.id}/{request.id}", request.opened_at + timedelta(days=30)
        await links.mint(conn, **about, now_program=request.opened_at, expires_at=until, notification_key=key)
        if request.submission_id and request.closed_at:
            await submissions.save(
                conn,
                id=request.submission_id,
                **about,
                form=request.form,
                language="en",
                answers={},
                decision=request.decision,
                at=request.closed_at,
            )
    levels = {skill: 1 + (len(skill) + len(one.requests)) % 5 for skill in SKILLS}
    await save_ratings(conn, one.batch.id, "baseline", f"first-{one.batch.id}", levels)
    if len(one.requests) % 2:
        better = {skill: min(level + 1, 5) for skill, level in levels.items()}
        await save_ratings(conn, one.batch.id, "final", f"last-{one.batch.id}", better)


def _person(id_: str, number: int) -> Person:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN) % len(FAMILY)]
    return Person(
        id=id_, given_name=given, family_name=f"{family} {number}", email=f"{id_}@example.org", phone="617-555-0100"
    )


def _schools(placements: int) -> SchoolChanges:
    learners = [_person(f"lrn-{n}", n).changed(birth_date=date(2010, 3, 1)) for n in range(placements)]
    guardians = [_person(f"grd-{n}", n + 5) for n in range(placements)]
    staff = [_person(f"{kind}-{n}", n) for kind in ("stf", "tea") for n in range(SCHOOLS)]
    roles = [
        SchoolRole(person_id=f"{kind}-{n}", organisation_id=f"org-{n}", role=role, is_primary=n == 0, by_office=False)
        for kind, role in (("stf", "career_specialist"), ("tea", "teacher"))
        for n in range(SCHOOLS)
    ]
    director = SchoolRole(
        person_id=DIRECTOR, organisation_id="org-all", role="director", is_primary=True, by_office=False
    )
    schools = [
        Organisation(id=f"org-{n}", kind="school", name=f"{FAMILY[n % 12]} High School {n}", parent_id="org-all")
        for n in range(SCHOOLS)
    ]
    return SchoolChanges(
        about=(),
        ended_people=(),
        ended_organisations=(),
        organisations=(Organisation(id="org-all", kind="district", name="Harbor Schools"), *schools),
        people=(*learners, *guardians, *staff, _person(DIRECTOR, 3)),
        enrolments=tuple(
            Enrolment(learner_id=f"lrn-{n}", school_id=f"org-{n % SCHOOLS}", grade="11") for n in range(placements)
        ),
        guardianships=tuple(
            Guardianship(learner_id=f"lrn-{n}", guardian_id=f"grd-{n}", kind="parent", position=1)
            for n in range(placements)
        ),
        advisers=tuple(
            Adviser(learner_id=f"lrn-{n}", person_id=f"stf-{n % SCHOOLS}", role="career_specialist")
            for n in range(placements)
        ),
        school_roles=(*roles, director),
    )


def _hosts(placements: int) -> HostChanges:
    numbers = range(placements // PER_HOST + 1)
    return HostChanges(
        people=tuple(_person(f"{kind}-{n}", n) for kind in ("sup", "alt") for n in numbers),
        hosts=tuple(
            Host(
                id=f"hst-{n}",
                name=f"{FAMILY[n % 12]} Works {n}",
                address="1 Harbor Street",
                sector="health",
                time_zone="America/New_York",
                site_contact_id=f"alt-{n}",
            )
            for n in numbers
        ),
        host_staff=tuple(
            HostStaff(host_id=f"hst-{n}", person_id=f"{kind}-{n}", title="Manager")
            for kind in ("sup", "alt")
            for n in numbers
        ),
        ended_staff=(),
    )


def _offers(placements: int) -> Iterator[OpportunityFacts]:
    for n in range(placements // PER_HOST + 1):
        yield OpportunityFacts(
            id=f"opp-{n}",
            host_id=f"hst-{n}",
            program=PROGRAM,
            title=f"Assistant at works {n}",
            description="Helps.",
            tasks=("Help",),
            job_skills=("tools", "records", "safety"),
            seats=PER_HOST,
            start=FIRST,
            end=LAST,
            supervisor_id=f"sup-{n}",
            alternate_supervisor_id=f"alt-{n}",
        )
