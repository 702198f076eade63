"""A person's answers read back to them: each question with its answer in words, section by section."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.page_words import page_words
from gateway import page_dates
from gateway.page_views import option_label, subject
from lifecycle.form_layout import AskedField, FormContext, asked_fields, lay_out
from lifecycle.forms import Answer
from schemas.forms import FormDefinition

FEW = 4
"""A form of so many controls or fewer is seen at one glance: it is sent at once, without a page to check it on."""

DO = "_do"
"""The name under which a page's buttons say what to do: `check`, `send` or `save`. No field can have it."""


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


def is_checked(form: FormDefinition, context: FormContext) -> bool:
    """Whether the form is long enough for a page that repeats everything before it is sent."""
    return len(asked_fields(form, context)) > FEW


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
    if asked.field.kind in {"rating", "choice"}:
        return option_label(form, context, asked, str(answer))
    if asked.field.kind == "date":
        return page_dates.iso_day(str(answer), context.language)
    if asked.field.kind == "time":
        return page_dates.clock(str(answer), context.language)
    return words["signed_as"].format(name=answer) if asked.field.kind == "signature" else str(answer)
