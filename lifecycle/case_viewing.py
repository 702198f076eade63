"""What outsiders see of any case, made from its state: its requests, asked and to come, and who is awaited."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lifecycle.calendars import instant
from lifecycle.deadlines import closes_at, days_of, due_at, person_for, timetable
from lifecycle.planning import is_long_enough, request_id
from lifecycle.tables import Table
from lifecycle.timetables import opening_day
from schemas.case import Case, Request
from schemas.views import RequestView


def awaiting(case: Case[Any]) -> tuple[str, ...]:
    """The roles whose answer the case's progress waits for, sorted; routine check-ins do not count."""
    by_id = case.program.by_id
    return tuple(sorted({one.holders[-1].role for one in case.open_requests if by_id[one.ask_id].blocks}))


def is_overdue(case: Case[Any]) -> bool:
    """Whether an open request is past its due moment."""
    return any(one.overdue for one in case.open_requests)


def seen(case: Case[Any], request: Request, late_until: datetime | None = None) -> RequestView:
    """A request that was asked; one that was given up is still taken until `late_until`."""
    return RequestView(
        id=request.id,
        kind=request.kind,
        form=request.form,
        role=request.holders[-1].role,
        person_id=request.person_id,
        state=request.state.value,
        opens_at=request.opened_at,
        due_at=due_at(case, request),
        closes_at=closes_at(case, request),
        overdue=request.overdue,
        blocks=case.program.by_id[request.ask_id].blocks,
        number=request.number,
        holders=tuple(one.person_id for one in request.holders),
        submission_id=request.submission_id,
        asked=request.asked,
        late_until=late_until,
        valid_until=request.valid_until,
        visit_on=request.visit_on,
        snoozed_until=request.snoozed_until if request.is_open else None,
    )


def upcoming(table: Table, case: Case[Any]) -> Iterator[RequestView]:
    """What the program will still ask on known days; later turns of a repeated ask are left out."""
    program, calendar = case.program, case.program.calendar
    asked = {(one.ask_id, one.role) for one in case.requests}
    ahead = table.later[case.state] | {case.state}
    for ask in program.asks:
        day = opening_day(program, ask, days_of(case, ask))
        states = table.places(ask.kind)[0] & ahead
        if day is None or not states or (day > case.end and all(one == "active" for one in states)):
            continue
        if not is_long_enough(ask, case.start, case.end) or ask.kind in case.passed_over:
            continue
        opens = instant(calendar.time_zone, day, calendar.asks_at)
        times = timetable(case, ask, opens)
        for signer in ask.of:
            if (ask.id, signer.role) in asked or not (case.minor or signer.when == "always"):
                continue
            yield RequestView(
                id=request_id(ask, signer, 1),
                kind=ask.kind,
                form=ask.form,
                role=signer.role,
                person_id=person_for(case, signer.role),
                state="upcoming",
                opens_at=opens,
                due_at=times.due_at,
                closes_at=times.closes_at,
                blocks=ask.blocks,
            )


def case_fields(table: Table, case: Case[Any], *, next_due: datetime | None, story: str) -> dict[str, Any]:
    """The fields that every lifecycle's view has, but for whom and what it is about."""
    due = [due_at(case, one) for one in case.open_requests]
    return {
        "id": case.id,
        "state": case.state,
        "program": case.program.id,
        "program_version": case.program.version,
        "time_zone": case.program.calendar.time_zone,
        "days_off": tuple(sorted(case.program.calendar.holidays)),
        "link_days": case.program.link_days,
        "speed": case.clock.speed,
        "program_epoch": case.clock.program_epoch,
        "real_epoch": case.clock.real_epoch,
        "start": case.start,
        "end": case.end,
        "team": case.team,
        "requests": (*(seen(case, one) for one in case.requests), *upcoming(table, case)),
        "awaiting": awaiting(case),
        "next_due_at": min(due, default=next_due),
        "overdue": is_overdue(case),
        "story": story,
        "reason": case.reason,
        "outcome": case.state if case.state in table.terminal else None,
    }
