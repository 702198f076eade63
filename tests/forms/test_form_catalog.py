import re
from pathlib import Path

import pytest

from catalog.form_catalog import FOLDER, UnknownFormError, _order, all_forms, form, latest, pinned, read_form
from catalog.page_words import page_words
from catalog.yaml_check import CatalogError
from lifecycle.form_layout import lay_out
from lifecycle.forms import ErrorCode
from schemas.form_fields import RatingField, texts_of
from schemas.forms import FormDefinition
from schemas.vocabulary import Role
from tests.forms.people import context_for

FIGURES = re.compile(r"\{(\w+)\}")


def test_every_file_is_a_form_named_for_its_id_and_version() -> None:
    assert {one.pin for one in all_forms()} == {path.stem for path in FOLDER.glob("*.yaml")}


def test_a_form_is_found_by_version_by_pin_and_as_the_latest() -> None:
    assert form("ma-wblp", "2024.1") is pinned("ma-wblp@2024.1") is latest("ma-wblp")


def test_an_unknown_form_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnknownFormError, match=r"there is no `ma-wbpl`; did you mean `ma-wblp`\?"):
        latest("ma-wbpl")
    with pytest.raises(UnknownFormError, match="no `ma-wblp@1`"):
        form("ma-wblp", "1")


def test_a_file_named_for_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other@1.yaml"
    path.write_text((FOLDER / "check-in@2026.1.yaml").read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(CatalogError, match=r"name the file check-in@2026\.1\.yaml"):
        read_form(path)


def test_versions_are_ordered_by_their_numbers() -> None:
    assert sorted(["2024.10", "2024.2", "2024.2b", "2023.9"], key=_order) == ["2023.9", "2024.2", "2024.2b", "2024.10"]


def test_the_work_based_learning_plan_has_the_published_scale_and_skills() -> None:
    plan = form("ma-wblp", "2024.1")

    assert [(level.value, level.label.en) for level in plan.scales["wblp"].levels] == [
        (1, "Performance Improvement Needed"),
        (2, "Developing"),
        (3, "Competent"),
        (4, "Proficient"),
        (5, "Advanced"),
    ]
    assert [skill.label.en for skill in plan.sections[0].skills] == [
        "Attendance and Punctuality",
        "Communication",
        "Teamwork and Collaboration",
        "Motivation and Initiative",
        "Critical Thinking and Problem Solving",
        "Understanding Workplace Culture, Policy and Safety",
    ]
    assert all(set(skill.rubric) == {1, 2, 3, 4, 5} for skill in plan.sections[0].skills)


def test_students_rate_themselves_on_the_same_skills_and_scale() -> None:
    plan, own = latest("ma-wblp"), latest("student-self-assessment")

    assert [skill.id for skill in own.sections[0].skills] == [skill.id for skill in plan.sections[0].skills]
    assert [level.label for level in own.scales["wblp"].levels] == [level.label for level in plan.scales["wblp"].levels]


@pytest.mark.parametrize("one", all_forms(), ids=lambda one: one.pin)
def test_both_languages_hold_the_same_names(one: FormDefinition) -> None:
    for place, text in texts_of(one):
        assert sorted(set(FIGURES.findall(text.en))) == sorted(set(FIGURES.findall(text.es))), place


@pytest.mark.parametrize("one", all_forms(), ids=lambda one: one.pin)
def test_no_text_was_left_untranslated(one: FormDefinition) -> None:
    same = {text.en for _, text in texts_of(one) if text.en == text.es}

    assert same <= {"No"}


@pytest.mark.parametrize(
    ("form_id", "codes"),
    [
        ("host-confirmation", ("accept", "decline")),
        ("offer-acceptance", ("accept", "decline")),
        ("first-day", ("started", "not_come")),
        ("no-show-follow-up", ("started", "no_show")),
        ("sign-off", ("sign",)),
    ],
)
def test_the_decisions_are_the_codes_the_lifecycle_acts_upon(form_id: str, codes: tuple[str, ...]) -> None:
    found = latest(form_id)
    (field,) = [field for field in found.fields if field.name == found.decision]

    assert field.codes == codes


def test_those_rated_never_rate_and_worksites_never_sign_off() -> None:
    assert {Role.STUDENT, Role.GUARDIAN} <= latest("ma-wblp").excluded_raters
    assert not latest("sign-off").may_answer(Role.WORKSITE_SUPERVISOR)


def test_each_signer_of_the_agreement_signs_their_own_statement() -> None:
    agreement = latest("training-agreement")
    texts = {
        role: asked.field.signed(role).en
        for role in (Role.STUDENT, Role.GUARDIAN, Role.WORKSITE_SUPERVISOR, Role.TEACHER, Role.COORDINATOR)
        for section in lay_out(agreement, context_for(agreement, signer_role=role))
        for group in section.groups
        for asked in group.fields
        if asked.field.kind == "signature"
    }

    assert len(set(texts.values())) == len(texts) == 5


def test_only_the_guardian_is_asked_for_the_emergency_contact() -> None:
    agreement = latest("training-agreement")

    def asked(role: Role) -> set[str]:
        return {
            section.id for section in lay_out(agreement, context_for(agreement, signer_role=role)) if section.groups
        }

    assert asked(Role.GUARDIAN) == {"guardian_facts", "signature"}
    assert asked(Role.WORKSITE_SUPERVISOR) == {"worksite_facts", "signature"}
    assert asked(Role.STUDENT) == {"signature"}


def test_a_one_always_needs_a_comment() -> None:
    for section in latest("ma-wblp").sections:
        names = {field.name: field for field in section.fields}
        if any(isinstance(field, RatingField) for field in section.fields):
            assert names["comment"].required_when.values == (1,)


def test_the_pages_say_the_same_things_in_both_languages() -> None:
    english, spanish = page_words("en"), page_words("es")

    for part in ("words", "facts", "roles", "occasions", "errors"):
        ours, theirs = getattr(english, part), getattr(spanish, part)
        assert ours.keys() == theirs.keys()
        for key, text in ours.items():
            assert set(FIGURES.findall(text)) == set(FIGURES.findall(theirs[key])), key
    assert english.gone.keys() == spanish.gone.keys()
    assert english.problems.keys() == spanish.problems.keys()


def test_every_error_has_words() -> None:
    assert set(page_words("en").errors) == set(ErrorCode.__args__)
