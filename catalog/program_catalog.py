"""The programs the product ships, and how a program file is read."""

from functools import cache
from pathlib import Path
from typing import Any

from catalog.yaml_check import load_shipped
from schemas.programs import Program

FOLDER = Path(__file__).parent / "programs"


def load_program(path: Path) -> Program:
    """The program in a file.

    Raises:
        CatalogError: it is no program; holds every problem with file, line, path and what is allowed.
    """
    return load_shipped(path, Program)


@cache
def all_programs() -> dict[str, Program]:
    """The shipped programs by id. Raises CatalogError when a shipped file is broken."""
    loaded = [load_program(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {program.id: program for program in loaded}


def program(program_id: str) -> Program | None:
    """The shipped program of that id, or None."""
    return all_programs().get(program_id)


def program_json_schema() -> dict[str, Any]:
    """The JSON Schema of a program file, for editors; `catalog/programs/program.schema.json` is this."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Program.model_json_schema()}
