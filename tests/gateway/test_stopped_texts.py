"""STOP in answer to a text message, as its provider posts it."""

import base64
import dataclasses
import hashlib
import hmac
import json

import httpx2
import pytest

from gateway.stopped_texts import says_stop
from tests.gateway.desk import Desk, fields

KEY = b"k" * 32
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
STOPPED = "select count(*) from people where no_texts_since is not null"


@pytest.fixture(autouse=True)
def texts(desk: Desk) -> None:
    """The provider and the gateway know one secret."""
    desk.app.state.services = dataclasses.replace(desk.app.state.services, texts=True, texts_secret=SECRET)


async def post(desk: Desk, body: object, *, at: int = 0, key: bytes = KEY, id_: str = "msg-1") -> httpx2.Response:
    content, sent = json.dumps(body).encode(), str(int(desk.now.timestamp()) + at)
    made = base64.b64encode(hmac.digest(key, f"{id_}.{sent}.".encode() + content, hashlib.sha256)).decode()
    headers = {"webhook-id": id_, "webhook-timestamp": sent, "webhook-signature": f"v1,{'A' * 44} v1,{made}"}
    return await desk.person.post("/texts/received", content=content, headers=headers)


async def test_stop_ends_texts_to_everybody_with_the_number_once_and_for_all(desk: Desk) -> None:
    async with desk.pool.acquire() as conn:
        await conn.execute("update people set phone = '(617) 555-0150', channel = 'text' where id = 'sup-2002'")
        same = await conn.fetchval("select count(*) from people where phone ~ '617.*555-0150'")
    stop = {"from": "+16175550150", "body": " Stop. ", "id": "t-1", "carrier": "any"}
    first = await post(desk, stop)
    since = await desk.count("select no_texts_since from people where id = 'sup-2001'")
    desk.wait(hours=1)
    again = await post(desk, stop)

    assert (first.status_code, first.json()) == (200, {"status": "stopped"})
    assert (again.status_code, again.json()) == (200, {"status": "stopped"})
    assert await desk.count(STOPPED) == same >= 2
    assert await desk.count("select no_texts_since from people where id = 'sup-2001'") == since


async def test_other_answers_and_unknown_numbers_change_nothing(desk: Desk) -> None:
    assert (await post(desk, {"from": "+16175550150", "body": "OK, stop by at 9?"})).json() == {"status": "passed_over"}
    for number in ("+16175559999", "+445550150", "short", ""):
        assert (await post(desk, {"from": number, "body": "STOP"})).json() == {"status": "stopped"}
    assert await desk.count(STOPPED) == 0


async def test_what_the_provider_did_not_sign_just_now_is_not_taken(desk: Desk) -> None:
    stop = {"from": "+16175550150", "body": "STOP"}
    for answer in (
        await post(desk, stop, key=b"x" * 32),
        await post(desk, stop, at=-301),
        await post(desk, stop, at=301),
        await desk.person.post("/texts/received", json=stop),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert await desk.count(STOPPED) == 0
    wrong = await post(desk, {"from": 7})
    assert (wrong.status_code, set(fields(wrong))) == (422, {"from", "body"})

    desk.app.state.services = dataclasses.replace(desk.app.state.services, texts_secret=None)
    assert (await post(desk, stop)).status_code == 404


@pytest.mark.parametrize(
    "body", ["STOP", "stop please", "Alto", "¡PARAR!", "No más.", "opt out", "Cancel", "UNSUBSCRIBE"]
)
def test_stop_is_understood_in_both_languages(body: str) -> None:
    assert says_stop(body)


@pytest.mark.parametrize("body", ["", "...", "I will not stop", "cancel Tuesday, please", "al fin"])
def test_what_only_sounds_like_it_is_not(body: str) -> None:
    assert not says_stop(body)
