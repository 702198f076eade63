"""The one activity: records first, carries out each effect once, and says nothing personal when it fails."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.carrying import TRIES_AT_ONCE, Carrying
from activities.mailer import Mail, Mailer, MailResult
from lifecycle.registry import first_batch
from records import assessments, lifecycles, notifications, submissions
from records.pool import Pool
from records.timeline import timeline
from schemas.acts import Batch, Carried
from schemas.carry import Begin
from schemas.clock import Clock
from schemas.effects import ClaimSeatEffect, Done, Notify, RevokeLinks, ScoreEvaluation, SeatAnswer, Sent
from schemas.naming import LIFECYCLE_QUEUE, WORKFLOW_TYPES, workflow_id
from schemas.placement_commands import MakeOffer, Opening, Propose, RecordSeat, Resend
from schemas.vocabulary import Role
from tests.activities.people import PERSONAL
from tests.fixtures.links import link_of
from tests.fixtures.mail import MailServer
from tests.records.lives import API, NOON, Life, proposal
from workers.worker import effects_worker

_numbers = itertools.count(1)
SENDER = "placements@example.org"


class Failing(Mailer):
    """A bug in the mailer, with somebody's address in its text, for one recipient."""

    async def send(self, mail: Mail) -> MailResult:
        if mail.to.startswith("jordan"):
            raise RuntimeError(f"cannot send to {mail.to}")
        return await super().send(mail)


@pytest.fixture
def carrying(pool: Pool, client: Client, mailer: Mailer) -> Carrying:
    return Carrying(pool=pool, client=client, mailer=mailer, public_url="http://127.0.0.1:8800", now=lambda: NOON)


@pytest.fixture
async def failing(pool: Pool, client: Client, mail_server: MailServer) -> AsyncIterator[Carrying]:
    mailer = Failing(mail_server.smtp_url, SENDER)
    yield Carrying(pool=pool, client=client, mailer=mailer, public_url="http://127.0.0.1:8800", now=lambda: NOON)
    await mailer.aclose()


async def carry_out(carrying: Carrying, batch: Batch) -> Carried:
    return await ActivityEnvironment().run(carrying.carry_out, batch)


async def test_a_batch_is_recorded_and_its_effects_carried_out_once(
    carrying: Carrying, pool: Pool, mail_server: MailServer
) -> None:
    life = Life()
    first = await carry_out(carrying, life.batch())
    again = await carry_out(carrying, life.batch())
    assert first == again == Carried(outcomes=(Sent(key=life.effects[0].key),))
    assert len(mail_server.messages()) == 1
    async with pool.acquire() as conn:
        entries = await timeline(conn, "placement", "pl-1")
    assert [entry.type for entry in entries] == ["placement.proposed", "request.opened", "message.sent"]


async def test_the_same_batch_carried_out_and_recorded_at_once_keeps_each_fact_once(
    carrying: Carrying, pool: Pool
) -> None:
    batch = Life().batch()

    async def record() -> None:
        async with pool.acquire() as conn:
            await lifecycles.record_batch(conn, batch)

    await asyncio.gather(carry_out(carrying, batch), *(record() for _ in range(5)))
    async with pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from lifecycle_events") == len(batch.facts)


async def test_a_new_link_is_not_revoked_when_the_batch_is_repeated(
    carrying: Carrying, pool: Pool, mail_server: MailServer
) -> None:
    life = Life()
    await carry_out(carrying, life.batch())
    resent = life.tell(Resend(request_id="host_confirmation")).batch()
    assert [type(one) for one in resent.effects] == [RevokeLinks, Notify]
    for _ in range(2):
        await carry_out(carrying, resent)
    new, old = mail_server.messages()
    async with pool.acquire() as conn:
        for caught, is_revoked in ((old, True), (new, False)):
            link = await link_of(conn, caught.text.partition("/f/")[2].split()[0])
            assert (link.revoked_at is not None) is is_revoked


async def test_an_evaluation_is_scored(carrying: Carrying, pool: Pool) -> None:
    life = Life()
    view = life.batch().view
    view["requests"][0] |= {"id": "final_evaluation", "kind": "final_evaluation", "form": "ma-wblp@2024.1"}
    score = ScoreEvaluation(key="k", request_id="final_evaluation", submission_id="sub-1")
    batch = life.batch(effects=[score]).model_copy(update={"view": view})
    async with pool.acquire() as conn:
        await submissions.save(
            conn,
            id="sub-1",
            lifecycle="placement",
            lifecycle_id="pl-1",
            request_id="final_evaluation",
            person_id="ws-1",
            role=Role.WORKSITE_SUPERVISOR,
            form="ma-wblp@2024.1",
            language="en",
            answers={"communication_rating": 4, "attendance_rating": "na", "overall_comment": "Very good"},
            decision=None,
            at=NOON,
        )
    for _ in range(2):
        assert await carry_out(carrying, batch) == Carried(outcomes=(Done(key="k"),))
    async with pool.acquire() as conn:
        assert (await assessments.ratings(conn, "pl-1")).final == {"communication": 4}


@pytest.mark.parametrize("submission_id", ["sub-erased", "sub-of-an-unknown-form"])
async def test_an_evaluation_that_cannot_be_scored_does_not_hold_the_placement_up(
    carrying: Carrying, pool: Pool, submission_id: str
) -> None:
    life = Life()
    score = ScoreEvaluation(key="k", request_id="host_confirmation", submission_id=submission_id)
    async with pool.acquire() as conn:
        await submissions.save(
            conn,
            id="sub-of-an-unknown-form",
            lifecycle="placement",
            lifecycle_id="pl-1",
            request_id="host_confirmation",
            person_id="ws-1",
            role=Role.WORKSITE_SUPERVISOR,
            form="gone@1",
            language="en",
            answers={},
            decision=None,
            at=NOON,
        )
    assert await carry_out(carrying, life.batch(effects=[score])) == Carried(outcomes=(Done(key="k"),))


async def test_a_failing_effect_does_not_keep_others_from_happening_and_is_tried_again(
    carrying: Carrying, failing: Carrying, mail_server: MailServer
) -> None:
    life = Life().tell(MakeOffer()).tell(RecordSeat(granted=True))
    (ask,) = life.effects
    others = [
        Notify(key=f"k-{person}", message="placement_withdrawn_notification", person_id=person, role=role)
        for person, role in (("ws-1", Role.WORKSITE_SUPERVISOR), ("cs-1", Role.CAREER_SPECIALIST))
    ]
    batch = life.batch(effects=[others[0], ask, others[1]])
    with capture_logs() as logs, pytest.raises(ApplicationError) as raised:
        await carry_out(failing, batch)
    assert {one.to for one in mail_server.messages()} == {"maya@example.org", "ana@example.org"}
    assert not any(word in f"{raised.value!r} {raised.value.__cause__!r} {logs}" for word in PERSONAL)
    assert (raised.value.type, raised.value.non_retryable) == ("RuntimeError", False)

    carried = await carry_out(carrying, batch)
    assert [outcome.outcome for outcome in carried.outcomes] == ["sent"] * 3
    assert len(mail_server.messages()) == 3


async def test_what_fails_again_and_again_waits_in_the_lifecycle_and_lets_others_pass(
    failing: Carrying, mail_server: MailServer
) -> None:
    life = Life()
    ask = life.effects[0]
    assert isinstance(ask, Notify)
    assert ask.request_id
    after = RevokeLinks(key="k-after", request_id=ask.request_id, person_id=ask.person_id)
    other = Notify(
        key="k-other", message="placement_withdrawn_notification", person_id="cs-1", role=Role.CAREER_SPECIALIST
    )
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=TRIES_AT_ONCE)
    carried = await environment.run(failing.carry_out, life.batch(effects=[ask, after, other]))
    assert [(one.key, one.outcome, getattr(one, "reason", None)) for one in carried.outcomes] == [
        (ask.key, "deferred", "fault"),
        ("k-after", "deferred", "after_another"),
        ("k-other", "sent", None),
    ]
    assert len(mail_server.messages()) == 1


async def test_a_midpoint_evaluation_is_kept_beside_the_others(carrying: Carrying, pool: Pool) -> None:
    batch = Life().batch(effects=[ScoreEvaluation(key="k", request_id="midpoint", submission_id="sub-mid")])
    view = batch.view | {"requests": [{**batch.view["requests"][0], "id": "midpoint", "kind": "midpoint_evaluation"}]}
    async with pool.acquire() as conn:
        await submissions.save(
            conn,
            id="sub-mid",
            lifecycle="placement",
            lifecycle_id="pl-1",
            request_id="midpoint",
            person_id="ws-1",
            role=Role.WORKSITE_SUPERVISOR,
            form="ma-wblp@2024.1",
            language="en",
            answers={"communication_rating": 3},
            decision=None,
            at=NOON,
        )
    assert await carry_out(carrying, batch.changed(view=view)) == Carried(outcomes=(Done(key="k"),))
    async with pool.acquire() as conn:
        assert await conn.fetchval("select rating from assessments where occasion = 'midpoint'") == 3
        assert await assessments.ratings(conn, "pl-1") == ({}, {})


async def test_a_link_is_not_mailed_before_the_old_ones_are_revoked(
    carrying: Carrying, pool: Pool, mail_server: MailServer
) -> None:
    resent = Life().tell(Resend(request_id="host_confirmation")).batch()
    async with pool.acquire() as conn:
        await conn.execute("alter table link_revocations rename to away")
    with pytest.raises(ApplicationError) as raised:
        await carry_out(carrying, resent)
    assert raised.value.type == "UndefinedTableError"
    assert mail_server.messages() == []


async def test_without_a_database_the_failure_is_a_code(carrying: Carrying, pool: Pool, caplog: Any) -> None:
    async with pool.acquire() as conn:
        await conn.execute("alter table placements rename to away")
    with caplog.at_level(logging.DEBUG), pytest.raises(ApplicationError, match=r"^UndefinedTableError: not recorded$"):
        await carry_out(carrying, Life().batch())
    assert not any(word in caplog.text for word in PERSONAL)


async def test_an_attempt_tells_temporal_that_it_lives(carrying: Carrying) -> None:
    beats: list[Any] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: beats.append(details)
    await environment.run(carrying.carry_out, Life().batch())
    assert beats


async def test_a_seat_of_an_unknown_opportunity_is_answered_no(carrying: Carrying) -> None:
    claim = ClaimSeatEffect(key="pl-1/claim_seat", opportunity_id="op-nowhere")
    carried = await carry_out(carrying, Life().batch(effects=[claim]))
    assert carried == Carried(outcomes=(SeatAnswer(key=claim.key, granted=False),))


async def test_a_placement_that_starts_asks_its_host_by_mail(
    deciding: Client, pool: Pool, mailer: Mailer, mail_server: MailServer
) -> None:
    id_ = f"pl-{next(_numbers)}"
    clock = Clock(program_epoch=NOON, real_epoch=datetime.now(UTC))
    opening = Opening(command=Propose.model_validate(proposal(id_) | {"clock": clock}), at=NOON)
    carrying = Carrying(pool=pool, client=deciding, mailer=mailer, public_url="http://127.0.0.1:8800")
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, first_batch(opening, API))
    async with effects_worker(deciding, [carrying.carry_out]):
        handle = await deciding.start_workflow(
            WORKFLOW_TYPES["placement"],
            Begin(by=API, opening=opening),
            id=workflow_id("placement", id_),
            task_queue=LIFECYCLE_QUEUE,
        )
        async with asyncio.timeout(10):
            while not mail_server.messages(to="jordan@example.org"):  # noqa: ASYNC110 - a server is asked
                await asyncio.sleep(0.02)
            while not (kept := await _kept(pool, id_)):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
    assert [one.outcome for one in kept] == ["sent"]
    assert kept[0].at - NOON < timedelta(minutes=1)
    history = (await handle.fetch_history()).to_json()
    assert not any(word in history for word in PERSONAL)
    await handle.terminate()


async def _kept(pool: Pool, id_: str) -> list[notifications.Notification]:
    async with pool.acquire() as conn:
        return await notifications.about(conn, "placement", id_)
