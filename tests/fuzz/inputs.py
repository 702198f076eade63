"""What one input is; and requests to any route, with any token, and for any webhook, most of them nearly right."""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.fuzz.filling import FORM
from tests.gateway.test_anything_sent import anything, datas, ids, texts

Route = tuple[str, str]
"""A method and a path with its parameters in braces."""

JSON = "application/json"
LINK, STAFF = "/link/", "/as/"
"""How the address of a page begins that only this run knows: `/link/3/wrong`, and `/as/1/console`."""
SHOWN = 600


class Thrown(NamedTuple):
    """One input.

    `to` says what it is thrown at: `described` (what schemathesis makes of the API's description), `event`, `route`,
    `token` and `webhook` are requests as they stand; for `page` a page is opened, its form filled in and sent; `csv`
    and `yaml` are files that are read as the command line does. `name` is a method, or a kind of file; `where` an
    address, or a file's name. `changes` are for a page: which of its controls (0 to 1) holds what is not right.
    """

    to: str
    name: str
    where: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[float, str], ...] = ()

    @property
    def told(self) -> str:
        """The input as a report shows it."""
        body = repr(self.body[:SHOWN]) if self.body else ""
        return f"{self.to} {self.name} {self.where} {self.headers or ''} {self.changes or ''} {body}"


OF_ROUTE = {
    "/webhooks": "wh-{}",
    "/f/": "link-{}",
    "/people": "lrn-1050",
    "/placements": "pl-1",
    "/opportunities": "opp-6001",
    "/partnerships": "par-hst-4002",
    "/incidents": "inc-1",
    "/inbox": "e-1",
    "/console/placements": "pl-2",
    "/console/offers": "opp-6001",
    "/console/hosts": "hst-4001",
    "/console/incidents": "inc-1",
}
"""An id that there is, for the first parameter of routes that begin so; of what has a number there are four."""
NEEDED = re.compile(r"lrn-104|sup-|grd-|stf-|dir-")
"""People without whom no round begins: they may not be erased."""


def address(path: str, parts: Sequence[str | None]) -> str:
    """The path with its parameters filled in; None stands for an id that there is."""
    known = next((id_ for begins, id_ in OF_ROUTE.items() if path.startswith(begins)), "pl-1").format(len(path) % 4)
    erases = path.startswith("/people")
    for given in parts:
        part = None if erases and given is not None and NEEDED.match(given) else given
        before, brace, rest = path.partition("{")
        if brace:
            path = before + quote(known if part is None else part, safe="") + rest.partition("}")[2]
            known = "host_confirmation"
    return path


# --- any route ------------------------------------------------------------------------------------------------------

_ODD_HEADERS = (
    ("origin", "http://["),
    ("origin", "null"),
    ("origin", "https://elsewhere.example"),
    ("sec-fetch-site", "cross-site"),
    ("accept-language", "es;q=x,*;q=9, " + "a" * 900),
    ("cookie", "journeywork-session=\xff; journeywork-language=zz; ="),
    ("content-encoding", "gzip"),
    ("content-type", "multipart/form-data"),
    ("content-type", "multipart/form-data; boundary=" + "x" * 200),
    ("content-type", "application/json; charset=utf-7"),
    ("content-type", "text/html; charset=\xff"),
    ("authorization", "Basic Og=="),
    ("authorization", "Bearer \xe9"),
    ("range", "bytes=9-1"),
    ("if-none-match", '"'),
    ("x-forwarded-for", "::1, '"),
    ("host", "[::1"),
    ("expect", "nothing"),
)
_printable = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_parts = st.lists(st.none() | st.none() | ids | _printable, min_size=5, max_size=5)
_queries = st.dictionaries(
    st.sampled_from(
        ["state", "program", "overdue", "cursor", "before", "limit", "after", "source", "status", "lang", "id", "act"]
    ),
    ids | _printable | st.sampled_from(["", "0", "-1", "9" * 30, "refused", "es", "/scene", "/fuzz"]),
    max_size=3,
)
_bodies = st.binary(max_size=60) | anything.map(json.dumps).map(str.encode) | datas.map(json.dumps).map(str.encode)
_ascii = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=90)
_keys = st.one_of(*[st.just("root")] * 4, st.just(""), _ascii)


def _request(
    route: Route, parts: list[str | None], query: dict[str, str], body: bytes, said: tuple[str, tuple[str, str] | None]
) -> Thrown:
    (method, path), (key, odd) = route, said
    path = address(path, parts)
    bearer = {} if key == "root" else {"authorization": f"Bearer {key}".strip()}
    kind = FORM if path.startswith(("/f/", "/console")) else JSON
    headers = {"content-type": kind, **bearer, **dict([odd] if odd else [])}
    return Thrown("route", method, f"{path}?{urlencode(query)}", body, tuple(headers.items()))


def any_route(routes: Sequence[Route]) -> st.SearchStrategy[Thrown]:
    """Requests to any of these routes: odd parts, queries, bodies, headers and keys."""
    said = st.tuples(_keys, st.none() | st.sampled_from(_ODD_HEADERS))
    return st.builds(_request, st.sampled_from(routes), _parts, _queries, _bodies, said)


# --- tokens ---------------------------------------------------------------------------------------------------------


def _with_token(address: str, method: str, token: str) -> Thrown:
    return Thrown("token", method, address.format(quote(token, safe="")), b"", (("content-type", FORM),))


def _with_key(path: str, method: str, key: str) -> Thrown:
    return Thrown("token", method, path, b"", (("authorization", f"Bearer {key}"),))


def _with_session(path: str, method: str, session: str) -> Thrown:
    return Thrown("token", method, path, b"", (("cookie", f"journeywork-session={session}"),))


_token = _ascii | st.binary(min_size=32, max_size=32).map(bytes.hex) | _printable
_PLACES = (
    "/f/{}",
    "/f/{}/all",
    "/f/{}/calendar",
    "/calendar/{}.ics",
    "/console/sign-in/{}",
    "/f/{}/of/placement/pl-1/x",
)
_METHODS = st.sampled_from(["GET", "HEAD", "POST"])
tokens = st.one_of(
    st.builds(_with_token, st.sampled_from(_PLACES), _METHODS, _token),
    st.builds(_with_token, st.sampled_from(_PLACES), _METHODS, _token),
    st.builds(
        _with_key, st.sampled_from(["/placements", "/events", "/people/lrn-1042", "/webhooks"]), _METHODS, _ascii
    ),
    st.builds(_with_session, st.sampled_from(["/console", "/console/season", "/console/imports"]), _METHODS, _ascii),
)
"""Links' tokens, API keys and sessions that nobody was given."""


# --- webhooks -------------------------------------------------------------------------------------------------------


def _webhook(url: str, owner: str, types: list[str], after: str | None) -> Thrown:
    said = {"url": url, "owner": owner, "purpose": "fuzz", "types": types, "after": after}
    body = json.dumps({name: value for name, value in said.items() if value is not None})
    return Thrown("webhook", "POST", "/webhooks", body.encode(), (("content-type", JSON),))


_URLS = (
    *("http://127.0.0.1:9/hook", "https://127.0.0.1/", "http://[::1]:9/x", "https://10.0.0.1/", "http://[", "x"),
    *("https://crm.invalid/x", "http://127.0.0.1:99999/", "https://a:b@127.0.0.1/", "http://0x7f.1:9/", "http:"),
)
_TYPES = ("org.journeywork.placement.*", "org.journeywork.placement.completed", "org.journeywork.*", "*", "")
webhooks = st.builds(
    _webhook,
    st.one_of(*[st.sampled_from(_URLS)] * 3, texts),
    st.one_of(*[st.just("integrations@example.org")] * 4, st.sampled_from(["@", "a@b..c", '"x"@example.org']), texts),
    st.lists(st.one_of(*[st.sampled_from(_TYPES)] * 3, texts), max_size=2),
    st.one_of(*[st.none()] * 3, st.sampled_from(["0-0", "1-1", "9-", "-"]), texts),
)
"""Subscriptions to webhooks, with odd addresses, owners and types."""
