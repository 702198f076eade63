"""Messages that wait for the worker to send them: whose turn it is, who sends to whom, and what came of it.

Only one worker at a time sends to a person: it holds an advisory lock on one connection, which Postgres lets go when
the worker dies. Instants are real time unless it says otherwise.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import AwareDatetime

from records.notifications import Outcome
from records.pool import Connection
from schemas.base import Frozen, LifecycleName
from schemas.effects import Message
from schemas.vocabulary import Role

CHANNEL = "outbox"
"""Notified when a message waits until a time, or a bounce is still to be told."""

LOCK = "select pg_try_advisory_lock(hashtextextended($1, 1))"
UNLOCK = "select pg_advisory_unlock(hashtextextended($1, 1))"

READERS = """
select person_id from notifications
where finished_at is null and not_before <= $1 and person_id <> all($2::text[])
group by person_id order by min(not_before) limit $3
"""

NEXT = """
select min(not_before) from notifications where finished_at is null and person_id <> all($1::text[])
"""

OF = """
select lifecycle, key, lifecycle_id, request_id, person_id, role, message, message_id, outcome, reason, tries, digest,
    case when outcome = 'held' then $2 else first_claimed_at end as tried_since
from notifications
where person_id = $1 and finished_at is null and not_before <= $2
order by first_claimed_at, key
"""

SHARE = """
update notifications set digest = $2
where (lifecycle, key) in (select * from unnest($1::text[], $3::text[])) and finished_at is null
"""

TRIED = """
update notifications set tries = tries + (outcome <> 'held')::integer, first_claimed_at = $3, outcome = 'deferred',
    claimed_at = $4
where lifecycle = $1 and key = $2 and finished_at is null
"""

FINISH = """
update notifications set outcome = $3, reason = $4, at = $5, untold = $6, finished_at = now()
where lifecycle = $1 and key = $2 and finished_at is null
"""

LATER = """
update notifications set outcome = 'deferred', reason = $3, at = $4, not_before = $5
where lifecycle = $1 and key = $2 and finished_at is null
"""

POSTPONE = """
update notifications set not_before = $3 where person_id = $1 and finished_at is null and not_before <= $2
"""

UNTOLD = """
select lifecycle, key, lifecycle_id, request_id, person_id from notifications
where untold and request_id is not null and finished_at is not null order by finished_at limit $1
"""

TOLD = "update notifications set untold = false where lifecycle = $1 and key = $2"


class Waiting(Frozen):
    """One message whose time has come; `tried_since` is when it was first tried, `digest` the mail that it shares."""

    lifecycle: LifecycleName
    key: str
    lifecycle_id: str
    request_id: str | None
    person_id: str
    role: Role
    message: Message
    message_id: str
    outcome: Outcome
    reason: str | None
    tries: int
    digest: str | None
    tried_since: AwareDatetime


class Untold(Frozen):
    """A bounce of which its lifecycle has not heard yet."""

    lifecycle: LifecycleName
    key: str
    lifecycle_id: str
    request_id: str
    person_id: str


async def readers(conn: Connection, now: datetime, *, but: Collection[str], limit: int) -> list[str]:
    """For whom a message's time has come, the longest waiting first; not those in `but`."""
    rows = await conn.fetch(READERS, now, list(but), limit)
    return [row["person_id"] for row in rows]


async def next_due(conn: Connection, *, but: Collection[str]) -> datetime | None:
    """When the next message's time comes, or came; not those of people in `but`. None: nothing waits."""
    return await conn.fetchval(NEXT, list(but))


async def lock(conn: Connection, person_id: str) -> bool:
    """Whether this connection's owner may send to that person now."""
    return bool(await conn.fetchval(LOCK, f"outbox/{person_id}"))


async def unlock(conn: Connection, person_id: str) -> None:
    """Let others send to that person."""
    await conn.execute(UNLOCK, f"outbox/{person_id}")


async def waiting(conn: Connection, person_id: str, now: datetime) -> list[Waiting]:
    """The messages for one person whose time has come, in the order they came up."""
    rows = await conn.fetch(OF, person_id, now)
    return [Waiting(**dict(row.items())) for row in rows]


async def share(conn: Connection, messages: Sequence[Waiting], message_id: str) -> None:
    """Say that these messages are one mail, before it is sent: a crash then repeats the same Message-ID."""
    await conn.execute(SHARE, [one.lifecycle for one in messages], message_id, [one.key for one in messages])


async def tried(conn: Connection, message: Waiting, now: datetime) -> None:
    """Say that a message is about to be sent."""
    await conn.execute(TRIED, message.lifecycle, message.key, message.tried_since, now)


async def finish(
    conn: Connection,
    lifecycle: LifecycleName,
    key: str,
    outcome: Outcome,
    reason: str | None,
    *,
    at: datetime,
    untold: bool = False,
) -> None:
    """Say what became of a message at a program instant, for good; `untold`: its lifecycle must still hear of it."""
    await conn.execute(FINISH, lifecycle, key, outcome, reason, at, untold)


async def later(
    conn: Connection, lifecycle: LifecycleName, key: str, reason: str, *, at: datetime, not_before: datetime
) -> None:
    """Let a message wait for another try."""
    await conn.execute(LATER, lifecycle, key, reason, at, not_before)


async def postpone(conn: Connection, person_id: str, now: datetime, not_before: datetime) -> None:
    """Leave a person's messages alone for a while: something about them fails."""
    await conn.execute(POSTPONE, person_id, now, not_before)


async def untold(conn: Connection, limit: int = 50) -> list[Untold]:
    """The bounces of which their lifecycles have not heard, the oldest first."""
    rows = await conn.fetch(UNTOLD, limit)
    return [Untold(**dict(row.items())) for row in rows]


async def told(conn: Connection, lifecycle: LifecycleName, key: str) -> None:
    """The lifecycle has heard of it."""
    await conn.execute(TOLD, lifecycle, key)
