"""One placement, if the visitor may see it; and the log of what was shown."""

from collections.abc import Iterable

from gateway.console.rendering import Visit
from gateway.console.visits import Refusal
from gateway.received import is_id
from records import caseload, disclosures
from records.caseload import Case
from records.health import borrow
from records.pool import Connection
from schemas.console import ConsoleRole, is_at_least
from schemas.disclosures import official


async def tell(
    visit: Visit,
    conn: Connection,
    what: str,
    cases: Iterable[Case] = (),
    *,
    learners: Iterable[str] = (),
    record: str | None = None,
) -> None:
    """Keep that the visitor is shown these placements, and something of these learners. One alone is named."""
    shown = list(cases)
    record = f"placement/{shown[0].id}" if len(shown) == 1 else record
    ids = {*learners, *(one.learner_id for one in shown)}
    now = visit.services.now()
    await disclosures.tell(conn, official(visit.staff), what, now, record=record, learners=ids)


async def case_in_sight(visit: Visit, id_: str) -> Case:
    """The placement, if this person may see it. Raises Refusal (404), the same for one that does not exist."""
    async with borrow(visit.services.pool) as conn:
        case = await caseload.one(conn, visit.staff, id_) if is_id(id_) else None
    if case is None:
        raise Refusal(404, "not_found")
    return case


async def case_to_act_on(visit: Visit, id_: str) -> Case:
    """The same for whoever may act for the learner. Raises Refusal: 404 as above, 403 for those who only look."""
    case = await case_in_sight(visit, id_)
    role = visit.staff.role_for(case.school_id, case.learner_id)
    if not is_at_least(role, ConsoleRole.CAREER_SPECIALIST):
        raise Refusal(403, "not_yours")
    return case
