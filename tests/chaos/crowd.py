"""The people: they read their mail, open the signed links in it and hand the forms in, again until a page says so."""

import asyncio
from datetime import UTC, datetime
from random import Random

import httpx2

from cli.demo.handing_in import hand_in, open_sheet
from cli.demo.mailroom import told_in
from cli.demo.paper import Paper, Writer
from schemas.vocabulary import RequestKind
from tests.chaos.ledger import Acked, Ledger, Mark

AT_ONCE = 6
FORMS = "/forms"
GONE = frozenset({404, 410})
DECISIONS = {"host_confirmation": "accept", "offer": "accept"}


class Crowd:
    """Everybody who gets mail with a link. Who answers is seeded; the rest never do."""

    def __init__(self, ledger: Ledger, mail: str, run: str, *, seed: int, share: float) -> None:
        self._ledger, self._mail, self._run, self._seed, self._share = ledger, mail, run, seed, share
        self._http = httpx2.AsyncClient(timeout=20)
        self._seen, self._answered = 0, set[tuple[str, str]]()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """Read mail and answer until cancelled."""
        while True:
            for message in await self._new_mail():
                for about in told_in(message["text"]):
                    if about.request_id and about.link and self._answers(about.lifecycle_id, about.request_id):
                        self._answered.add((about.lifecycle_id, about.request_id))
                        task = asyncio.create_task(self._fill(about.lifecycle_id, about.request_id, about.link))
                        self._tasks.add(task)
                        task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(1.0)

    async def finish(self) -> None:
        """Until everybody who began to write has handed in."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        await self._http.aclose()

    def _answers(self, id_: str, request_id: str) -> bool:
        if (id_, request_id) in self._answered or not id_.startswith(f"pl-{self._run}"):
            return False
        return Random(f"{self._seed}/{id_}/{request_id}").random() < self._share  # noqa: S311 - a trial's dice

    async def _new_mail(self) -> list[dict[str, str]]:
        try:
            answer = await self._http.get(f"{self._mail}/messages.json", params={"after": str(self._seen)})
        except httpx2.HTTPError:
            return []
        messages: list[dict[str, str]] = list(reversed(answer.json()))
        self._seen = max([self._seen, *(int(one["id"]) for one in messages)])
        return messages

    async def _fill(self, id_: str, request_id: str, link: str) -> None:
        async with self._gate:
            while not await self._handed_in(id_, request_id, link):  # noqa: ASYNC110 - a page is asked
                await asyncio.sleep(1.0)

    async def _handed_in(self, id_: str, request_id: str, link: str) -> bool:
        """Whether there is nothing left to do: handed in, or no longer asked."""
        ask = request_id.partition(".")[0]
        kind = RequestKind.OFFER_ACCEPTANCE if ask == "offer" else RequestKind(ask)
        try:
            sheet = await open_sheet(self._http, link)
            if sheet.status in GONE or (sheet.status == 200 and not sheet.paper.controls):
                return True
            if sheet.status != 200:
                return self._later(sheet.status)
            today = datetime.now(UTC).date().isoformat()
            writer = Writer("seed", kind, DECISIONS.get(ask), "Ada Example", today)
            answer = await hand_in(self._http, sheet, writer.fill(sheet.paper))
        except httpx2.HTTPError as error:
            self._ledger.answers[f"form {type(error).__name__}"] += 1
            return False
        if answer.status_code >= 500:
            return self._later(answer.status_code)
        self._ledger.answers[f"form {answer.status_code}"] += 1
        if answer.status_code == 200 and not Paper(answer.text).action:
            mark = Mark("request.submitted", (("request_id", request_id),))
            self._ledger.acked.append(Acked("form", FORMS, request_id, "placement", id_, opens=False, mark=mark))
        elif answer.status_code not in GONE:
            self._ledger.refused[f"form {request_id} {answer.status_code}"] += 1
        return True

    def _later(self, status: int) -> bool:
        self._ledger.answers[f"form {status}"] += 1
        if status != 503:
            self._ledger.faults.append(f"a form's page was answered {status}")
        return False
