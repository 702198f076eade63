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
