"""What must hold for any shifts: adults are free, more work never breaks less, birth dates stay away."""

from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.rule_catalog import all_packs
from lifecycle.worked_time import at_clock
from lifecycle.youth_employment import EACH_SHIFT, findings
from schemas.findings import Finding
from schemas.work import Exemption, LearnerFacts, Permit, Shift
from tests.lifecycle.rules_table import ZONES, calendars

FIRST = date(2027, 1, 31)
TODAY = date(2027, 2, 13)
PACKS = all_packs()
TASKS = ("power_woodworking", "loading_trucks", "firearms")
MANY = settings(max_examples=60, deadline=None)

planned_or_logged = st.sampled_from(["planned", "logged"])


@st.composite
def shift(draw: st.DrawFn, name: str, state: str) -> Shift:
    day = FIRST + timedelta(days=draw(st.integers(0, 13)))
    start = draw(st.integers(0, 95)) * 15
    length = draw(st.integers(1, 40)) * 15
    zone = ZONES[state]
    return Shift(
        id=name,
        employer_id=draw(st.sampled_from(["cafe", "shop"])),
        status=draw(planned_or_logged),
        time_zone=zone,
        start=at_clock(zone, day, start),
        end=at_clock(zone, day, start + length),
        break_minutes=draw(st.sampled_from([0, 10])),
        tasks=draw(st.frozensets(st.sampled_from(TASKS), max_size=1)),
        workplace=draw(st.frozensets(st.sampled_from(["restaurant", "closes_at_ten"]), max_size=1)),
        adult_supervision=draw(st.booleans()),
    )


@st.composite
def worked(draw: st.DrawFn, state: str) -> tuple[Shift, ...]:
    number = draw(st.integers(1, 8))
    return tuple(draw(shift(f"s{place}", state)) for place in range(number))


@st.composite
def learner(draw: st.DrawFn, state: str, born: date | None = None) -> LearnerFacts:
    codes = draw(st.lists(st.sampled_from(["wecep", "wsp", "work_experience"]), max_size=1))
    held = tuple(
        Exemption(code=code, start=date(2027, 1, 3), employer_id=draw(st.sampled_from([None, "cafe"])))
        for code in codes
    )
    return LearnerFacts(
        learner_id="learner-1",
        birth_date=born or draw(st.dates(date(2008, 6, 1), date(2014, 6, 1))),
        state=state,
        calendar=calendars()["boston" if state == "MA" else "los-angeles"],
        permits=(Permit(id="p1", state=state, employer_id="cafe", issued=date(2026, 9, 20)),),
        exemptions=held,
    )


@st.composite
def given_work(draw: st.DrawFn) -> tuple[LearnerFacts, tuple[Shift, ...]]:
    state = draw(st.sampled_from(["MA", "CA"]))
    return draw(learner(state)), draw(worked(state))


def told(who: LearnerFacts, shifts: Iterable[Shift]) -> tuple[Finding, ...]:
    return findings(who, shifts, PACKS, today=TODAY)


def matter(one: Finding) -> tuple[object, ...]:
    """What makes two findings the same broken rule, however much it is broken."""
    if one.subject == "permit":
        return one.rule, one.basis, one.employer_id
    shifts = one.shifts if one.subject in EACH_SHIFT else ()
    return one.rule, one.basis, one.week_of or one.day, one.task, shifts


@MANY
@given(given_work(), st.dates(date(1950, 1, 1), date(2009, 1, 31)))
def test_an_adult_has_no_findings(work: tuple[LearnerFacts, tuple[Shift, ...]], born: date) -> None:
    who, shifts = work
    assert told(who.changed(birth_date=born), shifts) == ()


@MANY
@given(given_work(), st.data())
def test_another_shift_never_removes_a_broken_rule_and_never_lowers_what_is_found(
    work: tuple[LearnerFacts, tuple[Shift, ...]], data: st.DataObject
) -> None:
    who, shifts = work
    before = {matter(one): one for one in told(who, shifts)}
    after = {matter(one): one for one in told(who, (*shifts, data.draw(shift("more", who.state))))}
    assert before.keys() <= after.keys()
    for key, one in before.items():
        if one.unit in {"minutes", "days"}:
            assert (after[key].found or 0) >= (one.found or 0)


@MANY
@given(given_work(), st.randoms(use_true_random=False))
def test_the_order_of_the_shifts_does_not_matter(work: tuple[LearnerFacts, tuple[Shift, ...]], chance: object) -> None:
    who, shifts = work
    mixed = list(shifts)
    chance.shuffle(mixed)
    assert told(who, mixed) == told(who, shifts)


@MANY
@given(given_work())
def test_two_laws_together_allow_no_more_than_either_alone(work: tuple[LearnerFacts, tuple[Shift, ...]]) -> None:
    who, shifts = work
    alone = [one for pack in PACKS for one in findings(who, shifts, [pack], today=TODAY)]
    together = {one.changed(governs=True).model_dump_json() for one in told(who, shifts)}
    assert together == {one.changed(governs=True).model_dump_json() for one in alone}


@MANY
@given(given_work())
def test_of_one_day_or_week_the_least_hours_govern(work: tuple[LearnerFacts, tuple[Shift, ...]]) -> None:
    who, shifts = work
    all_found = [one for one in told(who, shifts) if one.subject in {"day_hours", "week_hours"}]
    for one in (one for one in all_found if one.governs):
        same = [
            other
            for other in all_found
            if (other.subject, other.basis, other.week_of or other.day)
            == (one.subject, one.basis, one.week_of or one.day)
        ]
        assert [other for other in same if other.governs] == [one]
        assert one.allowed == min(other.allowed or 0 for other in same)


@MANY
@given(st.data(), st.sampled_from(["MA", "CA"]), st.dates(date(2009, 2, 14), date(2011, 1, 30)))
def test_findings_do_not_tell_two_birth_dates_of_one_age_group_apart(
    data: st.DataObject, state: str, born: date
) -> None:
    shifts = data.draw(worked(state))
    who = data.draw(learner(state, born=date(2010, 7, 1)))
    assert told(who, shifts) == told(who.changed(birth_date=born), shifts)
