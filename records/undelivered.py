"""Answers that are safe here and have not reached their lifecycle yet."""

from records import submissions
from records.pool import Connection
from records.submissions import Submission
from schemas.base import LifecycleName

WAITING = """
select s.id from submissions s join inbox i on i.source = $1 and i.event_id = s.id
where s.lifecycle = $2 and s.lifecycle_id = $3 and s.request_id = $4 and i.status = 'accepted'
order by s.received_at limit 1
"""

SOURCE = "/forms"
"""The source of the inbox rows that bring submissions to their lifecycle; the event id is the submission's."""


async def waiting_submission(
    conn: Connection, lifecycle: LifecycleName, lifecycle_id: str, request_id: str
) -> Submission | None:
    """The first answer to a request that is accepted and not delivered, whoever sent it; or None."""
    id_ = await conn.fetchval(WAITING, SOURCE, lifecycle, lifecycle_id, request_id)
    return await submissions.get(conn, id_) if id_ else None
