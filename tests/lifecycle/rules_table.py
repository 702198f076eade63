"""Golden cases of youth-employment law, read from `tests/lifecycle/rules/*.yaml`: given, shifts, what must be found."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from catalog.rule_catalog import all_packs, figure
from catalog.yaml_check import load_shipped
from lifecycle.worked_time import at_clock
from lifecycle.youth_employment import findings
from schemas.base import Frozen
from schemas.findings import Finding
from schemas.rule_parts import Clock, clock_minutes
from schemas.work import Exemption, LearnerFacts, Permit, SchoolCalendar, Shift

FOLDER = Path(__file__).parent / "rules"
ZONES = {"MA": "America/New_York", "CA": "America/Los_Angeles", "NH": "America/New_York"}
DISTRICTS = {"MA": "boston", "CA": "los-angeles", "NH": "boston"}


class Work(Frozen):
    """One shift, or the same on several days. Times are the worksite's wall clock; `24:30` is the night after."""

    id: str | None = None
    days: Annotated[tuple[date, ...], Field(min_length=1)]
    start: Clock
    end: Clock
    at: str = "cafe"
    state: Literal["MA", "CA", "NH"] | None = None
    pause: int = 0
    logged: bool = False
    supervised: bool = True
    tasks: frozenset[str] = frozenset()
    workplace: frozenset[str] = frozenset()

    def shifts(self, zone: str, number: int) -> Iterator[Shift]:
        for place, day in enumerate(self.days):
            yield Shift(
                id=self.id or f"s{number + place}",
                employer_id=self.at,
                status="logged" if self.logged else "planned",
                time_zone=zone,
                state=self.state,
                start=at_clock(zone, day, clock_minutes(self.start)),
                end=at_clock(zone, day, clock_minutes(self.end)),
                break_minutes=self.pause,
                tasks=self.tasks,
                workplace=self.workplace,
                adult_supervision=self.supervised,
            )


class Expected(Frozen):
    """One finding as the table writes it; what is left out is the default of a finding."""

    rule: str
    cites: str
    day: date
    allowed: str | None = None
    found: str | None = None
    basis: Literal["predicted", "detected"] = "predicted"
    week: date | None = None
    shifts: tuple[str, ...] = ()
    task: str | None = None
    permit: str | None = None
    assumed: bool = False
    governs: bool = True


class Golden(Frozen):
    """One row. `permits` left out: a valid one for every employer."""

    name: str
    born: date | None
    state: Literal["MA", "CA", "NH"]
    calendar: str | None = None
    today: date = date(2029, 1, 1)
    exemptions: tuple[Exemption, ...] = ()
    permits: tuple[Permit, ...] | None = None
    shifts: tuple[Work, ...] = ()
    finds: tuple[Expected, ...]

    def worked(self) -> tuple[Shift, ...]:
        made: list[Shift] = []
        for work in self.shifts:
            made += work.shifts(ZONES[self.state], len(made) + 1)
        return tuple(made)

    def learner(self) -> LearnerFacts:
        return LearnerFacts(
            learner_id="learner-1",
            birth_date=self.born,
            state=self.state,
            calendar=calendars()[self.calendar or DISTRICTS[self.state]],
            permits=self.permits if self.permits is not None else tuple(self._all_permits()),
            exemptions=self.exemptions,
        )

    def _all_permits(self) -> Iterator[Permit]:
        for work in self.shifts:
            for day in work.days:
                issued, state = day - timedelta(days=1), work.state or self.state
                yield Permit(id=f"p-{work.at}", state=state, employer_id=work.at, issued=issued)

    def found(self) -> tuple[Finding, ...]:
        return findings(self.learner(), self.worked(), all_packs(), today=self.today)


class Table(Frozen):
    """One file of cases."""

    about: str
    cases: tuple[Golden, ...]


class Districts(Frozen):
    """The school calendars the cases use."""

    calendars: tuple[SchoolCalendar, ...]


@cache
def calendars() -> dict[str, SchoolCalendar]:
    return {one.id: one for one in load_shipped(FOLDER / "calendars.yaml", Districts).calendars}


@cache
def cases() -> tuple[Golden, ...]:
    files = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "calendars.yaml")
    return tuple(case for path in files for case in load_shipped(path, Table).cases)


def written(one: Finding) -> Expected:
    """A finding as the table writes it."""

    def shown(value: int | None) -> str | None:
        if value is None:
            return None
        return f"{value // 60:02}:{value % 60:02}" if one.unit == "clock" else figure(value, one.unit, "en")

    return Expected(
        rule=one.rule,
        cites=one.citation,
        day=one.day,
        allowed=shown(one.allowed),
        found=shown(one.found),
        basis=one.basis,
        week=one.week_of,
        shifts=one.shifts,
        task=one.task,
        permit=one.permit_id,
        assumed=one.assumed,
        governs=one.governs,
    )


def rows(expected: tuple[Expected, ...]) -> list[dict[str, Any]]:
    """Expected findings in a fixed order, without what is left out: a difference then shows as one line."""
    dumped = [one.model_dump(mode="json", exclude_defaults=True) for one in expected]
    return sorted(dumped, key=lambda row: (row["day"], row["rule"], row.get("basis", ""), row.get("task", "")))
