"""What lifecycles decided: every fact once, in order, and the newest view of each placement and opportunity."""

from collections.abc import Mapping
from typing import NamedTuple

from records.pool import Connection, Row
from schemas.acts import Batch, LifecycleName
from schemas.views import OpportunityView, PlacementView

LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"

INSERT_FACTS = """
insert into lifecycle_events (lifecycle, id, epoch, seq, type, at, by, data, tx)
select $1, $2, f.epoch, f.seq, f.type, f.at, f.by, f.data,
    greatest(pg_current_xact_id(), (select max(tx) from lifecycle_events where lifecycle = $1 and id = $2))
from jsonb_to_recordset($3)
    as f (epoch integer, seq integer, type text, at timestamptz, by jsonb, data jsonb)
order by f.epoch, f.seq
on conflict do nothing
"""

UPSERT_PLACEMENT = """
insert into placements as kept (
    id, epoch, seq, state, program, program_version, host_id, learner_id, opportunity_id, start_on, end_on, overdue,
    next_due_at, awaiting, outcome, view
)
select $1, $2, $3, v->>'state', v->>'program', v->>'program_version', v->>'host_id', v->>'learner_id',
    v->>'opportunity_id', (v->>'start')::date, (v->>'end')::date, (v->>'overdue')::boolean,
    (v->>'next_due_at')::timestamptz, array(select jsonb_array_elements_text(v->'awaiting')), v->>'outcome', v
from (select $4::jsonb as v) as given
on conflict (id) do update set
    epoch = excluded.epoch, seq = excluded.seq, state = excluded.state, program = excluded.program,
    program_version = excluded.program_version, host_id = excluded.host_id, learner_id = excluded.learner_id,
    opportunity_id = excluded.opportunity_id, start_on = excluded.start_on, end_on = excluded.end_on,
    overdue = excluded.overdue, next_due_at = excluded.next_due_at, awaiting = excluded.awaiting,
    outcome = excluded.outcome, view = excluded.view, updated_at = now()
where (kept.epoch, kept.seq) < (excluded.epoch, excluded.seq)
"""

UPSERT_OPPORTUNITY = """
insert into opportunities as kept (id, epoch, seq, state, program, host_id, start_on, end_on, seats, free, view)
select $1, $2, $3, v->>'state', v->>'program', v->>'host_id', (v->>'start')::date, (v->>'end')::date,
    (v->>'seats')::integer, (v->>'free')::integer, v
from (select $4::jsonb as v) as given
on conflict (id) do update set
    epoch = excluded.epoch, seq = excluded.seq, state = excluded.state, program = excluded.program,
    host_id = excluded.host_id, start_on = excluded.start_on, end_on = excluded.end_on, seats = excluded.seats,
    free = excluded.free, view = excluded.view, updated_at = now()
where (kept.epoch, kept.seq) < (excluded.epoch, excluded.seq)
"""

RECORDED: dict[LifecycleName, str] = {
    "placement": "select epoch, seq from placements where id = $1",
    "opportunity": "select epoch, seq from opportunities where id = $1",
}


class PlacementPage(NamedTuple):
    """Placements in the order of their ids; `next_cursor` is None on the last page."""

    placements: list[PlacementView]
    next_cursor: str | None


class OpportunityPage(NamedTuple):
    """Opportunities in the order of their ids; `next_cursor` is None on the last page."""

    opportunities: list[OpportunityView]
    next_cursor: str | None


async def record_batch(conn: Connection, batch: Batch) -> int:
    """Record a batch's facts and view, in one transaction; returns how many of its facts were new.

    The same facts may come several times, at once and late: each is kept once, in order, and an older view never
    replaces a newer one. Inside a transaction this is a savepoint; one lifecycle is then locked until it ends.
    """
    facts = [fact.model_dump(mode="json", include={"epoch", "seq", "type", "at", "by", "data"}) for fact in batch.facts]
    upsert = UPSERT_PLACEMENT if batch.lifecycle == "placement" else UPSERT_OPPORTUNITY
    new = 0
    async with conn.transaction():
        await conn.execute(LOCK, f"record/{batch.lifecycle}/{batch.id}")
        if facts:
            tag = await conn.execute(INSERT_FACTS, batch.lifecycle, batch.id, facts)
            new = int(tag.rpartition(" ")[2])
        await conn.execute(upsert, batch.id, batch.epoch, batch.seq, batch.view)
    return new


async def recorded_seq(conn: Connection, lifecycle: LifecycleName, id_: str) -> tuple[int, int]:
    """Epoch and sequence number of the newest recorded fact; (0, 0) when there is none."""
    row = await conn.fetchrow(RECORDED[lifecycle], id_)
    return (row["epoch"], row["seq"]) if row else (0, 0)


async def placement(conn: Connection, id_: str) -> PlacementView | None:
    """The newest recorded view of a placement, or None."""
    view = await conn.fetchval("select view from placements where id = $1", id_)
    return PlacementView.model_validate(view) if view else None


async def opportunity(conn: Connection, id_: str) -> OpportunityView | None:
    """The newest recorded view of an opportunity, or None."""
    view = await conn.fetchval("select view from opportunities where id = $1", id_)
    return OpportunityView.model_validate(view) if view else None


async def list_placements(
    conn: Connection,
    *,
    state: str | None = None,
    program: str | None = None,
    overdue: bool | None = None,
    host: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> PlacementPage:
    """Placements that fit every filter given, at most `limit`, from the one after `cursor` (an id) on."""
    filters = {"state = ": state, "program = ": program, "overdue = ": overdue, "host_id = ": host, "id > ": cursor}
    rows, after = await _page(conn, "placements", filters, limit)
    return PlacementPage([PlacementView.model_validate(row["view"]) for row in rows], after)


async def list_opportunities(
    conn: Connection,
    *,
    state: str | None = None,
    program: str | None = None,
    host: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> OpportunityPage:
    """Opportunities that fit every filter given, at most `limit`, from the one after `cursor` (an id) on."""
    filters = {"state = ": state, "program = ": program, "host_id = ": host, "id > ": cursor}
    rows, after = await _page(conn, "opportunities", filters, limit)
    return OpportunityPage([OpportunityView.model_validate(row["view"]) for row in rows], after)


async def _page(
    conn: Connection, table: str, filters: Mapping[str, str | bool | None], limit: int
) -> tuple[list[Row], str | None]:
    given = {condition: value for condition, value in filters.items() if value is not None}
    where = " and ".join(f"{condition}${number}" for number, condition in enumerate(given, 2))
    rows = await conn.fetch(
        f"select id, view from {table} where {where or 'true'} order by id limit $1",  # noqa: S608 - constants of this module
        limit + 1,
        *given.values(),
    )
    return rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else None
