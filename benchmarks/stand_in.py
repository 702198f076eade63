"""A world that does nothing: what it says is what the real one would say on a good day."""

from temporalio import activity

from schemas.acts import Batch, Carried
from schemas.effects import ClaimSeatEffect, Done, Effect, Notify, Outcome, SeatAnswer, Sent
from schemas.naming import CARRY_OUT


@activity.defn(name=CARRY_OUT)
async def carry_out(batch: Batch) -> Carried:
    """Grant every seat, send every mail, at once."""
    return Carried(outcomes=tuple(_outcome(effect) for effect in batch.effects))


def _outcome(effect: Effect) -> Outcome:
    if isinstance(effect, ClaimSeatEffect):
        return SeatAnswer(key=effect.key, granted=True)
    return Sent(key=effect.key) if isinstance(effect, Notify) else Done(key=effect.key)
