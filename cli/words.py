"""The story of a lifecycle in plain words, for the terminal: ids and codes only, as the API gives them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

REQUEST = {
    "opened": "asked of",
    "reminded": "reminder to",
    "escalated": "now also asked of",
    "told": "unanswered, so told:",
    "reassigned": "passed on to",
    "resent": "new link to",
    "disclaimed": "is not the one to answer:",
    "snoozed": "reminders put off by",
    "returned": "given back to",
    "reopened": "asked again of",
    "bounced": "could not reach",
    "submitted": "answered by",
    "overdue": "overdue",
    "moved": "new due date",
    "withdrawn": "no longer asked",
    "not_provided": "closed, nobody answered",
}
MAIL = {
    "sent": "mail to",
    "skipped": "mail not sent to",
    "bounced": "mail refused for",
    "deferred": "mail waits, to be tried again:",
    "held": "mail held back for",
}
HAPPENED = {"supervisor.replaced": "supervisor replaced by"}
SAID = ("decision", "reason", "severity", "day", "end", "placement_id")
"""What else of an event's data is told, if it is there."""


def plain(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")


def when(instant: str | None, zone: str) -> str:
    """An instant as people at the worksite read it: `Fri 14 Aug 2026 17:00`."""
    if instant is None:
        return ""
    return f"{datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)):%a %-d %b %Y %H:%M}"


def told(entry: dict[str, Any], zone: str = "UTC") -> str:
    """One line of a timeline; moments are in the zone of the worksite."""
    data: dict[str, Any] = dict(entry.get("data") or {})
    room, _, happened = str(entry["type"]).partition(".")
    who = _person(data) or _person(dict(data.get("by") or {}))
    about = plain(str(data.get("request_id") or "")).replace(".", ", ")
    if room == "message":
        parts = [MAIL.get(happened, happened), who, f"({plain(str(data.get('message') or ''))})", about]
    elif room == "request":
        parts = [f"{about}:", REQUEST.get(happened, plain(happened)), who]
    else:
        parts = [HAPPENED.get(str(entry["type"])) or f"{plain(room)} {plain(happened)}", who]
    parts.extend(f"[{plain(name)} {plain(str(data[name]))}]" for name in SAID if data.get(name))
    if data.get("held_until"):
        parts.append(f"[held until {when(data['held_until'], zone)}]")
    return " ".join(part for part in parts if part)


def _person(data: dict[str, Any]) -> str:
    person, role = data.get("person_id"), data.get("role")
    return f"{plain(str(role))} {person}" if person and role else str(person or "")
