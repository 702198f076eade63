"""Imports directory data: all of it or, when anything is wrong, nothing."""

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
from gateway.imports.report import Findings, ImportReport, Kind, Offer
from gateway.imports.roster_files import read_roster
from gateway.imports.roster_meaning import roster_notes, school_changes
from gateway.imports.sources import Source
from records.directory_import import TableCount, apply_hosts, apply_opportunities, apply_schools, known, lock_imports
from records.pool import Connection
from records.school_calendars import apply_calendars, organisations

OFFERED = set(Offer.model_fields) - {"change"}


class _UndoError(Exception):
    """Leaves a transaction without keeping what it wrote."""


async def import_source(conn: Connection, kind: Kind, source: Source, *, today: date, dry_run: bool) -> ImportReport:
    """Read `source`, check all of it, write it in one transaction; with any problem, or as a dry run, write nothing.

    `today` is the day that ages and ended roles are reckoned at. A dry run does the same work and rolls it back, so
    its counts are the real ones.
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
            if dry_run or findings.problems:
                raise _UndoError
    return ImportReport(
        kind=kind,
        dry_run=dry_run,
        problems=findings.problems,
        counts=counts,
        notes=tuple(findings.notes),
        offers=offers,
    )


async def _import_oneroster(
    conn: Connection, source: Source, findings: Findings, today: date
) -> tuple[TableCount, ...]:
    files = read_roster(source, findings, today)
    if findings.problems:
        return ()
    changes = school_changes(files)
    findings.notes += roster_notes(files, changes)
    return await apply_schools(conn, changes)


async def _import_employers(
    conn: Connection, source: Source, findings: Findings, today: date
) -> tuple[TableCount, ...]:
    rows = read_employers(source, findings, today)
    check_employers(rows, await known(conn), findings)
    return () if findings.problems else await apply_hosts(conn, host_changes(rows))


async def _import_opportunities(
    conn: Connection, source: Source, findings: Findings, today: date
) -> tuple[tuple[TableCount, ...], tuple[Offer, ...]]:
    rows = read_opportunities(source, findings, today)
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
    return (await apply_calendars(conn, calendars),)


WRITES = {"oneroster": _import_oneroster, "employers": _import_employers, "calendars": _import_calendars}
