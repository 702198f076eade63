"""What came in: kept before anything else happens, delivered in order of arrival until the outcome is known."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime, Field

from records.pool import Connection, Row
from schemas.acts import Answer, Delivery
from schemas.base import Frozen, LifecycleName
from schemas.problems import ProblemCode, Refused

Status = Literal["accepted", "applied", "refused"]

LEASE_SECONDS = 30.0
"""How long a claimed row is left to whoever claimed it."""

COLUMNS = (
    "source, event_id, payload_hash, type, lifecycle, lifecycle_id, delivery, status, answer, problem, attempts, "
    "received_at, next_attempt_at"
)

ACCEPT = f"""
with turn as materialized (select pg_advisory_xact_lock(hashtextextended('inbox/' || $5 || '/' || $6, 0)))
insert into inbox (
    source, event_id, payload_hash, type, lifecycle, lifecycle_id, delivery, received_at, next_attempt_at
)
select $1, $2, $3, $4, $5, $6, $7, coalesce($8, now()), now() + make_interval(secs => $9) from turn
on conflict do nothing
returning {COLUMNS}
"""  # noqa: S608 - the columns are a constant of this module

WAITS = """
select exists (
    select 1 from inbox e join inbox mine on mine.source = $1 and mine.event_id = $2
    where e.status = 'accepted' and e.lifecycle = mine.lifecycle and e.lifecycle_id = mine.lifecycle_id
        and e.position < mine.position
)
"""

CLAIM_DUE = f"""
with due as materialized (
    select i.position from inbox i
    where i.status = 'accepted' and i.next_attempt_at <= now() and i.lifecycle || '/' || i.lifecycle_id <> all($3)
        and not exists (
            select 1 from inbox e
            where e.status = 'accepted' and e.lifecycle = i.lifecycle and e.lifecycle_id = i.lifecycle_id
                and e.position < i.position
        )
    order by i.position limit $1
    for update skip locked
)
update inbox set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
from due where inbox.position = due.position
returning inbox.position, {COLUMNS}
"""  # noqa: S608 - as above

CLAIM_NEXT = f"""
with waiting as materialized (
    select position, next_attempt_at <= now() and delivery->>'opening' is null as ready
    from inbox where status = 'accepted' and lifecycle = $1 and lifecycle_id = $2
    order by position limit $4
    for update
), first as (select position from waiting w where not exists (
    select 1 from waiting e where not e.ready and e.position <= w.position
))
update inbox set next_attempt_at = now() + make_interval(secs => $3),
    attempts = greatest(attempts + (inbox.position = (select min(position) from first))::integer, 1)
from first where inbox.position = first.position
returning inbox.position, {COLUMNS}
"""  # noqa: S608 - as above

SETTLE = """
update inbox set status = $3, answer = $4, problem = $5, finished_at = now()
where source = $1 and event_id = $2 and status = 'accepted'
"""

FAULT = """
update inbox set faults = faults + 1, next_attempt_at = now() + make_interval(secs => $3),
    status = case when faults + 1 >= $4 then 'refused' else status end,
    problem = case when faults + 1 >= $4 then $5::jsonb end,
    finished_at = case when faults + 1 >= $4 then now() end
where source = $1 and event_id = $2 and status = 'accepted'
returning status = 'refused'
"""

NEXT_DUE = """
select extract(epoch from min(next_attempt_at) - now())::float8 from inbox
where status = 'accepted' and next_attempt_at > now()
"""

POSTPONE = """
update inbox set next_attempt_at = now() + make_interval(secs => $3)
where source = $1 and event_id = $2 and status = 'accepted'
"""

ATTEMPT_NOW = """
with tried as materialized (
    select position from inbox
    where status = 'accepted' and attempts > 0 and faults = 0 and next_attempt_at > now()
    for update skip locked
)
update inbox set next_attempt_at = now() from tried where inbox.position = tried.position
"""


class InboxRow(Frozen):
    """One accepted event. `answer` (without its batch) once applied, `problem` (code, message) once refused."""

    source: str
    event_id: str
    payload_hash: str
    type: str
    lifecycle: LifecycleName
    lifecycle_id: str
    kept: Any = Field(alias="delivery", repr=False)
    status: Status
    answer: dict[str, Any] | None
    problem: dict[str, str] | None
    attempts: int
    received_at: AwareDatetime
    next_attempt_at: AwareDatetime

    @cached_property
    def delivery(self) -> Delivery:
        """What is brought to the lifecycle. Raises ValidationError when what was kept cannot be read any more."""
        return Delivery.model_validate(self.kept)


class Accepted(NamedTuple):
    """What the inbox made of an event: `conflict` when the same source and id came before with another payload."""

    kind: Literal["new", "duplicate", "conflict"]
    row: InboxRow


async def accept(
    conn: Connection,
    *,
    source: str,
    event_id: str,
    payload_hash: str,
    type: str,  # noqa: A002 - the CloudEvents attribute
    delivery: Delivery,
    received_at: AwareDatetime | None = None,
    hold_seconds: float = 0,
) -> Accepted:
    """Keep an event, once for each source and id.

    For `hold_seconds` nobody else claims it: as long as the caller itself tries to deliver it. Events of one lifecycle
    are kept one after another, so their order of arrival is that of their commits.
    """
    row = await conn.fetchrow(
        ACCEPT,
        source,
        event_id,
        payload_hash,
        type,
        delivery.lifecycle,
        delivery.id,
        delivery.model_dump(mode="json"),
        received_at,
        hold_seconds,
    )
    if row is not None:
        return Accepted("new", read(row))
    kept = await get(conn, source, event_id)
    if kept is None:
        raise LookupError(f"inbox: {source} {event_id} vanished")
    return Accepted("duplicate" if kept.payload_hash == payload_hash else "conflict", kept)


async def waits(conn: Connection, source: str, event_id: str) -> bool:
    """Whether an earlier event of the same lifecycle is not delivered yet, so that this one must wait its turn."""
    return await conn.fetchval(WAITS, source, event_id)


async def claim_due(
    conn: Connection, limit: int, *, without: Collection[str] = (), lease_seconds: float = LEASE_SECONDS
) -> list[InboxRow]:
    """Take rows to deliver now, in order of arrival, at most one for each lifecycle; nobody else gets them meanwhile.

    None of the lifecycles `without` (such as `placement/pl-1`), which the caller is busy with. A row that is not marked
    within the lease becomes due again. Never more than `limit`: the rows are chosen once, where a subquery of the
    update might be asked again for each.
    """
    rows = await conn.fetch(CLAIM_DUE, limit, lease_seconds, list(without))
    return [read(row) for row in sorted(rows, key=lambda row: row["position"])]


async def claim_next(
    conn: Connection, lifecycle: LifecycleName, id_: str, limit: int, *, lease_seconds: float = LEASE_SECONDS
) -> list[InboxRow]:
    """Take the next acts of one lifecycle, in order of arrival, up to the first row that is not due or is an opening.

    Cheap however much waits, where `claim_due` looks at it all. It counts as an attempt at the first of them alone: one
    that fails says nothing of the others.
    """
    rows = await conn.fetch(CLAIM_NEXT, lifecycle, id_, lease_seconds, limit)
    return [read(row) for row in sorted(rows, key=lambda row: row["position"])]


async def settle(conn: Connection, settled: Iterable[tuple[str, str, Answer | Refused]]) -> None:
    """What came of events, each by source and id: applied, or a dead letter with its reason (no personal data in it).

    In order of arrival, in which they are claimed, too: so nobody waits for each other. An answer is kept without its
    batch, for whoever sends the event again.
    """
    rows = [(source, event_id, *_kept(outcome)) for source, event_id, outcome in settled]
    await conn.executemany(SETTLE, rows)


def _kept(outcome: Answer | Refused) -> tuple[Status, dict[str, Any] | None, dict[str, str] | None]:
    """Status, answer and problem."""
    if isinstance(outcome, Refused):
        return "refused", None, {"code": str(outcome.code), "message": outcome.message}
    return "applied", outcome.changed(duplicate=False).model_dump(mode="json", exclude={"batch"}), None


async def postpone(conn: Connection, source: str, event_id: str, seconds: float) -> None:
    """The outcome is not known; try again in so many seconds (0: at once)."""
    await conn.execute(POSTPONE, source, event_id, seconds)


async def fault(conn: Connection, source: str, event_id: str, message: str, *, seconds: float, limit: int) -> bool:
    """A fault of ours kept it from being delivered: try again in so many seconds, or after `limit` faults park it.

    True when it is parked: a dead letter of code `fault`, which keeps nothing after it waiting.
    """
    problem = {"code": ProblemCode.FAULT, "message": message}
    return bool(await conn.fetchval(FAULT, source, event_id, seconds, limit, problem))


async def attempt_now(conn: Connection) -> None:
    """Try what was tried in vain again at once, also what somebody is trying: an act that comes twice happens once."""
    await conn.execute(ATTEMPT_NOW)


async def next_due(conn: Connection) -> float | None:
    """In how many seconds a row that waits for its time becomes due; None when none does."""
    return await conn.fetchval(NEXT_DUE)


async def get(conn: Connection, source: str, event_id: str) -> InboxRow | None:
    """One event, or None."""
    row = await conn.fetchrow(
        f"select {COLUMNS} from inbox where source = $1 and event_id = $2",  # noqa: S608 - as above
        source,
        event_id,
    )
    return read(row) if row else None


async def pending_opening(conn: Connection, lifecycle: LifecycleName, id_: str) -> bool:
    """Whether the event that opens this lifecycle is accepted but not delivered yet."""
    return await conn.fetchval(
        "select exists (select 1 from inbox where status = 'accepted' and lifecycle = $1 and lifecycle_id = $2 "
        "and delivery->>'opening' is not null)",
        lifecycle,
        id_,
    )


async def waits_at_least(conn: Connection, count: int) -> bool:
    """Whether so many events, or more, are accepted and not delivered yet; counts no further."""
    return await conn.fetchval(
        "select count(*) = $1::bigint from (select from inbox where status = 'accepted' limit $1::bigint) as waiting",
        count,
    )


async def backlog(conn: Connection) -> int:
    """How many events are accepted and not delivered yet."""
    return await conn.fetchval("select count(*) from inbox where status = 'accepted'")


def read(row: Row) -> InboxRow:
    """A row of `COLUMNS`."""
    return InboxRow.model_validate({name: value for name, value in row.items() if name != "position"})
