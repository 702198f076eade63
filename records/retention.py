"""Taking away what has been kept long enough: by kind of data, by program, never what somebody put on hold."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from records.erasing import erase, sweep, sweep_late
from records.pool import Connection, Pool
from records.retention_matters import BY_MATTER, HELD
from schemas.retention import Passed, Retention

LOCK = "select pg_try_advisory_xact_lock(7310642)"

SIMPLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "drafts": (f"delete from drafts where saved_at < $1 and person_id not in ({HELD})",),  # noqa: S608
        "unsent_scans": (
            f"delete from form_files where submission_id is null and uploaded_at < $1 and person_id not in ({HELD})",  # noqa: S608
        ),
        "sign_ins": (
            "delete from sign_in_links where expires_at < $1",
            "delete from console_sessions where expires_at < $1",
            "delete from sign_in_asked where at < $1",
        ),
        "links": (
            """
delete from links l where expires_at < $1 and not exists (
    select from placements p where p.id = l.lifecycle_id and (p.outcome is null or p.updated_at >= $1)
)
""",
            "delete from calendar_feeds where revoked_at < $1",
        ),
        "inbox": ("delete from inbox where status <> 'accepted' and finished_at < $1",),
        "import_files": ("update directory_imports set content = null where content is not null and uploaded_at < $1",),
        "import_reports": ("delete from directory_imports where uploaded_at < $1",),
    }
)
"""What goes by its own age ($1: older than this)."""

LEARNERS = f"""
select e.learner_id from enrolments e join people l on l.id = e.learner_id
where l.erased_at is null and (l.status = 'ended' or e.status = 'ended') and l.id not in ({HELD})
    and exists (select from placements p where p.learner_id = l.id)
    and not exists (
        select from placements p
        where p.learner_id = l.id and (p.outcome is null or p.answer_due_at is not null or p.updated_at >= $1)
    )
    and not exists (select from incidents i where i.learner_id = l.id and i.outcome is null)
order by l.id limit 200
"""  # noqa: S608 - constants


class _Due(NamedTuple):
    kind: str
    program: str | None
    days: int


async def run(conn: Connection, retention: Retention, now: datetime) -> list[Passed]:
    """Take away what is due. Call inside a transaction; roll it back for a dry run."""
    passed = [await _simple(conn, kind, retention.days(kind), now) for kind in SIMPLE]
    for kind in BY_MATTER:
        own = [name for name, one in retention.programs.items() if getattr(one, kind) is not None]
        due = [_Due(kind, program, retention.days(kind, program)) for program in (None, *own)]
        passed += [await _by_matter(conn, one, own, now) for one in due]
    passed.append(await _learners(conn, retention.learners, now))
    return passed


async def run_alone(pool: Pool, retention: Retention, now: datetime) -> list[Passed] | None:
    """Take away what is due, and what came in about erased people; None when somebody else is at it."""
    async with pool.acquire() as conn, conn.transaction():
        if not await conn.fetchval(LOCK):
            return None
        late = Passed(kind="erased", days=0, rows=await sweep(conn, now))
        return [*await run(conn, retention, now), late]


async def sweep_alone(pool: Pool, now: datetime) -> int:
    """Take away what came in about erased learners; returns how many rows it was, none when somebody else is at it."""
    async with pool.acquire() as conn, conn.transaction():
        return await sweep_late(conn, now) if await conn.fetchval(LOCK) else 0


async def _simple(conn: Connection, kind: str, days: int, now: datetime) -> Passed:
    rows = [_rows(await conn.execute(query, now - timedelta(days=days))) for query in SIMPLE[kind]]
    return Passed(kind=kind, days=days, rows=sum(rows))


async def _by_matter(conn: Connection, due: _Due, own: list[str], now: datetime) -> Passed:
    given = (now - timedelta(days=due.days), due.program, [] if due.program else own)
    rows = [_rows(await conn.execute(query, *given)) for query in BY_MATTER[due.kind]]
    return Passed(kind=due.kind, program=due.program, days=due.days, rows=sum(rows))


async def _learners(conn: Connection, days: int, now: datetime) -> Passed:
    """Erase learners who left long ago, at most 200 a time."""
    left = await conn.fetch(LEARNERS, now - timedelta(days=days))
    for row in left:
        await erase(conn, row["learner_id"], reason="kept long enough", asked_by="retention", now=now)
    return Passed(kind="learners", days=days, rows=len(left))


def _rows(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
