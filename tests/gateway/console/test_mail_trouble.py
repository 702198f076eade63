"""Mail that did not arrive, and what reached people instead, stand in the placement's story in plain words."""

import re
from pathlib import Path

import pytest

from catalog.console_words import console_words
from schemas.form_fields import LANGUAGES, Language
from tests.gateway.console.visitor import Visitor
from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, page_of, text_of

CODES = re.compile(r'"([a-z]+(?:_[a-z]+)+)"')
ROOM = Path(__file__).parents[3] / "activities"


@pytest.mark.parametrize(
    ("outcome", "reason", "told"),
    [
        (
            "bounced",
            "no_such_mailbox",
            "Mail came back from Worksite supervisor Adaeze Obi: {} (there is no such mailbox)",
        ),
        ("bounced", "mailbox_full", "Mail came back from Worksite supervisor Adaeze Obi: {} (the mailbox is full)"),
        ("deferred", "smtp_slow", "Mail to Worksite supervisor Adaeze Obi waits: {} (the mail server is slow)"),
        ("deferred", "mailbox_full", "Mail to Worksite supervisor Adaeze Obi waits: {} (the mailbox is full)"),
        ("skipped", "opted_out", "Not mailed to Worksite supervisor Adaeze Obi: {} (they want no texts)"),
        ("sent", "by_text", "Text to Worksite supervisor Adaeze Obi: {}"),
        ("sent", "by_text_instead", "Mail came back, so text to Worksite supervisor Adaeze Obi: {}"),
    ],
)
async def test_the_story_says_what_became_of_a_mail_and_why(
    coordinator: Visitor, office: Desk, outcome: str, reason: str, told: str
) -> None:
    async with office.pool.acquire() as conn:
        await conn.execute(
            "insert into notifications (lifecycle, key, lifecycle_id, request_id, person_id, role, message, message_id,"
            " outcome, reason, at, first_claimed_at, claimed_at)"
            " values ('placement', $1, 'pl-102', 'host_confirmation', 'sup-2001', 'worksite_supervisor',"
            " 'request_opened_ask', '<1>', $2, $3, now(), now(), now())",
            f"k-{outcome}-{reason}",
            outcome,
            reason,
        )
    page = page_of(await coordinator.page("/console/placements/pl-102"))
    story = " ".join(text_of(one) for one in by_class(page, "story"))
    assert told.format("a form to fill in, Confirmation by the worksite") in story


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_why_a_message_did_not_go_has_words(language: Language) -> None:
    sources = (ROOM / "mailer.py", ROOM / "texter.py", ROOM / "post.py")
    said = {code for one in sources for line in _results(one) for code in CODES.findall(line)}
    assert {"no_such_mailbox", "mailbox_full", "texts_unavailable", "not_by_text", "opted_out"} <= said
    assert said - {"by_text", "by_text_instead"} - set(console_words(language).why) == set()


def _results(path: Path) -> list[str]:
    """The lines that say what became of a message."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if "MailResult(" in line]
