"""Youth-employment law as data: packs of rules, each with its citation, its figures and the words of a finding.

A pack is one YAML file in `catalog/rules`. Its figures are read by `lifecycle.youth_employment`; no figure of the law
stands in code. It is no legal advice: `reviewer` says who has read it.
"""

from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.base import Code, Frozen
from schemas.checks import Finding, Place, meant, refuse_if_any
from schemas.form_fields import Worded
from schemas.rule_parts import Ages, Clock, Holding, Later, Line, UsState, Weekday, clock_minutes

PackId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$", max_length=80)]
Hours = Annotated[int, Field(ge=1, le=168)]

UNREVIEWED = "not yet reviewed by counsel"


class _Rule(Frozen):
    """What every rule says of itself: the law, where its figure was read, since when, for whom, in whose words."""

    id: RuleId
    citation: Line
    source: Line = Field(description="where the figure was read, for whoever reviews it")
    standing: Literal["text", "summary", "unverified"] = Field(
        description="text: the law's own words were read; summary: a summary of it; unverified: neither"
    )
    effective_from: date = Field(description="the day it began, or a day from which it is known to hold")
    effective_until: date | None = Field(default=None, description="its last day")
    ages: Ages
    unless: tuple[Holding, ...] = ()
    only_for: Holding | None = None
    says: Worded = Field(description="a finding in plain words; may hold {allowed}, {found}, {day} and {task}")
    note: Line | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_if_any(_problems(self))
        return self


def _problems(rule: _Rule) -> Iterator[Finding]:
    if rule.effective_until is not None and rule.effective_until < rule.effective_from:
        yield Finding(("effective_until",), f"is before effective_from ({rule.effective_from})")
    known = {"allowed", "found", "day"} | ({"task"} if isinstance(rule, Hazard) else set[str]())
    for language, text in (("en", rule.says.en), ("es", rule.says.es)):
        try:
            names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError:
            yield Finding(("says", language), "has a single brace; braces stand only around a name such as {allowed}")
            continue
        for name in names:
            if name not in known:
                yield Finding(("says", language), f"{{{name}}} is not filled in here{meant(name, sorted(known))}")


class MinimumAge(_Rule):
    """No work at all below an age: the one after `ages.last`."""

    kind: Literal["minimum_age"]


class DayHours(_Rule):
    """At most so many hours on one calendar day, all employers together."""

    kind: Literal["day_hours"]
    hours: Annotated[int, Field(ge=1, le=24)]
    on: Literal["any_day", "school_day", "non_school_day"]


class WeekHours(_Rule):
    """At most so many hours in one week, all employers together."""

    kind: Literal["week_hours"]
    hours: Hours
    on: Literal["any_week", "school_week", "non_school_week"]


class WeekDays(_Rule):
    """Work on at most so many days of one week."""

    kind: Literal["week_days"]
    days: Annotated[int, Field(ge=1, le=6)]


class ClockHours(_Rule):
    """No work before `earliest` and after `latest`, unless one of `later` allows more."""

    kind: Literal["clock"]
    earliest: Clock
    latest: Clock
    later: tuple[Later, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        refuse_if_any(self._orders())
        return self

    def _orders(self) -> Iterator[Finding]:
        if clock_minutes(self.earliest) >= clock_minutes(self.latest):
            yield Finding(("earliest",), f"must be before latest ({self.latest})")
        for at, one in enumerate(self.later):
            if clock_minutes(one.latest) <= clock_minutes(self.latest):
                yield Finding(("later", at, "latest"), f"must be after the usual latest ({self.latest})")
            if clock_minutes(one.latest) >= clock_minutes(self.earliest) + 24 * 60:
                yield Finding(("later", at, "latest"), f"must be before the next morning's earliest ({self.earliest})")
            if one.season is None and one.before is None and not one.workplaces:
                yield Finding(("later", at), "holds always; write it as `latest`, or give season, before or workplaces")


class SchoolHours(_Rule):
    """No work while the schools of the learner's district are in session."""

    kind: Literal["school_hours"]


class SchoolHoursCycle(_Rule):
    """Work in school hours on `days` days of a week, and on `more_days` in one week of each cycle of `weeks` weeks."""

    kind: Literal["school_hours_cycle"]
    weeks: Annotated[int, Field(ge=1, le=8)]
    days: Annotated[int, Field(ge=0, le=5)]
    more_days: Annotated[int, Field(ge=1, le=5)]


class Supervision(_Rule):
    """After an hour of the evening only under an adult's supervision."""

    kind: Literal["supervision"]
    after: Clock
    not_at: frozenset[Code] = Field(default=frozenset(), description="kinds of workplace where it does not hold")


class Hazard(_Rule):
    """Work that is closed to these ages."""

    kind: Literal["hazard"]
    tasks: tuple[Code, ...] = Field(min_length=1)


class PermitNeeded(_Rule):
    """A work permit for each employer, valid on every day worked."""

    kind: Literal["permit"]
    lapses_days_after_opening: Annotated[int, Field(ge=0, le=60)] | None = Field(
        default=None, description="valid up to so many days after the first school year that opens after its issue"
    )


class PermitReturned(_Rule):
    """The permit goes back to its issuer within so many days of the end of the employment."""

    kind: Literal["permit_return"]
    days: Annotated[int, Field(ge=0, le=60)]


Rule = Annotated[
    MinimumAge
    | DayHours
    | WeekHours
    | WeekDays
    | ClockHours
    | SchoolHours
    | SchoolHoursCycle
    | Supervision
    | Hazard
    | PermitNeeded
    | PermitReturned,
    Field(discriminator="kind"),
]


class RulePack(Frozen):
    """The youth-employment law of one jurisdiction, in one version."""

    id: PackId
    version: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9a-z.]{0,19}$")]
    title: Line
    state: UsState | None = Field(default=None, description="where it holds; left out: in every state")
    effective_from: date = Field(description="from when this version was written; each rule has a day of its own")
    reviewer: Line = Field(description=f"who answers for the figures, or '{UNREVIEWED}'")
    reviewed_on: date | None = None
    school_day_minutes: Annotated[int, Field(ge=1, le=600)] = Field(
        default=1, description="minutes of required attendance that make a day a school day"
    )
    week_starts: Weekday = Field(description="first day of the week in which hours are added up")
    week_note: Line = Field(description="why this week, for whoever reviews it")
    tasks: dict[Code, Worded] = Field(default_factory=dict[Code, Worded], description="names of the hazardous tasks")
    workplaces: dict[Code, Worded] = Field(
        default_factory=dict[Code, Worded], description="names of the kinds of workplace, with their article"
    )
    rules: tuple[Rule, ...] = Field(min_length=1)

    @property
    def pin(self) -> str:
        """How this version is named: `id@version`."""
        return f"{self.id}@{self.version}"

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        refuse_if_any(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        seen: set[str] = set()
        for at, rule in enumerate(self.rules):
            if rule.id in seen:
                yield Finding(("rules", at, "id"), f"there is a rule '{rule.id}' above; ids must differ")
            if not rule.id.startswith(f"{self.id}."):
                yield Finding(("rules", at, "id"), f"must begin with '{self.id}.'")
            seen.add(rule.id)
            for place, code in _codes(rule):
                top, names = ("tasks", self.tasks) if isinstance(rule, Hazard) else ("workplaces", self.workplaces)
                if code not in names:
                    yield Finding(("rules", at, *place), f"`{code}` has no name under `{top}`{meant(code, names)}")
        if (self.reviewed_on is None) != (self.reviewer == UNREVIEWED):
            yield Finding(("reviewer",), f"a reviewer needs reviewed_on; until then write '{UNREVIEWED}'")


def _codes(rule: Rule) -> Iterator[tuple[Place, str]]:
    """The tasks or kinds of workplace that a rule names, and where."""
    match rule:
        case Hazard():
            yield from ((("tasks", at), code) for at, code in enumerate(rule.tasks))
        case Supervision():
            yield from ((("not_at",), code) for code in sorted(rule.not_at))
        case ClockHours():
            for at, one in enumerate(rule.later):
                yield from ((("later", at, "workplaces"), code) for code in sorted(one.workplaces))
        case _:
            return
