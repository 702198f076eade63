"""The figures behind the season's pictures, of the placements in sight: all through `records.caseload.VISIBLE`."""

from typing import NamedTuple

from records.caseload import VISIBLE, scope
from records.pool import Connection
from schemas.console import Staff

STAGES = ("proposed", "offered", "matched", "ready", "active", "ended", "completed")
"""How far a placement may come, in order."""

REACHED = f"""
with {VISIBLE}, mine as (select id from visible where $3::text is null or program = $3)
select stage, count(distinct id) as n from (
    select 'proposed' as stage, id from mine
    union all
    select case e.type
            when 'offer.made' then 'offered'
            when 'offer.accepted' then 'matched'
            when 'placement.ready' then 'ready'
            when 'placement.activated' then 'active'
            when 'placement.ended' then 'ended'
            else 'completed'
        end, e.id
    from lifecycle_events e join mine on mine.id = e.id
    where e.lifecycle = 'placement' and e.type in (
        'offer.made', 'offer.accepted', 'placement.ready', 'placement.activated', 'placement.ended',
        'placement.completed', 'placement.completed_evaluation_not_provided'
    )
) as reached
group by stage
"""  # noqa: S608 - made of constants

OVERDUE = f"""
with {VISIBLE}
select request->>'role' as role, count(*) as n
from visible v
join placements kept on kept.id = v.id
cross join lateral jsonb_array_elements(kept.view->'requests') as request
where v.overdue and ($3::text is null or v.program = $3)
    and request->>'state' = 'open' and (request->>'overdue')::boolean
group by 1 order by 2 desc, 1
"""  # noqa: S608 - made of constants

RESPONSES = f"""
with {VISIBLE}, asked as (
    select lifecycle_id, request_id, min(minted_at) as at from links
    where lifecycle = 'placement' group by lifecycle_id, request_id
)
select s.role, count(*) as n,
    percentile_cont(0.5) within group (order by extract(epoch from s.at - a.at)::float8 / 86400) as median,
    percentile_cont(0.9) within group (order by extract(epoch from s.at - a.at)::float8 / 86400) as slow
from submissions s
join visible v on v.id = s.lifecycle_id
join asked a on a.lifecycle_id = s.lifecycle_id and a.request_id = s.request_id
where s.lifecycle = 'placement' and s.at >= a.at and ($3::text is null or v.program = $3)
group by s.role order by median desc, s.role
"""  # noqa: S608 - made of constants

OF_THE_JOB = "job"
"""Stands for the skills that were chosen for one job, which differ from placement to placement."""

SKILLS = f"""
with {VISIBLE}
select case when starts_with(first.skill, 'job_') then '{OF_THE_JOB}' else first.skill end as skill,
    count(distinct first.placement_id) as n, avg(first.rating)::float as first, avg(last.rating)::float as last
from assessments first
join assessments last
    on last.placement_id = first.placement_id and last.skill = first.skill and last.occasion = 'final'
join visible v on v.id = first.placement_id
where first.occasion = 'baseline' and ($3::text is null or v.program = $3)
group by 1 order by n desc, 1 limit 40
"""  # noqa: S608 - made of constants

HOSTS = f"""
with {VISIBLE}
select coalesce(h.name, v.host_id) as name, count(*) as n, count(distinct extract(year from v.start_on)) as seasons
from visible v left join hosts h on h.id = v.host_id
where $3::text is null or v.program = $3
group by 1 order by n desc, 1
"""  # noqa: S608 - made of constants


WIDE = "set local enable_nestloop = off"
"""These go through nearly everything, and the planner takes what is in sight for little."""


class Answered(NamedTuple):
    """How long answers of one role take, in days from the first link to the answer: half of them, nine of ten."""

    role: str
    n: int
    median: float
    slow: float


class Skill(NamedTuple):
    """Mean ratings of one skill, or of all of the job, over the `n` learners who were rated in it first and last."""

    skill: str
    n: int
    first: float
    last: float


class HostSeasons(NamedTuple):
    """A host with how many placements it has, and in how many years."""

    name: str
    n: int
    seasons: int


class Season(NamedTuple):
    """Everything that is drawn. `reached` has every stage in order, `overdue` the roles that are awaited."""

    reached: list[tuple[str, int]]
    overdue: list[tuple[str, int]]
    answered: list[Answered]
    skills: list[Skill]
    hosts: list[HostSeasons]


async def season(conn: Connection, staff: Staff, program: str | None) -> Season:
    """The season of the placements in sight, of one program or of all. Call within `caseload.looking`."""
    await conn.execute(WIDE)
    given = (*scope(staff), program)
    reached = {row["stage"]: row["n"] for row in await conn.fetch(REACHED, *given)}
    return Season(
        reached=[(stage, reached.get(stage, 0)) for stage in STAGES],
        overdue=[(row["role"], row["n"]) for row in await conn.fetch(OVERDUE, *given)],
        answered=[Answered(*row.values()) for row in await conn.fetch(RESPONSES, *given)],
        skills=[Skill(*row.values()) for row in await conn.fetch(SKILLS, *given)],
        hosts=[HostSeasons(*row.values()) for row in await conn.fetch(HOSTS, *given)],
    )
