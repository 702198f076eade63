"""One mail for several messages: every part says what it asks, with its own link next to its own reference."""

import itertools
from datetime import UTC, datetime

import html5lib
import pytest

from catalog.digests import render_digest
from catalog.message_catalog import Letter
from cli.demo.mailroom import About, told_in
from lifecycle.quiet_hours import COLLECTED
from schemas.directory import Language
from schemas.vocabulary import Role
from tests.activities.test_mail_words import LANGUAGES, LINK, SAM, letter, well_written

KINDS = sorted(COLLECTED)


def interns(count: int, language: Language = "en") -> list[Letter]:
    return [
        letter(
            language=language,
            learner=f"Maya {number}.",
            reference=f"pl-{number}/final_evaluation",
            link=LINK[:-1] + str(number),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mixture_reads_well(language: Language) -> None:
    for kinds in itertools.product(KINDS, repeat=2):
        for overdue, contact in itertools.product((False, True), (None, letter().contact)):
            letters = [letter(one, language=language, overdue=overdue, contact=contact, silent=SAM) for one in kinds]
            well_written(render_digest(letters), letters)


def test_eight_interns_are_one_mail_with_a_link_for_each() -> None:
    subject, text, html = render_digest(interns(8))
    assert subject == "8 forms wait for your answer, the first by Fri, Aug 13"
    assert "Hello Jordan Lee," in text
    assert told_in(text) == [About(f"pl-{number}", "final_evaluation", LINK[:-1] + str(number)) for number in range(8)]
    for part in (text, html):
        assert "1. Final evaluation: Maya 0. at Harbor Bikes" in part
        assert "8. Final evaluation: Maya 7. at Harbor Bikes" in part
        assert "Ana Diaz, Career Specialist, will help" in part
        assert f"{LINK[:-1]}0/all" in part
    assert html.count("<h2") == 8
    assert html5lib.HTMLParser(strict=True).parse(html) is not None


def test_what_is_only_told_has_no_link_and_takes_none_from_its_neighbours() -> None:
    warning = letter("request_unanswered_warning", reference="pl-9/agreement.student", silent=SAM)
    ask = letter(reference="pl-8/final_evaluation")
    for letters in ([warning, ask], [ask, warning]):
        subject, text, _ = render_digest(letters)
        assert subject == "1 form waits for your answer, the first by Fri, Aug 13; 1 answer is missing"
        assert set(told_in(text)) == {
            About("pl-8", "final_evaluation", LINK),
            About("pl-9", "agreement.student", None),
        }


def test_spanish_reads_spanish() -> None:
    subject, text, _ = render_digest(interns(2, "es"))
    assert subject == "2 formularios esperan su respuesta, el primero antes del vie, 13 de ago"
    assert told_in(text)[1].link == LINK[:-1] + "1"
    late = [one.model_copy(update={"overdue": True}) for one in interns(2, "es")]
    assert render_digest(late).subject == "2 formularios esperan su respuesta"


def test_markup_in_a_name_stays_text() -> None:
    evil = letter(learner="<script>alert(1)</script>", name="<b>", role=Role.CAREER_SPECIALIST)
    _, text, html = render_digest([evil, evil])
    assert "<script" not in html
    assert "<b>" not in html
    assert "<script>alert(1)</script>" in text


def test_the_earliest_due_day_is_named() -> None:
    early = letter(due_at=datetime(2027, 7, 2, 21, tzinfo=UTC))
    assert render_digest([letter(), early]).subject.endswith("the first by Fri, Jul 2")
