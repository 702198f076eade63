"""`--seed N` lives one life again, on the pure core and on a server."""

import pytest

LIVES, CHUNK = 2000, 100


def pytest_addoption(parser: pytest.Parser) -> None:
    """The command that lives one life again."""
    parser.addoption("--seed", type=int, default=None, help="live only the random life of this seed")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The seeds of the pure lives: all in chunks, or the one that is asked for."""
    if "seeds" in metafunc.fixturenames:
        seed = metafunc.config.getoption("--seed", default=None)
        chunks = [range(first, first + CHUNK) for first in range(0, LIVES, CHUNK)]
        every = chunks if seed is None else [range(seed, seed + 1)]
        metafunc.parametrize("seeds", every, ids=lambda one: f"{one.start}-{one.stop - 1}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With a seed, only its life is lived."""
    if config.getoption("--seed", default=None) is not None:
        items[:] = [item for item in items if "seeds" in getattr(item, "fixturenames", ())]
