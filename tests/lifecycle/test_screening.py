"""An offer is held against the law before anybody takes it."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from catalog.rule_catalog import all_packs
from lifecycle.screening import Offer, restricted
from schemas.offered_work import OfferedWork, UsualDay
from schemas.work import SchoolCalendar, SchoolYear, Term

SUMMER = Offer("hst-1", "MA", "America/New_York", date(2027, 7, 6), date(2027, 8, 13))
SCHOOL = SchoolCalendar(
    id="org-1",
    time_zone="America/New_York",
    known_from=date(2026, 8, 1),
    known_until=date(2027, 8, 31),
    years=(SchoolYear(terms=(Term(first_day=date(2026, 9, 8), last_day=date(2027, 6, 18)),)),),
)


def found(offer: Offer = SUMMER, **work: Any) -> tuple[str, ...]:
    return restricted(offer, OfferedWork.model_validate(work), all_packs())


def test_work_without_hazards_is_not_restricted() -> None:
    assert found() == ()


def test_a_hazardous_task_is_named_by_its_code() -> None:
    assert found(tasks=["power_saws", "freezers"], from_age=14) == ("freezers", "power_saws")


def test_what_is_closed_under_sixteen_only_is_not_told_of_an_offer_from_sixteen_on() -> None:
    assert found(tasks=["freezers"], from_age=16) == ()
    assert found(tasks=["roofing"], from_age=16) == ("roofing",)


def test_an_offer_for_adults_is_not_restricted() -> None:
    assert found(tasks=["explosives", "roofing"], from_age=18) == ()


def test_a_state_s_own_list_counts_only_there() -> None:
    assert found(tasks=["tobacco"]) == ("tobacco",)
    assert found(SUMMER._replace(state=None), tasks=["tobacco"]) == ()


@pytest.mark.parametrize(
    ("usual_day", "age", "codes"),
    [
        ({"starts": "09:00", "ends": "17:00", "break_minutes": 30}, 14, ()),
        ({"starts": "09:00", "ends": "18:00"}, 14, ("day_hours", "week_hours")),
        ({"starts": "06:00", "ends": "10:00"}, 14, ("too_early",)),
        ({"starts": "17:00", "ends": "22:00"}, 14, ("supervision", "too_late")),
        ({"starts": "17:00", "ends": "20:00"}, 16, ()),
        ({"starts": "09:00", "ends": "14:00", "days_a_week": 7}, 14, ("week_days",)),
    ],
)
def test_the_usual_day_is_held_against_the_limits_of_hours(
    usual_day: dict[str, Any], age: int, codes: tuple[str, ...]
) -> None:
    offer = SUMMER._replace(calendar=SCHOOL)
    assert found(offer, usual_day=usual_day, from_age=age) == codes


def test_school_days_count_when_the_school_s_calendar_is_known_and_are_not_guessed() -> None:
    spring = SUMMER._replace(start=date(2027, 3, 1), end=date(2027, 4, 30))
    mornings = {"starts": "09:00", "ends": "11:00"}
    assert "school_hours" in found(spring._replace(calendar=SCHOOL), usual_day=mornings)
    assert found(spring, usual_day=mornings) == ()


def test_a_first_day_on_the_29th_of_february_has_a_youngest_learner_too() -> None:
    assert found(SUMMER._replace(start=date(2028, 2, 29), end=date(2028, 3, 3)), tasks=["roofing"]) == ("roofing",)


def test_a_day_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"is not after starts \(15:00\)"):
        UsualDay(starts="15:00", ends="09:00")
