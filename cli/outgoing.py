"""The gateway's own mail, sent by the same mailer as everything else."""

from datetime import UTC, datetime
from email.utils import make_msgid

from activities.mailer import Mail, Mailer
from gateway.letters import Letter


class Outgoing:
    """Implements gateway.letters.LetterBox over SMTP."""

    def __init__(self, mailer: Mailer) -> None:
        """Take the mailer to send by."""
        self._mailer = mailer

    async def send(self, letter: Letter) -> tuple[str, str | None]:
        """Send one letter; what became of it, and why in one word."""
        result = await self._mailer.send(
            Mail(
                to=letter.to,
                name=letter.name,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                message_id=make_msgid(domain=self._mailer.domain),
                at=datetime.now(UTC),
            )
        )
        return result.outcome, result.reason
