"""A whole season on a running stack: people answer the mails they get, the intermediary acts, until all have ended."""

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from cli.demo.handing_in import Sheet, hand_in, open_sheet
from cli.demo.intermediary import Intermediary
from cli.demo.mailroom import Letter, Mailroom
from cli.errors import UserError
from cli.rehearse.cast import Company, Pairing
from cli.rehearse.managers import Act, Managers
from cli.rehearse.pen import Pen, Sheetful
from cli.rehearse.picture import Asked, Picture
from cli.rehearse.temper import Temper
from schemas.clock import Clock

POLL = 0.15
AT_ONCE = 6
PROPOSED_WITHIN = timedelta(days=4)
GONE = frozenset({404, 410})
TRIES = 5
FEED_PAGE = "500"


@dataclass(order=True)
class _Due:
    """An answer that will be given at a program instant."""

    at: datetime
    number: int
    asked: Asked = field(compare=False)
    person_id: str = field(compare=False)
    tries: int = field(compare=False, default=0)


class Season:
    """One rehearsal against a gateway and a mail catcher.

    `faults` are answers of the product that should not be, `lags` how much later than meant answers were handed in.
    """

    def __init__(
        self, company: Company, run: str, clock: Clock, temper: Temper, *, zone: str, api: httpx2.AsyncClient, mail: str
    ) -> None:
        self.company, self.run, self.clock, self.temper, self.zone = company, run, clock, temper, ZoneInfo(zone)
        self.picture = Picture(run)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.lags: list[timedelta] = []
        self.lasts = {one.placement_id: one.offer.end for one in company.pairings}
        self._pairings = {one.placement_id: one for one in company.pairings}
        self._names = {person.id: person.name for person in company.mailboxes.values()}
        self._api = api
        self._people = httpx2.AsyncClient(timeout=60, follow_redirects=False)
        self._mailroom = Mailroom(self._people, mail, company.mailboxes)
        self._intermediary = Intermediary(api, source="/rehearsal", run=run)
        self._managers = Managers(company.pairings, temper)
        self._to_propose = sorted(
            (temper.chance("proposed", one.placement_id).random() * PROPOSED_WITHIN, one.placement_id)
            for one in company.pairings
        )
        self._cursor: str | None = None
        self._letters: list[Letter] = []
        self._links: dict[tuple[str, str, str], str] = {}
        self._reacted: set[tuple[str, str, str, int]] = set()
        self._due: list[_Due] = []
        self._numbers: Iterator[int] = itertools.count()
        self._writing: set[asyncio.Task[None]] = set()

    def now(self) -> datetime:
        """The program's time at the worksite."""
        return self.clock.program_time(datetime.now(UTC)).astimezone(self.zone)

    async def skip_the_past(self) -> None:
        """Leave alone mails and events of earlier runs."""
        await self._mailroom.skip()
        while await self._read_feed(keep=False):
            pass

    async def open_offers(self) -> None:
        """Open every offer by this run's clock. Raises UserError when one is refused."""
        for offer in self.company.offers:
            answer = await self._intermediary.send("opportunity.opened", offer.id, {"clock": self._clock()})
            if answer.is_error:
                raise UserError(f"opportunity {offer.id} was refused: {answer.text[:300]}")

    async def play(self, shown: Callable[["Season"], None], *, until: datetime, follow_up: bool) -> None:
        """Play until every placement has its outcome (with `follow_up`, and nothing is owed), or `until` has passed."""
        try:
            while True:
                await self._propose()
                while await self._read_feed():
                    pass
                await self._read_mail()
                self._start_writing()
                await self._manage()
                shown(self)
                if self.has_ended(follow_up=follow_up) or self.now() > until:
                    break
                await asyncio.sleep(POLL)
            await asyncio.gather(*self._writing, return_exceptions=True)
            while await self._read_feed():
                pass
            shown(self)
        finally:
            await self._people.aclose()

    def has_ended(self, *, follow_up: bool) -> bool:
        """Whether every placement has its outcome and, with `follow_up`, nobody is asked for anything any more."""
        if self._to_propose or any(one.outcome is None for one in self.picture.placements):
            return False
        if len(self.picture.placements) + self.counts["proposals refused"] < len(self._pairings):
            return False
        return not follow_up or not any(one.is_open for one in self.picture.requests())

    # --- the intermediary -------------------------------------------------------------------------------------

    def _clock(self) -> dict[str, Any]:
        return self.clock.model_dump(mode="json")

    async def _propose(self) -> None:
        since = self.now() - self.clock.program_epoch
        while self._to_propose and self._to_propose[0][0] <= since:
            _, id_ = self._to_propose.pop(0)
            pairing = self._pairings[id_]
            data = {"learner_id": pairing.learner_id, "opportunity_id": pairing.offer.id, "clock": self._clock()}
            answer = await self._intermediary.send("placement.proposed", id_, data)
            if answer.is_error:
                self.counts["proposals refused"] += 1
                self.faults.append(f"{id_}: the proposal was refused: {answer.text[:300]}")

    async def _manage(self) -> None:
        today = self.now().date()
        for act in self._managers.due(self.picture.known, self.lasts, today, self.zone):
            await self._act(act)
        pause = self._managers.pause
        if pause is not None and pause[0] - timedelta(days=2) <= today:
            self._managers.pause = None
            data = {"first": pause[0].isoformat(), "last": pause[1].isoformat(), "reason": "snow_day"}
            for one in self.picture.placements:
                if one.outcome is None:
                    await self._act(Act(one.id, "placement.paused", data))

    async def _act(self, act: Act) -> None:
        """Send one act. A lifecycle may refuse it, since it has moved on meanwhile; nothing else may."""
        answer = await self._intermediary.send(act.type, act.placement_id, act.data)
        self.counts[f"{act.type} {'refused' if answer.is_error else 'done'}"] += 1
        if answer.is_error and answer.status_code != 409:
            self.faults.append(f"{act.placement_id}: {act.type} was answered {answer.status_code}: {answer.text[:300]}")
        elif not answer.is_error and "end" in act.data:
            self.lasts[act.placement_id] = date.fromisoformat(act.data["end"])

    # --- the people -------------------------------------------------------------------------------------------

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

    async def _read_mail(self) -> None:
        """Decide about every letter; one about a request that the feed has not told yet waits."""
        letters, self._letters = [*self._letters, *await self._mailroom.new()], []
        for letter in letters:
            if letter.request_id is None or letter.link is None or self.run not in letter.lifecycle_id:
                self.counts["letters that ask nothing"] += 1
                continue
            asked = self.picture.request(letter.lifecycle_id, letter.request_id)
            if asked is None:
                self._letters.append(letter)
            else:
                self._receive(letter, asked, letter.link)

    def _receive(self, letter: Letter, asked: Asked, link: str) -> None:
        person = letter.reader.id
        self._links[asked.lifecycle_id, asked.id, person] = link
        self.counts["letters that ask"] += 1
        key = (asked.lifecycle_id, asked.id, person, asked.turns)
        if key in self._reacted:
            return
        self._reacted.add(key)
        reaction = self.temper.reaction(person, asked.lifecycle_id, asked.id, asked.turns)
        if not reaction.never:
            heapq.heappush(self._due, _Due(self.now() + reaction.after, next(self._numbers), asked, person))

    def _start_writing(self) -> None:
        while self._due and self._due[0].at <= self.now() and len(self._writing) < AT_ONCE:
            due = heapq.heappop(self._due)
            if due.asked.is_open:
                task = asyncio.create_task(self._write(due))
                self._writing.add(task)
                task.add_done_callback(self._writing.discard)

    async def _write(self, due: _Due) -> None:
        asked, person = due.asked, due.person_id
        about = f"{asked.lifecycle_id}/{asked.id} by {person}"
        try:
            sheet = await open_sheet(self._people, self._links[asked.lifecycle_id, asked.id, person])
            if sheet.status == 200 and sheet.paper.controls:
                await self._fill(due, sheet, about)
            elif sheet.status in GONE or sheet.status == 200:
                self.counts["links that were no longer asked"] += 1
            else:
                self._again(due, f"{about}: the page was answered {sheet.status}")
        except httpx2.HTTPError as error:
            self._again(due, f"{about}: {type(error).__name__}")
        except Exception as error:  # noqa: BLE001 - one answer that cannot be written must not end the season
            self.faults.append(f"{about}: {type(error).__name__}: {error}"[:400])

    def _again(self, due: _Due, why: str) -> None:
        if due.tries + 1 >= TRIES:
            self.faults.append(why)
            return
        heapq.heappush(
            self._due,
            _Due(self.now() + timedelta(hours=6), next(self._numbers), due.asked, due.person_id, due.tries + 1),
        )

    async def _fill(self, due: _Due, sheet: Sheet, about: str) -> None:
        asked, person = due.asked, due.person_id
        pairing = self._pairings.get(asked.lifecycle_id) or self._of_case(asked)
        dice = self.temper.chance("pen", asked.lifecycle_id, asked.id, person, asked.turns)
        pen = Pen(asked, self._sheetful(asked, person, pairing), dice)
        answers = pen.answers(self.temper.decision(pen.form, asked.kind, asked.lifecycle_id, asked.id, asked.turns))
        missing = pen.missing_on(sheet.paper, answers)
        if missing:
            self.faults.append(f"{about}: the page of {asked.form} does not ask for {', '.join(missing)}")
            answers = {name: value for name, value in answers.items() if name not in missing}
        if self.temper.reaction(person, asked.lifecycle_id, asked.id, asked.turns).wrong:
            first = await hand_in(self._people, sheet, pen.wrong(answers))
            self.counts["wrong answers given back"] += first.status_code == 422
            if first.status_code not in {422, *GONE}:
                self.faults.append(f"{about}: a wrong answer to {asked.form} was answered {first.status_code}")
        answer = await hand_in(self._people, sheet, answers)
        if answer.status_code == 200:
            self.counts["answers"] += 1
            self.lags.append(self.now() - due.at)
        elif answer.status_code in GONE:
            self.counts["answers that came too late"] += 1
        else:
            self.faults.append(f"{about}: a right answer to {asked.form} was answered {answer.status_code}")

    def _of_case(self, asked: Asked) -> Pairing | None:
        """The placement that an incident's case is about."""
        return self._pairings.get(asked.lifecycle_id.removeprefix("inc-"))

    def _sheetful(self, asked: Asked, person: str, pairing: Pairing | None) -> Sheetful:
        offer = pairing.offer if pairing else self.company.offers[0]
        return Sheetful(
            role=asked.holders.get(person, asked.last_role),
            name=self._names[person],
            today=self.now().date(),
            start=offer.start,
            end=self.lasts.get(asked.lifecycle_id, offer.end),
            skills=offer.skills,
            zone=str(self.zone),
        )
