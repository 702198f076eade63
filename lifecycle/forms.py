"""Checks what a person sent in against the form they were asked: typed answers, the decision, and what to put right."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from lifecycle.form_layout import AskedField, FormContext, asked_fields
from schemas.base import Frozen
from schemas.form_fields import (
    FILE_ID,
    MAX_FILE_BYTES,
    NOT_APPLICABLE,
    AgreeField,
    ChoiceField,
    DateField,
    DayOf,
    FileField,
    Limit,
    LongTextField,
    NumberField,
    RatingField,
    Scale,
    SignatureField,
    TextField,
    TimeField,
)
from schemas.forms import FormDefinition
from schemas.vocabulary import Role

Answer = str | int | bool | None
"""A typed answer: text, a code, an ISO day, a time (`17:30`), a decimal number; a level; a tick; None if not given."""

ErrorCode = Literal[
    "required",
    "rating_required",
    "choice_required",
    "agree_required",
    "signature_required",
    "date_required",
    "time_required",
    "number_required",
    "needed_after",
    "unknown_option",
    "too_long",
    "not_a_number",
    "too_many_decimals",
    "number_out_of_range",
    "not_a_date",
    "date_too_early",
    "date_too_late",
    "not_a_time",
    "time_too_early",
    "time_too_late",
    "times_go_together",
    "same_times",
    "not_a_name",
    "file_required",
    "file_too_large",
    "file_unreadable",
    "excluded_rater",
]
"""What can be wrong with an answer. Worded per language in catalog/messages/pages.*.yaml."""

WHOLE_FORM = "form"
"""The key of an error that concerns the form as a whole, not one of its fields."""

TICKED = "yes"
"""What a ticked box sends."""

MAX_NAME = 120
FAMILY = frozenset({Role.STUDENT, Role.EDUCATOR, Role.GUARDIAN})
"""Whoever is one of these to the learner does not rate them in another role either, where the form excludes these."""

_NUMBER = re.compile(r"([+-]?)(\d{1,9})(?:\.(\d{1,9})|,(\d{1,2}))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s?(?:([ap])\.?\s?m\.?)?", re.IGNORECASE)
_YEARS = (1900, 2199)
_HIDDEN = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class FieldError(Frozen):
    """What is wrong with one answer, without the answer: a code and the figures its wording needs."""

    code: ErrorCode
    figures: dict[str, str | int] = Field(default_factory=dict[str, str | int])


class Unfit(Frozen):
    """What is sent for a file that cannot be kept."""

    code: Literal["file_too_large", "file_unreadable"]


class Checked(Frozen):
    """The outcome of a check. Answers hold only what is right; `decision` is None while there are errors."""

    answers: dict[str, Answer]
    decision: str | None
    errors: dict[str, FieldError]

    @property
    def ok(self) -> bool:
        """Whether the answers can be sent."""
        return not self.errors


class _Wrong(Exception):  # noqa: N818 - ends the reading of one answer; never leaves this module
    def __init__(self, code: ErrorCode, **figures: str | int) -> None:
        self.error = FieldError(code=code, figures=figures)


def check_answers(form: FormDefinition, context: FormContext, raw: Mapping[str, object]) -> Checked:
    """What a person sent (names and values of the page's controls), typed and checked.

    Names the form does not ask for are ignored, an answer whose condition does not hold is dropped, control characters
    are taken out. Never raises, whatever was sent. Keys of `errors` are names of controls, in the order of the page, or
    `WHOLE_FORM`.
    """
    if not _may_answer(form, context):
        return Checked(answers={}, decision=None, errors={WHOLE_FORM: FieldError(code="excluded_rater")})
    answers: dict[str, Answer] = {}
    errors: dict[str, FieldError] = {}
    for asked in asked_fields(form, context):
        if asked.when is not None and not asked.when.holds(answers):
            answers[asked.name] = None
            continue
        try:
            answers[asked.name] = _answer(form, context, asked, raw.get(asked.name), answers)
        except _Wrong as wrong:
            errors[asked.name] = wrong.error
    decision = answers.get(form.decision) if form.decision and not errors else None
    return Checked(answers=answers, decision=decision if isinstance(decision, str) else None, errors=errors)


def _may_answer(form: FormDefinition, context: FormContext) -> bool:
    """Whether this person may answer: neither in the role they are asked in, nor as family of the learner."""
    return form.may_answer(context.signer_role) and all(form.may_answer(role) for role in context.other_roles & FAMILY)


def as_raw(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Typed answers as a page sends them; checking them again gives the same answers."""
    return {
        name: TICKED if answer is True else str(answer)
        for name, answer in answers.items()
        if answer is not None and answer is not False
    }


def _answer(
    form: FormDefinition, context: FormContext, asked: AskedField, sent: object, before: Mapping[str, Answer]
) -> Answer:
    field = asked.field
    if isinstance(sent, Unfit):
        raise _Wrong(sent.code, max=MAX_FILE_BYTES // 1024**2)
    text = cleaned(sent, lines=isinstance(field, LongTextField))
    if not text:
        if field.required:
            raise _Wrong(_missing(asked))
        if asked.required_when is not None and asked.required_when.holds(before):
            raise _Wrong("needed_after", by=asked.required_when.name)
        if asked.ends is not None and before.get(asked.ends) is not None:
            raise _Wrong("times_go_together")
        return False if isinstance(field, AgreeField) else None
    match field:
        case RatingField():
            return _level(form.scales[field.scale], text)
        case ChoiceField():
            if text not in field.codes:
                raise _Wrong("unknown_option")
            return text
        case AgreeField():
            if text != TICKED:
                raise _Wrong("unknown_option")
            return True
        case TextField() | LongTextField():
            return _within(text, field.max_length)
        case SignatureField():
            if not any(character.isalpha() for character in text):
                raise _Wrong("not_a_name")
            return _within(text, MAX_NAME)
        case NumberField():
            return _number(field, text)
        case DateField():
            return _day(field, context, asked, text, before)
        case TimeField():
            return _time(field, asked, text, before)
        case FileField():
            if not re.fullmatch(FILE_ID, text):
                raise _Wrong("file_unreadable", max=MAX_FILE_BYTES // 1024**2)
            return text


def cleaned(sent: object, *, lines: bool = False) -> str:
    r"""What was sent as plain text: composed (NFC), without control and direction characters, trimmed.

    Keeps line breaks (as `\n`) and tabs with `lines`, else puts everything on one line. What is not text counts as "".
    """
    if not isinstance(sent, str):
        return ""
    text = unicodedata.normalize("NFC", sent.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        one for one in text if one in "\n\t" or (unicodedata.category(one) not in {"Cc", "Cs"} and one not in _HIDDEN)
    )
    return kept.strip() if lines else " ".join(kept.split())


def _missing(asked: AskedField) -> ErrorCode:
    codes: dict[str, ErrorCode] = {
        "rating": "rating_required",
        "choice": "choice_required",
        "agree": "agree_required",
        "signature": "signature_required",
        "date": "date_required",
        "time": "time_required",
        "number": "number_required",
        "file": "file_required",
    }
    return codes.get(asked.field.kind, "required")


def _level(scale: Scale, text: str) -> Answer:
    if text == NOT_APPLICABLE and scale.not_applicable is not None:
        return NOT_APPLICABLE
    levels = {str(value): value for value in scale.values}
    if text not in levels:
        raise _Wrong("unknown_option")
    return levels[text]


def _within(text: str, most: int) -> str:
    if len(text) > most:
        raise _Wrong("too_long", count=len(text), max=most, over=len(text) - most)
    return text


def _number(field: NumberField, text: str) -> Answer:
    parts = _NUMBER.fullmatch(text)
    if parts is None or not text.isascii():
        raise _Wrong("not_a_number")
    sign, whole, rest = parts[1], parts[2], (parts[3] or parts[4] or "").rstrip("0")
    if len(rest) > field.decimals:
        raise _Wrong("too_many_decimals", decimals=field.decimals)
    number = Decimal(f"{sign}{whole}.{rest or 0}")
    if not field.min <= number <= field.max:
        raise _Wrong("number_out_of_range", min=field.min, max=field.max)
    return int(number) if field.decimals == 0 else f"{number.normalize() + 0:f}"


def _day(field: DateField, context: FormContext, asked: AskedField, text: str, before: Mapping[str, Answer]) -> Answer:
    try:
        day = date.fromisoformat(text if _DAY.fullmatch(text) and text.isascii() else "")
    except ValueError:
        raise _Wrong("not_a_date") from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise _Wrong("not_a_date")
    earliest = _limit(field.earliest, context, before.get(asked.not_before or ""))
    latest = _limit(field.latest, context, before.get(asked.not_after or ""))
    if earliest is not None and day < earliest:
        raise _Wrong("date_too_early", limit=earliest.isoformat())
    if latest is not None and day > latest:
        raise _Wrong("date_too_late", limit=latest.isoformat())
    return day.isoformat()


def _time(field: TimeField, asked: AskedField, text: str, before: Mapping[str, Answer]) -> str:
    """A time on the 24-hour clock; `5:30 p.m.` is understood too, for browsers without a control for times."""
    parts = _TIME.fullmatch(text) if text.isascii() else None
    if parts is None or (parts[2] is None and parts[3] is None):
        raise _Wrong("not_a_time")
    hour, minute = int(parts[1]), int(parts[2] or 0)
    if parts[3] is not None:
        hour = hour % 12 + 12 * (parts[3].lower() == "p") if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise _Wrong("not_a_time")
    time = f"{hour:02}:{minute:02}"
    if field.earliest is not None and time < field.earliest:
        raise _Wrong("time_too_early", limit=field.earliest)
    if field.latest is not None and time > field.latest:
        raise _Wrong("time_too_late", limit=field.latest)
    if asked.ends is not None and asked.ends in before:
        begun = before[asked.ends]
        if begun is None:
            raise _Wrong("times_go_together")
        if begun == time:
            raise _Wrong("same_times")
    return time


def _limit(limit: Limit | None, context: FormContext, answered: Answer) -> date | None:
    if limit is None or isinstance(limit, date):
        return limit
    if isinstance(limit, DayOf):
        return date.fromisoformat(answered) if isinstance(answered, str) else None
    return {"start": context.start, "end": context.end, "today": context.today}[limit]
