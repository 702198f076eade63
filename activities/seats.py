"""Claims a seat of an opportunity and gives it back."""

import structlog
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.telling import FAULT, PATIENCE_SECONDS, No, Teller
from records.pool import Pool
from schemas.acts import Answer
from schemas.effects import ClaimSeatEffect, Done, ReleaseSeatEffect, SeatAnswer
from schemas.opportunity import ClaimSeat, ReleaseSeat


class Seats:
    """Talks to opportunities for placements."""

    def __init__(self, pool: Pool, client: Client, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Take the pool and the Temporal client."""
        self._teller = Teller(pool, client, patience_seconds=patience_seconds)
        self._log = structlog.get_logger("seats")

    async def claim(self, placement_id: str, effect: ClaimSeatEffect) -> SeatAnswer:
        """Claim a seat; not granted when none is free, or when the opportunity is not open or does not exist.

        When none is free and the placement wants to wait, it is in line. Raises ApplicationError when the opportunity
        has a fault, and as `Teller.ask`.
        """
        command = ClaimSeat(placement_id=placement_id, wait=effect.wait)
        answer = await self._ask(effect.opportunity_id, effect.key, command)
        view = answer.batch.view if answer is not None and answer.batch is not None else {}
        granted, waiting = (placement_id in view.get(name, ()) for name in ("held", "waiting"))
        outcome = "granted" if granted else "waiting" if waiting else "refused"
        self._log.info("seat_claimed", placement_id=placement_id, key=effect.key, outcome=outcome)
        return SeatAnswer(key=effect.key, granted=granted, waiting=waiting)

    async def release(self, placement_id: str, effect: ReleaseSeatEffect) -> Done:
        """Give the seat back; an opportunity that is over or does not exist has nothing to take. Raises as `claim`."""
        await self._ask(effect.opportunity_id, effect.key, ReleaseSeat(placement_id=placement_id))
        return Done(key=effect.key)

    async def _ask(self, opportunity_id: str, key: str, command: ClaimSeat | ReleaseSeat) -> Answer | None:
        """The opportunity's answer; None when it is over, refuses, or does not exist."""
        answer = await self._teller.ask("opportunity", opportunity_id, key, command)
        if not isinstance(answer, No):
            return answer
        if answer.reason == FAULT:
            raise ApplicationError(f"opportunity {opportunity_id} has a fault", type=FAULT)
        return None
