"""The reference pages say what the code does."""

import re
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from catalog.yaml_check import parse_checked
from cli.docs import PAGES, PARTS, renewed
from lifecycle.diagram import diagram
from lifecycle.transitions import TERMINAL, TRANSITIONS
from schemas import vocabulary
from schemas.asks import Ask, Calendar, LadderStep, Repeat, Signer
from schemas.offsets import UNITS, Anchor
from schemas.programs import Notice, Program
from schemas.vocabulary import PlacementState

DOCS = Path(__file__).parents[2] / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
PROGRAMS = (DOCS / "reference" / "programs.md").read_text(encoding="utf-8")
WORDS = [
    one
    for one in vars(vocabulary).values()
    if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_made_from_the_code_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert renewed(text) == text, "renew it: python -m cli.docs"


def test_every_part_has_its_place_on_a_page() -> None:
    markers = [
        name for page in PAGES for name in re.findall("<!-- made: ([a-z-]+) -->", page.read_text(encoding="utf-8"))
    ]
    assert sorted(markers) == sorted(PARTS)


def test_a_page_that_is_behind_is_renewed_and_nothing_else_changes() -> None:
    page = "before\n<!-- made: commands -->\nold\n<!-- end -->\nafter\n"
    now = renewed(page)
    assert now.startswith("before\n<!-- made: commands -->\n| command |")
    assert now.endswith("|\n<!-- end -->\nafter\n")
    assert renewed(now) == now


def test_the_diagram_has_one_arrow_a_transition_and_one_an_end() -> None:
    lines = diagram(TRANSITIONS, [PlacementState.PROPOSED], TERMINAL).splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> proposed"]
    assert len(lines) == 2 + len(TRANSITIONS) + len(TERMINAL)
    assert "    ready --> active: placement.activated" in lines


@pytest.mark.parametrize("words", WORDS, ids=lambda one: one.__name__)
def test_the_glossary_has_a_line_for_every_word_of_a_list(words: type[StrEnum]) -> None:
    assert f"(`{words.__name__}`)" in GLOSSARY, f"a section for {words.__name__}"
    section = GLOSSARY.split(f"(`{words.__name__}`)")[1].split("\n## ")[0]
    codes = re.findall(r"^\| [^|]+ \| `(\w+)` \| [^|]+ \|$", section, re.MULTILINE)
    assert codes == [one.value for one in words]


def test_a_links_target_is_there() -> None:
    pages = [DOCS / "glossary.md", *(DOCS / "reference").glob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_page_about_programs_names_every_key() -> None:
    models = (Program, Notice, Ask, Calendar, Signer, LadderStep, Repeat)
    keys = {key for model in models for key in model.model_fields} - {"stages"}
    assert [key for key in sorted(keys) if f"`{key}`" not in PROGRAMS and f"{key}:" not in PROGRAMS] == []


def test_the_page_about_programs_tells_every_anchor_unit_and_step() -> None:
    words = {*Anchor, *UNITS, *get_args(LadderStep.model_fields["then"].annotation)}
    assert [word for word in sorted(words) if not re.search(rf"`(then: )?{word}[`,]", PROGRAMS)] == []


EXAMPLES = re.findall(r"```yaml\n(- id:.*?)```", PROGRAMS, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split()[2])
def test_an_example_ask_of_the_page_is_a_valid_ask(example: str) -> None:
    assert parse_checked("\n".join(line[2:] for line in example.splitlines()), "programs.md", Ask).id


def test_the_example_notices_of_the_page_are_valid() -> None:
    [text] = re.findall(r"```yaml\nnotices:\n(.*?)```", PROGRAMS, re.DOTALL)
    for line in text.splitlines():
        assert parse_checked(line.strip(" -{}").replace(", ", "\n", 3), "programs.md", Notice).to
