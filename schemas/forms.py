"""A form as data: what is asked, of whom, how it is rated, and which answer the lifecycle acts upon."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.base import Code, Frozen
from schemas.checks import Finding, Place, meant, refuse_if_any
from schemas.form_fields import (
    AgreeField,
    ChoiceField,
    Condition,
    DateField,
    DayOf,
    FormField,
    RatingField,
    Scale,
    Section,
    TimeField,
    Worded,
)
from schemas.form_texts import texts_of
from schemas.vocabulary import RequestKind, Role

FormId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
FormVersion = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9a-z.]{0,19}$")]
Fact = Literal["learner", "host", "supervisor", "program", "job_title", "tasks", "schedule", "wage", "dates", "hours"]
MAX_JOB_SKILLS = 5
"""A Work-Based Learning Plan has 3 to 5 skills of the job. Source: massconnecting.org, WBLP resource guide."""

RESERVED_NAMES = frozenset({"form", "main"})
"""Not names of fields: the page uses them for itself."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_ANYWHERE = ("learner", "host", "program")


class Source(Frozen):
    """Where an instrument comes from: a citation, the document's name or address, and what was changed."""

    citation: Annotated[str, StringConstraints(min_length=3, max_length=300)]
    document: Annotated[str, StringConstraints(min_length=3, max_length=300)] | None = None
    note: Annotated[str, StringConstraints(min_length=3, max_length=600)] | None = None


class FormDefinition(Frozen):
    """One version of a form. A request pins it by `id@version`, so a file never changes once it has been used."""

    id: FormId
    version: FormVersion = Field(description='in quotes, such as "2024.1"')
    title: Worded
    why: Worded = Field(description="one sentence for the person asked: what their answer is for")
    minutes: Annotated[int, Field(ge=1, le=60)] = Field(description="how long an answer takes")
    source: Source
    shows: tuple[Fact, ...] = Field(default=("learner", "host"), description="facts at the top of the page")
    excluded_raters: frozenset[Role] = Field(default=frozenset(), description="roles that may not answer")
    occasions: dict[RequestKind, Worded] = Field(
        default_factory=dict[RequestKind, Worded], description="guidance when the form is asked as this kind of request"
    )
    scales: dict[Code, Scale] = Field(default_factory=dict[Code, Scale])
    sections: tuple[Section, ...] = Field(min_length=1)
    decision: str | None = Field(default=None, description="the choice field whose code the lifecycle acts upon")
    send: Worded = Field(description="the words on the button")
    after: Worded = Field(description="what happens next")
    after_decision: dict[Code, Worded] = Field(
        default_factory=dict[Code, Worded], description="what happens next after one decision"
    )

    @property
    def pin(self) -> str:
        """How a request names this version: `id@version`."""
        return f"{self.id}@{self.version}"

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Every field as written, skills not multiplied out."""
        return tuple(field for section in self.sections for field in section.fields)

    def may_answer(self, role: Role) -> bool:
        """Whether a person in this role may answer at all."""
        return role not in self.excluded_raters

    def next_step(self, decision: str | None) -> Worded:
        """What happens next, given the decision."""
        return self.after_decision.get(decision or "", self.after)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        refuse_if_any(
            (
                *_sections(self),
                *_names(self),
                *_ratings(self),
                *_scales(self),
                *_conditions(self),
                *_stretches(self),
                *_days(self),
                *_decision(self),
                *_placeholders(self),
            )
        )
        return self


def skill_ids(section: Section) -> tuple[str, ...]:
    """The ids of the skills a section may repeat over; for the job's skills `job_1` to `job_5`. Empty: no repeating."""
    if section.repeat:
        return tuple(f"job_{number}" for number in range(1, MAX_JOB_SKILLS + 1))
    return tuple(skill.id for skill in section.skills)


def answer_name(skill_id: str | None, field_name: str) -> str:
    """The name under which a field's answer travels: `comment`, or with a skill `communication_comment`."""
    return f"{skill_id}_{field_name}" if skill_id else field_name


def _sections(form: FormDefinition) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, section in enumerate(form.sections):
        if section.id in seen:
            yield Finding(("sections", at, "id"), f"`{section.id}` is already the id of an earlier section")
        seen.add(section.id)
        if section.skills and section.repeat:
            yield Finding(("sections", at, "repeat"), "a section has either `skills` or `repeat: job_skills`, not both")
        if not (section.fields or section.text or section.points):
            yield Finding(
                ("sections", at), "has nothing to read and nothing to answer; add `fields`, `text` or `points`"
            )
        if section.repeats and not section.fields:
            yield Finding(("sections", at), "repeats over skills but has no `fields`")
    if not form.fields:
        yield Finding(("sections",), "no section has `fields`; a form asks at least one thing")


def _names(form: FormDefinition) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, section in enumerate(form.sections):
        for place, field in enumerate(section.fields):
            names = {answer_name(skill, field.name) for skill in skill_ids(section) or (None,)}
            if twice := sorted(names & seen):
                yield Finding(("sections", at, "fields", place, "name"), f"`{twice[0]}` is already the name of a field")
            if used := sorted(names & RESERVED_NAMES):
                yield Finding(
                    ("sections", at, "fields", place, "name"), f"`{used[0]}` is used by the page; choose another"
                )
            seen |= names
        for place, skill in enumerate(section.skills):
            if skill.id in {earlier.id for earlier in section.skills[:place]}:
                yield Finding(("sections", at, "skills", place, "id"), f"`{skill.id}` is already an earlier skill")


def _ratings(form: FormDefinition) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, section in enumerate(form.sections):
        for place, field in enumerate(section.fields):
            if isinstance(field, RatingField):
                scored = set(skill_ids(section) or (field.name,))
                if twice := sorted(scored & seen):
                    yield Finding(("sections", at, "fields", place), f"rates `{twice[0]}`, which is already rated")
                seen |= scored


def _scales(form: FormDefinition) -> Iterator[Finding]:
    used: set[str] = set()
    for at, section in enumerate(form.sections):
        for place, field in enumerate(section.fields):
            if not isinstance(field, RatingField):
                continue
            here: Place = ("sections", at, "fields", place)
            used.add(field.scale)
            if field.scale not in form.scales:
                ends = meant(field.scale, form.scales)
                yield Finding((*here, "scale"), f"`{field.scale}` is not one of the form's scales{ends}")
                continue
            values = form.scales[field.scale].values
            yield from _rubric((*here, "rubric"), field.rubric, values)
            for number, skill in enumerate(section.skills):
                yield from _rubric(("sections", at, "skills", number, "rubric"), skill.rubric, values)
    for unused in sorted(form.scales.keys() - used):
        yield Finding(("scales", unused), "no field uses this scale")


def _rubric(place: Place, rubric: dict[int, Worded], values: tuple[int, ...]) -> Iterator[Finding]:
    for value in rubric.keys() - set(values):
        yield Finding((*place, value), f"{value} is not a level of the scale; levels: {', '.join(map(str, values))}")


def _conditions(form: FormDefinition) -> Iterator[Finding]:
    shared: dict[str, FormField] = {}
    for at, section in enumerate(form.sections):
        known = dict(shared)
        for place, field in enumerate(section.fields):
            for rule in ("when", "required_when"):
                condition: Condition | None = getattr(field, rule, None)
                if condition is not None:
                    yield from _condition(form, condition, known, ("sections", at, "fields", place, rule))
            known[field.name] = field
        if not section.repeats:
            shared = known


def _stretches(form: FormDefinition) -> Iterator[Finding]:
    for at, section in enumerate(form.sections):
        begun: list[str] = []
        for place, field in enumerate(section.fields):
            if not isinstance(field, TimeField):
                continue
            if field.ends is not None and field.ends not in begun:
                wrong = f"`{field.ends}` is no earlier time field of this section{meant(field.ends, begun)}"
                yield Finding(("sections", at, "fields", place, "ends"), wrong)
            begun.append(field.name)


def _days(form: FormDefinition) -> Iterator[Finding]:
    """A day that limits another is asked before it."""
    for at, section in enumerate(form.sections):
        before: list[str] = []
        for place, field in enumerate(section.fields):
            for name in ("earliest", "latest") if isinstance(field, DateField) else ():
                limit = getattr(field, name)
                if isinstance(limit, DayOf) and limit.field not in before:
                    wrong = f"`{limit.field}` is no earlier date field of this section{meant(limit.field, before)}"
                    yield Finding(("sections", at, "fields", place, name, "field"), wrong)
            if isinstance(field, DateField):
                before.append(field.name)


def _condition(form: FormDefinition, rule: Condition, known: dict[str, FormField], place: Place) -> Iterator[Finding]:
    field = known.get(rule.field)
    if field is None:
        later = any(rule.field == other.name for other in form.fields)
        wrong = "does not come earlier" if later else "is not a field of this form"
        yield Finding((*place, "field"), f"`{rule.field}` {wrong}{meant(rule.field, known)}")
        return
    if isinstance(field, RatingField) and field.scale not in form.scales:
        return
    possible = _possible(form, field)
    if not possible:
        yield Finding(
            (*place, "field"), f"`{rule.field}` is a {field.kind} field; only rating, choice and agree decide"
        )
    for value in rule.values if possible else ():
        if not any(value == other and type(value) is type(other) for other in possible):
            allowed = [str(other).lower() if isinstance(other, bool) else str(other) for other in possible]
            yield Finding((*place, "is"), f"`{value}` cannot be answered to `{field.name}`{meant(str(value), allowed)}")


def _possible(form: FormDefinition, field: FormField) -> tuple[str | int | bool, ...]:
    """The answers a condition can wait for."""
    if isinstance(field, ChoiceField):
        return field.codes
    if isinstance(field, RatingField):
        return form.scales[field.scale].values
    return (True,) if isinstance(field, AgreeField) else ()


def _decision(form: FormDefinition) -> Iterator[Finding]:
    if form.decision is None:
        if form.after_decision:
            yield Finding(("after_decision",), "needs `decision`, the name of a choice field")
        return
    asked_all = [section for section in form.sections if not section.repeats and not section.roles]
    plain = {field.name: field for section in asked_all for field in section.fields}
    choices = [name for name, field in plain.items() if isinstance(field, ChoiceField)]
    field = plain.get(form.decision)
    if field is None:
        yield Finding(
            ("decision",),
            f"`{form.decision}` is not a field that everybody is asked once{meant(form.decision, choices)}",
        )
    elif not isinstance(field, ChoiceField):
        yield Finding(("decision",), f"`{form.decision}` is a {field.kind} field; a decision is a choice field")
    elif not field.required or field.when or field.roles:
        yield Finding(
            ("decision",), f"`{form.decision}` must always be answered; leave out its required, when and roles"
        )
    else:
        for code in form.after_decision.keys() - set(field.codes):
            ends = meant(code, field.codes)
            yield Finding(("after_decision", code), f"`{code}` is not an option of `{form.decision}`{ends}")


def _placeholders(form: FormDefinition) -> Iterator[Finding]:
    for place, text in texts_of(form):
        repeated = place[0] == "sections" and form.sections[int(place[1])].repeats and "fields" in place
        allowed = (*_ANYWHERE, "skill") if repeated else _ANYWHERE
        for language in ("en", "es"):
            for name in _PLACEHOLDER.findall(text.said(language)):
                if name not in allowed:
                    yield Finding((*place, language), f"`{{{name}}}` is not known here{meant(name, allowed)}")


def forms_json_schema() -> dict[str, Any]:
    """The JSON Schema of a form file, for editors and integrators."""
    return FormDefinition.model_json_schema(by_alias=True)
