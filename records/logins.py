"""The users that gateway and worker sign in as: each may take on the roles of its process, and can do nothing else."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from records.grants import GATEWAY, WHOLE, WORKER
from records.pool import Connection

LOGINS: Mapping[str, tuple[str, Sequence[str]]] = MappingProxyType(
    {
        "worker": ("journeywork_worker_login", (WORKER,)),
        "gateway": ("journeywork_gateway_login", (GATEWAY, WHOLE)),
    }
)
"""By process: the user's name, and the roles that it is a member of. `deploy/roles.sql` makes them on other servers."""

KNOWN = "select exists (select from pg_roles where rolname = $1)"
WRITTEN = "select format('{verb} role %I login noinherit password %L', $1::text, $2::text)"
MEMBER = "grant {roles} to {name} with inherit false, set true"


async def make_login(conn: Connection, process: str, password: str) -> str:
    """Make a process's user, or give it this password; returns the user's name. The roles are there: `migrate`."""
    name, roles = LOGINS[process]
    verb = "alter" if await conn.fetchval(KNOWN, name) else "create"
    await conn.execute(await conn.fetchval(WRITTEN.format(verb=verb), name, password))
    await conn.execute(MEMBER.format(roles=", ".join(roles), name=name))
    return name
