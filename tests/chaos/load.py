"""The load: events about some hundred lifecycles, seeded, each sent with the same id until it is acknowledged."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import httpx2

from cli.rehearse.cast import Company
from schemas.base import LifecycleName
from schemas.naming import partnership_of
from tests.chaos.ledger import Acked, Ledger, Mark, Single

SOURCE = "/chaos"
AT_ONCE = 64
FAR = date(2031, 1, 1)
"""Days from here on are named once each; no deadline lies there, so naming them moves nobody's."""
RESENT = 0.02
"""The share of acknowledged events that their sender sends once more."""
PATIENCE = 30.0


@dataclass
class Life:
    """One lifecycle as its senders know it: they send one thing after another about it."""

    lifecycle: LifecycleName
    id: str
    opening: tuple[str, dict[str, Any], str]
    after: "Life | None" = None
    sent: int = 0
    busy: bool = False
    begun: bool = False

    @property
    def is_free(self) -> bool:
        """Whether something can be sent about it now; an offer is opened and then left alone."""
        if self.busy or (self.after is not None and not self.after.begun):
            return False
        return not (self.begun and self.lifecycle == "opportunity")


def lives(company: Company) -> list[Life]:
    """Every lifecycle of the company: offers of half of its hosts with their placements, partnerships of the others.

    A host with a partnership that is not settled takes nobody, so no host has both; and nobody is turned away for want
    of a seat, so nothing that is sent may be refused.
    """
    offering, asked = company.offers[::2], company.offers[1::2]
    offers = {
        offer.id: Life("opportunity", offer.id, ("opportunity.opened", {}, "opportunity.opened")) for offer in offering
    }
    contacted = "partnership.contacted"
    hosts = [
        Life("partnership", partnership_of(offer.host_id), (contacted, {"host_id": offer.host_id}, contacted))
        for offer in asked
    ]
    placements: list[Life] = []
    free = {offer.id: offer.seats for offer in offering}
    for pair in company.pairings:
        if (offer := offers.get(pair.offer.id)) is not None and free[offer.id] > 0:
            free[offer.id] -= 1
            data = {"learner_id": pair.learner_id, "opportunity_id": offer.id}
            proposed = "placement.proposed"
            placements.append(Life("placement", pair.placement_id, (proposed, data, proposed), after=offer))
    return [*offers.values(), *hosts, *placements]


class Load:
    """Sends at a rate until it is stopped; what is behind is caught up with as soon as answers come again."""

    def __init__(
        self, http: httpx2.AsyncClient, ledger: Ledger, everything: Sequence[Life], *, seed: int, rate: float
    ) -> None:
        self._http, self._ledger, self._seed, self._rate = http, ledger, seed, rate
        self._lives = list(everything)
        Random(f"{seed}/order").shuffle(self._lives)  # noqa: S311 - a trial's dice
        self._turns = self._round()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, events: int) -> None:
        """Send so many events; longer than the rate says when the stack does not take them in time."""
        began, sent = time.monotonic(), 0
        while sent < events:
            due = min(events, int((time.monotonic() - began) * self._rate) + 1)
            while sent < due and len(self._tasks) < AT_ONCE and (life := next(self._turns)) is not None:
                if not life.is_free:
                    continue
                life.busy = True
                task = asyncio.create_task(self._one(life))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                sent += 1
            await asyncio.sleep(0.02)

    async def finish(self) -> None:
        """Until everything that was begun is acknowledged."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _round(self) -> Iterator[Life | None]:
        """One lifecycle after another that nobody is sending about; None when there is none now."""
        while True:
            free = [life for life in self._lives if life.is_free]
            yield from free or [None]

    async def _one(self, life: Life) -> None:
        dice = Random(f"{self._seed}/{life.id}/{life.sent}")  # noqa: S311 - as above
        type_, data, mark = self._next(life, dice)
        event_id = f"{life.id}-{life.sent}"
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": SOURCE,
            "type": f"org.journeywork.{type_}",
            "subject": life.id,
            "data": data,
        }
        try:
            answer = await self._until_answered(event)
            if answer.status_code in (200, 202):
                acked = Acked(type_, SOURCE, event_id, life.lifecycle, life.id, opens=life.sent == 0, mark=mark)
                self._ledger.acked.append(acked)
                life.begun = True
                if dice.random() < RESENT:
                    await self._again(event)
            else:
                self._ledger.refused[f"{type_} {answer.status_code} {answer.json().get('code')}"] += 1
            life.sent += 1
        finally:
            life.busy = False

    def _next(self, life: Life, dice: Random) -> tuple[str, dict[str, Any], Mark]:
        if life.sent == 0:
            type_, data, fact = life.opening
            return type_, data, Mark(fact)
        day = (FAR + timedelta(days=life.sent)).isoformat()
        if life.lifecycle == "placement":
            reason = dice.choice(("snow_day", "strike", "holiday"))
            return (
                "placement.paused",
                {"first": day, "last": day, "reason": reason},
                Mark("placement.paused", (("first", day),)),
            )
        data = {"channel": dice.choice(("phone", "email", "visit")), "outcome": "not_now", "again_on": day}
        return "partnership.outreach_logged", data, Mark("partnership.outreach_logged", (("again_on", day),))

    async def _until_answered(self, event: dict[str, Any]) -> httpx2.Response:
        began, tries = time.monotonic(), 0
        while True:
            at, sent = time.monotonic(), time.time()
            answer = await self._post(event)
            tries += 1
            if answer is not None:
                self._ledger.singles.append(Single(sent, time.monotonic() - at))
                if answer.status_code < 500 and answer.status_code != 429:
                    self._ledger.waits.append(time.monotonic() - began)
                    return answer
                if answer.status_code != 503 or not answer.headers.get("retry-after"):
                    self._ledger.faults.append(
                        f"{event['type']} was answered {answer.status_code}: {answer.text[:200]}"
                    )
            await asyncio.sleep(min(0.2 * tries, 1.0))

    async def _post(self, event: dict[str, Any]) -> httpx2.Response | None:
        try:
            answer = await self._http.post("/events", json=event, timeout=PATIENCE)
        except httpx2.HTTPError as error:
            self._ledger.answers[type(error).__name__] += 1
            return None
        self._ledger.answers[str(answer.status_code)] += 1
        return answer

    async def _again(self, event: dict[str, Any]) -> None:
        """Its sender did not see the answer, and sends it once more."""
        answer = await self._until_answered(event)
        if answer.status_code in (200, 202) and not answer.json().get("duplicate"):
            self._ledger.faults.append(f"{event['id']} sent twice was not called a duplicate")
