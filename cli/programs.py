"""`journeywork programs`: check a program file before it is used, and print its JSON Schema."""

import json
from pathlib import Path

from catalog.program_catalog import program_json_schema
from catalog.yaml_check import CatalogError, load_checked
from cli.errors import UserError
from cli.program_checks import UsableProgram


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
