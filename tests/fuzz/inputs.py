"""What is thrown: requests, tokens, filled-in pages, directory and catalogue files, most of them nearly right."""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from schemas.incoming import INCOMING, example
from tests.fuzz.files import contents, csv_files, yaml_files
from tests.gateway.test_anything_sent import anything, bodies, datas, days, ids, texts

Route = tuple[str, str]
"""A method and a path with its parameters in braces."""

FORM, JSON, CLOUD_EVENT = "application/x-www-form-urlencoded", "application/json", "application/cloudevents+json"
LINK, STAFF = "/link/", "/as/"
"""How the address of a page begins that only this run knows: `/link/3/wrong`, and `/as/1/console`."""


SHOWN = 600


class Thrown(NamedTuple):
    """One input.

    `to` is `http` (a request as it stands), `page` (a page is opened, its form filled in and sent), `csv` or `yaml` (a
    file is read as the command line does); `name` a method, or a kind of file; `where` an address, or a file's name.
    `changes` are for a page: which of its controls (0 to 1) holds what instead of something right.
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


def requests(routes: Sequence[Route]) -> st.SearchStrategy[Thrown]:
    """Requests to any route, events of any shape, and pages of people and staff."""
    said = st.tuples(_tokens, st.none() | st.sampled_from(_ODD_HEADERS))
    anywhere = st.builds(_request, st.sampled_from(routes), _parts, _queries, _bodies, said)
    nearly = st.builds(_nearly_event, st.sampled_from(sorted(INCOMING)), st.uuids(), datas, texts)
    return st.one_of(
        nearly, nearly, nearly, _events, _binary_events, anywhere, anywhere, tokens, webhooks, pages, pages
    )


def files() -> st.SearchStrategy[Thrown]:
    """Files as the command line reads them."""
    table = csv_files.map(lambda file: Thrown("csv", file[0], file[1], file[2]))
    return table | yaml_files.map(lambda file: Thrown("yaml", file[0], file[1], file[2]))


values = st.sampled_from(
    [
        *("", " ", "0", "-1", "1", "5", "9" * 40, "1e400", "NaN", "½", "on", "yes", "accept", "decline", "other"),
        *(
            "\u202e",
            "\ufeff",
            "=cmd()",
            "\r\nBcc: x@example.org",
            "<script>",
            "x" * 9000,
            "pl-1",
            "2027-07-06",
            "12:61",
        ),
        *("a@b.example", "Ada Example", "24:00", "07:30", "é", "é", "\ud83d\ude00", "../../etc/passwd", "%00"),
    ]
) | (st.text(st.characters(codec="utf-8"), max_size=20) | days | ids)
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
_parts = st.lists(
    st.none() | st.none() | ids | st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=5, max_size=5
)
_queries = st.dictionaries(
    st.sampled_from(
        ["state", "program", "overdue", "cursor", "before", "limit", "after", "source", "status", "lang", "id", "act"]
    ),
    ids | st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(["0", "-1", "9" * 30, "refused", "es"]),
    max_size=3,
)
_bodies = st.binary(max_size=60) | anything.map(json.dumps).map(str.encode) | datas.map(json.dumps).map(str.encode)
_tokens = st.sampled_from(["", "root", "root", "root"]) | st.text(
    st.characters(min_codepoint=33, max_codepoint=126), max_size=60
)
_events = bodies.map(lambda body: Thrown("http", "POST", "/events", body, (("content-type", CLOUD_EVENT),)))
_attributes = st.dictionaries(
    st.sampled_from(["id", "source", "type", "subject", "time", "specversion", "other"]),
    texts.map(lambda text: quote(text, errors="replace")) | st.sampled_from(["1.0", "%ff", "%00", *sorted(INCOMING)]),
)


def _binary(attributes: dict[str, str], body: bytes) -> Thrown:
    headers = tuple((f"ce-{name}", value) for name, value in attributes.items())
    return Thrown("http", "POST", "/events", body, (("content-type", JSON), *headers))


_binary_events = st.builds(_binary, _attributes, _bodies)


def _nearly_event(name: str, id_: Any, data: Any, said: str) -> Thrown:
    event = example(INCOMING[name]) | {"id": str(id_), "source": "/fuzz"}
    given_data = event.get("data", {})
    event["data"] = {**given_data, **data} if isinstance(data, dict) and len(said) % 2 else given_data
    if len(said) > 20:
        event["subject"] = said
    elif event.get("subject"):
        event["subject"] = f"{event['subject'].partition('-')[0]}-{len(said) % 5 + 1}"
    return Thrown("http", "POST", "/events", json.dumps(event).encode(), (("content-type", CLOUD_EVENT),))


OF_ROUTE = {
    "/webhooks": "wh-1",
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
"""An id that there is, for the first parameter of routes that begin so."""
NEEDED = re.compile(r"lrn-104|sup-|grd-|stf-|dir-")
"""People without whom no round begins: they may not be erased."""


def address(path: str, parts: Sequence[str | None]) -> str:
    """The path with its parameters filled in; None stands for an id that there is."""
    known = next((id_ for begins, id_ in OF_ROUTE.items() if path.startswith(begins)), "pl-1")
    erases = path.startswith("/people")
    for given in parts:
        part = None if erases and given is not None and NEEDED.match(given) else given
        before, brace, rest = path.partition("{")
        if brace:
            path = before + quote(known if part is None else part, safe="") + rest.partition("}")[2]
            known = "host_confirmation"
    return path


def _webhook(url: str, owner: str, types: list[str], after: str | None) -> Thrown:
    said = {"url": url, "owner": owner, "purpose": "fuzz", "types": types, "after": after}
    body = json.dumps({name: value for name, value in said.items() if value is not None})
    return Thrown("http", "POST", "/webhooks", body.encode(), (("content-type", JSON),))


def _request(
    route: Route, parts: list[str | None], query: dict[str, str], body: bytes, said: tuple[str, tuple[str, str] | None]
) -> Thrown:
    (method, path), (token, odd) = route, said
    path = address(path, parts)
    key = {} if token == "root" else {"authorization": f"Bearer {token}"}
    kind = FORM if path.startswith(("/f/", "/console")) else JSON
    headers = {"content-type": kind, **key, **dict([odd] if odd else [])}
    return Thrown("http", method, f"{path}?{urlencode(query)}", body, tuple(headers.items()))


def _with_token(address: str, method: str, token: str) -> Thrown:
    return Thrown("http", method, address.format(quote(token, safe="")), b"", (("content-type", FORM),))


tokens = st.builds(
    _with_token,
    st.sampled_from(
        ["/f/{}", "/f/{}/all", "/f/{}/calendar", "/calendar/{}.ics", "/console/sign-in/{}", "/f/{}/of/placement/pl-1/x"]
    ),
    st.sampled_from(["GET", "HEAD", "POST"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=90)
    | st.binary(min_size=32, max_size=32).map(bytes.hex)
    | st.text(st.characters(codec="utf-8"), min_size=1, max_size=30),
)
webhooks = st.builds(
    _webhook,
    st.sampled_from(
        [
            *(
                "http://127.0.0.1:9/hook",
                "https://127.0.0.1/",
                "http://[::1]:9/x",
                "https://10.0.0.1/",
                "http://[",
                "x",
            ),
            *(
                "https://crm.invalid/x",
                "http://127.0.0.1:99999/",
                "https://a:b@127.0.0.1/",
                "http://0x7f.1:9/",
                "http:",
            ),
        ]
    )
    | texts,
    st.sampled_from(["integrations@example.org", "integrations@example.org", "@", "a@b..c", '"x"@example.org']),
    st.lists(st.sampled_from(["org.journeywork.placement.*", "org.journeywork.*", "*", ""]) | texts, max_size=2),
    st.none() | st.sampled_from(["0-0", "1-1", "9-", "-"]) | texts,
)
_OF_PEOPLE = ("", "", "", "/wrong", "/later", "/reach", "/calendar", "/all", "?copy=all", "?lang=es", "?lang=zz")
_OF_STAFF = (
    *("", "/imports", "/imports", "/season", "/offers", "/offers/opp-6001", "/hosts/hst-4001", "/incidents"),
    *("/hosts", "/acts", "/sign-in", "/incidents/inc-1", "/placements/pl-1", "/placements/pl-2", "/placements/pl-3"),
)
_ACTS = (
    *("remind", "waive", "replace_supervisor", "supervisor_left", "extend", "shorten", "pause", "suspend", "resume"),
    *("attended", "withdraw", "employer_cancels", "cancel", "terminate", "none"),
)
_addresses = st.one_of(
    st.builds(lambda number, rest: f"{LINK}{number}{rest}", st.integers(0, 40), st.sampled_from(_OF_PEOPLE)),
    st.builds(lambda who, rest: f"{STAFF}{who}/console{rest}", st.integers(0, 2), st.sampled_from(_OF_STAFF)),
    st.builds(
        lambda who, act, ids: (
            f"{STAFF}{who}/console/acts/new?{urlencode([('act', act), *(('id', id_) for id_ in ids)])}"
        ),
        st.integers(0, 2),
        st.sampled_from(_ACTS),
        st.lists(st.sampled_from(["pl-1", "pl-2", "pl-3", "pl-4", "pl-5", "x"]), max_size=3),
    ),
)
pages = st.builds(
    lambda where, name, body, changes: Thrown("page", name, where, body, changes=tuple(changes)),
    _addresses,
    st.sampled_from(["once", "through", "through"]),
    contents,
    st.lists(st.tuples(st.floats(0, 1), values), max_size=3),
)
