"""The parts of the youth-employment engine, and the days on which limits change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.rule_catalog import all_packs
from lifecycle.school_days import next_opening, required_minutes, school_hours, school_week, week_of
from lifecycle.worked_time import at_clock, in_order, on_clock, parts
from lifecycle.youth_changes import birthday, changes, next_change
from lifecycle.youth_employment import CHECKS, findings, holding
from schemas.directory import age_on
from schemas.findings import Change, Finding
from schemas.rule_parts import labor_day
from schemas.rules import RulePack
from schemas.work import Exemption, LearnerFacts, Permit, SchoolCalendar, Shift
from tests.lifecycle.rules_table import calendars

NEW_YORK = "America/New_York"
PACKS = all_packs()
BOSTON = calendars()["boston"]


def shift(day: date, start_hour: int, end_hour: int, /, **values: object) -> Shift:
    """A planned shift from an hour to an hour of the wall clock, hours above 24 in the night after."""
    usual = {"id": "s1", "employer_id": "cafe", "status": "planned", "time_zone": NEW_YORK, "adult_supervision": True}
    at = {"start": at_clock(NEW_YORK, day, start_hour * 60), "end": at_clock(NEW_YORK, day, end_hour * 60)}
    return Shift.model_validate({**usual, **at, **values})


def learner(born: date | None = date(2011, 11, 15), **values: object) -> LearnerFacts:
    usual = {"learner_id": "learner-1", "birth_date": born, "state": "MA", "calendar": BOSTON}
    return LearnerFacts.model_validate({**usual, **values})


def said(found: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(one.day.isoformat(), one.kind, one.subject) for one in found]


@pytest.mark.parametrize(
    ("year", "day"), [(2024, 2), (2025, 1), (2026, 7), (2027, 6), (2028, 4), (2029, 3), (2030, 2), (2031, 1)]
)
def test_labor_day_is_the_first_monday_of_september(year: int, day: int) -> None:
    assert labor_day(year) == date(year, 9, day)
    assert labor_day(year).weekday() == 0


def test_a_week_belongs_to_the_sunday_before_it() -> None:
    assert week_of(date(2027, 1, 10), "sunday") == date(2027, 1, 10)
    assert week_of(date(2027, 1, 16), "sunday") == date(2027, 1, 10)
    assert week_of(date(2027, 1, 16), "monday") == date(2027, 1, 11)


def test_a_day_off_holds_no_school_and_a_short_day_fewer_minutes() -> None:
    assert required_minutes(BOSTON, date(2027, 2, 16)) == 0
    assert required_minutes(BOSTON, date(2026, 11, 25)) == 200
    assert school_hours(BOSTON, date(2026, 11, 25)) == (
        datetime(2026, 11, 25, 12, 20, tzinfo=UTC),
        datetime(2026, 11, 25, 16, 0, tzinfo=UTC),
    )


def test_one_required_day_makes_a_school_week_even_where_the_calendar_ends_within_it() -> None:
    cut = BOSTON.changed(known_until=date(2027, 6, 15))
    assert school_week(cut, date(2027, 6, 13)) == (True, False)
    assert school_week(cut, date(2027, 6, 20)) == (True, True)
    assert school_week(BOSTON, date(2027, 6, 20)) == (False, False)


def test_the_next_opening_is_after_the_day_and_may_be_unknown() -> None:
    assert next_opening(BOSTON, date(2026, 9, 8)) == date(2027, 9, 7)
    assert next_opening(BOSTON, date(2027, 9, 7)) is None


def test_a_shift_over_midnight_is_cut_there() -> None:
    first, second = parts(shift(date(2027, 7, 14), 20, 25))
    assert (first.day, first.minutes, second.day, second.minutes) == (date(2027, 7, 14), 240, date(2027, 7, 15), 60)


def test_a_break_longer_than_the_longer_part_takes_from_the_other_too() -> None:
    first, second = parts(shift(date(2027, 7, 14), 23, 25, break_minutes=90))
    assert (first.minutes, second.minutes) == (0, 30)


def test_the_clock_of_the_night_after_goes_on_past_twenty_four() -> None:
    at = at_clock(NEW_YORK, date(2027, 7, 14), 24 * 60 + 30)
    assert at == datetime(2027, 7, 15, 4, 30, tzinfo=UTC)
    assert on_clock(NEW_YORK, date(2027, 7, 14), at) == 24 * 60 + 30


def test_the_same_shift_planned_twice_differently_is_refused_by_its_id() -> None:
    one = shift(date(2027, 7, 14), 9, 12)
    with pytest.raises(ValueError, match="shift s1 is planned twice; give each shift its own id"):
        in_order([one, shift(date(2027, 7, 15), 9, 12)])
    assert in_order([one, one]) == (one,)


def test_nothing_can_be_logged_after_today() -> None:
    one = shift(date(2027, 7, 14), 9, 12, status="logged")
    with pytest.raises(ValueError, match="shift s1 is logged but begins after today"):
        findings(learner(), [one], PACKS, today=date(2027, 7, 13))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"end": datetime(2027, 7, 14, 13, 0, tzinfo=UTC)}, "end: must be after start, by a day at most"),
        ({"break_minutes": 180}, "break_minutes: must be shorter than the shift"),
        ({"start": datetime(2027, 7, 14, 13, 0, 30, tzinfo=UTC)}, "start: must be a whole minute"),
        ({"time_zone": "Boston"}, "'Boston' is no time zone"),
    ],
)
def test_an_impossible_shift_is_refused_with_the_field_and_the_fix(values: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        shift(date(2027, 7, 14), 9, 12, **values)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"known_until": date(2027, 1, 1)}, "known_until: is before the last term's last day"),
        ({"opens": "14:00"}, "closes: must be later than opens"),
        ({"known_from": date(2026, 10, 1)}, r"years\[0\].terms\[0\].first_day: must be after 2026-09-30"),
    ],
)
def test_a_calendar_that_does_not_fit_is_refused_with_the_field(values: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        SchoolCalendar.model_validate({**BOSTON.model_dump(), **values})


def test_every_kind_of_rule_has_a_check() -> None:
    assert {rule.kind for pack in PACKS for rule in pack.rules} == set(CHECKS)


def test_federal_law_holds_everywhere_and_a_states_own_only_there() -> None:
    assert [pack.id for pack in holding(PACKS, "MA")] == ["us-federal", "us-ma"]
    assert [pack.id for pack in holding(PACKS, "NH")] == ["us-federal"]


def test_a_rule_counts_only_on_days_on_which_it_is_law() -> None:
    def with_end(pack: RulePack, rule_id: str, day: date) -> RulePack:
        rules = (rule.changed(effective_until=day) if rule.id == rule_id else rule for rule in pack.rules)
        return pack.changed(rules=tuple(rules))

    federal = with_end(PACKS[0], "us-federal.14-15.school-day", date(2027, 1, 12))
    for day, broken in ((date(2027, 1, 12), 1), (date(2027, 1, 13), 0)):
        found = findings(learner(state="NH"), [shift(day, 15, 19)], [federal], today=day)
        assert len(found) == broken


def test_a_finding_holds_ids_codes_dates_and_figures_and_no_fact_of_the_person() -> None:
    personal = {"birth_date", "age", "name", "learner_id", "email", "text"}
    assert set(Finding.model_fields) & personal == set()
    [one] = findings(learner(date(2014, 3, 2)), [shift(date(2027, 7, 14), 9, 12)], PACKS[:1], today=date(2027, 1, 1))
    text = one.model_dump_json()
    assert (one.subject, one.allowed, one.found) == ("minimum_age", 14, None)
    assert "2014" not in text
    assert "03-02" not in text


def test_the_learners_facts_and_changes_are_not_printed() -> None:
    who = learner(date(2011, 2, 3))
    told = changes(who, date(2027, 2, 1), date(2027, 2, 28), PACKS)
    assert "2011" not in repr(who) + str(who)
    assert "2027" not in repr(told)


def test_a_placement_over_a_birthday_a_summer_and_a_school_opening_has_each_of_its_days() -> None:
    who = learner(
        date(2011, 8, 20),
        permits=(Permit(id="p1", state="MA", employer_id="cafe", issued=date(2027, 5, 1), expires=date(2027, 8, 31)),),
        exemptions=(Exemption(code="wecep", start=date(2027, 6, 1), end=date(2027, 6, 18)),),
    )
    assert said(changes(who, date(2027, 5, 15), date(2027, 9, 30), PACKS)) == [
        ("2027-06-01", "exemption_begins", "wecep"),
        ("2027-06-01", "season_begins", "us-federal.14-15.clock"),
        ("2027-06-19", "exemption_ends", "wecep"),
        ("2027-06-19", "school_year_ends", "boston"),
        ("2027-07-01", "season_begins", "us-ma.14-15.clock"),
        ("2027-08-20", "birthday", "16"),
        ("2027-09-01", "permit_lapses", "p1"),
        ("2027-09-07", "school_year_opens", "boston"),
    ]


def test_a_season_ends_the_day_after_labor_day_for_who_is_still_fifteen() -> None:
    told = said(changes(learner(), date(2027, 9, 1), date(2027, 9, 30), PACKS))
    assert [one for one in told if one[1] == "season_ends"] == [
        ("2027-09-07", "season_ends", "us-federal.14-15.clock"),
        ("2027-09-07", "season_ends", "us-ma.14-15.clock"),
    ]


def test_a_birthday_names_the_rules_that_begin_and_end() -> None:
    [one] = changes(learner(date(2011, 2, 3)), date(2027, 2, 1), date(2027, 2, 28), PACKS)
    assert (one.day, one.kind, one.subject) == (date(2027, 2, 3), "birthday", "16")
    assert "us-ma.16-17.clock" in one.begins
    assert "us-federal.14-15.school-day" in one.ends
    assert "us-ma.under-18.permit" not in (*one.begins, *one.ends)


def test_a_california_permit_changes_after_the_fifth_day_of_the_next_school_year() -> None:
    who = learner(
        date(2010, 1, 20),
        state="CA",
        calendar=calendars()["los-angeles"],
        permits=(Permit(id="p1", state="CA", employer_id="cafe", issued=date(2026, 9, 10)),),
    )
    assert said(changes(who, date(2027, 8, 1), date(2027, 8, 31), PACKS)) == [
        ("2027-08-12", "school_year_opens", "los-angeles"),
        ("2027-08-18", "permit_lapses", "p1"),
    ]


def test_a_massachusetts_permit_is_due_back_two_days_after_the_end_also_of_somebody_who_came_of_age() -> None:
    kept = Permit(id="p1", state="MA", employer_id="cafe", issued=date(2027, 5, 1), employment_ended=date(2027, 8, 20))
    who = learner(date(2009, 8, 21), permits=(kept,))
    told = said(changes(who, date(2027, 8, 22), date(2027, 8, 31), PACKS))
    assert told == [("2027-08-22", "permit_return_due", "p1")]
    [late] = findings(who, [], PACKS, today=date(2027, 8, 23))
    assert (late.subject, late.permit_id, late.found) == ("permit_return", "p1", 3)


def test_nothing_changes_for_an_adult_or_after_coming_of_age() -> None:
    whole = (date(2026, 1, 1), date(2029, 1, 1), PACKS)
    assert changes(learner(None), *whole) == ()
    assert changes(learner(date(2009, 3, 10)), date(2027, 3, 11), date(2029, 1, 1), PACKS) == ()
    assert changes(learner(date(2009, 3, 10)), *whole)[-1].subject == "18"


def test_what_may_leave_is_the_next_day_without_a_reason() -> None:
    assert next_change(learner(), date(2027, 5, 15), date(2027, 9, 30), PACKS) == date(2027, 6, 1)
    assert next_change(learner(), date(2027, 5, 15), date(2027, 5, 20), PACKS) is None


def test_a_birthday_is_the_first_day_of_the_age() -> None:
    for born in (date(2012, 2, 29), date(2012, 2, 28), date(2011, 12, 31)):
        for years in (14, 16, 18):
            day = birthday(born, years)
            assert age_on(born, day) == years
            assert age_on(born, day - timedelta(days=1)) == years - 1


def test_a_pack_alone_is_enough_for_the_checks() -> None:
    found = findings(learner(), [shift(date(2027, 6, 28), 16, 20)], [PACKS[2]], today=date(2027, 6, 1))
    assert {one.pack for one in found} == {"us-ma"}
    assert [one.subject for one in found] == ["permit", "too_late"]
