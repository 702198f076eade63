"""Every mail says its piece in every language, as text and as HTML."""

import itertools
import re
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, get_args

import html5lib
import pytest

from catalog.message_catalog import (
    WITHOUT_LINK,
    Letter,
    Rendered,
    Someone,
    environment,
    moment_words,
    occasion_words,
    render,
    role_words,
    template_path,
)
from schemas.directory import Language
from schemas.effects import Message
from schemas.vocabulary import LEARNERS, RequestKind, Role

MESSAGES: tuple[Message, ...] = get_args(Message)
LANGUAGES: tuple[Language, ...] = get_args(Language)
LINK = "https://placements.example.org/f/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ANA = Someone(name="Ana Diaz", role=Role.CAREER_SPECIALIST, email="ana@example.org")
SAM = Someone(name="Sam Poe", role=Role.ALTERNATE_SUPERVISOR)


def letter(message: Message = "request_opened_ask", **changes: Any) -> Letter:
    about: dict[str, Any] = {
        "message": message,
        "language": "en",
        "role": Role.WORKSITE_SUPERVISOR,
        "name": "Jordan Lee",
        "learner": "Maya R.",
        "host": "Harbor Bikes",
        "program": "Boston summer internship",
        "reference": "pl-1/final_evaluation",
        "zone": "America/New_York",
        "start": date(2027, 7, 6),
        "end": date(2027, 8, 13),
        "contact": ANA,
    }
    if message.startswith("request_"):
        about |= {
            "kind": RequestKind.FINAL_EVALUATION,
            "form": "Evaluation of the student’s work",
            "why": "Your ratings show Maya R. what went well.",
            "minutes": 8,
            "due_at": datetime(2027, 8, 13, 21, tzinfo=UTC),
            "closes_at": datetime(2027, 9, 13, 21, tzinfo=UTC),
        }
    if message not in WITHOUT_LINK:
        about |= {"link": LINK, "link_until": date(2027, 8, 20)}
    return Letter.model_validate(about | changes)


def reads_well(one: Letter) -> None:
    well_written(render(one), one)


def well_written(mail: Rendered, about: object) -> None:
    subject, text, html = mail
    for part in (subject, text):
        assert not re.search(r"None|\{|\}| {2}|\.\.|&amp;|^ | $", part, re.MULTILINE), (about, part)
    assert "\n\n\n" not in text
    valid(html)


@cache
def valid(html: str) -> None:
    """Many cases make the same mail; each is parsed once."""
    assert html5lib.HTMLParser(strict=True).parse(html) is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_has_its_sentences_in_every_language(message: Message, language: Language) -> None:
    assert template_path(message, language).is_file()


def test_there_are_no_sentences_that_no_message_uses() -> None:
    folder = template_path(MESSAGES[0], "en").parents[1]
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.j2")}
    used = {f"{language}/{name}.j2" for language in LANGUAGES for name in (*MESSAGES, "words")}
    layouts = {f"{name}.{kind}.j2" for name in ("layout", "part", "digest") for kind in ("txt", "html")}
    assert written == used | layouts | {"style.html.j2"}


def test_both_languages_have_the_same_words() -> None:
    names = [set(vars(environment("txt").get_template(f"{language}/words.j2").module)) for language in LANGUAGES]
    assert names[0] == names[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_reads_well_to_every_role_in_every_case(message: Message, language: Language) -> None:
    endings: list[str | None] = [None]
    if message.startswith("placement_"):
        endings += ["host_did_not_answer", "offer_not_accepted", "agreement_not_signed", "no_show", "moved"]
        endings += ["completed_evaluation_not_provided", "no_clearance", "no_seat", "no_successor"]
    silents = (None, SAM, SAM.model_copy(update={"unreachable": True, "email": "sam@example.org"}))
    asked = message.startswith("request_")
    for role, silent, overdue, contact, ending in itertools.product(
        Role, silents if asked else (None,), (False, True) if asked else (False,), (None, ANA), endings
    ):
        reads_well(
            letter(
                message,
                language=language,
                role=role,
                silent=silent,
                overdue=overdue,
                contact=contact,
                ending=ending,
                supervisor=None if contact else "Jordan Lee",
                day=date(2027, 7, 20) if contact else None,
                missing=("Work permit (Student)", "Training agreement (Parent or guardian)") if contact else (),
            )
        )


def test_text_and_html_say_the_same_sentences() -> None:
    for message, language in itertools.product(MESSAGES, LANGUAGES):
        _, text, html = render(letter(message, language=language, silent=SAM))
        seen = " ".join(re.sub(r"<[^>]+>", " ", html).split())
        for paragraph in text.split("\n\n")[1:3]:
            for line in paragraph.split("\n"):
                assert line.partition(": ")[2] in seen if ": " in line else line in seen


def test_an_ask_says_who_what_why_by_when_how_long_and_where() -> None:
    subject, text, html = render(letter())
    assert subject == "Final evaluation: Maya R. at Harbor Bikes – please answer by Fri, Aug 13"
    for part in (text, html):
        assert "Hello Jordan Lee," in part
        assert "“Evaluation of the student’s work”" in part
        assert "Your ratings show Maya R. what went well." in part
        assert "Friday, August 13, 2027 at 5:00 PM (Eastern Time)" in part
        assert "About 8 minutes" in part
        assert LINK in part
        assert "Friday, August 20, 2027" in part
        assert "Ana Diaz, Career Specialist, will help: ana@example.org" in part
        assert "Not the right person?" in part
        assert "pl-1/final_evaluation" in part
    assert f'<a href="{LINK}"' in html


def test_an_ask_in_spanish_has_no_english_in_it() -> None:
    subject, text, html = render(
        letter(language="es", form="Evaluación del trabajo del estudiante", why="Sus notas ayudan a Maya R.")
    )
    assert subject == "Evaluación final: Maya R. en Harbor Bikes – responda antes del vie, 13 de ago"
    assert "viernes, 13 de agosto de 2027 a las 5:00 p.m. (hora oriental)" in text
    assert '<html lang="es">' in html
    for word in ("the", "Please", "answer", "Friday", "form ", "Hello"):
        assert word not in text.replace(LINK, "").replace("Boston summer internship", "")


def test_a_student_is_written_to_as_the_learner() -> None:
    subject, text, _ = render(letter(role=Role.STUDENT))
    assert "your placement at Harbor Bikes" in subject
    assert "about your placement at Harbor Bikes" in text


def test_a_late_reminder_says_so() -> None:
    subject, text, _ = render(letter("request_due_reminder", overdue=True))
    assert subject.startswith("Still needed")
    assert "Was due: Friday, August 13" in text
    assert render(letter("request_due_reminder")).subject.startswith("Reminder")


def test_an_escalation_names_who_was_asked_before_and_whether_mail_came_back() -> None:
    silent = render(letter("request_escalated_ask", silent=SAM)).text
    bounced = render(letter("request_escalated_ask", silent=SAM.model_copy(update={"unreachable": True}))).text
    assert "We asked Sam Poe (Alternate supervisor) and have no answer yet." in silent
    assert "We could not reach Sam Poe (Alternate supervisor) by e-mail." in bounced


def test_a_warning_says_whom_to_call_and_what_happens_otherwise() -> None:
    warning = letter("request_unanswered_warning", silent=SAM.model_copy(update={"email": "sam@example.org"}))
    text = render(warning).text
    assert "Please call or write to them (sam@example.org)." in text
    assert "by Monday, September 13, 2027 at 5:00 PM (Eastern Time), we stop asking" in text
    assert "/f/" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_in_a_name_stays_text(language: Language) -> None:
    evil = '<script>alert(1)</script>"&{{ 7 * 7 }}'
    for message in MESSAGES:
        whole = letter(message, language=language, name=evil, learner=evil, host=evil, program=evil, supervisor=evil)
        _, text, html = render(whole)
        assert "<script" not in html
        assert "49" not in html
        assert evil in text


def test_a_subject_is_one_line_and_not_too_long() -> None:
    subject = render(letter(host="Harbor\nBikes " * 40)).subject
    assert "\n" not in subject
    assert len(subject) <= 150


def test_a_mail_without_a_known_form_names_the_occasion() -> None:
    _, text, _ = render(letter(form=occasion_words(RequestKind.FINAL_EVALUATION, "en"), why=None, minutes=None))
    assert "“Final evaluation”." in text
    assert "Takes" not in text


def test_words_for_roles_and_moments_come_in_both_languages() -> None:
    assert role_words("guardian", "es") != role_words("guardian", "en")
    at = datetime(2027, 1, 5, 22, tzinfo=UTC)
    assert moment_words(at, "Etc/UTC", "en").startswith("Tuesday, January 5, 2027 at 10:00")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", [one for one in MESSAGES if one.startswith("request_")])
def test_a_mail_about_a_request_names_only_what_its_lifecycle_has(message: Message, language: Language) -> None:
    cases: dict[str, dict[str, Any]] = {
        "Lab intern {at} Harbor Bikes": {"learner": None, "job": "Lab intern"},
        "Harbor Bikes": {"learner": None, "start": None, "end": None},
        "Boston summer internship": {"learner": None, "host": None, "start": None, "end": None},
        "Maya R.": {"host": None, "start": None, "end": None},
    }
    at = {"en": "at", "es": "en"}[language]
    for about, changes in cases.items():
        for role in Role:
            subject, text, html = render(letter(message, language=language, role=role, **changes))
            if "learner" in changes or role not in LEARNERS:
                assert about.format(at=at) in subject
            for part in (subject, text):
                assert not re.search(r"None|\{|\}| {2}|\.\.|&amp;|^ | $", part, re.MULTILINE), (role, about, part)
            assert "\n\n\n" not in text
            assert ("jul" in text.lower()) is ("start" not in changes)
            assert html5lib.HTMLParser(strict=True).parse(html) is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", [one for one in MESSAGES if one.startswith(("opportunity_", "partnership_"))])
def test_a_mail_to_a_host_needs_no_learner_no_days_and_no_job(message: Message, language: Language) -> None:
    for role, job, host, contact in itertools.product(Role, (None, "Lab intern"), (None, "Harbor Bikes"), (None, ANA)):
        about = {"learner": None, "start": None, "end": None, "job": job, "host": host, "contact": contact}
        reads_well(letter(message, language=language, role=role, **about))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", [one for one in MESSAGES if one.startswith("incident_")])
def test_a_mail_about_an_incident_needs_no_host_and_no_days(message: Message, language: Language) -> None:
    for role, host, contact in itertools.product(Role, (None, "Harbor Bikes"), (None, ANA)):
        about = {"start": None, "end": None, "host": host, "contact": contact}
        reads_well(letter(message, language=language, role=role, **about))


def test_whoever_learns_is_written_to_as_the_learner() -> None:
    for role in LEARNERS:
        assert "your placement at Harbor Bikes" in render(letter(role=role)).subject


def test_a_reminder_before_the_start_says_what_is_missing_and_from_whom() -> None:
    missing = ("Work permit (Student)", "Training agreement (Parent or guardian)")
    for message in ("preparation_missing_reminder", "placement_blocked_warning", "placement_starts_reminder"):
        text = render(letter(message, role=Role.CAREER_SPECIALIST, missing=missing)).text
        assert "Work permit (Student); Training agreement (Parent or guardian)." in text


def test_a_worksite_is_not_told_what_is_missing_from_others_and_nobody_is_told_to_come_without_it() -> None:
    missing = ("Clearance (Coordinator)",)
    for message, language in itertools.product(("placement_blocked_warning", "placement_starts_reminder"), LANGUAGES):
        for role in (Role.WORKSITE_SUPERVISOR, Role.SITE_CONTACT):
            assert "Clearance" not in render(letter(message, role=role, language=language, missing=missing)).text
    for role in (Role.STUDENT, Role.GUARDIAN):
        text = render(letter("placement_blocked_warning", role=role, missing=missing)).text
        assert "go to work yet" in text


def test_mails_about_visits_and_suspensions_name_the_day() -> None:
    for message in ("visit_scheduled_notification", "visit_cancelled_notification", "placement_suspended_notification"):
        assert "Tuesday, July 20, 2027" in render(letter(message, day=date(2027, 7, 20))).text


def test_a_mail_about_an_incident_does_not_say_what_happened_but_whom_to_call() -> None:
    for role in Role:
        text = render(letter("incident_reported_warning", role=role)).text
        assert "call 911 first" in text
        assert "does not say what happened" in text


def test_a_result_that_is_private_is_not_told_to_the_worksite() -> None:
    for ending in ("no_clearance", "no_guardian_consent", "no_work_permit"):
        text = render(letter("placement_ended_early_notification", ending=ending)).text
        assert "Something that is needed before the start was not there in time" in text


@pytest.mark.parametrize(
    "ending", ["no_successor", "no_show", "not_renewed", "suspension_not_decided", "not_signed_off"]
)
def test_what_had_begun_has_ended_and_what_had_not_will_not_go_ahead(ending: str) -> None:
    for language, over, never in (
        ("en", "has ended", "will not go ahead"),
        ("es", "ha terminado", "no seguirá adelante"),
    ):
        mail = render(letter("placement_ended_early_notification", ending=ending, language=language))
        assert over in mail.subject
        assert never not in mail.text
        other = render(letter("placement_ended_early_notification", ending="agreement_not_signed", language=language))
        assert never in other.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_leads_to_the_days_on_which_it_may_come_instead(language: Language) -> None:
    asked = {
        "en": "Not today? Choose the day on which we remind you",
        "es": "¿Hoy no? Elija el día en que se lo recordemos",
    }
    _, text, html = render(letter("request_due_reminder", language=language, later=f"{LINK}/later"))
    _, without, _ = render(letter("request_due_reminder", language=language))

    assert f"{asked[language]}:\n{LINK}/later" in text
    assert f'href="{LINK}/later"' in html
    assert asked[language] not in without
