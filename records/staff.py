"""Who of the directory's staff may work in the console, and of whose learners."""

from records.pool import Connection
from schemas.console import ROLE_OF, ConsoleRole, Grant, Staff

BY_ADDRESS = """
select p.id from people p
where lower(p.email) = $1 and p.status = 'active'
    and exists (select from school_roles r where r.person_id = p.id and r.status = 'active')
order by p.id limit 1
"""

PERSON = """
select id, given_name || ' ' || family_name as name, email, language from people where id = $1 and status = 'active'
"""

AT_ORGANISATIONS = """
with recursive below (role, by_office, id, depth) as (
    select role, by_office, organisation_id, 0 from school_roles where person_id = $1 and status = 'active'
    union
    select b.role, b.by_office, o.id, b.depth + 1
    from below b join organisations o on o.parent_id = b.id
    where b.depth < 8
)
select role, by_office, array_agg(distinct id order by id) as ids from below group by role, by_office
"""

OF_LEARNERS = """
select role, array_agg(learner_id order by learner_id) as ids from (
    select role, learner_id from advisers where person_id = $1 and status = 'active'
    union
    select 'teacher', learner_id from placements where view #>> '{team,teacher}' = $1
) as named
group by role
"""


async def find(conn: Connection, address: str) -> str | None:
    """The id of the active staff member with this e-mail address (in lower case), or None."""
    return await conn.fetchval(BY_ADDRESS, address)


async def staff(conn: Connection, person_id: str) -> Staff | None:
    """Somebody with every role they hold now; None when they hold none any more.

    A role at a district is one at its schools too. A teacher sees the learners they are named for or teach in a
    placement, not the school's.
    """
    row = await conn.fetchrow(PERSON, person_id)
    if row is None:
        return None
    grants: list[Grant] = []
    for one in await conn.fetch(AT_ORGANISATIONS, person_id):
        role = ConsoleRole.READER if one["by_office"] else ROLE_OF[one["role"]]
        whole = one["role"] != "teacher"
        grants.append(Grant(role=role, organisations=tuple(one["ids"]) if whole else ()))
    if not grants:
        return None
    grants += [
        Grant(role=ROLE_OF[one["role"]], learners=tuple(one["ids"])) for one in await conn.fetch(OF_LEARNERS, person_id)
    ]
    return Staff(
        person_id=row["id"], name=row["name"], email=row["email"], language=row["language"], grants=tuple(grants)
    )
