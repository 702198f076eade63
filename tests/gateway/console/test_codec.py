"""The codec server: who is shown Temporal's payloads in plain, and from which page."""

import base64
import dataclasses
from typing import Any

import httpx2
import pytest
from temporalio.api.common.v1 import Payload

from gateway.services import Codec
from tests.gateway.console.visitor import DIRECTOR, SPECIALIST, Visitor
from tests.gateway.desk import KEY, Desk
from workers.codec import Encryption, Keyring

UI = "http://temporal.example"
RING = Keyring.read(f"k1:{base64.b64encode(bytes(32)).decode()}")
PLAIN = {"payloads": [{"metadata": {"encoding": base64.b64encode(b"json/plain").decode()}, "data": "InBsLTEi"}]}


@pytest.fixture
async def sealed() -> dict[str, Any]:
    (one,) = await Encryption(RING).encode([Payload(metadata={"encoding": b"json/plain"}, data=b'"pl-1"')])
    metadata = {name: base64.b64encode(value).decode() for name, value in one.metadata.items()}
    return {"payloads": [{"metadata": metadata, "data": base64.b64encode(one.data).decode()}]}


def _with_codec(desk: Desk) -> None:
    services = desk.app.state.services
    desk.app.state.services = dataclasses.replace(services, codec=Codec(Encryption(RING), "default", UI))


async def test_a_director_and_a_key_see_payloads_in_plain_and_nobody_else(office: Desk, sealed: dict[str, Any]) -> None:
    _with_codec(office)
    director, specialist = [await Visitor(office).sign_in(who) for who in (DIRECTOR, SPECIALIST)]

    async def ask(http: httpx2.AsyncClient, body: Any = sealed, **headers: str) -> httpx2.Response:
        return await http.post("/codec/decode", json=body, headers=headers)

    shown = await ask(director.http, origin=UI)
    assert shown.json() == PLAIN
    assert shown.headers["access-control-allow-origin"] == UI
    assert shown.headers["access-control-allow-credentials"] == "true"
    assert (await ask(office.person, authorization=f"Bearer {KEY}")).json() == PLAIN
    assert (await ask(specialist.http, origin=UI)).status_code == 403
    assert (await ask(office.person)).status_code == 401
    elsewhere = await ask(director.http, origin="http://evil.example")
    assert elsewhere.status_code == 401
    assert "access-control-allow-origin" not in elsewhere.headers
    other = await ask(office.api, **{"x-namespace": "other"})
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "X-Namespace")
    unknown = {"payloads": [{**sealed["payloads"][0], "metadata": {**sealed["payloads"][0]["metadata"]}}]}
    unknown["payloads"][0]["metadata"]["encryption-key-id"] = base64.b64encode(b"lost").decode()
    refused = await ask(office.api, unknown)
    assert refused.status_code == 422
    assert "key 'lost', which is not in JOURNEYWORK_PAYLOAD_KEYS" in refused.json()["detail"]
    assert (await office.api.post("/codec/decode", content=b"{")).status_code == 422
    again = (await office.api.post("/codec/encode", json=PLAIN)).json()
    assert (await ask(office.api, again)).json() == PLAIN
    before = await office.person.options("/codec/decode", headers={"origin": UI})
    assert before.headers["access-control-allow-headers"] == "authorization, content-type, x-namespace"


async def test_without_keys_there_is_nothing_to_decode(open_desk: Desk) -> None:
    answer = await open_desk.api.post("/codec/decode", json=PLAIN)
    assert answer.status_code == 404
    assert "JOURNEYWORK_PAYLOAD_KEYS" in answer.json()["detail"]
