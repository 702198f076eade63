"""What every store tells after the quiet: Postgres, Temporal's histories, the feed, the caught mail."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx2
from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecution

from cli.stack.stack import Stack
from gateway.lifecycle_client import OPENED_BY
from records.pool import Connection, open_connection
from tests.chaos.checker import FactSeen, MailSeen, MessageSeen, Seen
from tests.chaos.crowd import FORMS
from tests.chaos.ledger import Acked
from workers.temporal import connect

AT_ONCE = 8
STUBBORN = 4
"""Attempts after which what is tried again counts as stuck."""


async def gather(
    stack: Stack, api: httpx2.AsyncClient, followed: Sequence[str]
) -> tuple[Seen, dict[tuple[str, str], str]]:
    """Everything that is seen, and the submission by which each (lifecycle id, request id) was answered."""
    seen = Seen(followed=list(followed))
    async with open_connection(stack.urls.database) as conn:
        await _records(conn, seen)
        submitted = await conn.fetch(
            "select lifecycle_id, request_id, id from submissions s where exists "
            "(select 1 from inbox where source = '/forms' and event_id = s.id)"
        )
    client = await connect(stack.urls.temporal)
    gate = asyncio.Semaphore(AT_ONCE)
    runs = [one async for one in client.list_workflows()]
    await asyncio.gather(*(_history(client, run, seen, gate) for run in runs))
    seen.feed, _ = await read_feed(api, None)
    seen.mails = await _mails(api, str(stack.urls.mail))
    return seen, {(row["lifecycle_id"], row["request_id"]): row["id"] for row in submitted}


def resolved(acked: Sequence[Acked], submissions: dict[tuple[str, str], str]) -> list[Acked]:
    """The same, each form under the id of its submission; one of which no submission is kept stays as it is."""
    return [
        one._replace(event_id=submissions.get((one.id, one.event_id), one.event_id)) if one.source == FORMS else one
        for one in acked
    ]


async def read_feed(api: httpx2.AsyncClient, after: str | None) -> tuple[list[str], str | None]:
    """The ids of all events after a cursor, and the new cursor."""
    found: list[str] = []
    while True:
        answer = await api.get("/events", params={"limit": "500", **({"after": after} if after else {})})
        answer.raise_for_status()
        page = answer.json()
        after = page["next"]
        if not page["items"]:
            return found, after
        found += [one["id"] for one in page["items"]]


async def follow(api: httpx2.AsyncClient, into: list[str]) -> None:
    """Read the feed on and on, whatever happens, until cancelled: a subscriber that never looks back."""
    after: str | None = None
    while True:
        params = {"limit": "500", **({"after": after} if after else {})}
        try:
            answer = await api.get("/events", params=params)
            if answer.status_code == 200:
                page = answer.json()
                into += [one["id"] for one in page["items"]]
                after = page["next"]
        except httpx2.HTTPError:
            pass
        await asyncio.sleep(0.5)


async def backlog(stack: Stack) -> int:
    """How many events are accepted and not delivered."""
    async with open_connection(stack.urls.database) as conn:
        return await conn.fetchval("select count(*) from inbox where status = 'accepted'")


async def _records(conn: Connection, seen: Seen) -> None:
    for row in await conn.fetch("select source, event_id, status from inbox"):
        seen.inbox[row["source"], row["event_id"]] = row["status"]
    for row in await conn.fetch("select lifecycle, id, epoch, seq, type, data from lifecycle_events"):
        seen.facts.append(FactSeen(*row.values()))
    query = (
        "select lifecycle || '/' || key as key, coalesce(digest, message_id) as message_id, "
        "case when finished_at is null and not_before > now() then 'waits' else outcome end from notifications"
    )
    seen.messages = [MessageSeen(*row.values()) for row in await conn.fetch(query)]


async def _history(client: Client, run: WorkflowExecution, seen: Seen, gate: asyncio.Semaphore) -> None:
    """One run of one lifecycle: the acts it took, and how far its facts have come."""
    lifecycle, _, id_ = run.id.partition("/")
    async with gate:
        handle = client.get_workflow_handle(run.id, run_id=run.run_id)
        described = await handle.describe()
        history = await handle.fetch_history()
    if not history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id:
        opened_by = (await described.memo()).get(OPENED_BY)
        seen.opened[str(opened_by)] += 1
    asked: dict[int, list[str]] = {}
    last = seen.seqs.get((lifecycle, id_), 0)
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            taken = event.workflow_execution_update_accepted_event_attributes
            asked[event.event_id] = _acts(taken.accepted_request.input.args)
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
            done = event.workflow_execution_update_completed_event_attributes
            for said in _read(done.outcome.success) if done.outcome.HasField("success") else ():
                last = max(last, said["batch"]["seq"])
                for act, answer in zip(asked[done.accepted_event_id], said.get("answers", [said]), strict=True):
                    seen.applied[act] += answer["status"] == "applied" and not answer["duplicate"]
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            for batch in _read(event.activity_task_scheduled_event_attributes.input):
                last = max(last, batch["seq"])
    seen.seqs[lifecycle, id_] = max(last, seen.seqs.get((lifecycle, id_), 0))
    seen.held_up += [f"{run.id}: {why}" for why in why_held(described.raw_description)]
    if run.search_attributes.get("Parked") == [True]:
        seen.held_up.append(f"{run.id} is parked")


def why_held(described: Any) -> list[str]:
    tried = [one for one in described.pending_activities if one.attempt >= STUBBORN]
    found = [f"{one.activity_type.name}, attempt {one.attempt}: {one.last_failure.message}" for one in tried]
    if described.HasField("pending_workflow_task") and described.pending_workflow_task.attempt >= STUBBORN:
        found.append(f"its workflow task, attempt {described.pending_workflow_task.attempt}")
    return found


def _acts(args: Payloads) -> list[str]:
    """The ids of the acts an Update brought: one, or several that waited in a row."""
    return [act["id"] for brought in _read(args) for act in brought.get("acts", [brought])]


def _read(payloads: Payloads) -> list[dict[str, Any]]:
    return [json.loads(one.data) for one in payloads.payloads]


async def _mails(api: httpx2.AsyncClient, mail: str) -> list[MailSeen]:
    messages: list[dict[str, str]] = (await api.get(f"{mail}/messages.json", timeout=60)).json()
    return [MailSeen(one["message_id"], datetime.fromisoformat(one["received_at"]).timestamp()) for one in messages]


def by_kind(acked: Sequence[Acked]) -> dict[str, int]:
    """How many of each kind."""
    counts: defaultdict[str, int] = defaultdict(int)
    for one in acked:
        counts[one.kind] += 1
    return dict(Counter(counts).most_common())
