"""The PDFs themselves: accessible, self-contained, the same every time, and nobody's text is a program."""

import asyncio
import re
import time
import zlib
from datetime import UTC, datetime

import pytest

from activities.documents.paper import Answers, Paper, Paragraph, printable
from activities.documents.press import pdf, printed
from activities.documents.receipt import receipt_pdf
from schemas.form_fields import LANGUAGES, Language
from schemas.vocabulary import RequestKind, Role
from tests.documents.golden import papers
from tests.documents.placements import LAST, REMARKS, answer, dossier

HOSTILE = [
    '#panic("x")',
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0"',
    "#pagebreak()" * 20,
    "$ x^2 $ *bold* _em_ = Heading @ref <label> `raw` \\ // comment /* */ - + / https://example.com",
    '"}] \\u{0} ",',
    "a" * 3000,
    "\u202eright to left\u202c \u0000\u0007\ud800",
    REMARKS,
]


def paper(text: str, language: Language = "en") -> Paper:
    return Paper(
        language=language,
        title=text[:80],
        above=text[:80],
        footer=text[:80],
        page="{page}/{pages}",
        author="Program",
        made_at=datetime(2026, 8, 14, tzinfo=UTC),
        blocks=(Paragraph(text=text), Answers(rows=((text[:80], text),))),
    )


def whole(content: bytes) -> bytes:
    """A PDF with its streams unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return content + b"".join(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"\x78")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_is_tagged_titled_and_holds_its_fonts(language: Language) -> None:
    for name, made in papers(language).items():
        told = whole(pdf(made))

        assert told.startswith(b"%PDF-1.7"), name
        assert b"pdfuaid:part" in told, name
        for part in (
            b"/StructTreeRoot",
            b"/Marked true",
            b"/DisplayDocTitle true",
            b"/Lang(%s-US)" % language.encode(),
        ):
            assert part in told, (name, part)
        fonts = set(re.findall(rb"/FontName\s*/[A-Z]{6}\+([A-Za-z-]+)", told))
        assert fonts
        assert all(font.startswith(b"LibertinusSerif") for font in fonts), fonts
        assert told.count(b"/FontFile") >= len(fonts), name
        assert made.made_at.strftime("D:%Y%m%d%H%M").encode() in told, name


def test_a_document_made_twice_is_byte_for_byte_the_same() -> None:
    for made in papers("es").values():
        assert pdf(made) == pdf(made.model_copy())


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_text_and_never_a_program(text: str) -> None:
    told = whole(pdf(paper(text)))

    assert len(re.findall(rb"/Type\s*/Page\b", told)) <= 3


@pytest.mark.parametrize("name", ["李小龍", "Ana 😀👩‍👩‍👧", "ภาษาไทย", "한국 \U000e0041"])
def test_a_character_that_no_font_has_is_shown_as_a_box_and_said_so(name: str) -> None:
    assert pdf(paper(name)).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["Nguyễn Thị Ánh", "Łukasz Żółć", "Иван Петров", "Ñandú", "O’Brien–Ōta"])
def test_names_in_latin_and_cyrillic_letters_are_printed_as_they_are(name: str) -> None:
    assert b"25A1" not in whole(pdf(paper(name)))


def test_only_words_that_would_not_fit_may_be_broken() -> None:
    assert printable("short words\nin two lines") == "short words\nin two lines"
    assert printable("a" * 50).split("\u200b") == ["a" * 20, "a" * 20, "a" * 10]
    assert printable("2:30\u202fPM\x00\x07") == "2:30\u202fPM"


async def test_the_event_loop_goes_on_while_a_document_is_made() -> None:
    made = asyncio.ensure_future(printed(papers("en")["evaluation"]))
    longest, last = 0.0, time.perf_counter()
    while not made.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now

    assert made.result().startswith(b"%PDF")


def test_a_receipt_is_made_from_a_form_its_context_and_the_answers() -> None:
    one = answer(RequestKind.CHECK_IN, "check-in", Role.STUDENT, LAST)
    context = dossier().context("es", Role.STUDENT, RequestKind.CHECK_IN)
    content = receipt_pdf(one.form, context, one.submission.answers, LAST, number=one.submission.id)

    assert b"/Lang(es-US)" in whole(content)
