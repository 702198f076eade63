"""A person's answers read back to them: each question with its answer in words, section by section."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog import page_dates
from catalog.page_words import page_words
from lifecycle.form_layout import AskedField, FormContext, Group, lay_out
from lifecycle.forms import TICKED, Answer
from schemas.form_fields import NOT_APPLICABLE, AgreeField, ChoiceField, RatingField
from schemas.forms import FormDefinition


@dataclass(frozen=True, slots=True)
class Line:
    """One question and its answer. `name` is its control's; `given` says whether there is an answer."""

    name: str
    label: str
    value: str
    given: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One section's questions and answers."""

    title: str
    lines: tuple[Line, ...]


def answered(
    form: FormDefinition, context: FormContext, answers: Mapping[str, Answer], *, left_out: bool = False
) -> tuple[Part, ...]:
    """The answers by section; with `left_out`, also what was asked and not answered. Without what was not asked."""
    parts: list[Part] = []
    for section in lay_out(form, context):
        lines = tuple(
            Line(
                asked.name,
                subject(asked, group),
                _shown(form, context, asked, answers.get(asked.name)),
                _is_given(answers.get(asked.name)),
            )
            for group in section.groups
            for asked in group.fields
            if _is_given(answers.get(asked.name)) or (left_out and (asked.when is None or asked.when.holds(answers)))
        )
        if lines:
            parts.append(Part(section.title, lines))
    return tuple(parts)


def _is_given(answer: Answer) -> bool:
    return answer is not None and answer is not False


def _shown(form: FormDefinition, context: FormContext, asked: AskedField, answer: Answer) -> str:
    words = page_words(context.language).words
    if answer is None or answer is False:
        return words["not_answered"]
    if answer is True:
        return words["ticked"]
    if asked.field.kind == "file":
        return words["file_given"]
    if asked.field.kind in {"rating", "choice"}:
        return option_label(form, context, asked, str(answer))
    if asked.field.kind == "date":
        return page_dates.iso_day(str(answer), context.language)
    if asked.field.kind == "time":
        return page_dates.clock(str(answer), context.language)
    return words["signed_as"].format(name=answer) if asked.field.kind == "signature" else str(answer)


def choices(
    form: FormDefinition, context: FormContext, asked: AskedField
) -> Iterable[tuple[str, str, str | None, int | None]]:
    """Value, label, help and level of everything that can be chosen."""
    match asked.field:
        case RatingField() as field:
            scale = form.scales[field.scale]
            for level in scale.levels:
                text = asked.rubric.get(level.value) or (context.say(level.help) if level.help else None)
                yield str(level.value), context.say(level.label), text, level.value
            if scale.not_applicable:
                yield NOT_APPLICABLE, context.say(scale.not_applicable), None, None
        case ChoiceField() as field:
            for option in field.options:
                text = context.say(option.help) if option.help else None
                yield option.code, context.say(option.label), text, None
        case AgreeField():
            yield TICKED, asked.label, None, None
        case _:
            return


def option_label(form: FormDefinition, context: FormContext, asked: AskedField, value: str) -> str:
    """What was chosen, as the page words it; a rating as `1: Performance Improvement Needed`."""
    words = page_words(context.language).words
    for code, label, _, level in choices(form, context, asked):
        if code == value:
            return label if level is None else words["rating_of"].format(value=level, label=label)
    return value


def subject(asked: AskedField, group: Group) -> str:
    """What a control is about when it does not stand in its place: the question, the skill, or `Comment (Teamwork)`."""
    if group.label is None:
        return asked.label
    return group.label if isinstance(asked.field, RatingField) else f"{asked.label} ({group.label})"
