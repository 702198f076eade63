"""Placements as the console's pages show them: words, names and days in place of codes, ids and instants."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from catalog import page_dates
from catalog.page_words import page_words
from catalog.program_catalog import program
from gateway.console.rendering import Visit
from lifecycle.requests import can_be_waived
from records.caseload import Case, Named
from schemas.clock import Clock
from schemas.form_fields import Language
from schemas.views import CaseView, PlacementView, RequestView
from schemas.vocabulary import PlacementState


class Waits(NamedTuple):
    """One answer that is awaited: of whom, what, since when, until when; `late` in whole days, None: in time."""

    request_id: str
    what: str
    role: str
    person: str
    person_id: str
    since: str
    due: str
    late: int | None
    since_on: date | None
    due_on: date | None
    reminded: int
    blocks: bool
    can_be_waived: bool


class Line(NamedTuple):
    """A placement as one line of a list."""

    id: str
    learner: str
    school: str
    grade: str | None
    host: str
    host_id: str
    job: str | None
    days: str
    state: str
    tone: str
    flags: tuple[str, ...]
    waits: tuple[Waits, ...]
    program: str


TONES: Mapping[PlacementState, str] = {
    PlacementState.ACTIVE: "going",
    PlacementState.READY: "going",
    PlacementState.COMPLETED: "done",
    PlacementState.SUSPENDED: "halted",
}
"""How a state is coloured; the words say the same."""


def clock_of(view: CaseView) -> Clock:
    """The lifecycle's own clock."""
    return Clock(speed=view.speed, program_epoch=view.program_epoch, real_epoch=view.real_epoch)


def people_in(cases: Iterable[Case]) -> set[str]:
    """Everybody who is asked for something, or holds a role."""
    return named_by(case.view for case in cases)


def named_by(views: Iterable[CaseView]) -> set[str]:
    """The same of any lifecycles."""
    found: set[str] = set()
    for view in views:
        found.update(view.team.values())
        found.update(one.person_id for one in view.requests if one.person_id)
    return found


def line(visit: Visit, case: Case, people: Mapping[str, Named]) -> Line:
    """One placement for a list."""
    view, language = case.view, visit.language
    pinned = program(view.program)
    return Line(
        id=case.id,
        learner=case.learner,
        school=case.school or case.school_id,
        grade=case.grade,
        host=case.host or case.host_id,
        host_id=case.host_id,
        job=case.job,
        days=days(view.start, view.end, language),
        state=visit.words.states[view.state],
        tone=TONES.get(view.state, "ended" if view.outcome else "coming"),
        flags=flags(visit, view),
        waits=tuple(waits(visit, view, people)),
        program=pinned.title if pinned else view.program,
    )


def flags(visit: Visit, view: PlacementView) -> tuple[str, ...]:
    """What is out of the ordinary, in a few words each."""
    say, found = visit.words.words, list[str]()
    if view.blocked:
        found.append(say["flag_blocked"])
    if view.suspended_until:
        found.append(say["flag_suspended"].format(day=short(view.suspended_until, visit.language)))
    if view.seat == "waitlisted":
        found.append(say["flag_waitlisted"])
    if view.incidents:
        found.append(say["flag_incident"])
    return tuple(found)


def waits(visit: Visit, view: CaseView, people: Mapping[str, Named]) -> list[Waits]:
    """The answers that are awaited, the most urgent first."""
    now = clock_of(view).program_time(visit.services.now())
    asked = [one for one in view.requests if one.state == "open"]
    asked.sort(key=lambda one: (one.due_at is None, one.due_at or now))
    return [_waits(visit, view, one, people, now) for one in asked]


def _waits(visit: Visit, view: CaseView, one: RequestView, people: Mapping[str, Named], now: datetime) -> Waits:
    words, zone, language = page_words(visit.language), view.time_zone, visit.language
    named = people.get(one.person_id or "")
    since, due = _day(one.opens_at, zone), _day(one.due_at, zone)
    return Waits(
        request_id=one.id,
        what=what(visit, one),
        role=words.roles[one.role],
        person=named.name if named else one.person_id or "",
        person_id=one.person_id or "",
        since=short(since, language) if since else "",
        due=short(due, language) if due else "",
        since_on=since,
        due_on=due,
        late=max((now - one.due_at).days, 0) if one.overdue and one.due_at else None,
        reminded=sum(each.how in {"reminded", "resent"} for each in one.asked),
        blocks=one.blocks,
        can_be_waived=can_be_waived(one.kind),
    )


def what(visit: Visit, one: RequestView) -> str:
    """What is asked, such as `Check-in 2`."""
    name = page_words(visit.language).occasions[one.kind]
    return f"{name} {one.number}" if one.number > 1 else name


@lru_cache(maxsize=4000)
def days(start: date | None, end: date | None, language: Language) -> str:
    """From the first day to the last; empty when neither is known."""
    return page_dates.days(start, end, language) or ""


def _day(at: datetime | None, zone: str) -> date | None:
    return at.astimezone(ZoneInfo(zone)).date() if at else None


@lru_cache(maxsize=4000)
def short(value: date, language: Language) -> str:
    """A day in few letters: `Mon, Jul 6`."""
    return page_dates.short_day(value, language)
