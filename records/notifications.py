"""Every message to a person under its business key: claimed, sent, marked. One key is sent once, to one Message-ID."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from records.pool import Connection
from schemas.base import Frozen
from schemas.vocabulary import Role

Outcome = Literal["sent", "skipped", "bounced", "deferred"]

CLAIM = """
insert into notifications as kept (
    key, placement_id, request_id, person_id, role, message, message_id, first_claimed_at, claimed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
on conflict (key) do update set
    tries = kept.tries + (kept.finished_at is null)::integer,
    claimed_at = case when kept.finished_at is null then $8 else kept.claimed_at end
returning outcome, reason, message_id, tries, first_claimed_at, finished_at is not null as is_finished
"""

MARK = """
update notifications set outcome = $2, reason = $3, at = $4,
    finished_at = case when $2 = 'deferred' then null else now() end
where key = $1 and finished_at is null
"""

OF_PLACEMENT = """
select key, request_id, person_id, role, message, outcome, reason, tries, at from notifications
where placement_id = $1 and outcome is not null
order by at, first_claimed_at, key
"""


class Claim(Frozen):
    """Where a message stands. `outcome` is final when `is_finished`; then it must not be sent again.

    `message_id` is the one of the first claim; `first_claimed_at` is real time.
    """

    outcome: Outcome | None
    reason: str | None
    message_id: str
    tries: int
    first_claimed_at: AwareDatetime
    is_finished: bool


class Notification(Frozen):
    """What became of one message; `at` is on the program's clock. `deferred` ones are tried again."""

    key: str
    request_id: str | None
    person_id: str
    role: Role
    message: str
    outcome: Outcome
    reason: str | None
    tries: int
    at: AwareDatetime


async def claim(
    conn: Connection,
    key: str,
    *,
    placement_id: str,
    request_id: str | None,
    person_id: str,
    role: Role,
    message: str,
    message_id: str,
    now: datetime,
) -> Claim:
    """Say that the message is about to be sent, and learn whether that is still needed. `now` is real time."""
    row = await conn.fetchrow(CLAIM, key, placement_id, request_id, person_id, role, message, message_id, now)
    if row is None:
        raise LookupError(f"notifications: {key} could not be claimed")
    return Claim(**dict(row.items()))


async def mark(conn: Connection, key: str, outcome: Outcome, *, reason: str | None = None, at: datetime) -> None:
    """Say what became of it, at a program instant. All but `deferred` are final; a final outcome is never changed."""
    await conn.execute(MARK, key, outcome, reason, at)


async def of_placement(conn: Connection, placement_id: str) -> list[Notification]:
    """Every message about a placement whose outcome is known, in the order of time."""
    rows = await conn.fetch(OF_PLACEMENT, placement_id)
    return [Notification(**dict(row.items())) for row in rows]
