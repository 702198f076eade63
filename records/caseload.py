"""The placements that a member of staff may see, and nothing else.

Every list and look-up of the console goes through `VISIBLE`, in which the scope is told once.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from records.health import borrow
from records.pool import Connection, Pool, Row
from schemas.console import Filters, Staff
from schemas.views import PlacementView

VISIBLE = """
visible as (
    select p.id, p.state, p.program, p.host_id, p.learner_id, p.opportunity_id, p.start_on, p.end_on, p.overdue,
        p.awaiting, p.outcome, p.answer_due_at, s.school_id
    from placements p join learner_schools s on s.learner_id = p.learner_id
    where s.school_id = any($1::text[]) or p.learner_id = any($2::text[])
)
"""
"""$1: the schools and districts, $2: the learners besides. Both are the signed-in person's own (`Staff`)."""

PLAIN = "translate(lower({}), 'áàâäãéèêëíìîïóòôöõúùûüñç', 'aaaaaeeeeiiiiooooouuuunc')"
"""Letters without their marks, so that a search for Beltran finds Beltrán."""

SAID = "l.given_name || ' ' || l.family_name || ' ' || coalesce(h.name, '') || ' ' || v.id"

COLUMNS = """
($4::text is null or v.state = $4)
and ($5::text is null or v.program = $5)
and ($6::text is null or v.school_id = $6)
and ($7::text is null or v.host_id = $7)
and ($8::text is null or $8 = any(v.awaiting))
and (not $9 or v.overdue)
and ($10::timestamptz is null or (not v.overdue and v.answer_due_at < $10))
and ($11 = 'all' or ($11 = 'ended') = (v.outcome is not null and v.answer_due_at is null))
"""

FITS = f"($3::text is null or {PLAIN.format(SAID)} like '%' || {PLAIN.format('$3')} || '%') and {COLUMNS}"

FROM = """
from visible v
join people l on l.id = v.learner_id
left join hosts h on h.id = v.host_id
"""

AWAITED = """
kept.view || jsonb_build_object('requests', jsonb_path_query_array(kept.view, '$.requests[*] ? (@.state == "open")'))
    as view
"""
"""The view with the requests alone that are open: a list tells of no others."""

PAGE = f"""
with {VISIBLE}, page as (
    select v.*, l.given_name || ' ' || l.family_name as learner, h.name as host, l.family_name, l.given_name
    {FROM}
    where {FITS}
        and case
            when $13::text is null then true
            when $12::timestamptz is null then v.answer_due_at is null and v.id > $13
            else (v.answer_due_at, v.id) > ($12, $13) or v.answer_due_at is null
        end
    order by v.answer_due_at nulls last, v.id
    limit $14
)
select page.*, o.name as school, e.grade, f.title as job, {AWAITED}
from page
join placements kept on kept.id = page.id
left join organisations o on o.id = page.school_id
left join enrolments e on e.learner_id = page.learner_id
left join opportunity_facts f on f.id = page.opportunity_id
order by page.answer_due_at nulls last, page.id
"""  # noqa: S608 - made of constants of this module

COUNTED = """
select count(*) as fit,
    count(*) filter (where v.overdue) as overdue,
    count(*) filter (where not v.overdue and v.answer_due_at < $12) as soon,
    count(*) filter (where v.answer_due_at is null) as quiet
"""

COUNTS = f"with {VISIBLE} {COUNTED} from visible v where $3::text is null and {COLUMNS}"
COUNTS_BY_NAME = f"with {VISIBLE} {COUNTED} {FROM} where {FITS}"
"""The same when a name is searched for, which costs more."""

IDS = f"""
with {VISIBLE}
select v.id {FROM} where {FITS} order by v.answer_due_at nulls last, v.id limit $12
"""

CHOICES = f"""
with {VISIBLE}
select 'state' as what, v.state as code, v.state as name, count(*) as n from visible v group by v.state
union all
select 'program', v.program, v.program, count(*) from visible v group by v.program
union all
select 'school', v.school_id, o.name, count(*) from visible v join organisations o on o.id = v.school_id
group by v.school_id, o.name
union all
select 'role', role, role, count(*) from visible v, unnest(v.awaiting) as role group by role
order by 1, 3
"""  # noqa: S608 - as above

SOME_OF = """
from visible v
join people l on l.id = v.learner_id
join placements kept on kept.id = v.id
left join hosts h on h.id = v.host_id
left join organisations o on o.id = v.school_id
left join enrolments e on e.learner_id = v.learner_id
left join opportunity_facts f on f.id = v.opportunity_id
where v.id = any($3::text[])
order by v.answer_due_at nulls last, v.id
"""
TOLD = "v.*, l.given_name || ' ' || l.family_name as learner, h.name as host, o.name as school, e.grade, f.title as job"
SOME = f"with {VISIBLE} select {TOLD}, {AWAITED} {SOME_OF}"
WHOLE = f"with {VISIBLE} select {TOLD}, kept.view {SOME_OF}"

PEOPLE = """
select id, given_name || ' ' || family_name as name, email, phone, language, channel, no_texts_since
from people where id = any($1::text[])
"""

SOON = timedelta(days=7)

PLANNED = "set local plan_cache_mode = force_custom_plan"
"""Each statement is planned for the values it is given: a plan for any filters at all takes twenty times as long."""


class Case(NamedTuple):
    """A placement in sight, with what the directory says of it. In lists `view` has the open requests alone."""

    id: str
    learner_id: str
    learner: str
    school_id: str
    school: str | None
    grade: str | None
    host_id: str
    host: str | None
    job: str | None
    start: date
    end: date
    answer_due_at: datetime | None
    view: PlacementView


class CasePage(NamedTuple):
    """Some of the placements that fit, most urgent first; `next` continues after the last."""

    cases: list[Case]
    next: str | None


class Counts(NamedTuple):
    """How many placements fit, and how many of them are overdue, due soon, or wait for nobody."""

    fit: int
    overdue: int
    soon: int
    quiet: int


class Choice(NamedTuple):
    """A value that a filter may take, and how many placements in sight have it."""

    code: str
    name: str
    n: int


class Named(NamedTuple):
    """A person with how to reach them."""

    id: str
    name: str
    email: str | None
    phone: str | None
    language: str
    channel: str
    no_texts_since: datetime | None


@asynccontextmanager
async def looking(pool: Pool) -> AsyncGenerator[Connection]:
    """A connection for this module's queries, and others over many placements. Raises PostgresAwayError."""
    async with borrow(pool) as conn, conn.transaction():
        await conn.execute(PLANNED)
        yield conn


async def page(
    conn: Connection, staff: Staff, filters: Filters, now: datetime, *, cursor: str | None, limit: int
) -> CasePage:
    """Placements in sight that fit, by when the first answer is due; those that wait for nobody come last.

    A cursor that says nothing is that of the first page. `now` is real time; a rehearsal's clock runs on its own.
    """
    due, after = _after(cursor)
    rows = await conn.fetch(PAGE, *scope(staff), *_given(filters, now), due, after, limit + 1)
    cases = [_case(row) for row in rows[:limit]]
    return CasePage(cases, _cursor(cases[-1]) if len(rows) > limit else None)


async def counts(conn: Connection, staff: Staff, filters: Filters, now: datetime) -> Counts:
    """How many fit, whatever is overdue or soon."""
    wider = filters.changed(overdue=False, soon=False)
    query = COUNTS_BY_NAME if wider.q else COUNTS
    row = await conn.fetchrow(query, *scope(staff), *_given(wider, now), now + SOON)
    return Counts(*(row.values() if row else (0, 0, 0, 0)))


async def ids(conn: Connection, staff: Staff, filters: Filters, now: datetime, *, limit: int) -> list[str]:
    """The ids of those that fit, at most `limit`."""
    rows = await conn.fetch(IDS, *scope(staff), *_given(filters, now), limit)
    return [row["id"] for row in rows]


async def choices(conn: Connection, staff: Staff) -> dict[str, list[Choice]]:
    """What states, programs, schools and awaited roles there are among the placements in sight."""
    found: dict[str, list[Choice]] = {"state": [], "program": [], "school": [], "role": []}
    for row in await conn.fetch(CHOICES, *scope(staff)):
        found[row["what"]].append(Choice(row["code"], row["name"], row["n"]))
    return found


async def some(conn: Connection, staff: Staff, placement_ids: list[str], *, whole: bool = False) -> list[Case]:
    """Those of these placements that are in sight; `whole`: with the requests that are not open, too."""
    rows = await conn.fetch(WHOLE if whole else SOME, *scope(staff), placement_ids)
    return [_case(row) for row in rows]


async def one(conn: Connection, staff: Staff, placement_id: str) -> Case | None:
    """One placement; None when there is none or it is out of sight: nobody can tell which."""
    found = await some(conn, staff, [placement_id], whole=True)
    return found[0] if found else None


async def people(conn: Connection, person_ids: set[str]) -> dict[str, Named]:
    """These people by id; who is not in the directory is left out."""
    return {row["id"]: Named(*row.values()) for row in await conn.fetch(PEOPLE, sorted(person_ids))}


def scope(staff: Staff) -> tuple[list[str], list[str]]:
    """The parameters $1 and $2 of `VISIBLE`."""
    return staff.organisations, staff.learners


def as_typed(q: str | None) -> str | None:
    """What was searched for, with nothing in it that `like` takes for more than itself."""
    return q.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") if q else None


def _given(filters: Filters, now: datetime) -> tuple[Any, ...]:
    until = now + SOON if filters.soon else None
    chosen = (filters.state, filters.program, filters.school, filters.host, filters.role)
    return (as_typed(filters.q), *chosen, filters.overdue, until, filters.shown)


def _cursor(last: Case) -> str:
    return f"{last.answer_due_at.isoformat() if last.answer_due_at else ''}~{last.id}"


def _after(cursor: str | None) -> tuple[datetime | None, str | None]:
    due, _, id_ = (cursor or "").partition("~")
    if not id_:
        return None, None
    try:
        at = datetime.fromisoformat(due) if due else None
    except ValueError:
        return None, None
    return (at, id_) if at is None or at.tzinfo is not None else (None, None)


def _case(row: Row) -> Case:
    return Case(
        id=row["id"],
        learner_id=row["learner_id"],
        learner=row["learner"],
        school_id=row["school_id"],
        school=row["school"],
        grade=row["grade"],
        host_id=row["host_id"],
        host=row["host"],
        job=row["job"],
        start=row["start_on"],
        end=row["end_on"],
        answer_due_at=row["answer_due_at"],
        view=PlacementView.model_validate(row["view"]),
    )
