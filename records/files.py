"""Scans and photographs that come with a form: their content stays here, and only their id is an answer."""

import hashlib
from collections.abc import Collection, Iterable

from pydantic import AwareDatetime

from records.drafts import Matter
from records.pool import Connection
from schemas.base import LifecycleName
from schemas.directory import Personal
from schemas.form_fields import FileKind

KEPT_DAYS = 90
"""A file whose form was never sent is forgotten after so many days (real time)."""

SAVE = """
insert into form_files (id, lifecycle, lifecycle_id, request_id, person_id, field, kind, content)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing
"""

FORGET_OTHERS = """
delete from form_files where submission_id is null and (
    uploaded_at < now() - make_interval(days => $7)
    or lifecycle = $2 and lifecycle_id = $3 and request_id = $4 and person_id = $5 and field = $6 and id <> $1
)
"""

KNOWN = """
select id from form_files
where lifecycle = $1 and lifecycle_id = $2 and request_id = $3 and person_id = $4 and id = any($5)
"""

HAND_IN = "update form_files set submission_id = $2 where id = any($1)"

HANDED_IN = """
select id, request_id, person_id, field, kind, octet_length(content) as size, encode(sha256, 'hex') as sha256,
    submission_id, uploaded_at
from form_files where lifecycle = $1 and lifecycle_id = $2 and submission_id is not null order by uploaded_at, id
"""

CONTENT = """
select kind, content from form_files
where lifecycle = $1 and lifecycle_id = $2 and id = $3 and submission_id is not null
"""


class KeptFile(Personal):
    """A file that was handed in, without its content. `size` in bytes; `sha256` in hexadecimal digits."""

    id: str
    request_id: str
    person_id: str
    field: str
    kind: FileKind
    size: int
    sha256: str
    submission_id: str
    uploaded_at: AwareDatetime


async def save(conn: Connection, matter: Matter, person_id: str, *, field: str, kind: FileKind, content: bytes) -> str:
    """Keep a chosen file in place of the one chosen before for this field, and give its id.

    The same content chosen again has the same id. Raises asyncpg's CheckViolationError when it is empty or too large.
    """
    about, id_ = (*matter, person_id, field), id_of(matter, person_id, field, content)
    async with conn.transaction():
        await conn.execute(SAVE, id_, *about, kind, content)
        await conn.execute(FORGET_OTHERS, id_, *about, KEPT_DAYS)
    return id_


def id_of(matter: Matter, person_id: str, field: str, content: bytes) -> str:
    """The id under which a person's file for a field is kept: the same content has the same one."""
    about = "\0".join((*matter, person_id, field))
    return f"f-{hashlib.sha256(about.encode() + bytes(1) + content).hexdigest()[:32]}"


async def known(conn: Connection, matter: Matter, person_id: str, ids: Iterable[str]) -> set[str]:
    """Which of these ids are files that this person chose for this request."""
    return {row["id"] for row in await conn.fetch(KNOWN, *matter, person_id, list(ids))}


async def hand_in(conn: Connection, ids: Collection[str], submission_id: str) -> None:
    """The form with these files was sent."""
    if ids:
        await conn.execute(HAND_IN, list(ids), submission_id)


async def handed_in(conn: Connection, lifecycle: LifecycleName, lifecycle_id: str) -> list[KeptFile]:
    """The files that were handed in with a lifecycle's forms, oldest first."""
    rows = await conn.fetch(HANDED_IN, lifecycle, lifecycle_id)
    return [KeptFile(**dict(row.items())) for row in rows]


async def content(
    conn: Connection, lifecycle: LifecycleName, lifecycle_id: str, id_: str
) -> tuple[FileKind, bytes] | None:
    """The kind and content of a file that was handed in with a form of this lifecycle, or None."""
    row = await conn.fetchrow(CONTENT, lifecycle, lifecycle_id, id_)
    return (row["kind"], row["content"]) if row else None
