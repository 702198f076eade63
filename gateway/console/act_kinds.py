"""What staff may do about placements from the console: each act is an event that the gateway takes anyway."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lifecycle.placement_facts import TABLE
from schemas.console import ConsoleRole
from schemas.vocabulary import PlacementState


@dataclass(frozen=True)
class ActKind:
    """One act.

    `event` is the type of the event it becomes, `command` what that asks of a placement, `least` the weakest role that
    may do it. `fields` are what must be said besides why, `reasons` the codes to choose from; `per_request`: it is
    about answers that are awaited, one event each.
    """

    event: str
    command: str
    least: ConsoleRole = ConsoleRole.CAREER_SPECIALIST
    fields: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    per_request: bool = False


MOST = 300
"""Placements that one act may be about."""

DAYS = frozenset({"end", "first", "last", "resume_by"})
"""Fields that hold a day."""

CHOOSES = frozenset({"which", "kind"})
"""Fields that say which requests are meant; they are no part of the event."""

ACTS: Mapping[str, ActKind] = MappingProxyType(
    {
        "remind": ActKind("request.resent", "resend", fields=("which",), per_request=True),
        "waive": ActKind(
            "request.waived",
            "waive",
            fields=("kind", "reason"),
            reasons=("done_on_paper", "done_last_year", "not_needed", "other"),
            per_request=True,
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
    }
)
"""Every act by its code, in the order in which they are offered."""


def makes_sense(act: ActKind, state: PlacementState) -> bool:
    """Whether a placement in this state takes the act at all; the placement itself has the last word."""
    return state in TABLE.allowed[act.command]
