"""What people sent in: the answers stay here, only their id travels."""

from collections.abc import Collection
from typing import Any

from pydantic import AwareDatetime

from records.pool import Connection
from schemas.base import LifecycleName
from schemas.directory import Language, Personal
from schemas.vocabulary import Role

SAVE = """
insert into submissions (
    id, lifecycle, lifecycle_id, request_id, person_id, role, form, language, answers, decision, at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (id) do nothing
"""

GET = """
select id, lifecycle, lifecycle_id, request_id, person_id, role, form, language, answers, decision, at, received_at
from submissions where id = any($1)
"""


LIKE = """
select s.answers, coalesce(p.view->>'learner_id', i.view->>'learner_id') as learner_id,
    coalesce(p.host_id, i.host_id, o.host_id, h.host_id) as host_id
from submissions s
left join placements p on s.lifecycle = 'placement' and p.id = s.lifecycle_id
left join incidents i on s.lifecycle = 'incident' and i.id = s.lifecycle_id
left join opportunities o on s.lifecycle = 'opportunity' and o.id = s.lifecycle_id
left join partnerships h on s.lifecycle = 'partnership' and h.id = s.lifecycle_id
where s.person_id = $1 and s.received_at > now() - make_interval(days => $2)
    and s.form = $3 and s.lifecycle = $4 and s.lifecycle_id <> $5
order by s.received_at desc limit 1
"""

LIKE_DAYS = 60
"""For so long (real time) an answer can be taken over into another one."""


class Submission(Personal):
    """One form sent in. `form` is its pin, `id@version`; `at` is on the program's clock, `received_at` real time.

    Whether the lifecycle took it says the inbox row (source `/forms`, event id = `id`).
    """

    id: str
    lifecycle: LifecycleName
    lifecycle_id: str
    request_id: str
    person_id: str
    role: Role
    form: str
    language: Language
    answers: dict[str, Any]
    decision: str | None
    at: AwareDatetime
    received_at: AwareDatetime


class Before(Personal):
    """An answer that a person gave to the same form before, and whom it was about."""

    answers: dict[str, Any]
    learner_id: str | None
    host_id: str | None


async def newest_like(
    conn: Connection, form: str, person_id: str, matter: tuple[LifecycleName, str, str]
) -> Before | None:
    """Her newest answer of the last `LIKE_DAYS` to the same version of a form, about another lifecycle of the kind."""
    row = await conn.fetchrow(LIKE, person_id, LIKE_DAYS, form, matter[0], matter[1])
    return Before(**dict(row.items())) if row else None


async def save(
    conn: Connection,
    *,
    id: str,  # noqa: A002 - the column's name
    lifecycle: LifecycleName,
    lifecycle_id: str,
    request_id: str,
    person_id: str,
    role: Role,
    form: str,
    language: Language,
    answers: dict[str, Any],
    decision: str | None,
    at: AwareDatetime,
) -> bool:
    """Keep a submission; False when this id is kept already (then nothing changes). `answers` are typed and checked."""
    about = (lifecycle, lifecycle_id, request_id, person_id, role)
    tag = await conn.execute(SAVE, id, *about, form, language, answers, decision, at)
    return tag == "INSERT 0 1"


async def get(conn: Connection, id_: str) -> Submission | None:
    """One submission, or None."""
    return (await every(conn, [id_])).get(id_)


async def every(conn: Connection, ids: Collection[str]) -> dict[str, Submission]:
    """Submissions by their id; what is not kept is left out."""
    rows = await conn.fetch(GET, list(ids))
    return {row["id"]: Submission(**dict(row.items())) for row in rows}
