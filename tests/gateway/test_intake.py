"""What is no valid event: each refusal names the field, what is wrong with it and what would be right."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.intake import BUILD
from schemas.incoming import INCOMING, example
from tests.gateway.desk import Desk, fields


def test_every_incoming_type_has_its_builder() -> None:
    assert set(BUILD) == set(INCOMING)


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"id": None}, "id", "is missing"),
        ({"source": None}, "source", "is missing"),
        ({"specversion": None}, "specversion", "is missing; send 1.0"),
        ({"specversion": "0.3"}, "specversion", "must be '1.0'"),
        ({"type": "org.journeywork.offer.mad"}, "type", "did you mean `org.journeywork.offer.made`?"),
        ({"type": 7}, "type", "must be"),
        ({"id": 7}, "id", "must be"),
        ({"id": ""}, "id", "must not be"),
        ({"id": "a\nb"}, "id", "printable"),
        ({"id": "x" * 300}, "id", "200"),
        ({"source": "/forms"}, "source", "Journeywork's own"),
        ({"time": "yesterday"}, "time", "such as 2027-06-14T13:00:00Z"),
        ({"time": "2027-06-14T13:00:00"}, "time", "timezone"),
        ({"data": [1]}, "data", "JSON object"),
        ({"data": "text"}, "data", "JSON object"),
        ({"subject": None}, "subject", "is missing; send the placement's id, such as pl-1"),
        ({"subject": "pl/1"}, "subject", "is no id"),
        ({"subject": "pl-404"}, "subject", "is no placement that is known here"),
        ({"Bad": 1}, "Bad", "lowercase"),
    ],
)
async def test_an_envelope_that_is_wrong_names_its_attribute(
    open_desk: Desk, change: dict[str, Any], field: str, told: str
) -> None:
    event = open_desk.event("offer.made", "pl-1") | change

    answer = await open_desk.api.post(
        "/events", json={name: value for name, value in event.items() if value is not None}
    )

    assert answer.status_code == 422
    assert told in fields(answer)[field]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'"text"', b"7", b"null", b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 90_000],
    ids=["empty", "cut", "bytes", "text", "number", "null", "NaN", "deep list", "deep object"],
)
async def test_what_is_no_json_event_is_refused_in_one_line(open_desk: Desk, body: bytes) -> None:
    headers = {"content-type": "application/cloudevents+json"}

    answer = await open_desk.api.post("/events", content=body, headers=headers)

    assert answer.status_code in (413, 422)
    assert answer.json()["detail"].count("\n") == 0


@pytest.mark.parametrize(
    ("person", "status", "told"),
    [("sup-2002", 200, ""), ("sup-0", 422, "is nobody"), ("sup-2012", 422, "does not work at hst-4001")],
)
async def test_a_new_supervisor_must_be_somebody_of_the_host(desk: Desk, person: str, status: int, told: str) -> None:
    await desk.proposed()

    answer = await desk.send("supervisor.replaced", "pl-1", {"supervisor_id": person})

    assert answer.status_code == status
    assert told in answer.text


@pytest.mark.parametrize("name", INCOMING)
async def test_every_published_example_is_taken_as_a_valid_event(desk: Desk, name: str) -> None:
    await desk.proposed("pl-1", "lrn-1042")
    event = example(INCOMING[name])
    if name.endswith(".transferred"):
        await desk.proposed("pl-2", "lrn-1042", "opp-6002")
    if ".partnership." in name and not name.endswith(".contacted"):
        await desk.send("partnership.contacted", data={"host_id": "hst-4001"})
    if name.endswith(("opportunity.opened", "opportunity.proposed")):
        event |= {"subject": "opp-new"}
    if name.endswith(("placement.proposed", "application.submitted")):
        event |= {"subject": "pl-new", "data": event["data"] | {"learner_id": "lrn-1043"}}

    answer = await desk.api.post("/events", json=event)

    assert answer.status_code in (200, 409), answer.text
    assert answer.json().get("code") in (None, "not_allowed_now", "not_awaited")


async def test_a_body_over_the_limit_is_refused_whether_its_length_is_told_or_not(open_desk: Desk) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    announced = await open_desk.api.post("/events", content=b" " * (256 * 1024 + 1))
    chunked = await open_desk.api.post("/events", content=parts())

    assert (announced.status_code, chunked.status_code) == (413, 413)
    assert announced.json()["code"] == "too_large"
