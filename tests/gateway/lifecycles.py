"""A stand-in for Temporal: lifecycles run by the pure core in memory, with the failures a network has."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.lifecycle_client import NoLifecycleError, Settled, UnknownOutcomeError
from lifecycle.case_foreseeing import foresee_case
from lifecycle.foreseeing import foresee
from lifecycle.registry import OPPORTUNITY, PARTNERSHIP, PLACEMENT, Lifecycle, batch, begin, decide, facts
from schemas.acts import Act, Answer, By, Fact, LifecycleName, SeveralActs
from schemas.carry import Begin
from schemas.effects import ClaimSeatEffect
from schemas.foreseen import Foresee, Foreseen
from schemas.foreseen_case import CaseForeseen, ForeseeCase
from schemas.placement_commands import RecordSeat
from schemas.problems import ProblemCode, Refused

NAMED: dict[LifecycleName, Lifecycle[Any]] = {
    "placement": PLACEMENT,
    "opportunity": OPPORTUNITY,
    "partnership": PARTNERSHIP,
}


@dataclass
class Life:
    opened_by: str
    state: Any
    told: list[Fact] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)


class InMemoryLifecycles:
    """Implements gateway.lifecycle_client.LifecycleClient. Every seat asked for is granted.

    `away`: nothing answers. `forgets`: acts are applied and the answer is lost on the way back. `updates` counts what
    was brought, `together` how many acts each Update with several of them held.
    """

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self.away = False
        self.forgets = False
        self.updates = 0
        self.together: list[int] = []
        self.slow = 0.0
        self.in_flight: list[int] = [0, 0]
        self.now: datetime | None = None

    async def start(self, lifecycle: LifecycleName, id_: str, begin_: Begin, opened_by: str, seconds: float) -> None:
        await self._line(seconds)
        life = self.lives.get(f"{lifecycle}/{id_}")
        if life is not None:
            if life.opened_by != opened_by:
                raise Refused(ProblemCode.ALREADY_EXISTS, f"{lifecycle} {id_} was opened already, by another event")
            return
        assert begin_.opening is not None
        life = self.lives[f"{lifecycle}/{id_}"] = Life(opened_by, None)
        self._take(lifecycle, life, begin(NAMED[lifecycle], begin_.opening.command, begin_.opening.at), begin_.by)
        if self.forgets:
            raise UnknownOutcomeError

    async def update(self, lifecycle: LifecycleName, id_: str, act: Act, seconds: float) -> Answer:
        self.in_flight[0] += 1
        self.in_flight[1] = max(self.in_flight)
        try:
            await self._line(seconds)
        finally:
            self.in_flight[0] -= 1
        life = self.lives.get(f"{lifecycle}/{id_}")
        if life is None:
            raise NoLifecycleError
        self.updates += 1
        core = NAMED[lifecycle]
        duplicate = act.id in life.seen
        if not duplicate:
            at = self.now or life.state.entered_at
            if core.is_over(life.state, at):
                raise NoLifecycleError
            self._take(lifecycle, life, decide(core, life.state, act.command, at), act.by)
            life.seen[act.id] = act.payload_hash
        if self.forgets:
            raise UnknownOutcomeError
        fresh = [fact for fact in life.told if fact.seq > act.recorded]
        return Answer(
            duplicate=duplicate,
            lifecycle=lifecycle,
            id=id_,
            state=life.state.state,
            batch=batch(core, life.state, 1, fresh),
        )

    async def update_several(self, lifecycle: LifecycleName, id_: str, several: SeveralActs, seconds: float) -> Settled:
        outcomes: list[Answer | Refused] = []
        newest = None
        for act in several.acts:
            try:
                answer = await self.update(lifecycle, id_, act.changed(recorded=several.recorded), seconds)
                newest = answer.batch
                outcomes.append(answer.changed(batch=None))
            except Refused as no:
                outcomes.append(no)
                break
            except NoLifecycleError:
                if not outcomes:
                    raise
                outcomes.append(Refused(ProblemCode.CLOSED, "it has ended"))
                break
        self.together.append(len(outcomes))
        return Settled(outcomes, newest)

    async def foresee(self, placement_id: str, asked: Foresee, seconds: float) -> Foreseen:
        await self._line(seconds)
        life = self.lives.get(f"placement/{placement_id}")
        if life is None:
            raise NoLifecycleError
        return foresee(life.state, asked.command, asked.at)

    async def foresee_case(
        self, lifecycle: LifecycleName, id_: str, asked: ForeseeCase, seconds: float
    ) -> CaseForeseen:
        await self._line(seconds)
        life = self.lives.get(f"{lifecycle}/{id_}")
        if life is None:
            raise NoLifecycleError
        return foresee_case(NAMED[lifecycle], life.state, asked.command, asked.at)

    async def _line(self, seconds: float) -> None:
        if self.away:
            await asyncio.sleep(seconds)
            raise UnknownOutcomeError
        await asyncio.sleep(self.slow)

    def _take(self, lifecycle: LifecycleName, life: Life, decision: Any, by: By) -> None:
        life.state = decision.state
        life.told += facts(life.state, lifecycle, 1, by, decision.events)
        for effect in decision.effects:
            if isinstance(effect, ClaimSeatEffect):
                granted = decide(PLACEMENT, life.state, RecordSeat(granted=True), self.now or life.state.entered_at)
                self._take(lifecycle, life, granted, By(kind="lifecycle"))


class WellTemporal:
    """A Temporal that is well, or not: implements gateway.health.TemporalProbe."""

    def __init__(self) -> None:
        self.reachable = True
        self.workers = {"lifecycle": 1, "effects": 1}

    async def reach(self) -> None:
        if not self.reachable:
            raise ConnectionError

    async def pollers(self) -> dict[str, int]:
        await self.reach()
        return self.workers
