"""The demo as an outsider runs it, with a worker killed in the middle, and what it leaves behind."""

import asyncio
import csv
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from temporalio.client import Client

from cli.stack.found import StackFile, find_stack
from tests.cli.started import COMMAND, ROOT, environment, free_base

SAMPLE = ROOT / "catalog" / "examples" / "boston-summer"
SPEED = "1.2"
LIMIT = 170


@dataclass(frozen=True)
class Played:
    """A demo that has been played and whose stack is still up."""

    summary: dict[str, Any]
    stack: StackFile
    errors: Path


async def _killed_once_active(data: Path) -> None:
    """SIGKILL the worker once the summer is under way."""
    while True:
        await asyncio.sleep(0.2)
        stack = find_stack(data)
        if stack is None or stack.urls.gateway is None:
            continue
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {stack.api_key}"}) as client:
            page = (await client.get(f"{stack.urls.gateway}/placements", params={"state": "active"})).json()
        if len(page["items"]) >= 8:
            os.kill(stack.pids["worker"], signal.SIGKILL)
            return


@pytest.fixture(scope="module")
async def played(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Played]:
    """Play the demo, kill its worker once, and keep the stack up."""
    folder = tmp_path_factory.mktemp("demo")
    data, errors = folder / "data", folder / "errors.txt"
    with errors.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(*COMMAND, "demo", "--json", "--speed", SPEED, "--data", str(data), "--port-base", str(free_base())),
            cwd=ROOT,
            env=environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    killer = asyncio.create_task(_killed_once_active(data))
    assert process.stdout
    text = b""
    try:
        async with asyncio.timeout(LIMIT):
            while not text.rstrip().endswith(b"\n}"):
                line = await process.stdout.readline()
                assert line, f"the demo ended early: {errors.read_text()[-3000:]}"
                text += line
            await killer
        stack = find_stack(data)
        assert stack
        yield Played(json.loads(text), stack, errors)
    finally:
        killer.cancel()
        process.terminate()
        await process.wait()


def test_every_placement_ends_as_scripted_although_the_worker_was_killed(played: Played) -> None:
    fallen_short = {one["script"]: one["shortfalls"] for one in played.summary["placements"] if one["shortfalls"]}
    assert fallen_short == {}
    assert played.summary["ok"]
    assert len(played.summary["placements"]) == 12


def test_the_extension_moved_every_open_deadline(played: Played) -> None:
    notes = next(one["notes"] for one in played.summary["placements"] if one["script"] == "extended")
    assert any(re.fullmatch(r"([1-9]\d*) of \1 open deadlines moved", note) for note in notes), notes


def test_completed_placements_have_a_skill_gain(played: Played) -> None:
    completed = [one for one in played.summary["placements"] if one["outcome"] == "completed"]
    assert completed
    assert [one for one in completed if not (one["skill_gain"] and one["skill_gain"]["change"] > 0)] == []


def test_no_name_address_or_birth_date_is_in_temporals_store_or_in_any_log(played: Played) -> None:
    marked = [*_cells(SAMPLE / "oneroster" / "users.csv", "familyName", "email")]
    marked += [*_cells(SAMPLE / "employers.csv", "family_name", "email")]
    marked += [*_cells(SAMPLE / "oneroster" / "demographics.csv", "birthDate")]
    stored = [*played.stack.data.glob("temporal.db*"), *(played.stack.data / "logs").glob("*.log"), played.errors]
    assert len(stored) > 4
    texts = {path.name: path.read_bytes() for path in stored}
    found = {(name, word) for name, text in texts.items() for word in marked if word.encode() in text}
    assert found == set()


def _cells(path: Path, *columns: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file) for column in columns if len(row[column]) > 4]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('State="completed"', 9),
        ('State="no_show"', 1),
        ('State="completed_evaluation_not_provided"', 1),
        ('Host="hst-4005" and WorkflowType="PlacementWorkflow"', 1),
        ("Overdue=true", 0),
    ],
)
async def test_temporals_list_can_be_filtered(played: Played, query: str, expected: int) -> None:
    client = await Client.connect(played.stack.urls.temporal)
    assert len([one async for one in client.list_workflows(query)]) == expected


async def test_the_timeline_tells_who_was_asked_when(played: Played) -> None:
    never = next(one for one in played.summary["placements"] if one["script"] == "never_returned")
    command = await asyncio.create_subprocess_exec(
        *(*COMMAND, "placements", "timeline", never["id"], "--data", str(played.stack.data)),
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    out = (await command.communicate())[0].decode()
    assert command.returncode == 0
    told = ("asked of", "reminder to", "now also asked of alternate supervisor", "closed, nobody answered")
    assert [words for words in told if f"final evaluation: {words}" not in out] == []
