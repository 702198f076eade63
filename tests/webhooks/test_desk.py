"""Webhooks over HTTP: made, changed, rotated, switched off and on, looked into, and sent to again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from standardwebhooks import Webhook

from activities.webhooks.guard import Guard
from activities.webhooks.signing import Keys
from gateway.services import WebhookRules
from records import disclosures
from records.pool import open_pool
from tests.gateway.desk import Desk, fields, gateway_on
from tests.webhooks.receiver import OWNER, Receiver, Stage, receiving


class Office(Stage):
    """A gateway with a sender beside it."""

    desk: Desk

    async def ask(self, method: str, path: str, status: int = 200, **sent: Any) -> Any:
        self.desk.clock[0] = self.now
        answer = await self.desk.api.request(method, f"/webhooks{path}", **sent)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    async def inside(host: str, _: int) -> list[str]:
        if host.endswith("nowhere.example.org"):
            raise OSError
        return ["127.0.0.1" if host in ("127.0.0.1", "trap.example.org") else "8.8.8.8"]

    async with open_pool(database, size=6) as pool, gateway_on(database) as desk:
        made = Office(pool, keys=["k" * 40])
        made.desk = desk
        rules = WebhookRules(Guard(local=True, resolver=inside), Keys(["k" * 40]))
        desk.app.state.services = replace(desk.app.state.services, webhooks=rules)
        yield made


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


async def test_a_webhook_is_made_tried_read_changed_and_deleted(office: Office, receiver: Receiver) -> None:
    sent = {"url": receiver.url, "owner": OWNER, "purpose": "tests", "types": ["org.journeywork.placement.*"]}
    made = await office.ask("POST", "", 201, json=sent)
    secret, id_ = made.pop("secret"), made["id"]
    assert await office.ask("GET", f"/{id_}") == made
    assert (await office.ask("GET", ""))["items"] == [made]
    assert secret.startswith("whsec_")
    assert "whsec_" not in str(made)

    queued = await office.ask("POST", f"/{id_}/test", 202)
    await office.drain()
    Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    log = await office.ask("GET", f"/{id_}/deliveries/{queued['id']}")
    assert (log["state"], [(one["status"], one["failure"]) for one in log["log"]]) == ("delivered", [(204, None)])

    changed = await office.ask("PATCH", f"/{id_}", json={"owner": "new@example.org", "state": "disabled"})
    assert (changed["owner"], changed["state"], changed["reason"], changed["types"]) == (
        "new@example.org",
        "disabled",
        "by_request",
        sent["types"],
    )
    told = await office.happen()
    await office.drain()
    assert len(receiver.got) == 1
    assert (await office.ask("PATCH", f"/{id_}", json={"state": "active"}))["reason"] is None
    await office.drain()
    assert receiver.ids[1:] == told[:1]

    await office.ask("DELETE", f"/{id_}", 204)
    async with office.pool.acquire() as conn:
        done = await disclosures.done(conn, record=f"webhook/{id_}", who=None, limit=10)
    assert [one.act for one in done] == [f"webhook.{act}" for act in ("deleted", "changed", "changed", "created")]
    assert done[-1].details["what"] == ["127.0.0.1"], "who received it can be told when the webhook is gone"
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/deliveries"), ("POST", "/test")):
        await office.ask(method, f"/{id_}{path}", 404)


@pytest.mark.parametrize("path", ["test", "secrets"])
async def test_what_is_asked_of_a_webhook_while_it_is_deleted_finds_none(office: Office, path: str) -> None:
    sent = {"url": "http://127.0.0.1:9/x", "owner": OWNER, "purpose": "tests"}
    id_ = (await office.ask("POST", "", 201, json=sent))["id"]
    async with office.pool.acquire() as conn, conn.transaction():
        await conn.execute("delete from webhooks where id = $1", id_)
        asked = asyncio.create_task(office.ask("POST", f"/{id_}/{path}", 404, json={}))
        await asyncio.sleep(0.1)
    await asked


async def test_secrets_are_rotated_without_a_message_that_the_receiver_cannot_verify(
    office: Office, receiver: Receiver
) -> None:
    made = await office.ask("POST", "", 201, json={"url": receiver.url, "owner": OWNER, "purpose": "tests"})
    path, first = f"/{made['id']}/secrets", made["secrets"][0]["id"]
    await office.ask("DELETE", f"{path}/{first}", 409)
    shown = await office.ask("POST", path, 201, json={"retire_others_after_hours": 24})
    await office.happen()
    await office.drain()
    for secret in (made["secret"], shown["secret"]):
        Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    held = (await office.ask("GET", f"/{made['id']}"))["secrets"]
    assert {one["id"]: one["retires_at"] is None for one in held} == {first: False, shown["id"]: True}
    await office.ask("DELETE", f"{path}/{shown['id']}", 409)
    await office.ask("DELETE", f"{path}/{first}", 204)
    await office.ask("DELETE", f"{path}/{first}", 404)
    for _ in range(4):
        await office.ask("POST", path, 201, json={})
    await office.ask("POST", path, 409, json={})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("url", "http://crm.example.org/", "must begin with https://"),
        ("url", "https://10.0.0.1/", "must name a host in full"),
        ("url", "https://trap.example.org/", "names a host inside a network"),
        ("url", "https://nowhere.example.org/", "does not exist"),
        ("url", "https://user:secret@crm.example.org/", "no user name"),
        ("owner", "nobody", "is no e-mail address"),
        ("purpose", " ", "at least 1 character"),
        ("types", ["placement.started"], "should match pattern"),
        ("types", ["org.journeywork.offer.mode"], "send one such as org.journeywork.offer.made"),
        ("types", ["org.journeywork.placements.*"], "no event has this type"),
        ("after", "yesterday", "send the cursor of an earlier page"),
        ("typos", ["x"], "is not known here"),
    ],
)
async def test_what_is_wrong_is_named_with_what_would_be_right(
    office: Office, field: str, value: Any, says: str
) -> None:
    sent = {"url": "https://crm.example.org/", "owner": OWNER, "purpose": "tests", field: value}
    answer = await office.desk.api.post("/webhooks", json=sent)
    assert answer.status_code == 422
    ((named, message),) = fields(answer).items()
    assert (named.split(".")[0], says in message) == (field, True), message
    assert "secret@" not in answer.text
    assert (await office.ask("GET", ""))["items"] == []


async def test_a_webhook_may_begin_with_all_that_ever_happened(office: Office, receiver: Receiver) -> None:
    told = await office.happen(2)
    await office.ask("POST", "", 201, json={"url": receiver.url, "owner": OWNER, "purpose": "tests", "after": "0-0"})
    await office.drain()
    assert receiver.ids == told


async def test_one_delivery_and_a_stretch_of_time_are_sent_again(office: Office, receiver: Receiver) -> None:
    made = await office.ask("POST", "", 201, json={"url": receiver.url, "owner": OWNER, "purpose": "tests"})
    path = f"/{made['id']}"
    told = await office.happen(2)
    await office.drain()
    page = await office.ask("GET", f"{path}/deliveries", params={"limit": 3})
    rest = await office.ask("GET", f"{path}/deliveries", params={"before": page["next"]})
    assert [one["event_id"] for one in (*page["items"], *rest["items"])] == told[::-1]

    again = await office.ask("POST", f"{path}/deliveries/{page['items'][1]['id']}/redeliver", 202)
    assert (again["kind"], again["event_id"], again["state"]) == ("again", told[2], "waiting")
    await office.ask("POST", f"{path}/deliveries/{page['items'][1]['id']}/redeliver", 409)
    await office.drain()
    assert receiver.ids == [*told, told[2]]

    receiver.got = []
    nothing = await office.ask("POST", f"{path}/redeliver", 202, json={})
    some = await office.ask("POST", f"{path}/redeliver", 202, json={"state": "any", "since": made["made_at"]})
    await office.drain()
    assert (nothing["count"], some["count"], receiver.ids) == (0, 4, told)
    await office.ask("GET", f"{path}/deliveries/99999", 404)
    await office.ask("POST", f"{path}/redeliver", 422, json={"since": "yesterday"})


async def test_a_delivery_that_waits_is_tried_at_once_when_asked(office: Office, receiver: Receiver) -> None:
    made = await office.ask("POST", "", 201, json={"url": receiver.url, "owner": OWNER, "purpose": "tests"})
    receiver.answers = [500]
    told = await office.happen()
    await office.drain()
    (waiting,) = (await office.ask("GET", f"/{made['id']}/deliveries", params={"state": "waiting"}))["items"][1:]
    await office.ask("POST", f"/{made['id']}/deliveries/{waiting['id']}/redeliver", 202)
    await office.drain()
    assert receiver.ids == [told[0], *told]
