"""What each document says, in both languages, and when there is none."""

from datetime import timedelta
from pathlib import Path

import pytest

from activities.documents.paper import Heading, Paragraph, Signature
from catalog.document_words import document_words
from gateway.documents.agreement import agreement
from gateway.documents.certificate import certificate
from gateway.documents.dossier import Answered
from gateway.documents.evaluation import evaluation
from gateway.documents.hours import hours, weeks_of
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import Role
from tests.documents.golden import every, papers
from tests.documents.placements import AGREED, DONE, FIRST, LAST, START, answer, dossier, request, week


@pytest.mark.parametrize(("path", "text"), list(every()), ids=lambda one: one.stem if isinstance(one, Path) else "")
def test_a_document_says_what_is_kept(path: Path, text: str) -> None:
    assert text == path.read_text(encoding="utf-8")


def test_both_languages_have_the_same_words_with_the_same_figures() -> None:
    english, spanish = document_words("en"), document_words("es")

    assert english.titles.keys() == spanish.titles.keys()
    assert english.words.keys() == spanish.words.keys()


def test_headings_never_skip_a_level() -> None:
    for paper in papers("en").values():
        levels = [block.level for block in paper.blocks if isinstance(block, Heading)]
        assert levels[:1] in ([], [1])


def test_there_is_no_document_of_what_has_not_happened() -> None:
    nothing = dossier(state="active", outcome=None)

    assert [make(nothing, "en") for make in (agreement, evaluation, hours, certificate)] == [None] * 4


@pytest.mark.parametrize("outcome", ["no_show", "withdrawn_in_progress", "partially_completed", "terminated"])
def test_only_a_completed_placement_has_a_certificate(outcome: str) -> None:
    assert certificate(dossier(state=outcome, outcome=outcome), "en") is None


def test_a_certificate_without_an_evaluation_says_so_and_names_no_skills() -> None:
    paper = certificate(
        dossier(answer(K.SIGN_OFF, "sign-off", Role.COORDINATOR, DONE), outcome="completed_evaluation_not_provided"),
        "es",
    )

    assert paper is not None
    assert paper.below == "Completado sin evaluación del lugar de trabajo."
    assert paper.certificate is not None
    assert paper.certificate.skills == ()


def test_an_agreement_shows_whose_signature_is_missing() -> None:
    signed = answer(K.AGREEMENT, "training-agreement", Role.STUDENT, AGREED)
    awaited = request(
        K.AGREEMENT, signed.form.pin, Role.GUARDIAN, id="agreement.guardian", state="open", submission_id=None
    )
    paper = agreement(dossier(signed, requests=(signed.request, awaited)), "en")

    assert paper is not None
    signatures = [(block.role, block.signed) for block in paper.blocks if isinstance(block, Signature)]
    assert signatures == [("Student", True), ("Parent or guardian", False)]


def test_an_evaluation_that_was_given_up_is_told_as_such() -> None:
    given_up = request(
        K.FINAL_EVALUATION,
        "ma-wblp@2024.1",
        Role.WORKSITE_SUPERVISOR,
        state="not_provided",
        submission_id=None,
        closes_at=LAST,
    )
    paper = evaluation(dossier(requests=(given_up,)), "en")

    assert paper is not None
    assert "The employer did not provide this evaluation" in str(paper.blocks)
    assert paper.made_at == LAST


def test_what_could_not_be_observed_is_said_in_the_forms_words() -> None:
    said = {"collaboration_rating": "na"}
    one = answer(K.FINAL_EVALUATION, "naf-internship-assessment", Role.WORKSITE_SUPERVISOR, LAST, said=said)
    paper = evaluation(dossier(one), "en")

    assert "('Collaboration and Teamwork', 'No opportunity to observe', '–')" in str(paper)


def _weeks(*more: Answered) -> list[tuple[str, float]]:
    handed_in = answer(K.HOURS, "weekly-hours", Role.STUDENT, FIRST, said=week(1, START))
    return [(one.standing, one.minutes / 60) for one in weeks_of(dossier(handed_in, *more))]


def test_hours_count_only_once_somebody_confirmed_them() -> None:
    def said(decision: str, **more: str) -> Answered:
        later = FIRST + timedelta(days=1)
        return answer(K.HOURS_APPROVAL, "hours-approval", Role.WORKSITE_SUPERVISOR, later, decision=decision, said=more)

    assert _weeks() == [("awaited", 18)]
    assert _weeks(said("approve")) == [("confirmed", 18)]
    assert _weeks(said("dispute", right_hours="16", comment="Left early")) == [("disputed", 18)]


@pytest.mark.parametrize(
    ("decision", "standing", "worked"),
    [("confirmed", "settled", 18), ("corrected", "settled", 4.5), ("void", "void", 0)],
)
def test_a_settled_dispute_says_which_hours_count(decision: str, standing: str, worked: float) -> None:
    said = {"mon_start": "09:00", "mon_end": "14:00", "mon_break": "30"}
    settled = answer(K.HOURS_DISPUTE, "hours-dispute", Role.COORDINATOR, LAST, decision=decision, said=said)

    assert _weeks(settled) == [(standing, worked)]


def test_a_week_that_does_not_count_says_so_in_its_place() -> None:
    handed_in = answer(K.HOURS, "weekly-hours", Role.STUDENT, FIRST, said=week(1, START))
    settled = answer(K.HOURS_DISPUTE, "hours-dispute", Role.COORDINATOR, LAST, decision="void")
    paper = hours(dossier(handed_in, settled), "en")

    assert paper is not None
    assert "Does not count" in [block.text for block in paper.blocks if isinstance(block, Paragraph)]
