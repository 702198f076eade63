"""What is held goes out when its time has come: once, together, and never after a crash under another Message-ID."""

import asyncio
import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.feedback import Feedback
from activities.holding import Quiet, quiet_hours
from activities.mailer import Mail, Mailer, MailResult
from activities.notifications import Notifier, message_id
from activities.outbox import AFTER_FAULT, PATIENCE, Outbox
from activities.writing import Writer
from cli.demo.mailroom import told_in
from records import lifecycles, notifications
from records.pool import Pool
from records.timeline import timeline
from schemas.clock import Clock
from schemas.effects import Held, Notify, Sent, Skipped
from schemas.placement_commands import Submit
from schemas.vocabulary import Role
from tests.activities.people import set_email
from tests.fixtures.links import link_of
from tests.fixtures.mail import MailServer
from tests.records.lives import NOON, Life

URL = "https://placements.example.org"
NINE = NOON - timedelta(hours=3)
QUARTER_PAST = NINE + timedelta(minutes=15)
NIGHT = NOON + timedelta(hours=9)


class Gone(BaseException):
    """The process is gone."""


class Crashing(Mailer):
    """Sends, and then the process is gone."""

    async def send(self, mail: Mail) -> MailResult:
        await super().send(mail)
        raise Gone


class Desk:
    """A notifier and its outbox, by a clock that tests set."""

    def __init__(self, pool: Pool, mailer: Mailer, quiet: Quiet = Quiet()) -> None:  # noqa: B008 - it is frozen
        self.now = NINE
        self.pool = pool
        writer, feedback = Writer(URL, mailer.address, self.clock), Feedback(pool, None)  # type: ignore[arg-type]
        self.outbox = Outbox(pool, mailer, writer=writer, feedback=feedback, now=self.clock, quiet=quiet)
        self.notifier = Notifier(pool, mailer, URL, self.clock, quiet=quiet)

    def clock(self) -> datetime:
        return self.now

    async def ask(self, number: int = 1, *, by_time: bool = True, **changes: Any) -> tuple[Notify, Any]:
        """A placement that asks its supervisor to confirm; gives the effect and its outcome."""
        life = Life(f"pl-{number}", **changes)
        effect = next(one for one in life.effects if isinstance(one, Notify))
        async with self.pool.acquire() as conn:
            await lifecycles.record_batch(conn, life.batch())
        return effect, await self.notifier.notify("placement", f"pl-{number}", effect, by_time=by_time)

    async def later(self, at: datetime) -> None:
        self.now = at
        await self.outbox.drain()

    async def kept(self, number: int = 1) -> notifications.Notification:
        async with self.pool.acquire() as conn:
            (kept,) = await notifications.about(conn, "placement", f"pl-{number}")
        return kept


@pytest.fixture
async def desk(pool: Pool, mailer: Mailer) -> Desk:
    return Desk(pool, mailer)


async def test_a_supervisor_with_eight_interns_gets_one_mail_in_the_morning(
    desk: Desk, mail_server: MailServer
) -> None:
    asked = [await desk.ask(number) for number in range(8)]
    assert asked[0][1] == Held(key=asked[0][0].key, reason="digest", until=QUARTER_PAST)
    await desk.later(QUARTER_PAST - timedelta(seconds=1))
    assert mail_server.messages() == []
    await desk.later(QUARTER_PAST)
    (caught,) = mail_server.messages()
    assert caught.subject == "8 forms wait for your answer, the first by Thu, Jun 24"
    told = told_in(caught.text)
    assert [(one.lifecycle_id, one.request_id) for one in told] == [
        (f"pl-{number}", "host_confirmation") for number in range(8)
    ]
    async with desk.pool.acquire() as conn:
        for number, one in enumerate(told):
            link = await link_of(conn, str(one.link).rpartition("/")[2])
            assert (link.lifecycle_id, link.person_id) == (f"pl-{number}", "ws-1")
    for number in range(8):
        kept = await desk.kept(number)
        assert (kept.outcome, kept.held_until, kept.at) == ("sent", QUARTER_PAST, QUARTER_PAST)


async def test_a_message_that_waits_alone_reads_as_ever_and_is_shown_as_held(
    desk: Desk, mail_server: MailServer
) -> None:
    effect, outcome = await desk.ask(by_time=False)
    assert outcome == Sent(key=effect.key)
    desk.now = NIGHT
    effect, outcome = await desk.ask(2, by_time=False)
    morning = QUARTER_PAST + timedelta(days=1)
    assert outcome == Held(key=effect.key, reason="quiet_hours", until=morning)
    assert await desk.notifier.notify("placement", "pl-2", effect) == outcome
    async with desk.pool.acquire() as conn:
        entry = (await timeline(conn, "placement", "pl-2"))[-1]
    assert (entry.type, entry.data["held_until"]) == ("message.held", morning.isoformat())
    await desk.later(morning)
    late, soon = mail_server.messages()
    assert late.text.replace("pl-2", "pl-1").partition("/f/")[0] == soon.text.partition("/f/")[0]
    assert late.message_id == message_id(effect.key, "example.org")
    assert await desk.notifier.notify("placement", "pl-2", effect) == Sent(key=effect.key)


async def test_a_crash_after_sending_repeats_the_same_mail_under_the_same_message_id(
    pool: Pool, mailer: Mailer, mail_server: MailServer
) -> None:
    crashing = Crashing(mail_server.smtp_url, "placements@example.org")
    desk = Desk(pool, crashing)
    for number in (1, 2):
        await desk.ask(number)
    await desk.later(QUARTER_PAST)
    await crashing.aclose()
    desk = Desk(pool, mailer)
    await desk.ask(3)
    await desk.later(QUARTER_PAST + AFTER_FAULT)
    assert sorted(len(told_in(one.text)) for one in mail_server.messages()) == [1, 2, 2]
    again, before = (one for one in mail_server.messages() if len(told_in(one.text)) == 2)
    assert again.message_id == before.message_id
    assert [(await desk.kept(number)).outcome for number in (1, 2, 3)] == ["sent"] * 3


async def test_what_was_answered_meanwhile_is_not_asked(desk: Desk, mail_server: MailServer) -> None:
    effect, _ = await desk.ask()
    life = Life().tell(
        Submit(request_id="host_confirmation", person_id="ws-1", submission_id="s-1", decision="decline")
    )
    async with desk.pool.acquire() as conn:
        await lifecycles.record_batch(conn, life.batch())
    await desk.later(QUARTER_PAST)
    assert mail_server.messages() == []
    assert await desk.notifier.notify("placement", "pl-1", effect) == Skipped(key=effect.key, reason="not_open")


async def test_what_is_asked_twice_is_listed_once(desk: Desk, mail_server: MailServer) -> None:
    effect, _ = await desk.ask()
    await desk.ask(2)
    desk.now += timedelta(minutes=1)
    reminder = effect.model_copy(update={"key": "again", "message": "request_due_reminder"})
    await desk.notifier.notify("placement", "pl-1", reminder, by_time=True)
    await desk.later(QUARTER_PAST)
    (caught,) = mail_server.messages()
    assert len(told_in(caught.text)) == 2
    assert "Reminder – Confirmation by the worksite" in caught.text
    for one in (effect, reminder):
        assert await desk.notifier.notify("placement", "pl-1", one) == Sent(key=one.key)


async def test_two_workers_send_a_persons_mail_once(pool: Pool, mailer: Mailer, mail_server: MailServer) -> None:
    desk, other = Desk(pool, mailer), Desk(pool, mailer)
    for number in range(5):
        await desk.ask(number)
    other.now = desk.now = QUARTER_PAST
    await asyncio.gather(desk.outbox.drain(), other.outbox.drain())
    assert len(mail_server.messages()) == 1


async def test_each_person_gets_their_own_mail_and_what_tells_comes_apart(desk: Desk, mail_server: MailServer) -> None:
    desk.now = NIGHT
    await desk.ask(1, by_time=False)
    await desk.ask(2, by_time=False)
    for key, person, role in (("a", "ws-1", Role.WORKSITE_SUPERVISOR), ("b", "cs-1", Role.CAREER_SPECIALIST)):
        told = Notify(key=key, message="placement_completed_confirmation", person_id=person, role=role)
        await desk.notifier.notify("placement", "pl-1", told)
    await desk.later(NOON + timedelta(days=1))
    assert sorted((one.to, len(told_in(one.text))) for one in mail_server.messages()) == [
        ("ana@example.org", 1),
        ("jordan@example.org", 1),
        ("jordan@example.org", 2),
    ]


async def test_a_bounce_of_a_shared_mail_is_each_ones_bounce(desk: Desk) -> None:
    async with desk.pool.acquire() as conn:
        await set_email(conn, "ws-1", "bounce-jordan@example.org")
    for number in (1, 2):
        await desk.ask(number)
    await desk.later(QUARTER_PAST)
    async with desk.pool.acquire() as conn:
        untold = await conn.fetch("select key, reason from notifications where untold")
    assert [one["reason"] for one in untold] == ["no_such_mailbox"] * 2


async def test_a_busy_mailbox_is_tried_again_later_and_later_and_given_up_after_three_days(desk: Desk) -> None:
    async with desk.pool.acquire() as conn:
        await set_email(conn, "ws-1", "tempfail-jordan@example.org")
    await desk.ask(1)
    await desk.ask(2)
    tries: list[datetime] = []
    while (await desk.kept()).outcome not in ("bounced", "sent") and len(tries) < 200:
        async with desk.pool.acquire() as conn:
            next_: datetime = await conn.fetchval("select min(not_before) from notifications where finished_at is null")
        tries.append(next_)
        await desk.later(next_)
    waits = [after - before for before, after in itertools.pairwise(tries)]
    assert timedelta(seconds=2) in waits
    assert timedelta(hours=1) in waits
    assert (await desk.kept(2)).reason == "undelivered_for_three_days"
    assert tries[-1] - QUARTER_PAST >= timedelta(hours=72)


async def test_in_a_rehearsal_the_programs_clock_decides(pool: Pool, mailer: Mailer, mail_server: MailServer) -> None:
    desk = Desk(pool, mailer, quiet_hours("rehearsals"))
    desk.now = NIGHT
    effect, outcome = await desk.ask(1, by_time=False)
    assert outcome == Sent(key=effect.key)
    clock = Clock(program_epoch=NIGHT, real_epoch=NIGHT, speed=86_400)
    _, outcome = await desk.ask(2, by_time=False, at=NIGHT, clock=clock)
    assert outcome.outcome == "held"
    await desk.later(NIGHT + timedelta(seconds=0.55))
    assert len(mail_server.messages()) == 2


async def test_it_runs_by_itself_and_stops(desk: Desk, mail_server: MailServer) -> None:
    await desk.ask(1)
    stop = asyncio.Event()
    running = asyncio.create_task(desk.outbox.run(stop))
    desk.now = QUARTER_PAST
    async with asyncio.timeout(5):
        while not mail_server.messages():  # noqa: ASYNC110 - a server is asked
            await asyncio.sleep(0.02)
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_what_comes_up_wakes_it_and_it_is_there_at_the_moment(desk: Desk, mail_server: MailServer) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(desk.outbox.run(stop))
    await asyncio.sleep(0.1)
    desk.now = QUARTER_PAST - timedelta(seconds=0.1)
    assert (await desk.ask(1))[1].outcome == "held"
    desk.now = QUARTER_PAST
    async with asyncio.timeout(PATIENCE / 4):
        while not mail_server.messages():  # noqa: ASYNC110 - a server is asked
            await asyncio.sleep(0.02)
    stop.set()
    await asyncio.wait_for(running, 5)
