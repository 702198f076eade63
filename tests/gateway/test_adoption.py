"""Another version of a program in the catalogue: what it changes is told, and live placements adopt it one by one."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from catalog.program_catalog import all_programs
from cli import program_changes
from cli.errors import UserError
from schemas.programs import Program
from tests.gateway.desk import Desk, until
from tests.gateway.real import Real, working

PROGRAM = "boston-summer-internship"


def next_version(**asks: dict[str, Any]) -> Program:
    """Version 2027.2 of the shipped program: every ask given by its id gets the parts given."""
    parts = all_programs()[PROGRAM].model_dump(mode="json")
    for stage in parts["stages"]:
        for ask in stage["asks"]:
            ask.update(asks.get(ask["id"], {}))
    return Program.model_validate(parts | {"version": "2027.2"})


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep the gateway's log out of what the commands print."""
    with capture_logs():
        yield


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A version in which the agreement is another ask, and the host has a day more; called, it is in the catalogue."""
    found = next_version(agreement={"id": "plan"}, host_confirmation={"due": "opened + 4bd"})
    return lambda: monkeypatch.setitem(all_programs(), PROGRAM, found)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the commands talk to a gateway without a socket."""

    def talk_to(api: httpx2.AsyncClient) -> None:
        @asynccontextmanager
        async def here(_: Path) -> AsyncIterator[httpx2.AsyncClient]:
            yield api

        monkeypatch.setattr(program_changes, "gateway", here)

    return talk_to


async def two(desk: Desk) -> None:
    """One placement that is proposed, one that is being prepared, both by 2027.1."""
    await desk.proposed("pl-1", "lrn-1042")
    await desk.proposed("pl-2", "lrn-1043", "opp-6002")
    await desk.send("offer.made", "pl-2")
    await desk.send("offer.accepted", "pl-2")


async def test_a_preview_tells_what_would_change_and_changes_nothing(desk: Desk) -> None:
    await desk.proposed("pl-1", "lrn-1042")
    await desk.send("offer.made", "pl-1")
    await desk.send("offer.accepted", "pl-1")
    before = await desk.view()
    events = await desk.count("select count(*) from inbox")

    answer = await desk.api.post(
        "/events/preview", json=desk.event("placement.extended", "pl-1", {"end": "2027-08-27"})
    )

    assert answer.status_code == 200, answer.text
    moved = {one["request_id"]: (one["how"], one["due_after"]) for one in answer.json()["changes"]}
    assert moved["final_evaluation"] == ("due", "2027-08-27T21:00:00Z")
    assert await desk.view() == before
    assert await desk.count("select count(*) from inbox") == events


async def test_a_preview_says_why_it_would_be_refused(desk: Desk) -> None:
    await desk.proposed("pl-1", "lrn-1042")
    answer = await desk.api.post("/events/preview", json=desk.event("placement.resumed", "pl-1"))
    assert answer.json()["refused"] == "not_allowed_now"
    assert "is not possible now" in answer.json()["reason"]


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (("placement.extended", "pl-1", {"end": "tomorrow"}), 422),
        (("placement.extended", "pl-9", {"end": "2027-08-27"}), 422),
        (("placement.proposed", "pl-9", {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}), 422),
        (("no.such", "pl-1", {}), 422),
    ],
    ids=["wrong data", "unknown placement", "an opening", "unknown type"],
)
async def test_what_cannot_be_previewed_is_said(
    desk: Desk, event: tuple[str, str, dict[str, str]], status: int
) -> None:
    await desk.proposed("pl-1", "lrn-1042")
    answer = await desk.api.post("/events/preview", json=desk.event(*event))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_preview_keeps_no_shifts(desk: Desk) -> None:
    await desk.proposed("pl-1", "lrn-1042")
    day = {"id": "a", "start": "2027-07-06T09:00:00-04:00", "end": "2027-07-06T15:00:00-04:00"}
    plan = {"first": "2027-07-05", "last": "2027-07-11", "shifts": [day]}
    answer = await desk.api.post("/events/preview", json=desk.event("shifts.planned", "pl-1", plan))
    assert answer.status_code == 200, answer.text
    assert await desk.count("select count(*) from shifts") == 0


async def test_without_a_worker_a_preview_says_to_ask_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.proposed("pl-1", "lrn-1042")
    monkeypatch.setattr("gateway.previews.PATIENCE", 0.1)
    desk.lifecycles.away = True
    answer = await desk.api.post("/events/preview", json=desk.event("offer.made", "pl-1"))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"]


async def test_only_those_without_an_outcome_are_live(desk: Desk) -> None:
    await two(desk)
    await desk.send("placement.withdrawn", "pl-2")
    found = {
        live: [one["id"] for one in (await desk.api.get("/placements", params={"live": live})).json()["items"]]
        for live in ("true", "false")
    }
    assert found == {"true": ["pl-1"], "false": ["pl-2"]}


async def test_a_dry_run_lists_who_moves_what_changes_and_who_cannot(
    desk: Desk, renamed: Callable[[], None], commands: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await two(desk)
    renamed()
    commands(desk.api)

    assert await program_changes.adopt(PROGRAM, dry_run=True) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert "is at version 2027.2 in the catalogue; 2 live placements go by another version." in said
    assert "host confirmation: due Fri 11 Jun 2027 17:00 instead of Thu 10 Jun 2027 17:00" in said
    assert "1 would go on by version 2027.2; 1 message would go out." in said
    assert "cannot pl-2 (preparing): program: version 2027.2 has no ask 'agreement'" in said
    assert {(await desk.view(id_))["program_version"] for id_ in ("pl-1", "pl-2")} == {"2027.1"}


async def test_each_adopts_by_an_act_of_its_own_that_names_who_did_it_and_again_nothing_happens(
    desk: Desk, renamed: Callable[[], None], commands: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await two(desk)
    renamed()
    commands(desk.api)

    assert await program_changes.adopt(PROGRAM, yes=True, by="ada") == 0
    assert "1 by version 2027.2 now; 1 cannot." in capsys.readouterr().out
    assert [(await desk.view(id_))["program_version"] for id_ in ("pl-1", "pl-2")] == ["2027.2", "2027.1"]
    assert await desk.count("select count(*) from inbox where source = '/cli/ada' and event_id like '%-pl-1'") == 1
    assert await desk.count("select count(*) from lifecycle_events where type = 'program.adopted'") == 1

    assert await program_changes.adopt(PROGRAM, yes=True, by="ada") == 0
    assert await desk.count("select count(*) from lifecycle_events where type = 'program.adopted'") == 1


async def test_only_those_that_are_named_move(desk: Desk, renamed: Callable[[], None], commands: Any) -> None:
    await two(desk)
    renamed()
    commands(desk.api)
    assert await program_changes.adopt(PROGRAM, yes=True, placements=("pl-2",), by="ada") == 0
    assert (await desk.view("pl-1"))["program_version"] == "2027.1"
    with pytest.raises(UserError, match="pl-9 is no live placement"):
        await program_changes.adopt(PROGRAM, yes=True, placements=("pl-9",))
    with pytest.raises(UserError, match="there is no program boston-summer; did you mean"):
        await program_changes.adopt("boston-summer")


async def test_nothing_is_done_without_a_yes(
    desk: Desk, renamed: Callable[[], None], commands: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two(desk)
    renamed()
    commands(desk.api)
    with pytest.raises(UserError, match="add --yes"):
        await program_changes.adopt(PROGRAM, by="ada")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda *_: "n")
    assert await program_changes.adopt(PROGRAM, by="ada") == 1
    assert (await desk.view("pl-1"))["program_version"] == "2027.1"


async def test_a_pause_reaches_every_live_placement_once(
    desk: Desk, commands: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await two(desk)
    commands(desk.api)
    first, last = (desk.now.date().replace(day=day) for day in (8, 9))

    assert await program_changes.pause(PROGRAM, from_=first, to=last, reason="snow_day", yes=True, by="ada") == 0
    assert "2 paused 2027-06-08 to 2027-06-09." in capsys.readouterr().out
    assert await desk.count("select count(*) from lifecycle_events where type = 'placement.paused'") == 2

    assert await program_changes.pause(PROGRAM, from_=first, to=last, reason="snow_day", yes=True, by="ada") == 0
    assert "is paused 2027-06-08 to 2027-06-09 already." in capsys.readouterr().out
    assert await desk.count("select count(*) from lifecycle_events where type = 'placement.paused'") == 2


async def test_a_pause_of_days_that_are_over_is_told_for_each(
    desk: Desk, commands: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await two(desk)
    commands(desk.api)
    day = desk.now.date().replace(day=1)
    assert await program_changes.pause(PROGRAM, from_=day, to=day, reason="snow_day", dry_run=True, json=True) == 0
    told = json.loads(capsys.readouterr().out)["placements"]
    assert [(one["id"], one["moves"], "is over" in one["kept_by"]) for one in told] == [
        ("pl-1", False, True),
        ("pl-2", False, True),
    ]


async def test_on_a_real_server_one_moves_and_the_other_stays(
    real: Real, commands: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real.wait_long()
    async with working(real):
        await real.opened()
        await real.send("placement.proposed", "pl-1", learner_id="lrn-1043", opportunity_id="opp-6001")
        await real.send("placement.proposed", "pl-2", learner_id="lrn-1050", opportunity_id="opp-6001")
        await real.send("offer.made", "pl-2")

        async def offered() -> bool:
            return await real.state("pl-2") == "offered"

        await until(offered)
        monkeypatch.setitem(all_programs(), PROGRAM, next_version(offer={"id": "yes"}))
        commands(real.api)
        assert await program_changes.adopt(PROGRAM, yes=True, by="ada") == 0
        views = [(await real.api.get(f"/placements/{real.named(id_)}")).json() for id_ in ("pl-1", "pl-2")]
        history = await real.client.get_workflow_handle(f"placement/{real.named('pl-1')}").fetch_history()

    assert [view["program_version"] for view in views] == ["2027.2", "2027.1"]
    acts = [one for one in history.events if one.HasField("workflow_execution_update_accepted_event_attributes")]
    names = [one.workflow_execution_update_accepted_event_attributes.accepted_request.input.name for one in acts]
    assert names == ["adopt_program"]
