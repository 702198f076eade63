from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, RootModel
from yaml12 import parse_yaml

from catalog.yaml_check import CatalogError, load_checked, load_shipped, parse_checked
from schemas.base import Code, Frozen
from schemas.forms import FormDefinition

GOOD = Path("catalog/forms/ma-wblp@2024.1.yaml").read_text(encoding="utf-8")


class Step(Frozen):
    then: Code
    days: int = Field(ge=1)


class Listed(Frozen):
    name: str
    steps: tuple[Step, ...] = Field(min_length=1)


class Plan(Frozen):
    name: str
    steps: tuple[Step, ...] = ()


def complaints(text: str, model: type = FormDefinition) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        parse_checked(text, "file.yaml", model)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_gives_its_model(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("name: summer\nsteps:\n  - {then: call, days: 3}\n", encoding="utf-8")

    assert load_checked(path, Plan) == Plan(name="summer", steps=(Step(then="call", days=3),))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "name: a\nnaem: b\n",
            "file.yaml:2: naem: `naem` is not known here; did you mean `name`? Allowed: name, steps",
        ),
        ("steps: []\n", "file.yaml:1: name: `name` is required"),
        ("name: a\nname: b\n", "file.yaml:2: name: `name` stands here twice; keep one"),
        ("name: 2024.1\n", 'file.yaml:1: name: must be text, not `2024.1`; put it in quotes: "2024.1"'),
        ("name: true\n", 'file.yaml:1: name: must be text, not true; put it in quotes: "true"'),
        ("name:\n", "file.yaml:1: name: must be text, not nothing"),
        ("name: a\nsteps: soon\n", "file.yaml:2: steps: must be a list (lines starting with `- `), not `soon`"),
        (
            "name: a\nsteps:\n  - then: call\n    days: 0\n",
            "file.yaml:4: steps[0].days: must be greater than or equal to 1",
        ),
        (
            "name: a\nsteps:\n  - then: Call me\n    days: 1\n",
            (
                "file.yaml:3: steps[0].then: `Call me` does not fit; allowed: small letters, digits and `_`, "
                "starting with a letter, at most 64 characters"
            ),
        ),
        ("name: a\nsteps:\n  - then: call\n", "file.yaml:3: steps[0].days: `days` is required"),
        ("", "file.yaml:1: holds nothing"),
        ("- a\n", "file.yaml:1: holds no `key: value` lines at its top level"),
    ],
)
def test_a_mistake_is_told_with_its_line_place_and_remedy(text: str, complaint: str) -> None:
    assert complaints(text, Plan) == [complaint]


@pytest.mark.parametrize(
    "text", ["name: [a\n", "name: 'a\n", "a: b: c\n", "\tname: a\n", "name: a\n---\nname: b\n", "name: *gone\n"]
)
def test_what_is_not_yaml_is_one_problem_with_a_line(text: str) -> None:
    (complaint,) = complaints(text, Plan)

    assert complaint.startswith("file.yaml:")
    assert "is not YAML: " in complaint


def test_yes_and_on_stay_words_as_yaml_1_2_says() -> None:
    assert parse_checked("name: yes\n", "file.yaml", Plan).name == "yes"
    assert parse_checked("name: on\n", "file.yaml", Plan).name == "on"


def test_aliases_cannot_blow_a_small_file_up() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    assert "repeats itself" in complaints("\n".join(lines), Plan)[0]


def test_deep_nesting_is_a_problem_not_a_crash() -> None:
    (complaint,) = complaints("name: " + "[" * 600 + "]" * 600, Plan)

    assert "nested too deeply" in complaint


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(b"name: \xff\n")
    for path, reason in [(tmp_path / "none.yaml", "cannot be read"), (tmp_path, "cannot be read"), (bad, "not UTF-8")]:
        with pytest.raises(CatalogError, match=reason):
            load_checked(path, Plan)


def test_the_path_leaves_out_union_tags_and_names_the_kinds() -> None:
    (complaint,) = complaints(GOOD.replace("kind: choice", "kind: choise"))

    assert (
        ": sections[2].fields[1]: `kind: choise` is not allowed; did you mean `choice`? Allowed: rating," in complaint
    )


def test_a_list_is_not_called_too_short_for_a_wrong_part_in_it() -> None:
    found = complaints("name: a\nsteps:\n  - {then: Call, days: 1}\n", Listed)

    assert [line.split(": ")[1] for line in found] == ["steps[0].then"]


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    found = complaints(GOOD.replace("minutes: 10", "minuets: ten").replace('version: "2024.1"', "version: 2024.1"))

    assert [line.split(": ")[1] for line in found] == ["minutes", "version", "minuets"]


@given(st.text(max_size=200))
def test_any_text_gives_a_model_or_problems(text: str) -> None:
    try:
        outcome: object = parse_checked(text, "file.yaml", Plan)
    except CatalogError as error:
        outcome = error.problems

    assert outcome


SHIPPED = sorted(Path("catalog").rglob("*.yaml"))


class Anything(RootModel[dict[str, Any]]):
    """Whatever a file says."""


def test_every_shipped_file_says_the_same_to_the_careful_and_to_the_fast_reader() -> None:
    assert len(SHIPPED) > 80
    for path in SHIPPED:
        text = path.read_text(encoding="utf-8")
        assert parse_checked(text, path.name, Anything).root == parse_yaml(text), path.name


def test_a_shipped_file_that_does_not_fit_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("name: summer\nsteps:\n  - {then: call, days: many}\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"plan\.yaml:3: steps\[0\]\.days: "):
        load_shipped(path, Plan)
