"""Days for people's calendars: what is due and who visits, moved when they move, taken back when they are."""

from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.mailer import Mailer
from activities.writing import Writer, Written
from catalog.calendar_entries import OCTETS, calendar_of, entry_of, escaped, folded
from schemas.directory import Language
from schemas.vocabulary import RequestKind, Role
from tests.activities.test_mail_words import LANGUAGES, LINK, letter
from tests.fixtures.mail import MailServer

AT = datetime(2027, 7, 1, 12, tzinfo=UTC)
SENDER = "placements@example.org"
VISIT = {"day": date(2027, 7, 20), "kind": RequestKind.SITE_VISIT, "sequence": 3}


def lines(text: str) -> list[str]:
    assert text.endswith("END:VCALENDAR\r\n")
    return text.replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_stands_on_its_due_day_at_the_worksite(language: Language) -> None:
    calendar = calendar_of([letter(language=language, sequence=2)], SENDER, AT)
    assert calendar is not None
    assert calendar.method == "PUBLISH"
    told = lines(calendar.text)
    for line in (
        "METHOD:PUBLISH",
        "SEQUENCE:2",
        "DTSTAMP:20270701T120000Z",
        "DTSTART;VALUE=DATE:20270813",
        "DTEND;VALUE=DATE:20270814",
        "ORGANIZER:mailto:placements@example.org",
        "STATUS:CONFIRMED",
    ):
        assert line in told
    title = {"en": "Final evaluation: Maya R. at Harbor Bikes", "es": "Evaluación final: Maya R. en Harbor Bikes"}
    assert f"SUMMARY:{title[language]}" in told
    assert LINK not in "".join(told)


def test_a_new_date_moves_the_same_entry() -> None:
    before, after = entry_of(letter(sequence=1), "x"), entry_of(letter("request_moved_notification", sequence=2), "x")
    assert before is not None
    assert after is not None
    assert before.uid == after.uid
    assert before.sequence < after.sequence


def test_a_visit_that_is_cancelled_takes_its_entry_back() -> None:
    planned = calendar_of([letter("visit_scheduled_notification", **VISIT)], SENDER, AT)
    cancelled = calendar_of([letter("visit_cancelled_notification", **VISIT)], SENDER, AT)
    assert planned is not None
    assert cancelled is not None
    assert (planned.method, cancelled.method) == ("PUBLISH", "CANCEL")
    (first,), (second,) = ([line for line in lines(one.text) if line.startswith("UID")] for one in (planned, cancelled))
    assert first == second
    assert "SEQUENCE:4" in lines(cancelled.text)
    assert "STATUS:CANCELLED" in lines(cancelled.text)


def test_what_is_late_or_only_told_has_no_entry() -> None:
    for one in (letter(overdue=True), letter("request_unanswered_warning"), letter("placement_ready_notification")):
        assert calendar_of([one], SENDER, AT) is None
    assert calendar_of([letter("visit_cancelled_notification", kind=RequestKind.SITE_VISIT)], SENDER, AT) is None


def test_two_people_have_entries_of_their_own_and_a_digest_has_all() -> None:
    calendar = calendar_of([letter(), letter(role=Role.STUDENT), letter("request_unanswered_warning")], SENDER, AT)
    assert calendar is not None
    uids = {line for line in lines(calendar.text) if line.startswith("UID:")}
    assert len(uids) == 2


def test_marks_in_names_stay_text() -> None:
    assert escaped("Lee, Wu; & Co.\\\nEND:VEVENT\r") == "Lee\\, Wu\\; & Co.\\\\\\nEND:VEVENT"
    calendar = calendar_of([letter(host="A\r\nEND:VCALENDAR")], SENDER, AT)
    assert calendar is not None
    assert lines(calendar.text).count("END:VCALENDAR") == 1


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=300))
def test_folded_lines_are_short_whole_and_can_be_put_together_again(text: str) -> None:
    pieces = folded(text).split("\r\n")
    assert all(len(one.encode()) <= OCTETS for one in pieces)
    assert pieces[0] + "".join(one[1:] for one in pieces[1:]) == text


async def test_the_entry_comes_with_the_mail(mailer: Mailer, mail_server: MailServer) -> None:
    writer = Writer("https://placements.example.org", mailer.address, lambda: AT)
    await mailer.send(writer.mail([Written(letter(language="es"))], "jordan@example.org", "<1@example.org>"))
    (caught,) = mail_server.messages()
    assert "Maya R." in caught.text
    assert "<html" in caught.html
    source = mail_server.mailbox.source(1)
    assert source is not None
    mail = message_from_bytes(source, policy=default)
    assert isinstance(mail, EmailMessage)
    (attached,) = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "calendar.ics")
    assert attached.get_param("method") == "PUBLISH"
    assert "SUMMARY:Evaluación final" in attached.get_content()
