"""Imports directory data from files into the database that a command is given."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg

from cli.errors import UserError
from gateway.imports.report import ImportReport, Kind
from gateway.imports.run import import_source
from records.pool import Connection, open_connection


async def import_kind(
    kind: Kind, path: Path, *, database_url: str, dry_run: bool = False, today: date | None = None
) -> ImportReport:
    """Import `path`; see `import_source`. `today` is that of UTC by default.

    Raises UserError when the database cannot be used.
    """
    async with _connected(database_url) as conn:
        return await import_source(conn, kind, path, today=today or datetime.now(UTC).date(), dry_run=dry_run)


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
