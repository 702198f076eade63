"""Webhooks and their secrets: where events are sent, and what they are signed with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from records.feed import parts_of
from records.pool import Connection, Row
from schemas.directory import Language
from schemas.webhooks import MailAbout, Secret, Webhook, WhyDisabled

CHANNEL = "webhooks"
"""Notified when something may be there to deliver."""

VIEW = """
select w.id, w.url, w.owner, w.purpose, w.types, w.personal_data, w.state, w.reason, w.made_at,
    (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'made_at', s.made_at, 'retires_at', s.retires_at)
        order by s.made_at, s.id), '[]') from webhook_secrets s
        where s.webhook_id = w.id and (s.retires_at is null or s.retires_at > $1)) as secrets,
    (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.state = 'waiting') as waiting,
    (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.state = 'dead' and d.kind <> 'test'
        and not exists (select 1 from webhook_deliveries later where later.webhook_id = w.id and later.id > d.id
            and later.event_tx = d.event_tx and later.event_position = d.event_position)) as dead
from webhooks w
"""

NEW = """
insert into webhooks (id, url, owner, purpose, types, personal_data, made_at, changed_at, cursor_tx, cursor_position)
values ($1, $2, $3, $4, $5, $6, $7, $7, $8::text::xid8, $9)
"""

PRESENT = """
select coalesce(
    (select tx::text || '-' || position from lifecycle_events where tx < (select feed_horizon())
    order by tx desc, position desc limit 1), '0-0')
"""

CHANGE = """
update webhooks set url = coalesce($2, url), owner = coalesce($3, owner), types = coalesce($4, types), changed_at = $5
where id = $1
"""

DISABLE = """
update webhooks set state = 'disabled', reason = $2, changed_at = $3, untold = coalesce($4, untold)
where id = $1 and state = 'active'
"""

ENABLE = """
update webhooks set state = 'active', reason = null, changed_at = $2, untold = null where id = $1 and state = 'disabled'
"""

ANEW = """
update webhook_deliveries set tries_before = tries, next_try_at = $2, retry_until = $3
where webhook_id = $1 and state = 'waiting' and kind <> 'test'
"""

RETIRE = """
update webhook_secrets set retires_at = $3
where webhook_id = $1 and id <> all($2::text[]) and (retires_at is null or retires_at > $3)
"""

DROP = "delete from webhook_secrets where webhook_id = $1 and id = $2"

ACTIVE = """
select stored, key_id from webhook_secrets
where webhook_id = $1 and (retires_at is null or retires_at > $2) order by made_at desc, id
"""

UNTOLD = """
select w.id, w.url, w.owner, w.untold, w.changed_at, coalesce(p.language, 'en') as language
from webhooks w
left join lateral (select language from people where lower(email) = lower(w.owner) order by id limit 1) p on true
where w.untold is not null order by w.changed_at limit 20
"""

TOLD = "update webhooks set untold = null, told_at = $3 where id = $1 and untold = $2"


class Untold(NamedTuple):
    """Trouble of which a webhook's owner is still to be written; `since` is when the webhook last changed.

    `language` is the owner's, if the directory knows the address.
    """

    id: str
    url: str
    owner: str
    about: MailAbout
    since: datetime
    language: Language


class Kept(NamedTuple):
    """What is stored of a secret, and the name of the key without which it is of no use (None: it is the secret)."""

    stored: bytes
    key_id: str | None


async def create(
    conn: Connection,
    id_: str,
    *,
    url: str,
    owner: str,
    purpose: str,
    types: Sequence[str],
    personal_data: bool = False,
    after: str | None,
    now: datetime,
) -> None:
    """Keep a webhook that is told what happens from now on, or what the feed holds after a cursor.

    Raises BadCursorError.
    """
    tx, position = parts_of(after) if after is not None else parts_of(await conn.fetchval(PRESENT))
    await conn.execute(NEW, id_, url, owner, purpose, list(types), personal_data, now, tx, position)
    await wake(conn)


async def wake(conn: Connection) -> None:
    """Wake whoever delivers, once this transaction has committed."""
    await conn.execute("select pg_notify($1, '')", CHANNEL)


async def get(conn: Connection, id_: str, now: datetime) -> Webhook | None:
    """One webhook, or None."""
    row = await conn.fetchrow(VIEW + "where w.id = $2", now, id_)
    return _read(row) if row else None


async def keep(conn: Connection, id_: str) -> None:
    """Until the transaction ends nobody deletes the webhook, if there is one."""
    await conn.execute("select from webhooks where id = $1 for key share", id_)


async def every(conn: Connection, now: datetime) -> list[Webhook]:
    """All of them, the oldest first."""
    return [_read(row) for row in await conn.fetch(VIEW + "order by w.made_at, w.id", now)]


async def change(
    conn: Connection, id_: str, *, url: str | None, owner: str | None, types: Sequence[str] | None, now: datetime
) -> None:
    """Change what is not None. What is queued already stays queued."""
    await conn.execute(CHANGE, id_, url, owner, None if types is None else list(types), now)
    await wake(conn)


async def disable(
    conn: Connection, id_: str, reason: WhyDisabled, now: datetime, *, tell: MailAbout | None = None
) -> None:
    """Let it stand still: nothing is sent, and nothing is lost for it."""
    await conn.execute(DISABLE, id_, reason, now, tell)


async def enable(conn: Connection, id_: str, now: datetime, retry_until: datetime) -> None:
    """Let it go on where it stood; what waits is tried as if it were new."""
    if await conn.execute(ENABLE, id_, now) == "UPDATE 1":
        await conn.execute(ANEW, id_, now, retry_until)
        await wake(conn)


async def delete(conn: Connection, id_: str) -> bool:
    """Forget it with its secrets and its log; False when there is none."""
    return await conn.execute("delete from webhooks where id = $1", id_) == "DELETE 1"


async def add_secret(conn: Connection, webhook_id: str, id_: str, kept: Kept, now: datetime) -> None:
    """Sign with one more secret."""
    await conn.execute(
        "insert into webhook_secrets (id, webhook_id, stored, key_id, made_at) values ($1, $2, $3, $4, $5)",
        id_,
        webhook_id,
        kept.stored,
        kept.key_id,
        now,
    )


async def retire_others(conn: Connection, webhook_id: str, but: Sequence[str], at: datetime) -> None:
    """Sign with the other secrets until then only."""
    await conn.execute(RETIRE, webhook_id, list(but), at)


async def drop_secret(conn: Connection, webhook_id: str, id_: str) -> bool:
    """Forget a secret; False when there is none."""
    return await conn.execute(DROP, webhook_id, id_) == "DELETE 1"


async def active_secrets(conn: Connection, webhook_id: str, now: datetime) -> list[Kept]:
    """What to sign with, the newest first."""
    return [Kept(row["stored"], row["key_id"]) for row in await conn.fetch(ACTIVE, webhook_id, now)]


async def untold(conn: Connection) -> list[Untold]:
    """Whose owners are still to be written to."""
    rows = await conn.fetch(UNTOLD)
    return [Untold(*(row[name] for name in ("id", "url", "owner", "untold", "changed_at", "language"))) for row in rows]


async def told(conn: Connection, id_: str, about: MailAbout, now: datetime) -> None:
    """The owner was written to."""
    await conn.execute(TOLD, id_, about, now)


def _read(row: Row) -> Webhook:
    values: dict[str, Any] = dict(row.items())
    values["secrets"] = tuple(Secret.model_validate(one) for one in values["secrets"])
    return Webhook.model_validate(values)
