"""People who may be in the directory twice: proposed with what is the same, never merged."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Literal, NamedTuple

from schemas.duplicates import Someone

Same = Literal["name_and_birth_date", "name_and_phone", "email"]
"""What two people have in common, the strongest first."""

COLUMNS: dict[Same, str] = {"name_and_birth_date": "sourcedId", "name_and_phone": "phone", "email": "email"}
"""The column of the file that a proposal points at."""

MOST_ALIKE = 8
"""An address or a number that more people share belongs to an office, and says nothing about any of them."""


class CandidatePair(NamedTuple):
    """Two ids, in their order, that may be one person."""

    first: Someone
    second: Someone
    same: Same

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids."""
        return self.first.id, self.second.id


def proposed(people: Iterable[Someone], decided: Collection[tuple[str, str]] = ()) -> list[CandidatePair]:
    """The pairs of these people who may be one person each, but for those that somebody decided about.

    A family often shares one address: it makes nobody of it the same as another.
    """
    found: dict[tuple[str, str], CandidatePair] = {}
    groups: dict[tuple[Same, object], list[Someone]] = {}
    for one in people:
        for key in _keys(one):
            groups.setdefault(key, []).append(one)
    for same in COLUMNS:
        for (what, _), alike in groups.items():
            if what == same and len(alike) <= MOST_ALIKE:
                for candidate in _pairs(alike, same):
                    found.setdefault(candidate.pair, candidate)
    settled = set(decided)
    return [candidate for pair, candidate in sorted(found.items()) if pair not in settled]


def in_order(one: str, other: str) -> tuple[str, str]:
    """Two ids as a pair is kept."""
    return (one, other) if one < other else (other, one)


def placed_in(candidate: CandidatePair, rows: Mapping[str, int]) -> tuple[str, str] | None:
    """The id of the pair that stands in a file and the other one; None: neither does. The later row is the newcomer."""
    here = sorted((rows[one], one) for one in candidate.pair if one in rows)
    if not here:
        return None
    newcomer = here[-1][1]
    return newcomer, next(one for one in candidate.pair if one != newcomer)


def _keys(one: Someone) -> Iterator[tuple[Same, object]]:
    name = (plain(one.given_name), plain(one.family_name))
    if one.birth_date is not None:
        yield "name_and_birth_date", (name, one.birth_date)
    if one.phone and (digits := re.sub(r"\D", "", one.phone)[-10:]):
        yield "name_and_phone", (name, digits)
    if one.email:
        yield "email", one.email.casefold()


def _pairs(alike: list[Someone], same: Same) -> Iterator[CandidatePair]:
    for one, other in combinations(sorted(alike, key=lambda each: each.id), 2):
        names_differ = plain(one.given_name) != plain(other.given_name)
        if one.id == other.id or (same == "email" and names_differ and _one_family(one, other)):
            continue
        yield CandidatePair(one, other, same)


def _one_family(one: Someone, other: Someone) -> bool:
    return bool({one.id, *one.household} & {other.id, *other.household})


def plain(name: str) -> str:
    """A name without marks, case and signs: José María is jose maria."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(re.findall(r"[^\W_]+", "".join(sign for sign in letters if not unicodedata.combining(sign))))
