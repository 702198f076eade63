"""Drawing inputs: the same for the same number, in a process of its own while others are thrown."""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from random import Random
from typing import Any, ClassVar, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

from tests.fuzz.described import described
from tests.fuzz.events import events
from tests.fuzz.files import csv_files, yaml_files
from tests.fuzz.inputs import Route, Thrown, any_route, tokens, webhooks
from tests.fuzz.pages import pages
from tests.fuzz.reading import READ, read

SHARES = {
    "described": 0.28,
    "event": 0.24,
    "page": 0.12,
    "route": 0.1,
    "csv": 0.08,
    "yaml": 0.08,
    "token": 0.07,
    "webhook": 0.03,
}
"""How much of what is drawn is of each kind."""
FRESH = "fresh"
AVAILABLE_PROVIDERS[FRESH] = HypothesisProvider
"""Hypothesis's own choices, each input drawn anew: it does not vary what it drew before to look for a failure."""
TURNS = 5
"""How often a kind is drawn from until there are enough inputs that no other one equals."""

Kinds = Mapping[str, st.SearchStrategy[Thrown]]


class Source(NamedTuple):
    """What is drawn from: the gateway's description, its methods and paths, and the database that files go into."""

    document: dict[str, Any]
    routes: list[Route]
    database: str

    def kinds(self) -> Kinds:
        """What is drawn of each kind."""
        return {
            "described": described(self.document),
            "event": events,
            "route": any_route(self.routes),
            "page": pages,
            "token": tokens,
            "webhook": webhooks,
            "csv": csv_files,
            "yaml": yaml_files,
        }


class Batch(NamedTuple):
    """What is to be sent to the gateway; how the files were read that were drawn besides, and what went wrong then."""

    requests: list[Thrown]
    answers: Counter[str]
    wrong: list[str]


def drawn(kinds: Kinds, count: int, number: int, before: AbstractSet[Thrown] = frozenset()) -> list[Thrown]:
    """About so many inputs, of each kind its share, mixed; the same for the same number.

    No two are equal, nor was any drawn `before`: of a kind that has no more of them there are fewer.
    """
    found: list[Thrown] = []
    for name, kind in kinds.items():
        wanted, new = round(count * SHARES[name]), dict[Thrown, None]()
        for turn in range(TURNS):
            if (missing := wanted - len(new)) > 0:
                some = _some(kind, missing, number * TURNS + turn)
                new |= dict.fromkeys(one for one in some if one not in before)
        found += new
    Random(number).shuffle(found)  # noqa: S311 - an order, no secret
    return found


def _some(kind: st.SearchStrategy[Thrown], count: int, number: int) -> list[Thrown]:
    """So many inputs, some of them equal."""
    found: list[Thrown] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        backend=FRESH,
        suppress_health_check=list(HealthCheck),
    )
    @given(kind)
    def take(one: Thrown) -> None:
        found.append(one)

    take()
    return found


class _Drawer:
    source: Source
    kinds: Kinds
    before: ClassVar[set[Thrown]] = set()


def begin(source: Source) -> None:
    """Tell a drawing process what it draws from."""
    _Drawer.source, _Drawer.kinds = source, source.kinds()


def batch(count: int, number: int) -> Batch:
    """Draw a batch, and read its files at once."""
    found = drawn(_Drawer.kinds, count, number, _Drawer.before)
    _Drawer.before |= set(found)
    answers, wrong = read([one for one in found if one.to in READ], _Drawer.source.database)
    return Batch([one for one in found if one.to not in READ], answers, wrong)
