"""Opportunities whose workflows run, for tests that bring them something."""

import itertools
from datetime import UTC, datetime

from temporalio.client import Client

from lifecycle.registry import first_batch
from records import lifecycles
from records.pool import Pool
from schemas.carry import Begin
from schemas.clock import Clock
from schemas.naming import LIFECYCLE_QUEUE, WORKFLOW_TYPES, workflow_id
from schemas.opportunity import OpportunityOpening
from tests.records.lives import API, NOON, opening

_numbers = itertools.count(1)


def new_id() -> str:
    return f"op-{next(_numbers)}"


async def opened(client: Client, pool: Pool, seats: int = 1) -> str:
    """An opportunity whose workflow runs and whose first fact is recorded, as the gateway leaves it."""
    id_ = new_id()
    clock = Clock(program_epoch=NOON, real_epoch=datetime.now(UTC))
    began = OpportunityOpening(command=opening(id_, seats, clock), at=NOON)
    await client.start_workflow(
        WORKFLOW_TYPES["opportunity"],
        Begin(by=API, opening=began),
        id=workflow_id("opportunity", id_),
        task_queue=LIFECYCLE_QUEUE,
    )
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, first_batch(began, API))
    return id_


async def held(pool: Pool, id_: str) -> tuple[str, ...]:
    async with pool.acquire() as conn:
        view = await lifecycles.opportunity(conn, id_)
    assert view is not None
    return view.held
