"""What youth-employment rules answer: findings, which may enter Temporal, and dated changes, which may not."""

from datetime import date
from typing import Literal

from schemas.base import Frozen, Id
from schemas.directory import Personal
from schemas.rule_parts import Line
from schemas.rules import PackId, RuleId

Subject = Literal[
    "minimum_age",
    "day_hours",
    "week_hours",
    "week_days",
    "too_early",
    "too_late",
    "school_hours",
    "school_hours_days",
    "supervision",
    "hazard",
    "permit",
    "permit_return",
]
"""What a finding is about. Of several on the same matter, the strictest law governs."""

Unit = Literal["minutes", "clock", "days", "age"]
"""`minutes` of work; `clock`: minutes since the day's midnight, above 1440 in the night after it; `days`; `age`."""

Basis = Literal["predicted", "detected"]
"""`predicted`: a planned shift would break the rule and can still be changed; `detected`: logged work has broken it."""


class Finding(Frozen):
    """A rule that is broken. Ids, codes, dates and figures only: never a birth date, an age or a name.

    `day` is the worksite's: of the work, or in a week the day on which the limit is passed; `week_of` is that week's
    first day. `shifts` are all that count towards `found`, in order of time. `allowed` and `found` are in `unit`; an
    exact age is never `found`. `assumed`: the school calendar does not reach so far, a school day was assumed.
    `governs`: no other broken rule on the same matter is stricter.
    """

    rule: RuleId
    pack: PackId
    version: str
    citation: Line
    subject: Subject
    basis: Basis
    day: date
    week_of: date | None = None
    shifts: tuple[Id, ...] = ()
    employer_id: Id | None = None
    permit_id: Id | None = None
    task: str | None = None
    allowed: int | None = None
    found: int | None = None
    unit: Unit
    assumed: bool = False
    governs: bool = True


class FindingCode(Frozen):
    """A broken rule as a lifecycle may know it: no citation, no birth date, no age; `id` finds the whole in Postgres.

    The same broken rule found again has the same `id`. `allowed` and `found` are in `unit`.
    """

    id: Id
    rule: RuleId
    subject: Subject
    basis: Basis
    day: date
    shifts: tuple[Id, ...] = ()
    allowed: int | None = None
    found: int | None = None
    unit: Unit


ChangeKind = Literal[
    "birthday",
    "season_begins",
    "season_ends",
    "school_year_opens",
    "school_year_ends",
    "calendar_ends",
    "permit_lapses",
    "permit_return_due",
    "exemption_begins",
    "exemption_ends",
    "rule_begins",
    "rule_ends",
]


class Change(Personal):
    """From `day` on other limits apply. Personal: a birthday tells the birth date, so only the bare day may leave.

    `subject` names what changes: a rule, permit, exemption, calendar, or for a birthday the age reached.
    `begins` and `ends` are the rules that apply from that day on, or no longer.
    """

    day: date
    kind: ChangeKind
    subject: str
    begins: tuple[RuleId, ...] = ()
    ends: tuple[RuleId, ...] = ()
