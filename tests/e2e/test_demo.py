"""The demo as an outsider runs it, with a worker killed in the middle, and what it leaves behind.

Its people are the canaries: whatever names them is searched for wherever nothing personal may be.
"""

import asyncio
import csv
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import psutil
import pytest
from temporalio.client import Client

from cli.backup.dumping import program
from cli.demo.handing_in import hand_in, open_sheet
from cli.demo.paper import Writer
from cli.stack.found import StackFile, find_stack
from records.pool import open_connection
from schemas.vocabulary import RequestKind
from tests.cli.started import COMMAND, ROOT, environment, free_base
from tests.e2e.people import until
from tests.webhooks.receiver import Receiver, receiving

SAMPLE = ROOT / "catalog" / "examples" / "boston-summer"
SPEED = "1.2"
PLACEMENTS = "org.journeywork.placement.*"
LIMIT = 170
RATINGS = "select * from assessments where placement_id = $1 order by occasion, skill"


@dataclass(frozen=True)
class Played:
    """A demo that has been played and whose stack is still up."""

    summary: dict[str, Any]
    stack: StackFile
    errors: Path
    plain: Receiver
    named: Receiver


async def _disturbed(data: Path, plain: Receiver, named: Receiver) -> None:
    """Have events sent, all to one receiver, some with names to another; SIGKILL the worker once the summer goes."""
    subscribed = False
    while True:
        await asyncio.sleep(0.2)
        stack = find_stack(data)
        if stack is None or stack.urls.gateway is None:
            continue
        async with httpx2.AsyncClient(
            base_url=stack.urls.gateway, headers={"Authorization": f"Bearer {stack.api_key}"}
        ) as client:
            if not subscribed:
                for receiver, more in ((plain, {}), (named, {"personal_data": True, "types": [PLACEMENTS]})):
                    hook = {"url": receiver.url, "owner": "it@example.org", "purpose": "tests", "after": "0-0", **more}
                    made = await client.post("/webhooks", json=hook)
                    assert made.status_code == 201, made.text
                subscribed = True
            page = (await client.get("/placements", params={"state": "active"})).json()
        if len(page["items"]) >= 5:
            os.kill(stack.pids["worker"], signal.SIGKILL)
            return


@pytest.fixture(scope="module")
async def played(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Played]:
    """Play the demo, kill its worker once, and keep the stack up."""
    folder = tmp_path_factory.mktemp("demo")
    data, errors = folder / "data", folder / "errors.txt"
    with errors.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(*COMMAND, "demo", "--json", "--speed", SPEED, "--data", str(data), "--port-base", str(free_base())),
            cwd=ROOT,
            env=environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    assert process.stdout
    text = b""
    async with receiving() as plain, receiving() as named:
        killer = asyncio.create_task(_disturbed(data, plain, named))
        try:
            async with asyncio.timeout(LIMIT):
                while not text.rstrip().endswith(b"\n}"):
                    line = await process.stdout.readline()
                    assert line, f"the demo ended early: {errors.read_text()[-3000:]}"
                    text += line
                await killer
            stack = find_stack(data)
            assert stack
            yield Played(json.loads(text), stack, errors, plain, named)
        finally:
            killer.cancel()
            process.terminate()
            await process.wait()


def test_every_placement_ends_as_scripted_although_the_worker_was_killed(played: Played) -> None:
    fallen_short = {one["script"]: one["shortfalls"] for one in played.summary["placements"] if one["shortfalls"]}
    assert fallen_short == {}
    assert played.summary["ok"]
    assert len(played.summary["placements"]) == 12


def test_the_extension_moved_every_open_deadline(played: Played) -> None:
    notes = next(one["notes"] for one in played.summary["placements"] if one["script"] == "extended")
    assert any(re.fullmatch(r"([1-9]\d*) of \1 open deadlines moved", note) for note in notes), notes


def test_completed_placements_have_a_skill_gain(played: Played) -> None:
    completed = [one for one in played.summary["placements"] if one["outcome"] == "completed"]
    assert completed
    assert [one for one in completed if not (one["skill_gain"] and one["skill_gain"]["change"] > 0)] == []


async def test_no_name_address_birth_date_or_words_of_people_are_in_temporal_logs_metrics_events_webhooks_or_errors(
    played: Played,
) -> None:
    canaries = await _canaries(played)
    assert len(canaries.people) > 60
    assert len(canaries.written) > 20
    stored = [*played.stack.data.glob("temporal.db*"), *(played.stack.data / "logs").glob("*.log"), played.errors]
    assert len(stored) > 4
    texts = {path.name: path.read_bytes() for path in stored}
    texts |= {"events": await _feed(played), "errors": await _refusals(played, canaries.people[0])}
    texts |= {"metrics": await _metrics(played), "webhooks": await _sent(played, played.plain)}
    found = {(name, word) for name, text in texts.items() for word in canaries.all if _is_in(word, text)}
    assert found == set()
    seen = [name for name, text in texts.items() if b"lrn-1041" in text]
    assert {"events", "webhooks"} <= {*seen}, "the search finds what is there"
    assert any(name.startswith("temporal.db") for name in seen), "also in Temporal's files"


async def test_a_webhook_that_is_told_names_is_told_names_and_nothing_else(played: Played) -> None:
    sent = await _sent(played, played.named)
    canaries = await _canaries(played)
    events = [one.event for one in played.named.got]
    assert {part for one in events for part in one["data"]["people"]} == {"learner", "worksite_supervisor"}
    names = {one["family_name"] for event in events for one in event["data"]["people"].values()}
    async with open_connection(played.stack.urls.database) as conn:
        assert names <= {row["family_name"] for row in await conn.fetch("select family_name from people")}
    assert len(names) > 10
    others = {word for word in canaries.all if not any(word in name for name in names)}
    assert [word for word in others if _is_in(word, sent)] == []


async def test_an_erased_learner_is_nowhere_and_the_outcome_still_counts(played: Played) -> None:
    completed = next(one for one in played.summary["placements"] if one["outcome"] == "completed")
    view = f"/placements/{completed['id']}"
    async with open_connection(played.stack.urls.database) as conn, _api(played) as api:
        learner = (await api.get(view)).json()["learner_id"]
        person = await conn.fetchrow("select * from people where id = $1", learner)
        assert person
        marks = [
            person["email"],
            f"{person['given_name']} {person['family_name']}",
            person["birth_date"].isoformat(),
        ]
        gain = await conn.fetch(RATINGS, completed["id"])
        for expected in (False, True):
            answer = await api.post(f"/people/{learner}/erase", json={"reason": "asked", "withdraw": True})
            assert (answer.status_code, answer.json().get("before")) == (200, expected), answer.text
        logs = [path.read_bytes() for path in (played.stack.data / "logs").glob("*.log")]
        dumped = await _dumped(played)
        assert learner.encode() in dumped
        assert [mark for mark in marks for text in (dumped, *logs) if _is_in(mark, text)] == []
        assert (await api.get(view)).json()["outcome"] == "completed"
        assert (
            await conn.fetch("select * from assessments where placement_id = $1 order by 2, 3", completed["id"]) == gain
        )


class Canaries(NamedTuple):
    """What tells who somebody is, and what people wrote."""

    people: list[str]
    written: set[str]

    @property
    def all(self) -> set[str]:
        return {*self.people, *self.written}


async def _canaries(played: Played) -> Canaries:
    async with open_connection(played.stack.urls.database) as conn:
        rows = await conn.fetch("select answers from submissions union all select answers from drafts")
        phones = await conn.fetch("select phone from people where phone is not null")
    people = [*_cells(SAMPLE / "oneroster" / "users.csv", "familyName", "email")]
    people += [*_cells(SAMPLE / "employers.csv", "family_name", "email")]
    people += [*_cells(SAMPLE / "oneroster" / "demographics.csv", "birthDate")]
    people += [row["phone"] for row in phones]
    return Canaries(people, {text for row in rows for text in _texts(row["answers"]) if len(text) > 11 and " " in text})


def _is_in(word: str, text: bytes) -> bool:
    """Whether a word is there, as it is or as JSON may write it."""
    return any(one.encode() in text for one in {word, json.dumps(word)[1:-1]})


async def _metrics(played: Played) -> bytes:
    """What the Temporal server says to whoever counts; Journeywork itself has no such page."""
    server = psutil.Process(played.stack.pids["temporal"])
    ports = {
        one.laddr.port
        for process in (server, *server.children(recursive=True))
        for one in process.net_connections("tcp")
        if one.status == psutil.CONN_LISTEN
    }
    async with _api(played) as api, httpx2.AsyncClient(timeout=2) as anybody:
        assert (await api.get("/metrics")).status_code == 404
        for port in ports - {*played.stack.ports.model_dump().values()}:
            with suppress(httpx2.HTTPError):
                answer = await anybody.get(f"http://127.0.0.1:{port}/metrics")
                if b"service_requests" in answer.content:
                    return answer.content
    raise AssertionError(f"no metrics on {ports}")


async def _sent(played: Played, to: Receiver) -> bytes:
    """Every request to a receiver, once nothing waits any more."""

    async def all_sent() -> bool:
        async with _api(played) as api:
            hooks = (await api.get("/webhooks")).json()["items"]
        return not sum(one["waiting"] for one in hooks if one["url"] == to.url)

    await until(all_sent)
    return b"".join(json.dumps([one.headers, one.body], ensure_ascii=False).encode() for one in to.got)


def _api(played: Played) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {played.stack.api_key}"}
    return httpx2.AsyncClient(base_url=played.stack.urls.gateway or "", headers=headers)


async def _dumped(played: Played) -> bytes:
    """Everything that Postgres holds, table by table, mail that waits with it."""
    words = (program("pg_dump"), "--no-owner", played.stack.urls.database)
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    dumped = (await process.communicate())[0]
    assert process.returncode == 0
    return dumped


async def _feed(played: Played) -> bytes:
    """The whole outgoing feed, as a subscriber gets it."""
    async with _api(played) as api:
        pages, after = b"", ""
        while True:
            answer = await api.get("/events", params={"after": after, "limit": 200} if after else {"limit": 200})
            pages += answer.content
            if not answer.json()["items"]:
                return pages
            after = answer.json()["next"]


async def _refusals(played: Played, name: str) -> bytes:
    """What the gateway says to requests that are wrong and hold somebody's name."""
    event = {"specversion": "1.0", "id": name, "source": "/x", "type": "org.journeywork.offer.made", "subject": name}
    async with _api(played) as api:
        answers = [
            await api.post("/events", json={**event, "subject": "pl-nobody", "id": "x", "data": {"reason": name}}),
            await api.post("/events", json={**event, "id": "y", "type": name, "subject": "pl-1", "data": {}}),
            await api.post("/events", content=f'{{"specversion": "{name}'.encode()),
            await api.get("/placements", params={"limit": name}),
            await api.get(f"/people/{name}/export"),
        ]
    assert all(one.status_code in {404, 409, 415, 422} for one in answers), [one.status_code for one in answers]
    return b"".join(one.content for one in answers)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | dict():
            parts: Iterable[Any] = value.values() if isinstance(value, dict) else value  # pyright: ignore[reportUnknownVariableType]
            for one in parts:  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(one)
        case _:
            return


def _cells(path: Path, *columns: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file) for column in columns if len(row[column]) > 4]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('State="completed"', 9),
        ('State="no_show"', 1),
        ('State="completed_evaluation_not_provided"', 1),
        ('Host="hst-4005" and WorkflowType="PlacementWorkflow"', 1),
        ("Overdue=true", 1),  # the evaluation that is left to the visitor
    ],
)
async def test_temporals_list_can_be_filtered(played: Played, query: str, expected: int) -> None:
    client = await Client.connect(played.stack.urls.temporal)
    assert len([one async for one in client.list_workflows(query)]) == expected


async def test_the_timeline_tells_who_was_asked_when(played: Played) -> None:
    never = next(one for one in played.summary["placements"] if one["script"] == "never_returned")
    command = await asyncio.create_subprocess_exec(
        *(*COMMAND, "placements", "timeline", never["id"], "--data", str(played.stack.data)),
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    out = (await command.communicate())[0].decode()
    assert command.returncode == 0
    told = ("asked of", "reminder to", "now also asked of alternate supervisor", "closed, nobody answered")
    assert [words for words in told if f"final evaluation: {words}" not in out] == []


async def test_after_the_summer_the_visitor_can_send_the_evaluation_and_it_counts(played: Played) -> None:
    async with httpx2.AsyncClient(timeout=20) as visitor, _api(played) as api:
        sheet = await open_sheet(visitor, played.summary["urls"]["supervisor_form"])
        rater = Writer("visitor", RequestKind.FINAL_EVALUATION, None, "Ada Example", "2027-08-13")
        answer = await hand_in(visitor, sheet, rater.fill(sheet.paper))
        assert answer.status_code < 400, answer.text
        place = next(one for one in (await api.get("/placements")).json()["items"] if one["id"].endswith("-you"))

        async def moved_on() -> bool:
            return (await api.get(f"/placements/{place['id']}")).json()["state"] == "awaiting_sign_off"

        async def is_counted() -> bool:
            gain = (await api.get(f"/placements/{place['id']}/skill-gain")).json()
            return {"baseline", "final", "change"} <= gain.keys()

        await until(moved_on)
        await until(is_counted)
