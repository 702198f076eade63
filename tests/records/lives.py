"""Lifecycles lived with the pure core, for tests that need real facts and views."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from catalog.program_catalog import program
from lifecycle.registry import OPPORTUNITY, PLACEMENT, batch, begin, decide, facts
from schemas.acts import TIME, Batch, By, Fact
from schemas.clock import REAL, Clock
from schemas.effects import Effect
from schemas.opportunity import OpenOpportunity, Opportunity
from schemas.placement import Placement
from schemas.placement_commands import Propose
from schemas.vocabulary import Role

API = By(kind="api")
NOON = datetime(2027, 6, 21, 16, tzinfo=UTC)
TEAM = {
    Role.STUDENT: "st-1",
    Role.GUARDIAN: "gu-1",
    Role.WORKSITE_SUPERVISOR: "ws-1",
    Role.ALTERNATE_SUPERVISOR: "ws-2",
    Role.CAREER_SPECIALIST: "cs-1",
}


def proposal(id_: str = "pl-1") -> dict[str, Any]:
    """The fields of a proposal of the shipped program."""
    pinned = program("boston-summer-internship")
    assert pinned is not None
    return {
        "placement_id": id_,
        "learner_id": "st-1",
        "opportunity_id": "op-1",
        "host_id": "host-1",
        "program": pinned,
        "start": date(2027, 7, 6),
        "end": date(2027, 8, 13),
        "minor": True,
        "team": TEAM,
    }


class Life:
    """A placement that is told commands; every batch holds all its facts, or those after `recorded`."""

    def __init__(self, id_: str = "pl-1", at: datetime = NOON, **changes: Any) -> None:
        self.state: Placement
        self.facts: list[Fact] = []
        self.effects: list[Effect] = []
        self._take(begin(PLACEMENT, Propose.model_validate(proposal(id_) | changes), at))

    def tell(self, command: Any, at: datetime = NOON, by: By = API) -> "Life":
        self._take(decide(PLACEMENT, self.state, command, at), by)
        return self

    def tick(self, at: datetime) -> "Life":
        return self.tell(PLACEMENT.tick, at, TIME)

    def next_due(self) -> datetime:
        due = PLACEMENT.next_due(self.state)
        assert due is not None
        return due

    def batch(self, *, recorded: int = 0, effects: Sequence[Effect] | None = None) -> Batch:
        told = [fact for fact in self.facts if fact.seq > recorded]
        return batch(PLACEMENT, self.state, 1, told, self.effects if effects is None else effects)

    def _take(self, decision: Any, by: By = API) -> None:
        self.state = decision.state
        self.facts += facts(self.state, "placement", 1, by, decision.events)
        self.effects = list(decision.effects)


def opening(id_: str = "op-1", seats: int = 2, clock: Clock = REAL) -> OpenOpportunity:
    """A host offers seats for the summer of `NOON`."""
    return OpenOpportunity(
        opportunity_id=id_,
        host_id="host-1",
        program_id="boston-summer-internship",
        seats=seats,
        start=date(2027, 7, 6),
        end=date(2027, 8, 13),
        closes_at=datetime(2027, 8, 13, 21, tzinfo=UTC),
        clock=clock,
    )


def offer(id_: str = "op-1", seats: int = 2, at: datetime = NOON) -> tuple[Opportunity, Batch]:
    """An opportunity just opened, and its first batch."""
    state, events, _ = begin(OPPORTUNITY, opening(id_, seats), at)
    return state, batch(OPPORTUNITY, state, 1, facts(state, "opportunity", 1, API, events))
