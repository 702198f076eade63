"""Findings on their way out: which are of a placement's own shifts, under which id, and what a lifecycle may know."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date

from lifecycle.youth_employment import EACH_SHIFT
from schemas.findings import Finding, FindingCode


def finding_id(one: Finding) -> str:
    """The id of a broken rule, however much it is broken: the same matter found again has the same id."""
    about: tuple[object, ...] = (one.rule, one.basis, one.employer_id, one.permit_id, one.task)
    if one.subject in EACH_SHIFT:
        about += (one.day.isoformat(), one.shifts)
    elif one.subject != "permit":
        about += ((one.week_of or one.day).isoformat(),)
    return "fi-" + hashlib.sha256(repr(about).encode()).hexdigest()[:20]


def concerns(one: Finding, shifts: Collection[str], employer_id: str) -> bool:
    """Whether a finding is of one of these shifts or, where it is of none at all, of this employer's permit."""
    return any(shift in shifts for shift in one.shifts) or (not one.shifts and one.employer_id == employer_id)


def own_days(one: Finding, days: Mapping[str, date]) -> tuple[date, ...]:
    """The days of the shifts given (id -> day) that are in a finding, in order; its own day when none is."""
    return tuple(sorted({days[shift] for shift in one.shifts if shift in days})) or (one.day,)


def coded(one: Finding) -> FindingCode:
    """What a lifecycle may know of a finding."""
    return FindingCode(
        id=finding_id(one),
        rule=one.rule,
        subject=one.subject,
        basis=one.basis,
        day=one.day,
        shifts=one.shifts,
        allowed=one.allowed,
        found=one.found,
        unit=one.unit,
    )
