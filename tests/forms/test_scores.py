from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from catalog.form_catalog import latest
from lifecycle.form_samples import passing_answers
from lifecycle.forms import check_answers
from lifecycle.scores import mean, ratings, skill_gain, skill_gain_report
from schemas.forms import FormDefinition
from tests.forms.people import context_for
from tests.forms.test_form_definitions import SCALE, field, form

LEVELS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 5))
REVIEW = latest("ma-wblp")


def test_the_ratings_of_a_review_go_by_skill() -> None:
    context = context_for(REVIEW)
    answers = check_answers(REVIEW, context, passing_answers(REVIEW, context, level=4)).answers

    assert ratings(REVIEW, answers) == dict.fromkeys(
        [
            "attendance",
            "communication",
            "teamwork",
            "motivation",
            "critical_thinking",
            "workplace",
            "job_1",
            "job_2",
            "job_3",
        ],
        4,
    )


def test_what_was_not_rated_or_not_applicable_is_left_out() -> None:
    scales = {"two": SCALE | {"not_applicable": {"en": "N/A", "es": "N/C"}}}
    fields = [field(name, "rating", scale="two", required=False) for name in ("a", "b", "c", "d", "e")]
    one = FormDefinition.model_validate(form(*fields, scales=scales))

    assert ratings(one, {"a": 2, "b": "na", "c": None, "d": 9, "e": True}) == {"a": 2}


def test_the_mean_is_rounded_half_up_to_two_decimals() -> None:
    assert mean({"a": 1, "b": 1, "c": 2}) == Decimal("1.33")
    assert mean(dict.fromkeys("abcdefg", 1) | {"h": 2}) == Decimal("1.13")
    assert mean({}) is None


def test_gain_is_reckoned_over_the_skills_rated_in_both_reviews() -> None:
    gain = skill_gain({"a": 2, "b": 3, "c": 1}, {"b": 4, "a": 4, "d": 5})

    assert [(one.skill_id, one.before, one.after, one.change) for one in gain.skills] == [
        ("a", 2, 4, 2),
        ("b", 3, 4, 1),
    ]
    assert (gain.n, gain.mean_before, gain.mean_after, gain.mean_change) == (
        2,
        Decimal("2.50"),
        Decimal("4.00"),
        Decimal("1.50"),
    )


def test_without_a_common_skill_there_is_no_gain() -> None:
    gain = skill_gain({"a": 2}, {"b": 4})

    assert (gain.n, gain.mean_before, gain.mean_change) == (0, None, None)


def test_the_report_has_one_row_a_skill_over_all_placements() -> None:
    gains = [skill_gain({"a": 2, "b": 3}, {"a": 3, "b": 3}), skill_gain({"a": 3}, {"a": 5}), skill_gain({}, {"a": 1})]

    assert [
        (row.skill_id, row.n, row.mean_before, row.mean_after, row.mean_change) for row in skill_gain_report(gains)
    ] == [
        ("a", 2, Decimal("2.50"), Decimal("4.00"), Decimal("1.50")),
        ("b", 1, Decimal("3.00"), Decimal("3.00"), Decimal("0.00")),
    ]


@given(LEVELS, LEVELS)
def test_turning_the_reviews_round_turns_the_gain_round(before: dict[str, int], after: dict[str, int]) -> None:
    there, back = skill_gain(before, after), skill_gain(after, before)

    assert {one.skill_id: one.change for one in there.skills} == {one.skill_id: -one.change for one in back.skills}
    assert (there.mean_before, there.mean_after) == (back.mean_after, back.mean_before)


@given(LEVELS)
def test_two_equal_reviews_show_no_gain(levels: dict[str, int]) -> None:
    gain = skill_gain(levels, levels)

    assert gain.n == len(levels)
    assert gain.mean_change in {None, Decimal(0)}
    assert gain.mean_before == gain.mean_after == mean(levels)


@given(LEVELS, LEVELS)
def test_means_lie_within_the_scale_and_fit_each_other(before: dict[str, int], after: dict[str, int]) -> None:
    gain = skill_gain(before, after)

    if gain.n:
        assert 1 <= gain.mean_before <= 5
        assert abs(gain.mean_after - gain.mean_before - gain.mean_change) <= Decimal("0.01")
