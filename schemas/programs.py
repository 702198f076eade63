"""A program as data: its stages, the forms it asks for, deadlines, reminder ladders and its calendar.

A coordinator writes it as YAML (`catalog/programs`); the text of one version is pinned into each placement at its
start and never changes under it.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, Self
from weakref import WeakValueDictionary

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from schemas.asks import Ask, Calendar, Slug
from schemas.base import Frozen
from schemas.checks import Finding, meant, refuse_if_any
from schemas.offsets import Anchor, Moment
from schemas.patience import Patience
from schemas.program_kinds import (
    EXPIRES_FOR,
    INSTEAD,
    NEEDED_BY,
    RENEWS,
    SEVERAL,
    STAGE_KINDS,
    STAGES,
    STEPS,
    LifecycleKind,
    StageName,
)
from schemas.silence import Silence
from schemas.vocabulary import Continuum, OpportunityType, ProgramKind, RequestKind, Role, Trigger

ONLY = {
    "placement": (
        *("ceds_type", "continuum", "late_days", "waitlist", "blocked_tells", "development", "notices", "patience"),
        *("permits_by_law",),
    ),
    "partnership": ("silence", "thanks_days"),
}
"""What says something about one lifecycle alone."""

ENDLESS = frozenset({Anchor.MIDDLE, Anchor.END, Anchor.EXIT})
"""What nothing can be counted from in a lifecycle without a last day."""

PinnedRules = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*@[0-9][0-9a-z.]*$")]


class Notice(Frozen):
    """A message that asks nothing, sent to some roles on a day: it begins soon, something is missing, do not come."""

    id: Slug
    message: Literal["placement_starts_reminder", "preparation_missing_reminder", "placement_blocked_warning"]
    at: Moment
    to: tuple[Role, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.at.anchor is not Anchor.START or self.at.unit in ("h", "q") or self.at.distance > 0:
            refuse_if_any([Finding(("at",), f"a notice goes out days before start, not '{self.at}'; write start - 7d")])
        return self


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
    """One version of a program. Source of the ladder's defaults: docs/reference/programs.md.

    Of what `lifecycle` it is: a placement's, or how an opportunity is developed, a partnership kept, an incident met.
    """

    id: Slug
    version: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9a-z.]*$")]
    title: Annotated[str, StringConstraints(min_length=3, max_length=120)]
    lifecycle: LifecycleKind = "placement"
    program_kind: ProgramKind | None = Field(default=None, description="what families and employers call it")
    ceds_type: OpportunityType | None = Field(default=None, description="CEDS 001499; a placement's program needs it")
    continuum: Continuum | None = Field(default=None, description="a placement's program needs it")
    rules: tuple[PinnedRules, ...] = Field(
        default=(), description="youth-employment rule packs by which shifts and hours are checked"
    )
    calendar: Calendar
    stand_ins: dict[Role, Role] = Field(
        default_factory=dict[Role, Role], description="who acts for a role that nobody holds"
    )
    notice: Annotated[int, Field(ge=1, le=30)] = Field(
        default=2, description="business days given when a request can only be asked at or after its due day"
    )
    link_days: Annotated[int, Field(ge=1, le=90)] = Field(default=30, description="how long a mailed link works")
    late_days: Annotated[int, Field(ge=0, le=365)] = Field(
        default=0, description="so long after its outcome a final evaluation that was given up is still taken"
    )
    waitlist: bool = Field(default=False, description="whether a learner waits in line when no seat is free")
    blocked_tells: Role | None = Field(
        default=None, description="who is told when the first day comes and preparation is not done"
    )
    permits_by_law: bool = Field(
        default=False,
        description="whether a work permit also ends when the law says so, such as at the turn of the school year",
    )
    patience: Patience = Field(default=Patience(), description="how much is borne before something follows of itself")
    development: Slug | None = Field(
        default=None, description="the program by which its opportunities are developed, if they are"
    )
    incidents: Slug | None = Field(default=None, description="the program by which incidents are met")
    silence: Silence | None = Field(
        default=None, description="when a partnership's silent host is called, and when it counts as dormant"
    )
    thanks_days: Annotated[int, Field(ge=0, le=365)] = Field(
        default=0, description="a host is thanked, and asked to host again, at most once in so many days"
    )
    notices: tuple[Notice, ...] = ()
    stages: tuple[Stage, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        refuse_if_any((*self._twice(), *self._missing(), *self._given(), *self._circles()))
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
        if self.lifecycle == "placement":
            for name, words in (("ceds_type", OpportunityType), ("continuum", Continuum)):
                if getattr(self, name) is None:
                    yield Finding((name,), f"a placement's program needs it; allowed: {', '.join(words)}")
        for other, names in ONLY.items():
            for name in names if other != self.lifecycle else ():
                if getattr(self, name) != type(self).model_fields[name].default:
                    yield Finding((name,), f"only a {other}'s program has it; leave it out of {a(self.lifecycle)}'s")
        for place, ask in self._placed() if self.lifecycle == "partnership" else ():
            for name, moment in (("opens", ask.opens), ("due", ask.due)):
                if moment is not None and moment.anchor in ENDLESS:
                    yield Finding((*place, name), "a partnership has no last day; count from start, opened or expires")
        for number, stage in enumerate(self.stages):
            if stage.id not in STAGES[self.lifecycle]:
                allowed = ", ".join(STAGES[self.lifecycle])
                yield Finding(
                    ("stages", number, "id"), f"{stage.id} is no stage of {a(self.lifecycle)}; allowed: {allowed}"
                )
        kinds = {ask.kind for ask in self.asks}
        for kind in sorted(NEEDED_BY[self.lifecycle] - kinds):
            others = INSTEAD.get(kind, frozenset())
            instead = [(place, ask) for place, ask in self._placed() if ask.kind in others]
            if not instead:
                words = " or ".join((kind, *sorted(others)))
                message = f"there is no ask of kind {words}; {a(self.lifecycle)} could not get past it"
                yield Finding(("stages",), message)
            elif not any(ask.blocks for _, ask in instead):
                message = f"without a {kind} the {self.lifecycle} must wait for this; leave out 'blocks'"
                yield Finding((*instead[0][0], "blocks"), message)
        for place, ask in self._placed():
            if ask.kind not in STEPS - SEVERAL:
                continue
            if all(signer.when == "minor" for signer in ask.of):
                yield Finding(
                    (*place, "of"),
                    f"{ask.kind} is needed for every learner; ask at least one role without 'when: minor'",
                )
            for name in ("given", "min_weeks"):
                if getattr(ask, name) is not None:
                    yield Finding(
                        (*place, name), f"{ask.kind} is needed every time, whatever came before; leave out '{name}'"
                    )

    def _placed(self) -> Iterator[tuple[tuple[str | int, ...], Ask]]:
        """Every ask with its place in the file."""
        for number, stage in enumerate(self.stages):
            for at, ask in enumerate(stage.asks):
                yield ("stages", number, "asks", at), ask

    def _given(self) -> Iterator[Finding]:
        for ask_at, ask in self._placed():
            if ask.given is None:
                continue
            place = (*ask_at, "given")
            about = self.by_id.get(ask.given)
            if about is None or about is ask:
                others = [one.id for one in self.asks if one is not ask]
                yield Finding(place, f"'{ask.given}' is no other ask of this program{meant(ask.given, others)}")
            elif about.kind not in (expiring := EXPIRES_FOR.get(ask.kind, frozenset(RequestKind))):
                yield Finding(place, f"'{ask.given}' does not expire; name a {' or a '.join(sorted(expiring))}")
            elif self._waits_for_itself(ask):
                yield Finding(place, f"'{ask.id}' is only asked after '{ask.given}', and that one only after this")
        seen: set[str] = set()
        for at, notice in enumerate(self.notices):
            if notice.id in seen:
                yield Finding(("notices", at, "id"), f"there is a notice '{notice.id}' above; ids must differ")
            seen.add(notice.id)

    def _waits_for_itself(self, ask: Ask) -> bool:
        seen: set[str] = set()
        about: Ask | None = ask
        while about is not None and about.given is not None and about.id not in seen:
            seen.add(about.id)
            about = self.by_id.get(about.given)
        return about is ask and ask.id in seen

    def _circles(self) -> Iterator[Finding]:
        for role in self.stand_ins:
            seen, at = {role}, self.stand_ins[role]
            while at in self.stand_ins and at not in seen:
                seen.add(at)
                at = self.stand_ins[at]
            if at == role:
                yield Finding(("stand_ins", role), f"stand_ins go round in a circle at {role}")

    def __hash__(self) -> int:
        """Cheap once its text is known, so that what is reckoned from a pinned program can be kept by it."""
        return hash(self.text)

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

    @cached_property
    def by_trigger(self) -> dict[Trigger, tuple[Ask, ...]]:
        """The asks by what makes them open."""
        found: dict[Trigger, tuple[Ask, ...]] = {}
        for ask in self.asks:
            if ask.on is not None:
                found[ask.on] = (*found.get(ask.on, ()), ask)
        return found

    @cached_property
    def has_follow_up(self) -> bool:
        """Whether something may be owed, asked or taken after the outcome."""
        return self.late_days > 0 or any(stage.id == "follow_up" and stage.asks for stage in self.stages)

    @cached_property
    def renewals(self) -> tuple[Ask, ...]:
        """The asks for what expires."""
        return tuple(ask for ask in self.asks if ask.kind in RENEWS)

    def of_kind(self, kind: RequestKind) -> tuple[Ask, ...]:
        """The asks of one kind, in order."""
        return self.by_kind.get(kind, ())

    @cached_property
    def by_kind(self) -> dict[RequestKind, tuple[Ask, ...]]:
        """The asks by their kinds."""
        return {kind: tuple(ask for ask in self.asks if ask.kind is kind) for kind in RequestKind}


def a(lifecycle: str) -> str:
    """A lifecycle's name with its article: an opportunity, a placement."""
    return f"an {lifecycle}" if lifecycle[0] in "aeiou" else f"a {lifecycle}"


_PINNED: WeakValueDictionary[str, Program] = WeakValueDictionary()


def _one_copy(program: Program) -> Program:
    """Thousands of placements in one process share one copy of a version, and what was reckoned from it."""
    return _PINNED.setdefault(program.text, program)


PinnedProgram = Annotated[Program, AfterValidator(_one_copy)]
"""A program as a placement holds it."""
