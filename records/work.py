"""Who works when, and what youth-employment law must know of a learner: permits, exemptions, shifts.

A planned shift counts until the hours of its day were handed in, or its placement is over.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from records.pool import Connection
from records.school_calendars import calendar_of
from schemas.directory import Learner
from schemas.incoming_work import ShiftsPlannedData, WorkedStretch, shift_id
from schemas.work import Exemption, LearnerFacts, Permit, Shift, unknown_calendar

WEEK_DAYS = 7

LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"

SITE = """
select p.learner_id, p.host_id, coalesce(h.time_zone, p.view->>'time_zone') as time_zone
from placements p left join hosts h on h.id = p.host_id
where p.id = $1
"""

CLEAR_PLANNED = "delete from shifts where placement_id = $1 and status = 'planned' and site_day between $2 and $3"

CLEAR_LOGGED = "delete from shifts where placement_id = $1 and status = 'logged' and starts_with(reference, $2)"

INSERT = """
insert into shifts as kept (
    id, placement_id, reference, learner_id, host_id, status, time_zone, start_at, end_at, break_minutes, tasks,
    workplace, adult_supervision
)
select given.id, $1, given.reference, $2, $3, $4, $5, given.start_at, given.end_at, given.break_minutes, given.tasks,
    given.workplace, given.adult_supervision
from jsonb_to_recordset($6) as given (
    id text, reference text, start_at timestamptz, end_at timestamptz, break_minutes smallint, tasks text[],
    workplace text[], adult_supervision boolean
)
on conflict (id) do update set
    reference = excluded.reference, time_zone = excluded.time_zone, start_at = excluded.start_at,
    end_at = excluded.end_at, break_minutes = excluded.break_minutes, tasks = excluded.tasks,
    workplace = excluded.workplace, adult_supervision = excluded.adult_supervision
"""

PLANNED_LIKE = """
select site_day, bool_and(adult_supervision) as adult_supervision,
    array(select distinct unnest from shifts s, unnest(s.tasks)
        where s.placement_id = $1 and s.status = 'planned' and s.site_day = shifts.site_day order by 1) as tasks,
    array(select distinct unnest from shifts s, unnest(s.workplace)
        where s.placement_id = $1 and s.status = 'planned' and s.site_day = shifts.site_day order by 1) as workplace
from shifts
where placement_id = $1 and status = 'planned' and site_day between $2 and $3
group by site_day
"""

LOG_WEEK = """
insert into logged_weeks (placement_id, week_of, submission_id) values ($1, $2, $3)
on conflict (placement_id, week_of) do update set submission_id = excluded.submission_id
"""

SHIFTS = """
select s.id, s.placement_id, s.host_id as employer_id, s.status, s.time_zone, h.state, s.start_at as start,
    s.end_at as "end", s.break_minutes, s.tasks, s.workplace, s.adult_supervision, s.site_day
from shifts s left join hosts h on h.id = s.host_id
where s.learner_id = $1 and s.site_day between $2::date - 1 and $3::date + 1
    and (
        s.status = 'logged'
        or not (
            exists (select from placements p where p.id = s.placement_id and p.outcome is not null)
            or exists (
                select from logged_weeks w
                where w.placement_id = s.placement_id and s.site_day between w.week_of and w.week_of + 6
            )
        )
    )
order by s.start_at, s.id
"""

PERMITS = """
select p.id, h.state, p.host_id as employer_id, p.issued_on as issued, p.expires_on as expires,
    p.revoked_on as revoked, p.employment_ended_on as employment_ended, p.returned_on as returned
from work_permits p join hosts h on h.id = p.host_id
where p.learner_id = $1 and h.state is not null
order by p.issued_on, p.id
"""

EXEMPTIONS = """
select code, start_on as start, end_on as "end", host_id as employer_id, conditions
from exemptions where learner_id = $1 order by start_on, id
"""

KEEP_PERMIT = """
insert into work_permits as kept (id, learner_id, host_id, issued_on, expires_on)
select $1, p.id, $3, $4, $5 from people p where p.id = $2
on conflict (id) do update set issued_on = excluded.issued_on, expires_on = excluded.expires_on
"""

CHANGE_PERMITS: dict[str, str] = {
    "revoked": "update work_permits set revoked_on = $3",
    "ended": "update work_permits set employment_ended_on = $3",
    "returned": "update work_permits set returned_on = $3",
}
WHICH_PERMITS: dict[str, str] = {
    "revoked": "revoked_on is null and returned_on is null",
    "ended": "employment_ended_on is null and returned_on is null",
    "returned": "returned_on is null",
}

KEEP_EXEMPTION = """
insert into exemptions as kept (id, learner_id, code, host_id, start_on, end_on, conditions)
select $1, p.id, $3, $4, $5, $6, $7 from people p where p.id = $2
on conflict (id) do update set
    code = excluded.code, host_id = excluded.host_id, start_on = excluded.start_on, end_on = excluded.end_on,
    conditions = excluded.conditions
"""


class KeptShift(NamedTuple):
    """A shift, the placement it belongs to, and the day at the worksite on which it begins."""

    placement_id: str
    day: date
    shift: Shift


class _Site(NamedTuple):
    learner_id: str
    host_id: str
    time_zone: str


async def keep_planned_shifts(conn: Connection, placement_id: str, plan: ShiftsPlannedData) -> bool:
    """Put a plan in the place of what was planned for its days; repeating it changes nothing. False: no placement."""
    async with conn.transaction():
        site = await _site(conn, placement_id)
        if site is None:
            return False
        await conn.execute(CLEAR_PLANNED, placement_id, plan.first, plan.last)
        rows = [
            _row(
                placement_id,
                "planned",
                one.id,
                (one.start, one.end),
                break_minutes=one.break_minutes,
                tasks=sorted(set(one.tasks)),
                workplace=sorted(set(one.workplace)),
                adult_supervision=one.adult_supervision,
            )
            for one in plan.shifts
        ]
        await conn.execute(INSERT, placement_id, site.learner_id, site.host_id, "planned", site.time_zone, rows)
    return True


async def keep_logged_week(
    conn: Connection, placement_id: str, week_of: date, submission_id: str, worked: Iterable[WorkedStretch]
) -> bool:
    """Put the hours handed in for the seven days from `week_of` in the place of earlier ones. False: no placement.

    Weeks told from different weekdays may overlap: a day told again is replaced, a day left empty stays as it was told
    for another week. What was planned for these days no longer counts; its tasks and kinds of workplace are taken over
    day by day.
    """
    last = week_of + timedelta(days=WEEK_DAYS - 1)
    async with conn.transaction():
        site = await _site(conn, placement_id)
        if site is None:
            return False
        planned = {row["site_day"]: row for row in await conn.fetch(PLANNED_LIKE, placement_id, week_of, last)}
        await conn.execute(CLEAR_LOGGED, placement_id, f"{week_of}/")
        rows: list[dict[str, Any]] = []
        for one in worked:
            like = planned.get(one.day)
            supervised = one.adult_supervision
            rows.append(
                _row(
                    placement_id,
                    "logged",
                    f"{week_of}/{one.day}",
                    (one.start, one.end),
                    break_minutes=one.break_minutes,
                    tasks=like["tasks"] if like else [],
                    workplace=like["workplace"] if like else [],
                    adult_supervision=bool(like and like["adult_supervision"]) if supervised is None else supervised,
                )
            )
        await conn.execute(INSERT, placement_id, site.learner_id, site.host_id, "logged", site.time_zone, rows)
        await conn.execute(LOG_WEEK, placement_id, week_of, submission_id)
    return True


def _row(
    placement_id: str,
    status: Literal["planned", "logged"],
    reference: str,
    times: tuple[datetime, datetime],
    **values: Any,
) -> dict[str, Any]:
    start, end = times
    at = {"start_at": start.isoformat(), "end_at": end.isoformat()}
    named = reference.rpartition("/")[2]
    return {"id": shift_id(placement_id, status, named), "reference": reference, **at, **values}


async def _site(conn: Connection, placement_id: str) -> _Site | None:
    """Where and by whom a placement's shifts are worked; its shifts are locked until the transaction ends."""
    await conn.execute(LOCK, f"shifts/{placement_id}")
    row = await conn.fetchrow(SITE, placement_id)
    return _Site(**dict(row.items())) if row else None


async def shifts_of(conn: Connection, learner_id: str, first: date, last: date) -> tuple[KeptShift, ...]:
    """A learner's shifts at all employers from a site day to another, and a day more on both sides, in order."""
    rows = [dict(row.items()) for row in await conn.fetch(SHIFTS, learner_id, first, last)]
    return tuple(KeptShift(row.pop("placement_id"), row.pop("site_day"), Shift.model_validate(row)) for row in rows)


async def learner_facts(conn: Connection, learner: Learner, *, state: str | None, time_zone: str) -> LearnerFacts:
    """What the rules must know of a learner who works in `state`; an educator's birth date is left out.

    The zone is that of the worksite, for a school without a calendar.
    """
    permits = await conn.fetch(PERMITS, learner.id)
    exemptions = await conn.fetch(EXEMPTIONS, learner.id)
    return LearnerFacts(
        learner_id=learner.id,
        birth_date=learner.birth_date if learner.kind == "student" else None,
        state=state,
        calendar=await calendar_of(conn, learner.school_id) or unknown_calendar(time_zone),
        permits=tuple(Permit(**dict(row.items())) for row in permits),
        exemptions=tuple(Exemption(**dict(row.items())) for row in exemptions),
    )


async def keep_permit(
    conn: Connection, id_: str, learner_id: str, host_id: str, *, issued: date, expires: date | None
) -> bool:
    """Keep a work permit for one employer; the same id again corrects its days. False: no such learner."""
    return await conn.execute(KEEP_PERMIT, id_, learner_id, host_id, issued, expires) == "INSERT 0 1"


async def change_permits(
    conn: Connection, what: Literal["revoked", "ended", "returned"], learner_id: str, host_id: str, on: date
) -> int:
    """Note that a learner's permits for an employer were revoked or returned, or the employment ended; how many were.

    What was noted before stays.
    """
    where = f" where learner_id = $1 and host_id = $2 and {WHICH_PERMITS[what]}"
    tag = await conn.execute(CHANGE_PERMITS[what] + where, learner_id, host_id, on)
    return int(tag.rpartition(" ")[2])


async def keep_exemption(conn: Connection, id_: str, learner_id: str, exemption: Exemption) -> bool:
    """Keep an exemption; the same id again puts it in the place of the earlier one. False: no such learner."""
    one = exemption
    held = (one.code, one.employer_id, one.start, one.end, sorted(one.conditions))
    return await conn.execute(KEEP_EXEMPTION, id_, learner_id, *held) == "INSERT 0 1"
