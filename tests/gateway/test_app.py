"""The application as a whole: who is let in, which routes are promised, what is logged, how it says that it is well."""

import io
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from fastapi.routing import APIRoute

from gateway.console.site import every_page
from gateway.pages import static_address
from gateway.serve import listening
from tests.gateway.desk import KEY, Desk, gateway_on
from tests.gateway.html_checks import page_of
from workers.logs import set_up_logs

ROUTES = Path(__file__).with_name("routes.json")
OPEN_TO_ALL = {
    "/healthz",
    "/readyz",
    "/docs",
    "/openapi.json",
    "/f/{token}",
    "/calendar/{token}.ics",
    "/",
    "/texts/received",
}
LINKED = "/f/"
"""Pages behind mailed links: the secret in the address is the key."""

CONSOLE = "/console"
"""Pages of staff who signed in: tests/gateway/console says who may see which."""


def routes(desk: Desk) -> set[tuple[str, str]]:
    """Every method and path, as the description tells them, and the pages it leaves out."""
    described = desk.app.openapi()["paths"]
    told = {(method.upper(), path) for path, operations in described.items() for method in operations}
    return told | every_page() | {("GET", "/docs"), ("GET", "/openapi.json"), ("HEAD", "/f/{token}")}


async def test_no_route_that_was_promised_is_gone(open_desk: Desk) -> None:
    promised = {(method, path) for method, path in json.loads(ROUTES.read_text(encoding="utf-8"))}

    assert routes(open_desk) >= promised
    assert routes(open_desk) <= promised, "add the new route to routes.json: it is a promise"


async def test_without_the_key_nothing_is_read_or_taken(open_desk: Desk) -> None:
    for method, path in sorted(routes(open_desk)):
        if path in OPEN_TO_ALL or path.startswith((CONSOLE, LINKED)):
            continue
        address = path.replace("{id}", "pl-1").replace("{event_id}", "e-1")
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {KEY}"}):
            answer = await open_desk.person.request(method, address, headers=headers)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.json()["code"] == "unauthorized"


async def test_a_body_is_not_even_read_without_the_key(open_desk: Desk) -> None:
    answer = await open_desk.person.post("/events", content=b"x" * 300_000)

    assert answer.status_code == 401


async def test_the_description_names_the_key_and_how_errors_look(open_desk: Desk) -> None:
    described = (await open_desk.person.get("/openapi.json")).json()

    post = described["paths"]["/events"]["post"]
    assert post["security"]
    assert {"200", "202", "401", "409", "413", "422", "503"} <= set(post["responses"])
    assert list(post["responses"]["422"]["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in described["components"]["schemas"]
    assert {"title", "status", "detail", "code", "errors"} <= set(
        described["components"]["schemas"]["Problem"]["properties"]
    )


async def test_the_docs_are_one_valid_page_that_fetches_nothing_from_elsewhere(open_desk: Desk) -> None:
    answer = await open_desk.person.get("/docs")

    page_of(answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http://" not in answer.text.replace("http://people.example", "")
    for path in ("/events", "/placements/{id}", "org.journeywork.offer.made", "learner_id"):
        assert path in answer.text


async def test_styles_are_served_and_may_be_kept_for_ever(open_desk: Desk) -> None:
    for name in ("pages.css", "reference.css", "mark.svg"):
        answer = await open_desk.person.get(f"/static/{name}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


async def test_what_a_phone_loads_is_packed_and_what_a_cookie_opens_is_not(open_desk: Desk) -> None:
    form = await open_desk.person.get("/f/none", headers={"Accept-Encoding": "gzip"})
    style = await open_desk.person.get(static_address("pages.css"), headers={"Accept-Encoding": "gzip"})
    console = await open_desk.person.get("/console/sign-in", headers={"Accept-Encoding": "gzip"})
    plain = await open_desk.person.get("/f/none", headers={"Accept-Encoding": "identity"})

    assert [one.headers.get("content-encoding") for one in (form, style, console, plain)] == [
        "gzip",
        "gzip",
        None,
        None,
    ]
    assert form.text == plain.text


def test_no_answer_waits_for_an_acknowledgement() -> None:
    with listening("127.0.0.1", 0) as door, socket.create_connection(door.getsockname()):
        accepted, _ = door.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_it_is_ready_when_every_part_is(open_desk: Desk) -> None:
    alive, ready = [await open_desk.person.get(path) for path in ("/healthz", "/readyz")]

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert ready.json()["ready"] is True
    assert {name: part["ok"] for name, part in ready.json()["parts"].items()} == {
        "postgres": True,
        "temporal": True,
        "workers": True,
    }
    assert await open_desk.count("select count(*) from heartbeats") == 1


async def test_without_a_worker_it_is_not_ready_and_says_which_part(peopled: str) -> None:
    async with gateway_on(peopled) as desk:
        desk.temporal.workers["effects"] = 0
        answer = await desk.person.get("/readyz")

    assert answer.status_code == 503
    assert [name for name, part in answer.json()["parts"].items() if not part["ok"]] == ["workers"]
    assert answer.json()["parts"]["workers"]["effects"] == 0


async def test_without_temporal_it_is_alive_but_not_ready(peopled: str) -> None:
    async with gateway_on(peopled) as desk:
        desk.temporal.reachable = False
        alive, ready = [await desk.person.get(path) for path in ("/healthz", "/readyz")]

    assert (alive.status_code, ready.status_code) == (200, 503)
    assert ready.json()["parts"]["postgres"]["ok"] is True


async def test_readiness_is_asked_at_most_once_a_second(peopled: str) -> None:
    async with gateway_on(peopled) as desk:
        first = await desk.person.get("/readyz")
        desk.temporal.reachable = False
        second = await desk.person.get("/readyz")

    assert second.json() == first.json()


async def test_with_postgres_away_every_route_says_when_to_try_again(peopled: str) -> None:
    async with gateway_on(peopled) as desk:
        await desk.proposed()
        link = await desk.link()
        event = desk.event("offer.made", "pl-1")
        desk.pool.terminate()  # type: ignore[attr-defined]
        paths = ("/placements", "/placements/pl-1", "/opportunities", "/events", "/inbox", "/inbox/x?source=/tests")
        answers = [await desk.api.get(path) for path in paths] + [await desk.api.post("/events", json=event)]
        pages = [
            await desk.person.get(link),
            await desk.person.post(
                link, content="decision=accept", headers={"content-type": "application/x-www-form-urlencoded"}
            ),
        ]

    assert {answer.status_code for answer in [*answers, *pages]} == {503}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in [*answers, *pages])
    assert {answer.json()["code"] for answer in answers} == {"unavailable"}
    assert all("Please try again in a moment" in page.text for page in pages)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Yield what the process says with its logs set up as in production."""
    kept, handlers, level = structlog.get_config(), logging.getLogger().handlers, logging.getLogger().level
    said = io.StringIO()
    monkeypatch.setattr("sys.stderr", said)
    set_up_logs(pretty=False)
    structlog.configure(cache_logger_on_first_use=False)
    yield said
    logging.getLogger().handlers, logging.getLogger().level = handlers, level
    structlog.configure(**kept)


async def test_a_request_is_logged_by_its_route_and_never_with_a_token(logged: io.StringIO, peopled: str) -> None:
    async with gateway_on(peopled) as desk:
        await desk.proposed()
        link = await desk.link()
        await desk.person.get(link)
        await desk.person.get(f"{link}/more")
        await desk.person.post(link, content=b"decision=accept", headers={"content-type": "text/plain"})

    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    told = [(one["method"], one["route"], one["status"]) for one in lines if one["event"] == "answered"]
    assert told[-3:] == [("GET", "/f/{token}", 200), ("GET", "(none)", 404), ("POST", "/f/{token}", 415)]
    assert link.removeprefix("/f/") not in logged.getvalue()
    assert all(isinstance(one["ms"], int) for one in lines if one["event"] == "answered")


async def test_a_fault_of_ours_is_answered_and_logged_without_what_was_sent(logged: io.StringIO, peopled: str) -> None:
    async def broken() -> None:
        raise RuntimeError("a name somebody typed")

    async with gateway_on(peopled) as desk:
        for path in ("/f/{token}/broken", "/broken"):
            desk.app.router.routes.insert(0, APIRoute(path, broken))
        page, problem = await desk.person.get("/f/tok/broken"), await desk.person.get("/broken")

    assert (page.status_code, problem.status_code) == (500, 500)
    assert "Something went wrong on our side" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert "somebody typed" not in page.text + problem.text + logged.getvalue()
    assert "RuntimeError at broken" in logged.getvalue()
