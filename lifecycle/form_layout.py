"""A form laid out for one person: only what this signer is asked, once for each skill, in their language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, Field, field_validator

from schemas.base import Frozen, Text
from schemas.form_fields import (
    Condition,
    DateField,
    DayOf,
    FormField,
    Language,
    Limit,
    RatingField,
    Section,
    Skill,
    TimeField,
    Worded,
)
from schemas.forms import MAX_JOB_SKILLS, FormDefinition, answer_name
from schemas.vocabulary import RequestKind, Role

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class FormContext(Frozen):
    """For whom a form is laid out. Holds names: it lives in the gateway's memory while one page is made, nowhere else.

    `other_roles` are what else this person is in the same lifecycle: a supervisor may be the learner's guardian.
    `occasion` is what the answered request means, `number` counts repeated ones (check-in 3). `due` is an aware
    instant shown in `zone`, the IANA name of the worksite's time zone, and may be over (`overdue`); `today` is the day
    there.
    """

    language: Language = "en"
    signer_role: Role
    other_roles: frozenset[Role] = frozenset()
    occasion: RequestKind | None = None
    number: Annotated[int, Field(ge=1)] = 1
    learner_name: Text
    host_name: Text
    program_name: Text
    worksite_supervisor_name: Text | None = None
    job_title: Text | None = None
    tasks: Text | None = None
    schedule: Text | None = None
    wage: Text | None = None
    hours: Text | None = None
    job_skills: Annotated[tuple[Text, ...], Field(max_length=MAX_JOB_SKILLS)] = ()
    start: date | None = None
    end: date | None = None
    today: date | None = None
    due: AwareDatetime | None = None
    overdue: bool = False
    zone: str

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("zone: not an IANA name such as America/New_York") from None
        return name

    def say(self, text: Worded, skill: str | None = None) -> str:
        """A text in this person's language with the names filled in."""
        names: Mapping[str, str] = {
            "learner": self.learner_name,
            "host": self.host_name,
            "program": self.program_name,
            "skill": skill or "",
        }
        return _PLACEHOLDER.sub(lambda found: names.get(found[1], found[0]), text.said(self.language))


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition with the name under which the deciding answer travels."""

    name: str
    values: tuple[str | int | bool, ...]

    def holds(self, answers: Mapping[str, str | int | bool | None]) -> bool:
        """Whether one of the values was answered (1 and True are different answers)."""
        answer = answers.get(self.name)
        return any(answer == value and type(answer) is type(value) for value in self.values)


@dataclass(frozen=True, slots=True)
class AskedField:
    """One control on the page. `name` is unique on it; `rubric` is what each level looks like, by value.

    `ends` is the name of the control whose stretch of time this one ends, `not_before` and `not_after` of those whose
    days limit this one's.
    """

    name: str
    field: FormField
    label: str
    help: str | None
    skill_id: str | None
    rubric: Mapping[int, str]
    when: Rule | None
    required_when: Rule | None
    ends: str | None = None
    not_before: str | None = None
    not_after: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The fields asked about one skill, or (with `skill_id` None) a section's fields that stand alone."""

    skill_id: str | None
    label: str | None
    help: str | None
    fields: tuple[AskedField, ...]


@dataclass(frozen=True, slots=True)
class AskedSection:
    """A section as this person sees it."""

    id: str
    title: str
    text: str | None
    points: tuple[str, ...]
    groups: tuple[Group, ...]


_LAID_OUT: WeakKeyDictionary[FormContext, tuple[FormDefinition, tuple[AskedSection, ...]]] = WeakKeyDictionary()


def lay_out(form: FormDefinition, context: FormContext) -> tuple[AskedSection, ...]:
    """What this person reads and is asked, in order. A section about the job's skills is left out if there are none.

    One page asks for it several times; it is made once, and forgotten with its context.
    """
    made_for, sections = _LAID_OUT.get(context, (None, ()))
    if made_for is not form:
        sections = _laid_out(form, context)
        _LAID_OUT[context] = (form, sections)
    return sections


def _laid_out(form: FormDefinition, context: FormContext) -> tuple[AskedSection, ...]:
    plain = frozenset(field.name for section in form.sections if not section.repeats for field in section.fields)
    sections: list[AskedSection] = []
    for section in form.sections:
        if not _for(section.roles, context.signer_role):
            continue
        groups = _groups(section, context, plain)
        if groups or (not section.repeats and (section.text or section.points)):
            sections.append(
                AskedSection(
                    id=section.id,
                    title=context.say(section.title),
                    text=context.say(section.text) if section.text else None,
                    points=tuple(context.say(point) for point in section.points),
                    groups=groups,
                )
            )
    return tuple(sections)


def asked_fields(form: FormDefinition, context: FormContext) -> tuple[AskedField, ...]:
    """Every control on the page, in order."""
    return tuple(field for section in lay_out(form, context) for group in section.groups for field in group.fields)


@dataclass(frozen=True, slots=True)
class _On:
    """The skill that fields are asked about, or none."""

    id: str | None = None
    label: str | None = None
    skill: Skill | None = None


def _groups(section: Section, context: FormContext, plain: frozenset[str]) -> tuple[Group, ...]:
    if section.repeat:
        about = [_On(f"job_{at}", name) for at, name in enumerate(context.job_skills, start=1)]
    elif section.skills:
        about = [_On(skill.id, context.say(skill.label), skill) for skill in section.skills]
    else:
        about = [_On()] if section.fields else []
    groups = (
        Group(
            skill_id=one.id,
            label=one.label,
            help=context.say(one.skill.help) if one.skill and one.skill.help else None,
            fields=_fields(section, context, plain, one),
        )
        for one in about
    )
    return tuple(group for group in groups if group.fields)


def _fields(section: Section, context: FormContext, plain: frozenset[str], on: _On) -> tuple[AskedField, ...]:
    beside = {field.name for field in section.fields}

    def rule(condition: Condition | None) -> Rule | None:
        if condition is None:
            return None
        shared = condition.field in plain and condition.field not in beside
        return Rule(condition.field if shared else answer_name(on.id, condition.field), condition.values)

    asked: list[AskedField] = []
    for field in section.fields:
        if not _for(field.roles, context.signer_role):
            continue
        rubric = (on.skill.rubric if on.skill else {}) or field.rubric if isinstance(field, RatingField) else {}
        asked.append(
            AskedField(
                name=answer_name(on.id, field.name),
                field=field,
                label=context.say(field.label, on.label),
                help=context.say(field.help, on.label) if field.help else None,
                skill_id=on.id,
                rubric={value: context.say(text, on.label) for value, text in rubric.items()},
                when=rule(field.when),
                required_when=rule(getattr(field, "required_when", None)),
                ends=answer_name(on.id, field.ends) if isinstance(field, TimeField) and field.ends else None,
                not_before=_day_of(on, field.earliest) if isinstance(field, DateField) else None,
                not_after=_day_of(on, field.latest) if isinstance(field, DateField) else None,
            )
        )
    return tuple(asked)


def _day_of(on: _On, limit: Limit | None) -> str | None:
    return answer_name(on.id, limit.field) if isinstance(limit, DayOf) else None


def _for(roles: frozenset[Role], role: Role) -> bool:
    return not roles or role in roles
