"""Events of every type, nearly right: structured, binary and in batches; and bodies that are none."""

import json
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from schemas.base import LifecycleName
from schemas.incoming import INCOMING, MADE_UP, example
from tests.fuzz.inputs import JSON, Thrown
from tests.gateway.test_anything_sent import bodies, datas, texts

CLOUD_EVENT, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
ABOUT: dict[LifecycleName, tuple[str, ...]] = {
    "placement": ("pl-1", "pl-2", "pl-3", "pl-4", "pl-5"),
    "opportunity": ("opp-1", "opp-1", "opp-2", "opp-6001"),
    "partnership": ("par-hst-4002",),
    "incident": ("inc-1",),
}
BEGUN: dict[LifecycleName, tuple[str, ...]] = {
    "placement": ("pl-6", "pl-7", "pl-8", "pl-9"),
    "opportunity": ("opp-2", "opp-3", "opp-4", "opp-5"),
    "partnership": ("par-hst-4002", "par-hst-4005"),
}
"""Whom events are about that begin something."""
BEGINS = MADE_UP | {"org.journeywork.opportunity.opened", "org.journeywork.opportunity.proposed"}


def _nearly(name: str, id_: Any, data: Any, said: str, which: int) -> dict[str, Any]:
    """The example of a type, about one of the scene's; sometimes with odd data, seldom about something odd."""
    kind = INCOMING[name]
    about = (BEGUN if name in BEGINS else ABOUT)[kind.lifecycle]
    event = example(kind) | {"id": str(id_), "source": "/fuzz", "subject": about[which % len(about)]}
    given = event.get("data", {})
    if kind.lifecycle == "partnership" and "host_id" in given:
        given = given | {"host_id": event["subject"].removeprefix("par-")}
    event["data"] = {**given, **data} if isinstance(data, dict) and which % 2 else given
    return event | {"subject": said} if len(said) > 20 else event


def _structured(event: Any) -> Thrown:
    return Thrown("event", "POST", "/events", json.dumps(event).encode(), (("content-type", CLOUD_EVENT),))


def _binary(event: dict[str, Any], odd: dict[str, str]) -> Thrown:
    attributes = {name: quote(str(value), errors="replace") for name, value in event.items() if name != "data"} | odd
    headers = tuple((f"ce-{name}", value) for name, value in attributes.items())
    body = json.dumps(event["data"]).encode()
    return Thrown("event", "POST", "/events", body, (("content-type", JSON), *headers))


def _batch(events: list[Any]) -> Thrown:
    return Thrown("event", "POST", "/events", json.dumps(events).encode(), (("content-type", BATCH),))


def _body(body: bytes, kind: str) -> Thrown:
    return Thrown("event", "POST", "/events", body, (("content-type", kind),))


_ids = st.uuids() | st.sampled_from([f"again-{number}" for number in range(20)])
nearly = st.builds(_nearly, st.sampled_from(sorted(INCOMING)), _ids, datas, texts, st.integers(0, 9))
_odd_attributes = st.dictionaries(
    st.sampled_from(["id", "source", "type", "subject", "time", "specversion", "other"]),
    texts.map(lambda text: quote(text, errors="replace")) | st.sampled_from(["1.0", "%ff", "%00", *sorted(INCOMING)]),
    max_size=2,
)
events = st.one_of(
    st.builds(_structured, nearly),
    st.builds(_structured, nearly),
    st.builds(_structured, nearly),
    st.builds(_binary, nearly, st.just({}) | _odd_attributes),
    st.builds(_batch, st.lists(nearly | datas, max_size=4)),
    st.builds(_body, bodies, st.sampled_from([JSON, CLOUD_EVENT, BATCH, "text/plain"])),
)
"""What comes to `POST /events`."""
