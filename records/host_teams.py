"""Who speaks for a host, and who of the intermediary looks after it."""

from records import directory
from records.pool import Connection
from schemas.directory import Team
from schemas.vocabulary import Role

STAFF = """
select s.person_id, s.person_id = h.site_contact_id as is_contact
from host_staff s
join hosts h on h.id = s.host_id
join people p on p.id = s.person_id and p.status = 'active'
where s.host_id = $1 and s.status = 'active'
order by s.person_id
"""

CONTACT = """
select p.id from hosts h join people p on p.id = h.site_contact_id and p.status = 'active' where h.id = $1
"""

WORKS_FOR_US = """
select exists (
    select 1 from school_roles r join people p on p.id = r.person_id and p.status = 'active'
    where r.person_id = $1 and r.status = 'active'
)
"""


async def people_at(conn: Connection, host_id: str) -> Team:
    """The site contact, and two more of the staff who can answer when the contact does not; only who is active."""
    contact = await conn.fetchval(CONTACT, host_id)
    others = [row["person_id"] for row in await conn.fetch(STAFF, host_id) if not row["is_contact"]]
    team: Team = {} if contact is None else {Role.SITE_CONTACT: contact}
    return team | dict(zip((Role.WORKSITE_SUPERVISOR, Role.ALTERNATE_SUPERVISOR), others, strict=False))


async def intermediary(conn: Connection) -> Team:
    """Who holds which role for every school: the staff of the district, if there is one alone; else nobody.

    With several districts nobody can tell whose engagement manager a host has: it must be named.
    """
    districts = await directory.districts(conn)
    if len(districts) != 1:
        return {}
    team = await directory.staff_of(conn, districts[0])
    team.pop(Role.TEACHER, None)
    return team


async def is_staff(conn: Connection, person_id: str) -> bool:
    """Whether the person works for a school, a district or the intermediary, and has not left."""
    return await conn.fetchval(WORKS_FOR_US, person_id)
