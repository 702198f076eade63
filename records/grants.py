"""Which process may do what to which table. A table without a row here fails a test, and no process can use it.

| role | who works as it |
|---|---|
| `journeywork_gateway` | the gateway, for everybody |
| `journeywork_sight` | the gateway, for somebody who may see some schools only: Postgres shows it no others |
| `journeywork_worker` | the worker |
| `journeywork_export` | whatever reads for reports, and changes nothing |

The owner of the tables migrates them, and runs the commands of operators. The roles cannot log in: users are members of
them, and take one on for a connection or for a transaction.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from records.pool import Connection

GATEWAY = "journeywork_gateway"
SIGHT = "journeywork_sight"
WORKER = "journeywork_worker"
EXPORT = "journeywork_export"
ROLES = (GATEWAY, SIGHT, WORKER, EXPORT)

VERBS: Mapping[str, str] = MappingProxyType({"s": "select", "i": "insert", "u": "update", "d": "delete"})


class May(NamedTuple):
    """What each role may do to one table: letters of `VERBS`."""

    gateway: str = ""
    worker: str = ""
    export: str = ""
    sight: str = ""

    def of(self) -> Iterator[tuple[str, str]]:
        """Role and verbs, for those who may do anything."""
        for role, letters in zip((GATEWAY, WORKER, EXPORT, SIGHT), self, strict=True):
            if letters:
                yield role, ", ".join(VERBS[letter] for letter in letters)


GRANTS: Mapping[str, May] = MappingProxyType(
    {
        "advisers": May("siu", "s", "s", "s"),
        "api_key_secrets": May("su"),
        "api_keys": May("s"),
        "assessments": May("sid", "sid", "s", "s"),
        "audit": May("i", "i", "", ""),
        "calendar_feeds": May("siu"),
        "console_sessions": May("siu"),
        "directory_imports": May("siu"),
        "disclosures": May("si", "si", "", "i"),
        "drafts": May("siud", "siud"),
        "enrolments": May("siu", "s", "s", "s"),
        "erasures": May("si"),
        "exemptions": May("siu", "siu", "s"),
        "feed_clock": May("su", "su"),
        "findings": May("siu", "siu", "s"),
        "form_files": May("siud", "s", "", "s"),
        "guardianships": May("siu", "s", "s", "s"),
        "heartbeats": May("siu", "siu"),
        "host_staff": May("siu", "s", "s", "s"),
        "hosts": May("siu", "s", "s", "s"),
        "inbox": May("siu", "siu"),
        "incidents": May("siu", "siu", "s", "s"),
        "learner_schools": May("s", "s", "s", ""),
        "lifecycle_events": May("si", "si", "s", "s"),
        "link_revocations": May("si", "si"),
        "links": May("siu", "siu"),
        "logged_weeks": May("siu", "siu", "s"),
        "notifications": May("siu", "siu", "s", "s"),
        "offered_work": May("siu", "siu", "s"),
        "opportunities": May("siu", "siu", "s", "s"),
        "opportunity_facts": May("siu", "s", "s", "s"),
        "organisations": May("siu", "s", "s", "s"),
        "partnerships": May("siu", "siu", "s", "s"),
        "people": May("siu", "su", "s", "s"),
        "person_holds": May("siud"),
        "person_kinds": May("s", "s", "s", "s"),
        "placements": May("siu", "siu", "s", "s"),
        "referrals": May("si", "si"),
        "schema_migrations": May(),
        "school_calendars": May("siu", "siu", "s", "s"),
        "school_roles": May("siu", "s", "s", "s"),
        "shifts": May("siud", "siud", "s"),
        "sign_in_asked": May("sid"),
        "sign_in_links": May("siu"),
        "staff_act_lines": May("siu"),
        "staff_acts": May("siu"),
        "submissions": May("si", "si", "s", "s"),
        "webhook_deliveries": May("siud", "siud"),
        "webhook_secrets": May("siud", "siud"),
        "webhook_tries": May("siud", "siud"),
        "webhooks": May("siud", "siud"),
        "work_permits": May("siu", "siu", "s"),
    }
)
"""Every table and view."""

MAKE = """
do $$
declare
    name text;
begin
    foreach name in array array['{roles}'] loop
        begin
            if not exists (select from pg_roles where rolname = name) then
                execute format('create role %I nologin', name);
            end if;
            if not pg_has_role(current_user, name, 'set') then
                execute format('grant %I to %I with inherit false, set true', name, current_user);
            end if;
        exception when duplicate_object or unique_violation then null;
        end;
    end loop;
end
$$
"""


async def make_roles(conn: Connection) -> None:
    """Make the roles that are missing, and let the owner of the tables take them on.

    Raises asyncpg.InsufficientPrivilegeError when the owner may not make roles.
    """
    await conn.execute(MAKE.format(roles="', '".join(ROLES)))


async def grant(conn: Connection) -> None:
    """Give each role what its row says, and take away whatever else it had."""
    said = [f"revoke all on all tables in schema public from {', '.join(ROLES)}"]
    for table, may in GRANTS.items():
        said += [f"grant {verbs} on {table} to {role}" for role, verbs in may.of()]
    await conn.execute(";".join(said))
