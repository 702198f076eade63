"""What is thrown: requests, CSV files, YAML files and tokens, most of them nearly right."""

import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from schemas.incoming import INCOMING, example
from tests.gateway.test_anything_sent import anything, bodies, datas, ids, texts

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
SAMPLE = CATALOG / "examples" / "boston-summer"
CSV = {"employers": SAMPLE / "employers.csv", "opportunities": SAMPLE / "opportunities.csv"}
YAML = (*sorted((CATALOG / "programs").rglob("*.yaml"))[:4], *sorted((CATALOG / "forms").rglob("*.yaml"))[:4])
WRONG = (
    "\0",
    "\ufeff",
    "\n",
    '"',
    ",",
    ";",
    ": ",
    "- ",
    "&a *a",
    "{",
    "[",
    "9" * 400,
    "é",
    "=cmd()",
    "\u202e",
    "|\n",
    "!!",
)


class Thrown(NamedTuple):
    """One input: `to` is `http`, `csv` or `yaml`; `name` a method, a kind or a file; `where` an address."""

    to: str
    name: str
    where: str
    body: bytes
    headers: dict[str, str]


def drawn(count: int, number: int, paths: list[tuple[str, str]]) -> list[Thrown]:
    """Up to so many inputs, the same for the same number; `paths` are the gateway's methods and routes."""
    found: list[Thrown] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(_any(paths))
    def take(one: Thrown) -> None:
        found.append(one)

    take()
    return found


def _any(paths: list[tuple[str, str]]) -> st.SearchStrategy[Thrown]:
    json_type = {"content-type": "application/cloudevents+json"}
    events = st.builds(lambda body: Thrown("http", "POST", "/events", body, json_type), bodies)
    nearly = st.builds(_changed_event, st.sampled_from(sorted(INCOMING)), st.uuids(), datas, texts)
    routes = st.builds(_request, st.sampled_from(paths), _parts, _queries, _bodies, _tokens)
    files = st.builds(_file, st.sampled_from(sorted(CSV)), _edits)
    catalogue = st.builds(_yaml, st.sampled_from(YAML), _edits)
    return st.one_of(events, nearly, nearly, routes, routes, files, catalogue)


_edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(WRONG) | st.text(max_size=8)), max_size=4
)
_parts = st.lists(ids | st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=4, max_size=4)
_queries = st.dictionaries(
    st.sampled_from(["state", "program", "overdue", "cursor", "before", "limit", "after", "source", "status", "lang"]),
    ids | st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(["0", "-1", "9" * 30, "refused", "es"]),
    max_size=3,
)
_bodies = st.binary(max_size=60) | anything.map(json.dumps).map(str.encode) | datas.map(json.dumps).map(str.encode)
_tokens = st.sampled_from(["", "root", "root"]) | st.text(
    st.characters(min_codepoint=33, max_codepoint=126), max_size=60
)


def _changed_event(name: str, id_: Any, data: Any, said: str) -> Thrown:
    event = example(INCOMING[name]) | {"id": str(id_), "source": "/fuzz"}
    given_data = event.get("data", {})
    event["data"] = {**given_data, **data} if isinstance(data, dict) and len(said) % 2 else given_data
    if len(said) > 20:
        event["subject"] = said
    headers = {"content-type": "application/cloudevents+json"}
    return Thrown("http", "POST", "/events", json.dumps(event).encode(), headers)


def _request(route: tuple[str, str], parts: list[str], query: dict[str, str], body: bytes, token: str) -> Thrown:
    method, path = route
    for part in parts:
        before, brace, rest = path.partition("{")
        if brace:
            path = before + quote(part, safe="") + rest.partition("}")[2]
    key = {} if token == "root" else {"authorization": f"Bearer {token}"}
    form = path.startswith(("/f/", "/console"))
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    return Thrown("http", method, f"{path}?{urlencode(query)}", body, {"content-type": kind, **key})


def _file(kind: str, edits: list[tuple[float, int, str]]) -> Thrown:
    return Thrown("csv", kind, "", _edited(CSV[kind], edits).encode(errors="replace"), {})


def _yaml(path: Path, edits: list[tuple[float, int, str]]) -> Thrown:
    return Thrown("yaml", path.parent.name, path.name, _edited(path, edits).encode(errors="replace"), {})


def _edited(path: Path, edits: list[tuple[float, int, str]]) -> str:
    text = path.read_text(encoding="utf-8")
    for where, length, put in edits:
        at = int(where * len(text))
        text = text[:at] + put + text[at + length :]
    return text
