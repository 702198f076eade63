"""The whole stack, once for the session: real Postgres, Temporal, SMTP, worker and gateway."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cli.import_run import import_kind
from cli.stack.logs import file_log
from cli.stack.stack import Stack, StackSettings, running_stack
from tests.cli.started import ROOT, environment, free_base
from tests.e2e.people import SAMPLE, Outside


@pytest.fixture(scope="session")
def stack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's stack keeps its data, and below `logs` what its processes say."""
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="session")
async def stack(stack_folder: Path) -> AsyncIterator[Stack]:
    """A running stack with the sample's people."""
    logs = stack_folder / "logs"
    logs.mkdir()
    settings = StackSettings(
        environment=environment(), data=stack_folder / "data", port_base=free_base(), log=file_log(logs)
    )
    async with running_stack(settings) as running:
        for kind, name in (("oneroster", "oneroster"), ("employers", "employers.csv")):
            report = await import_kind(kind, ROOT / SAMPLE / name, database_url=running.urls.database)  # type: ignore[arg-type]
            assert report.ok, report.problems
        yield running


@pytest.fixture(scope="session")
async def outside(stack: Stack) -> AsyncIterator[Outside]:
    """Whoever is not part of the stack."""
    world = Outside(stack, "e2e")
    yield world
    await world.api.aclose()
