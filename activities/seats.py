"""Claims a seat of an opportunity and gives it back: an Update to the opportunity's workflow, applied once."""

from datetime import timedelta

import structlog
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from records import inbox, lifecycles
from records.pool import Pool
from schemas.acts import Act, Answer, By
from schemas.effects import ClaimSeatEffect, Done, ReleaseSeatEffect, SeatAnswer
from schemas.naming import update_id, workflow_id
from schemas.opportunity import ClaimSeat, ReleaseSeat

SOURCE = "/lifecycles"
PATIENCE_SECONDS = 5
"""How long an answer may take; a timeout says nothing, and the same id is sent again."""


class Seats:
    """Talks to opportunities for placements."""

    def __init__(self, pool: Pool, client: Client, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Take the pool and the Temporal client."""
        self._patience = timedelta(seconds=patience_seconds)
        self._pool = pool
        self._client = client
        self._log = structlog.get_logger("seats")

    async def claim(self, placement_id: str, effect: ClaimSeatEffect) -> SeatAnswer:
        """Claim a seat; not granted when none is free, or when the opportunity is closed or does not exist.

        Raises what the Temporal client raises when the answer is not known; asking again is safe.
        """
        answer = await self._ask(effect.opportunity_id, effect.key, ClaimSeat(placement_id=placement_id))
        held = answer.batch.view["held"] if answer is not None and answer.batch is not None else ()
        granted = placement_id in held
        self._log.info("seat_claimed", placement_id=placement_id, key=effect.key, outcome=str(granted).lower())
        return SeatAnswer(key=effect.key, granted=granted)

    async def release(self, placement_id: str, effect: ReleaseSeatEffect) -> Done:
        """Give the seat back; an opportunity that is over or does not exist has nothing to take. Raises as `claim`."""
        await self._ask(effect.opportunity_id, effect.key, ReleaseSeat(placement_id=placement_id))
        return Done(key=effect.key)

    async def _ask(self, opportunity_id: str, key: str, command: ClaimSeat | ReleaseSeat) -> Answer | None:
        """The opportunity's answer, recorded; None when it is over, refuses, or does not exist."""
        id_ = update_id(SOURCE, key)
        async with self._pool.acquire() as conn:
            _, recorded = await lifecycles.recorded_seq(conn, "opportunity", opportunity_id)
        act = Act(id=id_, payload_hash=id_, by=By(kind="lifecycle"), recorded=recorded, command=command)
        handle = self._client.get_workflow_handle(workflow_id("opportunity", opportunity_id))
        try:
            answer = await handle.execute_update(
                command.name, act, id=id_, result_type=Answer, rpc_timeout=self._patience
            )
        except WorkflowUpdateFailedError as failed:
            if isinstance(failed.cause, ApplicationError) and failed.cause.type == "fault":
                raise
            return None
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await self._wait_for_opening(opportunity_id)
            return None
        if answer.batch is not None:
            async with self._pool.acquire() as conn:
                await lifecycles.record_batch(conn, answer.batch)
        return answer

    async def _wait_for_opening(self, opportunity_id: str) -> None:
        """Raise when the opportunity is about to be opened: it is not there yet, but not missing either."""
        async with self._pool.acquire() as conn:
            if await inbox.pending_opening(conn, "opportunity", opportunity_id):
                raise ApplicationError(f"opportunity {opportunity_id} is not open yet", type="not_open_yet")
