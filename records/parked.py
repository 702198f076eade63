"""The inbox as an operator looks through it: what waits, what was refused or parked, and delivering that again."""

from collections.abc import Sequence
from typing import NamedTuple

from records.inbox import COLUMNS, InboxRow, Status, read
from records.pool import Connection
from schemas.base import Frozen, LifecycleName

FITS = """
    ($1::text is null or status = $1) and ($2::text is null or source = $2) and ($3::text is null or type = $3)
    and ($4::text is null or lifecycle = $4) and ($5::text is null or lifecycle_id = $5)
    and ($6::text is null or problem->>'code' = $6) and ($7::text[] is null or event_id = any($7))
"""

LOOK = f"""
select position, {COLUMNS} from inbox where {FITS} and ($8::bigint is null or position < $8)
order by position desc limit $9
"""  # noqa: S608 - both are constants

REPLAY = f"""
update inbox set status = 'accepted', problem = null, finished_at = null, faults = 0, next_attempt_at = now()
where position in (select position from inbox where {FITS} order by position limit $8 for update)
returning position, {COLUMNS}
"""  # noqa: S608 - as above

COUNT = f"select count(*) from inbox where {FITS}"  # noqa: S608 - as above


class Wanted(Frozen):
    """Which events are meant; what is left out fits all. `code` is that of the problem."""

    source: str | None = None
    type: str | None = None
    lifecycle: LifecycleName | None = None
    id: str | None = None
    code: str | None = None
    event_ids: tuple[str, ...] | None = None


class Listed(NamedTuple):
    """Events, newest first; `before` continues after the last of them, if there are more."""

    rows: list[InboxRow]
    before: int | None


async def look(conn: Connection, status: Status | None, wanted: Wanted, *, before: int | None, limit: int) -> Listed:
    """Events of that status which are wanted, the newest first."""
    rows = await conn.fetch(LOOK, *_fitting(status, wanted), before, limit + 1)
    more = rows[limit - 1]["position"] if len(rows) > limit else None
    return Listed([read(row) for row in rows[:limit]], more)


async def replay(conn: Connection, wanted: Wanted, limit: int) -> list[InboxRow]:
    """Deliver refused events again, the first that came first, all or none; gives them as they are now."""
    rows = await conn.fetch(REPLAY, *_fitting("refused", wanted), limit)
    return [read(row) for row in sorted(rows, key=lambda row: row["position"])]


async def count(conn: Connection, status: Status, wanted: Wanted) -> int:
    """How many events of that status are wanted."""
    return await conn.fetchval(COUNT, *_fitting(status, wanted))


def _fitting(status: Status | None, wanted: Wanted) -> Sequence[object]:
    ids = None if wanted.event_ids is None else list(wanted.event_ids)
    return status, wanted.source, wanted.type, wanted.lifecycle, wanted.id, wanted.code, ids
