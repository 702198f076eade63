"""Look-ups in the directory: people, learners, hosts, and who holds which role in a placement."""

from collections.abc import Iterable

from pydantic import AwareDatetime

from records.pool import Connection
from schemas.directory import Channel, Contact, Host, Learner, OpportunityFacts, Person, Team
from schemas.vocabulary import Role


class NotInDirectoryError(LookupError):
    """The directory has no such learner, opportunity or person. Carries the kind and the id, nothing personal."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"no {kind} {identifier} in the directory; import it first")
        self.kind = kind
        self.identifier = identifier


PERSON = """
select id, given_name, family_name, email, phone, birth_date, language, time_zone, status
from people where id = $1
"""

PHONE_LIKE = r"""
select id, phone from people where right(regexp_replace(phone, '\D', '', 'g'), length($1)) = $1 order by id
"""

CONTACTS = """
select p.id, p.given_name || ' ' || p.family_name as name, p.email, p.language, p.phone, p.channel,
    p.no_texts_since is not null as no_texts,
    p.status = 'active' and exists (select 1 from person_kinds k where k.person_id = p.id) as active,
    coalesce(
        p.time_zone,
        (
            select h.time_zone from host_staff s join hosts h on h.id = s.host_id
            where s.person_id = p.id and s.status = 'active' order by h.id limit 1
        ),
        (
            select coalesce(school.time_zone, district.time_zone)
            from (
                select school_id as id from enrolments where learner_id = p.id
                union
                select e.school_id from guardianships g join enrolments e on e.learner_id = g.learner_id
                where g.guardian_id = p.id and g.status = 'active'
                union
                select organisation_id from school_roles where person_id = p.id and status = 'active'
            ) near
            join organisations school on school.id = near.id
            left join organisations district on district.id = school.parent_id
            where coalesce(school.time_zone, district.time_zone) is not null
            order by school.id limit 1
        )
    ) as time_zone
from people p where p.id = any($1::text[])
"""

LEARNER = """
select p.id, p.birth_date, e.grade,
    case when e.learner_id is null then 'educator' else 'student' end as kind,
    p.status = 'active' and coalesce(e.status, r.status) = 'active' as active,
    coalesce(e.school_id, r.organisation_id) as school_id,
    array(
        select g.guardian_id from guardianships g join people guardian on guardian.id = g.guardian_id
        where g.learner_id = p.id and g.status = 'active' and guardian.status = 'active'
        order by g.position, g.guardian_id
    ) as guardian_ids
from people p
left join enrolments e on e.learner_id = p.id
left join lateral (
    select organisation_id, status from school_roles
    where person_id = p.id order by status, is_primary desc, organisation_id limit 1
) r on e.learner_id is null
where p.id = $1 and coalesce(e.school_id, r.organisation_id) is not null
"""

HOST = """
select id, name, address, sector, time_zone, state, site_contact_id, status from hosts where id = $1
"""

OPPORTUNITY = """
select id, host_id, program, title, description, tasks, job_skills, seats, start_on as start, end_on as "end",
    supervisor_id, alternate_supervisor_id
from opportunity_facts where id = $1
"""

HOST_TEAM = """
select supervisor.person_id as worksite_supervisor, alternate.person_id as alternate_supervisor,
    contact.id as site_contact
from opportunity_facts o
join hosts h on h.id = o.host_id
left join (host_staff supervisor join people sp on sp.id = supervisor.person_id and sp.status = 'active')
    on supervisor.host_id = o.host_id and supervisor.person_id = o.supervisor_id and supervisor.status = 'active'
left join (host_staff alternate join people ap on ap.id = alternate.person_id and ap.status = 'active')
    on alternate.host_id = o.host_id and alternate.person_id = o.alternate_supervisor_id
    and alternate.status = 'active'
left join people contact on contact.id = h.site_contact_id and contact.status = 'active'
where o.id = $1
"""

NAMED_ADVISERS = """
select distinct on (a.role) a.role, a.person_id
from advisers a join people p on p.id = a.person_id and p.status = 'active'
where a.learner_id = $1 and a.status = 'active'
order by a.role, a.by_class, a.person_id
"""

ONLY_TEACHER = """
select min(r.person_id) from school_roles r join people p on p.id = r.person_id and p.status = 'active'
where r.organisation_id = $1 and r.role = 'teacher' and r.status = 'active' and r.person_id <> $2
having count(*) = 1
"""

NEAREST_STAFF = """
with recursive line (id, distance) as (
    select $1::text, 0
    union all
    select o.parent_id, line.distance + 1
    from line join organisations o on o.id = line.id
    where o.parent_id is not null and line.distance < 8
)
select distinct on (r.role) r.role, r.person_id
from line
join school_roles r on r.organisation_id = line.id and r.status = 'active' and r.role <> 'teacher'
join people p on p.id = r.person_id and p.status = 'active'
where r.person_id <> $2
order by r.role, r.by_office, line.distance, r.is_primary desc, r.person_id
"""


DISTRICTS = "select id from organisations where parent_id is null and status = 'active' order by id"


async def person(conn: Connection, person_id: str) -> Person | None:
    """Everything the directory knows of one person, or None."""
    row = await conn.fetchrow(PERSON, person_id)
    return Person(**dict(row.items())) if row else None


async def want_no_texts(conn: Connection, person_id: str, at: AwareDatetime) -> None:
    """This person wants no text messages, since a real instant."""
    await conn.execute("update people set no_texts_since = coalesce(no_texts_since, $2) where id = $1", person_id, at)


async def with_phone_like(conn: Connection, digits: str) -> list[tuple[str, str]]:
    """Ids and phone numbers of whoever has a number that ends in these digits, however it is written."""
    rows = await conn.fetch(PHONE_LIKE, digits)
    return [(row["id"], row["phone"]) for row in rows]


async def choose_channel(conn: Connection, person_id: str, channel: Channel, at: AwareDatetime | None) -> None:
    """This person is written to in this way from now on; `at`: they want no text messages, since that real instant."""
    await conn.execute("update people set channel = $2, no_texts_since = $3 where id = $1", person_id, channel, at)


async def contacts(conn: Connection, person_ids: Iterable[str]) -> dict[str, Contact]:
    """How to reach each of these people, by id; people the directory does not know are left out."""
    rows = await conn.fetch(CONTACTS, list(person_ids))
    return {row["id"]: Contact(**dict(row.items())) for row in rows}


async def contact(conn: Connection, person_id: str) -> Contact | None:
    """How to reach one person, or None when the directory does not know them."""
    return (await contacts(conn, [person_id])).get(person_id)


async def learner(conn: Connection, learner_id: str) -> Learner | None:
    """A student with their school and guardians, or school staff as an educator; None for anybody else."""
    row = await conn.fetchrow(LEARNER, learner_id)
    return Learner(**dict(row.items())) if row else None


async def host(conn: Connection, host_id: str) -> Host | None:
    """One employer's worksite, or None."""
    row = await conn.fetchrow(HOST, host_id)
    return Host(**dict(row.items())) if row else None


async def opportunity_facts(conn: Connection, opportunity_id: str) -> OpportunityFacts | None:
    """What a host offers, in words, or None."""
    row = await conn.fetchrow(OPPORTUNITY, opportunity_id)
    return OpportunityFacts(**dict(row.items())) if row else None


async def team_for(conn: Connection, learner_id: str, opportunity_id: str) -> Team:
    """Who holds which role when this learner takes this opportunity: role -> person id; a role nobody holds is absent.

    Only people who are still active count. At the school: whoever is named for the learner comes first; then, for the
    Career Specialist, coordinator and program manager, whoever is named for that role before whoever has it by office
    (a principal), at the school before its district. A teacher who is not named for the learner is taken only when the
    school has no other: an evaluation must not go to a stranger. Raises NotInDirectoryError.
    """
    pupil = await learner(conn, learner_id)
    if pupil is None:
        raise NotInDirectoryError("learner", learner_id)
    site = await conn.fetchrow(HOST_TEAM, opportunity_id)
    if site is None:
        raise NotInDirectoryError("opportunity", opportunity_id)

    team: dict[Role, str | None] = {Role.STUDENT if pupil.kind == "student" else Role.EDUCATOR: pupil.id}
    team[Role.GUARDIAN] = next(iter(pupil.guardian_ids), None)
    team |= {Role(role): person_id for role, person_id in site.items()}
    return {role: id_ for role, id_ in {**team, **await school_team(conn, pupil)}.items() if id_ is not None}


async def school_team(conn: Connection, pupil: Learner) -> Team:
    """Who holds which role at the learner's school, and who is named for the learner: see `team_for`."""
    team = await staff_of(conn, pupil.school_id, without=pupil.id)
    if pupil.kind != "student":
        team.pop(Role.TEACHER, None)
    for row in await conn.fetch(NAMED_ADVISERS, pupil.id):
        team[Role(row["role"])] = row["person_id"]
    return team


async def staff_of(conn: Connection, organisation_id: str, *, without: str = "") -> Team:
    """Who holds which role at a school before its district, or at a district; a teacher only if there is no other."""
    team: dict[Role, str | None] = {Role.TEACHER: await conn.fetchval(ONLY_TEACHER, organisation_id, without)}
    for row in await conn.fetch(NEAREST_STAFF, organisation_id, without):
        team[Role(row["role"])] = row["person_id"]
    return {role: person_id for role, person_id in team.items() if person_id is not None}


async def districts(conn: Connection) -> list[str]:
    """The active organisations that belong to no other, in order."""
    return [row["id"] for row in await conn.fetch(DISTRICTS)]
