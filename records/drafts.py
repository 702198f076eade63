"""What people have typed and not sent yet: one draft for each person and request, whichever link they came by."""

from typing import NamedTuple

from pydantic import AwareDatetime

from records.pool import Connection
from schemas.base import LifecycleName
from schemas.directory import Personal

KEPT_DAYS = 90
"""A draft that nobody went on with is forgotten after so many days (real time)."""

SAVE = """
with forgotten as (
    delete from drafts
    where saved_at < now() - make_interval(days => $7)
        and (lifecycle, lifecycle_id, request_id, person_id) <> ($1, $2, $3, $4)
)
insert into drafts (lifecycle, lifecycle_id, request_id, person_id, answers, at) values ($1, $2, $3, $4, $5, $6)
on conflict (lifecycle, lifecycle_id, request_id, person_id)
do update set answers = excluded.answers, at = excluded.at, saved_at = now()
"""

GET = """
select answers, at from drafts where lifecycle = $1 and lifecycle_id = $2 and request_id = $3 and person_id = $4
"""

END = "delete from drafts where lifecycle = $1 and lifecycle_id = $2 and request_id = $3"


class Matter(NamedTuple):
    """Which request of which lifecycle."""

    lifecycle: LifecycleName
    lifecycle_id: str
    request_id: str


class Draft(Personal):
    """Raw values by name of control, as they were typed. `at` is on the program's clock."""

    answers: dict[str, str]
    at: AwareDatetime


async def save(conn: Connection, matter: Matter, person_id: str, answers: dict[str, str], at: AwareDatetime) -> None:
    """Keep a person's draft in place of the one before, and forget those that are older than `KEPT_DAYS`."""
    await conn.execute(SAVE, *matter, person_id, answers, at, KEPT_DAYS)


async def get(conn: Connection, matter: Matter, person_id: str) -> Draft | None:
    """A person's draft, or None."""
    row = await conn.fetchrow(GET, *matter, person_id)
    return Draft(**dict(row.items())) if row else None


async def end(conn: Connection, matter: Matter) -> None:
    """The request is answered: nobody's draft of it is needed any more."""
    await conn.execute(END, *matter)
