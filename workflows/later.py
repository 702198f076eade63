"""Effects that could not be carried out now: each is tried again, after a longer and longer wait."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.carry import Waiting
from schemas.effects import Effect

WAITS = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 30, 120, 600, 3600))
"""Before the second try, the third, ...; the last one again and again."""


class Later:
    """The effects that wait. Instants are real time."""

    def __init__(self, waiting: Iterable[Waiting] = ()) -> None:
        self.waiting = tuple(waiting)
        self._tries: dict[str, int] = {}

    def put(self, effect: Effect, now: datetime) -> None:
        """Let an effect that failed wait for its next turn."""
        tries = self._tries.pop(effect.key, 0)
        at = now + WAITS[min(tries, len(WAITS) - 1)]
        self.waiting = (*self.waiting, Waiting(effect=effect, tries=tries + 1, at=at))

    def take(self, now: datetime) -> list[Effect]:
        """The effects whose turn has come; they wait no longer."""
        ready = [one for one in self.waiting if one.at <= now]
        self.waiting = tuple(one for one in self.waiting if one.at > now)
        self._tries |= {one.effect.key: one.tries for one in ready}
        return [one.effect for one in ready]
