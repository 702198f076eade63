"""Which findings are whose, under which id, and how far back the law looks."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rule_catalog import all_packs
from lifecycle.youth_employment import days_needed, findings, holding
from lifecycle.youth_findings import coded, concerns, finding_id, own_days
from lifecycle.youth_status import permit_until
from schemas.effects import FindingCode
from schemas.findings import Finding
from schemas.work import Exemption, LearnerFacts, Permit, Shift
from tests.lifecycle.rules_table import cases
from tests.lifecycle.test_youth_employment import learner, shift

PACKS = all_packs()
MA = holding(PACKS, "MA")
DAY = date(2027, 7, 14)


def found(*shifts: Shift, **facts: Any) -> tuple[Finding, ...]:
    who: LearnerFacts = learner(date(2010, 1, 20), **facts)
    return findings(who, shifts, PACKS, today=date(2027, 7, 1))


def permit(**values: Any) -> Permit:
    return Permit.model_validate({"id": "p1", "state": "MA", "employer_id": "cafe", "issued": "2027-06-01"} | values)


def test_the_same_matter_has_the_same_id_however_much_it_is_broken() -> None:
    [long] = found(shift(DAY, 9, 19), permits=(permit(),))
    [longer] = found(shift(DAY, 9, 20), permits=(permit(),))
    [later] = found(shift(DAY + timedelta(days=1), 9, 19), permits=(permit(),))
    assert finding_id(long) == finding_id(longer)
    assert len({finding_id(long), finding_id(later), finding_id(long.changed(basis="detected"))}) == 3


@pytest.mark.parametrize("case", [case for case in cases() if len(case.finds) > 1], ids=lambda case: case.name)
def test_no_two_findings_of_a_golden_case_share_an_id(case: Any) -> None:
    ids = [finding_id(one) for one in case.found()]
    assert len(set(ids)) == len(ids)


def test_a_finding_concerns_whose_shift_is_in_it_or_whose_permit_is_meant() -> None:
    both = found(shift(DAY, 8, 13, id="a"), shift(DAY, 14, 19, id="b", employer_id="shop"))
    [sum_of_two] = [one for one in both if one.shifts == ("a", "b")]
    assert [concerns(sum_of_two, own, "cafe") for own in ({"a"}, {"b"}, {"c"}, ())] == [True, True, False, False]
    kept = permit(employment_ended=date(2027, 6, 20))
    [late] = found(permits=(kept,))
    assert (concerns(late, (), "cafe"), concerns(late, (), "shop")) == (True, False)
    assert own_days(sum_of_two, {"a": DAY, "z": DAY}) == (DAY,)
    assert own_days(late, {}) == (date(2027, 6, 22),)


def test_what_leaves_has_no_citation_and_no_fact_of_a_person() -> None:
    assert set(FindingCode.model_fields) == {
        *("id", "rule", "subject", "basis", "day", "shifts", "allowed", "found", "unit")
    }
    [one] = found(shift(DAY, 9, 19), permits=(permit(),))
    code = coded(one)
    assert (code.rule, code.allowed, code.found, code.unit) == ("us-ma.16-17.day", 540, 600, "minutes")


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_whole_weeks_and_cycles_around_the_days_are_needed(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    begins, ends = days_needed(PACKS, first, last)
    assert (begins.weekday(), ends.weekday()) == (6, 5)
    assert first - timedelta(days=27) <= begins <= first - timedelta(days=21)
    assert last <= ends <= last + timedelta(days=6)
    assert days_needed([], first, last) == (first, last)


@pytest.mark.parametrize(
    ("born", "permits", "until"),
    [
        (date(2010, 1, 20), (permit(expires=date(2027, 7, 30)),), date(2027, 7, 30)),
        (date(2010, 1, 20), (permit(expires=date(2027, 7, 30), revoked=date(2027, 7, 20)),), date(2027, 7, 19)),
        (date(2010, 1, 20), (permit(expires=date(2027, 7, 30)), permit(id="p2", expires=date(2027, 8, 5))), "p2"),
        (date(2010, 1, 20), (permit(expires=date(2027, 7, 30)), permit(id="p2")), None),
        (date(2010, 1, 20), (permit(expires=date(2027, 6, 30)),), None),
        (date(2010, 1, 20), (permit(expires=date(2027, 7, 30), employer_id="shop"),), None),
        (date(2010, 1, 20), (), None),
        (date(2009, 7, 31), (permit(expires=date(2027, 7, 30)),), None),
        (date(2009, 8, 1), (permit(expires=date(2027, 7, 30)),), date(2027, 7, 30)),
        (None, (permit(expires=date(2027, 7, 30)),), None),
    ],
)
def test_a_permits_last_day_is_told_while_one_is_needed(
    born: date | None, permits: tuple[Permit, ...], until: date | str | None
) -> None:
    expected = date(2027, 8, 5) if until == "p2" else until
    assert permit_until(learner(born, permits=permits), "cafe", MA, DAY) == expected


def test_who_needs_no_permit_is_not_told_of_its_end() -> None:
    who = learner(
        date(2010, 1, 20),
        state="CA",
        permits=(permit(state="CA", expires=date(2027, 7, 30)),),
        exemptions=(Exemption(code="high_school_graduate", start=date(2027, 6, 20)),),
    )
    assert permit_until(who, "cafe", holding(PACKS, "CA"), DAY) is None
    assert permit_until(who.changed(exemptions=()), "cafe", holding(PACKS, "CA"), DAY) == date(2027, 7, 30)
