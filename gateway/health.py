"""Whether every part answers: Postgres and Temporal (by writing), and workers on both task queues."""

import asyncio
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from pydantic import Field
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.namespace.v1 import UpdateNamespaceInfo
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from records import inbox
from records.health import beat, borrow
from records.pool import Pool
from schemas.base import Frozen
from schemas.naming import EFFECTS_QUEUE, LIFECYCLE_QUEUE

LIMIT_SECONDS = 2.0
CACHED_SECONDS = 1.0
BEAT_SECONDS = 10.0
"""How often Temporal is asked to write; in between it is enough that it answers."""
MAY_NOT = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.UNIMPLEMENTED)
SEEN_WITHIN = timedelta(seconds=75)
"""An idle worker asks for work about once a minute; one that has not for longer is gone."""


class Readiness(Frozen):
    """Whether the gateway can do its work, and how each part is; `ok` in every part."""

    ready: bool
    parts: dict[str, dict[str, Any]] = Field(examples=[{"postgres": {"ok": True, "ms": 2, "backlog": 0}}])


class TemporalProbe(Protocol):
    """What is asked of Temporal to see whether it is well."""

    async def reach(self) -> None:
        """Return when the namespace answers and can keep something; raises anything else."""
        ...

    async def pollers(self) -> dict[str, int]:
        """How many workers look after `lifecycle` and `effects`."""
        ...


class TemporalServerProbe:
    """Asks a real Temporal server.

    A server whose store is full or gone still reads what it remembers, so something is written: a time beside the
    namespace. Where that is not allowed (a namespace that somebody else administers) reading must do.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._may_write, self._wrote = True, -BEAT_SECONDS

    async def reach(self) -> None:
        """See TemporalProbe."""
        if self._may_write and time.monotonic() - self._wrote >= BEAT_SECONDS:
            try:
                await self._write()
            except RPCError as error:
                if error.status not in MAY_NOT:
                    raise
                self._may_write = False
            else:
                self._wrote = time.monotonic()
                return
        await self._client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=self._client.namespace), timeout=timedelta(seconds=LIMIT_SECONDS)
        )

    async def _write(self) -> None:
        await self._client.workflow_service.update_namespace(
            UpdateNamespaceRequest(
                namespace=self._client.namespace,
                update_info=UpdateNamespaceInfo(data={"journeywork.beat": datetime.now(UTC).isoformat()}),
            ),
            timeout=timedelta(seconds=LIMIT_SECONDS),
        )

    async def pollers(self) -> dict[str, int]:
        """See TemporalProbe."""
        lifecycle, effects = await asyncio.gather(
            self._described(LIFECYCLE_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
            self._described(EFFECTS_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
        )
        return {"lifecycle": _seen(lifecycle), "effects": _seen(effects)}

    async def _described(self, queue: str, kind: TaskQueueType.ValueType) -> DescribeTaskQueueResponse:
        return await self._client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=self._client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
            ),
            timeout=timedelta(seconds=LIMIT_SECONDS),
        )


def _seen(described: DescribeTaskQueueResponse) -> int:
    since = datetime.now(UTC) - SEEN_WITHIN
    recent = (one for one in described.pollers if one.last_access_time.ToDatetime(UTC) >= since)
    return len({one.identity for one in recent})


class Health:
    """Asks every part, each within 2 s, at most once a second however often it is asked itself."""

    def __init__(self, pool: Pool, temporal: TemporalProbe) -> None:
        self._pool = pool
        self._temporal = temporal
        self._last: tuple[float, Readiness] | None = None
        self._asking = asyncio.Lock()

    async def readiness(self) -> Readiness:
        """How every part is now."""
        async with self._asking:
            if self._last is None or time.monotonic() - self._last[0] > CACHED_SECONDS:
                self._last = (time.monotonic(), await self._ask())
            return self._last[1]

    async def _ask(self) -> Readiness:
        names: tuple[str, ...] = ("postgres", "temporal", "workers")
        answers = await asyncio.gather(_timed(self._postgres()), _timed(self._reached()), _timed(self._workers()))
        parts: dict[str, dict[str, Any]] = dict(zip(names, answers, strict=True))
        return Readiness(ready=all(part["ok"] for part in parts.values()), parts=parts)

    async def _postgres(self) -> dict[str, Any]:
        async with borrow(self._pool, wait_seconds=LIMIT_SECONDS) as conn:
            await beat(conn, "gateway")
            return {"ok": True, "backlog": await inbox.backlog(conn)}

    async def _reached(self) -> dict[str, Any]:
        await self._temporal.reach()
        return {"ok": True}

    async def _workers(self) -> dict[str, Any]:
        pollers = await self._temporal.pollers()
        return {"ok": all(pollers.values()), **pollers}


async def _timed(asking: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            part = await asking
    except Exception as error:  # noqa: BLE001 - whatever it is, this part is not well
        return {"ok": False, "error": type(error).__name__}
    return {**part, "ms": round((time.monotonic() - began) * 1000)}
