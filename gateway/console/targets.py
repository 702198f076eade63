"""What staff act on and answer for: placements, offers, hosts and incidents as one kind of thing, if in sight."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from gateway.console.rendering import Visit
from gateway.console.visits import Refusal
from gateway.received import is_id
from records import around, caseload
from records.pool import Connection
from schemas.base import LifecycleName
from schemas.console import ConsoleRole, Filters
from schemas.views import CaseView

T = TypeVar("T")

ROOMS: Mapping[str, LifecycleName] = {
    "placements": "placement",
    "offers": "opportunity",
    "hosts": "partnership",
    "incidents": "incident",
}
"""The part of an address under which each lifecycle is shown."""

ROOM_OF: Mapping[LifecycleName, str] = {lifecycle: room for room, lifecycle in ROOMS.items()}
LISTS = {room: "/console" if room == "placements" else f"/console/{room}" for room in ROOMS}
"""Where each is listed."""


class Target(NamedTuple):
    """One of them: its lifecycle's id, the address of its page, its name and what is said beside it.

    `ticked` is the id that a list sends for it, `role` what the visitor is towards it (None: may not act on it).
    `learner_id` names whose record it is, if it is a learner's. A host without a partnership has no `view`.
    """

    lifecycle: LifecycleName
    id: str
    ticked: str
    name: str
    about: str
    state: str
    role: ConsoleRole | None
    view: CaseView | None
    learner_id: str | None = None
    host_id: str | None = None

    @property
    def href(self) -> str:
        """The address of its page."""
        return f"/console/{ROOM_OF[self.lifecycle]}/{self.ticked}"

    @property
    def key(self) -> str:
        """It among others of any kind, as `placement/pl-1`."""
        return f"{self.lifecycle}/{self.id}"


def the_one(found: Sequence[T]) -> T:
    """What was looked for by its id. Raises Refusal (404), the same for what is out of sight and what is not there."""
    if not found:
        raise Refusal(404, "not_found")
    return found[0]


def as_ids(id_: str) -> list[str]:
    """The id as one to look for; nothing that could not be one."""
    return [id_] if is_id(id_) else []


async def some(
    conn: Connection, visit: Visit, lifecycle: LifecycleName, ids: Sequence[str], *, whole: bool = False
) -> list[Target]:
    """Those in sight, by the ids of their lifecycles or of hosts; `whole`: placements with all their requests."""
    staff, names = visit.staff, state_names(visit, lifecycle)
    if lifecycle == "placement":
        cases = await caseload.some(conn, staff, list(ids), whole=whole)
        return [
            Target(
                *("placement", one.id, one.id, one.learner, one.host or one.host_id, names.get(one.view.state, "")),
                staff.role_for(one.school_id, one.learner_id),
                one.view,
                one.learner_id,
                one.host_id,
            )
            for one in cases
        ]
    if lifecycle == "opportunity":
        return [
            Target(
                *("opportunity", one.id, one.id, one.title or one.id, one.host or one.host_id),
                names.get(one.view.state, ""),
                staff.role,
                one.view,
                one.view.learner_id,
                one.host_id,
            )
            for one in await around.offers(conn, staff, ids=ids)
        ]
    if lifecycle == "partnership":
        return [
            Target(
                *("partnership", one.view.id if one.view else one.host.id, one.host.id, one.host.name, one.host.sector),
                names.get(one.view.state, "") if one.view else visit.words.words["no_partnership"],
                staff.role,
                one.view,
                host_id=one.host.id,
            )
            for one in await around.hosts(conn, staff, ids=ids)
        ]
    return [
        Target(
            *("incident", one.id, one.id, one.learner, one.host or "", names.get(one.view.state, "")),
            staff.role_for(one.school_id, one.view.learner_id or ""),
            one.view,
            one.view.learner_id,
            one.view.host_id,
        )
        for one in await around.incidents(conn, staff, ids=ids)
    ]


async def fitting(conn: Connection, visit: Visit, lifecycle: LifecycleName, filters: Filters, limit: int) -> list[str]:
    """The ids of those in sight that fit, at most `limit`; of partnerships the hosts'."""
    staff = visit.staff
    if lifecycle == "placement":
        return await caseload.ids(conn, staff, filters, visit.services.now(), limit=limit)
    if lifecycle == "opportunity":
        return [one.id for one in await around.offers(conn, staff, filters, limit=limit)]
    if lifecycle == "partnership":
        return [one.host.id for one in await around.hosts(conn, staff, filters, limit=limit)]
    return [one.id for one in await around.incidents(conn, staff, filters, limit=limit)]


def state_names(visit: Visit, lifecycle: LifecycleName) -> dict[str, str]:
    """What the states of a lifecycle are called."""
    words = visit.words
    named = {
        "placement": words.states,
        "opportunity": words.offer_states,
        "partnership": words.host_states,
        "incident": words.incident_states,
    }
    return {str(state): name for state, name in named[lifecycle].items()}
