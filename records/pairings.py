"""Who may be paired with what: look-ups that an opening needs before it is accepted."""

from records.pool import Connection

LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"

LIVE = """
select id from placements where learner_id = $1 and opportunity_id = $2 and outcome is null
union all
select lifecycle_id from inbox
where status = 'accepted' and lifecycle = 'placement' and delivery #>> '{opening,command,learner_id}' = $1
    and delivery #>> '{opening,command,opportunity_id}' = $2
limit 1
"""

OTHERS = """
select other.id from placements this join placements other on other.learner_id = this.learner_id and other.id <> this.id
where this.id = $2 and other.learner_id = $1 and other.outcome is null
    and other.state in ('proposed', 'applied', 'under_review', 'interviewing', 'offered')
    and other.start_on <= this.end_on and this.start_on <= other.end_on
order by other.id
"""

WORKS_AT = """
select exists (
    select 1 from host_staff s join people p on p.id = s.person_id
    where s.host_id = $1 and s.person_id = $2 and s.status = 'active' and p.status = 'active'
)
"""


async def live_placement(conn: Connection, learner_id: str, opportunity_id: str) -> str | None:
    """The placement of this learner at this opportunity that has not ended, or is about to begin; or None.

    Inside a transaction nobody else looks for the same pair until it ends.
    """
    await conn.execute(LOCK, f"pair/{learner_id}/{opportunity_id}")
    return await conn.fetchval(LIVE, learner_id, opportunity_id)


async def works_at(conn: Connection, host_id: str, person_id: str) -> bool:
    """Whether the person is on the host's staff and has not left."""
    return await conn.fetchval(WORKS_AT, host_id, person_id)


async def others_of(conn: Connection, learner_id: str, placement_id: str) -> list[str]:
    """The learner's other placements for the same days that wait for a host or for the learner, in order."""
    return [row["id"] for row in await conn.fetch(OTHERS, learner_id, placement_id)]
