"""One lifecycle's story: its facts in order, with the messages that went out between them."""

import heapq
from typing import Any

from pydantic import AwareDatetime

from records import notifications
from records.pool import Connection
from schemas.acts import By
from schemas.base import Frozen, LifecycleName

FACTS = """
select epoch, seq, type, at, by, data from lifecycle_events
where lifecycle = $1 and id = $2 order by epoch, seq
"""

SYSTEM = By(kind="lifecycle")


class TimelineEntry(Frozen):
    """One thing that happened, at a program instant; ids and codes only.

    A fact has its own `type`; a message has `message.sent`, `.skipped`, `.bounced`, `.deferred` or `.held`, and in
    `data` which `message`, to whom (`person_id`, `role`), about which `request_id`, the `reason`, how many `tries`, and
    `held_until` if it was not sent at once.
    """

    at: AwareDatetime
    type: str
    by: By
    data: dict[str, Any]


async def timeline(conn: Connection, lifecycle: LifecycleName, id_: str) -> list[TimelineEntry]:
    """Everything that happened to one lifecycle, oldest first; empty when it is not known."""
    rows = await conn.fetch(FACTS, lifecycle, id_)
    facts = [
        TimelineEntry(at=row["at"], type=row["type"], by=By.model_validate(row["by"]), data=row["data"]) for row in rows
    ]
    messages = [_message(one) for one in await notifications.about(conn, lifecycle, id_)]
    return list(heapq.merge(facts, messages, key=lambda entry: entry.at))


def _message(one: notifications.Notification) -> TimelineEntry:
    return TimelineEntry(
        at=one.at,
        type=f"message.{one.outcome}",
        by=SYSTEM,
        data={
            "message": one.message,
            "person_id": one.person_id,
            "role": one.role,
            "request_id": one.request_id,
            "reason": one.reason,
            "tries": one.tries,
            **({"held_until": one.held_until.isoformat()} if one.held_until else {}),
        },
    )
