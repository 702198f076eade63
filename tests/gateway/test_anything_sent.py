"""Whatever is sent, the gateway answers with a status that says whose turn it is; never with a fault."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.incoming import INCOMING
from tests.gateway.desk import Desk

LOOSE = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

texts = st.text(st.characters(codec=None), max_size=30)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))
ids = st.sampled_from(["pl-1", "opp-6001", "lrn-1043", "lrn-1042", "sup-2001", "hst-4001", "host_confirmation"])
days = st.sampled_from(["2027-07-06", "2027-08-13", "0001-01-01", "9999-12-31", "2027-02-30"]) | st.dates().map(str)
names = st.sampled_from(sorted({field for kind in INCOMING.values() for field in kind.model.model_fields}))
datas = st.dictionaries(names | texts, ids | days | anything, max_size=8) | anything
events = st.fixed_dictionaries(
    {
        "specversion": st.just("1.0"),
        "id": st.uuids().map(str) | texts,
        "source": st.just("/fuzz") | texts,
        "type": st.sampled_from(sorted(INCOMING)) | texts,
    },
    optional={"subject": ids | texts, "data": datas, "time": days | texts, "data_base64": texts, "dataschema": texts},
)
bodies = st.one_of(events, st.lists(events, max_size=4), anything).map(json.dumps).map(str.encode) | st.binary()
ANSWERS = {200, 202, 409, 413, 422}


@LOOSE
@given(body=bodies, kind=st.sampled_from(["application/json", "application/cloudevents+json", "text/plain"]))
async def test_no_body_makes_the_gateway_fail(open_desk: Desk, body: bytes, kind: str) -> None:
    answer = await open_desk.api.post("/events", content=body, headers={"content-type": kind})

    assert answer.status_code in ANSWERS, answer.text


@LOOSE
@given(
    attributes=st.dictionaries(
        st.sampled_from(["id", "source", "type", "subject", "time", "specversion", "other"]),
        texts.map(lambda text: quote(text, errors="replace")) | st.sampled_from(["1.0", "%ff", "%00", *INCOMING]),
    ),
    body=st.binary(max_size=50) | datas.map(json.dumps).map(str.encode),
)
async def test_no_headers_make_the_gateway_fail(open_desk: Desk, attributes: dict[str, str], body: bytes) -> None:
    headers = {f"ce-{name}": value for name, value in attributes.items()} | {"content-type": "application/json"}

    answer = await open_desk.api.post("/events", content=body, headers=headers)

    assert answer.status_code in ANSWERS, answer.text


@LOOSE
@given(
    path=st.sampled_from(["/placements", "/opportunities", "/events", "/inbox", "/inbox/x", "/docs", "/readyz"]),
    query=st.dictionaries(
        st.sampled_from(["state", "program", "host", "overdue", "cursor", "limit", "after", "source", "status"]),
        st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(["1-1", "-1", "open", "true"]),
    ),
)
async def test_no_query_makes_the_gateway_fail(open_desk: Desk, path: str, query: dict[str, str]) -> None:
    answer = await open_desk.api.get(f"{path}?{urlencode(query)}")

    assert answer.status_code in {200, 404, 422}, answer.text


@LOOSE
@given(
    parts=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=1, max_size=3),
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE"]),
    room=st.sampled_from(["placements", "opportunities", "inbox", "f", "events", "static", ""]),
)
async def test_no_path_makes_the_gateway_fail(open_desk: Desk, parts: list[str], method: str, room: str) -> None:
    path = "/".join(quote(part, safe="") for part in parts)

    answer = await open_desk.api.request(method, f"/{room}/{path}")

    assert answer.status_code < 500, answer.text


@LOOSE
@given(
    raw=st.dictionaries(st.sampled_from(["decision", "reason", "comment", "form", "x"]), texts, max_size=5),
    junk=st.binary(max_size=30),
)
async def test_nothing_typed_into_a_form_makes_the_gateway_fail(
    open_desk: Desk, raw: dict[str, Any], junk: bytes
) -> None:
    if not open_desk.lifecycles.lives.get("placement/pl-fuzz"):
        data = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}
        assert (await open_desk.send("placement.proposed", "pl-fuzz", data)).status_code == 200
    link = await open_desk.link(id_="pl-fuzz")
    content = urlencode(raw, errors="replace").encode() + junk

    answer = await open_desk.person.post(
        link, content=content, headers={"content-type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code in {200, 410, 422}, answer.text
