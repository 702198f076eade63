"""The worker process: workflows on one task queue, their effects on another, in one process or in several."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from schemas.naming import EFFECTS_QUEUE, LIFECYCLE_QUEUE
from workflows.incident import IncidentWorkflow
from workflows.opportunity import OpportunityWorkflow
from workflows.partnership import PartnershipWorkflow
from workflows.placement import PlacementWorkflow

WORKFLOWS = (PlacementWorkflow, OpportunityWorkflow, PartnershipWorkflow, IncidentWorkflow)
RUNNER = UnsandboxedWorkflowRunner()
"""Without Temporal's sandbox, which costs a third of the worker's CPU: a test keeps clocks, chance, files and threads
out of all that decides instead (tests/workflows/test_purity.py).
"""
CACHED = 4000
"""Lifecycles kept in memory; too few makes every act replay a history (docs: performance)."""


def lifecycle_worker(client: Client, *, cached: int = CACHED) -> Worker:
    """Decides. After a crash the first act waits for `sticky_queue_schedule_to_start_timeout` (10 s by default)."""
    return Worker(
        client,
        task_queue=LIFECYCLE_QUEUE,
        workflows=list(WORKFLOWS),
        workflow_runner=RUNNER,
        max_cached_workflows=cached,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


def effects_worker(client: Client, activities: Sequence[Callable[..., Any]], *, at_once: int = 20) -> Worker:
    """Carries out: records, mail, seats, scores; `at_once` batches in parallel."""
    return Worker(
        client,
        task_queue=EFFECTS_QUEUE,
        activities=list(activities),
        max_concurrent_activities=at_once,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


async def run_workers(workers: Sequence[Worker], stop: asyncio.Event) -> None:
    """Poll until `stop` is set, then drain."""
    async with AsyncExitStack() as running:
        for worker in workers:
            await running.enter_async_context(worker)
        await stop.wait()
