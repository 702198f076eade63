"""How anybody fills in any form: validly, by what the form asks of this person, or wrongly at first."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from catalog.form_catalog import pinned
from cli.demo.paper import Paper
from cli.rehearse.picture import Asked
from lifecycle.form_layout import AskedField, FormContext, asked_fields
from lifecycle.form_samples import passing_answers
from lifecycle.worked_hours import WEEK_DAYS
from schemas.form_fields import (
    ChoiceField,
    DateField,
    LongTextField,
    NumberField,
    RatingField,
    SignatureField,
    TimeField,
)
from schemas.forms import FormDefinition
from schemas.vocabulary import Role

WORKED = frozenset(WEEK_DAYS[:5])
SUMMER = frozenset({6, 7, 8})
IN_SUMMER = (("09:00", "15:00"), ("08:30", "14:00"), ("15:30", "18:00"))
AFTER_SCHOOL = (("15:30", "18:00"), ("15:00", "18:00"), ("16:00", "18:30"))
"""Usual days of work of those who have no school, and of those who have."""
LONG_SHIFT, LONG = ("07:00", "21:30"), 0.03
"""A day of work that the law forbids a minor, and how often it comes."""

SHORT_DOCUMENT, REMARK, TOO_LATE = 0.06, 0.3, "2999-12-31"
REMARKS = ("Comes on time, asks good questions.", "All is well.", "Llega puntual y aprende rápido.")


@dataclass(frozen=True)
class Sheetful:
    """Where and when a form is filled in: the placement's days, the job's skills, today, and who writes."""

    role: Role
    name: str
    today: date
    start: date
    end: date
    skills: tuple[str, ...]
    zone: str


class Pen:
    """Writes one answer to one request."""

    def __init__(self, asked: Asked, where: Sheetful, dice: Random) -> None:
        self._form: FormDefinition = pinned(asked.form)
        self._where, self._dice = where, dice
        usual = IN_SUMMER if where.today.month in SUMMER else AFTER_SCHOOL
        self._shift = LONG_SHIFT if dice.random() < LONG else dice.choice(usual)
        self._context = FormContext(
            signer_role=where.role,
            occasion=asked.kind,
            number=asked.number,
            learner_name="Learner",
            host_name="Host",
            program_name="Program",
            job_skills=where.skills,
            start=where.start,
            end=where.end,
            today=where.today,
            zone=where.zone,
        )

    @property
    def form(self) -> FormDefinition:
        """The form that is asked."""
        return self._form

    def answers(self, decision: str | None) -> dict[str, str]:
        """What passes, with a decision of a form that has one."""
        return passing_answers(self._form, self._context, decision=decision, say=self._says)

    def wrong(self, right: dict[str, str]) -> dict[str, str]:
        """The same with something that the form must give back: a day or time that is none, or something left out."""
        fields = {one.name: one.field for one in asked_fields(self._form, self._context) if one.name in right}
        for name, field in fields.items():
            if isinstance(field, DateField | TimeField | NumberField):
                return right | {name: "soon"}
        needed = [name for name, field in fields.items() if field.required]
        left_out = self._dice.choice(needed) if needed else ""
        return {name: value for name, value in right.items() if name != left_out}

    def missing_on(self, paper: Paper, answers: dict[str, str]) -> list[str]:
        """The controls that the form asks for and the page does not show."""
        return sorted(set(answers) - set(paper.controls))

    def _says(self, asked: AskedField) -> str | None:
        field, dice, where = asked.field, self._dice, self._where
        match field:
            case RatingField():
                levels = self._form.scales[field.scale].values
                return str(dice.choices(levels, range(1, len(levels) + 1))[0])
            case ChoiceField() if field.required:
                return field.codes[0] if asked.name == "supervised" else dice.choice(field.codes)
            case DateField() if asked.name == "valid_until":
                short = dice.random() < SHORT_DOCUMENT
                return (where.today + timedelta(days=20) if short else where.end + timedelta(days=400)).isoformat()
            case DateField() if asked.name == "week_of":
                return (where.today - timedelta(days=where.today.weekday())).isoformat()
            case TimeField() if asked.skill_id in WORKED:
                return self._shift[1] if field.ends else self._shift[0]
            case NumberField() if asked.skill_id in WORKED:
                return "30"
            case SignatureField():
                return where.name
            case LongTextField() if field.required or dice.random() < REMARK:
                return dice.choice(REMARKS)[: field.max_length]
            case _:
                return None
