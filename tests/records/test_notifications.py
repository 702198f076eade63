"""Every message has one key, one Message-ID and one final outcome; the timeline shows it among the facts."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from records import lifecycles, notifications
from records.pool import Connection, open_connection
from records.timeline import timeline
from schemas.vocabulary import Role
from tests.records.lives import NOON, Life, offer


@pytest.fixture
async def conn(database: str) -> AsyncIterator[Connection]:
    async with open_connection(database) as opened:
        yield opened


async def claim(conn: Connection, key: str = "k-1", message_id: str = "<1@example.org>") -> notifications.Claim:
    return await notifications.claim(
        conn,
        "placement",
        key,
        lifecycle_id="pl-1",
        request_id="host_confirmation",
        person_id="ws-1",
        role=Role.WORKSITE_SUPERVISOR,
        message="request_opened_ask",
        message_id=message_id,
        now=NOON,
    )


async def test_a_claim_counts_tries_and_keeps_the_first_message_id(conn: Connection) -> None:
    first = await claim(conn)
    again = await claim(conn, message_id="<2@example.org>")
    assert (first.tries, again.tries) == (1, 2)
    assert first.message_id == again.message_id == "<1@example.org>"
    assert again.first_claimed_at == first.first_claimed_at
    assert not again.is_finished


async def test_a_deferred_message_can_still_be_sent(conn: Connection) -> None:
    await claim(conn)
    await notifications.mark(conn, "placement", "k-1", "deferred", reason="smtp_unavailable", at=NOON)
    assert not (await claim(conn)).is_finished
    await notifications.mark(conn, "placement", "k-1", "sent", at=NOON)
    done = await claim(conn)
    assert (done.outcome, done.reason, done.is_finished, done.tries) == ("sent", None, True, 2)


async def test_a_final_outcome_is_never_changed(conn: Connection) -> None:
    await claim(conn)
    await notifications.mark(conn, "placement", "k-1", "bounced", reason="no_such_mailbox", at=NOON)
    await notifications.mark(conn, "placement", "k-1", "sent", at=NOON)
    done = await claim(conn)
    assert (done.outcome, done.reason) == ("bounced", "no_such_mailbox")


async def test_a_claim_whose_outcome_is_unknown_is_not_shown(conn: Connection) -> None:
    await claim(conn)
    assert await notifications.about(conn, "placement", "pl-1") == []


async def test_the_timeline_shows_messages_where_they_happened(conn: Connection) -> None:
    life = Life()
    life.tick(NOON + timedelta(days=2))
    await lifecycles.record_batch(conn, life.batch())
    await claim(conn)
    await notifications.mark(conn, "placement", "k-1", "skipped", reason="no_address", at=NOON + timedelta(seconds=3))
    entries = await timeline(conn, "placement", "pl-1")
    assert [entry.type for entry in entries] == [
        "placement.proposed",
        "request.opened",
        "message.skipped",
        "request.reminded",
    ]
    assert entries[2].data == {
        "message": "request_opened_ask",
        "person_id": "ws-1",
        "role": "worksite_supervisor",
        "request_id": "host_confirmation",
        "reason": "no_address",
        "tries": 1,
    }
    assert entries[3].by.kind == "time"


async def test_an_opportunity_has_a_timeline_and_an_unknown_one_has_none(conn: Connection) -> None:
    await lifecycles.record_batch(conn, offer()[1])
    assert [entry.type for entry in await timeline(conn, "opportunity", "op-1")] == ["opportunity.opened"]
    assert await timeline(conn, "opportunity", "op-2") == []
