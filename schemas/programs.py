"""A program as data: its stages, the forms it asks for, deadlines, reminder ladders and its calendar.

A coordinator writes it as YAML (`catalog/programs`); the text of one version is pinned into each placement at its
start and never changes under it.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, field_serializer, field_validator, model_validator

from schemas.base import Frozen
from schemas.checks import Finding, refuse_if_any
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
"""The kinds without which a placement could not get from one state to the next."""

NEED_NOT_BLOCK = frozenset(RequestKind) - NEEDED | {RequestKind.AGREEMENT}
SEVERAL = frozenset({RequestKind.CHECK_IN, RequestKind.AGREEMENT})
"""The kinds of which a program may have more than one ask."""


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

    @field_serializer("holidays")
    def _in_order(self, days: frozenset[date]) -> list[date]:
        return sorted(days)

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
    def _fits(self) -> Self:
        refuse_if_any(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        if self.then == "remind" and self.who is not None:
            yield Finding(
                ("who",), "'remind' goes to whoever is asked; leave out 'who', or write then: ask or then: tell"
            )
        if self.then != "remind" and self.who is None:
            yield Finding((), f"'{self.then}' needs 'who', a role")
        if self.at.anchor not in (Anchor.OPENED, Anchor.DUE):
            yield Finding(("at",), f"a step counts from opened or due, not from {self.at.anchor}")


class Repeat(Frozen):
    """Ask again and again while the placement is active: every `weeks`, `times` at most."""

    weeks: Annotated[int, Field(ge=1, le=52)] = 1
    times: Annotated[int, Field(ge=1, le=104)] = 52


class Ask(Frozen):
    """One form asked of one or more roles, with its opening, due day, ladder and end."""

    id: Slug
    kind: RequestKind
    form: PinnedForm = Field(description="form id and version, such as ma-wblp@2024.1")
    of: tuple[Signer, ...] = Field(
        min_length=1, description="who is asked: a role, or a list of roles; each gets a request of its own"
    )
    opens: Moment | None = Field(default=None, description="left out: as soon as the placement comes to it")
    due: Moment
    ladder: tuple[LadderStep, ...] = ()
    close: Moment = Field(description="when the request ends as not provided")
    blocks: bool = Field(default=True, description="whether the placement waits for it")
    repeat: Repeat | None = None

    @field_validator(
        "of", mode="before", json_schema_input_type=Role | Annotated[list[Role | Signer], Field(min_length=1)]
    )
    @classmethod
    def _roles_may_be_plain(cls, value: object) -> object:
        if isinstance(value, str):
            return ({"role": value},)
        if isinstance(value, list | tuple):
            parts: list[object] = [*value]  # pyright: ignore[reportUnknownArgumentType]
            return tuple({"role": part} if isinstance(part, str) else part for part in parts)
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_if_any((*self._anchors(), *self._repeating(), *self._reaching()))
        return self

    def _anchors(self) -> Iterator[Finding]:
        if self.opens is not None and self.opens.anchor not in (Anchor.START, Anchor.END):
            yield Finding(("opens",), f"'opens' counts from start or end, not from {self.opens.anchor}")
        if self.due.anchor is Anchor.DUE:
            yield Finding(("due",), "'due' cannot count from itself; count from start, end or opened")
        if self.close.anchor is not Anchor.DUE:
            yield Finding(("close",), f"'close' counts from due, not from {self.close.anchor}")
        if not self.blocks and self.kind not in NEED_NOT_BLOCK:
            yield Finding(("blocks",), f"a placement always waits for {self.kind}; leave out 'blocks'")

    def _repeating(self) -> Iterator[Finding]:
        if self.repeat is None:
            return
        if self.kind is not RequestKind.CHECK_IN or self.blocks:
            yield Finding(("repeat",), "only a check_in with 'blocks: false' can repeat")
        if self.opens is None or self.due.anchor is not Anchor.OPENED:
            yield Finding(
                ("repeat",), "a repeated ask needs 'opens', its first opening, and a 'due' counted from opened"
            )

    def _reaching(self) -> Iterator[Finding]:
        reached: set[Role] = set()
        for at, signer in enumerate(self.of):
            if signer.role in reached:
                yield Finding(("of", at), f"{signer.role} is asked twice; each role is asked once")
            reached.add(signer.role)
        for at, step in enumerate(self.ladder):
            if step.then != "ask" or step.who is None:
                continue
            if step.who in reached:
                yield Finding(
                    ("ladder", at, "who"), f"{step.who} is asked already; an escalation must reach somebody new"
                )
            reached.add(step.who)


class Stage(Frozen):
    """One stage of the program and what it asks for."""

    id: StageName
    asks: tuple[Ask, ...]

    @model_validator(mode="after")
    def _kinds_fit(self) -> Self:
        allowed = ", ".join(sorted(STAGE_KINDS[self.id]))
        refuse_if_any(
            Finding(("asks", at, "kind"), f"{ask.kind} has no place in {self.id}; allowed here: {allowed}")
            for at, ask in enumerate(self.asks)
            if ask.kind not in STAGE_KINDS[self.id]
        )
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
        refuse_if_any((*self._twice(), *self._missing(), *self._circles()))
        return self

    def _twice(self) -> Iterator[Finding]:
        stages: set[str] = set()
        ids: set[str] = set()
        kinds: set[RequestKind] = set()
        for number, stage in enumerate(self.stages):
            if stage.id in stages:
                yield Finding(("stages", number, "id"), f"there is a stage {stage.id} above; write its asks there")
            stages.add(stage.id)
            for at, ask in enumerate(stage.asks):
                place = ("stages", number, "asks", at)
                if ask.id in ids:
                    yield Finding((*place, "id"), f"there is an ask '{ask.id}' above; ids must differ")
                if ask.kind in kinds - SEVERAL:
                    yield Finding((*place, "kind"), f"there is an ask of kind {ask.kind} above; only one is possible")
                ids.add(ask.id)
                kinds.add(ask.kind)

    def _missing(self) -> Iterator[Finding]:
        kinds = {ask.kind for ask in self.asks}
        for kind in sorted(NEEDED - kinds):
            yield Finding(("stages",), f"there is no ask of kind {kind}; a placement could not get past it")
        for number, stage in enumerate(self.stages):
            for at, ask in enumerate(stage.asks):
                if ask.kind in NEEDED - SEVERAL and all(signer.when == "minor" for signer in ask.of):
                    yield Finding(
                        ("stages", number, "asks", at, "of"),
                        f"{ask.kind} is needed for every learner; ask at least one role without 'when: minor'",
                    )

    def _circles(self) -> Iterator[Finding]:
        for role in self.stand_ins:
            seen, at = {role}, self.stand_ins[role]
            while at in self.stand_ins and at not in seen:
                seen.add(at)
                at = self.stand_ins[at]
            if at == role:
                yield Finding(("stand_ins", role), f"stand_ins go round in a circle at {role}")

    def __hash__(self) -> int:
        """Cheap, so that what is reckoned from a pinned program can be kept by it."""
        return hash(self.id)

    @cached_property
    def text(self) -> str:
        """The whole version as JSON."""
        return self.model_dump_json()

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


_PINNED: WeakValueDictionary[str, Program] = WeakValueDictionary()


def _one_copy(program: Program) -> Program:
    """Thousands of placements in one process share one copy of a version, and what was reckoned from it."""
    return _PINNED.setdefault(program.text, program)


PinnedProgram = Annotated[Program, AfterValidator(_one_copy)]
"""A program as a placement holds it."""
