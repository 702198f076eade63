"""Whether a host takes anybody now, as its partnership says."""

from gateway.received import Received
from records import lifecycles
from records.kept import PARTNERSHIPS
from schemas.naming import partnership_of
from schemas.problems import ProblemCode, Refused


async def refuse_unless_it_may_host(received: Received, host_id: str) -> None:
    """Nobody is placed where the partnership says no; a host without a partnership is not looked at. Raises Refused."""
    view = await lifecycles.newest(received.conn, PARTNERSHIPS, partnership_of(host_id))
    if view is None or view.may_host:
        return
    why = f"not in date: {', '.join(view.blocked_by)}" if view.blocked_by else f"it is {view.state}"
    raise Refused(ProblemCode.NOT_ALLOWED_NOW, f"host {host_id} takes nobody now; partnership {view.id}: {why}")
