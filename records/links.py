"""Secret links: 256 random bits for one person and one request, of which only the SHA-256 is kept."""

import hashlib
import secrets
from datetime import datetime
from typing import NamedTuple

from pydantic import AwareDatetime

from records.kept import KEPT
from records.pool import Connection
from schemas.base import Frozen, LifecycleName
from schemas.views import CaseView
from schemas.vocabulary import Role

MINT = """
insert into links (
    token_hash, lifecycle, lifecycle_id, request_id, person_id, role, notification_key, minted_at, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

VIEW = " ".join(
    f"when '{name}' then (select view from {kept.table} where id = lifecycle_id)"  # noqa: S608 - our own tables
    for name, kept in KEPT.items()
)

FIND = f"""
select lifecycle, lifecycle_id, request_id, person_id, role, minted_at, expires_at, revoked_at,
    case lifecycle {VIEW} end as view
from links where token_hash = $1
"""  # noqa: S608 - made of constants

REVOKE = """
update links set revoked_at = now()
where lifecycle = $1 and lifecycle_id = $2 and request_id = $3 and ($4::text is null or person_id = $4)
    and revoked_at is null
"""

REVOKED_BEFORE = """
insert into link_revocations (key, lifecycle, lifecycle_id, request_id, person_id) values ($1, $2, $3, $4, $5)
on conflict do nothing
"""


class Link(Frozen):
    """What a token opens. `minted_at` and `expires_at` are on the program's clock, `revoked_at` is real time."""

    lifecycle: LifecycleName
    lifecycle_id: str
    request_id: str
    person_id: str
    role: Role
    minted_at: AwareDatetime
    expires_at: AwareDatetime
    revoked_at: AwareDatetime | None


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def mint(
    conn: Connection,
    *,
    lifecycle: LifecycleName,
    lifecycle_id: str,
    request_id: str,
    person_id: str,
    role: Role,
    now_program: datetime,
    expires_at: datetime,
    notification_key: str,
) -> str:
    """Make a link's token. It is returned this once; instants are aware, on the program's clock."""
    token = secrets.token_urlsafe(32)
    await conn.execute(
        MINT,
        token_hash(token),
        lifecycle,
        lifecycle_id,
        request_id,
        person_id,
        role,
        notification_key,
        now_program,
        expires_at,
    )
    return token


class Found(NamedTuple):
    """What a token opens, and the newest recorded view of the lifecycle that it is about."""

    link: Link
    view: CaseView | None


async def find(conn: Connection, token: str) -> Found | None:
    """What a token opens, expired or revoked ones included; None for a token that was never made."""
    row = await conn.fetchrow(FIND, token_hash(token))
    if row is None:
        return None
    link, view = dict(row.items()), row["view"]
    del link["view"]
    return Found(Link(**link), KEPT[link["lifecycle"]].view.model_validate(view) if view else None)


async def revoke(
    conn: Connection,
    lifecycle: LifecycleName,
    lifecycle_id: str,
    request_id: str,
    person_id: str | None = None,
    *,
    key: str | None = None,
) -> int:
    """End the live links of a request, one person's or everybody's; returns how many.

    With a `key` it takes place once: a repeat must not end links that were mailed since.
    """
    async with conn.transaction():
        if key is not None:
            tag = await conn.execute(REVOKED_BEFORE, key, lifecycle, lifecycle_id, request_id, person_id)
            if tag == "INSERT 0 0":
                return 0
        tag = await conn.execute(REVOKE, lifecycle, lifecycle_id, request_id, person_id)
    return int(tag.rpartition(" ")[2])
