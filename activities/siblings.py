"""Withdraws a learner's other applications once one offer is accepted: nobody works at two places on the same days."""

import structlog

from activities.telling import No, Teller
from records import pairings
from records.pool import Pool
from schemas.effects import Done, WithdrawOthers
from schemas.placement_commands import Withdraw

REASON = "accepted_another"


class Siblings:
    """Talks to a learner's other placements."""

    def __init__(self, pool: Pool, teller: Teller) -> None:
        """Take the pool and the teller that carries commands to other lifecycles."""
        self._pool = pool
        self._teller = teller
        self._log = structlog.get_logger("siblings")

    async def withdraw(self, placement_id: str, effect: WithdrawOthers) -> Done:
        """Withdraw them, each once. One that has moved on meanwhile refuses, and stays. Raises as `Teller.ask`."""
        async with self._pool.acquire() as conn:
            others = await pairings.others_of(conn, effect.learner_id, placement_id)
        for other in others:
            answer = await self._teller.ask("placement", other, f"{effect.key}/{other}", Withdraw(reason=REASON))
            outcome = answer.reason if isinstance(answer, No) else "withdrawn"
            self._log.info("sibling", placement_id=placement_id, id=other, key=effect.key, outcome=outcome)
        return Done(key=effect.key)
