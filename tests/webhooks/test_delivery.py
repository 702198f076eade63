"""Events reach their receivers in order and signed, whatever receivers do, and none is lost on the way."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from activities.mailer import MailResult
from catalog.webhook_mail import webhook_mail
from records import deliveries, disclosures, erasing, webhooks
from records.pool import Pool, open_pool
from schemas.webhooks import MailAbout
from tests.chaos.proxy import Fault, Proxy, proxied
from tests.gateway.desk import until
from tests.records.test_feed import everything
from tests.webhooks.receiver import OWNER, Receiver, Stage, receiving

HOURS_72 = timedelta(hours=72)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, size=8) as opened:
        yield opened


@pytest.fixture
def stage(pool: Pool) -> Stage:
    return Stage(pool)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@asynccontextmanager
async def behind_a_line(receiver: Receiver) -> AsyncGenerator[tuple[str, Proxy]]:
    """The receiver's URL through a line that can be made bad."""
    there = urlsplit(receiver.url)
    async with proxied("127.0.0.1", there.port or 0) as line:
        yield receiver.url.replace(f":{there.port}/", f":{line.port}/"), line


async def test_what_happens_from_now_on_arrives_in_order_as_it_stands_in_the_feed(
    stage: Stage, receiver: Receiver
) -> None:
    await stage.happen()
    secret = await stage.hook(receiver.url)
    told = await stage.happen(3)
    await stage.drain()

    assert receiver.ids == told
    async with stage.pool.acquire() as conn:
        assert (await everything(conn))[2:] == told
    for one in receiver.got:
        assert Webhook(secret).verify(one.body, one.headers) == one.event
        assert one.event["id"] == one.headers["webhook-id"]
        assert one.headers["content-type"] == "application/cloudevents+json"
    assert [(one.state, one.tries, one.status) for one in await stage.log()] == [("delivered", 1, 204)] * 6


async def test_whose_records_are_sent_is_kept_once_for_each_event_with_the_purpose(
    stage: Stage, receiver: Receiver
) -> None:
    await stage.hook(receiver.url)
    receiver.answers = [500]
    await stage.happen()
    await stage.drain()
    await stage.drain(seconds=5)
    async with stage.pool.acquire() as conn:
        kept = await disclosures.shown(conn, learner=None, who="wh-1", limit=10)
    assert [(one.kind, one.interest, one.what, one.record) for one in kept] == [
        ("webhook", "tests", "event", "placement/pl-1")
    ] * 2
    assert {one.learners for one in kept} == {("st-1",)}


PERSON = (
    "insert into people (id, given_name, family_name, email, language, status) values ($1, $2, $3, $4, $5, 'active')"
)


async def test_names_go_to_a_webhook_made_for_them_alone_until_the_person_is_erased(
    stage: Stage, receiver: Receiver
) -> None:
    async with receiving() as plain:
        await stage.hook(receiver.url, id_="wh-named", personal_data=True)
        await stage.hook(plain.url, id_="wh-plain")
        async with stage.pool.acquire() as conn:
            await conn.execute(PERSON, "st-1", "Ottoline", "Zqx", "o@family.example", "en")
            await conn.execute(PERSON, "ws-1", "Quillon", "Vantrax", "q@host.example", "en")
        told = await stage.happen()
        await stage.drain()
        async with stage.pool.acquire() as conn, conn.transaction():
            await erasing.erase(conn, "st-1", reason="asked", asked_by="dir-1", now=stage.now)
        await stage.happen()
        await stage.drain()

    supervisor = {"id": "ws-1", "given_name": "Quillon", "family_name": "Vantrax"}
    both = {
        "learner": {"id": "st-1", "given_name": "Ottoline", "family_name": "Zqx"},
        "worksite_supervisor": supervisor,
    }
    assert [one.event["data"]["people"] for one in receiver.got] == [both] * 2 + [
        {"worksite_supervisor": supervisor}
    ] * 2
    assert receiver.ids[:2] == told
    assert not [one for one in plain.got if "people" in one.event["data"] or "Vantrax" in one.body]
    assert len(plain.got) == 4
    async with stage.pool.acquire() as conn:
        kept = {
            who: await disclosures.shown(conn, learner="st-1", who=who, limit=9) for who in ("wh-named", "wh-plain")
        }
    assert {who: [one.what for one in rows] for who, rows in kept.items()} == {
        "wh-named": ["event_with_names"] * 4,
        "wh-plain": ["event"] * 4,
    }


async def test_types_are_chosen_exactly_or_by_their_beginning(stage: Stage, receiver: Receiver) -> None:
    for number, types in enumerate((["org.journeywork.placement.*"], ["org.journeywork.request.opened"], []), start=1):
        await stage.hook(receiver.url, *types, id_=f"wh-{number}")
    await stage.hook(receiver.url, "org.journeywork.place.*", id_="wh-4")
    await stage.happen()
    await stage.drain()

    seen = [[one.type[16:] for one in await stage.log(id_=f"wh-{number}")] for number in (1, 2, 3, 4)]
    proposed = "placement.proposed"
    assert seen[0] == [one for one in seen[2] if one.startswith("placement.")]
    assert (seen[1], seen[3]) == ([one for one in seen[2] if one == "request.opened"], [])
    assert proposed in seen[2]


@pytest.mark.parametrize(("fault", "answer"), [("none", (500, "answered")), ("shut", (None, "cut"))])
async def test_a_receiver_that_is_down_for_72_hours_finds_a_dead_letter_and_all_that_came_after(
    stage: Stage, receiver: Receiver, fault: Fault, answer: tuple[int | None, str]
) -> None:
    async with behind_a_line(receiver) as (url, line):
        await stage.hook(url)
        receiver.status = 500
        line.make(fault)
        first = await stage.happen()
        await stage.drain()
        stage.clock[0] += timedelta(hours=24)
        later = await stage.happen()
        await stage.drain()

        assert receiver.ids == ([first[0]] * 2 if fault == "none" else [])
        waits = await stage.pass_time(timedelta(hours=49))
        assert max(waits) <= timedelta(hours=6)
        dead = await stage.log("dead")
        assert [one.event_id for one in dead] == first
        assert {(one.status, one.failure) for one in dead} == {answer}
        ended = dead[0].finished_at
        assert ended is not None
        assert HOURS_72 <= ended - dead[0].queued_at < HOURS_72 + timedelta(minutes=1)
        assert (await stage.view()).dead == 2

        receiver.status = 200
        line.make("none")
        await stage.drain(hours=6)
    assert [one.event_id for one in await stage.log("delivered")] == later
    assert [mail.subject for mail in stage.mails.sent] == ["Webhook wh-1: events were given up"]
    assert stage.mails.sent[0].to == OWNER


async def test_the_first_in_line_is_waited_for_and_nothing_overtakes_it(stage: Stage, receiver: Receiver) -> None:
    await stage.hook(receiver.url)
    receiver.answers = [500, 204, 429, 503, 404]
    told = await stage.happen(2)
    await stage.pass_time(timedelta(hours=1))

    assert [id_ for id_, _ in groupby(receiver.ids)] == told
    assert [one.tries for one in await stage.log()] == [2, 4, 1, 1]
    async with stage.pool.acquire() as conn:
        tries = await deliveries.tries(conn, (await stage.log())[1].id)
    assert [(one.status, one.failure) for one in tries] == [
        *((status, "answered") for status in (429, 503, 404)),
        (204, None),
    ]


async def test_gone_switches_off_and_tells_the_owner_once_and_switching_on_goes_on_where_it_stood(
    stage: Stage, receiver: Receiver
) -> None:
    await stage.hook(receiver.url)
    async with stage.pool.acquire() as conn:
        await conn.execute(PERSON, "dir-1", "Ana", "Cruz", OWNER.title(), "es")
    receiver.answers = [204, 410]
    stage.mails.outcomes = [MailResult("deferred", "unavailable")]
    told = await stage.happen(2)
    await stage.drain()
    await stage.drain(days=5)
    told += await stage.happen()
    await stage.drain()

    view = await stage.view()
    assert (view.state, view.reason, len(receiver.got)) == ("disabled", "gone", 2)
    first, second = stage.mails.sent
    assert (first.to, first.message_id) == (OWNER, second.message_id)
    assert "wh-1" in first.text
    assert "--enable" in first.text
    assert "hidden" not in first.text + first.html
    assert ("se desactivó" in first.subject, 'lang="es"' in first.html) == (True, True)
    async with stage.pool.acquire() as conn:
        await webhooks.enable(conn, "wh-1", stage.now, stage.now + HOURS_72)
    await stage.drain()
    assert receiver.ids == [told[0], *told[1:2] * 2, *told[2:]]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_and_tried_again(stage: Stage, receiver: Receiver, status: int) -> None:
    async with receiving() as elsewhere:
        await stage.hook(receiver.url)
        receiver.answers, receiver.headers = [status], f"Location: {elsewhere.url}\r\n"
        told = await stage.happen()
        await stage.drain()
        waiting = (await stage.log())[0]
        await stage.drain(seconds=10)

        assert (waiting.state, waiting.failure, elsewhere.got) == ("waiting", "redirected", [])
        assert receiver.ids == [told[0], *told]


@pytest.mark.parametrize("url", ["https://10.0.0.1/hook", "https://crm.example.org/hook"])
async def test_an_address_inside_a_network_is_not_called_and_shown_in_the_log(pool: Pool, url: str) -> None:
    async def inside(_: str, __: int) -> list[str]:
        return ["10.0.0.1"]

    stage = Stage(pool, resolver=inside)
    await stage.hook(url)
    await stage.happen()
    await stage.drain()
    waiting = (await stage.log())[0]
    assert (waiting.state, waiting.failure, waiting.tries) == ("waiting", "forbidden", 1)
    await stage.pass_time(timedelta(hours=73))
    assert {(one.state, one.failure) for one in await stage.log()} == {("dead", "forbidden")}


@pytest.mark.parametrize(
    ("fault", "failure"),
    [("shut", "cut"), ("deaf", "timeout"), ("slow", "timeout"), ("cut", "cut")],
)
async def test_a_receiver_behind_a_bad_line_is_tried_again_and_gets_each_event_in_order_once_it_is_good(
    pool: Pool, receiver: Receiver, fault: str, failure: str
) -> None:
    stage = Stage(pool, seconds=0.2)
    async with behind_a_line(receiver) as (url, line):
        await stage.hook(url)
        told = await stage.happen()

        async def cut() -> None:
            line.cut()

        if fault == "cut":
            receiver.slow = cut
        else:
            line.delay = 0.3
            line.make(fault)  # type: ignore[arg-type]
        await stage.drain()
        waiting = (await stage.log())[0]
        line.make("none")
        receiver.slow = None
        await stage.drain(seconds=5)
    assert (waiting.state, waiting.status, waiting.failure) == ("waiting", None, failure)
    assert {one.state for one in await stage.log()} == {"delivered"}
    assert list(dict.fromkeys(receiver.ids)) == told


async def test_a_receiver_may_ask_to_be_left_alone_for_a_while(stage: Stage, receiver: Receiver) -> None:
    await stage.hook(receiver.url)
    receiver.answers, receiver.headers = [429, 503], "Retry-After: 900\r\n"
    await stage.happen()
    await stage.drain()
    assert (await stage.log())[0].next_try_at == stage.now + timedelta(minutes=15)
    receiver.headers = "Retry-After: 99999999999999\r\n"
    await stage.drain(minutes=15)
    assert (await stage.log())[0].next_try_at == stage.now + timedelta(hours=6)


async def test_a_slow_receiver_delays_nobody_else_and_is_tried_again(pool: Pool, receiver: Receiver) -> None:
    stage = Stage(pool, seconds=0.3)
    async with receiving() as quick:
        receiver.slow = lambda: asyncio.sleep(1)
        await stage.hook(receiver.url, id_="wh-slow")
        await stage.hook(quick.url, id_="wh-quick")
        told = await stage.happen(2)
        stop = asyncio.Event()
        running = asyncio.create_task(stage.sender.run(stop))

        async def both() -> bool:
            return len(quick.got) == len(told) and (await stage.log(id_="wh-slow"))[0].tries > 0

        await until(both)
        stop.set()
        await running
    assert quick.ids == told
    slow = (await stage.log(id_="wh-slow"))[0]
    assert (slow.state, slow.status, slow.failure) == ("waiting", None, "timeout")
    log = await stage.log(id_="wh-quick")
    assert max(one.finished_at for one in log if one.finished_at) - stage.now < timedelta(seconds=0.3)


async def test_a_slow_mail_server_keeps_no_receiver_waiting(stage: Stage, receiver: Receiver) -> None:
    async with receiving() as other:
        await stage.hook(other.url, id_="wh-gone")
        await stage.hook(receiver.url)
        other.status, stage.mails.slow = 410, asyncio.Event()
        await stage.happen()
        stop = asyncio.Event()
        running = asyncio.create_task(stage.sender.run(stop))

        async def written() -> bool:
            return bool(stage.mails.sent)

        await until(written)
        told = await stage.happen()

        async def arrived() -> bool:
            return receiver.ids[2:] == told

        await until(arrived)
        stage.mails.slow.set()
        stop.set()
        await running
    assert len(stage.mails.sent) == 1


@pytest.mark.parametrize("about", get_args(MailAbout))
def test_owners_are_written_to_in_english_and_spanish(about: MailAbout) -> None:
    english, spanish = (
        webhook_mail(about, one, webhook_id="wh-1", url="https://a.example/?k=s") for one in ("en", "es")
    )
    assert english.subject != spanish.subject
    assert english.text.splitlines()[0] != spanish.text.splitlines()[0]
    assert [line for line in english.text.splitlines() if line.startswith("    ")] == [
        line for line in spanish.text.splitlines() if line.startswith("    ")
    ]


async def test_every_secret_signs_and_a_retired_one_no_more(stage: Stage, receiver: Receiver) -> None:
    first = await stage.hook(receiver.url)
    second = await stage.secret()
    await stage.happen()
    await stage.drain()
    both = receiver.got[-1]
    assert len(both.headers["webhook-signature"].split()) == 2
    for secret in (first, second):
        Webhook(secret).verify(both.body, both.headers)

    async with stage.pool.acquire() as conn:
        newest = [one.id for one in (await stage.view()).secrets if one.id == f"sec-{second[-9:-1]}"]
        await webhooks.retire_others(conn, "wh-1", newest, stage.now + timedelta(hours=24))
    await stage.happen()
    await stage.drain()
    assert len(receiver.got[-1].headers["webhook-signature"].split()) == 2
    stage.clock[0] += timedelta(hours=25)
    await stage.happen()
    await stage.drain()
    assert len(receiver.got[-1].headers["webhook-signature"].split()) == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(first).verify(receiver.got[-1].body, receiver.got[-1].headers)


async def test_with_a_key_the_database_holds_no_secret_and_an_older_key_still_signs(
    pool: Pool, receiver: Receiver
) -> None:
    old, new = "o" * 40, "n" * 40
    secret = await Stage(pool, keys=[old]).hook(receiver.url)
    stage = Stage(pool, keys=[new, old])
    await stage.happen()
    await stage.drain()
    Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    async with pool.acquire() as conn:
        (kept,) = await webhooks.active_secrets(conn, "wh-1", stage.now)
    with pytest.raises(WebhookVerificationError):
        Webhook(kept.stored).verify(receiver.got[0].body, receiver.got[0].headers)

    lost = Stage(pool, keys=[new])
    lost.lives = 7
    await lost.happen()
    await lost.drain()
    assert (await lost.log("waiting"))[0].failure == "no_key"


async def test_an_event_that_meets_a_fault_of_ours_is_put_aside_like_any_other_and_lets_the_next_pass(
    stage: Stage, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.hook(receiver.url)
    poison, *_ = await stage.happen()
    signed = stage.keys.signed

    def faulty(message_id: str, *rest: Any) -> dict[str, str]:
        if message_id == poison:
            raise RuntimeError
        return signed(message_id, *rest)

    monkeypatch.setattr(stage.keys, "signed", faulty)
    await stage.pass_time(timedelta(hours=73))
    assert [(one.state, one.failure) for one in await stage.log()] == [("dead", "fault"), ("delivered", None)]


async def test_a_crash_between_sending_and_marking_sends_the_same_id_again(
    stage: Stage, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.hook(receiver.url)
    told = await stage.happen()

    async def killed(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as crash:
        crash.setattr(stage.sender, "_mark", killed)
        await stage.drain()
    stage.sender = stage.another()
    await stage.drain()
    assert receiver.ids == [told[0], *told]


async def test_several_processes_send_each_event_once_and_in_order(stage: Stage, receiver: Receiver) -> None:
    for number in range(3):
        await stage.hook(receiver.url, id_=f"wh-{number}")
    told = await stage.happen(4)
    await asyncio.gather(*(one.drain() for one in (stage.sender, stage.another(), stage.another())))
    await stage.drain()
    assert sorted(receiver.ids) == sorted(told * 3)
    for number in range(3):
        assert [one.event_id for one in await stage.log(id_=f"wh-{number}")] == told


async def test_what_happens_wakes_the_sender(stage: Stage, receiver: Receiver) -> None:
    await stage.hook(receiver.url)
    stop = asyncio.Event()
    running = asyncio.create_task(stage.sender.run(stop))
    await asyncio.sleep(0.05)
    told = await stage.happen()

    async def arrived() -> bool:
        return receiver.ids == told

    await until(arrived)
    stop.set()
    await running


async def test_given_up_events_are_sent_once_more_in_their_order_with_the_same_ids(
    stage: Stage, receiver: Receiver
) -> None:
    await stage.hook(receiver.url)
    receiver.status = 503
    told = await stage.happen(2)
    await stage.pass_time(timedelta(hours=73))
    receiver.status, receiver.got = 204, []
    async with stage.pool.acquire() as conn:
        made = await deliveries.deliver_again(conn, "wh-1", stage.now, stage.now + HOURS_72, state="dead")
        again = await deliveries.deliver_again(conn, "wh-1", stage.now, stage.now + HOURS_72, state="dead")
    await stage.drain()
    assert (receiver.ids, len(made), again) == (told, 4, [])
    assert (await stage.view()).dead == 0


async def test_a_test_event_goes_before_all_else_also_while_switched_off(stage: Stage, receiver: Receiver) -> None:
    secret = await stage.hook(receiver.url)
    receiver.status = 500
    await stage.happen()
    await stage.drain()
    async with stage.pool.acquire() as conn:
        await webhooks.disable(conn, "wh-1", "by_request", stage.now)
        await deliveries.test(conn, "wh-1", "test-1", stage.now)
    receiver.status, receiver.got = 204, []
    await stage.drain()
    assert receiver.ids == ["test-1"]
    assert Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)["type"].endswith("webhook.tested")
    assert (await stage.log())[-1].state == "delivered"


async def test_the_log_is_kept_for_thirty_days(stage: Stage, receiver: Receiver) -> None:
    await stage.hook(receiver.url)
    await stage.happen()
    await stage.drain()
    await stage.happen()
    await stage.drain(days=29)
    assert len(await stage.log()) == 4
    await stage.happen()
    await stage.drain(days=2)
    assert len(await stage.log()) == 4
    assert stage.now > datetime.now(UTC)
