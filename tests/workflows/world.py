"""The world as a test wants it: a stand-in for the one activity, which keeps every batch it was given."""

from collections import defaultdict
from collections.abc import Callable

from temporalio import activity
from temporalio.exceptions import ApplicationError

from schemas.acts import Batch, Carried
from schemas.effects import ClaimSeatEffect, Done, Effect, Notify, Outcome, SeatAnswer, Sent
from schemas.naming import CARRY_OUT

Answering = Callable[[Effect], Outcome | None]
"""What comes of an effect; None leaves it to the default: all mail is sent, every seat granted."""


class World:
    """Takes batches per lifecycle id (ids differ between tests), answers as told, and fails while it is `away`.

    `forgetful` ones are told of no outcome, `shuffling` ones in reverse order.
    """

    def __init__(self) -> None:
        self.batches: dict[str, list[Batch]] = defaultdict(list)
        self.tries: dict[str, int] = defaultdict(int)
        self.away: dict[str, ApplicationError] = {}
        self.answering: dict[str, Answering] = {}
        self.forgetful: set[str] = set()
        self.shuffling: set[str] = set()

    @activity.defn(name=CARRY_OUT)
    async def carry_out(self, batch: Batch) -> Carried:
        self.tries[batch.id] += 1
        if batch.id in self.away:
            raise self.away[batch.id]
        self.batches[batch.id].append(batch)
        outcomes = [self._outcome(batch.id, effect) for effect in batch.effects]
        if batch.id in self.shuffling:
            outcomes.reverse()
        return Carried(outcomes=() if batch.id in self.forgetful else tuple(outcomes))

    def recorded(self, id_: str) -> list[int]:
        """Which facts of a lifecycle the activity was given, by sequence number, each once."""
        return sorted({fact.seq for batch in self.batches[id_] for fact in batch.facts})

    def effects(self, id_: str) -> list[Effect]:
        """All effects of a lifecycle, in the order they were carried out."""
        return [effect for batch in self.batches[id_] for effect in batch.effects]

    def told(self, id_: str) -> list[tuple[str, str]]:
        """Who was sent which message: pairs of message and person."""
        return [(one.message, one.person_id) for one in self.effects(id_) if isinstance(one, Notify)]

    def times(self, id_: str, key: str) -> int:
        """How often an effect was tried, by its key."""
        return sum(effect.key == key for effect in self.effects(id_))

    def _outcome(self, id_: str, effect: Effect) -> Outcome:
        found = self.answering[id_](effect) if id_ in self.answering else None
        if found is not None:
            return found
        if isinstance(effect, ClaimSeatEffect):
            return SeatAnswer(key=effect.key, granted=True)
        return Sent(key=effect.key) if isinstance(effect, Notify) else Done(key=effect.key)
