"""Everybody who is asked: reads the mail, makes up their mind, and fills in the form when it suits them."""

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import httpx2

from cli.demo.handing_in import Sheet, hand_in, open_sheet
from cli.demo.mailroom import Letter, Mailroom
from cli.rehearse.cast import Company, Pairing
from cli.rehearse.pen import Pen, Sheetful
from cli.rehearse.picture import Asked, Picture
from cli.rehearse.temper import Temper

AT_ONCE, TRIES = 6, 5
LATER = timedelta(hours=6)
GONE = frozenset({404, 410})


@dataclass
class Record:
    """What a rehearsal counts as it goes.

    `faults` are answers of the product that should not be. `lags` is how much later than it should be things came, by
    the program's clock: a mail after its request was opened, an answer after it was meant to be given. `lasts` is the
    last day of each placement by now.
    """

    counts: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])
    lags: list[timedelta] = field(default_factory=list[timedelta])
    lasts: dict[str, date] = field(default_factory=dict[str, date])


@dataclass(order=True)
class _Due:
    """An answer that will be given at a program instant."""

    at: datetime
    number: int
    asked: Asked = field(compare=False)
    person_id: str = field(compare=False)
    tries: int = field(compare=False, default=0)

    @property
    def about(self) -> str:
        """Whose answer to what, in ids."""
        return f"{self.asked.lifecycle_id}/{self.asked.id} by {self.person_id}"


class People:
    """The people of one run. `now` tells the program's time at the worksite."""

    def __init__(
        self,
        company: Company,
        run: str,
        temper: Temper,
        *,
        picture: Picture,
        record: Record,
        now: Callable[[], datetime],
        zone: str,
        mail: str,
    ) -> None:
        self._company, self._run, self._temper, self._now, self._zone = company, run, temper, now, zone
        self._picture, self._record = picture, record
        self._pairings = {one.placement_id: one for one in company.pairings}
        self._names = {person.id: person.name for person in company.mailboxes.values()}
        self._client = httpx2.AsyncClient(timeout=60, follow_redirects=False)
        self._mailroom = Mailroom(self._client, mail, company.mailboxes)
        self._letters: list[Letter] = []
        self._links: dict[tuple[str, str, str], str] = {}
        self._reacted: set[tuple[str, str, str, int]] = set()
        self._due: list[_Due] = []
        self._numbers: Iterator[int] = itertools.count()
        self._writing: set[asyncio.Task[None]] = set()

    async def skip_old_mail(self) -> None:
        """Leave alone what earlier runs left in the mailboxes."""
        await self._mailroom.skip()

    async def finish(self) -> None:
        """Let everybody put down the pen."""
        await asyncio.gather(*self._writing, return_exceptions=True)

    async def close(self) -> None:
        """Nobody reads mail any more."""
        await self._client.aclose()

    async def read_mail(self) -> None:
        """Decide about every letter; one about a request that the feed has not told yet waits."""
        letters, self._letters = [*self._letters, *await self._mailroom.new()], []
        for letter in letters:
            if letter.request_id is None or letter.link is None or self._run not in letter.lifecycle_id:
                self._record.counts["letters that ask nothing"] += 1
                continue
            asked = self._picture.request(letter.lifecycle_id, letter.request_id)
            if asked is None:
                self._letters.append(letter)
            else:
                self._receive(letter.reader.id, asked, letter.link)

    def _receive(self, person: str, asked: Asked, link: str) -> None:
        self._links[asked.lifecycle_id, asked.id, person] = link
        self._record.counts["letters that ask"] += 1
        key = (asked.lifecycle_id, asked.id, person, asked.turns)
        if key in self._reacted:
            return
        self._reacted.add(key)
        if list(asked.holders) == [person]:
            self._record.lags.append(self._now() - asked.opened_at)
        reaction = self._temper.reaction(person, asked.lifecycle_id, asked.id, asked.turns)
        if not reaction.never:
            heapq.heappush(self._due, _Due(self._now() + reaction.after, next(self._numbers), asked, person))

    def write_what_is_due(self) -> None:
        """Begin the answers whose time has come, a few at once."""
        while self._due and self._due[0].at <= self._now() and len(self._writing) < AT_ONCE:
            due = heapq.heappop(self._due)
            if due.asked.is_open:
                task = asyncio.create_task(self._write(due))
                self._writing.add(task)
                task.add_done_callback(self._writing.discard)

    async def _write(self, due: _Due) -> None:
        try:
            sheet = await open_sheet(self._client, self._links[due.asked.lifecycle_id, due.asked.id, due.person_id])
            if sheet.status == 200 and sheet.paper.controls:
                await self._fill(due, sheet)
            elif sheet.status in GONE or sheet.status == 200:
                self._record.counts["links that were no longer asked"] += 1
            else:
                self._again(due, f"{due.about}: the page was answered {sheet.status}")
        except httpx2.HTTPError as error:
            self._again(due, f"{due.about}: {type(error).__name__}")
        except Exception as error:  # noqa: BLE001 - one answer that cannot be written must not end the season
            self._record.faults.append(f"{due.about}: {type(error).__name__}: {error}"[:400])

    def _again(self, due: _Due, why: str) -> None:
        if due.tries + 1 >= TRIES:
            self._record.faults.append(why)
            return
        later = _Due(self._now() + LATER, next(self._numbers), due.asked, due.person_id, due.tries + 1)
        heapq.heappush(self._due, later)

    async def _fill(self, due: _Due, sheet: Sheet) -> None:
        """Hand in an answer; first a wrong one, if this person is like that."""
        asked, person, faults = due.asked, due.person_id, self._record.faults
        matter = (asked.lifecycle_id, asked.id, asked.turns)
        pen = Pen(asked, self._sheetful(asked, person), self._temper.chance("pen", person, *matter))
        answers = pen.answers(self._temper.decision(pen.form, asked.kind, *matter))
        missing = pen.missing_on(sheet.paper, answers)
        if missing:
            faults.append(f"{due.about}: the page of {asked.form} does not ask for {', '.join(missing)}")
            answers = {name: value for name, value in answers.items() if name not in missing}
        if self._temper.reaction(person, *matter).wrong:
            first = await hand_in(self._client, sheet, pen.wrong(answers))
            self._record.counts["wrong answers given back"] += first.status_code == 422
            if first.status_code not in {422, *GONE}:
                faults.append(f"{due.about}: a wrong answer to {asked.form} was answered {first.status_code}")
        answer = await hand_in(self._client, sheet, answers)
        if answer.status_code == 200:
            self._record.counts["answers"] += 1
            self._record.lags.append(self._now() - due.at)
        elif answer.status_code in GONE:
            self._record.counts["answers that came too late"] += 1
        else:
            faults.append(f"{due.about}: a right answer to {asked.form} was answered {answer.status_code}")

    def _about(self, asked: Asked) -> Pairing | None:
        """The placement that is meant: the request's own, or the one that an incident's case is about."""
        return self._pairings.get(asked.lifecycle_id.removeprefix("inc-"))

    def _sheetful(self, asked: Asked, person: str) -> Sheetful:
        pairing = self._about(asked)
        offers = {one.id: one for one in self._company.offers}
        offer = pairing.offer if pairing else offers.get(asked.lifecycle_id, self._company.offers[0])
        return Sheetful(
            role=asked.holders.get(person, asked.last_role),
            name=self._names[person],
            today=self._now().date(),
            start=offer.start,
            end=self._record.lasts.get(asked.lifecycle_id, offer.end),
            skills=offer.skills,
            zone=self._zone,
        )
