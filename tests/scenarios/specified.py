"""The list of what the lifecycles promise, as data, and what the scenarios pass through."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from catalog.yaml_check import load_shipped
from schemas.base import Frozen
from tests.scenarios.run import run, scenarios
from tests.scenarios.world import Life, World

FILE = Path(__file__).parent / "specification.yaml"


class Entry(Frozen):
    """One promise. `is`: the state it is about. `awaits`: the lifecycle that will show it, while it is not there."""

    says: str
    lifecycle: str = "placement"
    state: str | None = Field(default=None, alias="is")
    scenarios: tuple[str, ...] = ()
    awaits: str | None = None


class Specification(Frozen):
    """Everything promised, by what it is."""

    about: str
    states: tuple[Entry, ...]
    terminals: tuple[Entry, ...]
    timers: tuple[Entry, ...]
    escalation: tuple[Entry, ...]
    failures: tuple[Entry, ...]
    peers: tuple[Entry, ...]
    promises: tuple[Entry, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them."""
        return (
            *self.states,
            *self.terminals,
            *self.timers,
            *self.escalation,
            *self.failures,
            *self.peers,
            *self.promises,
        )


@cache
def specification() -> Specification:
    """The list. Raises CatalogError when the file is broken."""
    return load_shipped(FILE, Specification)


@cache
def lived() -> dict[str, World]:
    """Every scenario, lived once."""
    return {id_: run(one) for id_, one in scenarios().items()}


@cache
def lives(lifecycle: str) -> tuple[Life, ...]:
    """All lives of one kind in all scenarios."""
    return tuple(
        life for world in lived().values() for life in world.lives.values() if life.lifecycle.name == lifecycle
    )


def states_of(world: World, lifecycle: str) -> set[str]:
    """The states that lives of one kind were in."""
    return {
        str(case.state) for life in world.lives.values() if life.lifecycle.name == lifecycle for _, case, _ in life.told
    }


def told(lifecycle: str) -> list[Any]:
    """All events of lives of one kind."""
    return [event for life in lives(lifecycle) for event, _, _ in life.told]
