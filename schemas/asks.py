"""What a program says about one form: of whom it is asked, when, which ladder it climbs and when it ends."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, StringConstraints, field_serializer, field_validator, model_validator

from schemas.base import Frozen
from schemas.checks import Finding, refuse_if_any
from schemas.offsets import Anchor, Moment
from schemas.program_kinds import EXPIRING, MAY_ON, NEED_NOT_BLOCK, NEVER_BLOCKS, ON, RENEWS, REPEATS, STAGE_KINDS
from schemas.vocabulary import RequestKind, Role, Trigger

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
PinnedForm = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*@[0-9][0-9a-z.]*$")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


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
    """Ask again and again while the placement is active: every `weeks`, `times` at most.

    With `weekday`, always on that day of the week, the first at or after `opens`; otherwise on the one that `opens` is.
    """

    weeks: Annotated[int, Field(ge=1, le=52)] = 1
    times: Annotated[int, Field(ge=1, le=104)] = 52
    weekday: Weekday | None = None


class Ask(Frozen):
    """One form asked of one or more roles, with its opening, due day, ladder and end."""

    id: Slug
    kind: RequestKind
    form: PinnedForm = Field(description="form id and version, such as ma-wblp@2024.1")
    of: tuple[Signer, ...] = Field(
        min_length=1, description="who is asked: a role, or a list of roles; each gets a request of its own"
    )
    opens: Moment | None = Field(default=None, description="left out: as soon as the placement comes to it")
    on: Trigger | None = Field(default=None, description="asked once for each time this happens, instead of `opens`")
    given: Slug | None = Field(
        default=None, description="the ask it is about: it is only asked when that one was answered"
    )
    min_weeks: Annotated[int, Field(ge=1, le=104)] | None = Field(
        default=None, description="only asked in placements of at least so many weeks"
    )
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

    @property
    def by_the_clock(self) -> bool:
        """Whether it is counted in hours, at night and on Sundays too."""
        return self.due.unit == "h"

    def _anchors(self) -> Iterator[Finding]:
        if self.opens is not None and self.opens.anchor in (Anchor.OPENED, Anchor.DUE):
            yield Finding(
                ("opens",), f"'opens' counts from start, middle, end, exit or expires, not from {self.opens.anchor}"
            )
        if self.due.anchor is Anchor.DUE:
            yield Finding(("due",), "'due' cannot count from itself; count from start, middle, end or opened")
        if self.close.anchor is not Anchor.DUE:
            yield Finding(("close",), f"'close' counts from due, not from {self.close.anchor}")
        if not self.blocks and self.kind not in NEED_NOT_BLOCK:
            yield Finding(("blocks",), f"{self.kind} is always waited for; leave out 'blocks'")
        if self.blocks and self.kind in NEVER_BLOCKS:
            yield Finding(("blocks",), f"{self.kind} is never waited for; write blocks: false")
        yield from self._occasions()
        yield from self._late_anchors()
        yield from self._hours()

    def _occasions(self) -> Iterator[Finding]:
        allowed = MAY_ON.get(self.kind, frozenset())
        if self.on is None and self.kind in ON:
            yield Finding(
                (), f"{self.kind} is asked because of something; write on: {' or on: '.join(sorted(allowed))}"
            )
        if self.on is not None and self.on not in allowed:
            what = f"write on: {' or on: '.join(sorted(allowed))}" if allowed else "leave out 'on'"
            yield Finding(("on",), f"{self.kind} is not asked because of {self.on}; {what}")
        if self.on is not None and (self.opens is not None or self.repeat is not None):
            yield Finding(("on",), "an ask with 'on' opens when that happens; leave out 'opens' and 'repeat'")
        if self.on is not None and self.due.anchor is not Anchor.OPENED:
            yield Finding(("due",), "an ask with 'on' is due some time after it opened; write opened + ...")

    def _late_anchors(self) -> Iterator[Finding]:
        """`expires` and `exit` are days that are not known from the beginning."""
        renewal = self.kind in RENEWS
        if renewal and self.given is None:
            yield Finding((), f"a renewal needs 'given', the ask whose answer expires: {', '.join(sorted(EXPIRING))}")
        if renewal and (self.opens is None or self.opens.anchor is not Anchor.EXPIRES):
            yield Finding(
                (("opens",) if self.opens else ()),
                "a renewal opens some time before the document's last day; write opens: expires - 30d",
            )
        for name, moment in (("opens", self.opens), ("due", self.due)):
            if moment is None:
                continue
            if moment.anchor is Anchor.EXPIRES and not renewal:
                yield Finding((name,), "only a renewal counts from expires, the last day of what was handed in")
            if moment.anchor is Anchor.EXIT and self.kind not in STAGE_KINDS["follow_up"]:
                yield Finding(
                    (name,), f"{self.kind} comes before the outcome is known; only a follow-up counts from exit"
                )
        if self.due.anchor is Anchor.EXIT and (self.opens is None or self.opens.anchor is not Anchor.EXIT):
            yield Finding(("due",), "'due' counts from exit only if 'opens' does; write opened + ..., or opens: exit")

    def _hours(self) -> Iterator[Finding]:
        if self.opens is not None and self.opens.unit == "h":
            yield Finding(("opens",), "'opens' is a day; write it in d, bd, w or q")
        if self.by_the_clock and self.due.distance < 1:
            yield Finding(("due",), f"'{self.due}' leaves no time to answer; write opened + 1h or more")
        if self.by_the_clock and (self.due.anchor is not Anchor.OPENED or self.opens is not None):
            yield Finding(("due",), "hours count from opened, of an ask without 'opens'")
        if self.by_the_clock and self.close.unit != "h":
            yield Finding(("close",), "an ask due in hours ends in hours; write due + 12h")
        if not self.by_the_clock and self.close.unit == "h":
            yield Finding(("close",), "an ask due in days ends in days; write due + 5bd")
        for at, step in enumerate(self.ladder):
            hours = step.at.unit == "h" or (step.at.distance == 0 and self.by_the_clock)
            if hours is not self.by_the_clock:
                wanted = "hours, such as due + 2h" if self.by_the_clock else "days, such as due + 2bd"
                yield Finding(("ladder", at, "at"), f"the ask is due in other units; write {wanted}")

    def _repeating(self) -> Iterator[Finding]:
        if self.repeat is None:
            return
        if self.kind not in REPEATS or self.blocks:
            yield Finding(("repeat",), f"only {', '.join(sorted(REPEATS))} can repeat, with 'blocks: false'")
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
