"""Whom somebody named who was asked and is not the one to answer: the words stay here, only their id travels."""

from pydantic import AwareDatetime

from records.drafts import Matter
from records.pool import Connection
from schemas.base import LifecycleName
from schemas.directory import Personal
from schemas.vocabulary import DisclaimReason, Role

SAVE = """
insert into referrals (
    id, lifecycle, lifecycle_id, request_id, person_id, role, reason, name, email, note, at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (id) do nothing
"""

COLUMNS = "id, lifecycle, lifecycle_id, request_id, person_id, role, reason, name, email, note, at"

GET = f"select {COLUMNS} from referrals where id = $1"  # noqa: S608 - the columns are a constant of this module

NEWEST = f"""
select {COLUMNS}
from referrals where lifecycle = $1 and lifecycle_id = $2 and request_id = $3
order by received_at desc limit 1
"""  # noqa: S608 - as above


class Referral(Personal):
    """What one person said; what they left out is empty. `at` is on the program's clock."""

    id: str
    lifecycle: LifecycleName
    lifecycle_id: str
    request_id: str
    person_id: str
    role: Role
    reason: DisclaimReason
    name: str = ""
    email: str = ""
    note: str = ""
    at: AwareDatetime


async def save(conn: Connection, said: Referral) -> None:
    """Keep it; the same one again changes nothing."""
    about = (said.lifecycle, said.lifecycle_id, said.request_id)
    await conn.execute(
        SAVE, said.id, *about, said.person_id, said.role, said.reason, said.name, said.email, said.note, said.at
    )


async def get(conn: Connection, id_: str) -> Referral | None:
    """What was said under an id, or None."""
    row = await conn.fetchrow(GET, id_)
    return Referral(**dict(row.items())) if row else None


async def newest(conn: Connection, matter: Matter) -> Referral | None:
    """What was said last about a request, or None."""
    row = await conn.fetchrow(NEWEST, *matter)
    return Referral(**dict(row.items())) if row else None
