"""What the outside world did and what it was told: the only truth that the stack is measured against."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schemas.base import LifecycleName
from schemas.naming import update_id


class Mark(NamedTuple):
    """The fact that an acknowledged act must have left exactly once: its type, and what its data must hold."""

    type: str
    holds: tuple[tuple[str, Any], ...] = ()

    def fits(self, type_: str, data: dict[str, Any]) -> bool:
        """Whether a fact is this one."""
        return type_ == self.type and all(data.get(name) == value for name, value in self.holds)


class Acked(NamedTuple):
    """Something that was acknowledged: an event (200 or 202), or a form whose page said that it is kept."""

    kind: str
    source: str
    event_id: str
    lifecycle: LifecycleName
    id: str
    opens: bool
    mark: Mark

    @property
    def act(self) -> str:
        """The id under which a lifecycle takes it."""
        return update_id(self.source, self.event_id)


class Kill(NamedTuple):
    """Which component was killed, when, and until when it was kept from coming back (Unix time; 0: not at all)."""

    component: str
    at: float
    kept_until: float = 0.0


class Single(NamedTuple):
    """One request that was answered: when it was sent (Unix time), and the seconds until its answer."""

    at: float
    seconds: float


@dataclass
class Ledger:
    """Collected by the load, the crowd and the killer.

    `waits` are seconds from the first send to the answer, `flushes` milliseconds until the disk kept a block.
    """

    acked: list[Acked] = field(default_factory=list[Acked])
    refused: Counter[str] = field(default_factory=Counter[str])
    kills: list[Kill] = field(default_factory=list[Kill])
    answers: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])
    waits: list[float] = field(default_factory=list[float])
    singles: list[Single] = field(default_factory=list[Single])
    flushes: list[float] = field(default_factory=list[float])
    feed: list[str] = field(default_factory=list[str])
