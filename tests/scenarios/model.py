"""A scenario as data: what is given, what people and time do, and what must then hold. Times are the worksite's."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from schemas.base import Frozen, LifecycleName
from schemas.checks import Finding, refuse_if_any
from schemas.vocabulary import RequestState, Role

LocalTime = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d( \d\d:\d\d)?$")]
"""`2027-07-16 10:00`; without the hour: 10:00."""

Seen = Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d$")]
"""`Fri 2027-07-16 10:00`."""


class Change(Frozen):
    """How a scenario's program differs from the file: one ask with other parts, asks left out, or the program's own."""

    ask: str | None = None
    of_program: dict[str, Any] = Field(default={})
    parts: dict[str, Any] = Field(default={})
    without: tuple[str, ...] = ()


class Given(Frozen):
    """How it begins. `state`: everybody did as they should until then. `begins`: another first command than a proposal.

    `valid_until`: ask -> last day of the document that was handed in on the way. `silent`: asks that nobody answered
    on the way. `team`: other people, or nobody.
    """

    lifecycle: LifecycleName = "placement"
    id: str = "pl-1"
    program: str = "whole"
    changes: tuple[Change, ...] = ()
    at: LocalTime = "2027-06-07 09:30"
    start: date = date(2027, 7, 6)
    end: date = date(2027, 8, 13)
    minor: bool = True
    applied: bool = False
    team: dict[Role, str | None] = Field(default={})
    learner: str = "lrn-1"
    opportunity: str = "opp-1"
    state: str = ""
    valid_until: dict[str, date] = Field(default={})
    silent: tuple[str, ...] = ()
    begins: dict[str, Any] | None = None


class Then(Frozen):
    """What must hold after a step, or at the end: of where it stands, and of what was told since the step began.

    `events` are told in this order, others may lie between. `told`: message -> exactly who gets it. `history`: how a
    request was asked, from its opening on. `others`: the same of other lifecycles in the scenario.
    """

    state: str | None = None
    reason: str | None = None
    holds: dict[str, Any] = Field(default={})
    events: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    asked: dict[str, str] = Field(default={})
    not_asked: tuple[str, ...] = ()
    ended: dict[str, RequestState] = Field(default={})
    moved: dict[str, Seen] | None = None
    told: dict[str, tuple[str, ...]] = Field(default={})
    not_told: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    no_effects: tuple[str, ...] = ()
    history: dict[str, tuple[str, ...]] = Field(default={})
    next: Seen | None = None
    nothing_is_due: bool = False
    others: dict[str, "Then"] = Field(default={})


class Step(Frozen):
    """One thing that happens. Time acts on the way to `at`, whenever it is due; without `at` it is an hour later.

    `answers`: a form comes back from `by`. `says`: a command, with its values. `bounces`: a message about a request
    does not reach `by`. `until`: silence. `nothing_ran_until`: nobody heard anything and time did not act either.
    """

    at: LocalTime | None = None
    to: str | None = Field(default=None, description="which lifecycle, if not the scenario's own")
    by: str | None = None
    answers: str | None = None
    decision: str | None = None
    valid_until: date | None = None
    again_on: date | None = None
    says: str | None = None
    of_it: dict[str, Any] = Field(default={}, alias="with")
    bounces: str | None = None
    until: LocalTime | None = None
    nothing_ran_until: LocalTime | None = None
    refused: str | None = None
    then: Then | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> "Step":
        done = [self.answers, self.says, self.bounces, self.until, self.nothing_ran_until]
        if sum(one is not None for one in done) != 1:
            refuse_if_any([Finding((), "a step is one of answers, says, bounces, until and nothing_ran_until")])
        return self


class Scenario(Frozen):
    """One life. `id` is named in specification.yaml; `title` is the claim it shows."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]+$")]
    title: Annotated[str, StringConstraints(min_length=10)]
    given: Given = Given()
    also: tuple[Given, ...] = ()
    when: tuple[Step, ...] = ()
    then: Then | None = None


class ScenarioFile(Frozen):
    """What a file holds: scenarios on one matter.

    A scenario with `each` stands for several: in every text of it, `{name}` takes each entry's value in turn.
    """

    about: str
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _several(cls, raw: Any) -> Any:
        return {**raw, "scenarios": [one for several in raw["scenarios"] for one in _each(several)]}


def _each(raw: dict[str, Any]) -> list[dict[str, Any]]:
    plain = {key: value for key, value in raw.items() if key != "each"}
    return [_filled(plain, values) for values in raw["each"]] if "each" in raw else [plain]


def _filled(value: Any, values: dict[str, Any]) -> Any:
    match value:
        case str() if (whole := re.fullmatch(r"\{(\w+)\}", value)) and whole[1] in values:
            return values[whole[1]]
        case str():
            return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), value)
        case dict():
            return {_filled(key, values): _filled(one, values) for key, one in value.items()}
        case list():
            return [_filled(one, values) for one in value]
        case _:
            return value
