"""The golden cases of youth-employment law: `tests/lifecycle/rules/*.yaml` says what must be found, and found it is."""

from collections import Counter

import pytest

from catalog.rule_catalog import all_packs
from tests.lifecycle.rules_table import Golden, cases, rows, written

RULES = {rule.id: rule for pack in all_packs() for rule in pack.rules}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_law_finds_exactly_this(case: Golden) -> None:
    assert rows(tuple(written(one) for one in case.found())) == rows(case.finds)


def test_there_are_at_least_sixty_cases_and_no_name_twice() -> None:
    names = Counter(case.name for case in cases())
    assert len(names) >= 60
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("case", [case for case in cases() if case.finds], ids=lambda case: case.name)
def test_every_finding_cites_its_rule(case: Golden) -> None:
    for one in case.found():
        assert one.citation == RULES[one.rule].citation
        assert one.rule.startswith(f"{one.pack}.")


def test_every_kind_of_rule_is_broken_by_some_case() -> None:
    broken = {RULES[one.rule].kind for case in cases() for one in case.finds}
    assert broken == {rule.kind for rule in RULES.values()}


def test_a_case_says_which_law_governs_wherever_two_are_broken() -> None:
    for case in cases():
        for one in case.found():
            if not one.governs:
                assert any(other.governs and other.subject == one.subject for other in case.found())
