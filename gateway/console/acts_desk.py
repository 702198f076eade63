"""The desk at which staff act on placements, offers, hosts, incidents: what would happen, then the events, each once.

An act goes the way of every event: a row in the inbox first, an Update whose id follows from it, the dispatcher behind.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from gateway.console.act_kinds import ACTS, CHOOSES, ActKind, makes_sense
from gateway.console.rendering import Visit
from gateway.console.shown import clock_of
from gateway.console.targets import Target, some
from gateway.delivery import HOLD_EXTRA
from gateway.envelopes import Envelope, payload_hash
from gateway.intake import made_of
from gateway.lifecycle_client import UnknownOutcomeError
from gateway.problems import ProblemError
from records import disclosures, inbox, staff_acts
from records.health import borrow
from records.inbox import InboxRow
from records.pool import Connection
from records.staff_acts import SOURCE, ActLine, StaffAct, event_id
from schemas.acts import By, Delivery
from schemas.base import LifecycleName
from schemas.console import ConsoleRole, is_at_least
from schemas.disclosures import Doer
from schemas.foreseen import Foreseen
from schemas.foreseen_case import CaseForeseen
from schemas.incoming import PREFIX
from schemas.problems import Refused
from schemas.vocabulary import Role

AT_ONCE = 8
PATIENCE = 3.0
"""Seconds a lifecycle has to say what an act would do; one that is silent is tried all the same."""

ALTOGETHER = 12.0


async def plan(visit: Visit, act: str, details: dict[str, str], targets: list[Target], note: str) -> str:
    """Keep an act with what it would do to each target; nothing happens yet. Returns its id."""
    now = visit.services.now()
    made = StaffAct(
        id=f"act-{int(now.timestamp() * 1000):012x}-{secrets.token_hex(4)}",
        person_id=visit.staff.person_id,
        role=visit.staff.role or ConsoleRole.READER,
        act=act,
        details=details,
        note=note,
        planned_at=now,
    )
    lines = [
        ActLine(
            position=position,
            lifecycle=target.lifecycle,
            lifecycle_id=target.id,
            request_id=request_id,
            type=f"{PREFIX}{kind.event}",
            data=data,
        )
        for position, (target, kind, request_id, data) in enumerate(_events(ACTS[act], details, targets))
    ]
    by_key = {one.key: one for one in targets}
    gate = asyncio.Semaphore(AT_ONCE)
    until = asyncio.get_running_loop().time() + ALTOGETHER

    async def looked_at(one: ActLine) -> ActLine:
        async with gate:
            left = until - asyncio.get_running_loop().time()
            return await _foreseen(visit, made.id, one, by_key[key_of(one)], now=now, seconds=min(PATIENCE, left))

    seen = await asyncio.gather(*(looked_at(one) for one in lines))
    async with borrow(visit.services.everything) as conn:
        await staff_acts.plan(conn, made.changed(lines=tuple(seen)))
    return made.id


async def carry_out(visit: Visit, act: StaffAct) -> None:
    """Pass on what can be done; doing it again passes on what is missing, and does nothing twice."""
    services, now = visit.services, visit.services.now()
    alone = sum(line.why_not is None for line in act.lines) == 1
    hold = services.patience + HOLD_EXTRA if alone else 0
    row: InboxRow | None = None
    async with borrow(services.pool) as conn:
        targets = await targets_of(conn, visit, act)
    async with borrow(services.everything) as conn:
        if act.confirmed_at is None:
            about = [f"act/{act.id}", *dict.fromkeys(key_of(line) for line in act.lines)]
            why = act.details.get("reason", "noted")
            by = Doer(kind="staff", who=visit.staff.person_id)
            await disclosures.add(conn, by, act.act, about, now=now, reason=why)
        await staff_acts.confirm(conn, act.id, now)
        for line in act.lines:
            if line.why_not is not None or line.status is not None:
                continue
            target = targets.get(key_of(line))
            if target is None or not is_at_least(target.role, ACTS[act.act].least):
                await staff_acts.leave_out(conn, act.id, line.position, "not_yours", "")
                continue
            try:
                row = await _accept(visit, conn, act.id, line, target, now=now, hold=hold)
            except (ProblemError, Refused) as error:
                await staff_acts.leave_out(conn, act.id, line.position, str(error.code), _why(error))
    if alone and row is not None and row.status == "accepted":
        await services.deliverer.deliver_now(row, patience=services.patience)


def _events(
    kind: ActKind, details: Mapping[str, str], targets: list[Target]
) -> Iterator[tuple[Target, ActKind, str | None, dict[str, Any]]]:
    """One event for each target, or for each answer that is awaited and meant."""
    data = {name: details[name] for name in kind.fields if name not in CHOOSES}
    for target in targets:
        if not kind.per_request:
            yield target, kind, None, data
            continue
        meant = [
            one.id
            for one in (target.view.requests if target.view else ())
            if one.state == "open"
            and details.get("request", one.id) == one.id
            and details.get("kind", one.kind) == one.kind
            and (details.get("which") != "overdue" or one.overdue)
        ]
        named = data if target.lifecycle == "placement" else {**data, "lifecycle": target.lifecycle}
        for request_id in meant or [None]:
            yield target, kind, request_id, {**named, "request_id": request_id} if request_id else data


async def _foreseen(
    visit: Visit, act_id: str, line: ActLine, target: Target, *, now: datetime, seconds: float
) -> ActLine:
    """The line with what would happen, or why it cannot be done."""
    kind = next(one for one in ACTS.values() if line.type == f"{PREFIX}{one.event}")
    if not is_at_least(target.role, kind.least):
        return _cannot(line, "not_yours", "")
    if target.view is None:
        return _cannot(line, "no_partnership", "")
    if kind.per_request and line.request_id is None:
        return _cannot(line, "no_such_request", "")
    if target.view.outcome is None and not makes_sense(kind, target.lifecycle, target.view.state):
        return _cannot(line, "not_allowed_now", "")
    services = visit.services
    try:
        async with borrow(services.everything) as conn:
            delivery = await made_of(conn, _envelope(act_id, line), now=now, rehearsals=services.rehearsals)
        if seconds <= 0:
            return line
        at = clock_of(target.view).program_time(now)
        if target.lifecycle == "placement":
            told: Foreseen | CaseForeseen = await services.deliverer.foresee(delivery, at, patience=seconds)
        else:
            told = await services.deliverer.foresee_case(delivery, at, patience=seconds)
    except (ProblemError, Refused) as error:
        return _cannot(line, str(error.code), _why(error))
    except UnknownOutcomeError:
        return line
    if told.refused is not None:
        return _cannot(line, str(told.refused), told.reason or "")
    if not told.happens:
        return _cannot(line, "nothing_happens", "")
    return line.changed(foreseen=_figures(told))


def _figures(told: Foreseen | CaseForeseen) -> dict[str, Any]:
    """What is kept of what would happen: states and how much of each kind."""
    states = {"before": str(told.state_before), "after": str(told.state_after)}
    if isinstance(told, CaseForeseen):
        return {**states, "move": told.moved, "end": told.ended, "ask": told.asked, "mail": told.messages}
    how = [(one.how, one.is_open) for one in told.changes]
    return {
        **states,
        "move": sum(one == "due" for one, _ in how),
        "end": how.count(("ended", True)),
        "ask": sum(one == "asked" for one, _ in how),
        "mail": told.messages,
    }


async def _accept(
    visit: Visit, conn: Connection, act_id: str, line: ActLine, target: Target, *, now: datetime, hold: float
) -> InboxRow:
    """The line's row in the inbox, new or as it was kept before."""
    envelope = _envelope(act_id, line)
    by = By(kind="api", person_id=visit.staff.person_id, role=Role(target.role) if target.role else None)
    async with conn.transaction():
        made = await made_of(conn, envelope, now=now, rehearsals=visit.services.rehearsals)
        if made.act is None:
            raise ValueError("staff act on what is there already")
        accepted = await inbox.accept(
            conn,
            source=SOURCE,
            event_id=envelope.id,
            payload_hash=envelope.payload_hash,
            type=envelope.type,
            delivery=Delivery(lifecycle=made.lifecycle, id=made.id, act=made.act.changed(by=by)),
            received_at=now,
            hold_seconds=hold,
        )
    return accepted.row


async def targets_of(conn: Connection, visit: Visit, act: StaffAct, *, whole: bool = False) -> dict[str, Target]:
    """What an act is about, as far as it is in sight, by `Target.key`."""
    by_lifecycle: dict[LifecycleName, list[str]] = {}
    for line in act.lines:
        by_lifecycle.setdefault(line.lifecycle, []).append(line.lifecycle_id)
    found = [await some(conn, visit, one, list(dict.fromkeys(ids)), whole=whole) for one, ids in by_lifecycle.items()]
    return {one.key: one for some_of in found for one in some_of}


def key_of(line: ActLine) -> str:
    """The `Target.key` of a line."""
    return f"{line.lifecycle}/{line.lifecycle_id}"


def _envelope(act_id: str, line: ActLine) -> Envelope:
    return Envelope(
        source=SOURCE,
        id=event_id(act_id, line.position),
        type=line.type,
        subject=line.lifecycle_id,
        text=json.dumps(line.data),
        payload_hash=payload_hash(line.type, line.lifecycle_id, line.data),
    )


def _cannot(line: ActLine, code: str, message: str) -> ActLine:
    return line.changed(why_not={"code": code, "message": message})


def _why(error: ProblemError | Refused) -> str:
    """What is wrong, in one sentence."""
    return error.message if isinstance(error, Refused) else error.detail
