"""Signing in without a password: mailed links that work once, sessions, and who asked how often. Real time throughout.

Of every secret only the SHA-256 is kept.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from records.links import token_hash
from records.pool import Connection

LINK_LIFE = timedelta(minutes=15)
SESSION_IDLE = timedelta(hours=2)
SESSION_LIFE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
WINDOW = timedelta(minutes=15)
FORGET = timedelta(days=1)

ASKED = "select count(*) from sign_in_asked where who = $1 and at > $2"
NOTE = "insert into sign_in_asked (who, at) values ($1, $2)"
FORGOTTEN = "delete from sign_in_asked where at < $1"

MINT = """
insert into sign_in_links (token_hash, person_id, next_path, minted_at, expires_at) values ($1, $2, $3, $4, $5)
"""

USE = """
update sign_in_links set used_at = $2
where token_hash = $1 and used_at is null and expires_at > $2
returning person_id, next_path
"""

BEGIN = """
insert into console_sessions (token_hash, person_id, began_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)
"""

OPEN = """
select person_id, seen_at from console_sessions
where token_hash = $1 and ended_at is null and expires_at > $2 and seen_at > $3
"""

SEEN = "update console_sessions set seen_at = $2 where token_hash = $1 and seen_at < $2"
END = "update console_sessions set ended_at = $2 where token_hash = $1 and ended_at is null"


class Used(NamedTuple):
    """Whom a link signs in, and the page they wanted."""

    person_id: str
    next_path: str


def counted_as(address: str | None) -> list[str]:
    """Under what it is counted how often somebody with this mail address asked: its hash, or nothing without one."""
    return [token_hash(address.strip().lower())] if address else []


async def may_ask(conn: Connection, who: str, now: datetime, *, at_most: int) -> bool:
    """Whether this address asked less than `at_most` times in a quarter of an hour; asking counts."""
    asked: int = await conn.fetchval(ASKED, token_hash(who), now - WINDOW)
    await conn.execute(FORGOTTEN, now - FORGET)
    await conn.execute(NOTE, token_hash(who), now)
    return asked < at_most


async def mint(conn: Connection, person_id: str, next_path: str, now: datetime) -> str:
    """A link's token for one person; returned this once."""
    token = secrets.token_urlsafe(32)
    await conn.execute(MINT, token_hash(token), person_id, next_path, now, now + LINK_LIFE)
    return token


async def use(conn: Connection, token: str, now: datetime) -> Used | None:
    """Use a link up; None when it was used, has expired or never was."""
    row = await conn.fetchrow(USE, token_hash(token), now)
    return Used(row["person_id"], row["next_path"]) if row else None


async def begin(conn: Connection, person_id: str, now: datetime) -> str:
    """A new session's token, for a cookie."""
    token = secrets.token_urlsafe(32)
    await conn.execute(BEGIN, token_hash(token), person_id, now, now + SESSION_LIFE)
    return token


async def signed_in(conn: Connection, token: str, now: datetime) -> str | None:
    """Whose session it is, and that it was seen; None when it has ended, was idle too long or never was."""
    row = await conn.fetchrow(OPEN, token_hash(token), now, now - SESSION_IDLE)
    if row is None:
        return None
    if row["seen_at"] < now - SEEN_EVERY:
        await conn.execute(SEEN, token_hash(token), now)
    return row["person_id"]


async def end(conn: Connection, token: str, now: datetime) -> None:
    """Sign out."""
    await conn.execute(END, token_hash(token), now)
