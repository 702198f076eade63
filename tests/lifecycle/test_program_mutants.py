"""Whatever is broken in a program file, it is refused with file, place and remedy; and what is accepted works."""

import re
from pathlib import Path

import pytest

from catalog.program_catalog import load_program
from cli.app import run
from schemas.checks import written
from schemas.programs import Program
from schemas.vocabulary import RequestKind, Role
from tests.lifecycle.lives import TEAM, local, proposal
from tests.lifecycle.mutants import Mutant, mutants
from tests.lifecycle.watched import Watched

MUTANTS = mutants()
LONG_BEFORE = local("2027-05-20 10:00")
REMEDY = re.compile(
    r"allowed|did you mean|must |write |leave |needs|is required|keep one|differ|ask (another|one|at least)|"
    r"count from|counts from|such as|name a|is not YAML|is not UTF-8|holds no|is no other ask|twice|"
    r"could not get past|go round|make it due|nested|nobody is asked yet|only"
)


def test_there_are_enough_of_them_and_they_are_the_same_every_time() -> None:
    again = mutants()
    assert len(MUTANTS) > 100
    assert [one.name for one in again] == [one.name for one in MUTANTS]
    assert [one.content for one in again[::20]] == [one.content for one in MUTANTS[::20]]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_broken_program_is_refused_with_its_place_and_a_remedy_or_works(
    mutant: Mutant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / mutant.file
    path.write_bytes(mutant.content)
    status = run(["programs", "check", str(path)])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    if status == 0:
        assert not mutant.surely, "it was accepted"
        _works(load_program(path))
        return
    assert (status, out) == (2, "")
    told = [line.removeprefix("journeywork: ") for line in err.splitlines()]
    assert all(line.startswith(str(path)) for line in told), told
    assert [line for line in told if not REMEDY.search(line.removeprefix(str(path)))] == []
    if mutant.place is not None:
        assert any(_is_near(line.removeprefix(str(path)), mutant.place) for line in told), (mutant.place, told)


def _is_near(line: str, place: tuple[str | int, ...]) -> bool:
    """Whether a problem stands where the file was broken, in the ask around it, or in what holds it."""
    path = line.split(": ")[1]
    around = place[:1] if place[0] != "stages" else place[:4] if len(place) > 4 else place[:2]
    return path.startswith(written(around)) or written(place).startswith(path)


def _works(program: Program) -> None:
    """A placement by it ends by itself."""
    if program.lifecycle != "placement":
        return
    command = proposal(program=program, team={**dict.fromkeys(Role, "other-1"), **TEAM})
    applied = not program.of_kind(RequestKind.HOST_CONFIRMATION)
    life = Watched(command.changed(applied=applied), LONG_BEFORE)
    life.leave_alone()
    life.check_the_whole()
