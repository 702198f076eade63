"""What the terminal shows of every lifecycle, asked of a real gateway."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
from structlog.testing import capture_logs

from cli import incidents, opportunities, partnerships, placements
from cli.errors import UserError
from cli.stack.ports import free_port
from gateway.app import make_app
from gateway.delivery import Deliverer
from gateway.health import Health
from gateway.serve import serve
from gateway.services import Services
from records import lifecycles
from records.pool import Pool, open_pool
from schemas.acts import Batch
from tests.gateway.lifecycles import InMemoryLifecycles, WellTemporal
from tests.records.cases import case
from tests.records.lives import Life, offer

KEY = "a-long-key"


@pytest.fixture
async def pool(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pool]:
    """Yield the database behind a gateway that the commands find by their environment."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("JOURNEYWORK_URL", url)
    monkeypatch.setenv("JOURNEYWORK_API_KEY", KEY)
    async with open_pool(database) as opened:
        services = Services(
            pool=opened,
            deliverer=Deliverer(opened, InMemoryLifecycles()),
            health=Health(opened, WellTemporal()),
            api_key=KEY,
            public_url=url,
        )
        serving = asyncio.create_task(serve(make_app(services, dispatch=False), "127.0.0.1", port))
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                break
            await asyncio.sleep(0.02)
        async with opened.acquire() as conn:
            for batch in (Life().batch(), *(case(name) for name in ("opportunity", "partnership", "incident"))):
                await lifecycles.record_batch(conn, batch)
        with capture_logs():
            yield opened
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("room", "titles", "row"),
    [
        (
            placements,
            "placement state learner host dates awaited next due",
            "pl-1 proposed st-1 host-1 2027-07-06 to 2027-08-13 worksite supervisor",
        ),
        (
            opportunities,
            "opportunity state host dates free in line awaited next due",
            "op-1 open host-1 2027-07-06 to 2027-08-13 2 of 2 site contact Fri 25 Jun 2027 17:00",
        ),
        (
            partnerships,
            "partnership state host may host agreed until awaited next due",
            "par-host-1 active host-1 yes 2029-06-30 site contact Fri 25 Jun 2027 17:00",
        ),
        (
            incidents,
            "incident state severity placement learner awaited next due",
            "inc-1 open high pl-1 st-1 site contact Fri 25 Jun 2027 17:00",
        ),
    ],
    ids=lambda value: value.__name__.removeprefix("cli.") if isinstance(value, ModuleType) else "",
)
async def test_a_list_shows_where_each_stands_and_who_is_awaited(
    pool: Pool,  # noqa: ARG001 - the gateway must run
    capsys: pytest.CaptureFixture[str],
    room: ModuleType,
    titles: str,
    row: str,
) -> None:
    await room.list_(host="host-1")
    head, first = lines(capsys)
    assert head == titles
    assert first.startswith(row)


@pytest.mark.parametrize(
    ("room", "id_", "facts"),
    [
        (
            placements,
            "pl-1",
            "learner st-1, opportunity op-1 at host-1, 2027-07-06 to 2027-08-13, boston-summer-internship ",
        ),
        (
            opportunities,
            "op-1",
            "host host-1, 2 of 2 seats free, 2027-07-06 to 2027-08-13, boston-summer-internship 2026.1",
        ),
        (
            partnerships,
            "par-host-1",
            "host host-1, may host, 2027-01-04 to 2029-06-30, boston-summer-internship 2026.1",
        ),
        (
            incidents,
            "inc-1",
            "severity high, placement pl-1, learner st-1, host host-1, boston-summer-internship 2026.1",
        ),
    ],
)
async def test_one_is_shown_with_what_it_is_about_and_its_requests(
    pool: Pool,  # noqa: ARG001 - as above
    capsys: pytest.CaptureFixture[str],
    room: ModuleType,
    id_: str,
    facts: str,
) -> None:
    await room.show(id_)
    said = lines(capsys)
    assert said[0].startswith(id_)
    assert said[1].startswith(facts)
    assert "request asked of state opens due closes" in said
    assert " open Mon 21 Jun 2027" in said[said.index("request asked of state opens due closes") + 1]


async def test_an_opportunity_that_never_asked_anybody_is_shown_without_requests(
    pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, offer("op-2")[1])
    await opportunities.show("op-2")
    assert not any(line.startswith("request") for line in lines(capsys))


async def test_a_timeline_tells_what_happened(
    pool: Pool,  # noqa: ARG001 - as above
    capsys: pytest.CaptureFixture[str],
) -> None:
    await incidents.timeline("inc-1")
    assert lines(capsys) == ["Mon 21 Jun 2027 12:00 confirmation: asked of"]


async def test_json_is_the_gateways_answer(
    pool: Pool,  # noqa: ARG001 - as above
    capsys: pytest.CaptureFixture[str],
) -> None:
    await partnerships.list_(json=True)
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["items"]] == ["par-host-1"]


async def test_nothing_found_is_said_and_what_is_not_there_is_one_line(
    pool: Pool,  # noqa: ARG001 - as above
    capsys: pytest.CaptureFixture[str],
) -> None:
    await incidents.list_(state="closed")
    assert capsys.readouterr().err == "no incident fits\n"
    with pytest.raises(UserError, match="there is no partnership par-0"):
        await partnerships.show("par-0")


@pytest.mark.usefixtures("pool")
async def test_a_placements_documents_are_listed_with_what_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await placements.document("pl-1")

    assert "certificate not yet: it is not completed" in lines(capsys)


async def test_a_document_is_written_to_a_file_or_refused_with_the_reason(pool: Pool, tmp_path: Path) -> None:
    async with pool.acquire() as conn:
        view = Life().batch().view | {"state": "completed", "outcome": "completed"}
        await lifecycles.record_batch(
            conn, Batch(lifecycle="placement", id="pl-1", epoch=2, seq=1, facts=(), view=view)
        )
    await placements.document("pl-1", "certificate", language="es", output=tmp_path / "c.pdf")

    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF-1.7")
    with pytest.raises(UserError, match="no hours were handed in"):
        await placements.document("pl-1", "hours", output=tmp_path / "h.pdf")
    with pytest.raises(UserError, match="cannot be written"):
        await placements.document("pl-1", "certificate", output=tmp_path / "missing" / "c.pdf")
