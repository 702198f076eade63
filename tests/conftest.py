"""The fixtures that every room's tests share; what they do is told in tests/fixtures/."""

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")  # a busy machine is no reason to fail

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.databases",
    "tests.fixtures.mail",
    "tests.fixtures.temporal",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that mostly wait come first, so that no process waits alone at the end."""
    items.sort(key=lambda one: not one.nodeid.startswith("tests/e2e/"))
