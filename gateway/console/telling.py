"""Stories in words: what happened, who was written to and why not, what staff did and why."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from catalog import page_dates
from catalog.page_words import page_words
from gateway.console.rendering import Visit
from gateway.console.shown import clock_of, short
from records.caseload import Named
from records.staff_acts import Noted
from records.timeline import TimelineEntry
from schemas.views import CaseView
from schemas.vocabulary import RequestKind, Role

UNTOLD = frozenset({"work.rechecked", "work.recheck_due", "seat.requested", "notice.given"})
"""Facts that only a machine cares for."""

INTENTIONS = frozenset({"ask", "reminder", "warning", "notification", "confirmation", "provision"})


class Told(NamedTuple):
    """One line of the story. `tone`: `mail`, `trouble`, `staff` or plain; `note` is what somebody wrote."""

    at: datetime
    when: str
    text: str
    by: str | None
    tone: str
    note: str | None = None


TEXTED = {"by_text": "texted", "by_text_instead": "texted_instead"}
"""How a message reached somebody, if it was no mail."""


class Teller:
    """Tells one story in the visitor's language."""

    def __init__(self, visit: Visit, view: CaseView, people: Mapping[str, Named]) -> None:
        """Take what the story is about and everybody it names."""
        self._visit, self._view, self._people = visit, view, people
        self._kinds = {one.id: (one.kind, one.number) for one in view.requests}
        self._say = visit.words.words
        self._names = page_words(visit.language)

    def story(self, entries: list[TimelineEntry], notes: list[Noted]) -> list[Told]:
        """Everything that happened, newest first."""
        clock = clock_of(self._view)
        told = [self._told(one) for one in entries if one.type not in UNTOLD]
        told += [self._noted(one, clock.program_time(one.at)) for one in notes]
        return sorted(told, key=lambda one: one.at)[::-1]

    def _told(self, entry: TimelineEntry) -> Told:
        data = entry.data
        if entry.type.startswith("message."):
            return self._message(entry, data)
        text = self._visit.words.happened.get(entry.type) or _plain(entry.type.replace(".", " "))
        who = self._who(data) or self._who(data.get("by") or {}) or self._person(data.get("person_id"))
        said = {
            "what": self._what(str(data.get("request_id") or "")),
            "who": who,
            "due": self._moment(data.get("due_at")),
            "day": self._day(data.get("day")),
            "end": self._day(data.get("end")),
        }
        reason = data.get("reason")
        more = f" ({self._reason(str(reason))})" if reason and reason != "not_stated" else ""
        trouble = entry.type.endswith((".overdue", ".bounced", ".not_provided", ".blocked", ".silent", "detected"))
        return self._line(entry.at, text.format(**said) + more, self._by(entry), "trouble" if trouble else "")

    def _message(self, entry: TimelineEntry, data: dict[str, Any]) -> Told:
        outcome = entry.type.partition(".")[2]
        name, _, intention = str(data.get("message") or "").rpartition("_")
        code = name if intention in INTENTIONS else str(data.get("message"))
        what = self._visit.words.mail.get(code) or _plain(code)
        about = self._what(str(data.get("request_id") or ""))
        reason = str(data.get("reason") or "")
        why = self._visit.words.why.get(reason) or _plain(reason)
        text = self._say[f"message_{TEXTED.get(reason, outcome)}"].format(
            who=self._who(data),
            what=f"{what}, {about}" if about else what,
            why=why,
            until=self._when(datetime.fromisoformat(data["held_until"])) if data.get("held_until") else "",
        )
        fine = outcome in ("sent", "held") or reason == "not_open"
        return self._line(entry.at, text, None, "mail" if fine else "trouble")

    def _noted(self, noted: Noted, at: datetime) -> Told:
        act = self._visit.words.acts.get(noted.act)
        who = self._people.get(noted.person_id)
        by = self._say["by_staff"].format(
            name=who.name if who else noted.person_id, role=self._visit.words.roles[noted.role]
        )
        return self._line(at, act.name if act else noted.act, by, "staff", noted.note)

    def _line(self, at: datetime, text: str, by: str | None, tone: str, note: str | None = None) -> Told:
        return Told(at, self._when(at), text, by, tone, note)

    def _when(self, at: datetime) -> str:
        local, language = at.astimezone(ZoneInfo(self._view.time_zone)), self._visit.language
        return f"{short(local.date(), language)}, {page_dates.time_of_day(local, language)}"

    def _by(self, entry: TimelineEntry) -> str | None:
        by = entry.by
        if by.kind == "form" or by.person_id is None:
            return None
        named = self._people.get(by.person_id)
        role = self._names.roles[by.role] if by.role else ""
        return self._say["by_staff"].format(name=named.name if named else by.person_id, role=role)

    def _who(self, data: Mapping[str, Any]) -> str:
        person_id, role = data.get("person_id"), data.get("role")
        if not person_id or not role:
            return ""
        return self._say["to_whom"].format(role=self._names.roles[Role(role)], name=self._person(person_id))

    def _person(self, person_id: object) -> str:
        named = self._people.get(str(person_id))
        return named.name if named else str(person_id or "")

    def _what(self, request_id: str) -> str:
        kind, number = self._kinds.get(request_id, (None, 1))
        if kind is None:
            return _plain(request_id)
        name = self._names.occasions[RequestKind(kind)]
        return f"{name} {number}" if number > 1 else name

    def _reason(self, code: str) -> str:
        return self._visit.words.reasons.get(code) or _plain(code)

    def _moment(self, value: object) -> str:
        if not isinstance(value, str):
            return ""
        return short(
            datetime.fromisoformat(value).astimezone(ZoneInfo(self._view.time_zone)).date(), self._visit.language
        )

    def _day(self, value: object) -> str:
        return short(date.fromisoformat(value), self._visit.language) if isinstance(value, str) else ""


def named_in(entries: list[TimelineEntry]) -> set[str]:
    """Everybody whom a story names."""
    found: set[str] = set()
    for entry in entries:
        by: Mapping[str, Any] = entry.data.get("by") or {}
        found |= {str(one) for one in (entry.data.get("person_id"), by.get("person_id"), entry.by.person_id) if one}
    return found


def _plain(code: str) -> str:
    return code.replace("_", " ").replace(".", " ")
