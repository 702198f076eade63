"""One run: inputs are drawn, thrown and judged round by round; then it is looked at what is left."""

import asyncio
import multiprocessing
import time
from collections import Counter, deque
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import httpx2

from cli.stack.stack import Stack
from gateway.console.site import every_page
from records.pool import open_pool
from tests.fuzz.after import complaints, parked, stuck
from tests.fuzz.drawing import Batch, Source, batch, begin
from tests.fuzz.ending import end_round
from tests.fuzz.findings import Findings, say
from tests.fuzz.memory import GROWTH, Measure, grown, late, measured, warm
from tests.fuzz.scene import Scene
from tests.fuzz.throwing import thrown

LIMITS = httpx2.Limits(keepalive_expiry=2)
"""The gateway closes a connection that was idle for 5 s; one that is about to be closed is not used again."""
AT_ONCE = 1000
"""Inputs of one round."""
AHEAD = 3
"""Rounds that are drawn before they are needed."""
TRIES = 3
"""How often a round is begun that cannot be."""
PARTS = ("postgres", "temporal", "mail", "worker", "gateway")


class Size(NamedTuple):
    """How many inputs of which seed; `patience` is how long an answer, and what was accepted, may take (seconds)."""

    inputs: int
    seed: int
    patience: float


class Fuzz:
    """One run on a stack: what was thrown, how it was answered, and how much was held after each round."""

    def __init__(self, stack: Stack, folder: Path, size: Size) -> None:
        self._stack, self._folder = stack, folder
        self._inputs, self._seed, self._patience = size
        self._began = time.monotonic()
        self._pids = self._parts()
        self.findings = Findings(folder / "findings.txt")
        self.answers: Counter[str] = Counter()
        self.unsent = 0
        self.measures: list[Measure] = []

    @property
    def done(self) -> int:
        """How many inputs were sent or read."""
        return self.answers.total()

    async def run(self) -> None:
        """Throw everything, then look at what is left."""
        async with AsyncExitStack() as open_:
            clients: list[httpx2.AsyncClient] = []

            def new_client(headers: Mapping[str, str]) -> httpx2.AsyncClient:
                url = str(self._stack.urls.gateway)
                clients.append(httpx2.AsyncClient(base_url=url, headers=headers, timeout=self._patience, limits=LIMITS))
                return clients[-1]

            pool = await open_.enter_async_context(open_pool(self._stack.urls.database, size=2))
            scene = Scene(pool, new_client({"authorization": f"Bearer {self._stack.api_key}"}), new_client({}))
            await scene.furnish(new_client)
            for client in clients:
                await open_.enter_async_context(client)
            document = (await scene.api.get("/openapi.json")).json()
            told = {(method.upper(), path) for path, ways in document["paths"].items() for method in ways}
            source = Source(document, sorted(told | every_page()), self._stack.urls.database)
            spawned = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=spawned, initializer=begin, initargs=(source,)) as drawers:
                await self._rounds(scene, drawers)
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
            await self._begin_round(scene)
            fell = await thrown(scene, made.requests)
            await end_round(scene)
            self.answers += made.answers + fell.answers
            self.unsent += fell.unsent
            self.findings.keep([*made.wrong, *fell.wrong])
            await self._measure()
        for one in ahead:
            one.cancel()

    async def _begin_round(self, scene: Scene) -> None:
        """Begin a round; again when the directory was changed meanwhile by a file that is read beside it."""
        for left in reversed(range(TRIES)):
            try:
                await scene.begin_round()
            except (RuntimeError, TimeoutError) as error:
                say(f"a round could not begin: {error}")
                if not left:
                    raise
            else:
                break

    async def _measure(self) -> None:
        """Measure; events that still wait and processes that are no longer the same are wrong."""
        self.measures.append(now := await measured(self._stack, self.done, self._patience))
        died = [name for name, pid in self._pids.items() if pid != self._parts()[name]]
        self._pids = self._parts()
        waits = [f"{now.waiting} events are not settled {self._patience:.0f} s later"] if now.waiting else []
        self.findings.keep([*waits, *(f"{name} died" for name in died)])
        say(f"{self.done} thrown, {len(self.findings)} wrong, {time.monotonic() - self._began:.0f} s, {now}")

    def _parts(self) -> dict[str, int | None]:
        return {name: self._stack.pid(name) for name in PARTS}

    async def _look(self) -> None:
        """Look at what is left, and tell how the inputs were answered and what is held."""
        self.findings.keep([*await parked(self._stack), *await stuck(self._stack)])
        self.findings.keep(complaints(self._folder / "logs"))
        kinds: Counter[str] = Counter()
        for name, count in self.answers.items():
            kinds[name.partition(" ")[0]] += count
        say(f"kinds: {dict(kinds.most_common())}; {self.unsent} besides are sent by no client")
        say(f"answered: {dict(sorted(self.answers.items()))}")
        for one in grown(self.measures):
            say(f"{one.name}: {one.warm:.0f} MB when warm, {one.late:.0f} MB at the end ({one.share:+.1%})")
            self.findings.keep([f"{one.name} holds {one.share:.0%} more"] if one.share > GROWTH else [])
        say(f"lifecycles open when warm: {warm(self.measures)[0].open}, at the end: {late(self.measures)[-1].open}")
