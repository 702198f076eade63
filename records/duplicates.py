"""People who may be in the directory twice, and what was decided about them."""

from datetime import datetime

from records import disclosures
from records.caseload import PLAIN
from records.pool import Connection
from schemas.disclosures import Doer
from schemas.duplicates import Decided, Someone

SPELT = PLAIN.format("given_name || ' ' || family_name")
NAME = f"regexp_replace({SPELT}, '[^a-z0-9]+', ' ', 'g')"
DIGITS = r"right(regexp_replace(phone, '\D', '', 'g'), 10)"

ALIKE = f"""
with here as (
    select id, given_name, family_name, email, phone, birth_date, {NAME} as name, {DIGITS} as digits
    from people where status = 'active' and erased_at is null
), alike as (
    select unnest(array_agg(id)) as id from here where birth_date is not null
    group by name, birth_date having count(*) > 1
    union
    select unnest(array_agg(id)) from here where phone is not null group by name, digits having count(*) > 1
    union
    select unnest(array_agg(id)) from here where email is not null group by lower(email) having count(*) > 1
)
select id, given_name, family_name, email, phone, birth_date, array(
    select learner_id from guardianships g where g.guardian_id = here.id and g.status = 'active'
    union select guardian_id from guardianships g where g.learner_id = here.id and g.status = 'active'
) as household, array(select kind from person_kinds k where k.person_id = here.id order by 1) as kinds
from here where id in (select id from alike) order by id
"""  # noqa: S608 - made of constants

DECIDED = "select first_id, second_id, keep_id, decided_by, decided_at from duplicate_decisions order by 1, 2"
DECIDE = """
insert into duplicate_decisions (first_id, second_id, keep_id, decided_by, decided_at) values ($1, $2, $3, $4, $5)
on conflict (first_id, second_id) do update
set keep_id = excluded.keep_id, decided_by = excluded.decided_by, decided_at = excluded.decided_at
"""
BOTH = "select count(*) = 2 from people where id = any($1)"


async def alike(conn: Connection) -> list[Someone]:
    """Everybody active in sight who has something in common with somebody else in sight."""
    return [Someone(**dict(row.items())) for row in await conn.fetch(ALIKE)]


async def decided(conn: Connection) -> list[Decided]:
    """What was decided, pair by pair."""
    return [Decided(*row.values()) for row in await conn.fetch(DECIDED)]


async def decide(
    conn: Connection, pair: tuple[str, str], *, keep: str | None, by: Doer, reason: str, now: datetime
) -> None:
    """Keep a decision, and in the audit that it was made; a later one takes the place of an earlier one."""
    await conn.execute(DECIDE, *pair, keep, by.who, now)
    act = "duplicate.same" if keep else "duplicate.different"
    await disclosures.add(conn, by, act, [f"person/{one}" for one in pair], now=now, reason=reason, keep=keep)


async def both_known(conn: Connection, pair: tuple[str, str]) -> bool:
    """Whether both are in the directory and in sight."""
    return await conn.fetchval(BOTH, list(pair))
