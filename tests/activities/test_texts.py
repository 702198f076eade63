"""Text messages: for whoever chose them, or whose mail comes back; short, once, and never to whoever wants none."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from activities.mailer import Mailer
from activities.post import Post
from activities.texter import Text, Texter, phone_number
from catalog.texts import text_of
from cli.stack.ports import free_port
from gateway.serve import serve
from records.pool import Pool
from records.timeline import timeline
from schemas.directory import Language
from schemas.effects import Bounced, Deferred, Sent, Skipped
from schemas.vocabulary import Role
from tests.activities.test_mail_words import LANGUAGES, LINK, letter
from tests.activities.test_outbox import NIGHT, Desk
from tests.fixtures.mail import MailServer

PHONE = "617-555-0150"


@dataclass
class Provider:
    """What a provider was sent, and how it answers."""

    url: str = ""
    status: int = 201
    answer: dict[str, Any] = field(default_factory=dict[str, Any])
    sent: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def take(self, request: Request) -> Response:
        self.sent.append({**json.loads(await request.body()), "key": request.headers["authorization"]})
        return JSONResponse(self.answer, self.status)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """Yield a local receiver of texts."""
    made, port = Provider(), free_port()
    serving = asyncio.create_task(
        serve(Starlette(routes=[Route("/messages", made.take, methods=["POST"])]), "127.0.0.1", port)
    )
    made.url = f"http://127.0.0.1:{port}/messages"
    yield made
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


@pytest.fixture
async def desk(pool: Pool, mail_server: MailServer, provider: Provider) -> AsyncIterator[Desk]:
    """Yield a desk that sends both ways; the supervisor ws-1 has a phone."""
    mailer, texter = (
        Mailer(mail_server.smtp_url, "placements@example.org"),
        Texter(provider.url, "key-1", "+16175550100"),
    )
    async with pool.acquire() as conn:
        await conn.execute("update people set phone = $1 where id = 'ws-1'", PHONE)
    yield Desk(pool, Post(mailer, texter))  # type: ignore[arg-type]
    await texter.aclose()
    await mailer.aclose()


async def now_is(pool: Pool, **changes: Any) -> None:
    async with pool.acquire() as conn:
        for name, value in changes.items():
            await conn.execute(f"update people set {name} = $1 where id = 'ws-1'", value)  # noqa: S608 - names of ours


async def test_whoever_chose_texts_gets_a_short_one_with_the_link_and_no_name(
    desk: Desk, pool: Pool, provider: Provider, mail_server: MailServer
) -> None:
    await now_is(pool, channel="text", language="es")
    _, outcome = await desk.ask(by_time=False)

    assert isinstance(outcome, Sent)
    (sent,) = provider.sent
    assert (sent["from"], sent["to"], sent["key"]) == ("+16175550100", "+16175550150", "Bearer key-1")
    assert "responda «" in sent["body"]
    assert "https://placements.example.org/f/" in sent["body"]
    assert "Maya" not in sent["body"]
    assert len(sent["body"]) < 320
    assert mail_server.messages() == []
    assert (await desk.kept()).reason == "by_text"


async def test_the_same_message_is_texted_once(desk: Desk, pool: Pool, provider: Provider) -> None:
    await now_is(pool, channel="text")
    effect, _ = await desk.ask(by_time=False)
    assert isinstance(await desk.notifier.notify("placement", "pl-1", effect), Sent)
    assert len({one["reference"] for one in provider.sent}) == len(provider.sent) == 1


async def test_whose_mail_comes_back_is_texted_before_anybody_else_is_asked(
    desk: Desk, pool: Pool, provider: Provider
) -> None:
    await now_is(pool, email="bounce@example.org")
    _, outcome = await desk.ask(by_time=False)

    assert isinstance(outcome, Sent)
    assert len(provider.sent) == 1
    assert (await desk.kept()).reason == "by_text_instead"
    async with pool.acquire() as conn:
        told = [one for one in await timeline(conn, "placement", "pl-1") if one.type == "message.sent"]
    assert [one.data["reason"] for one in told] == ["by_text_instead"]


async def test_when_neither_arrives_the_ladder_goes_on(desk: Desk, pool: Pool, provider: Provider) -> None:
    await now_is(pool, email="bounce@example.org")
    provider.status = 400
    _, outcome = await desk.ask(by_time=False)
    assert outcome == Bounced(key=outcome.key, reason="no_such_mailbox")


async def test_whoever_wants_no_texts_gets_none_and_is_mailed(
    desk: Desk, pool: Pool, provider: Provider, mail_server: MailServer
) -> None:
    await now_is(pool, channel="text")
    provider.status, provider.answer = 400, {"code": 21610}
    _, first = await desk.ask(by_time=False)
    _, second = await desk.ask(2, by_time=False)

    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert len(provider.sent) == 1
    assert len(mail_server.messages(to="jordan@example.org")) == 2
    await now_is(pool, email=None)
    _, third = await desk.ask(3, by_time=False)
    assert third == Skipped(key=third.key, reason="opted_out")


async def test_a_provider_that_is_away_is_tried_again(desk: Desk, pool: Pool, provider: Provider) -> None:
    await now_is(pool, channel="text")
    provider.status = 503
    effect, outcome = await desk.ask(by_time=False)
    assert outcome == Deferred(key=effect.key, reason="texts_unavailable")
    provider.status = 200
    assert isinstance(await desk.notifier.notify("placement", "pl-1", effect), Sent)
    assert len({one["reference"] for one in provider.sent}) == 1


async def test_nobody_is_texted_at_night(desk: Desk, pool: Pool, provider: Provider) -> None:
    await now_is(pool, channel="text")
    desk.now = NIGHT
    _, outcome = await desk.ask(by_time=False)
    assert outcome.outcome == "held"
    assert provider.sent == []
    await desk.later(NIGHT + timedelta(hours=14))
    assert len(provider.sent) == 1


async def test_an_unknown_provider_defers() -> None:
    texter = Texter(f"http://127.0.0.1:{free_port()}/messages", "key", "x")
    assert await texter.send(Text("+16175550150", "x", "r", "ws-1")) == ("deferred", "texts_unavailable")
    await texter.aclose()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_short_and_several_forms_are_one(language: Language) -> None:
    one = text_of([letter(language=language, role=Role.GUARDIAN, learner="Maya Rivera")])
    two = text_of([letter(language=language), letter(language=language)])
    assert one is not None
    assert two is not None
    assert LINK in one
    assert f"{LINK}/all" in two
    assert "Maya" not in one
    assert text_of([letter("placement_ready_notification", language=language, link=None)]) is None


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("617-555-0150", "+16175550150"),
        ("1 (617) 555 0150", "+16175550150"),
        ("+52 55 1234 5678", "+525512345678"),
        ("555-0150", None),
        ("ext. 12", None),
        (None, None),
    ],
)
def test_a_phone_number_is_american_unless_it_says_otherwise(given: str | None, number: str | None) -> None:
    assert phone_number(given) == number
