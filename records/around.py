"""What stands around placements, for the console: offers, hosts with their partnerships, incidents.

Incidents, and offers that a learner found, are those of learners in sight (`records.caseload.VISIBLE`); hosts and other
offers belong to no school.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from records.caseload import PLAIN, VISIBLE, as_typed
from records.pool import Connection, Row
from schemas.console import ConsoleRole, Filters, Staff, is_at_least
from schemas.directory import Host
from schemas.views import IncidentView, OpportunityView, PartnershipView

LINES = 50
EVERY = Filters(show="all")

FOUND = f"($3::text is null or {PLAIN.format('{said}')} like '%' || {PLAIN.format('$3')} || '%')"

OFFERS = f"""
with {VISIBLE}
select o.id, f.title, o.host_id, h.name as host, h.time_zone, o.view
from opportunities o
left join opportunity_facts f on f.id = o.id
left join hosts h on h.id = o.host_id
where {FOUND.format(said="coalesce(f.title, '') || ' ' || coalesce(h.name, '') || ' ' || o.id")}
    and ($4::text is null or o.state = $4)
    and ($5::text is null or o.program = $5)
    and ($6::text is null or o.host_id = $6)
    and (not $7 or o.overdue)
    and (not $8 or o.free > 0 and o.state = 'open')
    and ($9 = 'all' or ($9 = 'ended') = (o.state in ('closed', 'declined')))
    and ($10::text[] is null or o.id = any($10))
    and (
        o.view->>'learner_id' is null
        or exists (select from learner_schools s where s.learner_id = o.view->>'learner_id'
            and (s.school_id = any($1::text[]) or s.learner_id = any($2::text[])))
    )
order by o.overdue desc, o.end_on, o.id limit $11 offset $12
"""  # noqa: S608 - made of constants

HOSTS = f"""
with {VISIBLE}, here as (select host_id, count(*) as n from visible where outcome is null group by host_id),
offered as (select host_id, sum(free) as n from opportunities where state = 'open' group by host_id)
select h.id, h.name, h.address, h.sector, h.time_zone, h.state, h.site_contact_id, h.status, p.view,
    coalesce(here.n, 0) as placements, coalesce(offered.n, 0) as free
from hosts h
left join partnerships p on p.host_id = h.id
left join here on here.host_id = h.id
left join offered on offered.host_id = h.id
where {FOUND.format(said="h.name || ' ' || h.sector || ' ' || h.id")}
    and ($4::text is null or coalesce(p.state, 'none') = $4)
    and (not $5 or coalesce(p.overdue, false))
    and ($6 = 'all' or ($6 = 'ended') = (h.status = 'ended'))
    and ($7::text[] is null or h.id = any($7) or p.id = any($7))
order by coalesce(p.overdue, false) desc, h.name, h.id limit $8 offset $9
"""  # noqa: S608 - made of constants

INCIDENTS = f"""
with {VISIBLE}
select i.id, i.view, i.severity, l.given_name || ' ' || l.family_name as learner, h.name as host, o.name as school,
    v.school_id,
    (select min(e.at) from lifecycle_events e where e.lifecycle = 'incident' and e.id = i.id) as at
from incidents i
join visible v on v.id = i.placement_id
join people l on l.id = v.learner_id
left join hosts h on h.id = v.host_id
left join organisations o on o.id = v.school_id
where {FOUND.format(said="l.given_name || ' ' || l.family_name || ' ' || coalesce(h.name, '') || ' ' || i.id")}
    and ($4::text is null or i.state = $4)
    and ($5::text is null or i.severity = $5)
    and ($6::text is null or v.school_id = $6)
    and (not $7 or i.overdue)
    and ($8 = 'all' or ($8 = 'ended') = (i.outcome is not null))
    and ($9::text[] is null or i.id = any($9))
    and ($10::text is null or i.placement_id = $10)
order by i.outcome is not null, i.overdue desc, array_position(array['high', 'medium', 'low'], i.severity), i.id
limit $11 offset $12
"""  # noqa: S608 - made of constants

AT_HOST = """
select s.person_id as id, s.title from host_staff s join people p on p.id = s.person_id
where s.host_id = $1 and s.status = 'active' and p.status = 'active' order by 2, 1
"""


class Offer(NamedTuple):
    """One offer with what the directory says of it."""

    id: str
    title: str | None
    host_id: str
    host: str | None
    view: OpportunityView


class HostSeen(NamedTuple):
    """A host, its partnership (None: there is none), placements in sight that go on, and seats that are free."""

    host: Host
    view: PartnershipView | None
    placements: int
    free: int


class IncidentSeen(NamedTuple):
    """An incident with whom it is about; `on` is the day it was reported."""

    id: str
    learner: str
    host: str | None
    school: str | None
    school_id: str
    severity: str
    on: date | None
    view: IncidentView


class Employed(NamedTuple):
    """Somebody at a host, by id, and what they are there."""

    id: str
    title: str


def acting_scope(staff: Staff) -> tuple[list[str], list[str]]:
    """Whose learners somebody may do something for: the schools and districts, and the learners besides."""
    near = [one for one in staff.grants if is_at_least(one.role, ConsoleRole.CAREER_SPECIALIST)]
    return (
        sorted({id_ for one in near for id_ in one.organisations}),
        sorted({id_ for one in near for id_ in one.learners}),
    )


async def offers(
    conn: Connection,
    staff: Staff,
    filters: Filters = EVERY,
    *,
    skip: int = 0,
    limit: int = LINES + 1,
    ids: Sequence[str] | None = None,
) -> list[Offer]:
    """Offers that fit, what is overdue first; one more than `LINES` when there are others behind.

    `ids`: only these.
    """
    given = (filters.state, filters.program, filters.host, filters.overdue, filters.free, filters.shown, ids)
    rows = await conn.fetch(OFFERS, *acting_scope(staff), as_typed(filters.q), *given, max(limit, len(ids or ())), skip)
    return [
        Offer(row["id"], row["title"], row["host_id"], row["host"], _offered(row["view"], row["time_zone"]))
        for row in rows
    ]


async def hosts(
    conn: Connection,
    staff: Staff,
    filters: Filters = EVERY,
    *,
    skip: int = 0,
    limit: int = LINES + 1,
    ids: Sequence[str] | None = None,
) -> list[HostSeen]:
    """Hosts that fit, in the order of their names after what is overdue; one more than `LINES` as above.

    `ids`: only these, by the host's id or the partnership's.
    """
    given = (filters.state, filters.overdue, filters.shown, ids)
    rows = await conn.fetch(HOSTS, *acting_scope(staff), as_typed(filters.q), *given, max(limit, len(ids or ())), skip)
    return [
        HostSeen(_host(row), PartnershipView.model_validate(row["view"]) if row["view"] else None, *_counts(row))
        for row in rows
    ]


async def incidents(
    conn: Connection,
    staff: Staff,
    filters: Filters = EVERY,
    *,
    skip: int = 0,
    limit: int = LINES + 1,
    ids: Sequence[str] | None = None,
    placement_id: str | None = None,
) -> list[IncidentSeen]:
    """Incidents of learners in sight that fit, the gravest open ones first; one more than `LINES` as above."""
    given = (filters.state, filters.severity, filters.school, filters.overdue, filters.shown, ids, placement_id)
    rows = await conn.fetch(
        INCIDENTS, *acting_scope(staff), as_typed(filters.q), *given, max(limit, len(ids or ())), skip
    )
    return [
        IncidentSeen(
            id=row["id"],
            learner=row["learner"],
            host=row["host"],
            school=row["school"],
            school_id=row["school_id"],
            severity=row["severity"],
            on=row["at"].date() if row["at"] else None,
            view=IncidentView.model_validate(row["view"]),
        )
        for row in rows
    ]


async def at_host(conn: Connection, host_id: str) -> list[Employed]:
    """Who works at a host."""
    return [Employed(*row.values()) for row in await conn.fetch(AT_HOST, host_id)]


def _offered(view: dict[str, Any], zone: str | None) -> OpportunityView:
    """The view, in the worksite's time also where nobody was asked to develop the offer."""
    seen = OpportunityView.model_validate(view)
    return seen if seen.development or zone is None else seen.changed(time_zone=zone)


def _host(row: Row) -> Host:
    return Host(**{name: row[name] for name in Host.model_fields})


def _counts(row: Row) -> tuple[int, int]:
    return row["placements"], int(row["free"])
