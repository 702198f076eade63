"""Whatever is broken in a form file, it is refused with file, line, place and remedy."""

import re
from pathlib import Path

import pytest

from cli.app import run
from schemas.checks import written
from tests.forms.form_mutants import Mutant, mutants

MUTANTS = mutants()
REMEDY = re.compile(
    r"allowed|did you mean|must |leave |is required|already|list levels|only |add `|not YAML|not UTF-8|holds no|"
    r"is not a level|nested|is less than|needs `decision`|no field uses|in Spanish|choose another|does not come earlier"
)


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) > 55


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_broken_form_is_refused_with_its_place_and_a_remedy(
    mutant: Mutant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / mutant.file
    path.write_bytes(mutant.make())

    status = run(["forms", "check", str(path)])

    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert (status, out) == (2, "")
    told = [line.removeprefix("journeywork: ") for line in err.splitlines()]
    assert all(line.startswith(str(path)) for line in told), told
    assert [line for line in told if not REMEDY.search(line.removeprefix(str(path)))] == []
    if mutant.place is not None:
        assert any(_is_near(line.removeprefix(str(path)), mutant.place) for line in told), (mutant.place, told)


def _is_near(line: str, place: tuple[str | int, ...]) -> bool:
    """Whether a problem stands in the section, or the part of the form, that was broken."""
    path = line.split(": ")[1]
    around = place[:2] if place[0] in {"sections", "scales"} else place[:1]
    return path.startswith(written(around)) or written(place).startswith(path)
