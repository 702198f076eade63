"""`journeywork webhooks`: what it asks of the gateway, and what it tells."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from activities.webhooks.guard import Guard
from cli import webhooks
from cli.errors import UserError
from cli.stack.ports import free_port
from gateway.serve import serve
from gateway.services import WebhookRules
from records.pool import open_pool
from tests.gateway.desk import KEY, gateway_on
from tests.webhooks.receiver import OWNER, Receiver, Stage, receiving

Told = Callable[[Awaitable[object]], Awaitable[str]]


@pytest.fixture
async def stage(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """Yield a sender on the database of a gateway that the commands find by their environment."""
    port = free_port()
    monkeypatch.setenv("JOURNEYWORK_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("JOURNEYWORK_API_KEY", KEY)
    async with open_pool(database, size=6) as pool, gateway_on(database) as desk:
        made = Stage(pool)
        desk.clock[0] = made.now
        rules = WebhookRules(Guard(local=True))
        desk.app.state.services = replace(desk.app.state.services, webhooks=rules)
        serving = asyncio.create_task(serve(desk.app, "127.0.0.1", port))
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(0.02)
        yield made
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    async def run(command: Awaitable[object]) -> str:
        capsys.readouterr()
        await command
        return "\n".join(line for line in capsys.readouterr().out.splitlines() if "[info" not in line)

    return run


async def test_a_webhook_is_made_looked_into_rotated_and_deleted_from_the_terminal(
    stage: Stage, receiver: Receiver, told: Told
) -> None:
    made = json.loads(
        await told(webhooks.create(receiver.url, owner=OWNER, purpose="tests", type=["org.journeywork.*"], json=True))
    )
    id_ = made["id"]
    assert "whsec_" not in await told(webhooks.show(id_))
    assert f"sends to {receiver.url}" in await told(webhooks.show(id_))

    receiver.answers = [500]
    events = await stage.happen()
    await stage.drain()
    listed = await told(webhooks.list_())
    assert (id_ in listed, OWNER in listed) == (True, True)
    assert events[0] in await told(webhooks.deliveries(id_, state="waiting"))
    waiting = json.loads(await told(webhooks.deliveries(id_, state="waiting", json=True)))["items"][-1]
    assert "500" in await told(webhooks.deliveries(id_, waiting["id"]))
    assert events[0] in await told(webhooks.redeliver(id_, waiting["id"]))
    await stage.drain()
    assert receiver.ids == [events[0], *events]
    assert await told(webhooks.redeliver(id_, dead=True)) == "0 sent again"

    assert "whsec_" in await told(webhooks.rotate(id_, hours=24))
    first = made["secrets"][0]["id"]
    assert await told(webhooks.retire(id_, first)) == f"{first} is retired"
    assert "is disabled" in await told(webhooks.change(id_, disable=True))
    assert "is active" in await told(webhooks.change(id_, enable=True, all_types=True))
    assert await told(webhooks.delete(id_)) == f"{id_} is deleted"
    with pytest.raises(UserError, match="no webhook with this id"):
        await webhooks.show(id_)


async def test_a_test_event_tells_what_the_receiver_answered(stage: Stage, receiver: Receiver, told: Told) -> None:
    id_ = json.loads(await told(webhooks.create(receiver.url, owner=OWNER, purpose="tests", json=True)))["id"]
    receiver.answers = [204, 403]
    stop = asyncio.Event()
    running = asyncio.create_task(stage.sender.run(stop))
    assert await told(webhooks.try_(id_)) == "delivered: 204"
    assert await told(webhooks.try_(id_)) == "dead: 403"
    stop.set()
    await running


async def test_a_wrong_url_or_a_choice_left_open_is_told_in_one_line(stage: Stage) -> None:
    with pytest.raises(UserError, match=r"^url: must begin with https://$"):
        await webhooks.create("http://crm.example.org/", owner=OWNER, purpose="tests")
    with pytest.raises(UserError, match="name a DELIVERY"):
        await webhooks.redeliver("wh-1")
    with pytest.raises(UserError, match="--enable and --disable"):
        await webhooks.change("wh-1", enable=True, disable=True)
    assert stage.lives == 0
