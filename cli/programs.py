"""`journeywork programs`: check a program file before it is used, and print its JSON Schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from pydantic import model_validator

from catalog.form_catalog import UnknownFormError, pinned
from catalog.program_catalog import program_json_schema
from catalog.yaml_check import CatalogError, load_checked
from cli.errors import UserError
from lifecycle.placement import DECISIONS
from lifecycle.programs import problems
from schemas.asks import Ask
from schemas.checks import Finding, meant, refuse_if_any
from schemas.form_fields import ChoiceField
from schemas.forms import FormDefinition
from schemas.programs import Program


class UsableProgram(Program):
    """A program that also works by the calendar and with the forms of the catalogue."""

    @model_validator(mode="after")
    def _works(self) -> Self:
        refuse_if_any((*problems(self), *_form_problems(self)))
        return self


def check(file: Path) -> None:
    """Check a program file; every problem is told with its line, place and remedy, with exit status 2.

    Args:
        file: A YAML file such as those in catalog/programs.
    """
    try:
        program = load_checked(file, UsableProgram)
    except CatalogError as error:
        raise UserError(str(error)) from None
    print(f"ok: {program.id}, version {program.version}, {len(program.asks)} asks")


def schema() -> None:
    """Print the JSON Schema of a program file, for editors."""
    print(json.dumps(program_json_schema(), indent=2))


def _form_problems(program: Program) -> Iterator[Finding]:
    for number, stage in enumerate(program.stages):
        for at, ask in enumerate(stage.asks):
            place = ("stages", number, "asks", at)
            try:
                form = pinned(ask.form)
            except UnknownFormError as error:
                yield Finding((*place, "form"), str(error).removeprefix("form: "))
                continue
            for finding in (*_decision(ask, form), *_raters(ask, form)):
                yield Finding((*place, *finding.place), finding.message)


def _decision(ask: Ask, form: FormDefinition) -> Iterator[Finding]:
    """A form that moves the placement must come back with a decision the lifecycle knows."""
    known = DECISIONS.get(ask.kind)
    if known is None:
        return
    codes = next((one.codes for one in form.fields if isinstance(one, ChoiceField) and one.name == form.decision), ())
    if not codes:
        yield Finding(
            ("form",), f"{form.pin} has no `decision`; {ask.kind} is answered by {' or '.join(sorted(known))}"
        )
    for code in codes:
        if code not in known:
            yield Finding(
                ("form",),
                f"{form.pin} can decide `{code}`, which {ask.kind} does not know{meant(code, sorted(known))}",
            )


def _raters(ask: Ask, form: FormDefinition) -> Iterator[Finding]:
    reached = [*((("of", at), signer.role) for at, signer in enumerate(ask.of))]
    reached += [
        (("ladder", at, "who"), step.who) for at, step in enumerate(ask.ladder) if step.then == "ask" and step.who
    ]
    for place, role in reached:
        if not form.may_answer(role):
            yield Finding(place, f"{form.pin} may not be answered by {role}; ask another role or pin another form")
