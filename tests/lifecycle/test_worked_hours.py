"""The hours of a week become stretches of work, each on the day on which it began."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.worked_hours import WEEK_DAYS, worked_stretches
from schemas.incoming_work import PlannedShift, ShiftsPlannedData, misplaced, shift_id

NEW_YORK = "America/New_York"
MONDAY = date(2027, 7, 12)


def worked(week_of: date = MONDAY, /, **answers: Any) -> list[tuple[date, str, str, int, bool | None]]:
    return [
        (one.day, f"{one.start:%d %H:%M}", f"{one.end:%d %H:%M}", one.break_minutes, one.adult_supervision)
        for one in worked_stretches(answers, week_of=week_of, time_zone=NEW_YORK)
    ]


def test_each_day_with_both_times_is_a_stretch_on_its_day() -> None:
    told = worked(mon_start="09:00", mon_end="15:30", mon_break=30, sun_start="10:00", sun_end="12:00", sun_break=None)
    assert told == [
        (MONDAY, "12 13:00", "12 19:30", 30, None),
        (date(2027, 7, 18), "18 14:00", "18 16:00", 0, None),
    ]


@pytest.mark.parametrize("week_of", [date(2027, 7, 11), date(2027, 7, 14)])
def test_the_seven_days_may_begin_on_any_weekday(week_of: date) -> None:
    answers = {f"{name}_{what}": time for name in WEEK_DAYS for what, time in (("start", "09:00"), ("end", "12:00"))}
    days = [one[0] for one in worked(week_of, **answers)]
    assert days == [date.fromordinal(week_of.toordinal() + number) for number in range(7)]


def test_an_end_that_is_earlier_on_the_clock_is_on_the_next_day() -> None:
    [(day, start, end, *_)] = worked(fri_start="20:00", fri_end="00:30")
    assert (day, start, end) == (date(2027, 7, 16), "17 00:00", "17 04:30")


def test_the_night_on_which_the_clocks_go_back_is_an_hour_longer() -> None:
    [one] = worked_stretches({"sun_start": "00:30", "sun_end": "08:30"}, week_of=date(2027, 11, 1), time_zone=NEW_YORK)
    assert (one.end - one.start).total_seconds() == 9 * 3600


def test_a_break_as_long_as_the_stretch_leaves_no_work() -> None:
    assert worked(mon_start="09:00", mon_end="09:30", mon_break=30) == []


@pytest.mark.parametrize(
    ("answers", "supervised"),
    [
        ({"supervised": "yes"}, True),
        ({"supervised": "no"}, False),
        ({"supervised": "yes", "mon_supervised": "no"}, False),
        ({"mon_supervised": True}, True),
        ({}, None),
    ],
)
def test_supervision_is_said_for_the_day_or_the_week_or_not_at_all(answers: dict[str, Any], supervised: Any) -> None:
    [one] = worked(mon_start="17:00", mon_end="21:00", **answers)
    assert one[-1] is supervised


TIME = st.none() | st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


@given(
    st.fixed_dictionaries(
        {f"{name}_{what}": TIME for name in WEEK_DAYS for what in ("start", "end")}
        | {f"{name}_break": st.none() | st.integers(0, 9999) for name in WEEK_DAYS}
    ),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
def test_whatever_hours_are_told_make_stretches_that_rules_can_take(answers: dict[str, Any], week_of: date) -> None:
    for one in worked_stretches(answers, week_of=week_of, time_zone=NEW_YORK):
        assert 0 <= (one.day - week_of).days < 7
        assert one.break_minutes * 60 < (one.end - one.start).total_seconds() <= 24 * 3600


def plan(*shifts: dict[str, Any], first: str = "2027-07-12", last: str = "2027-07-18") -> ShiftsPlannedData:
    return ShiftsPlannedData.model_validate({"first": first, "last": last, "shifts": shifts})


def one(id_: str = "a", start: str = "2027-07-12T09:00:00-04:00", end: str = "2027-07-12T15:00:00-04:00") -> Any:
    return {"id": id_, "start": start, "end": end}


@pytest.mark.parametrize(
    ("shifts", "says"),
    [
        ([one(), one()], r"shifts\[1\].id: `a` is the id of an earlier shift; ids must differ"),
        ([one(end="2027-07-12T09:00:00-04:00")], r"shifts\[0\].end: must be after start, by a day at most"),
        ([one(end="2027-07-14T09:00:00-04:00")], r"shifts\[0\].end: must be after start, by a day at most"),
        ([one() | {"break_minutes": 360}], r"shifts\[0\].break_minutes: must be shorter than the shift"),
        ([one(start="2027-07-12T09:00:30-04:00")], "must be a whole minute"),
        ([one(start="2027-07-12T09:00:00")], "timezone"),
        (
            [one("b", "2027-07-12T14:00:00-04:00", "2027-07-12T18:00:00-04:00"), one()],
            r"\[0\].start: is within shift a",
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_the_field(shifts: list[Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        plan(*shifts)


@pytest.mark.parametrize(
    ("last", "says"), [("2027-07-11", "last: is before first"), ("2028-08-01", "last: is more than 366 days after")]
)
def test_a_plan_for_impossible_days_is_refused(last: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        plan(last=last)


def test_what_of_a_plan_does_not_fit_the_worksite_is_told_place_by_place() -> None:
    data = plan(
        one("a", "2027-07-12T02:00:00+00:00", "2027-07-12T03:00:00+00:00"),
        one("b") | {"tasks": ["power_saw"], "workplace": ["bar"]},
    )
    told = misplaced(data, NEW_YORK, tasks={"power_saws"}, workplaces={"restaurant"})
    assert [(found.place, found.message.partition(";")[0]) for found in told] == [
        (("shifts", 0, "start"), "is on 2027-07-11 at the worksite, outside first to last"),
        (("shifts", 1, "tasks"), "`power_saw` is in no rule pack"),
        (("shifts", 1, "workplace"), "`bar` is in no rule pack"),
    ]


def test_a_shifts_id_is_the_same_for_the_same_and_tells_nothing() -> None:
    ids = {shift_id(*about) for about in (("pl-1", "planned", "a"), ("pl-2", "planned", "a"), ("pl-1", "logged", "a"))}
    assert len(ids) == 3
    assert shift_id("pl-1", "planned", "maya-monday") == shift_id("pl-1", "planned", "maya-monday")
    assert "maya" not in shift_id("pl-1", "planned", "maya-monday")
    start = datetime(2027, 7, 12, 13, tzinfo=UTC)
    assert PlannedShift(id="2027-07-12-a", start=start, end=start.replace(hour=15)).id == "2027-07-12-a"
