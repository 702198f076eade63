"""What one lifecycle is, as data: its transitions, what may be said and asked in which state, what silence means."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from schemas.vocabulary import RequestKind, Trigger

Places = tuple[frozenset[Any], frozenset[Any]]
NOWHERE: Places = (frozenset(), frozenset())


@dataclass(frozen=True, eq=False)
class Table:
    """One lifecycle.

    `transitions`: state and type of event -> the next state. `allowed`: command -> the states it makes sense in.
    `requests`: kind -> the states in which it can be opened, and those in which it may stay open. `facts`: type of
    event -> what else it changes in the state. `triggers`: type of event (or kind of answered request) -> what it is
    an occasion for, and `arises` whether it is one in the case as it was before. `silence`: kind of request that blocks
    -> the event, with its values, that follows when nobody ever answers. `once`: what happens once in a life, however
    often it is said.
    """

    states: Iterable[Any]
    transitions: Mapping[tuple[Any, type], Any]
    terminal: frozenset[Any]
    allowed: Mapping[str, frozenset[Any]]
    requests: Mapping[RequestKind, Places]
    facts: Mapping[type, Callable[[Any, Any], dict[str, Any]]] = field(
        default_factory=dict[type, Callable[[Any, Any], dict[str, Any]]]
    )
    triggers: Mapping[type | RequestKind, tuple[Trigger, ...]] = field(
        default_factory=dict[type | RequestKind, tuple[Trigger, ...]]
    )
    arises: Callable[[Any, Trigger], bool] = lambda _, __: True
    silence: Mapping[RequestKind, tuple[type[Any], dict[str, Any]]] = field(
        default_factory=dict[RequestKind, tuple[type[Any], dict[str, Any]]]
    )
    once: frozenset[Trigger] = frozenset({Trigger.ENDED, Trigger.LEFT_EARLY, Trigger.COMPLETED})

    @cached_property
    def later(self) -> dict[Any, frozenset[Any]]:
        """For each state: the states a case may still come to."""
        return {state: _reachable(self.transitions, state) for state in self.states}

    @cached_property
    def opened_in(self) -> dict[Any, tuple[RequestKind, ...]]:
        """For each state: the kinds that are asked in it, in the order of their list."""
        return {state: tuple(kind for kind in RequestKind if state in self.places(kind)[0]) for state in self.states}

    @cached_property
    def with_reason(self) -> frozenset[type]:
        """The events that bring a reason along with the new state."""
        return frozenset(event for _, event in self.transitions if "reason" in event.model_fields)  # pyright: ignore[reportAttributeAccessIssue]

    def places(self, kind: RequestKind) -> Places:
        """Where a kind can be opened and where it may stay open; nowhere when it is another lifecycle's."""
        return self.requests.get(kind, NOWHERE)


def _reachable(transitions: Mapping[tuple[Any, type], Any], state: Any) -> frozenset[Any]:
    found: set[Any] = set()
    edge = {state}
    while edge:
        edge = {to for (at, _), to in transitions.items() if at in edge} - found
        found |= edge
    return frozenset(found)
