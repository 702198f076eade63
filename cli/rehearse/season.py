"""A whole season on a running stack: people answer the mails they get, the intermediary acts, until all have ended."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from cli.demo.intermediary import Intermediary
from cli.errors import UserError
from cli.rehearse.cast import Company
from cli.rehearse.managers import Act, Managers
from cli.rehearse.people import People, Record
from cli.rehearse.picture import Picture
from cli.rehearse.temper import Temper
from schemas.clock import Clock

POLL = 0.15
PROPOSED_WITHIN = timedelta(days=14)
TOLD_AHEAD = timedelta(days=2)
FEED_PAGE = "500"
REFUSES = 409
"""How a lifecycle says that it has moved on: no fault of anybody's."""


class Season:
    """One rehearsal against a gateway and a mail catcher."""

    def __init__(
        self, company: Company, run: str, clock: Clock, temper: Temper, *, zone: str, api: httpx2.AsyncClient, mail: str
    ) -> None:
        self.company, self.run, self.clock, self.zone = company, run, clock, ZoneInfo(zone)
        self.picture = Picture(run)
        self.record = Record(lasts={one.placement_id: one.offer.end for one in company.pairings})
        self._pairings = {one.placement_id: one for one in company.pairings}
        self._api = api
        self._people = People(
            company,
            run,
            temper,
            picture=self.picture,
            record=self.record,
            now=self.now,
            zone=zone,
            mail=mail,
        )
        self._intermediary = Intermediary(api, source="/rehearsal", run=run)
        self._managers = Managers(company.pairings, temper)
        self._to_propose = sorted(
            (temper.chance("proposed", one.placement_id).random() * PROPOSED_WITHIN, one.placement_id)
            for one in company.pairings
        )
        self._cursor: str | None = None

    def now(self) -> datetime:
        """The program's time at the worksite."""
        return self.clock.program_time(datetime.now(UTC)).astimezone(self.zone)

    async def skip_the_past(self) -> None:
        """Leave alone mails and events of earlier runs."""
        await self._people.skip_old_mail()
        while await self._read_feed(keep=False):
            pass

    async def open_offers(self, *, by: str | None = None) -> None:
        """Open every offer by this run's clock, or propose it, to be developed `by` a program of that id.

        Raises UserError when one is refused.
        """
        for offer in self.company.offers:
            type_, data = "opportunity.opened", {"clock": self._clock()}
            if by is not None:
                type_, school = "opportunity.proposed", self.company.district
                data |= {"proposed_by": "worksite_supervisor", "school_id": school, "development": by}
            answer = await self._intermediary.send(type_, offer.id, data)
            if answer.is_error:
                raise UserError(f"opportunity {offer.id} was refused: {answer.text[:300]}")

    async def play(self, shown: Callable[["Season"], None], *, until: datetime, follow_up: bool) -> None:
        """Play until every placement has its outcome (with `follow_up`, and nothing is owed), or `until` has passed."""
        try:
            while True:
                await self._propose()
                while await self._read_feed():
                    pass
                await self._people.read_mail()
                self._people.write_what_is_due()
                await self._manage()
                shown(self)
                if self._has_ended(follow_up=follow_up) or self.now() > until:
                    break
                await asyncio.sleep(POLL)
            await self._people.finish()
            while await self._read_feed():
                pass
            shown(self)
        finally:
            await self._people.close()

    def _has_ended(self, *, follow_up: bool) -> bool:
        """Whether every placement has its outcome and, with `follow_up`, nobody is asked for anything any more."""
        if self._to_propose or any(one.outcome is None for one in self.picture.placements):
            return False
        counts = self.record.counts
        dropped = counts["proposals refused"] + counts["learners whose offer never opened"]
        if len(self.picture.placements) + dropped < len(self._pairings):
            return False
        return not follow_up or not self._owed()

    def _owed(self) -> bool:
        """Whether somebody is asked, or will be: a record that is not archived yet asks again later."""
        waits = any(one.follows_up for one in self.picture.placements)
        return waits or any(one.is_open for one in self.picture.requests())

    def _clock(self) -> dict[str, Any]:
        return self.clock.model_dump(mode="json")

    async def _propose(self) -> None:
        """Propose the learners whose day has come and whose offer is open."""
        since, waiting = self.now() - self.clock.program_epoch, list[tuple[timedelta, str]]()
        for at, id_ in self._to_propose:
            pairing = self._pairings[id_]
            offer = self.picture.known.get(pairing.offer.id)
            if offer is not None and offer.offered is False:
                self.record.counts["learners whose offer never opened"] += 1
                continue
            if at > since or offer is None or offer.offered is None:
                waiting.append((at, id_))
                continue
            data = {"learner_id": pairing.learner_id, "opportunity_id": pairing.offer.id, "clock": self._clock()}
            answer = await self._intermediary.send("placement.proposed", id_, data)
            if answer.is_error:
                self.record.counts["proposals refused"] += 1
                self.record.faults.append(f"{id_}: the proposal was refused: {answer.text[:300]}")
        self._to_propose = waiting

    async def _manage(self) -> None:
        today = self.now().date()
        for act in self._managers.due(self.picture.known, self.record.lasts, today, self.zone):
            await self._act(act)
        pause = self._managers.pause
        if pause is not None and pause[0] - TOLD_AHEAD <= today:
            self._managers.pause = None
            data = {"first": pause[0].isoformat(), "last": pause[1].isoformat(), "reason": "snow_day"}
            for one in self.picture.placements:
                if one.outcome is None:
                    await self._act(Act(one.id, "placement.paused", data))

    async def _act(self, act: Act) -> None:
        """Send one act. A lifecycle may refuse it, since it has moved on meanwhile; nothing else may."""
        answer = await self._intermediary.send(act.type, act.placement_id, act.data)
        self.record.counts[f"{act.type} {'refused' if answer.is_error else 'done'}"] += 1
        if answer.is_error and answer.status_code != REFUSES:
            told = f"{act.placement_id}: {act.type} was answered {answer.status_code}: {answer.text[:300]}"
            self.record.faults.append(told)
        elif not answer.is_error and "end" in act.data:
            self.record.lasts[act.placement_id] = date.fromisoformat(act.data["end"])

    async def _read_feed(self, *, keep: bool = True) -> bool:
        """Take what happened since; False when there was nothing."""
        params = {"limit": FEED_PAGE, **({"after": self._cursor} if self._cursor else {})}
        answer = await self._api.get("/events", params=params)
        if answer.is_error:
            raise UserError(f"the feed was answered {answer.status_code}: {answer.text[:200]}")
        page = answer.json()
        self._cursor = page["next"]
        for event in page["items"] if keep else ():
            self.picture.take(event)
        return bool(page["items"])
