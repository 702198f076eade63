"""Carries commands from one lifecycle to another: an Update to the other's workflow, applied once."""

from datetime import timedelta
from typing import NamedTuple

import structlog
from pydantic import ValidationError
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from records import inbox, lifecycles
from records.pool import Pool
from schemas.acts import COMMANDS, Act, Answer, By, Command
from schemas.base import LifecycleName
from schemas.effects import Deferred, Done, Skipped, TellLifecycle
from schemas.naming import update_id, workflow_id
from schemas.problems import ProblemCode

SOURCE = "/lifecycles"
PATIENCE_SECONDS = 5
"""How long an answer may take; a timeout says nothing, and the same id is sent again."""

FAULT = "fault"


class No(NamedTuple):
    """The other lifecycle does not do it, and why (a code): it refuses, has a fault, is over or does not exist."""

    reason: str


class Teller:
    """Talks to lifecycles for other lifecycles."""

    def __init__(self, pool: Pool, client: Client, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Take the pool and the Temporal client."""
        self._patience = timedelta(seconds=patience_seconds)
        self._pool = pool
        self._client = client
        self._log = structlog.get_logger("telling")

    async def tell(self, sender: LifecycleName, effect: TellLifecycle) -> Done | Skipped | Deferred:
        """Carry a command to the lifecycle that the effect names; the same key again changes nothing.

        Skipped with the reason when that lifecycle refuses, is over or does not exist, or knows no such command;
        deferred while it has a fault. Raises as `ask`.
        """
        try:
            command = COMMANDS[effect.lifecycle].validate_python(effect.command)
        except (KeyError, ValidationError):
            told: Answer | No = No(ProblemCode.INVALID)
        else:
            told = await self.ask(effect.lifecycle, effect.id, effect.key, command, source=f"{SOURCE}/{sender}")
        reason = told.reason if isinstance(told, No) else None
        outcome = "done" if reason is None else "deferred" if reason == FAULT else "skipped"
        self._log.info("told", lifecycle=effect.lifecycle, id=effect.id, key=effect.key, outcome=outcome, reason=reason)
        if reason is None:
            return Done(key=effect.key)
        return (Deferred if reason == FAULT else Skipped)(key=effect.key, reason=reason)

    async def ask(
        self, lifecycle: LifecycleName, id_: str, key: str, command: Command, *, source: str = SOURCE
    ) -> Answer | No:
        """The answer of another lifecycle to a command, recorded; the same key again gives the same answer.

        Raises ApplicationError when that lifecycle is about to be opened, and what the Temporal client raises when the
        answer is not known; asking again is safe.
        """
        act_id = update_id(source, key)
        async with self._pool.acquire() as conn:
            epoch, seq = await lifecycles.recorded_seq(conn, lifecycle, id_)
        recorded = seq if epoch == 1 else 0
        act = Act(id=act_id, payload_hash=act_id, by=By(kind="lifecycle"), recorded=recorded, command=command)
        handle = self._client.get_workflow_handle(workflow_id(lifecycle, id_))
        try:
            answer = await handle.execute_update(
                command.name, act, id=act_id, result_type=Answer, rpc_timeout=self._patience
            )
        except WorkflowUpdateFailedError as failed:
            code = failed.cause.type if isinstance(failed.cause, ApplicationError) else None
            if code is None or code not in {FAULT, *ProblemCode}:
                raise
            return No(code)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return await self._why_not_there(lifecycle, id_)
        if answer.batch is not None:
            async with self._pool.acquire() as conn:
                await lifecycles.record_batch(conn, answer.batch)
        return answer

    async def _why_not_there(self, lifecycle: LifecycleName, id_: str) -> No:
        """It is over or missing; one that is about to be opened is not there yet, but not missing either."""
        async with self._pool.acquire() as conn:
            if await inbox.pending_opening(conn, lifecycle, id_):
                raise ApplicationError(f"{lifecycle} {id_} is not open yet", type="not_open_yet")
            view = await lifecycles.view_of(conn, lifecycle, id_)
        return No(ProblemCode.CLOSED if view is not None and view.ended_as else ProblemCode.NOT_FOUND)
