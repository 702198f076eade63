"""`python -m tests.fuzz --inputs 100000 --seed 7`: anything is thrown at a whole stack of its own.

Requests go to its gateway over HTTP: schemathesis makes them of the API's description, Hypothesis the events, tokens,
odd requests, and pages that people and staff fill in and upload to. Files are read as the command line reads them.
"""

import argparse
import asyncio
import base64
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections import Counter, deque
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2

from cli.stack.stack import Stack
from gateway.console.site import every_page
from records.pool import open_pool
from tests.chaos.gathering import backlog
from tests.chaos.trial import trial_stack
from tests.fuzz.after import complaints, held, parked, stuck
from tests.fuzz.drawing import Batch, Source, batch, begin
from tests.fuzz.files import commit, say
from tests.fuzz.scene import Scene
from tests.fuzz.throwing import thrown

SECRETS = {
    "JOURNEYWORK_PAYLOAD_KEYS": f"fuzz:{base64.b64encode(bytes(32)).decode()}",
    "JOURNEYWORK_TEXTS_SECRET": f"whsec_{base64.b64encode(bytes(32)).decode()}",
}
"""Settings that open routes which are closed without them."""
LIMITS = httpx2.Limits(keepalive_expiry=2)
"""The gateway closes a connection that was idle for 5 s; one that is about to be closed is not used again."""
AT_ONCE = 1000
"""Inputs of one round."""
AHEAD = 3
"""Rounds that are drawn before they are needed."""
WARM = 0.2
"""The share of inputs after which memory may not grow by more than `GROWTH`."""
GROWTH = 0.1
SETTLED_WITHIN = 60.0
"""Seconds after the last input within which everything accepted is applied or refused."""


class Fuzz:
    """One run: what was thrown, what was wrong, and how much gateway and worker held after each round."""

    def __init__(self, stack: Stack, folder: Path, inputs: int, seed: int) -> None:
        self._stack, self._folder, self._inputs, self._seed = stack, folder, inputs, seed
        self._began = time.monotonic()
        self.done = 0
        self.wrong: list[str] = []
        self.answers: Counter[str] = Counter()
        self._shown: Counter[str] = Counter()
        self.held: list[tuple[int, dict[str, float]]] = []

    async def run(self) -> None:
        """Throw everything, then look at what is left."""
        async with AsyncExitStack() as open_:
            key = {"authorization": f"Bearer {self._stack.api_key}"}
            clients: list[httpx2.AsyncClient] = []

            def new_client(headers: object) -> httpx2.AsyncClient:
                url = str(self._stack.urls.gateway)
                client = httpx2.AsyncClient(base_url=url, headers=headers, timeout=60, limits=LIMITS)  # type: ignore[arg-type]
                clients.append(client)
                return client

            pool = await open_.enter_async_context(open_pool(self._stack.urls.database, size=2))
            scene = Scene(pool, new_client(key), new_client({}))
            for client in clients:
                await open_.enter_async_context(client)
            await scene.furnish(new_client)
            document = (await scene.api.get("/openapi.json")).json()
            told = {(method.upper(), path) for path, ways in document["paths"].items() for method in ways}
            source = Source(document, sorted(told | every_page()), self._stack.urls.database)
            spawned = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=spawned, initializer=begin, initargs=(source,)) as drawers:
                await self._rounds(scene, drawers)
            for client in clients[2:]:
                await client.aclose()
        await self._look()

    async def _rounds(self, scene: Scene, drawers: ProcessPoolExecutor) -> None:
        ahead: deque[Future[Batch]] = deque()
        drawn = 0
        while self.done < self._inputs:
            while len(ahead) < AHEAD:
                number = self._seed * 1_000_003 + drawn
                ahead.append(drawers.submit(batch, min(AT_ONCE, self._inputs), number))
                drawn += 1
            made = await asyncio.wrap_future(ahead.popleft())
            await scene.begin_round()
            fell = await thrown(scene, made.requests)
            self.done += fell.sent + made.files
            self.answers += fell.answers
            self._keep([*made.wrong, *fell.wrong])
            self.held.append((self.done, held(self._stack)))
            figures = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in self.held[-1][1].items())
            say(f"{self.done} thrown, {len(self.wrong)} wrong, {time.monotonic() - self._began:.0f} s, {figures}")
        for one in ahead:
            one.cancel()

    async def _look(self) -> None:
        end = time.monotonic() + SETTLED_WITHIN
        while (left := await backlog(self._stack)) and time.monotonic() < end:  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.5)
        say(f"answered: {dict(sorted(self.answers.items()))}")
        self._keep([f"{left} events are not settled {SETTLED_WITHIN:.0f} s later"] if left else [])
        self._keep([*await parked(self._stack), *await stuck(self._stack), *complaints(self._folder / "logs")])
        self.held.append((self.done, held(self._stack)))
        warm = next((figures for done, figures in self.held if done >= self._inputs * WARM), {})
        for name, megabytes in self.held[-1][1].items():
            grown = megabytes / warm[name] - 1
            say(f"{name}: {warm[name]:.0f} MB after a fifth, {megabytes:.0f} MB at the end ({grown:+.1%})")
            self._keep([f"{name} holds {grown:.0%} more than after a fifth"] if grown > GROWTH else [])

    def _keep(self, found: list[str]) -> None:
        """Keep what was wrong, and show the first of a kind: the same last line is the same fault again."""
        self.wrong += found
        for line in found:
            kind = line.rstrip().rpartition("\n")[2][:100]
            self._shown[kind] += 1
            if self._shown[kind] == 1:
                say(line)


async def main(inputs: int, seed: int, keep: Path | None) -> int:
    """Throw that many; the exit status is 1 when something was wrong."""
    say(f"fuzz: {inputs} inputs, seed {seed}, commit {commit()}")
    folder = keep or Path(tempfile.mkdtemp(prefix="journeywork-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        async with trial_stack(folder, **SECRETS) as stack:
            fuzz = Fuzz(stack, folder, inputs, seed)
            await fuzz.run()
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    say(f"{fuzz.done} inputs, {len(fuzz.wrong)} wrong")
    return int(bool(fuzz.wrong))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many (default 100000)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same inputs (default 7)")
    parser.add_argument("--keep", type=Path, help="a folder for data and logs, which stays")
    given = parser.parse_args()
    status = asyncio.run(main(given.inputs, given.seed, given.keep))
    sys.stdout.flush()
    os._exit(status)
