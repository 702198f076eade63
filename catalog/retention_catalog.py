"""How long each kind of data is kept: the shipped schedule, or a file of one's own."""

from pathlib import Path

from catalog.program_catalog import all_programs
from catalog.yaml_check import CatalogError, Problem, load_shipped
from schemas.checks import meant
from schemas.retention import Retention

SHIPPED = Path(__file__).parent / "retention.yaml"


def retention(path: Path | None = None) -> Retention:
    """The schedule in a file. Raises CatalogError naming what is wrong, such as a program that there is not."""
    file = path or SHIPPED
    found = load_shipped(file, Retention)
    unknown = [name for name in found.programs if name not in all_programs()]
    if unknown:
        told = f"is no program here{meant(unknown[0], all_programs())}"
        raise CatalogError((Problem(str(file), 0, f"programs.{unknown[0]}", told),))
    return found
