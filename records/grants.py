"""Which process may do what to which table. A table without a row here fails a test, and no process can use it.

| role | who works as it |
|---|---|
| `journeywork_gateway` | the gateway, for somebody who may see some schools only: it reads, and is shown no others |
| `journeywork_gateway_whole` | the gateway, for what belongs to no school or to all: it says so |
| `journeywork_worker` | the worker |
| `journeywork_export` | whatever reads for reports, and changes nothing |

The owner of the tables migrates them, and runs the commands of operators. The roles cannot log in: users are members of
them, and take one on for a connection or for a transaction. The user that the gateway signs in as is a member of its
two roles alone, and the worker's of its one: `records.logins`.

Gateway and worker erase people, and let data go that was kept long enough, so they may delete from the tables of work.
What happened, what was shown and what was done they only add to; keys they only look up.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from records.pool import Connection

GATEWAY = "journeywork_gateway"
WHOLE = "journeywork_gateway_whole"
WORKER = "journeywork_worker"
EXPORT = "journeywork_export"
ROLES = (GATEWAY, WHOLE, WORKER, EXPORT)
RETIRED = ("journeywork_sight",)
"""Migrations name it; it may do nothing."""

VERBS: Mapping[str, str] = MappingProxyType({"s": "select", "i": "insert", "u": "update", "d": "delete"})


class May(NamedTuple):
    """What each role may do to one table: letters of `VERBS`."""

    whole: str = ""
    worker: str = ""
    export: str = ""
    gateway: str = ""

    def of(self) -> Iterator[tuple[str, str]]:
        """Role and verbs, for those who may do anything."""
        for role, letters in zip((WHOLE, WORKER, EXPORT, GATEWAY), self, strict=True):
            if letters:
                yield role, ", ".join(VERBS[letter] for letter in letters)


GRANTS: Mapping[str, May] = MappingProxyType(
    {
        "advisers": May("siud", "siud", "s", "s"),
        "api_key_secrets": May("su"),
        "api_keys": May("s", "s"),
        "assessments": May("siud", "siud", "s", "s"),
        "audit": May("si", "si"),
        "calendar_feeds": May("siud", "siud"),
        "class_enrolments": May("siud", "siud"),
        "console_sessions": May("siud", "siud"),
        "directory_imports": May("siud", "siud"),
        "disclosures": May("si", "si", "", "i"),
        "drafts": May("siud", "siud"),
        "duplicate_decisions": May("siud", "siud"),
        "enrolments": May("siud", "siud", "s", "s"),
        "erasures": May("siud", "siud"),
        "exemptions": May("siud", "siud", "s"),
        "feed_clock": May("su", "su"),
        "findings": May("siud", "siud", "s", "s"),
        "form_files": May("siud", "siud", "", "s"),
        "guardianships": May("siud", "siud", "s", "s"),
        "heartbeats": May("siud", "siud"),
        "host_staff": May("siud", "siud", "s", "s"),
        "hosts": May("siu", "su", "s", "s"),
        "inbox": May("siud", "siud", "", "s"),
        "incidents": May("siud", "siud", "s", "s"),
        "learner_schools": May("s", "s", "s", "s"),
        "lifecycle_events": May("si", "si", "s", "s"),
        "link_revocations": May("siud", "siud"),
        "links": May("siud", "siud", "", "s"),
        "logged_weeks": May("siud", "siud", "s"),
        "notifications": May("siud", "siud", "s", "s"),
        "offered_work": May("siud", "siud", "s"),
        "opportunities": May("siud", "siud", "s", "s"),
        "opportunity_facts": May("siud", "siud", "s", "s"),
        "organisations": May("siu", "s", "s", "s"),
        "partnerships": May("siud", "siud", "s", "s"),
        "people": May("siud", "siud", "s", "s"),
        "person_holds": May("siud", "siud"),
        "person_kinds": May("s", "s", "s", "s"),
        "placements": May("siud", "siud", "s", "s"),
        "referrals": May("siud", "siud"),
        "roster_deliveries": May("siu"),
        "roster_roles": May("siud", "siud"),
        "schema_migrations": May(),
        "school_calendars": May("siud", "siud", "s", "s"),
        "school_roles": May("siud", "siud", "s", "s"),
        "shifts": May("siud", "siud", "s"),
        "sign_in_asked": May("siud", "siud"),
        "sign_in_links": May("siud", "siud"),
        "staff_act_lines": May("siud", "siud", "", "s"),
        "staff_acts": May("siud", "siud", "", "s"),
        "submissions": May("siud", "siud", "s", "s"),
        "webhook_deliveries": May("siud", "siud"),
        "webhook_secrets": May("siud", "siud"),
        "webhook_tries": May("siud", "siud"),
        "webhooks": May("siud", "siud"),
        "work_classes": May("siud"),
        "work_permits": May("siud", "siud", "s"),
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
            if name <> all (array['{retired}']) and not pg_has_role(current_user, name, 'set') then
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
    await conn.execute(MAKE.format(roles="', '".join((*ROLES, *RETIRED)), retired="', '".join(RETIRED)))


async def grant(conn: Connection) -> None:
    """Give each role what its row says, and take away whatever else it had."""
    said = [f"revoke all on all tables in schema public from {', '.join(ROLES)}"]
    for table, may in GRANTS.items():
        said += [f"grant {verbs} on {table} to {role}" for role, verbs in may.of()]
    await conn.execute(";".join(said))
