"""Records stories as histories, into a new folder: `.venv/bin/python -m tests.replay.record FOLDER [STORY ...]`.

FOLDER is a name such as `0002-partnerships`; one that is there is never written to again. Without a STORY, all.
"""

import asyncio
import gzip
import json
import os
import re
import socket
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from cli.stack.temporal import temporal_program
from tests.replay.stories import STORIES, Story, continued
from tests.replay.whole_stories import OPEN_ENDED
from tests.replay.whole_stories import STORIES as WHOLE_STORIES
from tests.workflows.lives import Life, Lives
from tests.workflows.world import World
from workers.namespace import prepare_namespace
from workers.worker import effects_worker, lifecycle_worker

HISTORIES = Path(__file__).parent / "histories"
SHORT = 90
"""Events after which the story `continued` goes on as a new run."""
RECORDER = "recorder"
"""Who is said to have done it, instead of a process and a machine."""


async def recorded(names: Sequence[str]) -> dict[str, str]:
    """Live the stories of these names, or all; their histories as JSON, by name."""
    chosen = [story for story in (*STORIES, *WHOLE_STORIES) if not names or story.__name__ in names]
    async with _server() as normal, _server(SHORT) as short:
        told = [_lived(story, *(short if story is continued else normal)) for story in chosen]
        return {name: text for histories in await asyncio.gather(*told) for name, text in histories.items()}


@asynccontextmanager
async def _server(suggest_new_run: int = 4096) -> AsyncGenerator[tuple[Lives, World]]:
    flags = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={suggest_new_run}")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_program()), dev_server_log_level="never", dev_server_extra_args=flags
    ) as environment:
        address = environment.client.service_client.config.target_host
        client = await Client.connect(address, data_converter=pydantic_data_converter, identity=RECORDER)
        await prepare_namespace(client)
        world = World()
        async with lifecycle_worker(client), effects_worker(client, [world.carry_out]):
            yield Lives(client), world


async def _lived(story: Story, lives: Lives, world: World) -> dict[str, str]:
    life = await story(lives, world)
    if story in OPEN_ENDED:
        await life.idle()
    else:
        await life.handle.result()
    runs = await _runs(life)
    histories: dict[str, str] = {}
    for number, run_id in enumerate(runs, start=1):
        history = await life.client.get_workflow_handle(life.handle.id, run_id=run_id).fetch_history()
        which = f"-{number}" if len(runs) > 1 else ""
        histories[f"{story.__name__}{which}"] = _without_machine(json.loads(history.to_json()))
    return histories


async def _runs(life: Life) -> list[str]:
    found = [one async for one in life.client.list_workflows(f"WorkflowId='{life.handle.id}'")]
    return [one.run_id for one in sorted(found, key=lambda one: one.start_time)]


def _without_machine(history: dict[str, Any]) -> str:
    """The history without stack traces. Raises ValueError when a path or the machine's name is left in it."""
    _clear(history)
    text = json.dumps(history, indent=1, sort_keys=True)
    for private in (str(Path.cwd()), socket.gethostname(), str(Path.home())):
        if private in text:
            raise ValueError("a history names the machine it was recorded on")
    return text


def _clear(part: Any) -> None:
    if isinstance(part, dict):
        part.pop("stackTrace", None)
        for one in part.values():
            _clear(one)
    elif isinstance(part, list):
        for one in part:
            _clear(one)


def main() -> None:
    """Read the folder's name, and record."""
    if len(sys.argv) < 2 or not re.fullmatch(r"\d{4}-[a-z0-9-]+", sys.argv[1]):
        sys.exit("name one new folder, such as 0002-partnerships")
    folder = HISTORIES / sys.argv[1]
    if folder.exists():
        sys.exit(f"{folder.name} is there already; recorded histories are never written again, name a new folder")
    histories = asyncio.run(recorded(sys.argv[2:]))
    folder.mkdir(parents=True)
    for name, text in sorted(histories.items()):
        path = folder / f"{name}.json.gz"
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
        sys.stdout.write(f"{path.relative_to(HISTORIES)}: {text.count('eventType')} events\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
