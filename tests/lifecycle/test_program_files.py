"""`journeywork programs check`: every mistake is told with its file, line, path and remedy."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.program_catalog import FOLDER, load_program, program_json_schema
from catalog.yaml_check import CatalogError, parse_checked
from cli.app import run
from cli.errors import UserError
from cli.program_checks import UsableProgram
from cli.programs import check, schema
from lifecycle.programs import problems
from schemas.programs import Program
from tests.lifecycle.broken_programs import MISTAKES, SHIPPED, TEXT, WITH_CHECK_IN, Mistake, written
from tests.lifecycle.lives import PROGRAM, proposed
from tests.lifecycle.programs_made import with_check_ins, with_permit


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_program_is_in_order(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(path)
    assert re.fullmatch(r"ok: [a-z-]+, version [0-9a-z.]+, \d+ asks\n", capsys.readouterr().out)


@pytest.mark.parametrize("program", [PROGRAM, with_check_ins(), with_permit()], ids=["shipped", "check-ins", "permit"])
def test_a_program_that_works_has_no_problems(program: Program) -> None:
    assert problems(program) == ()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.what)
def test_a_mistake_is_told_with_file_line_path_and_remedy(mistake: Mistake, tmp_path: Path) -> None:
    path = written(tmp_path, mistake.text)
    with pytest.raises(UserError) as told:
        check(path)
    where = f"{path}:{mistake.line}: {mistake.path}"
    lines = [line for line in str(told.value).splitlines() if line.startswith(where)]
    assert lines, f"nothing at {where} in\n{told.value}"
    assert any(mistake.says in line for line in lines), lines


def test_there_are_more_than_forty_mistakes() -> None:
    assert len({one.what for one in MISTAKES}) == len(MISTAKES) > 40


@pytest.mark.parametrize("mistake", MISTAKES[::9], ids=lambda one: one.what)
def test_the_command_leaves_with_status_2_and_no_traceback(
    mistake: Mistake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["programs", "check", str(written(tmp_path, mistake.text))]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert err.startswith(f"journeywork: {tmp_path}")


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = TEXT.replace("notice: 2", "notce: 2").replace("of: teacher", "of: techer").replace("New_York", "Boston")
    with pytest.raises(UserError) as told:
        check(written(tmp_path, text))
    assert len(str(told.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("{weeks: 2}", "{weeks: 52}", ".repeat.weeks", "never pass before the last day"),
        ("{weeks: 2}", "{weeks: 2, times: 1}", ".repeat.times", "repeats nothing"),
        (
            "        blocks: false\n        repeat",
            "        repeat",
            "",
            "check_in is never waited for; write blocks: false",
        ),
        (
            "due: opened + 2bd\n        close: due + 2bd",
            "due: start + 4bd\n        close: due + 2bd",
            ".repeat",
            "counted from opened",
        ),
    ],
)
def test_a_repeat_that_cannot_work_is_told(old: str, new: str, path: str, says: str, tmp_path: Path) -> None:
    assert old in WITH_CHECK_IN
    with pytest.raises(UserError, match=re.escape(f"stages[2].asks[2]{path}: ") + ".*" + re.escape(says)):
        check(written(tmp_path, WITH_CHECK_IN.replace(old, new)))


def test_a_second_stage_of_the_same_name_is_told() -> None:
    twice = f"{TEXT}\n  - id: preparation\n    asks: []\n"
    with pytest.raises(CatalogError, match=r"stages\[5\].id: there is a stage preparation above"):
        parse_checked(twice, "program.yaml", UsableProgram)


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^[^\n]*none.yaml: cannot be read: No such file or directory$"):
        check(tmp_path / "none.yaml")


def test_holidays_do_not_matter_to_the_check() -> None:
    with_holidays = TEXT.replace("  holidays:\n", "  holidays:\n    - 2027-03-01\n    - 2027-03-02\n    - 2027-03-06\n")
    assert parse_checked(with_holidays, "program.yaml", UsableProgram).id == PROGRAM.id


def test_the_committed_json_schema_is_the_models() -> None:
    committed = json.loads((FOLDER / "program.schema.json").read_text(encoding="utf-8"))
    assert committed == program_json_schema(), (
        "renew it: journeywork programs schema > catalog/programs/program.schema.json"
    )


def test_the_command_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    schema()
    assert json.loads(capsys.readouterr().out) == program_json_schema()


def test_the_schema_lets_of_be_a_role_or_a_list_of_roles_and_signers() -> None:
    role, several = program_json_schema()["$defs"]["Ask"]["properties"]["of"]["anyOf"]
    assert role == {"$ref": "#/$defs/Role"}
    assert several["items"]["anyOf"] == [{"$ref": "#/$defs/Role"}, {"$ref": "#/$defs/Signer"}]


def test_the_shipped_file_tells_editors_its_schema() -> None:
    assert TEXT.startswith("# yaml-language-server: $schema=program.schema.json\n")


def test_equal_versions_share_one_copy_in_a_process() -> None:
    first, second = (proposed().placement for _ in range(2))
    again = type(first).model_validate_json(first.model_dump_json())
    assert first.program is second.program
    assert again.program is first.program
    assert load_program(SHIPPED) == first.program


LINES = TEXT.splitlines()
few = settings(max_examples=40, deadline=None)
words = st.text(st.characters(codec="utf-8"), max_size=12)
keys = st.from_regex(r"[a-z_]{1,12}", fullmatch=True).filter(lambda key: key not in _known())


def _known() -> set[str]:
    """Every key that means something anywhere in a program."""
    definitions: dict[str, Any] = program_json_schema()["$defs"]
    named = {key for one in definitions.values() for key in one.get("properties", {})}
    return named | set(program_json_schema()["properties"]) | set(definitions["Role"]["enum"])


@few
@given(st.integers(0, len(LINES) - 1), keys, words)
def test_a_key_nobody_knows_is_never_accepted(at: int, key: str, value: str) -> None:
    indented = re.match(r" *(- )?", LINES[at])
    assert indented is not None
    new = f"{' ' * len(indented[0])}{key}: {json.dumps(value)}"
    text = "\n".join([*LINES[: at + 1], new, *LINES[at + 1 :]])
    with pytest.raises(CatalogError):
        parse_checked(text, "program.yaml", UsableProgram)


@few
@given(st.integers(0, len(TEXT)), st.integers(0, 40), words)
def test_whatever_is_done_to_a_file_it_is_a_program_or_a_catalogue_error(at: int, cut: int, put: str) -> None:
    text = TEXT[:at] + put + TEXT[at + cut :]
    _is_a_program_or_told(text)


@few
@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1))
def test_lines_in_another_order_are_a_program_or_a_catalogue_error(first: int, second: int) -> None:
    lines = list(LINES)
    lines[first], lines[second] = lines[second], lines[first]
    _is_a_program_or_told("\n".join(lines))


def _is_a_program_or_told(text: str) -> None:
    try:
        told = str(parse_checked(text, "program.yaml", UsableProgram).id)
    except CatalogError as error:
        told = str(error)
    assert told
