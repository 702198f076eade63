"""School calendars: one for a school, or for a district and all its schools."""

import json
from collections.abc import Collection, Mapping
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

CHANGED = """
select given.id from jsonb_to_recordset($1::text::jsonb) as given (id text, calendar jsonb)
left join school_calendars kept on kept.organisation_id = given.id
where kept.calendar is distinct from given.calendar
"""

TAUGHT_THERE = """
with recursive under (id) as (
    select unnest($1::text[])
    union
    select o.id from organisations o join under on o.parent_id = under.id
)
select p.id from placements p join enrolments e on e.learner_id = p.learner_id join under on under.id = e.school_id
where p.outcome is null order by p.id
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
    written = [row["is_new"] for row in await conn.fetch(UPSERT, _rows(calendars))]
    return TableCount(
        "school_calendars",
        new=sum(written),
        changed=len(written) - sum(written),
        unchanged=len(calendars) - len(written),
    )


async def changing(conn: Connection, calendars: Mapping[str, SchoolCalendar]) -> set[str]:
    """The organisations whose calendar would be new or another one."""
    return {row["id"] for row in await conn.fetch(CHANGED, _rows(calendars))}


async def placements_by(conn: Connection, organisation_ids: Collection[str]) -> list[str]:
    """The placements without an outcome whose learner goes to one of these schools, or to a school of one of these."""
    return [row["id"] for row in await conn.fetch(TAUGHT_THERE, sorted(organisation_ids))]


async def calendar_of(conn: Connection, school_id: str) -> SchoolCalendar | None:
    """The calendar of a school's district, else the school's own; None when neither has one.

    29 CFR 570.35(b): what counts is the public schools of the district where the learner lives.
    """
    found = await conn.fetchval(OF_SCHOOL, school_id)
    return SchoolCalendar.model_validate(found) if found else None


def _rows(calendars: Mapping[str, SchoolCalendar]) -> str:
    return json.dumps([{"id": id_, "calendar": as_json(calendar)} for id_, calendar in calendars.items()])


def as_json(calendar: SchoolCalendar) -> dict[str, Any]:
    """A calendar as it is kept: its days in order, so that equal calendars are written alike."""
    dumped = calendar.model_dump(mode="json")
    return {**dumped, **{name: sorted(dumped[name]) for name in ("days_off", "required_days")}}
