"""What a mail says about the case it is about: to whom in which language, why, and whom an answer reaches."""

from email import message_from_bytes
from email.policy import default

import pytest

from activities.notifications import Notifier
from records import lifecycles, notifications
from records.pool import Pool
from schemas.base import LifecycleName
from schemas.effects import Notify, Sent
from schemas.placement_commands import MakeOffer, RecordBounce, RecordSeat, Submit
from schemas.vocabulary import Role
from tests.activities.notices import LINK, asked, record
from tests.fixtures.links import link_of
from tests.fixtures.mail import MailServer
from tests.records.cases import case
from tests.records.lives import Life

OFFERED = """
insert into opportunity_facts
    (id, host_id, program, title, description, tasks, job_skills, seats, start_on, end_on, supervisor_id)
    values (
        'op-1', 'host-1', 'boston-summer-internship', 'Bike mechanic', '', '{}', '{}', 2,
        '2027-07-06', '2027-08-13', 'ws-1'
    )
"""


async def test_a_warning_about_an_open_request_goes_out_without_a_link(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life()
    while not any(isinstance(one, Notify) and one.message == "request_unanswered_warning" for one in life.effects):
        due = life.next_due()
        life.tick(due)
    await record(pool, life)
    await notifier.notify("placement", "pl-1", asked(life, "request_unanswered_warning"))
    (caught,) = mail_server.messages(to="ana@example.org")
    assert "Sam Poe (Alternate supervisor) has not answered" in caught.text
    assert "sam@example.org" in caught.text
    assert "/f/" not in caught.text
    assert "Maya Rivera" in caught.text
    assert "Questions?" not in caught.text


async def test_after_a_bounce_the_next_person_is_told_why_they_are_asked(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life().tell(RecordBounce(request_id="host_confirmation", person_id="ws-1"))
    await record(pool, life)
    await notifier.notify("placement", "pl-1", asked(life, "request_escalated_ask"))
    (caught,) = mail_server.messages(to="sam@example.org")
    assert "We could not reach Jordan Lee (Worksite supervisor) by e-mail." in caught.text
    assert LINK.search(caught.text)


async def test_a_guardian_is_written_to_in_spanish_and_reads_the_whole_name(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life().tell(MakeOffer()).tell(RecordSeat(granted=True))
    life.tell(Submit(request_id="offer", person_id="st-1", submission_id="s-1", decision="accept"))
    await record(pool, life)
    effect = next(one for one in life.effects if isinstance(one, Notify) and one.role is Role.GUARDIAN)
    await notifier.notify("placement", "pl-1", effect)
    (caught,) = mail_server.messages(to="rosa@example.org")
    assert "Hola, Rosa Rivera," in caught.text
    assert "Maya Rivera en Harbor Bikes" in caught.text
    assert "Responda antes del: " in caught.text
    assert '<html lang="es">' in caught.html


async def test_what_is_missing_before_the_start_is_named_with_whom_it_is_asked_of(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life().tell(MakeOffer()).tell(RecordSeat(granted=True))
    life.tell(Submit(request_id="offer", person_id="st-1", submission_id="s-1", decision="accept"))
    await record(pool, life)
    for person, role in (("st-1", Role.STUDENT), ("gu-1", Role.GUARDIAN)):
        notice = Notify(key=person, message="preparation_missing_reminder", person_id=person, role=role)
        assert await notifier.notify("placement", "pl-1", notice) == Sent(key=person)
    (english,) = mail_server.messages(to="maya@example.org")
    (spanish,) = mail_server.messages(to="rosa@example.org")
    assert "Still missing: Training agreement (Student); Training agreement (Parent or guardian);" in english.text
    assert "Falta: Acuerdo de formación (Estudiante);" in spanish.text


async def test_answers_to_a_mail_reach_the_career_specialist(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    life = Life()
    await record(pool, life)
    await notifier.notify("placement", "pl-1", asked(life))
    source = mail_server.mailbox.source(1)
    assert source is not None
    assert message_from_bytes(source, policy=default)["Reply-To"] == "Ana Diaz <ana@example.org>"


async def test_answers_to_a_mail_about_a_partnership_reach_who_looks_after_the_host(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    team = {"site_contact": "ws-1", "career_specialist": "tea-1", "engagement_manager": "cs-1"}
    batch = case("partnership", team=team)
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, batch)
    ask = Notify(
        key="k", message="request_opened_ask", person_id="ws-1", role=Role.SITE_CONTACT, request_id="confirmation"
    )
    await notifier.notify("partnership", batch.id, ask)
    source = mail_server.mailbox.source(1)
    assert source is not None
    assert message_from_bytes(source, policy=default)["Reply-To"] == "Ana Diaz <ana@example.org>"


@pytest.mark.parametrize(
    ("lifecycle", "about"),
    [
        ("partnership", "Harbor Bikes"),
        ("opportunity", "Bike mechanic at Harbor Bikes"),
        ("incident", "Maya R. at Harbor Bikes"),
    ],
)
async def test_any_lifecycle_asks_by_mail_with_a_link_of_its_own(
    pool: Pool, notifier: Notifier, mail_server: MailServer, lifecycle: LifecycleName, about: str
) -> None:
    batch = case(lifecycle)
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, batch)
        await conn.execute(OFFERED)
    ask = Notify(
        key=f"{batch.id}/ask",
        message="request_opened_ask",
        person_id="ws-1",
        role=Role.SITE_CONTACT,
        request_id="confirmation",
    )
    for _ in range(2):
        assert await notifier.notify(lifecycle, batch.id, ask) == Sent(key=ask.key)
    (caught,) = mail_server.messages()
    assert " ".join(caught.subject.split()) == f"Confirmation by the worksite: {about} – please answer by Fri, Jun 25"
    assert f"{batch.id}/confirmation" in caught.text
    assert "Ana Diaz" in caught.text
    found = LINK.search(caught.text)
    assert found is not None
    async with pool.acquire() as conn:
        link = await link_of(conn, found[1])
        (kept,) = await notifications.about(conn, lifecycle, batch.id)
    assert (link.lifecycle, link.lifecycle_id, kept.outcome) == (lifecycle, batch.id, "sent")
