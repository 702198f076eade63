"""Erasing a person: every column as `records.treatments` says, in one transaction; and what stands in the way.

The person's row stays under its id, emptied. Call everything here inside a transaction.
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from catalog.form_catalog import all_forms
from records.directory_import import lock_imports
from records.person_parts import Parts, parts_of
from records.pool import Connection, Row
from records.sign_in import counted_as
from records.traces import Traces, traces_of
from records.treatment import WITH_PERSON, Treatment
from records.treatments import TREATMENTS
from records.undelivered import SOURCE
from schemas.form_fields import SignatureField
from schemas.privacy import Changed, Done, Erased, Erasure, Hold, Stays

PERSON = "select id, given_name, family_name, email, phone, birth_date, erased_at from people where id = $1 for update"
ALONE = """
select g.guardian_id from guardianships g join people p on p.id = g.guardian_id and p.erased_at is null
where g.learner_id = $1
    and not exists (
        select from guardianships o join people child on child.id = o.learner_id
        where o.guardian_id = g.guardian_id and o.learner_id <> $1 and child.erased_at is null
    )
    and not exists (select from enrolments where learner_id = g.guardian_id)
    and not exists (select from school_roles where person_id = g.guardian_id)
    and not exists (select from advisers where person_id = g.guardian_id)
    and not exists (select from host_staff where person_id = g.guardian_id)
    and not exists (select from hosts where site_contact_id = g.guardian_id)
    and not exists (select from person_holds where person_id = g.guardian_id)
order by g.guardian_id
"""
NOTE = "update people set erased_at = $2 where id = $1 and erased_at is null"
KEEP = """
insert into erasures (id, person_id, with_id, at, asked_by, reason, changes) values ($1, $2, $3, $4, $5, $6, $7)
"""
ALL = "select person_id, at, asked_by, reason from erasures where at >= $1 order by at, with_id is not null, id"
HOLD = "select reason, asked_by, at from person_holds where person_id = $1"
SET_HOLD = """
insert into person_holds (person_id, reason, asked_by, at) values ($1, $2, $3, $4)
on conflict (person_id) do update set reason = excluded.reason, asked_by = excluded.asked_by, at = excluded.at
"""
OR_NAMED = "or position(person.id in t.report::text) > 0 or t.report::text ~* $6"
IMPORTS = "select id, content from directory_imports where content is not null for update"
FORGET_IMPORT = "update directory_imports set content = null where id = $1"
ERASED = "select id from people where erased_at > $1 order by erased_at"
SWEPT = timedelta(days=120)
"""For so long after somebody was erased something about them may still come in."""


TAKEN_IN = timedelta(seconds=15)
"""How long a lifecycle has, from having taken in an answer, for what it makes of it."""
LATE = """
with theirs as materialized (
    select e.id, 'placement' as lifecycle, p.id as lifecycle_id
    from people e join placements p on p.learner_id = e.id where e.erased_at > $1
    union all
    select e.id, 'incident', i.id from people e join incidents i on i.learner_id = e.id where e.erased_at > $1
), came as (
    select t.id, i.event_id is null or (i.status <> 'accepted' and i.finished_at <= $2) as taken_in
    from theirs t join submissions s using (lifecycle, lifecycle_id)
    left join inbox i on i.source = $3 and i.event_id = s.id
    where s.answers <> '{}'
    union all select t.id, true from theirs t join drafts using (lifecycle, lifecycle_id)
    union all select t.id, true from theirs t join form_files using (lifecycle, lifecycle_id)
    union all
    select t.id, true from theirs t join referrals r using (lifecycle, lifecycle_id)
    where r.name || r.email || r.note <> ''
    union all
    select t.id, true
    from theirs t join staff_act_lines l on l.lifecycle = t.lifecycle and l.lifecycle_id = t.lifecycle_id
    join staff_acts a on a.id = l.act_id where a.note <> '' and a.planned_at > $2 - interval '10 minutes'
)
select id from came group by id having bool_and(taken_in)
"""


class _Person(NamedTuple):
    """A person while they are erased."""

    id: str
    parts: Parts
    asked: list[str]
    traces: Traces

    @property
    def given(self) -> tuple[str, list[str], list[str], list[str]]:
        return (self.id, list(self.parts.own), list(self.parts.near), self.asked)


async def erase(
    conn: Connection, person_id: str, *, reason: str, asked_by: str, now: datetime, with_id: str | None = None
) -> Erasure | None:
    """Erase a person, and the guardians who are nothing but this learner's; None when there is nobody of that id.

    Somebody who was erased before stays so, and what came in about them since goes too.
    """
    if with_id is None:
        await lock_imports(conn)
    row = await conn.fetchrow(PERSON, person_id)
    if row is None:
        return None
    before, held = row["erased_at"], await hold(conn, person_id)
    person = _Person(person_id, await parts_of(conn, person_id), counted_as(row["email"]), traces_of(dict(row.items())))
    reason = person.traces.without(reason, near=True)
    also = () if with_id else tuple(one["guardian_id"] for one in await conn.fetch(ALONE, person_id))
    tally: Counter[tuple[str, Done]] = Counter()
    for one in also:
        guardian = await erase(conn, one, reason=reason, asked_by=asked_by, now=now, with_id=person_id)
        tally.update({(each.table, each.done): each.rows for each in (guardian.changes if guardian else ())})
    known = before is None
    for table, treatment in TREATMENTS.items():
        tally[table, "searched"] += await _search(conn, table, treatment, person) if known else 0
    for table, treatment in TREATMENTS.items():
        done: Done = "deleted" if treatment.goes else "emptied"
        tally[table, done] += await _empty(conn, table, treatment, person)
    if known:
        tally["directory_imports", "deleted"] += await _forget_imports(conn, person.traces)
        await conn.execute(NOTE, person_id, now)
    changes = tuple(Changed(table=table, done=done, rows=rows) for (table, done), rows in tally.items() if rows)
    if known:
        counts = [each.model_dump() for each in changes]
        await conn.execute(KEEP, f"er-{secrets.token_hex(8)}", person_id, with_id, now, asked_by, reason, counts)
    return Erasure(
        person_id=person_id,
        erased_at=before or now,
        before=not known,
        also=also,
        changes=changes,
        stays=tuple(await _staying(conn, person)),
        open=person.parts.open,
        asked=person.parts.asked,
        hold=held,
    )


async def sweep(conn: Connection, now: datetime) -> int:
    """Take away what came in about anybody after they were erased; returns how many rows it was."""
    return await _again(conn, [row["id"] for row in await conn.fetch(ERASED, now - SWEPT)], now)


async def sweep_late(conn: Connection, now: datetime) -> int:
    """The same for erased learners alone of whom something is here again, once its lifecycle took it in: quick."""
    rows = await conn.fetch(LATE, now - SWEPT, now - TAKEN_IN, SOURCE)
    return await _again(conn, [row["id"] for row in rows], now)


async def erased(conn: Connection, since: datetime) -> list[Erased]:
    """Who was erased since then, in the order of time."""
    return [Erased(**dict(row.items())) for row in await conn.fetch(ALL, since)]


async def is_there(conn: Connection, person_id: str) -> bool:
    """Whether somebody of this id is in the directory and was not erased."""
    return await conn.fetchval("select exists (select from people where id = $1 and erased_at is null)", person_id)


async def hold(conn: Connection, person_id: str) -> Hold | None:
    """Why what is held about somebody must be kept, or None."""
    row = await conn.fetchrow(HOLD, person_id)
    return Hold(**dict(row.items())) if row else None


async def set_hold(conn: Connection, person_id: str, *, reason: str, asked_by: str, now: datetime) -> None:
    """Keep what is held about somebody until `lift_hold`."""
    await conn.execute(SET_HOLD, person_id, reason, asked_by, now)


async def lift_hold(conn: Connection, person_id: str) -> bool:
    """It need not be kept any more; False when it did not have to."""
    return await conn.execute("delete from person_holds where person_id = $1", person_id) == "DELETE 1"


async def _again(conn: Connection, ids: Iterable[str], now: datetime) -> int:
    rows = 0
    for one in ids:
        again = await erase(conn, one, reason="", asked_by="", now=now)
        rows += sum(each.rows for each in again.changes) if again else 0
    return rows


async def _empty(conn: Connection, table: str, treatment: Treatment, person: _Person) -> int:
    """Delete the rows about the person, or empty their own columns."""
    if treatment.goes:
        query = f"{WITH_PERSON} delete from {table} t using person where {treatment.about}"  # noqa: S608 - constants
        return _rows(await conn.execute(query, *person.given))
    if not treatment.own:
        return 0
    sets = ", ".join(f"{column} = {value}" for column, value in treatment.own.items())
    differ = " or ".join(f"t.{column} is distinct from {value}" for column, value in treatment.own.items())
    query = f"{WITH_PERSON} update {table} t set {sets} from person where ({treatment.about}) and ({differ})"  # noqa: S608 - as above
    return _rows(await conn.execute(query, *person.given))


async def _search(conn: Connection, table: str, treatment: Treatment, person: _Person) -> int:
    """Take the person out of the words of others."""
    if not treatment.words:
        return 0
    text = " || ' ' || ".join(f"coalesce(t.{column}::text, '')" for column in treatment.words)
    signs = "(t.person_id = person.id)" if table == "submissions" else "false"
    query = (
        f"{WITH_PERSON} select t.ctid as place, ({treatment.near}) as near, {signs} as signs, "  # noqa: S608 - as above
        f"{', '.join(f't.{column}' for column in treatment.words)} from {table} t, person "
        f"where {signs} or {text} ~* $5 or (({treatment.near}) and {text} ~* $6) "
        f"{OR_NAMED if table == 'directory_imports' else ''} for update of t"
    )
    rows = await conn.fetch(query, *person.given, person.traces.full, person.traces.names)
    return sum([await _write(conn, table, treatment, row, person.traces) for row in rows])


async def _write(conn: Connection, table: str, treatment: Treatment, row: Row, traces: Traces) -> bool:
    signed = signatures() if row["signs"] else frozenset[str]()
    changed: dict[str, Any] = {}
    for column in treatment.words:
        new = traces.without(row[column], near=row["near"], signed=signed)
        new = traces.in_report(row[column]) if column == "report" else new
        if new != row[column]:
            changed[column] = new
    if changed:
        sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(changed, start=2))
        await conn.execute(f"update {table} set {sets} where ctid = $1", row["place"], *changed.values())  # noqa: S608 - as above
    return bool(changed)


async def _forget_imports(conn: Connection, traces: Traces) -> int:
    """Forget uploaded files that were not imported yet and tell of the person; whoever uploaded one does so again."""
    told = [row["id"] for row in await conn.fetch(IMPORTS) if traces.in_bytes(row["content"])]
    for one in told:
        await conn.execute(FORGET_IMPORT, one)
    return len(told)


async def _staying(conn: Connection, person: _Person) -> list[Stays]:
    found: list[Stays] = []
    for table, treatment in TREATMENTS.items():
        if treatment.stays:
            query = f"{WITH_PERSON} select count(*) from {table} t, person where {treatment.held}"  # noqa: S608 - as above
            if rows := await conn.fetchval(query, *person.given):
                found.append(Stays(table=table, rows=rows, why=treatment.stays))
    return found


@cache
def signatures() -> frozenset[str]:
    """The names of every form's fields that hold a typed signature."""
    fields = (one for form in all_forms() for section in form.sections for one in section.fields)
    return frozenset(one.name for one in fields if isinstance(one, SignatureField))


def _rows(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
