"""What a key that is limited to some schools may send: events about their learners, and no others.

Whatever is out of sight is answered like what does not exist.
"""

import json
from typing import Any

from gateway.envelopes import Envelope
from gateway.problems import ProblemError, invalid
from gateway.received import is_begun, is_id
from gateway.services import Services
from records import sight
from records.health import borrow
from records.inbox import InboxRow
from schemas.incoming import INCOMING
from schemas.problems import ProblemCode

OF_LEARNERS = frozenset({"placement", "incident"})
"""The lifecycles that belong to a learner, and so to a school."""


async def check_reach(services: Services, envelope: Envelope) -> None:
    """Let the event through if its sender may send it. Raises ProblemError (403, 422)."""
    kind = INCOMING.get(envelope.type)
    if services.caller.organisations is None or kind is None:
        return
    data: dict[str, Any] = json.loads(envelope.text)
    lifecycle = data.get("lifecycle", kind.lifecycle)
    if lifecycle not in OF_LEARNERS:
        raise ProblemError(
            ProblemCode.FORBIDDEN, "this key is limited to some schools, and what hosts offer belongs to none of them"
        )
    subject, learner = envelope.subject, data.get("learner_id")
    async with borrow(services.pool) as conn:
        near = subject is None or await sight.reaches(conn, lifecycle, subject)
        known = learner is None or (isinstance(learner, str) and await sight.sees_learner(conn, learner))
    if not known:
        raise invalid("data.learner_id", "is no student of the schools that this key is limited to")
    if subject is not None and not near and is_id(subject):
        async with borrow(services.everything) as conn:
            elsewhere = await is_begun(conn, lifecycle, subject)
        if elsewhere or learner is None:
            raise invalid("subject", f"is no {lifecycle} that is known here: {subject}")


async def may_ask(services: Services, row: InboxRow) -> bool:
    """Whether the sender may learn what became of an event."""
    if services.caller.organisations is None:
        return True
    if row.lifecycle not in OF_LEARNERS:
        return False
    async with borrow(services.pool) as conn:
        return await sight.reaches(conn, row.lifecycle, row.lifecycle_id)
