import gzip
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.page_dates import day, days, moment
from catalog.page_words import GoneKind, ProblemKind, page_words
from gateway import pages
from gateway.lightness import LEVEL
from lifecycle.form_layout import asked_fields
from lifecycle.form_samples import passing_answers
from lifecycle.forms import check_answers
from schemas.form_fields import LANGUAGES, Language
from schemas.forms import FormDefinition
from schemas.vocabulary import RequestKind, Role
from tests.forms.people import FORMS, context_for
from tests.gateway.html_checks import by_class, by_id, controls, page_of, sent_by, text_of
from tests.gateway.other_pages import other_pages

BY_ID = {one.id: one for one in FORMS}
REVIEW = BY_ID["ma-wblp"]
HOSTILE = "</textarea><script>alert('x')</script>\"'&{{ 7*7 }}"
forms = pytest.mark.parametrize("one", FORMS, ids=lambda one: one.pin)
languages = pytest.mark.parametrize("language", LANGUAGES)


def page_for(one: FormDefinition, language: Language, raw: dict[str, str], *, checked: bool = False) -> str:
    context = context_for(one, language=language)
    errors = check_answers(one, context, raw).errors if checked else None
    return pages.form_page(one, context, action_url="/f/abc", answers=raw, errors=errors)


@languages
@forms
def test_an_empty_form_is_a_valid_page_that_posts_to_its_own_address(one: FormDefinition, language: Language) -> None:
    page = page_of(page_for(one, language, {}))

    (form,) = page.iter("form")
    assert (form.get("method"), form.get("action")) == ("post", f"/f/abc?lang={language}")
    assert page.get("lang") == language
    names = {asked.name for asked in asked_fields(one, context_for(one))}
    assert {control.get("name") for control in controls(page)} == names
    assert set(sent_by(page).values()) <= {""}
    assert by_class(page, "errors") == []


@languages
@forms
def test_a_filled_form_shows_what_was_typed(one: FormDefinition, language: Language) -> None:
    raw = passing_answers(one, context_for(one))
    sent = sent_by(page_of(page_for(one, language, raw)))

    assert {name: value for name, value in sent.items() if value} == raw


@languages
@forms
def test_every_error_is_in_the_summary_and_at_its_control(one: FormDefinition, language: Language) -> None:
    page = page_of(page_for(one, language, {}, checked=True))

    errors = check_answers(one, context_for(one), {}).errors
    (summary,) = by_class(page, "errors")
    assert [link.get("href") for link in summary.iter("a")] == [f"#{name}" for name in errors]
    assert text_of(next(page.iter("title"))).startswith("Error: ")
    for name in errors:
        assert text_of(by_id(page, f"{name}-error"))
        assert by_id(page, name).tag in {"input", "textarea"}
        assert any(f"{name}-error" in (element.get("aria-describedby") or "").split() for element in page.iter())


def test_the_error_summary_comes_first_and_takes_the_focus() -> None:
    page = page_of(page_for(REVIEW, "en", {}, checked=True))

    main = by_id(page, "main")
    assert main[0].get("class") == "errors"
    assert main[0].get("autofocus") is not None
    assert main[0].get("role") == "alert"


@languages
def test_a_required_comment_is_explained_by_the_rating_that_was_chosen(language: Language) -> None:
    raw = passing_answers(REVIEW, context_for(REVIEW)) | {"communication_rating": "1"}
    page = page_of(page_for(REVIEW, language, raw, checked=True))

    (link,) = by_class(page, "errors")[0].iter("a")
    expected = {
        "en": "Comment (Communication): Please write something, because you chose “1: Performance Improvement Needed”.",
        "es": "Comentario (Comunicación): Escriba algo, por favor, porque eligió «1: Necesita mejorar su desempeño».",
    }
    assert text_of(link) == expected[language]


@languages
def test_too_long_a_comment_is_kept_and_counted(language: Language) -> None:
    raw = passing_answers(REVIEW, context_for(REVIEW)) | {"overall_comment": "x" * 2100}
    page = page_of(page_for(REVIEW, language, raw, checked=True))

    error = text_of(by_id(page, "overall_comment-error"))
    assert "2,100" in error
    assert "2,000" in error
    assert sent_by(page)["overall_comment"] == "x" * 2100


@languages
@forms
def test_what_people_typed_is_never_markup(one: FormDefinition, language: Language) -> None:
    raw = {asked.name: HOSTILE for asked in asked_fields(one, context_for(one))}
    html = page_for(one, language, raw, checked=True)

    assert "<script" not in html
    kept = {asked.name for asked in asked_fields(one, context_for(one)) if asked.field.kind in {"text", "long_text"}}
    sent = sent_by(page_of(html))
    assert {name: sent[name] for name in kept} == dict.fromkeys(kept, HOSTILE)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=80))
@settings(max_examples=30)
def test_any_text_survives_the_page(text: str) -> None:
    sent = sent_by(page_of(page_for(REVIEW, "en", {"overall_comment": text})))

    assert sent["overall_comment"] == text


def test_a_text_that_starts_with_an_empty_line_keeps_it() -> None:
    sent = sent_by(page_of(page_for(REVIEW, "en", {"overall_comment": "\nfirst\n  second"})))

    assert sent["overall_comment"] == "\nfirst\n  second"


@forms
def test_a_page_says_who_it_is_for_why_by_when_and_how_long(one: FormDefinition) -> None:
    context = context_for(one)
    text = text_of(page_of(page_for(one, "en", {})))

    assert context.say(one.why) in text
    assert "Please answer by Monday, July 20, 2026 at 5:00 PM (Eastern Time)." in text
    assert f"About {one.minutes} minute" in text
    assert context.host_name in text
    assert page_words("en").roles[context.signer_role] in text


def test_the_deadline_is_told_in_spanish_too() -> None:
    assert "a más tardar el lunes, 20 de julio de 2026 a las 5:00 p.m. (hora oriental)." in text_of(
        page_of(page_for(REVIEW, "es", {}))
    )


@languages
def test_the_other_language_is_one_link_away(language: Language) -> None:
    (link,) = by_class(page_of(page_for(REVIEW, language, {})), "other")[0].iter("a")
    other = "es" if language == "en" else "en"

    assert (link.get("href"), link.get("lang")) == (f"/f/abc?lang={other}", other)


@languages
def test_a_form_that_is_late_says_since_when_and_that_it_still_counts(language: Language) -> None:
    context = context_for(REVIEW, language=language, overdue=True)
    due = text_of(by_class(page_of(pages.form_page(REVIEW, context, action_url="/f/abc")), "due")[0])

    assert " ".join(moment(datetime(2026, 7, 20, 21, tzinfo=UTC), "America/New_York", language).split()) in due
    assert {"en": "late, but your answer still counts", "es": "su respuesta todavía cuenta"}[language] in due


def test_guidance_fits_the_occasion() -> None:
    def note(occasion: RequestKind) -> str:
        context = context_for(REVIEW, occasion=occasion)
        return text_of(by_class(page_of(pages.form_page(REVIEW, context, action_url="/f/abc")), "note")[0])

    assert "starting point" in note(RequestKind.BASELINE_EVALUATION)
    assert "final evaluation" in note(RequestKind.FINAL_EVALUATION)


def test_a_repeated_request_is_numbered() -> None:
    one = BY_ID["check-in"]
    page = page_of(pages.form_page(one, context_for(one, number=3), action_url="/f/abc"))

    assert text_of(by_class(page, "occasion")[0]) == "Check-in 3"


def test_an_occasion_that_says_no_more_than_the_title_is_left_out() -> None:
    one = BY_ID["training-agreement"]
    page = page_of(pages.form_page(one, context_for(one, occasion=RequestKind.AGREEMENT), action_url="/f/abc"))

    assert by_class(page, "occasion") == []


def test_a_fact_of_several_lines_has_the_whole_width() -> None:
    one = BY_ID["training-agreement"]
    page = page_of(pages.form_page(one, context_for(one, tasks="Label specimens\nLog samples"), action_url="/f/abc"))

    assert [text_of(fact) for fact in by_class(page, "long")] == ["TasksLabel specimens Log samples"]


def test_the_review_without_job_skills_leaves_that_section_out() -> None:
    page = page_of(pages.form_page(REVIEW, context_for(REVIEW, job_skills=()), action_url="/f/abc"))

    assert "Skills of this job" not in text_of(page)
    assert "Skill 1 of 6" in text_of(page)


def test_a_follow_up_question_stands_under_the_answer_that_asks_it() -> None:
    page = page_of(page_for(BY_ID["host-confirmation"], "en", {}))

    (fieldset,) = [one for one in page.iter("fieldset") if one.find(".//input[@id='decision']") is not None]
    revealed = list(fieldset)[-1]
    assert revealed.get("class") == "reveal"
    assert revealed.find(".//input[@name='reason']") is not None


def test_a_notice_and_a_way_out_are_shown_where_given() -> None:
    page = page_of(
        pages.form_page(
            REVIEW,
            context_for(REVIEW),
            action_url="/f/abc",
            saved_notice="Your draft was saved.",
            wrong_person_url="/f/abc/wrong",
            help_email="help@example.org",
        )
    )

    assert text_of(by_class(page, "notice")[0]) == "Your draft was saved."
    assert any(link.get("href") == "/f/abc/wrong" for link in page.iter("a"))
    assert "help@example.org" in text_of(page)


def test_an_excluded_rater_reads_who_should_answer() -> None:
    context = context_for(REVIEW, signer_role=Role.STUDENT)
    errors = check_answers(REVIEW, context, {}).errors
    page = page_of(pages.form_page(REVIEW, context, action_url="/f/abc", errors=errors))

    (link,) = by_class(page, "errors")[0].iter("a")
    assert (link.get("href"), by_id(page, "form").tag) == ("#form", "form")


@languages
@forms
def test_the_receipt_says_what_was_sent_when_and_what_follows(one: FormDefinition, language: Language) -> None:
    context = context_for(one, language=language)
    checked = check_answers(one, context, passing_answers(one, context))
    sent_at = datetime(2026, 7, 18, 14, 3, tzinfo=UTC)
    html = pages.receipt_page(one, context, sent_at=sent_at, answers=checked.answers, decision=checked.decision)

    text = text_of(page_of(html))
    assert " ".join(moment(sent_at, "America/New_York", language).split()) in text
    assert context.say(one.next_step(checked.decision)) in text
    assert page_words(language).words["your_answers"] in text


@languages
@forms
def test_the_check_page_repeats_every_answer_carries_it_and_leads_back_to_it(
    one: FormDefinition, language: Language
) -> None:
    context = context_for(one, language=language)
    checked = check_answers(one, context, passing_answers(one, context))
    page = page_of(pages.check_page(one, context, action_url="/f/abc", answers=checked.answers))

    (form,) = page.iter("form")
    assert check_answers(one, context, sent_by(form)) == checked
    back = [link.get("href") for part in by_class(page, "change") for link in part.iter("a")]
    given = [name for name, answer in checked.answers.items() if answer not in (None, False)]
    assert {f"/f/abc?lang={language}#{name}" for name in given} <= set(back)
    assert [button.get("value") for button in page.iter("button")] == ["send"]


def test_the_check_page_shows_what_was_left_out_but_not_what_was_not_asked() -> None:
    one = BY_ID["host-confirmation"]
    context = context_for(one)
    checked = check_answers(one, context, {"decision": "accept"})
    page = page_of(pages.check_page(one, context, action_url="/f/abc", answers=checked.answers))

    assert [text_of(value) for value in by_class(page, "none")] == ["Not answered"]
    assert "What is the reason?" not in text_of(page)


@forms
def test_a_long_form_is_checked_before_it_is_sent_and_a_short_one_is_not(one: FormDefinition) -> None:
    page = page_of(page_for(one, "en", {}))

    asked = len(asked_fields(one, context_for(one)))
    assert [button.get("value") for button in page.iter("button")] == ["check" if asked > 4 else "send", "save"]


def test_the_receipt_repeats_a_rating_with_its_label_and_a_day_in_words() -> None:
    one = BY_ID["first-day"]
    context = context_for(one)
    checked = check_answers(one, context, {"decision": "started", "first_day": "2026-07-06"})
    text = text_of(page_of(pages.receipt_page(one, context, sent_at=datetime.now(UTC), answers=checked.answers)))

    assert "Yes, started" in text
    assert "July 6, 2026" in text


@languages
@pytest.mark.parametrize("kind", GoneKind.__args__)
def test_a_dead_link_is_told_kindly(kind: GoneKind, language: Language) -> None:
    page = page_of(pages.gone_page(kind, language, help_email="help@example.org"))

    assert text_of(next(page.iter("h1"))) == page_words(language).gone[kind].title
    assert list(page.iter("form")) == []


def test_an_expired_link_can_be_renewed_with_a_button() -> None:
    (form,) = page_of(pages.gone_page("expired", renew_url="/f/abc/renew")).iter("form")

    assert (form.get("method"), form.get("action")) == ("post", "/f/abc/renew")


@languages
@pytest.mark.parametrize("kind", ProblemKind.__args__)
def test_a_problem_is_told_without_blame(kind: ProblemKind, language: Language) -> None:
    page = page_of(pages.problem_page(kind, language, reference="r-17"))

    assert "r-17" in text_of(page)


@languages
def test_every_other_page_is_valid_light_and_leads_to_its_other_language(language: Language) -> None:
    for name, html in other_pages(REVIEW, language).items():
        page = page_of(html)
        (link,) = by_class(page, "other")[0].iter("a")
        assert (link.get("href") or "").endswith(f"?lang={'es' if language == 'en' else 'en'}"), name
        assert len(html.encode()) < 45_000, name


@languages
@forms
def test_pages_stay_light(one: FormDefinition, language: Language) -> None:
    loaded = [(pages.STATIC_FOLDER / name).read_bytes() for name in ("pages.css", "mark.svg")]
    context = context_for(one, language=language, job_skills=("A", "B", "C", "D", "E"))
    errors = check_answers(one, context, {}).errors
    html = pages.form_page(one, context, action_url=f"/f/{'a' * 43}", answers={}, errors=errors).encode()

    assert len(html) + sum(map(len, loaded)) < 61_000
    assert sum(len(gzip.compress(part, LEVEL)) for part in (html, *loaded)) < 10_000


def test_the_style_sheet_loads_nothing_from_elsewhere() -> None:
    css = (pages.STATIC_FOLDER / "pages.css").read_text(encoding="utf-8")

    assert "url(" not in css
    assert "@import" not in css


def test_the_policy_allows_only_our_own_style_and_pictures() -> None:
    policy = pages.PAGE_HEADERS["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';")
    assert "unsafe" not in policy
    assert pages.PAGE_HEADERS["Referrer-Policy"] == "no-referrer"
    assert pages.PAGE_HEADERS["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "known", "language"),
    [("es", "en", "es"), (None, "es", "es"), ("fr", "es", "es"), ("fr", None, "en"), (None, None, "en")],
)
def test_the_language_asked_for_wins_over_the_one_known(
    asked: str | None, known: str | None, language: Language
) -> None:
    assert pages.language_of(asked, known) == language


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("America/Los_Angeles", "Friday, January 2, 2026 at 6:30 PM (Pacific Time)"),
        ("UTC", "Saturday, January 3, 2026 at 2:30 AM (UTC)"),
    ],
)
def test_a_moment_is_told_in_the_worksites_zone(zone: str, told: str) -> None:
    assert moment(datetime(2026, 1, 3, 2, 30, tzinfo=UTC), zone, "en").replace("\u202f", " ") == told


def test_days_are_told_together_alone_or_not_at_all() -> None:
    context = context_for(REVIEW)

    assert day(context.start, "es") == "6 de julio de 2026"
    assert days(context.start, None, "en") == "July 6, 2026"
    assert days(None, None, "en") is None


@pytest.mark.parametrize(
    ("language", "told", "shown"),
    [
        ("en", "Start: The time cannot be before 7:00 AM.", "5:30 PM"),
        ("es", "Start: Indique las 7:00 a.m. o una hora posterior.", "5:30 p.m."),
    ],
)
def test_a_time_of_day_has_a_control_of_its_own_and_is_read_back_in_words(
    language: Language, told: str, shown: str
) -> None:
    one = timed_form()
    page = page_of(page_for(one, language, {"start": "06:30"}, checked=True))
    assert [control.get("type") for control in controls(page)] == ["time"]
    assert told in text_of(by_class(page, "errors")[0]).replace("\u202f", " ").replace("\xa0", " ")
    html = pages.receipt_page(
        one, context_for(REVIEW, language=language), sent_at=datetime.now(UTC), answers={"start": "17:30"}
    )
    assert shown in text_of(page_of(html)).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(("language", "told"), [("en", "1 of 2"), ("es", "1 de 2")])
def test_days_that_are_not_rated_are_counted_but_not_called_skills(language: Language, told: str) -> None:
    one = timed_form(skills=[{"id": day, "label": {"en": day, "es": day}} for day in ("mon", "tue")])
    page = page_of(page_for(one, language, {}))
    assert next(text_of(part) for part in by_class(page, "position")) == told
    assert [control.get("name") for control in controls(page)] == ["mon_start", "tue_start"]


def timed_form(**section: Any) -> FormDefinition:
    both = {"en": "Start", "es": "Start"}
    field = {"name": "start", "kind": "time", "label": both, "earliest": "07:00"}
    return REVIEW.model_validate(
        {
            **dict.fromkeys(("title", "why", "send", "after"), both),
            "id": "ma-wblp",
            "version": "1",
            "minutes": 1,
            "source": {"citation": "Test"},
            "sections": [{"id": "one", "title": both, "fields": [field], **section}],
        }
    )
