"""Requests that schemathesis makes of the API's description: what it allows, and what it forbids."""

from typing import Any

import schemathesis
from hypothesis import strategies as st
from requests import Request
from schemathesis import GenerationMode

from tests.fuzz.inputs import Thrown, address
from tests.gateway.test_anything_sent import ids

HERE = "http://gateway"
KEPT = frozenset({"content-type", "accept"})
"""Headers of the client that made the request; the other ones of its own are left out."""


def described(document: dict[str, Any]) -> st.SearchStrategy[Thrown]:
    """Requests of every operation in an OpenAPI document, most of them with a key that is good and ids that exist."""
    operations = [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]
    cases = [one.as_strategy(generation_mode=mode) for one in operations for mode in GenerationMode]
    there_are = st.lists(st.one_of(*[st.none()] * 3, ids), min_size=4, max_size=4)
    known = st.one_of(*[there_are] * 4, st.none())
    return st.builds(_thrown, st.one_of(cases), known, st.integers(0, 9))


def _thrown(case: Any, known: list[str | None] | None, key: int) -> Thrown:
    made = case.as_transport_kwargs(base_url=HERE)
    if known is not None and "{" in case.path:
        made["url"] = HERE + address(case.path, known)
    request = Request(**{name: made[name] for name in WORDS & set(made)}).prepare()
    own = {name.lower(): _text(value) for name, value in request.headers.items()}
    headers = {name: value.strip() for name, value in own.items() if name in KEPT or name in _said(case)}
    if key and headers.get("authorization") != "":
        headers.pop("authorization", None)
    body = request.body or b""
    return Thrown(
        "described",
        case.method.upper(),
        str(request.url).removeprefix(HERE),
        body if isinstance(body, bytes) else str(body).encode(errors="surrogatepass"),
        tuple(sorted(headers.items())),
    )


WORDS = {"method", "url", "headers", "params", "json", "data", "files", "cookies"}


def _said(case: Any) -> set[str]:
    return {str(name).lower() for name in case.headers or {}}


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
