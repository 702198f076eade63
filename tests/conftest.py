"""The fixtures that every room's tests share; what they do is told in tests/fixtures/."""

from pathlib import PurePath

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

WHOLE_STACKS = ("test_stack.py", "test_terminal.py", "test_ordinary_user.py", "test_supervise.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each file's tests in one process, and all that start whole stacks in the same one, one after the other."""
    for item in items:
        path = PurePath(item.path)
        stack = "e2e" in path.parts or path.name in WHOLE_STACKS
        item.add_marker(pytest.mark.xdist_group("stacks" if stack else path.name))
