"""Types of events in words: which fields their data has, what each takes, an example, and the request that sends it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from schemas.base import Frozen
from schemas.incoming import INCOMING, PREFIX, IncomingType, example
from schemas.outgoing import OutgoingType

FORMATS = {"date": "day", "date-time": "instant", "uuid": "UUID"}
SAMPLES: dict[str, Any] = {
    "day": "2027-07-06",
    "instant": "2027-07-06T13:00:00Z",
    "text": "example",
    "whole number": 1,
    "number": 1.0,
    "yes or no": True,
    "id": "id-1",
    "code": "example_code",
}
NAMED = {
    "host_id": "hst-4001",
    "learner_id": "lrn-1042",
    "placement_id": "pl-1",
    "person_id": "sup-2001",
    "form": "work-permit@1",
    "rule": "us-ma.night-work",
}


class FieldRow(NamedTuple):
    """One field: its name (`clock.speed` within `clock`), what it takes, whether it must be there, what it says."""

    name: str
    takes: str
    needed: bool
    says: str


def rows(model: type[Frozen], names: list[str] | None = None) -> list[FieldRow]:
    """Every field of a model, those of its parts after them; only `names` if given."""
    schema = model.model_json_schema()
    return list(_rows(schema, schema.get("$defs", {}), "", names))


def _rows(
    schema: Mapping[str, Any], defs: Mapping[str, Any], before: str, names: list[str] | None = None
) -> Iterator[FieldRow]:
    for name, given in schema.get("properties", {}).items():
        if names is not None and name not in names:
            continue
        needed = name in schema.get("required", ())
        yield FieldRow(before + name, takes(given, defs), needed, str(given.get("description", "")))
        part, many = _part(given, defs)
        if part is not None:
            yield from _rows(part, defs, f"{before}{name}{'[]' if many else ''}.")


def _part(given: Mapping[str, Any], defs: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, bool]:
    """The object that a field holds, or a list of which it holds, if it is one of ours."""
    for one in (given, *given.get("anyOf", ())):
        many = one.get("type") == "array"
        ref = (one.get("items", {}) if many else one).get("$ref", "")
        found: Mapping[str, Any] | None = defs.get(ref.rpartition("/")[2])
        if found is not None and found.get("type") == "object":
            return found, many
    return None, False


def takes(given: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    """What a value of this JSON Schema is, in a word or two."""
    if "$ref" in given:
        return takes(defs[given["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in given:
        return " or ".join(dict.fromkeys(takes(one, defs) for one in given["anyOf"] if one.get("type") != "null"))
    if "enum" in given:
        return "one of " + ", ".join(str(one) for one in given["enum"])
    kind = given.get("type")
    if kind == "array":
        return f"list of {takes(given.get('items', {}), defs)}"
    if kind == "string":
        return FORMATS.get(given.get("format", ""), _text(given.get("pattern", "")))
    return {"integer": "whole number", "number": "number", "boolean": "yes or no"}.get(str(kind), "object")


def _text(pattern: str) -> str:
    return "id" if pattern.startswith("^[A-Za-z0-9]") else "code" if pattern.startswith("^[a-z]") else "text"


def curl(kind: IncomingType) -> str:
    """The command that sends the type's example."""
    event = json.dumps(example(kind))
    return (
        'curl -X POST "$JOURNEYWORK_URL/events" -H "Authorization: Bearer $JOURNEYWORK_API_KEY" \\\n'
        f"    -H 'Content-Type: application/cloudevents+json' \\\n    -d '{event}'"
    )


def sent_out(kind: OutgoingType) -> dict[str, Any]:
    """An event of a type that goes out, as a reader of the feed gets it."""
    lifecycle = next(iter(kind.models))
    schema = kind.model.model_json_schema()
    properties = {name: schema["properties"][name] for name in kind.fields}
    data = {name: _sample(name, one, schema.get("$defs", {})) for name, one in properties.items()}
    return {
        "specversion": "1.0",
        "id": f"{lifecycle}-{SUBJECTS[lifecycle]}-1-4",
        "source": "/journeywork",
        "type": kind.name,
        "subject": SUBJECTS[lifecycle],
        "time": SAMPLES["instant"],
        "datacontenttype": "application/json",
        "data": data,
    }


SUBJECTS = {one.lifecycle: one.subject for one in INCOMING.values()} | {"incident": "inc-1"}


def _sample(name: str, given: Mapping[str, Any], defs: Mapping[str, Any]) -> Any:
    if "$ref" in given:
        return _sample(name, defs[given["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in given:
        return _sample(name, next(one for one in given["anyOf"] if one.get("type") != "null"), defs)
    if "enum" in given:
        return given["enum"][0]
    if given.get("type") == "array":
        return [_sample(name, given["items"], defs)] if "items" in given else []
    if given.get("type") == "object":
        return {one: _sample(one, part, defs) for one, part in given.get("properties", {}).items()}
    return NAMED.get(name) or SAMPLES[takes(given, defs)]


def full(name: str) -> str:
    """A type's full name, from that or from what stands behind `org.journeywork.`."""
    return name if name.startswith(PREFIX) else PREFIX + name
