"""What an import says of people: who is new, changed, gone or erased, and who may be somebody else of the directory."""

from collections.abc import Mapping, Sequence

from gateway.imports.duplicates import COLUMNS, placed_in, proposed
from gateway.imports.report import Duplicate, Findings, PersonChange
from records import duplicates
from records.directory_import import erased, kept_people
from records.pool import Connection
from records.sight import seen_from
from schemas.directory import Person

COMPARED = ("given_name", "family_name", "email", "language", "status")


async def erased_of(conn: Connection, people: Sequence[Person], findings: Findings) -> frozenset[str]:
    """Whom the files tell of although they were erased; they are left out, and it is said."""
    gone = await erased(conn, [one.id for one in people])
    if gone:
        findings.notes.append(f"erased here, and left out: {', '.join(sorted(gone))}; take them out of the export")
    return gone


async def people_changes(conn: Connection, people: Sequence[Person], ended: Sequence[str]) -> list[PersonChange]:
    """Who is new, who changes and who has left, compared with the directory as it is."""
    kept = await kept_people(conn, [*(one.id for one in people), *ended])
    found: list[PersonChange] = []
    for one in people:
        before = kept.get(one.id)
        if before is None or any(getattr(one, name) != getattr(before, name) for name in COMPARED):
            old = before.email if before and before.email != one.email else None
            change = "changed" if before else "new"
            found.append(PersonChange(id=one.id, name=_name(one), email=one.email, change=change, before=old))
    left = (kept[id_] for id_ in ended if id_ in kept and kept[id_].status == "active")
    return [*found, *(PersonChange(id=one.id, name=_name(one), email=one.email, change="ended") for one in left)]


def _name(person: Person) -> str:
    return f"{person.given_name} {person.family_name}"


async def people_left(conn: Connection, ids: Sequence[str], *, ended: bool) -> list[PersonChange]:
    """Who is no more in a bulk roster, by name; `ended`: they are ended with it."""
    change = "ended" if ended else "left"
    return [
        PersonChange(id=one.id, name=_name(one), email=one.email, change=change)
        for one in (await kept_people(conn, ids)).values()
    ]


async def duplicates_in(
    conn: Connection, file: str, rows: Mapping[str, int], sight: Sequence[str] | None
) -> list[Duplicate]:
    """Whoever of a file may be somebody else, once it is written to the directory; `rows` are numbers by person id.

    `sight`: as far as it is seen from these schools. Call inside a transaction.
    """
    if not rows:
        return []
    settled = [one.pair for one in await duplicates.decided(conn)]
    async with seen_from(conn, sight):
        alike = await duplicates.alike(conn)
    found: list[Duplicate] = []
    for candidate in proposed(alike, settled):
        placed = placed_in(candidate, rows)
        if placed is not None:
            here, other = placed
            names = {one.id: one.name for one in (candidate.first, candidate.second)}
            found.append(
                Duplicate(
                    file=file,
                    row=rows[here],
                    column=COLUMNS[candidate.same],
                    id=here,
                    other_id=other,
                    same=candidate.same,
                    other_row=rows.get(other),
                    names=(names[here], names[other]),
                )
            )
    return sorted(found, key=lambda one: one.row)
