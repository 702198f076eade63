"""Imports directory data: all of it or, when anything is wrong, nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import date

from gateway.imports.calendar_files import calendar_notes, check_calendars, read_calendars, school_calendars
from gateway.imports.employer_files import (
    check_employers,
    check_opportunities,
    host_changes,
    opportunity_facts,
    opportunity_notes,
    read_employers,
    read_opportunities,
)
from gateway.imports.rechecking import ask_again
from gateway.imports.report import Findings, ImportReport, Kind, Offer, PersonChange
from gateway.imports.roster_files import read_roster
from gateway.imports.roster_meaning import roster_notes, school_changes
from gateway.imports.sources import Source
from records.directory_import import (
    TableCount,
    apply_hosts,
    apply_opportunities,
    apply_schools,
    erased,
    kept_people,
    known,
    lock_imports,
)
from records.pool import Connection
from records.school_calendars import apply_calendars, changing, organisations
from schemas.directory import Person

Then = Callable[[Connection, tuple[Offer, ...]], Awaitable[None]]
"""What is done once the directory is written."""

OFFERED = set(Offer.model_fields) - {"change"}


class _UndoError(Exception):
    """Leaves a transaction without keeping what it wrote."""


async def import_source(
    conn: Connection, kind: Kind, source: Source, *, today: date, dry_run: bool, then: Then | None = None
) -> ImportReport:
    """Read `source`, check all of it, write it in one transaction; with any problem, or as a dry run, write nothing.

    `today` is the day that ages and ended roles are reckoned at. A dry run does the same work and rolls it back, so
    its counts are the real ones. `then` is done with the offers in the same transaction, when nothing is wrong.
    """
    findings = Findings()
    counts: tuple[TableCount, ...] = ()
    offers: tuple[Offer, ...] = ()
    with suppress(_UndoError):
        async with conn.transaction():
            await lock_imports(conn)
            if kind == "opportunities":
                counts, offers = await _import_opportunities(conn, source, findings, today)
            else:
                counts = await WRITES[kind](conn, source, findings, today)
            if then is not None and not findings.problems:
                await then(conn, offers)
            if dry_run or findings.problems:
                raise _UndoError
    return ImportReport(
        kind=kind,
        dry_run=dry_run,
        problems=findings.problems,
        counts=counts,
        notes=tuple(findings.notes),
        offers=offers,
        people=tuple(findings.people),
    )


async def _import_oneroster(
    conn: Connection, source: Source, findings: Findings, today: date
) -> tuple[TableCount, ...]:
    files = await asyncio.to_thread(read_roster, source, findings, today)
    if findings.problems:
        return ()
    changes = school_changes(files)
    findings.notes += roster_notes(files, changes)
    changes = changes.without(await _erased(conn, changes.people, findings))
    findings.people += await _people(conn, changes.people, changes.ended_people)
    return await apply_schools(conn, changes)


async def _import_employers(
    conn: Connection, source: Source, findings: Findings, today: date
) -> tuple[TableCount, ...]:
    rows = await asyncio.to_thread(read_employers, source, findings, today)
    check_employers(rows, await known(conn), findings)
    if findings.problems:
        return ()
    changes = host_changes(rows)
    changes = changes.without(await _erased(conn, changes.people, findings))
    findings.people += await _people(conn, changes.people, ())
    return await apply_hosts(conn, changes)


async def _import_opportunities(
    conn: Connection, source: Source, findings: Findings, today: date
) -> tuple[tuple[TableCount, ...], tuple[Offer, ...]]:
    rows = await asyncio.to_thread(read_opportunities, source, findings, today)
    check_opportunities(rows, await known(conn), findings)
    if findings.problems:
        return (), ()
    findings.notes += opportunity_notes(rows, today)
    facts = opportunity_facts(rows)
    counts, changes = await apply_opportunities(conn, facts)
    return counts, tuple(Offer(**each.model_dump(include=OFFERED), change=changes[each.id]) for each in facts)


async def _import_calendars(
    conn: Connection, source: Source, findings: Findings, today: date
) -> tuple[TableCount, ...]:
    rows = read_calendars(source, findings, today)
    known_organisations = await organisations(conn)
    check_calendars(rows, known_organisations, findings)
    calendars = school_calendars(rows, known_organisations, findings)
    if findings.problems:
        return ()
    findings.notes += calendar_notes(calendars, today)
    changed = await changing(conn, calendars)
    count = await apply_calendars(conn, calendars)
    if asked := await ask_again(conn, changed):
        findings.notes.append(f"the law is asked again at {asked} placement{'' if asked == 1 else 's'}")
    return (count,)


async def _erased(conn: Connection, people: Sequence[Person], findings: Findings) -> frozenset[str]:
    """Whom the files tell of although they were erased; they are left out, and it is said."""
    gone = await erased(conn, [one.id for one in people])
    if gone:
        findings.notes.append(f"erased here, and left out: {', '.join(sorted(gone))}; take them out of the export")
    return gone


async def _people(conn: Connection, people: Sequence[Person], ended: Sequence[str]) -> list[PersonChange]:
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


COMPARED = ("given_name", "family_name", "email", "language", "status")

WRITES = {"oneroster": _import_oneroster, "employers": _import_employers, "calendars": _import_calendars}
