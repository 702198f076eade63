import re
from pathlib import Path

import pytest

from catalog.form_catalog import FOLDER, UnknownFormError, _order, all_forms, form, latest, pinned, read_form
from catalog.page_words import page_words
from catalog.rule_catalog import all_packs
from catalog.yaml_check import CatalogError
from lifecycle.form_layout import asked_fields, lay_out
from lifecycle.forms import ErrorCode
from schemas.form_fields import AgreeField, DateField, RatingField
from schemas.form_texts import texts_of
from schemas.forms import FormDefinition
from schemas.program_kinds import EXPIRING
from schemas.vocabulary import RequestKind, Role
from tests.forms.people import ASKED, context_for

FIGURES = re.compile(r"\{(\w+)\}")
ENDS = EXPIRING | {RequestKind.RENEWAL, RequestKind.PARTNERSHIP_RENEWAL}
WEEK_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_every_file_is_a_form_named_for_its_id_and_version() -> None:
    assert {one.pin for one in all_forms()} == {path.stem for path in FOLDER.glob("*.yaml")}


def test_a_form_is_found_by_version_by_pin_and_as_the_latest() -> None:
    assert form("ma-wblp", "2024.1") is pinned("ma-wblp@2024.1") is latest("ma-wblp")


def test_an_unknown_form_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnknownFormError, match=r"there is no `ma-wbpl`; did you mean `ma-wblp`\?"):
        latest("ma-wbpl")
    with pytest.raises(UnknownFormError, match="no `ma-wblp@1`"):
        form("ma-wblp", "1")


def test_an_evaluation_is_called_nothing_else_in_forms_pages_and_mails() -> None:
    said = [text for one in all_forms() for _, words in texts_of(one) for text in (words.en, words.es)]
    messages = FOLDER.parent / "messages"
    said += [path.read_text(encoding="utf-8") for path in (*messages.glob("*.yaml"), *messages.rglob("*.j2"))]
    other = re.compile(
        r"(performance|first|midpoint|final|last|short) (review|assessment)|primera evaluación", re.IGNORECASE
    )
    assert [found[0] for text in said for found in other.finditer(text)] == []


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
        ("externship-confirmation", ("accept", "decline")),
        ("externship-first-day", ("started", "not_come")),
        ("externship-no-show", ("started", "no_show")),
        ("externship-sign-off", ("sign",)),
        ("application-review", ("interview", "under_review", "offer", "decline")),
        ("application-decision", ("interview", "offer", "decline")),
        ("interview", ("offer", "decline")),
        ("guardian-consent", ("consent", "refuse")),
        ("work-permit", ("granted", "refused")),
        ("clearance", ("cleared", "not_cleared")),
        ("site-vetting", ("approved", "not_approved")),
        ("hours-approval", ("approve", "dispute")),
        ("hours-dispute", ("confirmed", "corrected", "void")),
        ("absence-follow-up", ("returns", "leaves")),
        ("renewal", ("renewed", "not_renewed")),
        ("permit-renewal", ("renewed", "not_renewed")),
        ("supervisor-check", ("same", "left")),
        ("new-supervisor", ("named", "none")),
        ("suspension-review", ("resume", "prolong", "terminate")),
        ("succession", ("found", "none")),
        ("shift-change", ("changed", "cancelled")),
        ("violation-review", ("settled", "suspend")),
        ("permit-return", ("returned", "lost")),
        ("support", ("reached", "not_reached")),
        ("exit-survey", ("yes", "no")),
        ("follow-up", ("working", "studying", "both", "neither")),
        ("opportunity-design", ("designed", "withdrawn")),
        ("curriculum-review", ("approve", "revise")),
        ("safety-review", ("allowed", "not_allowed")),
        ("opportunity-review", ("open", "revise", "decline")),
        ("outreach-log", ("interested", "not_now", "no_answer", "declined")),
        ("host-interest", ("interested", "not_now", "declined")),
        ("insurance", ("provided", "refused")),
        ("safety-check", ("passed", "failed")),
        ("partnership-agreement", ("sign", "decline")),
        ("partnership-renewal", ("renew", "end")),
        ("host-again", ("again", "not_now", "never")),
        ("incident-acknowledgement", ("acknowledged",)),
        ("incident-report", ("low", "medium", "high")),
        ("incident-review", ("close", "keep_open")),
    ],
)
def test_the_decisions_are_the_codes_the_lifecycle_acts_upon(form_id: str, codes: tuple[str, ...]) -> None:
    found = latest(form_id)
    (field,) = [field for field in found.fields if field.name == found.decision]

    assert field.codes == codes


def test_every_kind_of_request_has_a_form() -> None:
    asked = {kind for _, kind in ASKED.values()}

    assert {one.id for one in all_forms()} == set(ASKED)
    assert set(RequestKind) - asked == {RequestKind.MIDPOINT_EVALUATION}
    assert RequestKind.MIDPOINT_EVALUATION in latest("ca-intern-evaluation").occasions


def test_a_form_may_be_answered_by_whoever_is_asked() -> None:
    for form_id, (role, _) in ASKED.items():
        assert latest(form_id).may_answer(role), form_id


def test_those_rated_never_rate_and_worksites_never_sign_off() -> None:
    assert {Role.STUDENT, Role.GUARDIAN} <= latest("ma-wblp").excluded_raters
    for form_id in ("ca-intern-evaluation", "naf-internship-assessment", "partial-evaluation"):
        assert {Role.TEACHER, Role.GUARDIAN, Role.STUDENT, Role.EDUCATOR} <= latest(form_id).excluded_raters
    for form_id in ("sign-off", "externship-sign-off"):
        assert not latest(form_id).may_answer(Role.WORKSITE_SUPERVISOR)


def test_hours_are_approved_by_neither_learner_nor_family_and_disputes_by_neither_side() -> None:
    family = {Role.STUDENT, Role.EDUCATOR, Role.GUARDIAN}
    worksite = {Role.WORKSITE_SUPERVISOR, Role.ALTERNATE_SUPERVISOR, Role.SITE_CONTACT}

    assert latest("hours-approval").excluded_raters == family
    assert latest("hours-dispute").excluded_raters == family | worksite


def test_only_a_guardian_consents() -> None:
    assert [role for role in Role if latest("guardian-consent").may_answer(role)] == [Role.GUARDIAN]


@pytest.mark.parametrize("form_id", sorted(id_ for id_, (_, kind) in ASKED.items() if kind in ENDS))
def test_what_expires_says_until_when_if_the_answer_is_yes(form_id: str) -> None:
    found = latest(form_id)
    fields = {field.name: field for field in found.fields}
    last = fields["valid_until"]

    assert isinstance(last, DateField)
    assert last.required
    assert last.latest is None
    assert last.when is not None
    assert (last.when.field, last.when.values) == (found.decision, fields[found.decision or ""].codes[:1])


@pytest.mark.parametrize("form_id", ["weekly-hours", "final-hours", "hours-dispute"])
def test_hours_are_asked_for_as_they_are_read(form_id: str) -> None:
    context = context_for(latest(form_id))
    asked = {one.name: one.field.kind for one in asked_fields(latest(form_id), context)}

    for day in WEEK_DAYS:
        assert [asked[f"{day}_{part}"] for part in ("start", "end", "break")] == ["time", "time", "number"]


def test_the_boxes_for_hazards_are_the_tasks_of_the_rule_packs() -> None:
    known = {task for pack in all_packs() for task in pack.tasks}
    (hazards,) = [section for section in latest("opportunity-design").sections if section.id == "hazards"]
    boxes = {field.name for field in hazards.fields if isinstance(field, AgreeField)}

    assert len(boxes) > 20
    assert boxes <= known


def test_the_two_editions_of_the_work_based_learning_plan_share_their_scale() -> None:
    older, newer = form("ma-wblp", "2006.1"), form("ma-wblp", "2024.1")

    assert [level.label for level in older.scales["wblp"].levels] == [
        level.label for level in newer.scales["wblp"].levels
    ]
    assert {skill.id for skill in older.sections[0].skills} != {skill.id for skill in newer.sections[0].skills}


def test_a_california_evaluation_rates_the_three_categories_and_the_whole() -> None:
    found = latest("ca-intern-evaluation")
    (overall,) = [section for section in found.sections if section.id == "overall"]

    assert [field.name for field in overall.fields if isinstance(field, RatingField)] == [
        "overall_a",
        "overall_b",
        "overall_c",
        "overall",
    ]
    assert [level.label.en for level in found.scales["item"].levels] == [
        "Does Not Meet Expectations",
        "Partially Meets Expectations",
        "Meets Expectations",
        "Above Expectations",
    ]
    assert found.scales["overall"].not_applicable is None


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


@pytest.mark.parametrize("pin", ["ma-wblp@2006.1", "ma-wblp@2024.1", "naf-internship-assessment@2015.1"])
def test_a_one_always_needs_a_comment(pin: str) -> None:
    for section in pinned(pin).sections:
        names = {field.name: field for field in section.fields}
        if any(isinstance(field, RatingField) for field in section.fields):
            assert names["comment"].required_when.values == (1,)


@pytest.mark.parametrize(
    "form_id",
    [
        "ma-wblp",
        "ca-intern-evaluation",
        "naf-internship-assessment",
        "ny-employability-profile",
        "partial-evaluation",
        "student-self-assessment",
    ],
)
def test_every_level_on_which_a_learner_is_rated_says_what_it_looks_like(form_id: str) -> None:
    for scale in latest(form_id).scales.values():
        assert all(level.help for level in scale.levels)


def test_every_form_cites_its_source() -> None:
    assert [one.pin for one in all_forms() if len(one.source.citation) < len("Journeywork")] == []


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
