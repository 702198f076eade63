"""The forms the product ships: one YAML file for each form and version, read once and kept."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from catalog.yaml_check import CatalogError, Problem, load_shipped
from schemas.checks import meant
from schemas.form_fields import Language
from schemas.forms import FormDefinition

FOLDER = Path(__file__).parent / "forms"


class UnknownFormError(LookupError):
    """No file describes this form or version; the text says which there are."""


def form(form_id: str, version: str) -> FormDefinition:
    """One version of a form.

    Raises:
        UnknownFormError: there is no such form or version.
        CatalogError: a shipped file is wrong.
    """
    return pinned(f"{form_id}@{version}")


def pinned(pin: str) -> FormDefinition:
    """The form a request pins as `id@version`. Raises as `form` does."""
    found = _by_pin().get(pin)
    if found is None:
        raise UnknownFormError(f"form: there is no `{pin}`{meant(pin, _by_pin())}")
    return found


def latest(form_id: str) -> FormDefinition:
    """The newest version of a form. Raises as `form` does."""
    versions = [one for one in _by_pin().values() if one.id == form_id]
    if not versions:
        raise UnknownFormError(f"form: there is no `{form_id}`{meant(form_id, sorted({f.id for f in all_forms()}))}")
    return versions[-1]


def all_forms() -> tuple[FormDefinition, ...]:
    """Every version of every form, by id, oldest version first."""
    return tuple(_by_pin().values())


@cache
def skill_labels(language: Language) -> Mapping[str, str]:
    """What each skill is called that any form rates, by its id."""
    skills = (skill for one in all_forms() for section in one.sections for skill in section.skills)
    return {one.id: one.label.said(language) for one in skills}


def read_form(path: Path) -> FormDefinition:
    """The form in one file, named `<id>@<version>.yaml`.

    Raises:
        CatalogError: the file cannot be read, does not describe a form, or is named for another form.
    """
    found = load_shipped(path, FormDefinition)
    if path.name != f"{found.pin}.yaml":
        raise CatalogError((Problem(str(path), 0, "", f"describes {found.pin}; name the file {found.pin}.yaml"),))
    return found


@cache
def _by_pin() -> dict[str, FormDefinition]:
    forms = [read_form(path) for path in FOLDER.glob("*.yaml")]
    return {one.pin: one for one in sorted(forms, key=lambda one: (one.id, _order(one.version)))}


def _order(version: str) -> list[tuple[int, str]]:
    """Versions in the order people expect: 2024.2 before 2024.10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|[a-z]+", version)]
