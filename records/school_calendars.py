"""School calendars: one for a school, or for a district and all its schools."""

import json
from collections.abc import Mapping
from typing import Any

from records.directory_import import TableCount
from records.pool import Connection
from schemas.work import SchoolCalendar

ORGANISATIONS = """
select o.id, coalesce(o.time_zone, parent.time_zone) as time_zone
from organisations o left join organisations parent on parent.id = o.parent_id
where o.status = 'active'
"""

UPSERT = """
insert into school_calendars as kept (organisation_id, calendar)
select id, calendar from jsonb_to_recordset($1::text::jsonb) as given (id text, calendar jsonb)
on conflict (organisation_id) do update set calendar = excluded.calendar, updated_at = now()
where kept.calendar is distinct from excluded.calendar
returning xmax = 0 as is_new
"""

OF_SCHOOL = """
with recursive line (id, distance) as (
    select $1::text, 0
    union all
    select o.parent_id, line.distance + 1
    from line join organisations o on o.id = line.id
    where o.parent_id is not null and line.distance < 8
)
select c.calendar
from line join organisations o on o.id = line.id join school_calendars c on c.organisation_id = line.id
order by o.kind = 'district' desc, line.distance limit 1
"""


async def organisations(conn: Connection) -> dict[str, str | None]:
    """The active schools and districts, each with its time zone or its district's."""
    return {row["id"]: row["time_zone"] for row in await conn.fetch(ORGANISATIONS)}


async def apply_calendars(conn: Connection, calendars: Mapping[str, SchoolCalendar]) -> TableCount:
    """Write calendars by organisation and count what changed; those of others stay. Call inside a transaction."""
    rows = [{"id": id_, "calendar": as_json(calendar)} for id_, calendar in calendars.items()]
    written = [row["is_new"] for row in await conn.fetch(UPSERT, json.dumps(rows))]
    return TableCount(
        "school_calendars",
        new=sum(written),
        changed=len(written) - sum(written),
        unchanged=len(calendars) - len(written),
    )


async def calendar_of(conn: Connection, school_id: str) -> SchoolCalendar | None:
    """The calendar of a school's district, else the school's own; None when neither has one.

    29 CFR 570.35(b): what counts is the public schools of the district where the learner lives.
    """
    found = await conn.fetchval(OF_SCHOOL, school_id)
    return SchoolCalendar.model_validate(found) if found else None


def as_json(calendar: SchoolCalendar) -> dict[str, Any]:
    """A calendar as it is kept: its days in order, so that equal calendars are written alike."""
    dumped = calendar.model_dump(mode="json")
    return {**dumped, **{name: sorted(dumped[name]) for name in ("days_off", "required_days")}}
