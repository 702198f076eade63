"""What staff can be offered to do with a case, as far as its view tells; the lifecycle has the last word. Pure."""

from collections.abc import Mapping
from datetime import datetime

from lifecycle.calendars import site_day
from lifecycle.incident import TABLE as INCIDENT
from lifecycle.opportunity_table import TABLE as OPPORTUNITY
from lifecycle.partnership_table import TABLE as PARTNERSHIP
from lifecycle.placement_facts import TABLE as PLACEMENT
from lifecycle.requests import can_be_waived
from schemas.base import LifecycleName
from schemas.views import CaseView

ALLOWED: Mapping[LifecycleName, Mapping[str, frozenset[str]]] = {
    "placement": PLACEMENT.allowed,
    "opportunity": OPPORTUNITY.allowed,
    "partnership": PARTNERSHIP.allowed,
    "incident": INCIDENT.allowed,
}
"""In which states a command makes sense, by lifecycle."""


def is_taken(lifecycle: LifecycleName, command: str, state: str) -> bool:
    """Whether a lifecycle in this state takes the command at all."""
    return state in ALLOWED[lifecycle].get(command, frozenset())


def is_possible(lifecycle: LifecycleName, command: str, view: CaseView, at: datetime) -> bool:
    """Whether a command can come to anything, whatever is said with it. `at` is by the case's own clock.

    There must be an answer to send a link for, or to do without, and a day before the last one to end on.
    """
    if not is_taken(lifecycle, command, view.state):
        return False
    match command:
        case "resend":
            return any(one.state == "open" for one in view.requests)
        case "waive":
            return any(one.state == "open" and can_be_waived(one.kind) for one in view.requests)
        case "shorten" if view.start and view.end:
            return view.end > max(view.start, site_day(view.time_zone, at))
        case _:
            return True
