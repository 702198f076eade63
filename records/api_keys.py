"""Keys of the API: made, replaced, revoked, and known again by the hash of their secret. Real time throughout.

A secret is 256 random bits and is returned once; kept are its SHA-256 and how it begins.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from records.links import token_hash
from records.pool import Connection
from schemas.keys import Caller, KeySecret, KeyView, Scope

START = "jw_"
"""What every secret begins with, so that one is known for what it is wherever it turns up."""

SHOWN = len(START) + 8
USED_EVERY = timedelta(minutes=1)

CREATE = """
insert into api_keys (id, name, purpose, scopes, organisations, made_at) values ($1, $2, $3, $4, $5, $6)
"""

ADD = "insert into api_key_secrets (token_hash, key_id, prefix, made_at, expires_at) values ($1, $2, $3, $4, $5)"

LOCK = "select id from api_keys where id = $1 and revoked_at is null for update"
REVOKE = "update api_keys set revoked_at = $2 where id = $1 and revoked_at is null"
SHORTEN = "update api_key_secrets set expires_at = $2 where key_id = $1 and (expires_at is null or expires_at > $2)"

KNOWN = """
select k.id, k.purpose, k.scopes, k.organisations, s.used_at
from api_key_secrets s join api_keys k on k.id = s.key_id
where s.token_hash = $1 and k.revoked_at is null and (s.expires_at is null or s.expires_at > $2)
"""

USED = "update api_key_secrets set used_at = $2 where token_hash = $1 and (used_at is null or used_at < $2)"

BELOW = """
with recursive below (id, depth) as (
    select unnest($1::text[]), 0
    union
    select o.id, b.depth + 1 from below b join organisations o on o.parent_id = b.id where b.depth < 8
)
select array_agg(distinct id order by id) from below
"""

LIST = """
select k.*, coalesce(
    (
        select jsonb_agg(
            jsonb_build_object(
                'prefix', s.prefix, 'made_at', s.made_at, 'expires_at', s.expires_at, 'used_at', s.used_at
            )
            order by s.made_at desc, s.prefix
        )
        from api_key_secrets s where s.key_id = k.id
    ),
    '[]'
) as secrets
from api_keys k order by k.made_at, k.id
"""

UNKNOWN = "select id from unnest($1::text[]) as id where not exists (select from organisations o where o.id = id.id)"


async def create(
    conn: Connection,
    *,
    name: str,
    purpose: str,
    scopes: Sequence[Scope],
    organisations: Sequence[str] | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[str, str]:
    """Make a key; returns its id and its secret, which nobody can read again."""
    id_ = f"key-{secrets.token_hex(5)}"
    async with conn.transaction():
        limited = None if organisations is None else list(organisations)
        await conn.execute(CREATE, id_, name, purpose, [str(scope) for scope in scopes], limited, now)
        return id_, await _add(conn, id_, now, expires_at)


async def rotate(
    conn: Connection, id_: str, *, now: datetime, old_until: datetime, expires_at: datetime | None = None
) -> str | None:
    """A new secret for a key; those before end at `old_until`. None when there is no such key, or it is revoked."""
    async with conn.transaction():
        if await conn.fetchval(LOCK, id_) is None:
            return None
        await conn.execute(SHORTEN, id_, old_until)
        return await _add(conn, id_, now, expires_at)


async def revoke(conn: Connection, id_: str, now: datetime) -> bool:
    """Let a key open nothing any more; False when there is no such key, or it was revoked before."""
    return await conn.execute(REVOKE, id_, now) == "UPDATE 1"


async def every(conn: Connection) -> list[KeyView]:
    """All keys, oldest first."""
    return [
        KeyView(
            **{name: value for name, value in row.items() if name != "secrets"},
            secrets=tuple(KeySecret.model_validate(one) for one in row["secrets"]),
        )
        for row in await conn.fetch(LIST)
    ]


async def caller(conn: Connection, secret: str, now: datetime) -> Caller | None:
    """Whose secret this is, and that it was used; None when it opens nothing (any more)."""
    row = await conn.fetchrow(KNOWN, token_hash(secret), now)
    if row is None:
        return None
    if row["used_at"] is None or row["used_at"] < now - USED_EVERY:
        await conn.execute(USED, token_hash(secret), now)
    limited = None if row["organisations"] is None else await conn.fetchval(BELOW, row["organisations"])
    known = {scope.value for scope in Scope}
    return Caller(
        key_id=row["id"],
        purpose=row["purpose"],
        scopes=frozenset(Scope(one) for one in row["scopes"] if one in known),
        organisations=None if limited is None else tuple(limited),
    )


async def unknown_organisations(conn: Connection, ids: Sequence[str]) -> list[str]:
    """Those of these ids that are no school or district here."""
    return [row["id"] for row in await conn.fetch(UNKNOWN, list(ids))]


async def _add(conn: Connection, key_id: str, now: datetime, expires_at: datetime | None) -> str:
    secret = START + secrets.token_urlsafe(32)
    await conn.execute(ADD, token_hash(secret), key_id, secret[:SHOWN], now, expires_at)
    return secret
