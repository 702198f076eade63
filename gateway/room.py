"""How much may wait in the inbox: while that much does, no more events are taken, so that nothing grows without end."""

import time
from collections.abc import Callable

from gateway.problems import ProblemError
from records import inbox
from records.health import borrow
from records.pool import Pool
from schemas.problems import ProblemCode

BACKLOG = 100_000
"""Events that may wait to be delivered, unless the settings say otherwise."""

COUNTED_SECONDS = 1.0
"""For how long the backlog is not counted again."""

AGAIN_SECONDS = 15


class Room:
    """Whether the inbox takes more events. What people hand in is always taken."""

    def __init__(self, limit: int = BACKLOG, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._until = 0.0
        self._full = False

    async def check(self, pool: Pool) -> None:
        """Raises ProblemError (429) while too much waits; counts at most once a second. Raises PostgresAwayError."""
        now = self._clock()
        if now >= self._until:
            self._until = now + COUNTED_SECONDS
            async with borrow(pool) as conn:
                self._full = await inbox.waits_at_least(conn, self._limit)
        if self._full:
            raise ProblemError(
                ProblemCode.TOO_MANY,
                f"{self._limit} events wait to be delivered; no more are taken until there are fewer, send it again",
                headers={"Retry-After": str(AGAIN_SECONDS)},
            )
