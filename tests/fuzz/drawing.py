"""Drawing inputs: the same for the same number, in a process of its own while others are thrown."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.api import described
from tests.fuzz.inputs import Route, Thrown, files, requests
from tests.fuzz.reading import read

SHARES = {"described": 0.3, "requests": 0.6, "files": 0.1}
"""How much of what is drawn is made by schemathesis, is any request or page, and is a file for the command line."""

Kinds = Mapping[str, st.SearchStrategy[Thrown]]


class Source(NamedTuple):
    """What is drawn from: the gateway's description, its methods and paths, and the database that files go into."""

    document: dict[str, Any]
    routes: list[Route]
    database: str

    def kinds(self) -> Kinds:
        """What is drawn of each kind."""
        return {"described": described(self.document), "requests": requests(self.routes), "files": files()}


class Batch(NamedTuple):
    """What is to be sent to the gateway; how many files were read besides, and what went wrong with them."""

    requests: list[Thrown]
    files: int
    wrong: list[str]


def drawn(kinds: Kinds, count: int, number: int) -> list[Thrown]:
    """About so many inputs, of each kind its share; the same for the same number."""
    return [one for name, kind in kinds.items() for one in _some(kind, round(count * SHARES[name]), number)]


def _some(kind: st.SearchStrategy[Thrown], count: int, number: int) -> list[Thrown]:
    found: list[Thrown] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
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


def begin(source: Source) -> None:
    """Tell a drawing process what it draws from."""
    _Drawer.source, _Drawer.kinds = source, source.kinds()


def batch(count: int, number: int) -> Batch:
    """Draw a batch, and read its files at once."""
    found = drawn(_Drawer.kinds, count, number)
    tables = [one for one in found if one.to in ("csv", "yaml")]
    return Batch(
        [one for one in found if one.to not in ("csv", "yaml")], len(tables), read(tables, _Drawer.source.database)
    )
