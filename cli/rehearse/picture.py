"""What is known of a rehearsal while it runs, from the outgoing feed alone: states, requests, and what went wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lifecycle.placement_facts import TABLE
from schemas.program_kinds import LifecycleKind
from schemas.vocabulary import PlacementState, RequestKind, Role

PREFIX = "org.journeywork."
NEXT: dict[tuple[PlacementState, str], PlacementState] = {
    (state, event.model_fields["type"].default): after for (state, event), after in TABLE.transitions.items()
}
"""State and type of event -> the next state of a placement."""

CLOSES = {
    "request.submitted": "submitted",
    "request.waived": "waived",
    "request.withdrawn": "withdrawn",
    "request.not_provided": "not provided",
}
OFFERED = {"opportunity.opened": True, "opportunity.declined": False}
FOLLOWS_UP = {"follow_up.opened": True, "placement.archived": False}
NEEDS_SOMEBODY = {
    "request.told": "told",
    "request.escalated": "escalated",
    "request.bounced": "bounced",
    "request.not_provided": "never answered",
    "gate.blocked": "blocked at the start",
    "placement.suspended": "suspended",
    "supervisor.left": "supervisor left",
    "supervisor.silent": "supervisor silent",
    "incident.reported": "incident",
    "hours.violation_predicted": "law: predicted",
    "hours.violation_detected": "law: detected",
}
"""The events that a coordinator hears of, or has to do something about."""


@dataclass
class Asked:
    """One request: of whom, since when, until when, and who may answer it (person -> role)."""

    lifecycle: LifecycleKind
    lifecycle_id: str
    id: str
    kind: RequestKind
    form: str
    number: int
    opened_at: datetime
    holders: dict[str, Role]
    turns: int = 1
    closed_at: datetime | None = None
    ended: str | None = None
    by: Role | None = None

    @property
    def is_open(self) -> bool:
        """Whether it awaits an answer."""
        return self.ended is None

    @property
    def last_role(self) -> Role:
        """Who was asked last."""
        return list(self.holders.values())[-1]


@dataclass
class Known:
    """One placement, offer or incident.

    `offered`: whether an offer was opened, None while that is not decided. `follows_up`: a placement has its outcome,
    and something is still owed or asked later.
    """

    lifecycle: LifecycleKind
    id: str
    state: PlacementState | None = None
    since: datetime | None = None
    offered: bool | None = None
    follows_up: bool = False
    requests: dict[str, Asked] = field(default_factory=dict[str, Asked])

    @property
    def outcome(self) -> PlacementState | None:
        """How a placement ended; None while it goes on."""
        return self.state if self.state in TABLE.terminal else None


@dataclass(frozen=True)
class Trouble:
    """Something somebody had to look at: what, about which request of whom, and its kind."""

    lifecycle_id: str
    what: str
    about: str
    role: str
    at: datetime


class Picture:
    """Everything known of the lifecycles whose ids hold this run's name."""

    def __init__(self, run: str) -> None:
        self._run = run
        self.known: dict[str, Known] = {}
        self.troubles: list[Trouble] = []
        self.at: datetime | None = None

    @property
    def placements(self) -> list[Known]:
        """The placements, in the order in which they were proposed."""
        return [one for one in self.known.values() if one.lifecycle == "placement"]

    def requests(self) -> Iterator[Asked]:
        """Every request of every lifecycle."""
        for one in self.known.values():
            yield from one.requests.values()

    def request(self, lifecycle_id: str, request_id: str) -> Asked | None:
        """One request, or None while nothing is known of it."""
        one = self.known.get(lifecycle_id)
        return one.requests.get(request_id) if one else None

    def take(self, event: dict[str, Any]) -> None:
        """One event of the feed."""
        id_ = str(event["subject"])
        if self._run not in id_:
            return
        lifecycle: Any = str(event["id"]).partition("-")[0]
        one = self.known.setdefault(id_, Known(lifecycle, id_))
        type_, data = str(event["type"]).removeprefix(PREFIX), dict(event["data"])
        at = datetime.fromisoformat(str(event["time"]))
        self.at = max(at, self.at or at)
        if type_.startswith("request."):
            _request(one, type_, data, at)
        elif lifecycle == "placement":
            before = one.state
            state = PlacementState.PROPOSED if type_ == "placement.proposed" else before
            one.state = NEXT.get((state, type_), state) if state else state
            one.since = at if one.state is not before else one.since
        if type_ in FOLLOWS_UP:
            one.follows_up = FOLLOWS_UP[type_]
        if type_ in OFFERED:
            one.offered = OFFERED[type_]
        if type_ in NEEDS_SOMEBODY:
            self.troubles.append(_trouble(one, type_, data, at))


def _request(one: Known, type_: str, data: dict[str, Any], at: datetime) -> None:
    id_ = str(data["request_id"])
    if type_ == "request.opened":
        one.requests[id_] = Asked(
            lifecycle=one.lifecycle,
            lifecycle_id=one.id,
            id=id_,
            kind=RequestKind(data["kind"]),
            form=data["form"],
            number=data["number"],
            opened_at=at,
            holders={data["person_id"]: Role(data["role"])},
        )
        return
    asked = one.requests.get(id_)
    if asked is None:
        return
    if type_ == "request.reassigned":
        asked.holders.pop(data["person_before"], None)
    again = type_ in {"request.returned", "request.reopened"}
    if again or type_ in {"request.escalated", "request.reassigned"}:
        asked.holders.pop(data["person_id"], None)
        asked.holders[data["person_id"]] = Role(data["role"])
    if again:
        asked.opened_at, asked.closed_at, asked.ended, asked.by = at, None, None, None
        asked.turns += 1
    if type_ in CLOSES:
        asked.closed_at, asked.ended = at, CLOSES[type_]
        by: dict[str, Any] = data.get("by") or {}
        asked.by = Role(by["role"]) if by.get("role") else None


def _trouble(one: Known, type_: str, data: dict[str, Any], at: datetime) -> Trouble:
    asked = one.requests.get(str(data.get("request_id")))
    about = asked.kind if asked else data.get("reason") or data.get("category") or _law(data)
    role = data.get("role") or (asked.last_role if asked else "")
    return Trouble(one.id, NEEDS_SOMEBODY[type_], str(about or ""), str(role), at)


def _law(data: dict[str, Any]) -> str:
    found: dict[str, Any] = data.get("violation") or {}
    return str(found.get("rule") or "")
