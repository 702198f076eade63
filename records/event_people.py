"""Whom an event is about by name, for webhooks that are told personal data: its learner and the worksite supervisor.

Names are looked up when an event is sent: who was erased meanwhile is told no more, and nothing keeps a name twice.
"""

from records.pool import Connection

PEOPLE = """
with about as (
    select learner_id, view->'team'->>'worksite_supervisor' as supervisor_id from placements
    where $1 = 'placement' and id = $2
    union all
    select i.learner_id, p.view->'team'->>'worksite_supervisor'
    from incidents i left join placements p on p.id = i.placement_id
    where $1 = 'incident' and i.id = $2
)
select part.name as part, p.id, p.given_name, p.family_name
from about cross join lateral (values ('learner', learner_id), ('worksite_supervisor', supervisor_id)) part (name, id)
join people p on p.id = part.id and p.erased_at is null
"""


async def people_of(conn: Connection, lifecycle: str, lifecycle_id: str) -> dict[str, dict[str, str]]:
    """`learner` and `worksite_supervisor` with id and name; none for events about no learner, nor of who was erased."""
    rows = await conn.fetch(PEOPLE, lifecycle, lifecycle_id)
    return {row["part"]: {name: row[name] for name in ("id", "given_name", "family_name")} for row in rows}
