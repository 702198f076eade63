"""A form as it stands in the terminal: who answers it, its scales and rubric, its sections and what hangs on what."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from schemas.form_fields import (
    MAX_FILE_BYTES,
    AgreeField,
    ChoiceField,
    Condition,
    DateField,
    DayOf,
    FileField,
    FormField,
    Language,
    Level,
    Limit,
    LongTextField,
    NumberField,
    RatingField,
    Section,
    SignatureField,
    Skill,
    TextField,
    TimeField,
)
from schemas.forms import FormDefinition
from schemas.vocabulary import Role

_DAYS = {"start": "the first day of work", "end": "the last day of work", "today": "today"}
_NAME, _NUMBER = "dim", "bold"


def form_parts(form: FormDefinition, language: Language, role: Role | None) -> Iterator[RenderableType]:
    """The form from top to bottom; with a role only what a person in it is asked."""
    yield Text(form.title.said(language), style="bold")
    yield Text(form.why.said(language))
    yield _below(_facts(form, language))
    for name, scale in form.scales.items():
        table = _grid(_NUMBER, None, None)
        for level in scale.levels:
            table.add_row(str(level.value), level.label.said(language), level.help.said(language) if level.help else "")
        if scale.not_applicable:
            table.add_row("–", scale.not_applicable.said(language), Text("not scored", style="dim"))
        yield _below(Group(Text(f"Scale `{name}`", style="bold"), table))
    for section in form.sections:
        if _for(section.roles, role):
            yield from _section(form, section, language, role)
    ends = _grid(_NAME, None)
    ends.add_row("button", form.send.said(language))
    ends.add_row("then", form.after.said(language))
    for code, text in form.after_decision.items():
        ends.add_row(f"after {code}", text.said(language))
    yield _below(Group(Rule(style="dim"), ends))


def _facts(form: FormDefinition, language: Language) -> Table:
    table = _grid(_NAME, None)
    table.add_row("form", f"{form.pin}, {form.minutes} min")
    table.add_row("answered by", _answered_by(form))
    if form.decision:
        codes = next(one.codes for one in form.fields if isinstance(one, ChoiceField) and one.name == form.decision)
        table.add_row("decision", f"{form.decision}: {' or '.join(codes)}")
    table.add_row("shows", ", ".join(form.shows))
    for kind, text in form.occasions.items():
        table.add_row(f"as {_plain(kind)}", text.said(language))
    for name, said in (("source", form.source.citation), ("", form.source.document), ("note", form.source.note)):
        if said:
            table.add_row(name, said)
    return table


def _answered_by(form: FormDefinition) -> str:
    out = [role for role in Role if role in form.excluded_raters]
    left = [role for role in Role if role not in form.excluded_raters]
    if not out:
        return "whoever is asked"
    return f"only {_listed(left)}" if len(left) < len(out) else f"whoever is asked, but never {_listed(out)}"


def _section(form: FormDefinition, section: Section, language: Language, role: Role | None) -> Iterator[RenderableType]:
    fields = [field for field in section.fields if _for(field.roles, role)]
    if not fields and section.repeats:
        return
    yield _below(Rule(Text(section.title.said(language), style="bold cyan"), align="left", style="dim"))
    if section.roles and role is None:
        yield Text(f"Only for {_listed(sorted(section.roles))}.", style="dim")
    if section.text:
        yield Text(section.text.said(language))
    for point in section.points:
        yield Padding(Text(f"• {point.said(language)}"), (0, 0, 0, 2))
    if section.repeat:
        yield Text("Asked for each skill of the job (3 to 5):", style="dim")
    if section.skills:
        yield Text("Asked for each of:", style="dim")
        scales = [form.scales[field.scale].levels for field in fields if isinstance(field, RatingField)]
        yield from (_skill(skill, scales[0] if scales else (), language) for skill in section.skills)
    if fields:
        yield Group(*(_field(form, field, language, role) for field in fields))


def _skill(skill: Skill, levels: Iterable[Level], language: Language) -> RenderableType:
    lines: list[RenderableType] = [Text(f"▪ {skill.label.said(language)}")]
    if skill.help:
        lines.append(Padding(Text(skill.help.said(language), style="dim"), (0, 0, 0, 2)))
    labels = {level.value: level.label.said(language) for level in levels}
    return Padding(Group(*lines, *_rubric(labels, skill, language)), (0, 0, 0, 2))


def _rubric(labels: dict[int, str], about: Skill | RatingField, language: Language) -> Iterator[RenderableType]:
    """What each level looks like, beside its label."""
    if about.rubric:
        table = _grid(_NUMBER, "dim", None)
        for value, text in sorted(about.rubric.items()):
            table.add_row(str(value), labels.get(value, ""), text.said(language))
        yield Padding(table, (0, 0, 0, 2))


def _field(form: FormDefinition, field: FormField, language: Language, role: Role | None) -> RenderableType:
    label = Text.assemble((field.name, "green"), "  ", field.label.said(language))
    below: list[RenderableType] = [Text(_nature(field, role), style="dim")]
    if field.help:
        below.append(Text(field.help.said(language), style="italic"))
    if isinstance(field, SignatureField):
        below += [Text(line) for line in _statements(field, language, role)]
    if isinstance(field, ChoiceField):
        options = _grid("green", None, "dim")
        for option in field.options:
            options.add_row(option.code, option.label.said(language), option.help.said(language) if option.help else "")
        below.append(options)
    if isinstance(field, RatingField):
        labels = {level.value: level.label.said(language) for level in form.scales[field.scale].levels}
        below += _rubric(labels, field, language)
    return Group(label, Padding(Group(*below), (0, 0, 0, 4)))


def _nature(field: FormField, role: Role | None) -> str:
    """What kind of answer is asked, and when."""
    rules = [_kind(field), "required" if field.required else "optional"]
    if field.roles and role is None:
        rules.append(f"only for {_listed(sorted(field.roles))}")
    if field.when:
        rules.append(f"asked if {_rule(field.when)}")
    if isinstance(field, (TextField, LongTextField)) and field.required_when:
        rules.append(f"required if {_rule(field.required_when)}")
    return "; ".join(rules)


def _kind(field: FormField) -> str:
    match field:
        case RatingField():
            return f"rating on {field.scale}"
        case ChoiceField():
            return "one of" if len(field.options) > 1 else "box to tick"
        case AgreeField():
            return "box to tick"
        case TextField() | LongTextField():
            lines = "one line" if isinstance(field, TextField) else "several lines"
            return f"{lines}, at most {field.max_length} characters"
        case NumberField():
            places = f", at most {field.decimals} decimal places" if field.decimals else ""
            return f"number from {field.min} to {field.max}{places}"
        case DateField():
            return "date" + _between(*(_day(limit) for limit in (field.earliest, field.latest)))
        case TimeField():
            ends = f", ends what {field.ends} begins" if field.ends else ""
            return "time" + _between(field.earliest or "", field.latest or "") + ends
        case SignatureField():
            return "typed name as a signature"
        case FileField():
            return f"PDF, PNG or JPEG, at most {MAX_FILE_BYTES // 1024**2} MB"


def _day(limit: Limit | None) -> str:
    if isinstance(limit, DayOf):
        return f"the day of {limit.field}"
    return _DAYS.get(str(limit), str(limit or ""))


def _between(earliest: str, latest: str) -> str:
    parts = [f" from {earliest}"] if earliest else []
    return "".join([*parts, f" until {latest}" if latest else ""])


def _statements(field: SignatureField, language: Language, role: Role | None) -> Iterator[str]:
    if role is not None:
        yield f"“{field.signed(role).said(language)}”"
        return
    yield f"“{field.statement.said(language)}”"
    for signer, text in field.by_role.items():
        yield f"{_plain(signer)}: “{text.said(language)}”"


def _rule(condition: Condition) -> str:
    return f"{condition.field} is {' or '.join(_value(value) for value in condition.values)}"


def _value(value: str | int | bool) -> str:  # noqa: FBT001 - an answer, not a switch
    return "ticked" if value is True else str(value)


def _listed(roles: Iterable[str]) -> str:
    return ", ".join(_plain(role) for role in roles)


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _for(roles: frozenset[Role], role: Role | None) -> bool:
    return role is None or not roles or role in roles


def _grid(*styles: str | None) -> Table:
    """A table without lines; the first columns keep to one line."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for at, style in enumerate(styles):
        table.add_column(style=style, no_wrap=at == 0)
    return table


def _below(part: RenderableType) -> RenderableType:
    return Padding(part, (1, 0, 0, 0))
