"""`journeywork forms`: check form files before they are used, and read a form in the terminal."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from catalog.form_catalog import UnknownFormError, latest, pinned
from catalog.yaml_check import CatalogError, load_checked
from cli.errors import UserError
from cli.form_checks import UsableForm
from cli.form_pages import form_parts
from schemas.form_fields import Language
from schemas.forms import FormDefinition
from schemas.vocabulary import Role

Spoken = Annotated[Language, Parameter(name=("--language", "--lang"), help="The language of the form's texts.")]
Asked = Annotated[Role | None, Parameter(help="Show only what a person in this role is asked.")]


def check(*files: Path) -> None:
    """Check form files; every problem is told with its line, place and remedy, with exit status 2.

    Args:
        files: YAML files; in the catalogue each is named <id>@<version>.yaml.
    """
    if not files:
        raise UserError("files: name at least one form file, such as catalog/forms/check-in@2026.1.yaml")
    problems: list[str] = []
    for file in files:
        try:
            form = load_checked(file, UsableForm)
        except CatalogError as error:
            problems.append(str(error))
            continue
        count = len(form.fields)
        print(f"ok: {form.id}, version {form.version}, {count} field{'s' if count != 1 else ''}")
    if problems:
        sys.stdout.flush()
        raise UserError("\n".join(problems))


def show(form_id: str, *, language: Spoken = "en", role: Asked = None) -> None:
    """Print a form as people read it: sections, questions, scales with their rubric, conditions, who may answer.

    Args:
        form_id: The form's id for its newest version, or id@version.
        language: en or es.
        role: Left out, everything is shown, with a word on who is asked.
    """
    try:
        form = pinned(form_id) if "@" in form_id else latest(form_id)
    except UnknownFormError as error:
        raise UserError(str(error)) from None
    if role is not None and not form.may_answer(role):
        raise UserError(f"role: {form.pin} may not be answered by {role}; allowed: {', '.join(answering(form))}")
    console = Console(highlight=False, markup=False)
    for part in form_parts(form, language, role):
        console.print(part)


def answering(form: FormDefinition) -> list[str]:
    """The roles that may answer, in the order of the vocabulary."""
    return [role for role in Role if form.may_answer(role)]
