"""The opportunity lifecycle as tables: how an offer is developed, opened, filled and closed."""

from collections.abc import Callable
from typing import Any

from lifecycle.tables import Places, Table
from schemas.opportunity import Opportunity
from schemas.opportunity_events import (
    HazardFound,
    OpportunityAmended,
    OpportunityClosed,
    OpportunityDeclined,
    OpportunityDesigned,
    OpportunityFilled,
    OpportunityOpened,
    OpportunityReopened,
    OpportunityReturned,
    OpportunityReviewed,
    OpportunityScreened,
    SeatClaimed,
    SeatReleased,
    WaitlistJoined,
    WaitlistLeft,
)
from schemas.vocabulary import OpportunityState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import Trigger

DEVELOPING: tuple[S, ...] = (S.PROPOSED, S.DESIGNED, S.REVIEWED)
"""Not open yet."""

TRANSITIONS: dict[tuple[S, type], S] = {
    (S.PROPOSED, OpportunityDesigned): S.DESIGNED,
    (S.DESIGNED, OpportunityReturned): S.PROPOSED,
    (S.DESIGNED, OpportunityReviewed): S.REVIEWED,
    (S.REVIEWED, OpportunityReturned): S.PROPOSED,
    (S.REVIEWED, OpportunityOpened): S.OPEN,
    **{(state, OpportunityDeclined): S.DECLINED for state in DEVELOPING},
    **{(state, OpportunityClosed): S.CLOSED for state in DEVELOPING},
    (S.OPEN, OpportunityFilled): S.FILLED,
    (S.FILLED, OpportunityReopened): S.OPEN,
    (S.OPEN, OpportunityClosed): S.CLOSED,
    (S.FILLED, OpportunityClosed): S.CLOSED,
}

TERMINAL: frozenset[S] = frozenset({S.CLOSED, S.DECLINED})
GIVING: frozenset[S] = frozenset({S.OPEN, S.FILLED})
"""Seats are given, or waited for."""

LIVE: frozenset[S] = frozenset(S) - TERMINAL

ALLOWED: dict[str, frozenset[S]] = {
    "open": frozenset(S),
    "approve": frozenset({S.REVIEWED}),
    "amend": LIVE,
    "close": LIVE,
    "claim_seat": frozenset(S),
    "release_seat": frozenset(S),
    "submit": frozenset(S),
    "waive": frozenset(S),
    "return": frozenset(S),
    "resend": frozenset(S),
    "disclaim": frozenset(S),
    "snooze": frozenset(S),
    "record_screening": frozenset(S),
    "record_bounce": frozenset(S),
    "tick": frozenset(S),
}
"""In which states a command makes sense. Elsewhere it is refused, naming the state and the command."""

REQUESTS: dict[K, Places] = {
    K.DESIGN: (frozenset({S.PROPOSED}), frozenset({S.PROPOSED})),
    K.CURRICULUM_REVIEW: (frozenset({S.DESIGNED}), frozenset({S.DESIGNED, S.REVIEWED})),
    K.SAFETY_REVIEW: (frozenset({S.DESIGNED}), frozenset({S.DESIGNED})),
    K.OPPORTUNITY_REVIEW: (frozenset({S.REVIEWED}), frozenset({S.REVIEWED})),
}
"""For each kind of request: the states in which it can be opened, and those in which it may stay open."""


def _without(ids: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(one for one in ids if one != gone)


FACTS: dict[type, Callable[[Opportunity, Any], dict[str, Any]]] = {
    OpportunityDesigned: lambda offer, _: {"designs": offer.designs + 1, "screened": False, "hazards": ()},
    OpportunityScreened: lambda _, event: {"screened": True, "hazards": event.hazards},
    OpportunityAmended: lambda _, event: {
        name: getattr(event, name) for name in ("seats", "start", "end", "closes_at")
    },
    SeatClaimed: lambda offer, event: {
        "held": (*offer.held, event.placement_id),
        "waiting": _without(offer.waiting, event.placement_id),
    },
    SeatReleased: lambda offer, event: {"held": _without(offer.held, event.placement_id)},
    WaitlistJoined: lambda offer, event: {"waiting": (*offer.waiting, event.placement_id)},
    WaitlistLeft: lambda offer, event: {"waiting": _without(offer.waiting, event.placement_id)},
}
"""Type of event -> what it changes besides the state."""

SILENCE: dict[K, tuple[type[Any], dict[str, Any]]] = {
    K.DESIGN: (OpportunityDeclined, {"reason": "not_described"}),
    K.CURRICULUM_REVIEW: (OpportunityDeclined, {"reason": "curriculum_not_reviewed"}),
    K.SAFETY_REVIEW: (OpportunityDeclined, {"reason": "hazard_not_reviewed"}),
    K.OPPORTUNITY_REVIEW: (OpportunityDeclined, {"reason": "not_reviewed"}),
}
"""What silence to the very end means, by kind of request that blocks."""

TABLE = Table(
    states=tuple(S),
    transitions=TRANSITIONS,
    terminal=TERMINAL,
    allowed=ALLOWED,
    requests=REQUESTS,
    facts=FACTS,
    triggers={HazardFound: (Trigger.HAZARD_FOUND,)},
    silence=SILENCE,
)
"""The opportunity lifecycle."""
