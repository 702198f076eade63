"""Imports a OneRoster delivery: in bulk what it says of its people, as a delta what changed."""

import asyncio
from dataclasses import replace
from datetime import date

from gateway.imports.people_told import duplicates_in, erased_of, people_changes, people_left
from gateway.imports.report import Findings
from gateway.imports.roster_classes import class_notes, ended_classes, with_kept_classes
from gateway.imports.roster_delta import delta_changes, overlaid
from gateway.imports.roster_files import RosterFiles, read_roster
from gateway.imports.roster_left import those_left, with_left
from gateway.imports.roster_manifest import check_order, newest
from gateway.imports.roster_meaning import roster_notes, school_changes
from gateway.imports.sources import Source
from records.directory_import import SchoolChanges, TableCount, apply_schools
from records.pool import Connection
from records.roster_kept import KeptRoster, delivered, delivered_until, kept_roster
from records.roster_rows import keep_rows


async def import_roster(
    conn: Connection, source: Source, findings: Findings, today: date, *, end_left: bool
) -> tuple[TableCount, ...]:
    """Write a delivery, and tell who is new, changed, gone or perhaps somebody else. Call inside a transaction."""
    kept = await kept_roster(conn)
    files = await asyncio.to_thread(read_roster, source, findings, today, kept)
    until = newest(files.orgs, files.users, files.roles, files.demographics, files.classes, files.enrollments)
    if files.manifest.mode == "delta":
        check_order(until, await delivered_until(conn, files.manifest.source), findings)
    if findings.problems:
        return ()
    changes = await asyncio.to_thread(_changes, files, kept, findings)
    changes = changes.without(await erased_of(conn, changes.people, findings))
    findings.people += await people_changes(conn, changes.people, changes.ended_people)
    if findings.left:
        findings.people += await people_left(conn, findings.left, ended=end_left)
        changes = with_left(changes, findings.left) if end_left else changes
    counts = await apply_schools(conn, changes)
    await keep_rows(conn, changes)
    rows = {id_: one.number for id_, one in files.people.items()}
    findings.duplicates += await duplicates_in(conn, files.users.file, rows, findings.sight)
    if until is not None:
        await delivered(conn, files.manifest.source, until)
    return counts


def _changes(files: RosterFiles, kept: KeptRoster, findings: Findings) -> SchoolChanges:
    is_delta = files.manifest.mode == "delta"
    whole = overlaid(files, kept) if is_delta else with_kept_classes(files, kept)
    changes = delta_changes(files, whole) if is_delta else school_changes(whole)
    findings.notes += [*roster_notes(whole, changes), *class_notes(whole, kept)]
    findings.left += [] if is_delta else those_left(files, kept)
    return replace(changes, ended_classes=ended_classes(whole, kept.work_classes))
