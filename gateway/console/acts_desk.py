"""The desk at which staff act on placements: what would happen to each, then the events, each once.

An act goes the way of every event: a row in the inbox first, an Update whose id follows from it, the dispatcher behind.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from gateway.console.act_kinds import ACTS, CHOOSES, ActKind
from gateway.console.rendering import Visit
from gateway.console.shown import clock_of
from gateway.delivery import HOLD_EXTRA
from gateway.envelopes import Envelope, payload_hash
from gateway.intake import made_of
from gateway.lifecycle_client import UnknownOutcomeError
from gateway.problems import ProblemError
from records import caseload, disclosures, inbox, staff_acts
from records.caseload import Case
from records.health import borrow
from records.inbox import InboxRow
from records.pool import Connection
from records.staff_acts import SOURCE, ActLine, StaffAct, event_id
from schemas.acts import By, Delivery
from schemas.console import ConsoleRole, is_at_least
from schemas.disclosures import Doer
from schemas.foreseen import Foreseen
from schemas.incoming import PREFIX
from schemas.problems import Refused
from schemas.vocabulary import Role

AT_ONCE = 8
PATIENCE = 3.0
"""Seconds a placement has to say what an act would do; one that is silent is tried all the same."""

ALTOGETHER = 12.0


async def plan(visit: Visit, act: str, details: dict[str, str], cases: list[Case], note: str) -> str:
    """Keep an act with what it would do to each placement; nothing happens yet. Returns its id."""
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
        ActLine(position=position, placement_id=case.id, request_id=request_id, type=f"{PREFIX}{kind.event}", data=data)
        for position, (case, kind, request_id, data) in enumerate(_events(ACTS[act], details, cases))
    ]
    by_id = {case.id: case for case in cases}
    gate = asyncio.Semaphore(AT_ONCE)
    until = asyncio.get_running_loop().time() + ALTOGETHER

    async def looked_at(one: ActLine) -> ActLine:
        async with gate:
            left = until - asyncio.get_running_loop().time()
            return await _foreseen(visit, made.id, one, by_id[one.placement_id], now=now, seconds=min(PATIENCE, left))

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
        known = await caseload.some(conn, visit.staff, [one.placement_id for one in act.lines])
    cases = {one.id: one for one in known}
    async with borrow(services.everything) as conn:
        if act.confirmed_at is None:
            about = [f"act/{act.id}", *dict.fromkeys(f"placement/{line.placement_id}" for line in act.lines)]
            why = act.details.get("reason", "noted")
            by = Doer(kind="staff", who=visit.staff.person_id)
            await disclosures.add(conn, by, act.act, about, now=now, reason=why)
        await staff_acts.confirm(conn, act.id, now)
        for line in act.lines:
            if line.why_not is not None or line.status is not None:
                continue
            case = cases.get(line.placement_id)
            if case is None or not _reaches(visit, case, act.act):
                await staff_acts.leave_out(conn, act.id, line.position, "not_yours", "")
                continue
            try:
                row = await _accept(visit, conn, act.id, line, case, now=now, hold=hold)
            except (ProblemError, Refused) as error:
                await staff_acts.leave_out(conn, act.id, line.position, str(error.code), _why(error))
    if alone and row is not None and row.status == "accepted":
        await services.deliverer.deliver_now(row, patience=services.patience)


def _events(
    kind: ActKind, details: Mapping[str, str], cases: list[Case]
) -> Iterator[tuple[Case, ActKind, str | None, dict[str, Any]]]:
    """One event for each placement, or for each answer that is awaited and meant."""
    data = {name: details[name] for name in kind.fields if name not in CHOOSES}
    for case in cases:
        if not kind.per_request:
            yield case, kind, None, data
            continue
        meant = [
            one.id
            for one in case.view.requests
            if one.state == "open"
            and details.get("request", one.id) == one.id
            and details.get("kind", one.kind) == one.kind
            and (details.get("which") != "overdue" or one.overdue)
        ]
        for request_id in meant or [None]:
            yield case, kind, request_id, {**data, "request_id": request_id} if request_id else data


async def _foreseen(visit: Visit, act_id: str, line: ActLine, case: Case, *, now: datetime, seconds: float) -> ActLine:
    """The line with what would happen, or why it cannot be done."""
    kind = next(one for one in ACTS.values() if line.type == f"{PREFIX}{one.event}")
    if not is_at_least(visit.staff.role_for(case.school_id, case.learner_id), kind.least):
        return _cannot(line, "not_yours", "")
    if kind.per_request and line.request_id is None:
        return _cannot(line, "no_such_request", "")
    services = visit.services
    try:
        async with borrow(services.everything) as conn:
            delivery = await made_of(conn, _envelope(act_id, line), now=now, rehearsals=services.rehearsals)
        if seconds <= 0:
            return line
        at = clock_of(case.view).program_time(now)
        told = await services.deliverer.foresee(delivery, at, patience=seconds)
    except (ProblemError, Refused) as error:
        return _cannot(line, str(error.code), _why(error))
    except UnknownOutcomeError:
        return line
    if told.refused is not None:
        return _cannot(line, str(told.refused), told.reason or "")
    if not told.happens:
        return _cannot(line, "nothing_happens", "")
    return line.changed(foreseen=_figures(told))


def _figures(told: Foreseen) -> dict[str, Any]:
    """What is kept of what would happen: states and how much of each kind."""
    how = [(one.how, one.is_open) for one in told.changes]
    return {
        "before": str(told.state_before),
        "after": str(told.state_after),
        "move": sum(one == "due" for one, _ in how),
        "end": how.count(("ended", True)),
        "ask": sum(one == "asked" for one, _ in how),
        "mail": told.messages,
    }


async def _accept(
    visit: Visit, conn: Connection, act_id: str, line: ActLine, case: Case, *, now: datetime, hold: float
) -> InboxRow:
    """The line's row in the inbox, new or as it was kept before."""
    envelope = _envelope(act_id, line)
    role = visit.staff.role_for(case.school_id, case.learner_id)
    by = By(kind="api", person_id=visit.staff.person_id, role=Role(role) if role else None)
    async with conn.transaction():
        made = await made_of(conn, envelope, now=now, rehearsals=visit.services.rehearsals)
        if made.act is None:
            raise ValueError("staff act on placements that run")
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


def _reaches(visit: Visit, case: Case, act: str) -> bool:
    return is_at_least(visit.staff.role_for(case.school_id, case.learner_id), ACTS[act].least)


def _envelope(act_id: str, line: ActLine) -> Envelope:
    return Envelope(
        source=SOURCE,
        id=event_id(act_id, line.position),
        type=line.type,
        subject=line.placement_id,
        text=json.dumps(line.data),
        payload_hash=payload_hash(line.type, line.placement_id, line.data),
    )


def _cannot(line: ActLine, code: str, message: str) -> ActLine:
    return line.changed(why_not={"code": code, "message": message})


def _why(error: ProblemError | Refused) -> str:
    """What is wrong, in one sentence."""
    return error.message if isinstance(error, Refused) else error.detail
