"""Erasing a person: every column as `records.treatments` says, in one transaction; and what stands in the way.

The person's row stays under its id, emptied. Call everything here inside a transaction.
"""

import secrets
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from catalog.form_catalog import all_forms
from records.directory_import import lock_imports
from records.person_parts import Parts, parts_of
from records.pool import Connection, Row
from records.sign_in import hashed
from records.traces import Traces, traces_of
from records.treatment import Treatment
from records.treatments import TREATMENTS
from schemas.form_fields import SignatureField
from schemas.privacy import Changed, Done, Erased, Erasure, Hold, Stays

HER = "with her as (select $1::text as id, $2::text[] as own, $3::text[] as near, $4::text[] as asked) "

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
OR_NAMED = "or position(her.id in t.report::text) > 0 or t.report::text ~* $6"
IMPORTS = "select id, content from directory_imports where content is not null for update"
FORGET_IMPORT = "update directory_imports set content = null where id = $1"
ERASED = "select id from people where erased_at > $1 order by erased_at"
SWEPT = timedelta(days=120)
"""For so long after somebody was erased something about them may still come in."""


class _Her(NamedTuple):
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
    person = await conn.fetchrow(PERSON, person_id)
    if person is None:
        return None
    before, held = person["erased_at"], await hold(conn, person_id)
    her = _Her(person_id, await parts_of(conn, person_id), _asked(person), traces_of(dict(person.items())))
    reason = her.traces.without(reason, near=True)
    also = () if with_id else tuple(row["guardian_id"] for row in await conn.fetch(ALONE, person_id))
    tally: Counter[tuple[str, Done]] = Counter()
    for one in also:
        erased = await erase(conn, one, reason=reason, asked_by=asked_by, now=now, with_id=person_id)
        tally.update({(each.table, each.done): each.rows for each in (erased.changes if erased else ())})
    known = before is None
    for table, treatment in TREATMENTS.items():
        tally[table, "searched"] += await _search(conn, table, treatment, her) if known else 0
    for table, treatment in TREATMENTS.items():
        done: Done = "deleted" if treatment.goes else "emptied"
        tally[table, done] += await _empty(conn, table, treatment, her)
    if known:
        tally["directory_imports", "deleted"] += await _forget_imports(conn, her.traces)
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
        stays=tuple(await _staying(conn, her)),
        open=her.parts.open,
        asked=her.parts.asked,
        hold=held,
    )


async def sweep(conn: Connection, now: datetime) -> int:
    """Take away what came in about people after they were erased; returns how many rows it was."""
    rows = 0
    for one in await conn.fetch(ERASED, now - SWEPT):
        again = await erase(conn, one["id"], reason="", asked_by="", now=now)
        rows += sum(each.rows for each in again.changes) if again else 0
    return rows


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


async def _empty(conn: Connection, table: str, treatment: Treatment, her: _Her) -> int:
    """Delete the rows about the person, or empty their own columns."""
    if treatment.goes:
        return _rows(await conn.execute(f"{HER} delete from {table} t using her where {treatment.about}", *her.given))  # noqa: S608 - constants
    if not treatment.own:
        return 0
    sets = ", ".join(f"{column} = {value}" for column, value in treatment.own.items())
    differ = " or ".join(f"t.{column} is distinct from {value}" for column, value in treatment.own.items())
    query = f"{HER} update {table} t set {sets} from her where ({treatment.about}) and ({differ})"  # noqa: S608 - as above
    return _rows(await conn.execute(query, *her.given))


async def _search(conn: Connection, table: str, treatment: Treatment, her: _Her) -> int:
    """Take the person out of the words of others."""
    if not treatment.words:
        return 0
    text = " || ' ' || ".join(f"coalesce(t.{column}::text, '')" for column in treatment.words)
    signs = "(t.person_id = her.id)" if table == "submissions" else "false"
    query = (
        f"{HER} select t.ctid as place, ({treatment.near}) as near, {signs} as signs, "  # noqa: S608 - as above
        f"{', '.join(f't.{column}' for column in treatment.words)} from {table} t, her "
        f"where {signs} or {text} ~* $5 or (({treatment.near}) and {text} ~* $6) "
        f"{OR_NAMED if table == 'directory_imports' else ''} for update of t"
    )
    rows = await conn.fetch(query, *her.given, her.traces.full, her.traces.names)
    return sum([await _write(conn, table, treatment, row, her.traces) for row in rows])


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


async def _staying(conn: Connection, her: _Her) -> list[Stays]:
    found: list[Stays] = []
    for table, treatment in TREATMENTS.items():
        if treatment.stays:
            query = f"{HER} select count(*) from {table} t, her where {treatment.held}"  # noqa: S608 - as above
            if rows := await conn.fetchval(query, *her.given):
                found.append(Stays(table=table, rows=rows, why=treatment.stays))
    return found


@cache
def signatures() -> frozenset[str]:
    """The names of every form's fields that hold a typed signature."""
    fields = (one for form in all_forms() for section in form.sections for one in section.fields)
    return frozenset(one.name for one in fields if isinstance(one, SignatureField))


def _asked(person: Row) -> list[str]:
    return [hashed(person["email"].strip().lower())] if person["email"] else []


def _rows(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
