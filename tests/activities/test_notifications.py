"""Messages to people: once each, with a link that works, never too late; and what came of each is told."""

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from activities.mailer import Mail, Mailer, MailResult
from activities.notifications import Notifier, message_id
from records import notifications
from records.pool import Pool
from schemas.change_commands import ReplaceSupervisor
from schemas.clock import Clock
from schemas.effects import Bounced, Deferred, Notify, Sent, Skipped
from schemas.placement_commands import Submit, Withdraw
from schemas.vocabulary import Role
from tests.activities.notices import LINK, URL, asked, record
from tests.activities.people import PERSONAL, set_email
from tests.fixtures.links import link_of
from tests.fixtures.mail import MailServer
from tests.records.lives import NOON, Life


class Gone(BaseException):
    """The process is gone."""


class Crashing(Mailer):
    """Sends, and then the process is gone."""

    async def send(self, mail: Mail) -> MailResult:
        await super().send(mail)
        raise Gone


async def test_an_ask_is_sent_once_whatever_is_repeated(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life()
    await record(pool, life)
    effect = asked(life)
    for _ in range(3):
        assert await notifier.notify("placement", "pl-1", effect) == Sent(key=effect.key)
    (caught,) = mail_server.messages()
    assert caught.to == "jordan@example.org"
    assert caught.message_id == message_id(effect.key, "example.org")
    assert "Maya R. at Harbor Bikes" in caught.subject
    assert "Rivera" not in caught.text + caught.html + caught.subject
    assert "pl-1/host_confirmation" in caught.text


async def test_the_mailed_link_is_the_readers_own_and_works_for_the_programs_days(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life()
    await record(pool, life)
    await notifier.notify("placement", "pl-1", asked(life))
    (caught,) = mail_server.messages()
    found = LINK.search(caught.text)
    assert found is not None
    assert found[0] in caught.html
    async with pool.acquire() as conn:
        link = await link_of(conn, found[1])
    assert (link.lifecycle, link.lifecycle_id, link.request_id, link.person_id) == (
        "placement",
        "pl-1",
        "host_confirmation",
        "ws-1",
    )
    assert (link.minted_at, link.expires_at) == (NOON, NOON + timedelta(days=30))
    assert "Wednesday, July 21, 2027" in caught.text


async def test_in_a_rehearsal_links_and_outcomes_are_on_the_programs_clock(
    pool: Pool, mailer: Mailer, mail_server: MailServer
) -> None:
    real = datetime(2026, 1, 1, tzinfo=UTC)
    life = Life(clock=Clock(program_epoch=NOON, real_epoch=real, speed=86_400))
    await record(pool, life)
    notifier = Notifier(pool, mailer, URL, lambda: real + timedelta(seconds=2))
    await notifier.notify("placement", "pl-1", asked(life))
    found = LINK.search(mail_server.messages()[0].text)
    assert found is not None
    async with pool.acquire() as conn:
        link = await link_of(conn, found[1])
        (kept,) = await notifications.about(conn, "placement", "pl-1")
    assert link.minted_at == kept.at == NOON + timedelta(days=2)
    assert link.expires_at == NOON + timedelta(days=32)


async def test_a_crash_between_sending_and_marking_sends_again_under_the_same_message_id(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life()
    await record(pool, life)
    crashing = Crashing(mail_server.smtp_url, "placements@example.org")
    with pytest.raises(Gone):
        await Notifier(pool, crashing, URL, lambda: NOON).notify("placement", "pl-1", asked(life))
    await crashing.aclose()
    assert await notifier.notify("placement", "pl-1", asked(life)) == Sent(key=asked(life).key)
    assert await notifier.notify("placement", "pl-1", asked(life)) == Sent(key=asked(life).key)
    first, second = mail_server.messages()
    assert first.message_id == second.message_id
    async with pool.acquire() as conn:
        for caught in (first, second):
            found = LINK.search(caught.text)
            assert found is not None
            link = await link_of(conn, found[1])
            assert link.revoked_at is None


async def test_a_dead_address_bounces_for_good(pool: Pool, notifier: Notifier, mail_server: MailServer) -> None:
    async with pool.acquire() as conn:
        await set_email(conn, "ws-1", "bounce-jordan@example.org")
    life = Life()
    await record(pool, life)
    effect = asked(life)
    assert await notifier.notify("placement", "pl-1", effect) == Bounced(key=effect.key, reason="no_such_mailbox")
    async with pool.acquire() as conn:
        await set_email(conn, "ws-1", "jordan@example.org")
    assert await notifier.notify("placement", "pl-1", effect) == Bounced(key=effect.key, reason="no_such_mailbox")
    assert mail_server.messages() == []


async def test_a_busy_mailbox_defers_and_a_later_try_arrives(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    async with pool.acquire() as conn:
        await set_email(conn, "ws-1", "tempfail-jordan@example.org")
    life = Life()
    await record(pool, life)
    effect = asked(life)
    assert await notifier.notify("placement", "pl-1", effect) == Deferred(key=effect.key, reason="mailbox_busy")
    async with pool.acquire() as conn:
        await set_email(conn, "ws-1", "jordan@example.org")
    assert await notifier.notify("placement", "pl-1", effect) == Sent(key=effect.key)
    assert len(mail_server.messages()) == 1
    async with pool.acquire() as conn:
        (kept,) = await notifications.about(conn, "placement", "pl-1")
    assert (kept.outcome, kept.tries) == ("sent", 2)


async def test_after_three_days_of_trying_a_message_counts_as_bounced(pool: Pool, mailer: Mailer) -> None:
    async with pool.acquire() as conn:
        await set_email(conn, "ws-1", "tempfail-jordan@example.org")
    life = Life()
    await record(pool, life)
    effect = asked(life)
    begun = datetime.now(UTC)
    for hours, expected in ((0, "mailbox_busy"), (71, "mailbox_busy"), (73, "undelivered_for_three_days")):
        at = begun + timedelta(hours=hours)
        outcome = await Notifier(pool, mailer, URL, lambda at=at: at).notify("placement", "pl-1", effect)
        assert getattr(outcome, "reason", None) == expected
    assert outcome == Bounced(key=effect.key, reason="undelivered_for_three_days")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("update people set email = null where id = 'ws-1'", "no_address"),
        ("update people set status = 'ended' where id = 'ws-1'", "unknown_person"),
        ("delete from people where id = 'ws-1'", "unknown_person"),
    ],
)
async def test_nobody_to_write_to_is_skipped_with_the_reason(
    pool: Pool, notifier: Notifier, mail_server: MailServer, statement: str, reason: str
) -> None:
    async with pool.acquire() as conn:
        await conn.execute(statement)
    life = Life()
    await record(pool, life)
    effect = asked(life)
    assert await notifier.notify("placement", "pl-1", effect) == Skipped(key=effect.key, reason=reason)
    assert mail_server.messages() == []


async def test_a_late_ask_for_what_is_answered_meanwhile_is_skipped(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life()
    effect = asked(life)
    answer = Submit(request_id="host_confirmation", person_id="ws-1", submission_id="s-1", decision="decline")
    await record(pool, life.tell(answer))
    assert await notifier.notify("placement", "pl-1", effect) == Skipped(key=effect.key, reason="not_open")
    assert mail_server.messages() == []


async def test_an_ask_to_a_supervisor_who_was_replaced_meanwhile_is_skipped(pool: Pool, notifier: Notifier) -> None:
    life = Life()
    before = asked(life)
    await record(pool, life.tell(ReplaceSupervisor(person_id="ws-2")))
    assert await notifier.notify("placement", "pl-1", before) == Skipped(key=before.key, reason="not_open")
    after = asked(life, "request_reassigned_ask")
    assert await notifier.notify("placement", "pl-1", after) == Sent(key=after.key)


async def test_everybody_involved_is_told_of_a_withdrawal_even_late(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life().tell(Withdraw(reason="moved"))
    await record(pool, life)
    for effect in life.effects:
        if isinstance(effect, Notify):
            assert await notifier.notify("placement", "pl-1", effect) == Sent(key=effect.key)
    assert {one.to for one in mail_server.messages()} == {
        "maya@example.org",
        "jordan@example.org",
        "ana@example.org",
    }


async def test_a_ready_message_that_comes_after_the_end_is_skipped(pool: Pool, notifier: Notifier) -> None:
    await record(pool, Life().tell(Withdraw(reason="moved")))
    ready = Notify(key="k", message="placement_ready_notification", person_id="st-1", role=Role.STUDENT)
    assert await notifier.notify("placement", "pl-1", ready) == Skipped(key="k", reason="not_open")


async def test_logs_hold_ids_and_codes_only(pool: Pool, notifier: Notifier) -> None:
    async with pool.acquire() as conn:
        await set_email(conn, "ws-1", "bounce-jordan@example.org")
    life = Life()
    await record(pool, life)
    with capture_logs() as logs:
        await notifier.notify("placement", "pl-1", asked(life))
    (line,) = logs
    assert line["reason"] == "no_such_mailbox"
    assert not any(word in str(logs) for word in PERSONAL)
