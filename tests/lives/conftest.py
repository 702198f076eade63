"""`--lives N` lives more lives on the pure core, `--served N` more on a server; `--seed N` one again on both."""

import pytest

LIVES, CHUNK = 1000, 50
SERVED, CROWD = 20, 20
"""Lives on a server, and how many of them share one: each takes half a second of a core."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The commands that live one life again, and more of them on a server."""
    parser.addoption("--seed", type=int, default=None, help="live only the random life of this seed")
    parser.addoption("--lives", type=int, default=LIVES, help="how many random lives are lived on the pure core")
    parser.addoption("--served", type=int, default=SERVED, help="how many random lives are lived on a server")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The seeds of the pure lives and of the served: all in chunks, or the one that is asked for."""
    pure = metafunc.config.getoption("--lives", default=LIVES)
    served = metafunc.config.getoption("--served", default=SERVED)
    for name, lives, chunk in (("seeds", pure, CHUNK), ("crowd", served, CROWD)):
        if name in metafunc.fixturenames:
            seed = metafunc.config.getoption("--seed", default=None)
            chunks = [range(first, min(first + chunk, lives)) for first in range(0, lives, chunk)]
            every = chunks if seed is None else [range(seed, seed + 1)]
            metafunc.parametrize(name, every, ids=lambda one: f"{one.start}-{one.stop - 1}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With a seed, only its life is lived."""
    if config.getoption("--seed", default=None) is not None:
        items[:] = [item for item in items if {"seeds", "crowd"} & {*getattr(item, "fixturenames", ())}]
