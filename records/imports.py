"""Files that staff upload in the console: kept with what was found in them until they are imported."""

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime

from records.pool import Connection
from schemas.directory import Personal

KEPT = timedelta(days=7)
"""A file that was not imported is forgotten after so long."""

KEEP = """
insert into directory_imports (id, person_id, kind, file_name, content, report, uploaded_at)
values ($1, $2, $3, $4, $5, $6, $7)
"""

FORGET = "update directory_imports set content = null where content is not null and uploaded_at < $1"

GET = """
select id, person_id, kind, file_name, report, uploaded_at, finished_at, content is not null as held
from directory_imports where id = $1
"""

CONTENT = "select content from directory_imports where id = $1 for update"
LOOKED = "update directory_imports set report = $2 where id = $1 and finished_at is null"
FINISH = """
update directory_imports set report = $2, finished_at = $3, content = null where id = $1 and finished_at is null
"""

RECENT = """
select i.id, i.kind, i.file_name, i.uploaded_at, i.finished_at,
    jsonb_array_length(i.report->'problems') as problems, i.person_id,
    p.given_name || ' ' || p.family_name as name
from directory_imports i left join people p on p.id = i.person_id
where $1::text is null or i.person_id = $1
order by i.uploaded_at desc limit $2
"""

OPENED = """
select count(*) as all, count(*) filter (where status = 'applied') as applied,
    count(*) filter (where status = 'refused') as refused
from inbox where source = $1 and event_id = any($2)
"""


class KeptImport(Personal):
    """One upload. `report` says what was found; `held`: the file is still there. Times are real."""

    id: str
    person_id: str
    kind: Literal["oneroster", "employers", "opportunities"]
    file_name: str
    report: dict[str, Any]
    uploaded_at: AwareDatetime
    finished_at: AwareDatetime | None
    held: bool


class RecentImport(NamedTuple):
    """An upload in a list; `problems` is how many there are in it."""

    id: str
    kind: str
    file_name: str
    uploaded_at: datetime
    finished_at: datetime | None
    problems: int
    person_id: str
    name: str | None


class Opened(NamedTuple):
    """How many of some events were taken in, and what became of them so far."""

    all: int
    applied: int
    refused: int


async def keep(
    conn: Connection,
    *,
    id: str,  # noqa: A002 - the column's name
    person_id: str,
    kind: str,
    file_name: str,
    content: bytes,
    report: dict[str, Any],
    now: datetime,
) -> None:
    """Keep an upload, and forget the files of old ones."""
    await conn.execute(FORGET, now - KEPT)
    await conn.execute(KEEP, id, person_id, kind, file_name, content, report, now)


async def get(conn: Connection, id_: str) -> KeptImport | None:
    """One upload without its file, or None."""
    row = await conn.fetchrow(GET, id_)
    return KeptImport(**dict(row.items())) if row else None


async def content(conn: Connection, id_: str) -> bytes | None:
    """Its file, locked until the transaction ends; None when it is there no more."""
    return await conn.fetchval(CONTENT, id_)


async def looked(conn: Connection, id_: str, report: dict[str, Any]) -> None:
    """It was looked through again."""
    await conn.execute(LOOKED, id_, report)


async def finish(conn: Connection, id_: str, report: dict[str, Any], now: datetime) -> None:
    """It is imported; the file is forgotten."""
    await conn.execute(FINISH, id_, report, now)


async def recent(conn: Connection, person_id: str | None, limit: int) -> list[RecentImport]:
    """Uploads, newest first: one person's, or everybody's."""
    return [RecentImport(*row.values()) for row in await conn.fetch(RECENT, person_id, limit)]


async def opened(conn: Connection, source: str, event_ids: list[str]) -> Opened:
    """What became of the events that an import sent."""
    row = await conn.fetchrow(OPENED, source, event_ids)
    return Opened(*row.values()) if row else Opened(0, 0, 0)
