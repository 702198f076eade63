"""The fixtures that every room's tests share, which are told in tests/fixtures/, and the order in which tests run."""

from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler.loadscope import LoadScopeScheduling

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")  # a busy machine is no reason to fail

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.databases",
    "tests.fixtures.mail",
    "tests.fixtures.temporal",
]

LONG = (
    "tests/e2e/",
    "tests/browser/",
    "tests/cli/test_stack.py",
    "tests/lives/",
    "tests/workflows/",
    "tests/test_house.py",
)
"""What takes long comes first, so that no process is left waiting for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first; otherwise the order stays."""
    items.sort(key=lambda item: next((at for at, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG)))


class ByServer(LoadScopeScheduling):
    """A file stays in one process, and so does all that uses the whole stack: it is started once, and mostly waits."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/e2e" if nodeid.startswith("tests/e2e/") else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServer:
    """Spread the tests over the processes."""
    return ByServer(config, log)
