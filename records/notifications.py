"""Every message to a person under its business key: claimed, sent, marked. One key is sent once, to one Message-ID.

A key is one of its kind within its lifecycle.
"""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from records.pool import Connection
from schemas.base import Frozen, LifecycleName
from schemas.vocabulary import Role

Outcome = Literal["sent", "skipped", "bounced", "deferred", "held"]
Unsent = Literal["held", "deferred"]
"""Nothing was tried yet, or it came to nothing so far."""

CLAIM = """
insert into notifications as kept (
    lifecycle, key, lifecycle_id, request_id, person_id, role, message, message_id, first_claimed_at, claimed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
on conflict (lifecycle, key) do update set
    tries = kept.tries + (kept.finished_at is null)::integer,
    claimed_at = case when kept.finished_at is null then $9 else kept.claimed_at end
returning outcome, reason, message_id, tries, first_claimed_at, held_until, finished_at is not null as is_finished,
    finished_at is null and not_before is not null as waits
"""

MARK = """
update notifications set outcome = $3, reason = $4, at = $5,
    finished_at = case when $3 = 'deferred' then null else now() end
where lifecycle = $1 and key = $2 and finished_at is null
"""

HOLD = """
update notifications set outcome = $3, reason = $4, at = $5, held_until = $6, not_before = $7
where lifecycle = $1 and key = $2 and finished_at is null
"""

ABOUT = """
select key, request_id, person_id, role, message, outcome, reason, tries, at, held_until from notifications
where lifecycle = $1 and lifecycle_id = $2 and outcome is not null
order by at, first_claimed_at, key
"""


class Claim(Frozen):
    """Where a message stands. `outcome` is final when `is_finished`; then it must not be sent again.

    `message_id` is the one of the first claim; `first_claimed_at` is real time. When it `waits`, the worker sends it by
    itself, the first time at `held_until` (program's clock).
    """

    outcome: Outcome | None
    reason: str | None
    message_id: str
    tries: int
    first_claimed_at: AwareDatetime
    held_until: AwareDatetime | None = None
    is_finished: bool
    waits: bool = False


class Notification(Frozen):
    """What became of one message; `at` and `held_until` are on the program's clock. `deferred` ones are tried again."""

    key: str
    request_id: str | None
    person_id: str
    role: Role
    message: str
    outcome: Outcome
    reason: str | None
    tries: int
    at: AwareDatetime
    held_until: AwareDatetime | None = None


async def claim(
    conn: Connection,
    lifecycle: LifecycleName,
    key: str,
    *,
    lifecycle_id: str,
    request_id: str | None,
    person_id: str,
    role: Role,
    message: str,
    message_id: str,
    now: datetime,
) -> Claim:
    """Say that the message is about to be sent, and learn whether that is still needed. `now` is real time."""
    whom = (lifecycle_id, request_id, person_id, role)
    row = await conn.fetchrow(CLAIM, lifecycle, key, *whom, message, message_id, now)
    if row is None:
        raise LookupError(f"notifications: {key} could not be claimed")
    return Claim(**dict(row.items()))


async def mark(
    conn: Connection,
    lifecycle: LifecycleName,
    key: str,
    outcome: Outcome,
    *,
    reason: str | None = None,
    at: datetime,
) -> None:
    """Say what became of it, at a program instant. All but `deferred` are final; a final outcome is never changed."""
    await conn.execute(MARK, lifecycle, key, outcome, reason, at)


async def hold(
    conn: Connection,
    lifecycle: LifecycleName,
    key: str,
    reason: str,
    *,
    outcome: Unsent = "held",
    at: datetime,
    until: datetime,
    not_before: datetime,
) -> None:
    """Leave a message to the worker, which sends it at the real instant `not_before`; `until` is the program's."""
    await conn.execute(HOLD, lifecycle, key, outcome, reason, at, until, not_before)


async def about(conn: Connection, lifecycle: LifecycleName, lifecycle_id: str) -> list[Notification]:
    """Every message about a lifecycle whose outcome is known, in the order of time."""
    rows = await conn.fetch(ABOUT, lifecycle, lifecycle_id)
    return [Notification(**dict(row.items())) for row in rows]
