"""A gateway with its dispatcher on a real Temporal server, with a worker where a test starts one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
from fastapi import FastAPI
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus

from records.health import borrow
from records.lifecycles import record_batch
from records.pool import Pool
from schemas.acts import Batch, Carried
from schemas.naming import CARRY_OUT
from tests.workflows.world import World
from workers.worker import effects_worker, lifecycle_worker


class Real:
    """A gateway with its dispatcher on a real Temporal; ids get a prefix, for the namespace is shared."""

    def __init__(self, app: FastAPI, client: Client, api: httpx2.AsyncClient, prefix: str) -> None:
        self.app, self.client, self.api, self.prefix = app, client, api, prefix
        self.pool: Pool = app.state.services.pool
        self._sent = 0

    def wait_long(self) -> None:
        """Wait for answers however busy the machine is."""
        self.app.state.services = replace(self.app.state.services, patience=20, page_patience=25)

    def named(self, id_: str) -> str:
        return f"{self.prefix}.{id_}"

    async def send(self, type_: str, subject: str, **data: object) -> httpx2.Response:
        self._sent += 1
        if "opportunity_id" in data:
            data["opportunity_id"] = self.named(str(data["opportunity_id"]))
        event = {
            "specversion": "1.0",
            "id": str(self._sent),
            "source": f"/{self.prefix}",
            "type": f"org.journeywork.{type_}",
            "subject": self.named(subject),
            "data": data,
        }
        return await self.api.post("/events", json=event)

    async def opened(self) -> None:
        days = {"start": "2027-07-06", "end": "2027-08-13"}
        who = {"host_id": "hst-4001", "program": "boston-summer-internship", "supervisor_id": "sup-2001"}
        assert (await self.send("opportunity.opened", "opp-6001", seats=2, **days, **who)).status_code == 200

    async def state(self, id_: str = "pl-1") -> str:
        return str((await self.api.get(f"/placements/{self.named(id_)}")).json()["state"])

    async def is_over(self, id_: str = "pl-1") -> bool:
        handle = self.client.get_workflow_handle(f"placement/{self.named(id_)}")
        return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    async def is_applied(self, event_id: str) -> bool:
        return (await self.api.get(f"/inbox/{event_id}?source=/{self.prefix}")).json()["status"] == "applied"

    async def is_in(self, state: str) -> bool:
        return await self.state() == state


class RecordingWorld(World):
    """Records every batch as the real activity does, and answers as World does."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool

    @activity.defn(name=CARRY_OUT)
    async def record_and_carry_out(self, batch: Batch) -> Carried:
        async with borrow(self._pool) as conn:
            await record_batch(conn, batch)
        return await self.carry_out(batch)


@asynccontextmanager
async def working(real: Real) -> AsyncIterator[World]:
    world = RecordingWorld(real.pool)
    async with lifecycle_worker(real.client), effects_worker(real.client, [world.record_and_carry_out]):
        yield world
