"""The parts a form is made of: texts in both languages, rating scales, and the kinds of field."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator

from schemas.base import Code, Frozen
from schemas.checks import Finding, refuse_if_any
from schemas.vocabulary import Role

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
NOT_APPLICABLE = "na"
"""The answer to a rating that could not be judged; kept apart from "not answered" and left out of every score."""

MAX_FILE_BYTES = 5 * 1024 * 1024
FILE_ID = r"^f-[0-9a-f]{32}$"
FileKind = Literal["pdf", "png", "jpeg"]

_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Worded(Frozen):
    """One text in every language of the product.

    May hold `{learner}`, `{host}`, `{program}` and, where fields repeat over skills, `{skill}`.
    """

    en: _Said
    es: _Said

    def said(self, language: Language) -> str:
        """The text in one language."""
        return self.es if language == "es" else self.en


class Level(Frozen):
    """One step of a scale: the number that is scored, its official label, and what it means."""

    value: Annotated[int, Field(ge=0, le=100)]
    label: Worded
    help: Worded | None = None


class Scale(Frozen):
    """An ordinal rating scale, lowest first; `not_applicable` is the label of a further answer that is not scored."""

    levels: tuple[Level, ...] = Field(min_length=2, max_length=10)
    not_applicable: Worded | None = None

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        values = self.values
        refuse_if_any(
            Finding(("levels", at, "value"), f"{value} does not come after {values[at - 1]}; list levels lowest first")
            for at, value in enumerate(values)
            if at and value <= values[at - 1]
        )
        return self

    @property
    def values(self) -> tuple[int, ...]:
        """The numbers a rating can have."""
        return tuple(level.value for level in self.levels)


class Condition(Frozen):
    """Holds when an earlier field of the same section (or of one without skills) has one of the values."""

    model_config = ConfigDict(populate_by_name=True)

    field: FieldName
    values: tuple[str | int | bool, ...] = Field(alias="is", min_length=1)

    @field_validator("values", mode="before")
    @classmethod
    def _one_may_stand_alone(cls, value: object) -> object:
        return (value,) if isinstance(value, (str, int, bool)) else value


class _Asked(Frozen):
    """What every kind of field has. `roles` left out: everyone is asked. `when`: asked only if that holds."""

    name: FieldName
    label: Worded
    help: Worded | None = None
    required: bool = True
    when: Condition | None = None
    roles: frozenset[Role] = frozenset()


class RatingField(_Asked):
    """One level of a scale. `rubric` says what a level looks like for this very skill."""

    kind: Literal["rating"]
    scale: Code
    rubric: dict[int, Worded] = Field(default_factory=dict[int, Worded])


class Option(Frozen):
    """One answer to choose; the lifecycle sees its code."""

    code: Code
    label: Worded
    help: Worded | None = None


class ChoiceField(_Asked):
    """Exactly one of a few options; a single option is a box to tick."""

    kind: Literal["choice"]
    options: tuple[Option, ...] = Field(min_length=1, max_length=12)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes an answer can have."""
        return tuple(option.code for option in self.options)

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        refuse_if_any(
            Finding(("options", at, "code"), f"`{code}` is already the code of an earlier option")
            for at, code in enumerate(self.codes)
            if code in self.codes[:at]
        )
        return self


class AgreeField(_Asked):
    """A box that must be ticked when required; the label is the statement agreed to."""

    kind: Literal["agree"]


class _Written(_Asked):
    """Text; `required_when` makes an optional field required, such as a comment on the lowest rating."""

    required_when: Condition | None = None

    @model_validator(mode="after")
    def _only_optional_needs_a_rule(self) -> Self:
        if self.required and self.required_when is not None:
            refuse_if_any([Finding(("required_when",), "only fits a field with `required: false`")])
        return self


class TextField(_Written):
    """One line of text; `max_length` in characters."""

    kind: Literal["text"]
    max_length: Annotated[int, Field(ge=1, le=500)] = 200


class LongTextField(_Written):
    """Several lines of text; `max_length` in characters, `rows` is the height of the box."""

    kind: Literal["long_text"]
    max_length: Annotated[int, Field(ge=1, le=10_000)] = 2000
    rows: Annotated[int, Field(ge=2, le=20)] = 3


class DayOf(Frozen):
    """The day that was answered to an earlier date field of the same section; no limit while there is none."""

    field: FieldName


Limit = date | Literal["start", "end", "today"] | DayOf
"""A day, or the placement's first or last day, or the day of answering, or another answer."""


class DateField(_Asked):
    """A calendar day at the worksite, within limits (both inclusive)."""

    kind: Literal["date"]
    earliest: Limit | None = None
    latest: Limit | None = None

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if isinstance(self.earliest, date) and isinstance(self.latest, date) and self.earliest > self.latest:
            refuse_if_any([Finding(("latest",), f"{self.latest} is before earliest ({self.earliest})")])
        return self


ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day on the 24-hour clock, in quotes: `"07:00"`."""


class TimeField(_Asked):
    """A time of day at the worksite, within limits (both inclusive).

    `ends` names the time field whose stretch this one ends: both are answered or neither, and an end that is earlier on
    the clock is on the next day.
    """

    kind: Literal["time"]
    earliest: ClockTime | None = None
    latest: ClockTime | None = None
    ends: FieldName | None = None

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.earliest is not None and self.latest is not None and self.earliest > self.latest:
            refuse_if_any([Finding(("latest",), f"{self.latest} is before earliest ({self.earliest})")])
        return self


class NumberField(_Asked):
    """A number within limits (both inclusive) with at most `decimals` decimal places."""

    kind: Literal["number"]
    min: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = 0
    max: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = 1_000_000
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    unit: Worded | None = None

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.min > self.max:
            refuse_if_any([Finding(("max",), f"{self.max} is less than min ({self.min})")])
        return self


class SignatureField(_Asked):
    """A typed full name under a statement; `by_role` replaces the statement for some signers."""

    kind: Literal["signature"]
    statement: Worded
    by_role: dict[Role, Worded] = Field(default_factory=dict[Role, Worded])

    def signed(self, role: Role) -> Worded:
        """The statement this signer puts their name to."""
        return self.by_role.get(role, self.statement)


class FileField(_Asked):
    """A scan or a photograph: a PDF, PNG or JPEG, at most `MAX_FILE_BYTES`. The answer is the id it is kept under."""

    kind: Literal["file"]


FormField = Annotated[
    RatingField
    | ChoiceField
    | AgreeField
    | TextField
    | LongTextField
    | DateField
    | TimeField
    | NumberField
    | SignatureField
    | FileField,
    Field(discriminator="kind"),
]


class Skill(Frozen):
    """A skill that a section's fields are asked about; `rubric` says what each level of the scale looks like."""

    id: FieldName
    label: Worded
    help: Worded | None = None
    rubric: dict[int, Worded] = Field(default_factory=dict[int, Worded])


class Section(Frozen):
    """A part of a form: a title, text and points to read, and fields.

    With `skills` the fields are asked once for each of them, with `repeat: job_skills` once for each skill of the job
    (3 to 5, given by the opportunity). `roles` left out: everyone sees it.
    """

    id: FieldName
    title: Worded
    text: Worded | None = None
    points: tuple[Worded, ...] = ()
    skills: tuple[Skill, ...] = ()
    repeat: Literal["job_skills"] | None = None
    fields: tuple[FormField, ...] = ()
    roles: frozenset[Role] = frozenset()

    @property
    def repeats(self) -> bool:
        """Whether the fields are asked once for each skill."""
        return bool(self.skills) or self.repeat is not None
