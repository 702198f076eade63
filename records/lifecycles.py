"""What lifecycles decided: every fact once, in order, and the newest view of each."""

from typing import Generic, NamedTuple

from records.kept import KEPT, OPPORTUNITIES, PLACEMENTS, Kept, V
from records.pool import Connection, joined
from schemas.acts import Batch
from schemas.base import LifecycleName
from schemas.naming import workflow_id
from schemas.views import CaseView, OpportunityView, PlacementView

LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"

INSERT_FACTS = """
insert into lifecycle_events (lifecycle, id, epoch, seq, type, at, by, data, tx)
select $1, $2, f.epoch, f.seq, f.type, f.at, f.by, f.data,
    greatest((select feed_now()), (select max(tx) from lifecycle_events where lifecycle = $1 and id = $2))
from jsonb_to_recordset($3)
    as f (epoch integer, seq integer, type text, at timestamptz, by jsonb, data jsonb)
order by f.epoch, f.seq
on conflict do nothing
"""

ALIVE = """
select lifecycle, id from (
    select 'placement' as lifecycle, id, updated_at from placements where outcome is null
    union all select 'opportunity', id, updated_at from opportunities where outcome is null
    union all select 'partnership', id, updated_at from partnerships where outcome is null
) as alive order by updated_at desc limit 5
"""


class Page(NamedTuple, Generic[V]):
    """Views in the order of their ids; `next_cursor` is None on the last page."""

    views: list[V]
    next_cursor: str | None


async def record_batch(conn: Connection, batch: Batch) -> int:
    """Record a batch's facts and view, in one transaction; returns how many of its facts were new.

    The same facts may come several times, at once and late: each is kept once, in order, and an older view never
    replaces a newer one. Inside a transaction it is part of that; the lifecycle is then locked until it ends.
    """
    facts = [fact.model_dump(mode="json", include={"epoch", "seq", "type", "at", "by", "data"}) for fact in batch.facts]
    new = 0
    async with joined(conn):
        await conn.execute(LOCK, f"record/{batch.lifecycle}/{batch.id}")
        if facts:
            tag = await conn.execute(INSERT_FACTS, batch.lifecycle, batch.id, facts)
            new = int(tag.rpartition(" ")[2])
        await conn.execute(KEPT[batch.lifecycle].upsert, batch.id, batch.epoch, batch.seq, batch.view)
    return new


async def recorded_seq(conn: Connection, lifecycle: LifecycleName, id_: str) -> tuple[int, int]:
    """Epoch and sequence number of the newest recorded fact; (0, 0) when there is none."""
    row = await conn.fetchrow(KEPT[lifecycle].recorded, id_)
    return (row["epoch"], row["seq"]) if row else (0, 0)


async def some_alive(conn: Connection) -> list[str]:
    """The workflows of a few lifecycles that are not over, those that changed last first."""
    return [workflow_id(row["lifecycle"], row["id"]) for row in await conn.fetch(ALIVE)]


async def view_of(conn: Connection, lifecycle: LifecycleName, id_: str) -> CaseView | None:
    """The newest recorded view of any lifecycle, or None."""
    return await newest(conn, KEPT[lifecycle], id_)


async def placement(conn: Connection, id_: str) -> PlacementView | None:
    """The newest recorded view of a placement, or None."""
    return await newest(conn, PLACEMENTS, id_)


async def opportunity(conn: Connection, id_: str) -> OpportunityView | None:
    """The newest recorded view of an opportunity, or None."""
    return await newest(conn, OPPORTUNITIES, id_)


async def newest(conn: Connection, kept: Kept[V], id_: str) -> V | None:
    """The newest recorded view of one of these, or None."""
    view = await conn.fetchval(kept.newest, id_)
    return kept.view.model_validate(view) if view else None


async def page(
    conn: Connection,
    kept: Kept[V],
    *,
    cursor: str | None = None,
    limit: int = 50,
    **equal: str | bool | None,
) -> Page[V]:
    """Those whose columns equal every value given, at most `limit`, from the one after `cursor` (an id) on.

    Raises KeyError when the lifecycle has no such column.
    """
    given = {name: value for name, value in {**equal, "id": cursor}.items() if value is not None}
    rows = await conn.fetch(kept.page(given), limit + 1, *given.values())
    views = [kept.view.model_validate(row["view"]) for row in rows[:limit]]
    return Page(views, views[-1].id if len(rows) > limit else None)
