"""A small season on a stack of its own, as a person runs it."""

import asyncio
import json
from typing import Any

import pytest

from tests.cli.started import COMMAND, ROOT, environment, free_base

SEASON = "rehearse massachusetts-summer-jobs --learners 6 --hosts 2 --silent 0.15 --seed 12 --speed 4 --exit --json"
DAYS = "--start 2027-07-06 --end 2027-07-23"
LIMIT = 120


@pytest.fixture(scope="module")
async def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Rehearse once; the report."""
    place = ("--data", str(tmp_path_factory.mktemp("rehearsal")), "--port-base", str(free_base()))
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND, *SEASON.split(), *DAYS.split(), *place),
        cwd=ROOT,
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(LIMIT):
        out, err = await process.communicate()
    assert out, err.decode()[-3000:]
    return {"status": process.returncode, **json.loads(out)}


def test_every_placement_of_a_season_has_its_outcome_and_nothing_is_stuck(rehearsed: dict[str, Any]) -> None:
    assert (rehearsed["stuck"], rehearsed["parked"], rehearsed["faults"]) == ([], [], [])
    assert sum(rehearsed["outcomes"].values()) == 6
    assert (rehearsed["ok"], rehearsed["status"]) == (True, 0)


def test_people_answered_real_forms_and_some_wrongly_at_first(rehearsed: dict[str, Any]) -> None:
    assert rehearsed["counts"]["answers"] > 8
    assert rehearsed["counts"]["letters that ask"] > rehearsed["counts"]["answers"]
    assert rehearsed["counts"]["wrong answers given back"] > 0


def test_waits_and_what_needed_somebody_are_told(rehearsed: dict[str, Any]) -> None:
    days = [one["days"] for one in rehearsed["waits"]]
    assert days == sorted(days, reverse=True)
    assert days[0] > 1
    assert rehearsed["needed"]
    assert set(rehearsed["needed"]) == set(rehearsed["examples"])
