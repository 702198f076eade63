"""What staff do from the console: planned with what would happen to each matter, confirmed once, and followed."""

from datetime import datetime
from typing import Any, NamedTuple

from pydantic import AwareDatetime

from records.pool import Connection
from schemas.base import Frozen, LifecycleName
from schemas.console import ConsoleRole

SOURCE = "/console"
"""Under which the console's events stand in the inbox; an event's id is `event_id`."""

PLAN = """
insert into staff_acts (id, person_id, role, act, details, note, planned_at) values ($1, $2, $3, $4, $5, $6, $7)
"""

LINES = """
insert into staff_act_lines (act_id, position, lifecycle, lifecycle_id, request_id, type, data, foreseen, why_not)
select $1, one.position, one.lifecycle, one.lifecycle_id, one.request_id, one.type, one.data, one.foreseen, one.why_not
from jsonb_to_recordset($2) as one (
    position integer, lifecycle text, lifecycle_id text, request_id text, type text, data jsonb, foreseen jsonb,
    why_not jsonb
)
"""

GET = "select id, person_id, role, act, details, note, planned_at, confirmed_at from staff_acts where id = $1"

LINES_OF = """
select l.position, l.lifecycle, l.lifecycle_id, l.request_id, l.type, l.data, l.foreseen, l.why_not, i.status, i.problem
from staff_act_lines l
left join inbox i on i.source = '/console' and i.event_id = l.act_id || '.' || l.position
where l.act_id = $1 order by l.position
"""

CONFIRM = "update staff_acts set confirmed_at = coalesce(confirmed_at, $2) where id = $1"
LEAVE_OUT = "update staff_act_lines set why_not = $3 where act_id = $1 and position = $2"

RECENT = """
select a.id, a.person_id, a.role, a.act, a.note, a.planned_at, a.confirmed_at,
    count(l.position) filter (where l.why_not is null) as lines, min(p.given_name || ' ' || p.family_name) as name
from staff_acts a
left join staff_act_lines l on l.act_id = a.id
left join people p on p.id = a.person_id
where ($1::text is null or a.person_id = $1) and ($2::text is null or a.id < $2)
group by a.id
order by a.id desc limit $3
"""

ABOUT = """
select distinct a.id, a.person_id, a.role, a.act, a.note, a.confirmed_at
from staff_act_lines l join staff_acts a on a.id = l.act_id
where l.lifecycle = $1 and l.lifecycle_id = $2 and a.confirmed_at is not null and l.why_not is null
order by a.confirmed_at
"""

AT_HOST = """
select s.person_id as id, p.given_name || ' ' || p.family_name as name, s.title
from host_staff s join people p on p.id = s.person_id and p.status = 'active'
where s.host_id = $1 and s.status = 'active' order by 2
"""


class ActLine(Frozen):
    """One event of an act. `why_not` (code, message) when it cannot be done; `status` once it is in the inbox."""

    position: int
    lifecycle: LifecycleName
    lifecycle_id: str
    request_id: str | None = None
    type: str
    data: dict[str, Any]
    foreseen: dict[str, Any] | None = None
    why_not: dict[str, str] | None = None
    status: str | None = None
    problem: dict[str, str] | None = None


class StaffAct(Frozen):
    """One act on one or many placements, offers, partnerships or incidents. Times are real."""

    id: str
    person_id: str
    role: ConsoleRole
    act: str
    details: dict[str, str]
    note: str
    planned_at: AwareDatetime
    confirmed_at: AwareDatetime | None = None
    lines: tuple[ActLine, ...] = ()


class Recent(NamedTuple):
    """An act in a list; `lines` is how much of it could be done."""

    id: str
    person_id: str
    role: ConsoleRole
    act: str
    note: str
    planned_at: datetime
    confirmed_at: datetime | None
    lines: int
    name: str | None


class Noted(NamedTuple):
    """What somebody did about one matter, and why in their words; real time."""

    id: str
    person_id: str
    role: ConsoleRole
    act: str
    note: str
    at: datetime


class AtHost(NamedTuple):
    """Somebody who works at a host."""

    id: str
    name: str
    title: str


def event_id(act_id: str, position: int) -> str:
    """The id of one line's event: the same line, confirmed twice, is one event."""
    return f"{act_id}.{position}"


async def plan(conn: Connection, act: StaffAct) -> None:
    """Keep an act that nobody has confirmed yet."""
    lines = [line.model_dump(mode="json", exclude={"status", "problem"}) for line in act.lines]
    async with conn.transaction():
        await conn.execute(PLAN, act.id, act.person_id, act.role, act.act, act.details, act.note, act.planned_at)
        await conn.execute(LINES, act.id, lines)


async def get(conn: Connection, id_: str) -> StaffAct | None:
    """One act with its lines and what became of each, or None."""
    row = await conn.fetchrow(GET, id_)
    if row is None:
        return None
    lines = [ActLine(**dict(one.items())) for one in await conn.fetch(LINES_OF, id_)]
    return StaffAct(**dict(row.items()), lines=tuple(lines))


async def confirm(conn: Connection, id_: str, now: datetime) -> None:
    """It is to be done; once or often."""
    await conn.execute(CONFIRM, id_, now)


async def leave_out(conn: Connection, id_: str, position: int, code: str, message: str) -> None:
    """One line cannot be done after all."""
    await conn.execute(LEAVE_OUT, id_, position, {"code": code, "message": message})


async def recent(conn: Connection, person_id: str | None, before: str | None, limit: int) -> list[Recent]:
    """Acts, newest first: one person's, or everybody's."""
    return [
        Recent(*row.values())._replace(role=ConsoleRole(row["role"]))
        for row in await conn.fetch(RECENT, person_id, before, limit)
    ]


async def about(conn: Connection, lifecycle: LifecycleName, id_: str) -> list[Noted]:
    """What staff did about one placement, offer, partnership or incident, oldest first."""
    rows = await conn.fetch(ABOUT, lifecycle, id_)
    return [
        Noted(row["id"], row["person_id"], ConsoleRole(row["role"]), row["act"], row["note"], row["confirmed_at"])
        for row in rows
    ]


async def at_host(conn: Connection, host_id: str) -> list[AtHost]:
    """Who may supervise at a host."""
    return [AtHost(*row.values()) for row in await conn.fetch(AT_HOST, host_id)]
