from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.form_layout import asked_fields
from lifecycle.form_samples import passing_answers
from lifecycle.forms import WHOLE_FORM, as_raw, check_answers, cleaned
from schemas.form_fields import LANGUAGES
from schemas.forms import FormDefinition
from schemas.vocabulary import Role
from tests.forms.people import FORMS, context_for
from tests.forms.test_form_definitions import SCALE, choice, field, form, words

BY_ID = {one.id: one for one in FORMS}
REVIEW = BY_ID["ma-wblp"]


def trial(*fields: dict[str, Any], **more: Any) -> FormDefinition:
    return FormDefinition.model_validate(form(*fields, **more))


def answer(one: dict[str, Any], sent: object, **more: Any) -> object:
    """The typed answer to a form of one field, or the code of its error."""
    definition = trial(one, **more)
    checked = check_answers(definition, context_for(REVIEW), {one["name"]: sent})
    error = checked.errors.get(one["name"])
    return error.code if error else checked.answers[one["name"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", FORMS, ids=lambda one: one.pin)
def test_a_filled_form_passes_and_comes_back_the_same(one: FormDefinition, language: str) -> None:
    context = context_for(one, language=language)
    checked = check_answers(one, context, passing_answers(one, context))

    assert checked.errors == {}
    assert checked.ok
    assert check_answers(one, context, as_raw(checked.answers)) == checked
    assert (checked.decision is None) == (one.decision is None)


@pytest.mark.parametrize("one", FORMS, ids=lambda one: one.pin)
def test_an_empty_form_lists_every_required_field_and_nothing_else(one: FormDefinition) -> None:
    context = context_for(one)
    checked = check_answers(one, context, {})

    required = [asked.name for asked in asked_fields(one, context) if asked.field.required and not asked.when]
    assert list(checked.errors) == required
    assert checked.decision is None


@pytest.mark.parametrize(
    ("form_id", "code"),
    [
        ("host-confirmation", "decline"),
        ("offer-acceptance", "decline"),
        ("first-day", "not_come"),
        ("no-show-follow-up", "no_show"),
    ],
)
def test_the_decision_is_the_code_that_was_chosen(form_id: str, code: str) -> None:
    one = BY_ID[form_id]
    context = context_for(one)

    assert check_answers(one, context, passing_answers(one, context, decision=code)).decision == code


def test_a_rating_of_one_needs_a_comment_and_says_which_rating() -> None:
    context = context_for(REVIEW)
    raw = passing_answers(REVIEW, context) | {"teamwork_rating": "1"}

    error = check_answers(REVIEW, context, raw).errors["teamwork_comment"]
    assert (error.code, error.figures) == ("needed_after", {"by": "teamwork_rating"})
    assert check_answers(REVIEW, context, raw | {"teamwork_comment": "Needs a plan."}).ok


def test_the_skills_of_the_job_are_rated_one_by_one() -> None:
    context = context_for(REVIEW, job_skills=("Welding", "Reading plans", "Estimating", "Safety"))
    checked = check_answers(REVIEW, context, passing_answers(REVIEW, context, level=4))

    assert [name for name in checked.answers if name.startswith("job_") and name.endswith("rating")] == [
        "job_1_rating",
        "job_2_rating",
        "job_3_rating",
        "job_4_rating",
    ]


def test_an_answer_whose_condition_does_not_hold_is_dropped() -> None:
    one = BY_ID["host-confirmation"]
    checked = check_answers(one, context_for(one), {"decision": "accept", "reason": "no_place"})

    assert checked.ok
    assert checked.answers["reason"] is None


def test_what_the_form_does_not_ask_is_ignored() -> None:
    one = BY_ID["check-in"]
    context = context_for(one)
    raw = passing_answers(one, context)

    assert check_answers(one, context, raw | {"admin": "yes", "__class__": "x"}) == check_answers(one, context, raw)


def test_a_person_in_an_excluded_role_cannot_answer() -> None:
    context = context_for(REVIEW, signer_role=Role.STUDENT)
    checked = check_answers(REVIEW, context, passing_answers(REVIEW, context))

    assert checked.errors[WHOLE_FORM].code == "excluded_rater"
    assert checked.answers == {}


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("1", 1),
        (" 2 ", 2),
        ("3", "unknown_option"),
        ("01", "unknown_option"),
        ("1.0", "unknown_option"),
        ("²", "unknown_option"),
        ("na", "unknown_option"),
        ("", "rating_required"),
        (None, "rating_required"),
    ],
)
def test_a_rating_is_a_level_of_the_scale(sent: str, typed: Any) -> None:
    assert answer(field("rate", "rating", scale="two"), sent, scales={"two": SCALE}) == typed


def test_not_applicable_is_an_answer_where_the_scale_has_it() -> None:
    scale = SCALE | {"not_applicable": words("No opportunity to observe")}

    assert answer(field("rate", "rating", scale="two"), "na", scales={"two": scale}) == "na"


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("12", 12),
        ("+12", 12),
        ("007", 7),
        ("12.0", 12),
        ("12.5", "too_many_decimals"),
        ("-1", "number_out_of_range"),
        ("101", "number_out_of_range"),
        ("1e2", "not_a_number"),
        ("１２", "not_a_number"),
        ("1,000", "not_a_number"),
        ("0x10", "not_a_number"),
        ("NaN", "not_a_number"),
        ("9" * 400, "not_a_number"),
        ("", "number_required"),
    ],
)
def test_a_whole_number_is_read_strictly(sent: str, typed: Any) -> None:
    assert answer(field("hours", "number", min=0, max=100), sent) == typed


@pytest.mark.parametrize(
    ("sent", "typed"), [("7.50", "7.5"), ("7,5", "7.5"), ("20", "20"), ("-0", "0"), ("7.555", "too_many_decimals")]
)
def test_a_decimal_number_comes_as_plain_digits(sent: str, typed: Any) -> None:
    assert answer(field("hours", "number", max=100, decimals=2), sent) == typed


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("2026-07-20", "2026-07-20"),
        ("2026-07-06", "2026-07-06"),
        ("2026-07-05", "date_too_early"),
        ("2026-07-21", "date_too_late"),
        ("2026-02-30", "not_a_date"),
        ("0026-07-06", "not_a_date"),
        ("07/06/2026", "not_a_date"),
        ("20260706", "not_a_date"),
        ("2026-W28-1", "not_a_date"),
        ("", "date_required"),
    ],
)
def test_a_day_is_read_strictly_and_within_its_limits(sent: str, typed: Any) -> None:
    assert answer(field("day", "date", earliest="start", latest="today"), sent) == typed


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("17:30", "17:30"),
        ("7:05", "07:05"),
        ("5:30 p.m.", "17:30"),
        ("5 PM", "17:00"),
        ("12 pm", "12:00"),
        ("9h30", "09:30"),
        ("06:59", "time_too_early"),
        ("12:15 a. m.", "time_too_early"),
        ("21:01", "time_too_late"),
        ("24:00", "not_a_time"),
        ("17:60", "not_a_time"),
        ("13 pm", "not_a_time"),
        ("0 am", "not_a_time"),
        ("17", "not_a_time"),
        ("１７:30", "not_a_time"),
        ("noon", "not_a_time"),
        ("", "time_required"),
    ],
)
def test_a_time_of_day_is_read_and_kept_on_the_24_hour_clock(sent: str, typed: Any) -> None:
    assert answer(field("start", "time", earliest="07:00", latest="21:00"), sent) == typed


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("09:00", "15:00", {}),
        ("22:00", "06:00", {}),
        ("", "", {}),
        ("09:00", "", {"mon_end": "times_go_together"}),
        ("", "15:00", {"mon_end": "times_go_together"}),
        ("09:00", "9:00 am", {"mon_end": "same_times"}),
        ("nine", "15:00", {"mon_start": "not_a_time"}),
    ],
)
def test_start_and_end_go_together(start: str, end: str, wrong: dict[str, str]) -> None:
    data = form(field("start", "time", required=False), field("end", "time", required=False, ends="start"))
    data["sections"][0]["skills"] = [{"id": "mon", "label": words()}, {"id": "tue", "label": words()}]
    definition = FormDefinition.model_validate(data)
    checked = check_answers(definition, context_for(REVIEW), {"mon_start": start, "mon_end": end})

    assert {name: error.code for name, error in checked.errors.items()} == wrong


@pytest.mark.parametrize(
    ("sent", "typed"), [("yes", True), ("on", "unknown_option"), ("", "agree_required"), (None, "agree_required")]
)
def test_a_box_is_ticked_or_not(sent: str, typed: Any) -> None:
    assert answer(field("agreed", "agree"), sent) == typed


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("  José   Peña ", "José Peña"),
        ("王", "王"),
        ("12", "not_a_name"),
        ("x" * 121, "too_long"),
        ("\x00\x1b", "signature_required"),
    ],
)
def test_a_signature_is_a_name(sent: str, typed: Any) -> None:
    assert answer(field("name", "signature", statement=words()), sent) == typed


def test_a_day_is_limited_by_the_day_answered_before_it() -> None:
    definition = trial(
        field("last_day", "date", required=False),
        field("week_of", "date", latest={"field": "last_day"}),
        field("paid_on", "date", required=False, earliest={"field": "last_day"}),
    )

    def wrong(**raw: str) -> dict[str, tuple[str, str | int]]:
        errors = check_answers(definition, context_for(REVIEW), raw).errors
        return {name: (error.code, error.figures["limit"]) for name, error in errors.items()}

    assert wrong(last_day="2026-07-10", week_of="2026-07-10", paid_on="2026-07-10") == {}
    assert wrong(last_day="2026-07-10", week_of="2026-07-13") == {"week_of": ("date_too_late", "2026-07-10")}
    assert wrong(last_day="2026-07-10", week_of="2026-07-06", paid_on="2026-07-09") == {
        "paid_on": ("date_too_early", "2026-07-10")
    }
    assert wrong(week_of="2026-07-13", paid_on="2026-07-01") == {}


@pytest.mark.parametrize("other", [Role.GUARDIAN, Role.STUDENT, Role.EDUCATOR])
def test_a_supervisor_who_is_family_does_not_rate(other: Role) -> None:
    found = BY_ID["naf-internship-assessment"]
    context = context_for(found, other_roles={Role.WORKSITE_SUPERVISOR, other})
    checked = check_answers(found, context, passing_answers(found, context))

    assert checked.errors[WHOLE_FORM].code == "excluded_rater"


def test_staff_who_are_several_things_may_answer_as_one_of_them() -> None:
    found = BY_ID["naf-internship-assessment"]
    context = context_for(found, signer_role=Role.COORDINATOR, other_roles={Role.COORDINATOR, Role.TEACHER})

    assert check_answers(found, context, passing_answers(found, context)).ok


def test_too_long_says_by_how_much() -> None:
    definition = trial(field("note", "long_text"))
    error = check_answers(definition, context_for(REVIEW), {"note": "x" * 2100}).errors["note"]

    assert error.figures == {"count": 2100, "max": 2000, "over": 100}
    assert check_answers(definition, context_for(REVIEW), {"note": "x" * 2000}).ok


def test_an_error_never_repeats_what_was_typed() -> None:
    checked = check_answers(trial(field("note", "text")), context_for(REVIEW), {"note": "secret " * 100})

    assert "secret" not in repr(checked.errors)


@pytest.mark.parametrize(
    ("sent", "lines", "kept"),
    [
        ("a\r\nb\rc", True, "a\nb\nc"),
        ("a\r\nb", False, "a b"),
        ("a\x00b\x1b[31m\u202ec", True, "ab[31mc"),
        ("e\u0301", False, "é"),
        ("\ud800x", False, "x"),
        (b"bytes", False, ""),
        (None, True, ""),
    ],
)
def test_text_is_kept_without_control_and_direction_characters(sent: Any, lines: Any, kept: str) -> None:
    assert cleaned(sent, lines=lines) == kept


NAMES = sorted({asked.name for one in FORMS for asked in asked_fields(one, context_for(one))})
VALUES = st.one_of(
    st.text(), st.sampled_from(["yes", "1", "5", "na", "accept", "decline", "2026-07-06"]), st.none(), st.integers()
)


@given(st.sampled_from(FORMS), st.sampled_from(list(Role)), st.dictionaries(st.sampled_from(NAMES) | st.text(), VALUES))
def test_whatever_is_sent_is_checked_without_raising(one: FormDefinition, role: Any, raw: dict[str, Any]) -> None:
    context = context_for(one, signer_role=role)
    checked = check_answers(one, context, raw)

    names = {asked.name for asked in asked_fields(one, context)}
    assert checked.errors.keys() <= names | {WHOLE_FORM}
    assert checked.answers.keys() <= names
    assert not checked.answers.keys() & checked.errors.keys()
    assert checked.ok or checked.decision is None


@given(st.sampled_from(FORMS), st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_what_passes_once_passes_again_unchanged(one: FormDefinition, raw: dict[str, Any]) -> None:
    context = context_for(one)
    checked = check_answers(one, context, passing_answers(one, context) | raw)

    if checked.ok:
        assert check_answers(one, context, as_raw(checked.answers)) == checked


def test_a_condition_on_a_shared_field_reaches_into_repeating_sections() -> None:
    data = form(choice("seen", "yes", "no"))
    data["sections"].append(
        {
            "id": "two",
            "title": words(),
            "skills": [{"id": "talk", "label": words()}],
            "fields": [field("note", when={"field": "seen", "is": "yes"})],
        }
    )
    definition = FormDefinition.model_validate(data)

    assert list(check_answers(definition, context_for(REVIEW), {"seen": "yes"}).errors) == ["talk_note"]
    assert check_answers(definition, context_for(REVIEW), {"seen": "no"}).ok
