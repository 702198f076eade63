"""Everything that is held about one person, table by table, each value under its name."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from records.person_parts import parts_of
from records.pool import Connection
from records.sign_in import counted_as
from records.treatment import NOBODY, WITH_PERSON
from records.treatments import TREATMENTS
from schemas.form_fields import FileKind
from schemas.privacy import HeldAbout

FILES = """
select id, kind, content from form_files
where person_id = $1 or lifecycle || '/' || lifecycle_id = any($2::text[]) order by uploaded_at, id
"""


class HeldFile(NamedTuple):
    """A scan; `kind` is `pdf`, `png` or `jpeg`."""

    id: str
    kind: FileKind
    content: bytes


class Export(NamedTuple):
    """What is held, the scans, and the placements whose learner the person is."""

    held: HeldAbout
    files: list[HeldFile]
    placements: list[str]


async def export(conn: Connection, person_id: str, now: datetime) -> Export | None:
    """Everything about one person, but for secrets' hashes; None when there is nobody of that id."""
    person = await conn.fetchrow("select email, erased_at from people where id = $1", person_id)
    if person is None:
        return None
    parts = await parts_of(conn, person_id)
    asked = counted_as(person["email"])
    tables: dict[str, list[dict[str, Any]]] = {}
    for table, treatment in TREATMENTS.items():
        if treatment.held == NOBODY:
            continue
        left_out = {*treatment.files, *treatment.secrets}
        columns = ", ".join(f"t.{name}" for name in sorted(treatment.columns - left_out))
        query = f"{WITH_PERSON} select {columns} from {table} t, person where {treatment.held}"  # noqa: S608 - constants
        rows = await conn.fetch(query, person_id, list(parts.own), list(parts.near), asked)
        if rows:
            tables[table] = [{name: _plain(value) for name, value in row.items()} for row in rows]
    files = await conn.fetch(FILES, person_id, list(parts.own))
    return Export(
        held=HeldAbout(person_id=person_id, at=now, erased_at=person["erased_at"], tables=tables),
        files=[HeldFile(*row.values()) for row in files],
        placements=[one.partition("/")[2] for one in parts.own if one.startswith("placement/")],
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Decimal():
            return float(value)
        case _:
            return value
