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
from gateway.imports.people_told import duplicates_in, erased_of, people_changes
from gateway.imports.rechecking import ask_again
from gateway.imports.report import Findings, ImportReport, Kind, Offer
from gateway.imports.roster_run import import_roster
from gateway.imports.sources import Source
from records.directory_import import TableCount, apply_hosts, apply_opportunities, known, lock_imports
from records.pool import Connection
from records.school_calendars import apply_calendars, changing, organisations

Then = Callable[[Connection, tuple[Offer, ...]], Awaitable[None]]
"""What is done once the directory is written."""

OFFERED = set(Offer.model_fields) - {"change"}


class _UndoError(Exception):
    """Leaves a transaction without keeping what it wrote."""


async def import_source(
    conn: Connection,
    kind: Kind,
    source: Source,
    *,
    today: date,
    dry_run: bool,
    end_left: bool = False,
    sight: Sequence[str] | None = None,
    then: Then | None = None,
) -> ImportReport:
    """Read `source`, check all of it, write it in one transaction; with any problem, or as a dry run, write nothing.

    `today` is the day that ages and ended roles are reckoned at. A dry run does the same work and rolls it back, so
    its counts are the real ones. `then` is done with the offers in the same transaction, when nothing is wrong.
    Who is no more in a bulk roster is told; `end_left` ends them too. Who may be in the directory twice is told as far
    as it is seen from the schools in `sight` (None: all).
    """
    findings = Findings(sight)
    counts: tuple[TableCount, ...] = ()
    offers: tuple[Offer, ...] = ()
    with suppress(_UndoError):
        async with conn.transaction():
            await lock_imports(conn)
            if kind == "opportunities":
                counts, offers = await _import_opportunities(conn, source, findings, today)
            elif kind == "oneroster":
                counts = await import_roster(conn, source, findings, today, end_left=end_left)
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
        duplicates=tuple(findings.duplicates),
        left=tuple(findings.left),
        ends_left=end_left and not findings.problems,
        people=tuple(findings.people),
    )


async def _import_employers(
    conn: Connection, source: Source, findings: Findings, today: date
) -> tuple[TableCount, ...]:
    rows = await asyncio.to_thread(read_employers, source, findings, today)
    check_employers(rows, await known(conn), findings)
    if findings.problems:
        return ()
    changes = host_changes(rows)
    changes = changes.without(await erased_of(conn, changes.people, findings))
    findings.people += await people_changes(conn, changes.people, ())
    counts = await apply_hosts(conn, changes)
    placed = {one.row.person_id: one.number for one in rows}
    findings.duplicates += await duplicates_in(conn, rows.file, placed, findings.sight)
    return counts


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


WRITES = {"employers": _import_employers, "calendars": _import_calendars}
