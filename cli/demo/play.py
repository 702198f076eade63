"""Plays the people: reads the real mail, fills in the real forms, sends the intermediary's events on their days."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from cli.demo.cast import Cast, Part, Person
from cli.demo.handing_in import hand_in, open_sheet
from cli.demo.intermediary import Intermediary
from cli.demo.mailroom import Mailroom
from cli.demo.paper import Writer
from cli.demo.scripts import Turn
from cli.errors import UserError
from schemas.clock import Clock
from schemas.vocabulary import RequestKind

POLL = 0.25
VISITORS_DAY, VISITORS_HOUR = date(2027, 8, 13), time(16, 59)
"""When the visitor's placement begins, by its clock: a minute before the end of its last day. What is left of it is
asked at once, and a minute later its evaluation is late."""
VISITORS_REQUEST = str(RequestKind.FINAL_EVALUATION)


@dataclass
class Progress:
    """What is known of one part while it is played, on its clock."""

    part: Part
    clock: Clock
    view: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: list[str] = field(default_factory=list[str])
    taken: set[int] = field(default_factory=set[int])
    due_before: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def outcome(self) -> str | None:
        """The terminal state's code, or None while it lives."""
        return self.view.get("outcome")


class Play:
    """One run of the demo against a running gateway and mail catcher."""

    def __init__(self, cast: Cast, run: str, clock: Clock, *, zone: str, api: httpx2.AsyncClient, mail: str) -> None:
        self.cast, self.run, self.clock, self.zone, self.api = cast, run, clock, ZoneInfo(zone), api
        self.progress = {part.placement_id: Progress(part, clock) for part in cast.parts}
        self.visit = Progress(cast.visit, visitors_clock(clock, zone))
        self._known = {cast.visit.placement_id: self.visit, **self.progress}
        self._people = httpx2.AsyncClient(timeout=30, follow_redirects=False)
        self._links: dict[tuple[str, str], dict[str, str]] = {}
        self._answered: set[tuple[str, str]] = set()
        self._writing: set[asyncio.Task[None]] = set()
        self._mailroom = Mailroom(self._people, mail, cast.mailboxes)
        self._intermediary = Intermediary(api, source="/demo", run=run)

    def today(self) -> datetime:
        """Now, on the program's clock and in the worksite's zone."""
        return self.clock.program_time(datetime.now(UTC)).astimezone(self.zone)

    @property
    def visitors_link(self) -> str | None:
        """The link to the evaluation that is left to the visitor, once its supervisor has been mailed it."""
        links = self._links.get((self.visit.part.placement_id, VISITORS_REQUEST), {})
        return next(iter(links.values()), None)

    @property
    def visitor_has_answered(self) -> bool:
        """Whether that evaluation has been sent."""
        requests = self.visit.view.get("requests", ())
        return any(one["id"] == VISITORS_REQUEST and one["state"] == "submitted" for one in requests)

    async def skip_old_mail(self) -> None:
        """Ignore mail that was there before this run."""
        await self._mailroom.skip()

    async def play(self, shown: Callable[["Play"], None], deadline: datetime) -> None:
        """Play until every placement has ended and the visitor has a link, or the program's time passes `deadline`."""
        try:
            while True:
                await self._take_turns()
                await self._read_mail()
                await self._look()
                shown(self)
                ended = all(one.outcome for one in self.progress.values())
                if (ended and self.visitors_link) or self.today() > deadline:
                    break
                await asyncio.sleep(POLL)
            await asyncio.gather(*self._writing, return_exceptions=True)
            await self._look()
            shown(self)
        finally:
            await self._people.aclose()

    # --- the intermediary -------------------------------------------------------------------------------------

    async def send(self, type_: str, subject: str, data: dict[str, Any]) -> None:
        """Send one event as the intermediary does. Raises UserError when it is refused."""
        answer = await self._intermediary.send(type_, subject, data)
        if answer.is_error:
            raise UserError(f"{type_} of {subject} was refused: {answer.text[:300]}")

    async def _take_turns(self) -> None:
        today = self.today().date()
        for one in self._known.values():
            script = one.part.script
            if 0 not in one.taken and (script.proposed_on or today) <= today and self._has_ended(script.proposed_after):
                one.taken.add(0)
                await self._propose(one)
            for number, turn in enumerate(script.turns, start=1):
                if number not in one.taken and turn.on <= today and self._may(one, turn):
                    one.taken.add(number)
                    dues = self._open_dues(one.view)
                    one.due_before = {name: due for name, due in dues.items() if due >= today.isoformat()}
                    await self.send(turn.type, one.part.placement_id, dict(turn.data))
                    one.notes.append(f"{today:%-d %b}: {turn.type}")

    def _has_ended(self, script: str | None) -> bool:
        return script is None or all(one.outcome for one in self.progress.values() if one.part.script.name == script)

    def _may(self, one: Progress, turn: Turn) -> bool:
        """Whether the placement has come far enough for a turn."""
        return bool(one.view) and not one.outcome and (turn.once is None or turn.once in self._open_dues(one.view))

    async def _propose(self, one: Progress) -> None:
        await self.send(
            "placement.proposed",
            one.part.placement_id,
            {
                "learner_id": one.part.learner_id,
                "opportunity_id": one.part.opportunity_id,
                "clock": one.clock.model_dump(mode="json"),
            },
        )

    async def _look(self) -> None:
        cursor: str | None = None
        while True:
            params = {"limit": "200", **({"cursor": cursor} if cursor else {})}
            page = (await self.api.get("/placements", params=params)).json()
            for view in page["items"]:
                if view["id"] in self._known:
                    self._seen(self._known[view["id"]], view)
            cursor = page.get("next")
            if not cursor:
                return

    def _seen(self, one: Progress, view: dict[str, Any]) -> None:
        if one.due_before and any(turn.type == "placement.extended" for turn in one.part.script.turns):
            now = self._open_dues(view)
            if view["end"] != one.view.get("end"):
                still = {name: due for name, due in one.due_before.items() if name in now}
                moved = [name for name, due in still.items() if now[name] > due]
                one.notes.append(f"{len(moved)} of {len(still)} open deadlines moved")
                one.due_before = {}
        one.view = view

    @staticmethod
    def _open_dues(view: dict[str, Any]) -> dict[str, str]:
        return {one["id"]: one["due_at"] for one in view["requests"] if one["state"] == "open"}

    # --- the people -------------------------------------------------------------------------------------------

    async def _read_mail(self) -> None:
        for letter in await self._mailroom.new():
            one = self._known.get(letter.lifecycle_id)
            if one is not None and letter.request_id and letter.link:
                self._receive(one, letter.request_id, letter.reader, letter.link)

    def _receive(self, one: Progress, request_id: str, reader: Person, link: str) -> None:
        key = (one.part.placement_id, request_id)
        links = self._links.setdefault(key, {})
        links[reader.id] = link
        for person in list(links):
            if key not in self._answered and self._answers_now(one, request_id, person, links):
                self._answered.add(key)
                task = asyncio.create_task(self._write(one, request_id, person, links[person]))
                self._writing.add(task)
                task.add_done_callback(self._writing.discard)

    def _answers_now(self, one: Progress, request_id: str, person: str, links: dict[str, str]) -> bool:
        kind, script = _kind(request_id), one.part.script
        role = next((role for role, holder in one.view.get("team", {}).items() if holder == person), "")
        when = script.answers.get((kind, person)) or script.answers.get((kind, role), "at_once")
        if when == "after_alternate":
            return len(links) > 1
        if when == "after_move":
            return len(one.taken) > 1
        return when == "at_once"

    async def _write(self, one: Progress, request_id: str, person: str, link: str) -> None:
        kind = _kind(request_id)
        name = next(reader.name for reader in self.cast.mailboxes.values() if reader.id == person)
        decision = one.part.script.decisions.get(kind) or _USUAL.get(kind)
        day = one.clock.program_time(datetime.now(UTC)).astimezone(self.zone).date()
        writer = Writer(one.part.learner_id, kind, decision, name, day.isoformat())
        sheet = await open_sheet(self._people, link)
        answer = await hand_in(self._people, sheet, writer.fill(sheet.paper))
        if answer.status_code >= 400:
            one.notes.append(f"{request_id} by {person}: the form answered {answer.status_code}")
            self._answered.discard((one.part.placement_id, request_id))


def _kind(request_id: str) -> RequestKind:
    ask = request_id.partition(".")[0]
    return RequestKind.OFFER_ACCEPTANCE if ask == "offer" else RequestKind(ask)


_USUAL: dict[RequestKind, str] = {
    RequestKind.HOST_CONFIRMATION: "accept",
    RequestKind.OFFER_ACCEPTANCE: "accept",
    RequestKind.FIRST_DAY: "started",
    RequestKind.SIGN_OFF: "sign",
}


def first_day(calendar_day: date, zone: str) -> datetime:
    """The program instant at which the demo begins: early that morning at the worksite."""
    return datetime(calendar_day.year, calendar_day.month, calendar_day.day, 8, 30, tzinfo=ZoneInfo(zone))


def visitors_clock(clock: Clock, zone: str) -> Clock:
    """The clock of the placement that is left to the visitor: real speed, from its moment on."""
    moment = datetime.combine(VISITORS_DAY, VISITORS_HOUR, ZoneInfo(zone))
    return clock.changed(program_epoch=moment.astimezone(UTC), speed=1.0)
