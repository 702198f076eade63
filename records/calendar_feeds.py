"""A person's calendar: the secret address it is fetched at (only the SHA-256 is kept), and the visits in it."""

import secrets
from datetime import date

from pydantic import AwareDatetime

from records.asked import ABOUT
from records.links import token_hash
from records.pool import Connection
from schemas.base import Frozen
from schemas.vocabulary import RequestKind, Role

MINT = "insert into calendar_feeds (token_hash, person_id, role, minted_at) values ($1, $2, $3, $4)"
FIND = "select person_id, role, minted_at from calendar_feeds where token_hash = $1 and revoked_at is null"
HAS = "select exists (select 1 from calendar_feeds where person_id = $1 and role = any($2) and revoked_at is null)"
REVOKE = """
update calendar_feeds set revoked_at = $3 where person_id = $1 and role = any($2) and revoked_at is null
"""

VISITS = f"""
with about as ({ABOUT}), kept as materialized (
    select id, view->'requests' as requests, view->'team'->>'worksite_supervisor' as supervisor,
        view->>'learner_id' as learner_id, view->>'host_id' as host_id, view->>'program' as program
    from placements
    where cardinality(awaiting) > 0 and id in (select lifecycle_id from about where lifecycle = 'placement')
)
select kept.id as lifecycle_id, r.value->>'id' as request_id, r.value->>'kind' as kind,
    (r.value->>'visit_on')::date as day, jsonb_array_length(r.value->'asked') as sequence,
    case when kept.supervisor = $1 then 'worksite_supervisor' else r.value->>'role' end as role,
    kept.learner_id, kept.host_id, kept.program
from kept cross join lateral jsonb_array_elements(kept.requests) r
where r.value->>'state' = 'open' and r.value->>'visit_on' is not null
    and (kept.supervisor = $1 or r.value->'holders' ? $1)
order by day, lifecycle_id, request_id
"""  # noqa: S608 - made of constants


class Feed(Frozen):
    """Whose calendar a token opens, and as whom they were written to. `minted_at` is real time."""

    person_id: str
    role: Role
    minted_at: AwareDatetime


class Visit(Frozen):
    """A day agreed for a visit; `sequence` grows when it moves."""

    lifecycle_id: str
    request_id: str
    kind: RequestKind
    day: date
    sequence: int
    role: Role
    learner_id: str | None
    host_id: str | None
    program: str


async def mint(conn: Connection, person_id: str, role: Role, at: AwareDatetime) -> str:
    """Make a feed's token. It is returned this once."""
    token = secrets.token_urlsafe(32)
    await conn.execute(MINT, token_hash(token), person_id, role, at)
    return token


async def find(conn: Connection, token: str) -> Feed | None:
    """Whose calendar a token opens; None for one that was revoked or never made."""
    row = await conn.fetchrow(FIND, token_hash(token))
    return Feed(**dict(row.items())) if row else None


async def has(conn: Connection, person_id: str, roles: list[Role]) -> bool:
    """Whether a person has a feed that works, in one of these roles."""
    return bool(await conn.fetchval(HAS, person_id, roles))


async def revoke(conn: Connection, person_id: str, roles: list[Role], at: AwareDatetime) -> None:
    """End a person's feeds in these roles."""
    await conn.execute(REVOKE, person_id, roles, at)


async def visits(conn: Connection, person_id: str) -> list[Visit]:
    """The visits that a person makes, or gets at the worksite, the earliest first."""
    return [Visit(**dict(row.items())) for row in await conn.fetch(VISITS, person_id)]
