"""One learner, one rule pack and all shifts: whom a rule binds on which day, and what a finding of it looks like."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal, NamedTuple

from lifecycle.school_days import DAY, Told, school_day, school_week
from lifecycle.worked_time import Part
from schemas.directory import ADULT_YEARS, age_on
from schemas.findings import Basis, Finding
from schemas.rule_parts import Holding
from schemas.rules import Rule, RulePack
from schemas.work import Exemption, LearnerFacts, Shift

ALWAYS = Told(yes=True, assumed=False)


class Case(NamedTuple):
    """What the checks of one pack look at; `worked` are the parts of each shift, in order of time."""

    learner: LearnerFacts
    pack: RulePack
    worked: tuple[tuple[Part, ...], ...]
    today: date

    def age(self, day: date) -> int:
        """The learner's age on a day; somebody without a birth date is an adult."""
        born = self.learner.birth_date
        return ADULT_YEARS if born is None else age_on(born, day)

    def binds(self, rule: Rule, day: date) -> bool:
        """Whether a rule is in force on a day and meant for the learner's age."""
        return in_force(rule, day) and rule.ages.first <= self.age(day) <= rule.ages.last

    def holds(self, rule: Rule, shift: Shift, day: date) -> bool:
        """Whether a rule reaches a shift: worked where the pack holds, not exempt, with the exemption it asks for."""
        in_state = self.pack.state in (None, shift.state or self.learner.state)
        return in_state and self.reaches(rule, shift.employer_id, day)

    def reaches(self, rule: Rule, employer_id: str, day: date) -> bool:
        """Whether no exemption at an employer frees from a rule, and the one it is only for, if any, is held."""
        if rule.only_for is not None and not self._held(rule.only_for, employer_id, day):
            return False
        return not any(self._held(one, employer_id, day) for one in rule.unless)

    def _held(self, needed: Holding, employer_id: str, day: date) -> bool:
        if self.age(day) < needed.from_age:
            return False
        if needed.before is not None and self.school(day + DAY).yes:
            return False
        return any(_covers(one, needed, employer_id, day) for one in self.learner.exemptions)

    def school(self, day: date) -> Told:
        """Whether a day is a school day for this pack."""
        return school_day(self.learner.calendar, day, self.pack.school_day_minutes)

    def day_is(self, kind: Literal["any_day", "school_day", "non_school_day"], day: date) -> Told:
        """Whether a day is of a kind."""
        if kind == "any_day":
            return ALWAYS
        told = self.school(day)
        return told if kind == "school_day" else Told(not told.yes, told.assumed)

    def week_is(self, kind: Literal["any_week", "school_week", "non_school_week"], first: date) -> Told:
        """Whether the week from `first` on is of a kind."""
        if kind == "any_week":
            return ALWAYS
        told = school_week(self.learner.calendar, first)
        return told if kind == "school_week" else Told(not told.yes, told.assumed)

    def parts_under(self, rule: Rule) -> Iterator[Part]:
        """All work on days on which the rule binds the learner, exempt or not, in order of time."""
        return (part for worked in self.worked for part in worked if self.binds(rule, part.day))

    def finding(self, rule: Rule, shifts: Iterable[Shift], **values: Any) -> Finding:
        """A finding of a rule; `shifts` are in order of time."""
        known: dict[str, Any] = {
            "rule": rule.id,
            "pack": self.pack.id,
            "version": self.pack.version,
            "citation": rule.citation,
            "shifts": tuple(dict.fromkeys(shift.id for shift in shifts)),
        }
        return Finding(**known, **values)


def in_force(rule: Rule, day: date) -> bool:
    """Whether a rule is law on a day."""
    return rule.effective_from <= day and (rule.effective_until is None or day <= rule.effective_until)


def basis(shift: Shift) -> Basis:
    """What breaking a rule on this shift is called."""
    return "predicted" if shift.status == "planned" else "detected"


def _covers(held: Exemption, needed: Holding, employer_id: str, day: date) -> bool:
    return (
        held.code == needed.exemption
        and held.start <= day
        and (held.end is None or day <= held.end)
        and held.employer_id in (None, employer_id)
        and needed.conditions <= held.conditions
    )
