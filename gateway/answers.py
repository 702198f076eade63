"""Whether lifecycles answer at present, so that nobody waits for an answer that will not come."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Literal

from schemas.acts import Delivery

GIVEN_UP = 3
"""After so many deliveries of a kind without an answer, in a row or at once, nobody waits for one."""

SILENT_SECONDS = 0.5
"""How long deliveries under way must have waited, with no answer to any other, to count as without one."""

Kind = Literal["opening", "act"]


def kind_of(delivery: Delivery) -> Kind:
    """Openings need the engine alone; acts a worker, too."""
    return "opening" if delivery.act is None else "act"


class Answers:
    """What one process has seen of them. Kinds are apart: with the workers away openings are answered still.

    `behind` is set while what was kept during an outage is worked off: whatever is new would wait behind it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._unanswered: dict[Kind, int] = {"opening": 0, "act": 0}
        self._under_way: dict[Kind, dict[object, float]] = {"opening": {}, "act": {}}
        self._last: dict[Kind, float] = {"opening": clock(), "act": clock()}
        self.behind = False

    @contextmanager
    def awaited(self, kind: Kind) -> Generator[None]:
        """Around a delivery, as long as its answer is waited for."""
        token, under_way = object(), self._under_way[kind]
        under_way[token] = self._clock()
        try:
            yield
        finally:
            del under_way[token]

    def came(self, kind: Kind) -> bool:
        """An answer came, a refusal too. True when there had been none for so long that nobody waited."""
        before, self._unanswered[kind] = self._unanswered[kind], 0
        self._last[kind] = self._clock()
        return before >= GIVEN_UP

    def missed(self, kind: Kind) -> None:
        """No answer came for as long as it was waited for."""
        self._unanswered[kind] += 1

    def are_expected(self, kind: Kind) -> bool:
        """Whether it is worth waiting for one; while it is not, the dispatcher's deliveries tell when that is over."""
        if self._unanswered[kind] >= GIVEN_UP or self.behind:
            return False
        until = self._clock() - SILENT_SECONDS
        if self._last[kind] > until:
            return True
        return sum(since < until for since in self._under_way[kind].values()) < GIVEN_UP
