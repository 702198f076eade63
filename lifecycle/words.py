"""The story in words for operators: English, ids and codes only, safe to show in Temporal UI."""

from datetime import datetime
from zoneinfo import ZoneInfo

from lifecycle.deadlines import due_at, next_rung
from lifecycle.opening import openings
from lifecycle.placement_facts import TABLE
from lifecycle.transitions import TERMINAL
from lifecycle.waiting import ends_at, next_due
from schemas.case import Request
from schemas.opportunity import Opportunity
from schemas.placement import Placement
from schemas.vocabulary import PlacementState as S


def when(placement: Placement, at: datetime) -> str:
    """An instant as people at the worksite read it: `Fri 14 Aug 2026 17:00`."""
    return f"{at.astimezone(ZoneInfo(placement.program.calendar.time_zone)):%a %-d %b %Y %H:%M}"


def plain(code: str) -> str:
    """A code as words: `final_evaluation` -> `final evaluation`."""
    return code.replace("_", " ")


def _next(placement: Placement, request: Request) -> str:
    rung = next_rung(placement, request)
    if rung.step is None:
        return f"closes as not provided {when(placement, rung.at)}"
    who = plain(rung.step.who or request.holders[-1].role)
    verb = {"remind": "reminder to", "ask": "then asked:", "tell": "then told:"}[rung.step.then]
    return f"{verb} {who} {when(placement, rung.at)}"


def request_line(placement: Placement, request: Request) -> str:
    """Who is awaited for what, until when, and what time does next."""
    owner = request.holders[-1]
    late = "OVERDUE since" if request.overdue else "due"
    return (
        f"{plain(request.kind)} awaited of {plain(owner.role)} {owner.person_id}, "
        f"{late} {when(placement, due_at(placement, request))}; {_next(placement, request)}"
    )


def placement_story(placement: Placement) -> str:
    """Where a placement stands and who is awaited, as lines of text."""
    state = plain(placement.state)
    reason = f" ({plain(placement.reason)})" if placement.reason else ""
    head = f"{state[0].upper()}{state[1:]}{reason} since {when(placement, placement.entered_at)}"
    if placement.state in TERMINAL:
        return f"{head}. It has ended."
    lines = [head + "."]
    lines += [f"- {request_line(placement, request)}" for request in placement.open_requests]
    coming = [one for one in openings(TABLE, placement) if one.at is not None]
    for one in sorted(coming, key=lambda one: one.at or placement.entered_at):
        if one.at is not None:
            lines.append(f"- {plain(one.ask.kind)} will be asked of {plain(one.signer.role)} {when(placement, one.at)}")
    if placement.state is S.ACTIVE:
        lines.append(f"- last day ends {when(placement, ends_at(placement))}")
    return "\n".join(lines)


def placement_details(placement: Placement) -> str:
    """What a placement is about, as it was proposed: one line that stays as it is."""
    return (
        f"Learner {placement.learner_id}; opportunity {placement.opportunity_id} at host {placement.host_id}; "
        f"proposed for {placement.start} to {placement.end}; program version {placement.program.version}."
    )


def placement_alarm(placement: Placement) -> str:
    """One line for the alarm's timer: what time does next. Empty when nothing is due."""
    at = next_due(placement)
    if at is None:
        return ""
    for request in placement.open_requests:
        owner = request.holders[-1]
        if next_rung(placement, request).at == at or (not request.overdue and due_at(placement, request) == at):
            return f"{when(placement, at)}: {plain(request.kind)}, {plain(owner.role)} {owner.person_id}"
    for one in openings(TABLE, placement):
        if one.at == at:
            return f"{when(placement, at)}: ask {plain(one.signer.role)} for {plain(one.ask.kind)}"
    return f"{when(placement, at)}: last day ends"


def opportunity_details(opportunity: Opportunity) -> str:
    """What an opportunity offers, as it was opened: one line that stays as it is."""
    return f"{opportunity.seats} seats at host {opportunity.host_id}; {opportunity.start} to {opportunity.end}."


def opportunity_story(opportunity: Opportunity) -> str:
    """Where an opportunity stands, in one line."""
    held = f"{len(opportunity.held)} of {opportunity.seats} seats held"
    return f"{opportunity.state.capitalize()}: {held}; {opportunity.start} to {opportunity.end}."
