"""Connections to Postgres: one pool a process, timeouts on everything, jsonb as Python objects.

asyncpg publishes no types, so the part of it that this room uses is named here once, as protocols.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol, TypeVar, cast

import asyncpg

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 15
CLOSE_SECONDS = 5
GONE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
T = TypeVar("T")


class Row(Protocol):
    """One row of a result; columns by name or position (`asyncpg.Record`)."""

    def __getitem__(self, key: str | int, /) -> Any:
        """The value of the column with this name or position."""
        ...

    def get(self, key: str, default: Any = None, /) -> Any:
        """The column's value, or the default when the result has no such column."""
        ...

    def keys(self) -> Iterable[str]:
        """The column names."""
        ...

    def values(self) -> Iterable[Any]:
        """The values in column order."""
        ...

    def items(self) -> Iterable[tuple[str, Any]]:
        """Pairs of column name and value; `dict(row.items())` makes a model's arguments."""
        ...


class Connection(Protocol):
    """What every function in `records/` takes: a connection, plain or borrowed from the pool."""

    async def execute(self, query: str, *args: Any) -> str:
        """Run a statement (several, if there are no arguments); returns the command tag, such as `UPDATE 1`."""
        ...

    async def executemany(self, command: str, args: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each set of arguments, all or none."""
        ...

    async def fetch(self, query: str, *args: Any) -> list[Row]:
        """Every row."""
        ...

    async def fetchrow(self, query: str, *args: Any) -> Row | None:
        """The first row, if any."""
        ...

    async def fetchval(self, query: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Commits on the way out, rolls back on an exception; inside another one it is a savepoint."""
        ...

    def is_in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    async def reset(self) -> None:
        """Let go of all that the session holds: locks, settings, listening."""
        ...

    async def add_listener(self, channel: str, callback: Callable[..., None]) -> None:
        """Call back for each notification on the channel."""
        ...

    async def remove_listener(self, channel: str, callback: Callable[..., None]) -> None:
        """Call back no more."""
        ...

    def add_termination_listener(self, callback: Callable[..., None]) -> None:
        """Call back once the connection is closed or lost."""
        ...

    def remove_termination_listener(self, callback: Callable[..., None]) -> None:
        """Call back no more."""
        ...


class Pool(Protocol):
    """Connections to borrow: `async with pool.acquire() as conn`."""

    def acquire(self, *, timeout: float | None = None) -> AbstractAsyncContextManager[Connection]:
        """Borrow a connection; waits for a free one, at most `timeout` seconds if given."""
        ...


class _Undone(Exception):  # noqa: N818 - ends a trial; never leaves this module
    pass


async def tried(conn: Connection, work: Awaitable[T]) -> T:
    """What `work` gives; whatever it changed in the database is taken back."""
    given: list[T] = []
    with suppress(_Undone):
        async with conn.transaction():
            given.append(await work)
            raise _Undone
    return given[0]


@asynccontextmanager
async def session(pool: Pool) -> AsyncGenerator[Connection]:
    """Borrow a connection for work whose locks are the session's; whatever is still locked is let go at the end."""
    async with pool.acquire() as conn:
        try:
            yield conn
        finally:
            with suppress(*GONE):
                await conn.reset()


@asynccontextmanager
async def joined(conn: Connection) -> AsyncGenerator[None]:
    """The transaction that is open, or one of its own: for steps that are only ever kept or lost with all the rest."""
    if conn.is_in_transaction():
        yield
        return
    async with conn.transaction():
        yield


@asynccontextmanager
async def hasty(conn: Connection) -> AsyncGenerator[None]:
    """A transaction whose end does not wait for the disk: a crash of the database may lose its last half second.

    For what is noted on the way, such as that something was shown or a draft; never for what anybody handed in. It is
    begun in one round trip, so nothing within it opens a savepoint.
    """
    await conn.execute("begin; set local synchronous_commit = off")
    try:
        yield
    except BaseException:
        with suppress(*GONE):
            await conn.execute("rollback")
        raise
    await conn.execute("commit")


async def _leave(_: asyncpg.Connection) -> None:
    """Nothing is kept in a session but by `session` and by listeners, so giving it back costs no round trip."""


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def open_connection(database_url: str) -> AsyncGenerator[Connection]:
    """One connection for a short command such as `import`; closed on the way out, with no limit on a statement's time.

    Raises OSError, TimeoutError or asyncpg.PostgresError when the server cannot be reached or refuses.
    """
    connection = cast(
        "asyncpg.Connection",
        await asyncpg.connect(
            database_url, timeout=CONNECT_SECONDS, server_settings={"application_name": "journeywork"}
        ),
    )
    try:
        await _prepare(connection)
        yield cast("Connection", connection)
    finally:
        try:
            await connection.close(timeout=CLOSE_SECONDS)
        except TimeoutError:
            connection.terminate()


@asynccontextmanager
async def open_pool(database_url: str, *, size: int = 10, role: str | None = None) -> AsyncGenerator[Pool]:
    """A pool of at most `size` connections, closed on the way out; each takes on a `role` of `records.grants`.

    A statement may take 15 s and an open transaction may idle 30 s; then Postgres ends it, so a stuck process cannot
    hold rows. Raises OSError, TimeoutError or asyncpg.PostgresError when the server cannot be reached or refuses.
    """

    async def prepare(connection: asyncpg.Connection) -> None:
        await _prepare(connection)
        if role is not None:
            await connection.execute("select set_config('role', $1, false)", role)

    pool = await asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=size,
        timeout=CONNECT_SECONDS,
        command_timeout=STATEMENT_SECONDS,
        init=prepare,
        reset=_leave,
        server_settings={
            "application_name": "journeywork",
            "idle_in_transaction_session_timeout": "30s",
            "statement_timeout": f"{STATEMENT_SECONDS}s",
        },
    )
    try:
        yield cast("Pool", pool)
    finally:
        try:
            await asyncio.wait_for(pool.close(), CLOSE_SECONDS)
        except TimeoutError:
            pool.terminate()
