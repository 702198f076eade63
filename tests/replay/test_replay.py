"""Every history ever recorded must be replayed by the present code without a different decision."""

import gzip
import sys
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.replay.mutants import MUTANTS, TheSame
from tests.replay.record import HISTORIES, main
from workers.worker import RUNNER, WORKFLOWS

RECORDED = sorted(HISTORIES.glob("*/*.json.gz"))
COMPLETE = next((path for path in RECORDED if path.name == "complete.json.gz"), None)


def _history(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.name, gzip.decompress(path.read_bytes()).decode())


async def _replayed(path: Path, *workflows: type) -> None:
    replayer = Replayer(workflows=workflows, workflow_runner=RUNNER, data_converter=pydantic_data_converter)
    await replayer.replay_workflow(_history(path))


def test_there_are_histories_of_distinct_lives() -> None:
    assert len({path.name for path in RECORDED}) >= 10


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.name.removesuffix('.json.gz')}")
async def test_a_recorded_life_is_decided_the_same_way_again(path: Path) -> None:
    await _replayed(path, *WORKFLOWS)


async def test_a_shell_that_did_not_change_passes() -> None:
    assert COMPLETE is not None
    await _replayed(COMPLETE, TheSame)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
async def test_a_shell_that_changed_is_caught(mutant: type) -> None:
    assert COMPLETE is not None
    with pytest.raises(NondeterminismError):
        await _replayed(COMPLETE, mutant)


def test_recorded_histories_are_never_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["record", RECORDED[0].parent.name])
    with pytest.raises(SystemExit, match="is there already"):
        main()
