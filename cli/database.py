"""A connection to the database for a command that works on it directly."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg

from cli.errors import UserError
from records.pool import Connection, open_connection


@asynccontextmanager
async def connected(database_url: str) -> AsyncGenerator[Connection]:
    """Connect; closed on the way out. Raises UserError in one line when the database cannot be used."""
    try:
        async with open_connection(database_url) as conn:
            yield conn
    except asyncpg.UndefinedTableError as error:
        raise UserError("the database is not up to date yet; run journeywork migrate first.") from error
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise UserError("Postgres refused the user or password in DATABASE_URL; correct them.") from error
    except asyncpg.InvalidCatalogNameError as error:
        raise UserError("the database in DATABASE_URL does not exist; create it or correct the name.") from error
    except asyncpg.ClientConfigurationError as error:
        raise UserError("DATABASE_URL is no Postgres address; write postgresql://user:password@host/name.") from error
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
        raise UserError("Postgres does not answer; start the stack (journeywork up) or set DATABASE_URL.") from error
