"""Imports directory data from CSV files: all of it or, when anything is wrong, nothing."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg

from cli.calendar_files import calendar_notes, check_calendars, read_calendars, school_calendars
from cli.employer_files import (
    check_employers,
    check_opportunities,
    host_changes,
    opportunity_facts,
    opportunity_notes,
    read_employers,
    read_opportunities,
)
from cli.errors import UserError
from cli.import_report import Findings, ImportReport, Kind, Offer
from cli.roster_files import read_roster
from cli.roster_meaning import roster_notes, school_changes
from records.directory_import import TableCount, apply_hosts, apply_opportunities, apply_schools, known, lock_imports
from records.pool import Connection, open_connection
from records.school_calendars import apply_calendars, organisations

OFFERED = set(Offer.model_fields) - {"change"}


class _UndoError(Exception):
    """Leaves a transaction without keeping what it wrote."""


async def import_kind(
    kind: Kind, path: Path, *, database_url: str, dry_run: bool = False, today: date | None = None
) -> ImportReport:
    """Read `path`, check all of it, and write it in one transaction; with any problem, or as a dry run, write nothing.

    `today` (UTC by default) is the day that ages and ended roles are reckoned at. A dry run does the same work and
    rolls it back, so its counts are the real ones. Raises UserError when the database cannot be used.
    """
    day = today or datetime.now(UTC).date()
    findings = Findings()
    counts: tuple[TableCount, ...] = ()
    offers: tuple[Offer, ...] = ()
    async with _connected(database_url) as conn:
        with suppress(_UndoError):
            async with conn.transaction():
                await lock_imports(conn)
                if kind == "opportunities":
                    counts, offers = await _import_opportunities(conn, path, findings, day)
                else:
                    counts = await WRITES[kind](conn, path, findings, day)
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


async def _import_oneroster(conn: Connection, path: Path, findings: Findings, today: date) -> tuple[TableCount, ...]:
    files = read_roster(path, findings, today)
    if findings.problems:
        return ()
    changes = school_changes(files)
    findings.notes += roster_notes(files, changes)
    return await apply_schools(conn, changes)


async def _import_employers(conn: Connection, path: Path, findings: Findings, today: date) -> tuple[TableCount, ...]:
    rows = read_employers(path, findings, today)
    check_employers(rows, await known(conn), findings)
    return () if findings.problems else await apply_hosts(conn, host_changes(rows))


async def _import_opportunities(
    conn: Connection, path: Path, findings: Findings, today: date
) -> tuple[tuple[TableCount, ...], tuple[Offer, ...]]:
    rows = read_opportunities(path, findings, today)
    check_opportunities(rows, await known(conn), findings)
    if findings.problems:
        return (), ()
    findings.notes += opportunity_notes(rows, today)
    facts = opportunity_facts(rows)
    counts, changes = await apply_opportunities(conn, facts)
    return counts, tuple(Offer(**each.model_dump(include=OFFERED), change=changes[each.id]) for each in facts)


async def _import_calendars(conn: Connection, path: Path, findings: Findings, today: date) -> tuple[TableCount, ...]:
    rows = read_calendars(path, findings, today)
    known_organisations = await organisations(conn)
    check_calendars(rows, known_organisations, findings)
    calendars = school_calendars(rows, known_organisations, findings)
    if findings.problems:
        return ()
    findings.notes += calendar_notes(calendars, today)
    return (await apply_calendars(conn, calendars),)


WRITES = {"oneroster": _import_oneroster, "employers": _import_employers, "calendars": _import_calendars}


@asynccontextmanager
async def _connected(database_url: str) -> AsyncGenerator[Connection]:
    try:
        async with open_connection(database_url) as conn:
            yield conn
    except asyncpg.UndefinedTableError as error:
        raise UserError("the database has no directory yet; run journeywork migrate first.") from error
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise UserError("Postgres refused the user or password in DATABASE_URL; correct them.") from error
    except asyncpg.InvalidCatalogNameError as error:
        raise UserError("the database in DATABASE_URL does not exist; create it or correct the name.") from error
    except asyncpg.ClientConfigurationError as error:
        raise UserError("DATABASE_URL is no Postgres address; write postgresql://user:password@host/name.") from error
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
        raise UserError("Postgres does not answer; start the stack (journeywork up) or set DATABASE_URL.") from error
