"""A laid-out form made ready for the templates: values kept, options marked, errors worded, ids given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from activities.answer_lines import choices, option_label, subject
from catalog import page_dates
from catalog.page_words import PageWords, page_words
from lifecycle.form_layout import AskedField, FormContext, Group, Rule, lay_out
from lifecycle.forms import FieldError
from schemas.form_fields import (
    ChoiceField,
    LongTextField,
    NumberField,
    RatingField,
    SignatureField,
)
from schemas.forms import Fact, FormDefinition


@dataclass(frozen=True, slots=True)
class OptionView:
    """One radio button or box. `level` is the number of a scale's level; `reveals` are fields only this option asks."""

    id: str
    value: str
    label: str
    help: str | None = None
    checked: bool = False
    level: int | None = None
    reveals: tuple["FieldView", ...] = ()


@dataclass(frozen=True, slots=True)
class FieldView:
    """One control: what it is called and explained by, what was typed, and what is wrong with it."""

    name: str
    kind: str
    label: str
    hints: tuple[str, ...]
    error: str | None
    value: str
    options: tuple[OptionView, ...] = ()
    optional: bool = False
    rows: int = 1
    statement: str | None = None
    unit: str | None = None

    @property
    def described_by(self) -> str:
        """The ids that explain the control, the error first; empty if there are none."""
        parts = ((self.error, "error"), (self.hints, "hint"))
        return " ".join(f"{self.name}-{part}" for given, part in parts if given)


@dataclass(frozen=True, slots=True)
class GroupView:
    """The fields of one skill, or of a section."""

    id: str
    label: str | None
    help: str | None
    position: str | None
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the page."""

    id: str
    title: str
    text: str | None
    points: tuple[str, ...]
    groups: tuple[GroupView, ...]


@dataclass(frozen=True, slots=True)
class WordedError:
    """An error as it stands in the summary, naming the question or skill, and as it stands at the control itself."""

    summary: str
    here: str


def sections_of(
    form: FormDefinition, context: FormContext, raw: Mapping[str, str], errors: Mapping[str, WordedError]
) -> tuple[SectionView, ...]:
    """Every section with its controls; `errors` are worded, by name of control."""
    words, sections = page_words(context.language), lay_out(form, context)
    total = sum(group.skill_id is not None for section in sections for group in section.groups)
    seen = 0
    views: list[SectionView] = []
    for section in sections:
        groups: list[GroupView] = []
        for group in section.groups:
            seen += group.skill_id is not None
            maker = _Maker(form, context, words, raw, errors, group)
            rated = any(isinstance(asked.field, RatingField) for asked in group.fields)
            count = words.words["skill_number" if rated else "part_number"].format(number=seen, total=total)
            groups.append(
                GroupView(
                    id=f"skill-{group.skill_id}" if group.skill_id else f"fields-{section.id}",
                    label=group.label,
                    help=group.help,
                    position=count if group.skill_id else None,
                    fields=maker.fields(),
                )
            )
        views.append(
            SectionView(
                id=f"section-{section.id}",
                title=section.title,
                text=section.text,
                points=section.points,
                groups=tuple(groups),
            )
        )
    return tuple(views)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the views of one group's fields."""

    form: FormDefinition
    context: FormContext
    words: PageWords
    raw: Mapping[str, str]
    errors: Mapping[str, WordedError]
    group: Group

    def fields(self) -> tuple[FieldView, ...]:
        """Fields that only one option of a choice asks for stand under that option, the others in order."""
        under: dict[tuple[str, str], list[AskedField]] = {}
        top: list[AskedField] = []
        names = {asked.name: asked for asked in self.group.fields}
        for asked in self.group.fields:
            rule = asked.when
            parent = names.get(rule.name) if rule else None
            if rule and parent and isinstance(parent.field, ChoiceField) and len(rule.values) == 1:
                under.setdefault((rule.name, str(rule.values[0])), []).append(asked)
            else:
                top.append(asked)
        return tuple(self._field(asked, under) for asked in top)

    def _field(
        self, asked: AskedField, under: Mapping[tuple[str, str], list[AskedField]], *, nested: bool = False
    ) -> FieldView:
        field = asked.field
        return FieldView(
            name=asked.name,
            kind="box" if isinstance(field, ChoiceField) and len(field.options) == 1 else field.kind,
            label=asked.label,
            hints=tuple(self._hints(asked, nested=nested)),
            error=wrong.here if (wrong := self.errors.get(asked.name)) else None,
            value=self.raw.get(asked.name, ""),
            options=tuple(self._options(asked, under)),
            optional=not field.required and asked.required_when is None,
            rows=field.rows if isinstance(field, LongTextField) else 1,
            statement=self.context.say(field.signed(self.context.signer_role))
            if isinstance(field, SignatureField)
            else None,
            unit=self.context.say(field.unit) if isinstance(field, NumberField) and field.unit else None,
        )

    def _hints(self, asked: AskedField, *, nested: bool) -> Iterable[str]:
        if asked.when is not None and not nested:
            yield self.words.words["only_if"].format(options=self._chosen(asked.when))
        if asked.help:
            yield asked.help
        elif asked.required_when is not None:
            yield self.words.words["needed_if"].format(options=self._chosen(asked.required_when))
        if asked.field.kind in {"signature", "file"}:
            yield self.words.words[f"{asked.field.kind}_hint"]

    def _chosen(self, rule: Rule) -> str:
        asked = next((one for one in self.group.fields if one.name == rule.name), None)
        labels = (option_label(self.form, self.context, asked, str(value)) for value in rule.values if asked)
        return ", ".join(self.words.words["quoted"].format(text=label) for label in labels)

    def _options(self, asked: AskedField, under: Mapping[tuple[str, str], list[AskedField]]) -> Iterable[OptionView]:
        sent = self.raw.get(asked.name, "")
        for at, (value, label, text, level) in enumerate(choices(self.form, self.context, asked)):
            yield OptionView(
                id=asked.name if at == 0 else f"{asked.name}--{value}",
                value=value,
                label=label,
                help=text,
                checked=value == sent,
                level=level,
                reveals=tuple(self._field(one, {}, nested=True) for one in under.get((asked.name, value), ())),
            )


def plain_options(name: str, labels: Iterable[tuple[str, str]], chosen: str | None) -> tuple[OptionView, ...]:
    """The options of a control that no form has: each by its value and its words."""
    return tuple(
        OptionView(id=name if at == 0 else f"{name}--{value}", value=value, label=label, checked=value == chosen)
        for at, (value, label) in enumerate(labels)
    )


def worded_errors(
    form: FormDefinition, context: FormContext, raw: Mapping[str, str], errors: Mapping[str, FieldError]
) -> dict[str, WordedError]:
    """Each error in the person's language: where it is and what to do."""
    words = page_words(context.language)
    groups = [group for section in lay_out(form, context) for group in section.groups]
    asked = {one.name: (one, group) for group in groups for one in group.fields}
    worded: dict[str, WordedError] = {}
    for name, error in errors.items():
        figures = {key: _figure(value, context) for key, value in error.figures.items()}
        lead = ""
        if name in asked:
            one, group = asked[name]
            about = subject(one, group)
            lead = f"{about} " if about.endswith(("?", ".", "!", ":")) else f"{about}: "
            figures["label"] = one.label
        if (by := error.figures.get("by")) in asked:
            figures["reason"] = option_label(form, context, asked[str(by)][0], raw.get(str(by), ""))
        text = words.errors[error.code]
        worded[name] = WordedError(text.format(lead=lead, **figures), text.format(lead="", **figures))
    return worded


def _figure(value: str | int, context: FormContext) -> str:
    if isinstance(value, int):
        return page_dates.number(value, context.language)
    try:
        if ":" in value:
            return page_dates.clock(value, context.language)
        return page_dates.day(date.fromisoformat(value), context.language)
    except ValueError:
        return value


def facts_of(form: FormDefinition, context: FormContext) -> tuple[tuple[str, str], ...]:
    """What the top of the page says about the placement: label and value, unknown ones left out."""
    known: dict[Fact, str | None] = {
        "learner": context.learner_name,
        "host": context.host_name,
        "supervisor": context.worksite_supervisor_name,
        "program": context.program_name,
        "job_title": context.job_title,
        "tasks": context.tasks,
        "schedule": context.schedule,
        "wage": context.wage,
        "hours": context.hours,
        "dates": page_dates.days(context.start, context.end, context.language),
    }
    words = page_words(context.language)
    shown = [(words.facts[fact], value) for fact in form.shows if (value := known[fact])]
    return (*shown, (words.facts["person"], words.roles[context.signer_role]))
