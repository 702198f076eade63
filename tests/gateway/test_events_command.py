"""`journeywork events`: sent from a file or by a type, followed, parked ones listed with reasons, replayed."""

import io
import json
import shlex
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from cli import events, inbox
from cli.errors import UserError
from cli.event_types import types
from cli.event_words import curl, rows, sent_out
from gateway.delivery import Deliverer
from records.health import borrow
from schemas.incoming import INCOMING, example
from schemas.outgoing import OUTGOING
from tests.gateway.desk import Desk, until
from tests.gateway.poison import Picky, plant
from tests.gateway.test_delivery import dispatching, is_empty

WRONG_DAY = (
    "data.end: input should be a valid date in the format YYYY-MM-DD, input is too short; "
    "send the new last day at the worksite, such as 2027-08-27"
)


@pytest.fixture
def at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Yield the gateway that the commands talk to."""

    @asynccontextmanager
    async def connected(_: Path) -> AsyncGenerator[httpx2.AsyncClient]:
        yield desk.api

    monkeypatch.setattr(events, "gateway", connected)
    monkeypatch.setattr(inbox, "gateway", connected)
    with capture_logs():
        yield desk


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


async def test_a_type_with_its_fields_is_sent_and_a_file_too(
    at: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "events.json"
    file.write_text(json.dumps([at.event("opportunity.opened", "opp-6001", {})]), encoding="utf-8")
    learner = ("learner_id=lrn-1043", "opportunity_id=opp-6001")
    assert await events.send(str(file)) == 0
    assert await events.send(type_="placement.proposed", subject="pl-1", set_=learner, id_="p-1") == 0
    assert await events.send(type_="placement.proposed", subject="pl-1", set_=learner, id_="p-1") == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(at.event("offer.made", "pl-1"))))
    assert await events.send("-") == 0
    assert await events.send(type_="placement.extended", subject="pl-1", set_=("end=soon",)) == 1

    assert told(capsys) == [
        "applied org.journeywork.opportunity.opened opp-6001: opp-6001 is open",
        "applied org.journeywork.placement.proposed pl-1: pl-1 is proposed",
        "applied org.journeywork.placement.proposed pl-1: pl-1 is proposed (sent before)",
        "applied org.journeywork.offer.made pl-1: pl-1 is offered",
        f"refused org.journeywork.placement.extended pl-1: {WRONG_DAY}",
    ]
    assert await events.send(type_="offer.mad", subject="pl-1", json=True) == 1
    (answer,) = json.loads(capsys.readouterr().out)["items"]
    assert (answer["http_status"], answer["code"]) == (422, "unknown_type")
    assert "did you mean `org.journeywork.offer.made`?" in answer["errors"][0]["message"]


async def test_numbers_and_parts_are_set_as_their_field_takes_them(
    at: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = ("host_id=hst-4001", "program=boston-summer-internship", "seats=2", "start=2027-07-06", "end=2027-08-13")
    sent = (*fields, "supervisor_id=sup-2001", "title=7", 'job_skills=["a","b","c"]')
    assert await events.send(type_="opportunity.opened", subject="opp-new", set_=sent) == 0
    assert await events.send(type_="opportunity.opened", subject="opp-2", set_=(*sent, "clock.speed=2")) == 1
    assert "data.clock: is for rehearsals" in capsys.readouterr().out
    assert await at.count("select count(*) from opportunity_facts where title = '7'") == 1


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ({}, "a FILE (or - for standard input), or --type"),
        ({"file": "-", "type_": "offer.made"}, "a FILE (or - for standard input), or --type"),
        ({"file": "-", "subject": "pl-1"}, "go with --type"),
        ({"type_": "offer.made", "set_": ("end",)}, "write FIELD=VALUE"),
        ({"type_": "offer.made", "set_": ("a=1", "a.b=2")}, "a is set to a value already"),
    ],
)
async def test_a_mistake_in_sending_is_told_with_its_fix(said: dict[str, Any], fix: str) -> None:
    with pytest.raises(UserError, match=fix.replace("(", r"\(").replace(")", r"\)")):
        await events.send(**said)


async def test_parked_and_refused_events_are_listed_and_replayed_with_what_became_of_each(
    at: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    good, at.deliverer = at.deliverer, Deliverer(at.pool, Picky())
    async with borrow(at.pool) as conn:
        await plant(conn)
        await conn.execute("delete from inbox where lifecycle_id <> 'placement-make_offer'")
    async with dispatching(at):
        await until(lambda: is_empty(at))
    await inbox.dead(code="fault")
    parked = told(capsys)
    assert sum("refused" in line for line in parked) == 2
    assert "raising-placement-make_offer" in " ".join(parked)
    assert "fault: a fault kept it from being delivered (RuntimeError); replay it once that is mended" in " ".join(
        parked
    )

    at.deliverer = good
    async with dispatching(at):
        assert await inbox.replay(code="fault", id_="placement-make_offer", limit=1, wait=20, json=True) == 1
        first = json.loads(capsys.readouterr().out)
        assert await inbox.replay(all_=True, wait=20) == 1
    assert (len(first["items"]), first["left"]) == (1, 1)
    lines = " ".join(told(capsys))
    assert lines.count("refused") == 3
    assert "not_found: placement placement-make_offer is not running" in lines
    assert await inbox.status("good-placement-make_offer", source="/poison", json=True) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "as-ever"
    with pytest.raises(UserError, match="is applied; only a refused event can be replayed"):
        await inbox.replay("good-placement-make_offer", source="/poison")


async def test_what_waits_is_listed_and_an_unknown_event_is_told(at: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    await inbox.status()
    assert capsys.readouterr().err == "nothing waits to be delivered\n"
    async with borrow(at.pool) as conn:
        planted = await plant(conn)
    await inbox.status(limit=len(planted), json=True)
    assert len(json.loads(capsys.readouterr().out)["items"]) == len(planted) > inbox.MOST
    for wrong in (inbox.status("x"), inbox.replay("x"), inbox.replay(), inbox.status("x", source="/none")):
        with pytest.raises(UserError, match=r"source|say which|no event of this source"):
            await wrong


def test_every_type_is_listed_and_one_is_shown_with_fields_and_a_request(capsys: pytest.CaptureFixture[str]) -> None:
    types()
    types(out=True)
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == len(INCOMING) + len(OUTGOING) + 2
    types("placement.extended")
    shown = capsys.readouterr().out
    assert "the new last day at the worksite, such as 2027-08-27" in shown
    assert "curl -X POST" in shown
    types("seat.claimed", out=True, json=True)
    assert json.loads(capsys.readouterr().out)["example"]["subject"] == "opp-6001"
    with pytest.raises(UserError, match=r"did you mean `org.journeywork.offer.made`\?"):
        types("offer.mad")


def test_a_published_request_sends_the_types_example() -> None:
    for kind in INCOMING.values():
        words = shlex.split(curl(kind))
        assert json.loads(words[-1]) == example(kind)
        needed = {one.name for one in rows(kind.model) if one.needed and "." not in one.name}
        assert needed <= {*example(kind).get("data", {})}


def test_an_outgoing_types_example_is_one_and_all_lifecycles_mean_the_same_by_it() -> None:
    for kind in OUTGOING.values():
        assert len({*kind.models.values()}) == 1
        sent = sent_out(kind)
        assert {*sent["data"]} == {*kind.fields}
        if "program" not in kind.model.model_fields:
            kind.model.model_validate({"at": sent["time"], **sent["data"]})
        assert kind.tells
