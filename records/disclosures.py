"""Two logs that are only added to: which records of learners were shown to whom and why, and who did what.

FERPA (34 CFR 99.32) asks for the first. Real time throughout.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from records.pool import Connection
from schemas.disclosures import Audited, Disclosure, Doer, Party

TELL = """
with shown as (
    select array(
        select unnest($7::text[])
        union
        select learner_id from placements where id = any($8::text[])
        union
        select learner_id from incidents where id = any($9::text[])
        order by 1
    ) as learners
)
insert into disclosures (at, kind, who, role, interest, what, record, learners)
select $1, $2, $3, $4, $5, $6, $10, learners from shown where cardinality(learners) > 0
"""

ADD = """
insert into audit (at, kind, who, act, records, reason, details) values ($1, $2, $3, $4, $5, $6, $7)
"""

SHOWN = """
select at, kind, who, role, interest, what, record, learners from disclosures
where ($1::text is null or learners @> array[$1]) and ($2::text is null or who = $2)
order by id desc limit $3
"""

SYSTEMS = """
select id, name from api_keys where id = any($1::text[])
union all select id, url from webhooks where id = any($1::text[])
"""

DONE = """
select at, kind, who, act, records, reason, details from audit
where ($1::text is null or records @> array[$1]) and ($2::text is null or who = $2)
order by id desc limit $3
"""


async def tell(
    conn: Connection,
    to: Party,
    what: str,
    now: datetime,
    *,
    record: str | None = None,
    learners: Iterable[str] = (),
    placements: Iterable[str] = (),
    incidents: Iterable[str] = (),
) -> None:
    """Keep that somebody is shown something of these learners, and of those of these placements and incidents.

    One insert, however many they are; none are no disclosure. `what` is a code, `record` such as `placement/pl-1`.
    """
    about = (list(learners), list(placements), list(incidents))
    if any(about):
        await conn.execute(TELL, now, to.kind, to.who, to.role, to.interest, what, *about, record)


async def add(
    conn: Connection,
    by: Doer,
    act: str,
    records: Iterable[str],
    *,
    now: datetime,
    reason: str,
    **details: Any,
) -> None:
    """Keep that somebody did something, in the transaction in which it is done."""
    await conn.execute(ADD, now, by.kind, by.who, act, list(records), reason, details)


async def shown(conn: Connection, *, learner: str | None, who: str | None, limit: int) -> list[Disclosure]:
    """What was shown, newest first: of one learner, to one party, or all."""
    return [Disclosure(**dict(row.items())) for row in await conn.fetch(SHOWN, learner, who, limit)]


async def systems(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """What the keys and webhooks among these parties are called."""
    return {row["id"]: row["name"] for row in await conn.fetch(SYSTEMS, sorted(ids))}


async def done(conn: Connection, *, record: str | None, who: str | None, limit: int) -> list[Audited]:
    """What was done, newest first: to one record, by one party, or all."""
    return [Audited(**dict(row.items())) for row in await conn.fetch(DONE, record, who, limit)]
