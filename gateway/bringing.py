"""What a person does behind a mailed link, on its way to the lifecycle: kept first, then delivered once."""

import asyncio

from gateway.delivery import HOLD_EXTRA, Outcome
from gateway.envelopes import payload_hash
from gateway.links import OpenedLink
from gateway.services import Services
from records import inbox
from records.inbox import InboxRow
from records.pool import Connection
from schemas.acts import Act, Answer, By, Command, Delivery
from schemas.naming import update_id
from schemas.problems import ProblemCode, Refused


async def keep(
    conn: Connection, services: Services, opened: OpenedLink, command: Command, *, source: str, id_: str
) -> InboxRow:
    """Keep a command of this person under `source` and `id_`, once; for a while nobody else delivers it."""
    link = opened.link
    fingerprint = payload_hash(TYPES[command.name], link.lifecycle_id, command.model_dump(mode="json"))
    act = Act(
        id=update_id(source, id_),
        payload_hash=fingerprint,
        by=By(kind="form", person_id=link.person_id, role=link.role),
        command=command,
    )
    accepted = await inbox.accept(
        conn,
        source=source,
        event_id=id_,
        payload_hash=fingerprint,
        type=TYPES[command.name],
        delivery=Delivery(lifecycle=link.lifecycle, id=link.lifecycle_id, act=act),
        received_at=services.now(),
        hold_seconds=services.patience + HOLD_EXTRA,
    )
    return accepted.row


async def outcome_of(services: Services, row: InboxRow) -> Outcome:
    """What the lifecycle makes of it: as it is known, or by bringing it there now. None: not known yet."""
    if row.status == "refused":
        why = row.problem or {}
        return Refused(ProblemCode(why.get("code", ProblemCode.CLOSED)), why.get("message", ""))
    if row.status == "applied":
        return Answer.model_validate(row.answer)
    return await services.deliverer.deliver_now(row, patience=services.patience)


async def soon(services: Services, row: InboxRow) -> Outcome:
    """As `outcome_of`, but a page does not wait for it long: the lifecycle is brought it all the same.

    Where pages do not wait at all, it is brought once the page is made, which somebody is looking for.
    """
    if row.status == "accepted" and not services.page_patience:
        asyncio.get_running_loop().call_later(PAGE_FIRST_SECONDS, _begun, services, row)
        return None
    bringing = _begun(services, row)
    done, _ = await asyncio.wait({bringing}, timeout=services.page_patience)
    return bringing.result() if done else None


def _begun(services: Services, row: InboxRow) -> asyncio.Task[Outcome]:
    bringing = asyncio.create_task(outcome_of(services, row))
    _under_way.add(bringing)
    bringing.add_done_callback(_under_way.discard)
    return bringing


PAGE_FIRST_SECONDS = 0.015
"""So long after answers were kept the making of their receipt has the machine to itself."""

_under_way: set[asyncio.Task[Outcome]] = set()
"""Deliveries that nobody waits for any more; one that is lost with its process is left to the dispatcher."""

TYPES = {
    "submit": "org.journeywork.form.submitted",
    "resend": "org.journeywork.request.resent",
    "disclaim": "org.journeywork.request.disclaimed",
    "snooze": "org.journeywork.request.snoozed",
}
"""What each command is called in the inbox."""
