"""Who answered gets a copy of the answers; who looks after the people hears that somebody else should answer."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from activities.notifications import Notifier, message_id
from records import lifecycles, referrals, submissions
from records.pool import Pool
from records.referrals import Referral
from schemas.effects import Notify, Sent
from schemas.placement_commands import Disclaim, Submit
from schemas.vocabulary import DisclaimReason, Role
from tests.fixtures.mail import MailServer
from tests.records.lives import NOON, Life

ANSWERS = {"decision": "accept", "reason": None, "comment": "We look <forward> to it."}


async def send(pool: Pool, notifier: Notifier, life: Life, message: str) -> Notify:
    """Record the life, and send its one message of that name twice, as a worker does that crashed in between."""
    (effect,) = (one for one in life.effects if isinstance(one, Notify) and one.message == message)
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, life.batch())
    for _ in range(2):
        assert await notifier.notify("placement", "pl-1", effect) == Sent(key=effect.key)
    return effect


def attachments(mail_server: MailServer, number: int) -> list[EmailMessage]:
    """What came with a mail, besides its text."""
    source = message_from_bytes(mail_server.mailbox.source(number) or b"", policy=default)
    return list(source.iter_attachments())


def answered(*, receipt: bool = True) -> Life:
    return Life().tell(
        Submit(
            request_id="host_confirmation",
            person_id="ws-1",
            submission_id="sub-1",
            decision="accept",
            receipt=receipt,
        )
    )


async def test_an_answer_is_repeated_by_mail_to_whoever_gave_it_once(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    async with pool.acquire() as conn:
        await submissions.save(
            conn,
            id="sub-1",
            lifecycle="placement",
            lifecycle_id="pl-1",
            request_id="host_confirmation",
            person_id="ws-1",
            role=Role.WORKSITE_SUPERVISOR,
            form="host-confirmation@2026.1",
            language="en",
            answers=ANSWERS,
            decision="accept",
            at=NOON,
        )

    effect = await send(pool, notifier, answered(), "request_submitted_confirmation")

    (caught,) = mail_server.messages()
    assert (caught.to, caught.message_id) == ("jordan@example.org", message_id(effect.key, "example.org"))
    assert "Your answers were received" in caught.subject
    assert "Yes, we will host this student" in " ".join(caught.text.split())
    assert "We look <forward> to it." in " ".join(caught.text.split())
    assert "&lt;forward&gt;" in caught.html
    assert "/f/" not in caught.text
    (attached,) = attachments(mail_server, caught.id)
    assert (attached.get_filename(), attached.get_content_type()) == ("host-confirmation.pdf", "application/pdf")
    assert attached.get_content().startswith(b"%PDF-1.7")


async def test_the_copy_of_an_answer_that_was_erased_says_only_that_it_came(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    await send(pool, notifier, answered(), "request_submitted_confirmation")

    (caught,) = mail_server.messages()
    assert "Thank you. We have your answers." in caught.html
    assert attachments(mail_server, caught.id) == []


def test_nobody_gets_a_copy_unless_it_is_asked_for_and_the_feed_does_not_tell() -> None:
    messages = [one.message for one in answered(receipt=False).effects if isinstance(one, Notify)]

    assert "request_submitted_confirmation" not in messages
    assert all("receipt" not in fact.data for fact in answered().batch().facts)


async def test_that_somebody_else_should_answer_is_told_with_the_name_that_was_given(
    pool: Pool, notifier: Notifier, mail_server: MailServer
) -> None:
    said = Referral(
        id="ref-1",
        lifecycle="placement",
        lifecycle_id="pl-1",
        request_id="host_confirmation",
        person_id="ws-1",
        role=Role.WORKSITE_SUPERVISOR,
        reason=DisclaimReason.SOMEONE_ELSE,
        name="Lee Park",
        email="lee@example.net",
        note="Lee runs the shop now.",
        at=NOON,
    )
    async with pool.acquire() as conn:
        await referrals.save(conn, said)
        await referrals.save(conn, said)
    life = Life().tell(
        Disclaim(
            request_id="host_confirmation", person_id="ws-1", reason=DisclaimReason.SOMEONE_ELSE, referral_id="ref-1"
        )
    )

    await send(pool, notifier, life, "request_disclaimed_warning")

    (caught,) = mail_server.messages()
    text = " ".join(caught.text.split())
    assert "says that somebody else should answer" in text
    assert "They named: Lee Park, lee@example.net" in text
    assert "They wrote: Lee runs the shop now." in text
    assert "Lee" not in str([fact.model_dump() for fact in life.batch().facts])
