"""A program as data: its stages, the forms it asks for, deadlines, reminder ladders and its calendar.

A coordinator writes it as YAML (`catalog/programs`); the text of one version is pinned into each placement at its
start and never changes under it.
"""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, StringConstraints, field_validator, model_validator

from schemas.base import Frozen
from schemas.offsets import Anchor, Moment
from schemas.vocabulary import Continuum, OpportunityType, RequestKind, Role

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
PinnedForm = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*@[0-9][0-9a-z.]*$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
StageName = Literal["matching", "preparation", "supervision", "assessment", "completion"]

STAGE_KINDS: dict[str, frozenset[RequestKind]] = {
    "matching": frozenset({RequestKind.HOST_CONFIRMATION, RequestKind.OFFER_ACCEPTANCE}),
    "preparation": frozenset({RequestKind.AGREEMENT}),
    "supervision": frozenset({RequestKind.FIRST_DAY, RequestKind.NO_SHOW_FOLLOW_UP, RequestKind.CHECK_IN}),
    "assessment": frozenset(
        {RequestKind.BASELINE_EVALUATION, RequestKind.FINAL_EVALUATION, RequestKind.SELF_ASSESSMENT}
    ),
    "completion": frozenset({RequestKind.SIGN_OFF}),
}
NEEDED = frozenset(RequestKind) - {
    RequestKind.CHECK_IN,
    RequestKind.SELF_ASSESSMENT,
    RequestKind.BASELINE_EVALUATION,
}


class Calendar(Frozen):
    """When the program's people can be asked: the worksite's time zone, hours of the day and days off."""

    time_zone: str = Field(description="IANA name, such as America/New_York")
    asks_at: TimeOfDay = Field(default="09:00", description="when asks and reminders go out, worksite time")
    due_at: TimeOfDay = Field(default="17:00", description="when a due day ends, worksite time")
    holidays: frozenset[date] = Field(default=frozenset(), description="days on which nobody is asked")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"'{name}' is no time zone; write an IANA name such as America/New_York") from error
        return name

    @model_validator(mode="after")
    def _day_in_order(self) -> Self:
        if self.asks_at >= self.due_at:
            raise ValueError(f"asks_at ({self.asks_at}) must be earlier than due_at ({self.due_at})")
        return self


class Signer(Frozen):
    """One role that gets a request of its own; `when: minor` asks it only if the learner is under 18 at the start."""

    role: Role
    when: Literal["always", "minor"] = "always"


class LadderStep(Frozen):
    """One rung: at a moment, remind whoever is asked, ask a further person, or tell somebody."""

    at: Moment
    then: Literal["remind", "ask", "tell"]
    who: Role | None = None

    @model_validator(mode="after")
    def _who_fits(self) -> Self:
        if self.then == "remind" and self.who is not None:
            raise ValueError("'remind' goes to whoever is asked; leave out 'who', or write then: ask or then: tell")
        if self.then != "remind" and self.who is None:
            raise ValueError(f"'{self.then}' needs 'who', a role")
        if self.at.anchor not in (Anchor.OPENED, Anchor.DUE):
            raise ValueError(f"a step counts from 'opened' or 'due', not from '{self.at.anchor}'")
        return self


class Repeat(Frozen):
    """Ask again and again while the placement is active: every `weeks`, `times` at most."""

    weeks: Annotated[int, Field(ge=1, le=52)] = 1
    times: Annotated[int, Field(ge=1, le=104)] = 52


class Ask(Frozen):
    """One form asked of one or more roles, with its opening, due day, ladder and end."""

    id: Slug
    kind: RequestKind
    form: PinnedForm = Field(description="form id and version, such as ma-wblp@2024.1")
    of: tuple[Signer, ...] = Field(min_length=1)
    opens: Moment | None = Field(default=None, description="left out: as soon as the placement comes to it")
    due: Moment
    ladder: tuple[LadderStep, ...] = ()
    close: Moment = Field(description="when the request ends as not provided")
    blocks: bool = Field(default=True, description="whether the placement waits for it")
    repeat: Repeat | None = None

    @field_validator("of", mode="before")
    @classmethod
    def _roles_may_be_plain(cls, value: object) -> object:
        if isinstance(value, str):
            return ({"role": value},)
        if isinstance(value, list | tuple):
            parts: list[object] = [*value]  # pyright: ignore[reportUnknownArgumentType]
            return tuple({"role": part} if isinstance(part, str) else part for part in parts)
        return value

    @model_validator(mode="after")
    def _anchors_fit(self) -> Self:
        if self.opens is not None and self.opens.anchor not in (Anchor.START, Anchor.END):
            raise ValueError(f"'opens' counts from start or end, not from '{self.opens.anchor}'")
        if self.due.anchor is Anchor.DUE:
            raise ValueError("'due' cannot count from itself; count from start, end or opened")
        if self.close.anchor is not Anchor.DUE:
            raise ValueError(f"'close' counts from due, not from '{self.close.anchor}'")
        if self.repeat is not None and (self.kind is not RequestKind.CHECK_IN or self.blocks):
            raise ValueError("only a check_in with 'blocks: false' can repeat")
        if self.repeat is not None and (self.opens is None or self.due.anchor is not Anchor.OPENED):
            raise ValueError("a repeated ask needs 'opens', its first opening, and a 'due' counted from opened")
        roles = [signer.role for signer in self.of]
        reached = [*roles, *(step.who for step in self.ladder if step.then == "ask")]
        if len(set(reached)) != len(reached):
            raise ValueError("the same role is asked twice; an escalation must reach somebody new")
        return self


class Stage(Frozen):
    """One stage of the program and what it asks for."""

    id: StageName
    asks: tuple[Ask, ...]

    @model_validator(mode="after")
    def _kinds_fit(self) -> Self:
        for ask in self.asks:
            if ask.kind not in STAGE_KINDS[self.id]:
                allowed = ", ".join(sorted(STAGE_KINDS[self.id]))
                raise ValueError(f"ask '{ask.id}': a {ask.kind} has no place in '{self.id}'; allowed here: {allowed}")
        return self


class Program(Frozen):
    """One version of a program. Source of the ladder's defaults: docs/reference/programs.md."""

    id: Slug
    version: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9a-z.]*$")]
    title: Annotated[str, StringConstraints(min_length=3, max_length=120)]
    ceds_type: OpportunityType = Field(description="CEDS 001499")
    continuum: Continuum
    calendar: Calendar
    stand_ins: dict[Role, Role] = Field(
        default_factory=dict[Role, Role], description="who acts for a role that nobody holds"
    )
    notice: Annotated[int, Field(ge=1, le=30)] = Field(
        default=2, description="business days given when a request can only be asked at or after its due day"
    )
    link_days: Annotated[int, Field(ge=1, le=90)] = Field(default=30, description="how long a mailed link works")
    stages: tuple[Stage, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        asks = self.asks
        ids = [ask.id for ask in asks]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"ask ids must differ; twice: {', '.join(twice)}")
        kinds = [ask.kind for ask in asks]
        missing = sorted(NEEDED - set(kinds))
        if missing:
            raise ValueError(f"no ask of kind {', '.join(missing)}; a placement could not get past it")
        single = [kind for kind in RequestKind if kind not in (RequestKind.CHECK_IN, RequestKind.AGREEMENT)]
        doubled = sorted(kind for kind in single if kinds.count(kind) > 1)
        if doubled:
            raise ValueError(f"more than one ask of kind {', '.join(doubled)}")
        for role in self.stand_ins:
            seen, at = {role}, self.stand_ins[role]
            while at in self.stand_ins and at not in seen:
                seen.add(at)
                at = self.stand_ins[at]
            if at in seen:
                raise ValueError(f"stand_ins go round in a circle at '{role}'")
        return self

    def __hash__(self) -> int:
        """Cheap, so that what is reckoned from a pinned program can be kept by it."""
        return hash(self.id)

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """All asks in the order of the stages."""
        return tuple(ask for stage in self.stages for ask in stage.asks)

    @cached_property
    def by_id(self) -> dict[str, Ask]:
        """The asks by their ids."""
        return {ask.id: ask for ask in self.asks}

    def of_kind(self, kind: RequestKind) -> tuple[Ask, ...]:
        """The asks of one kind, in order."""
        return self.by_kind.get(kind, ())

    @cached_property
    def by_kind(self) -> dict[RequestKind, tuple[Ask, ...]]:
        """The asks by their kinds."""
        return {kind: tuple(ask for ask in self.asks if ask.kind is kind) for kind in RequestKind}
