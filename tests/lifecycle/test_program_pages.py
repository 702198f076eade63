"""The pages about the shipped programs say what their files say, in words."""

import re
from collections import Counter
from pathlib import Path

import pytest

from catalog.program_catalog import FOLDER, all_programs
from cli import program_words as words
from cli.program_pages import PAGES, page, pages
from lifecycle.opportunity_table import TABLE as OFFERS
from lifecycle.partnership_table import TABLE as HOSTS
from lifecycle.placement_facts import TABLE as PLACEMENTS
from schemas.asks import Ask
from schemas.offsets import Anchor, Moment
from schemas.vocabulary import RequestKind, Trigger

MADE = pages()
TEXTS = {path.stem: text for path, text in MADE.items()}


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.stem)
def test_a_page_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == MADE[path], "renew it: python -m cli.docs"


def test_every_program_has_its_page_and_every_page_its_program() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {"README", *all_programs()}


@pytest.mark.parametrize("id_", all_programs())
def test_a_page_names_every_ask_with_its_roles_and_its_end(id_: str) -> None:
    program, text = all_programs()[id_], TEXTS[id_]
    for ask in program.asks:
        section = text.split(f"\n### {words.title(program, ask)}\n")[1].split("\n#")[0]
        assert words.whom(ask) in section
        assert words.silence(program, ask) in section
        roles = [step.who for step in ask.ladder if step.who is not None]
        assert all(words.role(one) in section for one in roles)


@pytest.mark.parametrize("stem", TEXTS)
def test_no_two_headings_of_a_page_are_the_same_and_every_link_within_it_leads_somewhere(stem: str) -> None:
    found = re.findall(r"^#+ (.*)$", TEXTS[stem], re.MULTILINE)
    headings = [re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in found]
    assert [one for one, times in Counter(headings).items() if times > 1] == []
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXTS[stem])) <= set(headings)


@pytest.mark.parametrize("stem", TEXTS)
def test_a_links_target_is_there(stem: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", TEXTS[stem])
    assert [target for target in targets if not (PAGES / target).exists()] == []


@pytest.mark.parametrize("stem", TEXTS)
def test_a_page_says_no_codes_where_there_are_words(stem: str) -> None:
    plain = re.sub(r"`[^`]*`|\]\([^)]*\)|<!--.*?-->|^    .*$", "", TEXTS[stem], flags=re.MULTILINE)
    assert re.findall(r"\w+_\w+|\b(?:opened|due|exit|start|end) [+-] \d+", plain) == []


def test_what_silence_means_is_said_of_every_kind_that_ends_something() -> None:
    ends = {*PLACEMENTS.silence, *OFFERS.silence, *HOSTS.silence}
    assert sorted(ends - set(words.SILENCE)) == []


def test_every_occasion_and_every_anchor_has_its_words() -> None:
    assert set(words.HAPPENS) == set(Trigger)
    assert set(words.ANCHORS) == set(Anchor)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("end - 5bd", "5 business days before the last day"),
        ("opened + 1d", "1 day after it was asked"),
        ("start", "on the first day"),
        ("due", "on the due day"),
        ("exit + 2q", "on the first day of the second calendar quarter after the outcome"),
        ("expires - 30d", "30 days before the document's last day"),
        ("start + 3w", "3 weeks after the first day"),
    ],
)
def test_a_moment_is_said_as_people_say_it(text: str, said: str) -> None:
    assert words.moment(Moment(text)) == said


@pytest.mark.parametrize(
    ("kind", "blocks", "said"),
    [
        (RequestKind.SIGN_OFF, True, "The placement ends as partially completed: nobody signed it off."),
        (RequestKind.CHECK_IN, False, "Nothing waits for it."),
        (RequestKind.HOURS_APPROVAL, False, "The hours stay unconfirmed. Silence never confirms them."),
    ],
)
def test_silence_ends_what_is_waited_for_and_nothing_else(kind: RequestKind, said: str, *, blocks: bool) -> None:
    program = all_programs()["massachusetts-summer-jobs"]
    ask: Ask = program.of_kind(kind)[0].changed(blocks=blocks)
    assert words.silence(program, ask) == said


def test_the_head_of_a_file_is_the_pages_beginning_without_its_notation() -> None:
    program = all_programs()["boston-summer-internship"]
    text = page(program, FOLDER / "boston-summer-internship.yaml")
    assert "A six-week paid summer internship" in text
    assert "How to read a moment" not in text
