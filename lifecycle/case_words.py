"""The story of any case in words for operators: English, ids and codes only, safe to show in Temporal UI."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lifecycle.deadlines import due_at, next_rung
from lifecycle.opening import openings
from lifecycle.tables import Table
from schemas.case import Case, Request


def when(case: Case[Any], at: datetime) -> str:
    """An instant as people at the worksite read it: `Fri 14 Aug 2026 17:00`."""
    return f"{at.astimezone(ZoneInfo(case.program.calendar.time_zone)):%a %-d %b %Y %H:%M}"


def plain(code: str) -> str:
    """A code as words: `final_evaluation` -> `final evaluation`."""
    return code.replace("_", " ")


def _next(case: Case[Any], request: Request) -> str:
    rung = next_rung(case, request)
    if rung.step is None:
        return f"closes as not provided {when(case, rung.at)}"
    who = plain(rung.step.who or request.holders[-1].role)
    verb = {"remind": "reminder to", "ask": "then asked:", "tell": "then told:"}[rung.step.then]
    return f"{verb} {who} {when(case, rung.at)}"


def request_line(case: Case[Any], request: Request) -> str:
    """Who is awaited for what, until when, and what time does next."""
    owner = request.holders[-1]
    late = "OVERDUE since" if request.overdue else "due"
    return (
        f"{plain(request.kind)} awaited of {plain(owner.role)} {owner.person_id}, "
        f"{late} {when(case, due_at(case, request))}; {_next(case, request)}"
    )


def case_story(table: Table, case: Case[Any], more: Sequence[str] = ()) -> str:
    """Where a case stands and who is awaited, as lines of text; `more` are lines of the lifecycle's own."""
    state = plain(case.state)
    reason = f" ({plain(case.reason)})" if case.reason else ""
    head = f"{state[0].upper()}{state[1:]}{reason} since {when(case, case.entered_at)}"
    if case.state in table.terminal and not case.open_requests and not openings(table, case):
        return f"{head}. It has ended."
    lines = [head + "."]
    lines += [f"- {request_line(case, request)}" for request in case.open_requests]
    coming = [one for one in openings(table, case) if one.at is not None]
    for one in sorted(coming, key=lambda one: one.at or case.entered_at):
        if one.at is not None:
            lines.append(f"- {plain(one.ask.kind)} will be asked of {plain(one.signer.role)} {when(case, one.at)}")
    return "\n".join([*lines, *(f"- {line}" for line in more)])


def case_alarm(table: Table, case: Case[Any], at: datetime | None, otherwise: str) -> str:
    """One line for the alarm's timer at `at`: what time does next; `otherwise` when it is no request's doing."""
    if at is None:
        return ""
    for request in case.open_requests:
        owner = request.holders[-1]
        if next_rung(case, request).at == at or (not request.overdue and due_at(case, request) == at):
            return f"{when(case, at)}: {plain(request.kind)}, {plain(owner.role)} {owner.person_id}"
    for one in openings(table, case):
        if one.at == at:
            return f"{when(case, at)}: ask {plain(one.signer.role)} for {plain(one.ask.kind)}"
    return f"{when(case, at)}: {otherwise}"
