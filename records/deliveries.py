"""What is to be delivered to webhooks: queued in the feed's order, one after another for each, until it is known.

One process at a time delivers to a webhook: it holds an advisory lock on one connection, which Postgres lets go when
the process dies. Instants are given by the caller.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from records.event_people import people_of
from records.feed import SOURCE, TYPE_PREFIX, event_of
from records.pool import Connection, Row
from records.webhooks import wake
from schemas.webhooks import TEST_TYPE, Delivery, DeliveryState, Try

LOCK = "select pg_try_advisory_lock(hashtextextended($1, 2))"
UNLOCK = "select pg_advisory_unlock(hashtextextended($1, 2))"
TOLD_EVERY = timedelta(days=1)
"""An owner is written at most so often that events were given up."""

BEHIND = """
select id from webhooks where state = 'active' and (cursor_tx, cursor_position) < (
    select tx, position from lifecycle_events where tx < (select feed_horizon())
    order by tx desc, position desc limit 1)
"""

HELD = "select exists (select 1 from lifecycle_events where tx >= (select feed_horizon()))"

STANDS = """
select cursor_tx::text as tx, cursor_position as position, types from webhooks
where id = $1 and state = 'active' for update skip locked
"""

QUEUE = f"""
with page as materialized (
    select tx, position, '{TYPE_PREFIX}' || type as type,
        lifecycle || '-' || id || '-' || epoch || '-' || seq as event_id
    from lifecycle_events
    where (tx, position) > ($2::text::xid8, $3) and tx < (select feed_horizon())
    order by tx, position limit $4
), queued as (
    insert into webhook_deliveries
        (webhook_id, kind, event_id, type, event_tx, event_position, queued_at, next_try_at, retry_until)
    select $1, 'event', event_id, type, tx, position, $6, $6, $7 from page
    where $5::text[] = '{{}}' or exists (
        select 1 from unnest($5::text[]) f
        where f = type or (right(f, 2) = '.*' and starts_with(type, left(f, -1))))
    order by tx, position
)
update webhooks set cursor_tx = last.tx, cursor_position = last.position
from (select tx, position from page order by tx desc, position desc limit 1) last where id = $1
"""  # noqa: S608 - constants of the feed

HEADS = """
select w.id, head.next_try_at from webhooks w cross join lateral (
    select d.next_try_at from webhook_deliveries d
    where d.webhook_id = w.id and d.state = 'waiting' and (w.state = 'active' or d.kind = 'test')
    order by d.kind <> 'test', d.id limit 1) head
where w.id <> all($1::text[]) order by head.next_try_at limit $2
"""

HEAD = """
select w.url, w.purpose, w.personal_data, d.*,
    e.lifecycle, e.id as lifecycle_id, e.epoch, e.seq, e.type as event_type, e.at, e.data
from webhooks w
join webhook_deliveries d on d.webhook_id = w.id and d.state = 'waiting' and (w.state = 'active' or d.kind = 'test')
left join lifecycle_events e on e.tx = d.event_tx and e.position = d.event_position
where w.id = $1 order by d.kind <> 'test', d.id limit 1
"""

MARK = """
update webhook_deliveries set state = $2, tries = tries + 1, next_try_at = coalesce($3, next_try_at),
    finished_at = case when $2 <> 'waiting' then $4::timestamptz end, status = $5, failure = $6
where id = $1 and state = 'waiting' returning tries, webhook_id, kind
"""

TELL_DEAD = """
update webhooks set untold = 'dead' where id = $1 and untold is null and (told_at is null or told_at < $2)
"""

AGAIN = """
insert into webhook_deliveries
    (webhook_id, kind, event_id, type, event_tx, event_position, queued_at, next_try_at, retry_until)
select webhook_id, 'again', event_id, type, event_tx, event_position, $2, $2, $3 from (
    select distinct on (event_tx, event_position) * from webhook_deliveries
    where webhook_id = $1 and kind <> 'test' and ($4::bigint is null or (event_tx, event_position) =
        (select event_tx, event_position from webhook_deliveries where id = $4))
    order by event_tx, event_position, id desc) latest
where state <> 'waiting' and ($5::text is null or state = $5)
    and ($6::timestamptz is null or queued_at >= $6) and ($7::timestamptz is null or queued_at < $7)
order by event_tx, event_position limit $8
returning id
"""

TEST = """
insert into webhook_deliveries (webhook_id, kind, event_id, type, queued_at, next_try_at, retry_until)
values ($1, 'test', $2, $3, $4, $4, $4) returning id
"""

AT_ONCE = "update webhook_deliveries set next_try_at = $2 where id = $1 and state = 'waiting' and next_try_at > $2"

COLUMNS = """
id, webhook_id, kind, event_id, type, state, tries, queued_at, finished_at, status, failure,
case when state = 'waiting' then next_try_at end as next_try_at
"""

PAGE = f"""
select {COLUMNS} from webhook_deliveries
where webhook_id = $1 and ($2::text is null or state = $2) and ($3::bigint is null or id < $3)
order by id desc limit $4
"""  # noqa: S608 - the columns are a constant of this module

FORGET = "delete from webhook_deliveries where state <> 'waiting' and finished_at < $1"


class Due(NamedTuple):
    """The next delivery of a webhook. `event` is the CloudEvent to send; None when it is there no more.

    `names`: whether the webhook is told names, so the event may hold some.
    `tries` counts those since it was queued, or since the webhook was switched on again.
    """

    id: int
    url: str
    purpose: str
    kind: Any
    event_id: str
    event: dict[str, Any] | None
    names: bool
    tries: int
    next_try_at: datetime
    retry_until: datetime


async def behind(conn: Connection) -> list[str]:
    """The active webhooks for which something has happened that is not queued yet."""
    return [row["id"] for row in await conn.fetch(BEHIND)]


async def held(conn: Connection) -> bool:
    """Whether the feed holds something back until a running transaction ends."""
    return await conn.fetchval(HELD)


async def queue(conn: Connection, webhook_id: str, now: datetime, retry_until: datetime, limit: int = 500) -> None:
    """Queue what happened since, in the feed's order, once; other types than the webhook's are passed over."""
    async with conn.transaction():
        row = await conn.fetchrow(STANDS, webhook_id)
        if row is not None:
            at = (row["tx"], row["position"])
            await conn.execute(QUEUE, webhook_id, *at, limit, row["types"], now, retry_until)


async def heads(conn: Connection, *, but: Collection[str], limit: int) -> list[tuple[str, datetime]]:
    """For which webhooks something waits, and when its time comes, the earliest first; not those in `but`."""
    return [(row["id"], row["next_try_at"]) for row in await conn.fetch(HEADS, list(but), limit)]


async def lock(conn: Connection, webhook_id: str) -> bool:
    """Whether this connection's owner may deliver to that webhook now."""
    return bool(await conn.fetchval(LOCK, webhook_id))


async def unlock(conn: Connection, webhook_id: str) -> None:
    """Let others deliver to that webhook."""
    await conn.execute(UNLOCK, webhook_id)


async def head(conn: Connection, webhook_id: str) -> Due | None:
    """What is to be delivered next to a webhook, whether its time has come or not; a test goes before all else."""
    row = await conn.fetchrow(HEAD, webhook_id)
    if row is None:
        return None
    event = _test(row) if row["kind"] == "test" else _event(row)
    if row["personal_data"] and row["lifecycle"] is not None and event is not None:
        event["data"] = {**event["data"], "people": await people_of(conn, row["lifecycle"], row["lifecycle_id"])}
    return Due(
        row["id"],
        row["url"],
        row["purpose"],
        row["kind"],
        row["event_id"],
        event,
        row["personal_data"],
        row["tries"] - row["tries_before"],
        row["next_try_at"],
        row["retry_until"],
    )


async def mark(conn: Connection, id_: int, state: DeliveryState, tried: Try, next_at: datetime | None) -> bool:
    """Say what a try came to; False when somebody did before. Call it in a transaction."""
    done = tried.at + timedelta(milliseconds=tried.ms)
    row = await conn.fetchrow(MARK, id_, state, next_at, done, tried.status, tried.failure)
    if row is None:
        return False
    await conn.execute(
        "insert into webhook_tries (delivery_id, number, at, status, failure, ms) values ($1, $2, $3, $4, $5, $6)",
        id_,
        row["tries"],
        tried.at,
        tried.status,
        tried.failure,
        tried.ms,
    )
    if state == "dead" and row["kind"] != "test":
        await conn.execute(TELL_DEAD, row["webhook_id"], done - TOLD_EVERY)
    return True


async def deliver_again(
    conn: Connection,
    webhook_id: str,
    now: datetime,
    retry_until: datetime,
    *,
    id_: int | None = None,
    state: DeliveryState | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 10_000,
) -> list[int]:
    """Queue finished deliveries anew, in the order of their events: one, or those queued in a stretch of time.

    What counts is the last delivery of each event; one that is waiting is left as it is.
    """
    rows = await conn.fetch(AGAIN, webhook_id, now, retry_until, id_, state, since, until, limit)
    await wake(conn)
    return sorted(row["id"] for row in rows)


async def try_now(conn: Connection, id_: int, now: datetime) -> None:
    """Do not wait any longer with a delivery that is to be tried again."""
    await conn.execute(AT_ONCE, id_, now)
    await wake(conn)


async def test(conn: Connection, webhook_id: str, event_id: str, now: datetime) -> int:
    """Queue a test event, before all else; its delivery's id."""
    made: int = await conn.fetchval(TEST, webhook_id, event_id, TEST_TYPE, now)
    await wake(conn)
    return made


async def get(conn: Connection, webhook_id: str, id_: int) -> Delivery | None:
    """One delivery of a webhook, or None."""
    row = await conn.fetchrow(
        f"select {COLUMNS} from webhook_deliveries where webhook_id = $1 and id = $2",  # noqa: S608 - as above
        webhook_id,
        id_,
    )
    return Delivery.model_validate(dict(row.items())) if row else None


async def page(
    conn: Connection, webhook_id: str, *, state: DeliveryState | None, before: int | None, limit: int
) -> list[Delivery]:
    """A webhook's deliveries, the newest first."""
    rows = await conn.fetch(PAGE, webhook_id, state, before, limit)
    return [Delivery.model_validate(dict(row.items())) for row in rows]


async def tries(conn: Connection, id_: int) -> list[Try]:
    """Every try of a delivery, in order."""
    rows = await conn.fetch(
        "select at, status, failure, ms from webhook_tries where delivery_id = $1 order by number", id_
    )
    return [Try.model_validate(dict(row.items())) for row in rows]


async def forget(conn: Connection, before: datetime) -> None:
    """Drop what was finished before then from the log."""
    await conn.execute(FORGET, before)


def _event(row: Row) -> dict[str, Any] | None:
    if row["lifecycle"] is None:
        return None
    names: Sequence[str] = ("lifecycle", "epoch", "seq", "at", "data")
    return event_of({name: row[name] for name in names} | {"id": row["lifecycle_id"], "type": row["event_type"]})


def _test(row: Row) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": row["event_id"],
        "source": SOURCE,
        "type": TEST_TYPE,
        "subject": row["webhook_id"],
        "time": row["queued_at"].isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": {"webhook_id": row["webhook_id"]},
    }
