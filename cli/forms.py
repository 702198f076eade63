"""`journeywork forms`: check a form file before it is used, and read a form in the terminal."""

from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from catalog.form_catalog import UnknownFormError, latest, pinned
from catalog.yaml_check import CatalogError, load_checked
from cli.errors import UserError
from schemas.form_fields import (
    ChoiceField,
    Condition,
    FormField,
    Language,
    LongTextField,
    NumberField,
    RatingField,
    Section,
    SignatureField,
    TextField,
)
from schemas.forms import FormDefinition


def check(file: Path) -> None:
    """Check a form file; every problem is told with its line, place and remedy, with exit status 2.

    Args:
        file: A YAML file; in the catalogue it is named <id>@<version>.yaml.
    """
    try:
        form = load_checked(file, FormDefinition)
    except CatalogError as error:
        raise UserError(str(error)) from None
    count = len(form.fields)
    print(f"ok: {form.id}, version {form.version}, {count} field{'s' if count != 1 else ''}")


def show(form_id: str, *, language: Language = "en") -> None:
    """Print a form as people read it.

    Args:
        form_id: The form's id for its newest version, or id@version.
        language: en or es.
    """
    try:
        form = pinned(form_id) if "@" in form_id else latest(form_id)
    except UnknownFormError as error:
        raise UserError(str(error)) from None
    console = Console(highlight=False, markup=False)
    for part in _pages(form, language):
        console.print(part)


def _pages(form: FormDefinition, language: Language) -> list[RenderableType]:
    """The form from top to bottom: what it is, its scales, its sections."""
    parts: list[RenderableType] = [
        Text(form.title.said(language), style="bold"),
        Text(f"{form.pin} · {form.minutes} min · decision: {form.decision or 'none'}", style="dim"),
        Text(form.why.said(language)),
        Text(f"Source: {form.source.citation}", style="dim"),
    ]
    if form.excluded_raters:
        parts.append(Text(f"Not answered by: {', '.join(sorted(form.excluded_raters))}", style="dim"))
    for name, scale in form.scales.items():
        table = Table(title=f"Scale {name}", title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
        for level in scale.levels:
            table.add_row(str(level.value), level.label.said(language), level.help.said(language) if level.help else "")
        if scale.not_applicable:
            table.add_row("", scale.not_applicable.said(language), "not scored")
        parts.append(Padding(table, (1, 0, 0, 0)))
    return [*parts, *(_section(section, language) for section in form.sections)]


def _section(section: Section, language: Language) -> RenderableType:
    lines: list[RenderableType] = [Text(section.title.said(language), style="bold cyan")]
    if section.roles:
        lines.append(Text(f"Only for: {', '.join(sorted(section.roles))}", style="dim"))
    if section.text:
        lines.append(Text(section.text.said(language)))
    lines += [Text(f"• {point.said(language)}") for point in section.points]
    if section.skills:
        lines.append(Text(f"For each of: {', '.join(skill.label.said(language) for skill in section.skills)}"))
    if section.repeat:
        lines.append(Text("For each skill of the job (3 to 5)"))
    if section.fields:
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
        for field in section.fields:
            table.add_row(Text(field.name, style="green"), field.label.said(language), _nature(field, language))
        lines.append(table)
    return Padding(Group(*lines), (1, 0, 0, 0))


def _nature(field: FormField, language: Language) -> str:
    """What kind of answer is asked, and when."""
    match field:
        case RatingField():
            kind = f"rating on {field.scale}"
        case ChoiceField():
            kind = " | ".join(f"{option.code}: {option.label.said(language)}" for option in field.options)
        case TextField() | LongTextField():
            kind = f"{field.kind}, at most {field.max_length} characters"
        case NumberField():
            kind = f"number from {field.min} to {field.max}"
        case SignatureField():
            kind = f"signature under: {field.statement.said(language)}"
        case _:
            kind = field.kind
    rules = [kind, "required" if field.required else "optional"]
    if field.when:
        rules.append(f"asked if {_rule(field.when)}")
    if isinstance(field, (TextField, LongTextField)) and field.required_when:
        rules.append(f"required if {_rule(field.required_when)}")
    return "; ".join(rules)


def _rule(condition: Condition) -> str:
    return f"{condition.field} is {' or '.join(str(value) for value in condition.values)}"
