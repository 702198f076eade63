"""Business days, worksite hours and moments as a coordinator writes them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lifecycle.calendars import (
    business_days_after,
    instant,
    is_business_day,
    next_asking,
    on_business_day,
    site_day,
)
from lifecycle.timetables import shift
from schemas.asks import Calendar
from schemas.offsets import PATTERN, Anchor, Moment

ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Madrid", "Pacific/Auckland", "Asia/Kathmandu", "UTC")
days = st.dates(date(2020, 1, 1), date(2039, 12, 31))
counts = st.integers(-60, 60)
calendars = st.builds(
    Calendar,
    time_zone=st.sampled_from(ZONES),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=20),
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
BOSTON = Calendar(time_zone="America/New_York", holidays=frozenset({date(2027, 7, 5)}))


@given(calendars, days, counts)
def test_business_days_after_counts_the_business_days_between(calendar: Calendar, day: date, count: int) -> None:
    there = business_days_after(calendar, day, count)
    low, high = sorted((day, there))
    between = [low + timedelta(days=n) for n in range((high - low).days + 1)]
    between.remove(day)
    assert sum(is_business_day(calendar, one) for one in between) == abs(count)


@given(calendars, days, counts)
def test_the_day_reached_is_a_business_day_unless_nothing_was_counted(
    calendar: Calendar, day: date, count: int
) -> None:
    there = business_days_after(calendar, day, count)
    assert there == day if count == 0 else is_business_day(calendar, there)


@given(calendars, days, st.integers(0, 30), st.integers(0, 30))
def test_business_days_add_up(calendar: Calendar, day: date, first: int, second: int) -> None:
    there = business_days_after(calendar, business_days_after(calendar, day, first), second)
    assert there == business_days_after(calendar, day, first + second)


@given(calendars, days, st.integers(1, 30))
def test_business_days_forth_and_back_lead_home_from_a_business_day(calendar: Calendar, day: date, count: int) -> None:
    home = on_business_day(calendar, day)
    assert business_days_after(calendar, business_days_after(calendar, home, count), -count) == home


@given(calendar=calendars, day=days, forward=st.booleans())
def test_a_day_is_moved_to_the_nearest_business_day_in_the_given_direction(
    calendar: Calendar, day: date, *, forward: bool
) -> None:
    there = on_business_day(calendar, day, forward=forward)
    assert is_business_day(calendar, there)
    assert (there >= day) if forward else (there <= day)
    passed = [min(day, there) + timedelta(days=n) for n in range(abs((there - day).days))]
    assert not any(is_business_day(calendar, one) for one in passed if one != there)


@given(calendars, instants)
def test_the_next_asking_is_the_first_asking_hour_not_before_an_instant(calendar: Calendar, after: datetime) -> None:
    at = next_asking(calendar, after)
    local = at.astimezone(ZoneInfo(calendar.time_zone))
    assert at >= after
    assert is_business_day(calendar, local.date())
    assert f"{local:%H:%M}" == calendar.asks_at
    earlier = business_days_after(calendar, local.date(), -1)
    assert instant(calendar.time_zone, earlier, calendar.asks_at) < after


def test_at_the_asking_hour_itself_people_may_be_asked() -> None:
    nine = instant("America/New_York", date(2027, 7, 6), "09:00")
    assert next_asking(BOSTON, nine) == nine
    assert next_asking(BOSTON, nine + timedelta(seconds=1)) == nine + timedelta(days=1)


@given(st.sampled_from(ZONES), days)
def test_an_hour_of_a_site_day_is_on_that_day_also_when_clocks_change(zone: str, day: date) -> None:
    for clock in ("00:30", "09:00", "17:00", "23:30"):
        at = instant(zone, day, clock)
        assert at.tzinfo is UTC
        assert site_day(zone, at) == day


def test_nine_in_the_morning_is_another_instant_after_the_clocks_change() -> None:
    friday, monday = date(2027, 3, 12), date(2027, 3, 15)
    assert instant("America/New_York", friday, "09:00") == datetime(2027, 3, 12, 14, tzinfo=UTC)
    assert instant("America/New_York", monday, "09:00") == datetime(2027, 3, 15, 13, tzinfo=UTC)


def test_a_site_day_is_the_worksites_and_not_greenwichs() -> None:
    at = datetime(2027, 7, 7, 2, tzinfo=UTC)
    assert site_day("America/New_York", at) == date(2027, 7, 6)
    assert site_day("Pacific/Auckland", at) == date(2027, 7, 7)


def test_a_holiday_is_passed_over() -> None:
    assert business_days_after(BOSTON, date(2027, 7, 2), 1) == date(2027, 7, 6)
    assert business_days_after(BOSTON, date(2027, 7, 6), -1) == date(2027, 7, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("start", "2027-07-06"),
        ("start + 2d", "2027-07-08"),
        ("end + 2w", "2027-07-20"),
        ("due - 1bd", "2027-07-02"),
        ("opened + 5bd", "2027-07-13"),
        ("opened+0d", "2027-07-06"),
    ],
)
def test_a_moment_is_counted_from_its_day(text: str, day: str) -> None:
    assert str(shift(BOSTON, date(2027, 7, 6), Moment(text))) == day


@given(
    st.sampled_from(Anchor), st.integers(-999, 999), st.sampled_from(["d", "bd", "w"]), st.sampled_from(["", " ", "  "])
)
def test_a_moment_reads_back_what_was_written(anchor: Anchor, distance: int, unit: str, gap: str) -> None:
    sign = "-" if distance < 0 else "+"
    moment = Moment(f"{anchor}{gap}{sign}{gap}{abs(distance)}{gap}{unit}")
    assert (moment.anchor, moment.distance, moment.unit) == (anchor, distance, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "end -",
        "end - bd",
        "end - 5",
        "5bd",
        "end - 5 m",
        "end - 5bd + 1d",
        "End - 5bd",
        "end − 5bd",
        "end - 1.5d",
        "end - 1000d",
        "due + -1d",
        "end\n- 5bd",
        "end - ٣bd",
    ],
)
def test_what_is_no_moment_is_refused_with_what_is(text: str) -> None:
    anchors = r"\(start, middle, end, exit, expires, opened, due\)"
    with pytest.raises(ValueError, match=rf"is not a moment; write an anchor {anchors}.*'end - 5bd'"):
        Moment(text)


@given(st.from_regex(PATTERN, fullmatch=True))
def test_whatever_the_json_schema_allows_is_a_moment(text: str) -> None:
    assert Moment(text) == text


def test_a_moment_stays_text_in_json() -> None:
    adapter = TypeAdapter(Moment)
    assert adapter.dump_json(adapter.validate_python(" end - 5bd ")) == b'"end - 5bd"'
    with pytest.raises(ValidationError, match="is not a moment"):
        adapter.validate_python("tomorrow")
