"""The rows of a roster that are kept as they came, so that a delta can say of one of them that it is gone."""

import json
from collections.abc import Sequence

from records.directory_import import SchoolChanges
from records.pool import Connection
from schemas.base import Frozen

KEEP_ROLES = """
insert into roster_roles as kept (sourced_id, person_id, role, is_primary, organisation_id)
select sourced_id, person_id, role, is_primary, organisation_id
from jsonb_populate_recordset(null::roster_roles, $1::text::jsonb)
on conflict (sourced_id) do update set person_id = excluded.person_id, role = excluded.role,
    is_primary = excluded.is_primary, organisation_id = excluded.organisation_id
where (kept.person_id, kept.role, kept.is_primary, kept.organisation_id)
    is distinct from (excluded.person_id, excluded.role, excluded.is_primary, excluded.organisation_id)
"""
FORGET_ROLES = """
delete from roster_roles
where person_id = any($1::text[]) and sourced_id not in (select unnest($2::text[]))
"""
KEEP_CLASSES = """
insert into work_classes (id, school_id)
select id, school_id from jsonb_populate_recordset(null::work_classes, $1::text::jsonb)
on conflict (id) do update set school_id = excluded.school_id where work_classes.school_id <> excluded.school_id
"""
FORGET_CLASSES = "delete from work_classes where id = any($1::text[])"
KEEP_ENROLMENTS = """
insert into class_enrolments as kept (sourced_id, class_id, person_id, role, is_primary)
select sourced_id, class_id, person_id, role, is_primary
from jsonb_populate_recordset(null::class_enrolments, $1::text::jsonb)
on conflict (sourced_id) do update set class_id = excluded.class_id, person_id = excluded.person_id,
    role = excluded.role, is_primary = excluded.is_primary
where (kept.class_id, kept.person_id, kept.role, kept.is_primary)
    is distinct from (excluded.class_id, excluded.person_id, excluded.role, excluded.is_primary)
"""
FORGET_ENROLMENTS = """
delete from class_enrolments
where person_id = any($1::text[]) and sourced_id not in (select unnest($2::text[]))
"""


async def keep_rows(conn: Connection, changes: SchoolChanges) -> None:
    """Keep the rows of whoever the roster is about, and no others of theirs. Call after `apply_schools`."""
    about = list(changes.about)
    await conn.execute(FORGET_ROLES, about, [one.sourced_id for one in changes.roster_roles])
    await conn.execute(KEEP_ROLES, _json(changes.roster_roles))
    await conn.execute(FORGET_CLASSES, list(changes.ended_classes))
    await conn.execute(KEEP_CLASSES, _json(changes.work_classes))
    await conn.execute(FORGET_ENROLMENTS, about, [one.sourced_id for one in changes.class_enrolments])
    await conn.execute(KEEP_ENROLMENTS, _json(changes.class_enrolments))


def _json(rows: Sequence[Frozen]) -> str:
    return json.dumps([one.model_dump(mode="json") for one in rows])
