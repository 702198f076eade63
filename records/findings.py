"""What the law was found to say of a placement's shifts: each broken rule once, with its citation and figures."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from records.pool import Connection
from schemas.findings import Finding

UPSERT = """
insert into findings as kept (
    placement_id, id, learner_id, rule, basis, governs, days, finding, found_by, found_on
)
select $1, given.id, $2, given.finding->>'rule', given.finding->>'basis', (given.finding->>'governs')::boolean,
    given.days, given.finding, $3, $4
from jsonb_to_recordset($5) as given (id text, days date[], finding jsonb)
on conflict (placement_id, id) do update set
    governs = excluded.governs, days = excluded.days, finding = excluded.finding, cleared_on = null
where (kept.days, kept.finding, kept.cleared_on)
    is distinct from (excluded.days, excluded.finding, null::date)
"""

CLEAR = """
update findings set cleared_on = $2
where placement_id = $1 and cleared_on is null and id <> all($3::text[])
    and (
        finding->'shifts' = '[]'
        or exists (select from unnest(days) as worked (day) where worked.day between $4 and $5)
    )
"""

OF_PLACEMENT = """
select id, days, finding, found_on, cleared_on from findings
where placement_id = $1 and (cleared_on is null or $2)
order by found_on, id
"""


class Found(NamedTuple):
    """A finding under the id by which it is found again, and the days of the placement's own shifts in it."""

    id: str
    days: tuple[date, ...]
    finding: Finding


class KeptFinding(NamedTuple):
    """A finding as it is kept; `cleared_on` is the day on which it was no longer found. Days of the program's clock."""

    id: str
    days: tuple[date, ...]
    finding: Finding
    found_on: date
    cleared_on: date | None


class Check(NamedTuple):
    """Which check found something: of whose shifts, on which days, by which key, on which day of the program."""

    placement_id: str
    learner_id: str
    first: date
    last: date
    key: str
    on: date


async def keep_findings(conn: Connection, check: Check, found: Collection[Found]) -> None:
    """Keep what a check found, and clear what was found of the same days before and no longer is; once or often.

    A finding without shifts, a permit that is to be returned, is asked about by every check.
    """
    rows = [
        {
            "id": one.id,
            "days": [day.isoformat() for day in one.days],
            "finding": one.finding.model_dump(mode="json"),
        }
        for one in found
    ]
    async with conn.transaction():
        await conn.execute(UPSERT, check.placement_id, check.learner_id, check.key, check.on, rows)
        ids = [one.id for one in found]
        await conn.execute(CLEAR, check.placement_id, check.on, ids, check.first, check.last)


async def findings_of(conn: Connection, placement_id: str, *, cleared: bool = False) -> tuple[KeptFinding, ...]:
    """What stands of a placement, in the order it was found; with `cleared` also what no longer does."""
    return tuple(
        KeptFinding(
            id=row["id"],
            days=tuple(row["days"]),
            finding=Finding.model_validate(row["finding"]),
            found_on=row["found_on"],
            cleared_on=row["cleared_on"],
        )
        for row in await conn.fetch(OF_PLACEMENT, placement_id, cleared)
    )
