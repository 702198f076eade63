"""The rows of a roster that are kept as they came, so that a delta can say of one of them that it is gone."""

import json
from collections.abc import Sequence

from records.directory_import import SchoolChanges, Table
from records.pool import Connection
from schemas.base import Frozen

ROLES = Table("roster_roles", 1, ("sourced_id", "person_id", "role", "is_primary", "organisation_id"), ends=False)
FORGET_ROLES = """
delete from roster_roles
where person_id = any($1::text[]) and sourced_id not in (select unnest($2::text[]))
"""
CLASSES = Table("work_classes", 1, ("id", "school_id"), ends=False)
FORGET_CLASSES = "delete from work_classes where id = any($1::text[])"
ENROLMENTS = Table("class_enrolments", 1, ("sourced_id", "class_id", "person_id", "role", "is_primary"), ends=False)
FORGET_ENROLMENTS = """
delete from class_enrolments
where person_id = any($1::text[]) and sourced_id not in (select unnest($2::text[]))
"""


async def keep_rows(conn: Connection, changes: SchoolChanges) -> None:
    """Keep the rows of whoever the roster is about, and no others of theirs. Call after `apply_schools`."""
    about = list(changes.about)
    await conn.execute(FORGET_ROLES, about, [one.sourced_id for one in changes.roster_roles])
    await conn.execute(ROLES.upsert, _json(changes.roster_roles))
    await conn.execute(FORGET_CLASSES, list(changes.ended_classes))
    await conn.execute(CLASSES.upsert, _json(changes.work_classes))
    await conn.execute(FORGET_ENROLMENTS, about, [one.sourced_id for one in changes.class_enrolments])
    await conn.execute(ENROLMENTS.upsert, _json(changes.class_enrolments))


def _json(rows: Sequence[Frozen]) -> str:
    return json.dumps([one.model_dump(mode="json") for one in rows])
