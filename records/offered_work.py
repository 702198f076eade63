"""What the law must know of an offer: hazardous tasks, the youngest age, the usual working day."""

from records.pool import Connection
from schemas.offered_work import OfferedWork

KEEP = """
insert into offered_work (opportunity_id, work) values ($1, $2)
on conflict (opportunity_id) do update set work = excluded.work, updated_at = now()
"""

OF = "select work from offered_work where opportunity_id = $1"


async def keep(conn: Connection, opportunity_id: str, work: OfferedWork) -> None:
    """Keep what an offer says; what was kept before is replaced."""
    dumped = work.model_dump(mode="json")
    await conn.execute(KEEP, opportunity_id, {**dumped, "tasks": sorted(dumped["tasks"])})


async def of(conn: Connection, opportunity_id: str) -> OfferedWork:
    """What an offer says; of one that says nothing, nothing is known."""
    found = await conn.fetchval(OF, opportunity_id)
    return OfferedWork.model_validate(found) if found else OfferedWork()
