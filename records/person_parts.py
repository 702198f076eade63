"""In which lifecycles a person has which part."""

from typing import NamedTuple

from records.pool import Connection
from schemas.privacy import AskedOf

PARTS = """
with mine as (
    select 'placement' as lifecycle, id, state, outcome, view, learner_id = $1 as own from placements
    where learner_id = $1 or position('"' || $1 || '"' in view::text) > 0
    union all
    select 'incident', id, state, outcome, view, learner_id = $1 from incidents
    where learner_id = $1 or position('"' || $1 || '"' in view::text) > 0
    union all
    select 'opportunity', id, state, outcome, view, false from opportunities
    where position('"' || $1 || '"' in view::text) > 0
    union all
    select 'partnership', id, state, outcome, view, false from partnerships
    where position('"' || $1 || '"' in view::text) > 0
)
select lifecycle, id, state, own, outcome is null as open,
    coalesce((select min(role.key) from jsonb_each_text(view->'team') role where role.value = $1), 'asked') as part,
    jsonb_path_exists(view, '$.requests[*] ? (@.state == "open" && @.person_id == $id)', jsonb_build_object('id', $1))
        as awaited
from mine order by lifecycle, id
"""

BESIDE = """
select lifecycle || '/' || lifecycle_id as matter from submissions where person_id = $1
union select lifecycle || '/' || lifecycle_id from links where person_id = $1
union select lifecycle || '/' || lifecycle_id from notifications where person_id = $1
union select lifecycle || '/' || lifecycle_id from referrals where person_id = $1
"""


class Parts(NamedTuple):
    """`own`: the lifecycles whose learner they are, as `placement/pl-1`; `near`: those and all others with a part.

    `open`: their own that have not ended; `asked`: others that have not.
    """

    own: tuple[str, ...]
    near: tuple[str, ...]
    open: tuple[AskedOf, ...]
    asked: tuple[AskedOf, ...]


async def parts_of(conn: Connection, person_id: str) -> Parts:
    """Every lifecycle in which somebody has a part."""
    rows = await conn.fetch(PARTS, person_id)
    told = [(row["own"], AskedOf(**{name: row[name] for name in AskedOf.model_fields})) for row in rows if row["open"]]
    own = [f"{row['lifecycle']}/{row['id']}" for row in rows if row["own"]]
    near = {f"{row['lifecycle']}/{row['id']}" for row in rows}
    near |= {row["matter"] for row in await conn.fetch(BESIDE, person_id)}
    return Parts(
        own=tuple(own),
        near=tuple(sorted(near)),
        open=tuple(one for mine, one in told if mine),
        asked=tuple(one for mine, one in told if not mine),
    )
