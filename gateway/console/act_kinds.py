"""What staff may do from the console about placements, offers, hosts and incidents: each is an event taken anyway."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gateway.console.shown import clock_of
from lifecycle.offering import is_possible, is_taken
from schemas.base import LifecycleName
from schemas.console import ConsoleRole, is_at_least
from schemas.views import CaseView


@dataclass(frozen=True)
class ActKind:
    """One act.

    `event` is the type of the event it becomes, `command` what that asks of the lifecycles in `of`, `least` the weakest
    role that may do it. `fields` are what must be said besides why, `reasons` the codes to choose from; `per_request`:
    it is about answers that are awaited, one event each.
    """

    event: str
    command: str
    least: ConsoleRole = ConsoleRole.CAREER_SPECIALIST
    fields: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    per_request: bool = False
    of: tuple[LifecycleName, ...] = ("placement",)


MOST = 300
"""Placements, or offers and so on, that one act may be about."""

DAYS = frozenset({"end", "first", "last", "resume_by", "valid_until"})
"""Fields that hold a day."""

CHOOSES = frozenset({"which", "kind"})
"""Fields that say which requests are meant; they are no part of the event."""

ACTS: Mapping[str, ActKind] = MappingProxyType(
    {
        "remind": ActKind(
            "request.resent",
            "resend",
            fields=("which",),
            per_request=True,
            of=("placement", "opportunity", "partnership", "incident"),
        ),
        "waive": ActKind(
            "request.waived",
            "waive",
            fields=("kind", "reason"),
            reasons=("done_on_paper", "done_last_year", "not_needed", "other"),
            per_request=True,
            of=("placement", "opportunity", "partnership"),
        ),
        "replace_supervisor": ActKind("supervisor.replaced", "replace_supervisor", fields=("supervisor_id",)),
        "supervisor_left": ActKind("supervisor.left", "supervisor_left"),
        "extend": ActKind("placement.extended", "extend", fields=("end",)),
        "shorten": ActKind("placement.shortened", "shorten", fields=("end",)),
        "pause": ActKind(
            "placement.paused",
            "pause",
            fields=("first", "last", "reason"),
            reasons=("snow_day", "strike", "holiday", "site_closed", "other"),
        ),
        "suspend": ActKind(
            "placement.suspended",
            "suspend",
            fields=("resume_by", "reason"),
            reasons=("site_closed", "permit_missing", "leave", "safety", "conduct", "other"),
        ),
        "resume": ActKind("placement.resumed", "resume_work"),
        "attended": ActKind("attendance.confirmed", "confirm_attendance"),
        "withdraw": ActKind(
            "placement.withdrawn",
            "withdraw",
            fields=("reason",),
            reasons=("moved_away", "other_job", "summer_school", "health", "family", "not_a_match", "other"),
        ),
        "employer_cancels": ActKind(
            "employer.cancelled",
            "cancel_by_employer",
            fields=("reason",),
            reasons=("site_closed", "no_supervisor", "no_work", "other"),
        ),
        "cancel": ActKind(
            "placement.cancelled",
            "cancel_by_program",
            least=ConsoleRole.COORDINATOR,
            fields=("reason",),
            reasons=("site_not_safe", "papers_missing", "paired_by_mistake", "other"),
        ),
        "terminate": ActKind(
            "placement.terminated",
            "terminate",
            least=ConsoleRole.COORDINATOR,
            fields=("reason",),
            reasons=("conduct", "attendance", "unsafe_conduct", "other"),
        ),
        "open_offer": ActKind("opportunity.opened", "approve", least=ConsoleRole.COORDINATOR, of=("opportunity",)),
        "close_offer": ActKind("opportunity.closed", "close", least=ConsoleRole.COORDINATOR, of=("opportunity",)),
        "renew_host": ActKind(
            "partnership.renewed",
            "renew",
            least=ConsoleRole.COORDINATOR,
            fields=("valid_until",),
            of=("partnership",),
        ),
        "reopen_host": ActKind("partnership.reopened", "reopen", least=ConsoleRole.COORDINATOR, of=("partnership",)),
        "end_host": ActKind(
            "partnership.ended",
            "end",
            least=ConsoleRole.COORDINATOR,
            fields=("reason",),
            reasons=("host_moved_away", "host_closed", "host_no_work", "site_not_safe", "other"),
            of=("partnership",),
        ),
    }
)
"""Every act by its code, in the order in which they are offered."""


def makes_sense(act: ActKind, lifecycle: LifecycleName, state: str) -> bool:
    """Whether a lifecycle in this state takes the act at all; it has the last word itself."""
    return lifecycle in act.of and is_taken(lifecycle, act.command, state)


def is_offered(act: ActKind, lifecycle: LifecycleName, view: CaseView, now: datetime) -> bool:
    """Whether the act can come to anything for the one that is shown; `now` is real time."""
    at = clock_of(view).program_time(now)
    return lifecycle in act.of and is_possible(lifecycle, act.command, view, at)


def acts_on(lifecycle: LifecycleName, role: ConsoleRole | None) -> dict[str, ActKind]:
    """The acts on one kind of thing that a role may do."""
    return {code: act for code, act in ACTS.items() if lifecycle in act.of and is_at_least(role, act.least)}
