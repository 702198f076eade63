"""Everything that is asked of one person, in whichever lifecycle: what is open, and what was sent lately."""

from pydantic import AwareDatetime

from records.kept import KEPT
from records.pool import Connection
from records.undelivered import SOURCE
from schemas.base import Frozen, LifecycleName
from schemas.vocabulary import RequestKind, Role

SENT_DAYS = 14
"""For so long (real time) an answer stays on the person's list."""


ABOUT = """
select lifecycle, lifecycle_id from links where person_id = $1
union select lifecycle, lifecycle_id from notifications where person_id = $1
"""
"""What somebody was mailed about: only there can something be asked of her."""


KEPT_ABOUT = " union all ".join(
    f"""
        select '{name}' as lifecycle, id, view->'requests' as requests, view->>'learner_id' as learner_id,
            view->>'host_id' as host_id, view->>'time_zone' as zone, view->>'program' as program
        from {kept.table}
        where cardinality(awaiting) > 0 and id in (select lifecycle_id from about where lifecycle = '{name}')
    """  # noqa: S608 - names of our own tables
    for name, kept in KEPT.items()
)

OPEN = f"""
with about as materialized ({ABOUT}), kept as materialized ({KEPT_ABOUT})
select kept.lifecycle, kept.id as lifecycle_id, r.value->>'id' as request_id,
    r.value->>'form' as form, r.value->>'kind' as kind, coalesce((r.value->>'number')::integer, 1) as number,
    coalesce(
        (
            select a.value->>'role' from jsonb_array_elements(r.value->'asked') with ordinality a (value, turn)
            where a.value->>'person_id' = $1 order by a.turn desc limit 1
        ),
        r.value->>'role'
    ) as role,
    kept.learner_id, kept.host_id, kept.program, kept.zone,
    jsonb_array_length(coalesce(r.value->'asked', '[]')) as sequence,
    (r.value->>'due_at')::timestamptz as due_at, coalesce((r.value->>'overdue')::boolean, false) as overdue,
    exists (
        select 1 from drafts d where d.lifecycle = kept.lifecycle and d.lifecycle_id = kept.id
            and d.request_id = r.value->>'id' and d.person_id = $1
    ) as saved
from kept cross join lateral jsonb_array_elements(kept.requests) r
where r.value->>'state' = 'open' and r.value->'holders' ? $1
    and not exists (
        select 1 from submissions s join inbox i on i.source = $2 and i.event_id = s.id
        where s.lifecycle = kept.lifecycle and s.lifecycle_id = kept.id
            and s.request_id = r.value->>'id' and i.status = 'accepted'
    )
"""  # noqa: S608 - made of constants; each view is unpacked once

SENT = f"""
select s.lifecycle, s.lifecycle_id, s.request_id, s.form, s.role, s.at, about.learner_id, about.host_id, about.zone
from submissions s join lateral (
    {
    " union all ".join(
        f"select view->>'learner_id' as learner_id, view->>'host_id' as host_id, view->>'time_zone' as zone "
        f"from {kept.table} where s.lifecycle = '{name}' and id = s.lifecycle_id"
        for name, kept in KEPT.items()
    )
}
) about on true
where s.person_id = $1 and s.received_at > now() - make_interval(days => $2)
order by s.received_at desc limit $3
"""  # noqa: S608 - names of our own tables


class OpenAsk(Frozen):
    """One form that is asked of the person. `due_at` is on the program's clock; `saved`: there is a draft of it.

    `sequence` grows with everything that is said to anybody about it.
    """

    lifecycle: LifecycleName
    lifecycle_id: str
    request_id: str
    form: str
    kind: RequestKind
    number: int
    role: Role
    learner_id: str | None
    host_id: str | None
    program: str
    zone: str
    sequence: int
    due_at: AwareDatetime | None
    overdue: bool
    saved: bool


class SentAnswer(Frozen):
    """One form that the person sent in. `at` is on the program's clock."""

    lifecycle: LifecycleName
    lifecycle_id: str
    request_id: str
    form: str
    role: Role
    at: AwareDatetime
    learner_id: str | None
    host_id: str | None
    zone: str


async def open_asks(conn: Connection, person_id: str, limit: int) -> list[OpenAsk]:
    """What is asked of a person and not answered, the most urgent first."""
    found = [OpenAsk(**dict(row.items())) for row in await conn.fetch(OPEN, person_id, SOURCE)]
    return sorted(found, key=_urgency)[:limit]


def _urgency(one: OpenAsk) -> tuple[bool, float, str, str]:
    return one.due_at is None, one.due_at.timestamp() if one.due_at else 0, one.lifecycle_id, one.request_id


async def sent_answers(conn: Connection, person_id: str, limit: int) -> list[SentAnswer]:
    """What a person sent in within the last `SENT_DAYS`, the newest first."""
    rows = await conn.fetch(SENT, person_id, SENT_DAYS, limit)
    return [SentAnswer(**dict(row.items())) for row in rows]
