"""What a program would do on given days: who hears what, when, and how it ends."""

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime

from schemas.asks import Slug
from schemas.base import Code, Frozen, Id
from schemas.effects import Message
from schemas.vocabulary import RequestKind, Role

How = Literal[
    "asked",
    "reminded",
    "escalated",
    "told",
    "overdue",
    "answered",
    "closed",
    "withdrawn",
    "reassigned",
    "moved",
    "returned",
    "sent",
    "said",
    "state",
]


Held = Literal["quiet_hours", "digest"]


class Line(Frozen):
    """One thing that happens at an instant (aware, UTC).

    To a request: `ask_id`, `kind`, `number` of its turn, and whose: `role`, with `holder`, the role of who acts in it.
    `due_at` of what is asked or moved; `day` until which an answer is good, or that somebody says. `sent` is a
    `message` that asks nothing, `said` a `command` that somebody gives. `state` is where the case stands then, `was`
    where it stood before. A mail that does not go out at once goes at `goes_at`, `held` for that reason.
    """

    at: AwareDatetime
    how: How
    ask_id: Slug | None = None
    kind: RequestKind | None = None
    number: int = 1
    role: Role | None = None
    holder: Id | None = None
    due_at: AwareDatetime | None = None
    day: date | None = None
    message: Message | None = None
    command: Code | None = None
    state: str | None = None
    was: str | None = None
    reason: Code | None = None
    goes_at: AwareDatetime | None = None
    held: Held | None = None

    @property
    def seen_at(self) -> datetime:
        """When people notice: the moment its mail goes out, or itself."""
        return self.goes_at or self.at


class Course(Frozen):
    """How it goes: what happens, in order, and where it stands in the end.

    `name` is an ask's or a stage's id, or something that happens (a trigger); `silent` are the asks that nobody
    answers, all others are answered. `outcome_at` is when the outcome was known, None while it is open.
    """

    name: str
    silent: tuple[Slug, ...] = ()
    lines: tuple[Line, ...]
    state: str
    reason: Code | None = None
    outcome_at: AwareDatetime | None = None


class Preview(Frozen):
    """What a program would do: if everybody answers on the day, and where somebody does not.

    `start` and `end` are site days; `begins_at` is when the case begins, `until` how far it was looked.
    """

    program: Slug
    version: str
    title: str
    lifecycle: str
    time_zone: str
    begins_at: AwareDatetime
    until: AwareDatetime
    start: date
    end: date
    minor: bool
    answered: Course
    silent: tuple[Course, ...]
