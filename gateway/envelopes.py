"""CloudEvents 1.0 as they come over HTTP: structured, binary or a batch; each with the fingerprint of what it says."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, NoReturn, cast

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import CE_PREFIX, HTTPMessage, from_http
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from gateway.problems import FieldProblem, ProblemError, invalid
from schemas.problems import ProblemCode

REQUIRED = ("specversion", "id", "source", "type")
MAX_ATTRIBUTE = 200
OWN_SOURCES = frozenset({"/forms", "/journeywork", "/console"})
"""Sources under which Journeywork itself keeps and publishes events."""


class Envelope(NamedTuple):
    """One event as it came.

    `text` is its data, a JSON object. `payload_hash` covers type, subject, data and data schema.
    """

    source: str
    id: str
    type: str
    subject: str | None
    text: str
    payload_hash: str


def read_events(headers: Mapping[str, str], body: bytes) -> list[Envelope | ProblemError] | Envelope:
    """One event, or (for a JSON list) one by one what each of a batch is or what is wrong with it.

    Raises ProblemError when the body is no event at all.
    """
    if any(name.lower().startswith(CE_PREFIX) for name in headers):
        _parsed(body or b"{}")
        return _envelope(HTTPMessage(dict(headers), body), _attributes(headers))
    content = _parsed(body)
    if isinstance(content, list):
        return [_of_batch(one) for one in cast("list[object]", content)]
    return _structured(content)


def payload_hash(type_: str, subject: str | None, data: object, dataschema: str | None = None) -> str:
    """SHA-256 of the canonical JSON of what an event says."""
    said = {"type": type_, "subject": subject, "data": data, "dataschema": dataschema}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _of_batch(content: object) -> Envelope | ProblemError:
    try:
        return _structured(content)
    except ProblemError as error:
        return error


def _structured(content: object) -> Envelope:
    if not isinstance(content, dict):
        raise invalid("(body)", "is no event; send a CloudEvent as a JSON object, or a list of them")
    attributes = cast("dict[str, Any]", content)
    try:
        body = json.dumps(attributes).encode()
    except RecursionError:
        raise invalid("(body)", "is nested too deeply") from None
    return _envelope(HTTPMessage({"content-type": JSONFormat.CONTENT_TYPE}, body), attributes)


def _attributes(headers: Mapping[str, str]) -> dict[str, Any]:
    named = {name.lower(): value for name, value in headers.items()}
    return {name.removeprefix(CE_PREFIX): value for name, value in named.items() if name.startswith(CE_PREFIX)}


def _envelope(message: HTTPMessage, given: Mapping[str, Any]) -> Envelope:
    """Read one event. `given` are the attributes as sent: the library would make up an id, which we must not."""
    missing = [name for name in REQUIRED if name not in given]
    if missing:
        raise ProblemError(
            ProblemCode.INVALID,
            errors=[FieldProblem(field=name, message=f"is missing; {_EXPECTED[name]}") for name in missing],
        )
    event = _read(message, given)
    source, id_ = event.get_source(), event.get_id()
    for name, value in (("id", id_), ("source", source), ("subject", event.get_subject() or "-")):
        if len(value) > MAX_ATTRIBUTE or not value.isprintable():
            raise invalid(name, f"is too long or not printable; send at most {MAX_ATTRIBUTE} printable characters")
    if source in OWN_SOURCES:
        raise invalid("source", "is Journeywork's own; name the system the event comes from")
    data = event.get_data()
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise invalid("data", "is no JSON object; send one, with datacontenttype application/json")
    try:
        digest = payload_hash(event.get_type(), event.get_subject(), data, event.get_dataschema())
    except RecursionError:
        raise invalid("data", "is nested too deeply") from None
    return Envelope(source, id_, event.get_type(), event.get_subject(), json.dumps(data), digest)


_EXPECTED = {
    "specversion": "send 1.0",
    "id": "send what is unique to this event within its source",
    "source": "send the system the event comes from, such as /district/placements",
    "type": "send one of those that GET /events/types lists",
}


def _read(message: HTTPMessage, given: Mapping[str, Any]) -> BaseCloudEvent:
    try:
        return from_http(message, JSONFormat(), CloudEvent)
    except CloudEventValidationError as error:
        found = [FieldProblem(field=name, message=_first(errors)) for name, errors in error.errors.items() if errors]
        raise ProblemError(ProblemCode.INVALID, errors=found) from None
    except (ValueError, TypeError, AttributeError, OverflowError):
        if _is_time(given.get("time")):
            raise invalid("(body)", "is no CloudEvent 1.0 in structured, binary or batch mode") from None
        raise invalid("time", "is no moment; send one such as 2027-06-14T13:00:00Z, or leave it out") from None


def _is_time(value: object) -> bool:
    try:
        datetime.fromisoformat("2000-01-01T00:00:00Z" if value is None else str(value))
    except ValueError:
        return False
    return True


def _first(errors: list[Any]) -> str:
    text = str(errors[0])
    for start in ("Attribute ", "Extension attribute "):
        if text.startswith(f"{start}'"):
            text = text.removeprefix(start).partition("' ")[2]
    return text.replace("<class 'str'>", "text").replace("<class 'datetime.datetime'>", "moment")


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise invalid("(body)", "is no JSON; send a CloudEvent 1.0 in structured, binary or batch mode") from None


def _no_number(_: str) -> NoReturn:
    raise ValueError("JSON has no such number")
