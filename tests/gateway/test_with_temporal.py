"""The gateway on a real Temporal server and worker: what the stand-in for Temporal promises holds there too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import pytest
from fastapi import FastAPI
from google.protobuf.duration_pb2 import Duration
from temporalio import activity
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus

from gateway.app import create_app
from gateway.lifecycle_client import TemporalLifecycleClient
from lifecycle.registry import first_batch
from records import inbox
from records.health import borrow
from records.lifecycles import record_batch
from records.pool import Pool, open_pool
from schemas.acts import Batch, By, Carried
from schemas.carry import Begin
from schemas.naming import CARRY_OUT
from schemas.problems import ProblemCode, Refused
from tests.gateway.desk import KEY, until
from tests.workflows.world import World
from workers.namespace import prepare_namespace
from workers.temporal import connect
from workers.worker import effects_worker, lifecycle_worker

LEARNER = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}


@pytest.fixture(scope="module")
async def client(temporal_alone: str) -> Client:
    """Return a client of a namespace of this module's own."""
    plain = await connect(temporal_alone)
    await plain.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace="gateway-tests", workflow_execution_retention_period=Duration(seconds=86400))
    )
    client = await connect(temporal_alone, "gateway-tests")
    await prepare_namespace(client)
    return client


class Real:
    """A gateway with its dispatcher on a real Temporal; ids get a prefix, for the namespace is shared."""

    def __init__(self, app: FastAPI, client: Client, api: httpx2.AsyncClient, prefix: str) -> None:
        self.app, self.client, self.api, self.prefix = app, client, api, prefix
        self.pool: Pool = app.state.services.pool
        self._sent = 0

    def wait_long(self) -> None:
        """Wait for answers however busy the machine is."""
        self.app.state.services = replace(self.app.state.services, patience=20)

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


@pytest.fixture
async def real(peopled: str, client: Client, request: pytest.FixtureRequest) -> AsyncIterator[Real]:
    """Yield a gateway; no worker runs unless the test starts one."""
    async with open_pool(peopled) as pool:
        app = create_app(pool=pool, client=client, api_key=KEY, public_url="http://people.example")
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app),
                base_url="http://people.example",
                headers={"Authorization": f"Bearer {KEY}"},
            ) as api,
        ):
            yield Real(app, client, api, f"t{abs(hash(request.node.name)) % 10**8}")


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


async def test_an_event_is_applied_within_a_request_and_a_repeat_changes_nothing(real: Real) -> None:
    real.wait_long()
    async with working(real):
        await real.opened()
        proposed = await real.send("placement.proposed", "pl-1", **LEARNER)
        made = await real.send("offer.made", "pl-1")
        await until(lambda: real.is_in("offered"))
        refused = await real.send("attendance.confirmed", "pl-1")
        withdrawn = await real.send("placement.withdrawn", "pl-1", reason="moved_away")
        await until(real.is_over, within=30)
        closed = await real.send("offer.made", "pl-1")

    assert (proposed.json()["status"], made.json()["status"]) == ("applied", "applied")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed_now")
    assert withdrawn.json()["state"] == "withdrawn_by_student"
    assert (closed.status_code, closed.json()["code"]) == (409, "closed")


async def test_an_opening_needs_no_worker_and_acts_wait_for_one(real: Real) -> None:
    await real.opened()
    proposed = await real.send("placement.proposed", "pl-1", **LEARNER)
    made = await real.send("offer.made", "pl-1")
    assert (proposed.status_code, made.status_code) == (200, 202)
    assert await real.state() == "proposed"
    described = await real.client.get_workflow_handle(f"placement/{real.named('pl-1')}").describe()
    assert f"opportunity {real.named('opp-6001')} at host hst-4001" in (await described.static_details() or "")

    async with working(real):
        await until(lambda: real.is_applied("3"), within=30)
        await until(lambda: real.is_in("offered"), within=30)

    async with borrow(real.pool) as conn:
        facts = await conn.fetch("select seq from lifecycle_events where lifecycle = 'placement' order by seq")
    assert [one["seq"] for one in facts] == list(range(1, len(facts) + 1))


async def test_what_the_gateway_records_of_an_opening_is_what_the_workflow_decides(real: Real) -> None:
    async with working(real) as world:
        await real.opened()
        await real.send("placement.proposed", "pl-1", **LEARNER)
        id_ = real.named("pl-1")

        async def carried() -> bool:
            return bool(world.batches[id_])

        await until(carried)
    async with borrow(real.pool) as conn:
        row = await inbox.get(conn, f"/{real.prefix}", "2")
    assert row is not None
    assert row.delivery.opening is not None

    expected = first_batch(row.delivery.opening, By(kind="api"))

    assert world.batches[id_][0].facts == expected.facts
    assert world.batches[id_][0].view == expected.view


async def test_a_lifecycle_that_another_event_opened_is_refused_and_our_own_is_not(real: Real) -> None:
    await real.opened()
    async with borrow(real.pool) as conn:
        row = await inbox.get(conn, f"/{real.prefix}", "1")
    assert row is not None
    port = TemporalLifecycleClient(real.client)
    begin = Begin(opening=row.delivery.opening, by=By(kind="api"))
    described = await real.client.get_workflow_handle(f"opportunity/{row.delivery.id}").describe()
    ours = (await described.memo())["opened_by"]

    await port.start("opportunity", row.delivery.id, begin, ours, 5)
    with pytest.raises(Refused) as refused:
        await port.start("opportunity", row.delivery.id, begin, "somebody else", 5)

    assert refused.value.code is ProblemCode.ALREADY_EXISTS


async def test_readiness_tells_whether_workers_poll_both_queues(real: Real) -> None:
    async with working(real):

        async def ready() -> bool:
            return (await real.api.get("/readyz")).status_code == 200

        await until(ready)
        parts = (await real.api.get("/readyz")).json()["parts"]

    assert parts["workers"]["lifecycle"] >= 1
    assert parts["workers"]["effects"] >= 1
