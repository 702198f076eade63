"""Answers that pass, for rehearsals and tests: what a friendly person would send for any form of the catalogue."""

from collections.abc import Callable
from datetime import date, timedelta

from lifecycle.form_layout import AskedField, FormContext, Rule, asked_fields
from lifecycle.forms import TICKED, Answer
from schemas.form_fields import (
    NOT_APPLICABLE,
    AgreeField,
    ChoiceField,
    DateField,
    FileField,
    NumberField,
    RatingField,
    SignatureField,
    TimeField,
)
from schemas.forms import FormDefinition

SIGNED = "Sample Signer"
SAID = "Sample answer."
SAMPLE_FILE = f"f-{0:032x}"
A_YEAR = timedelta(days=365)
"""How much longer than the placement a sample document is valid."""


Say = Callable[[AskedField], str | None]
"""What somebody has to say of their own to a field, also where it is optional; None: nothing in particular."""


def passing_answers(
    form: FormDefinition,
    context: FormContext,
    *,
    decision: str | None = None,
    level: int | None = None,
    say: Say = lambda _: None,
) -> dict[str, str]:
    """Raw answers (control name -> value) that `check_answers` accepts in this context.

    `decision` is the code for the form's decision (left out: its first option), `level` the rating for every skill
    (left out, or not on the scale: the middle of the scale). What is optional gets no answer. `say` comes before all of
    this but the decision; what it says must pass.
    """
    raw: dict[str, str] = {}
    typed: dict[str, Answer] = {}
    for asked in asked_fields(form, context):
        if asked.when is not None and not _holds(asked.when, typed):
            continue
        needed = asked.field.required or _holds(asked.required_when, typed)
        own = None if asked.name == form.decision else say(asked)
        if own is None and not needed:
            continue
        value = decision if decision and asked.name == form.decision else own or _value(form, context, asked, level)
        raw[asked.name] = value
        typed[asked.name] = _typed(asked, value)
    return raw


def _typed(asked: AskedField, value: str) -> Answer:
    """The answer as conditions read it."""
    if isinstance(asked.field, AgreeField):
        return True
    return int(value) if isinstance(asked.field, RatingField) and value != NOT_APPLICABLE else value


def _holds(rule: Rule | None, typed: dict[str, Answer]) -> bool:
    return rule is not None and rule.holds(typed)


def _value(form: FormDefinition, context: FormContext, asked: AskedField, level: int | None) -> str:
    match asked.field:
        case RatingField() as field:
            values = form.scales[field.scale].values
            return str(level if level in values else values[len(values) // 2])
        case ChoiceField() as field:
            return field.codes[0]
        case AgreeField():
            return TICKED
        case DateField() as field:
            limits = {"start": context.start, "end": context.end, "today": context.today}
            ahead = [day for day in (context.today, context.end) if day is not None]
            if ahead and (field.earliest, field.latest) == ("today", None):
                return (max(ahead) + A_YEAR).isoformat()
            bounds = (field.latest, field.earliest, "today", "start")
            days = (limits.get(bound) if isinstance(bound, str) else bound for bound in bounds)
            return next((day.isoformat() for day in days if isinstance(day, date)), "2026-07-06")
        case TimeField() as field:
            return field.latest or "17:00" if field.ends else field.earliest or "09:00"
        case NumberField() as field:
            return str(field.min)
        case SignatureField():
            return SIGNED
        case FileField():
            return SAMPLE_FILE
        case _:
            return SAID[: asked.field.max_length]
