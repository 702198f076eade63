"""What the page about forms shows of the catalogue: every form, what may be decided in it, and who may not answer."""

import re

from catalog.form_catalog import all_forms
from schemas.form_fields import ChoiceField
from schemas.forms import FormDefinition
from schemas.vocabulary import AT_THE_WORKSITE, Role

FAMILY = frozenset({Role.STUDENT, Role.EDUCATOR, Role.GUARDIAN})


def forms() -> str:
    """One row for each form and version, by id."""
    head = [
        "| form | title | minutes | decisions | never answered by | source |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    rows = [
        f"| `{one.pin}` | {one.title.en} | {one.minutes} | {_decisions(one)} | {_excluded(one)} | {_source(one)} |"
        for one in all_forms()
    ]
    return "\n".join([*head, *rows]) + "\n"


def _decisions(form: FormDefinition) -> str:
    codes = [field.codes for field in form.fields if isinstance(field, ChoiceField) and field.name == form.decision]
    return ", ".join(f"`{code}`" for code in codes[0]) if codes else ""


def _excluded(form: FormDefinition) -> str:
    left = form.excluded_raters
    if len(left) >= len(Role) - 1:
        return f"anybody but `{next(role for role in Role if role not in left)}`"
    names: list[str] = []
    for group, name in ((FAMILY, "learner and family"), (AT_THE_WORKSITE, "worksite")):
        if group <= left:
            names.append(name)
            left -= group
    return ", ".join([*names, *(f"`{role}`" for role in Role if role in left)])


def _source(form: FormDefinition) -> str:
    """The first of its sources: up to a semicolon that is in no brackets."""
    return re.split(r";(?![^(]*\))", form.source.citation)[0].strip()
