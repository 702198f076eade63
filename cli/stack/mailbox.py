"""The caught mail: each message an .eml file in a folder, numbered in the order it came."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from catalog.flowed import unflow
from schemas.base import Frozen

KEPT_IN_MEMORY = 4096  # messages
ENVELOPE, RECEIVED = "X-Journeywork-Envelope-To", "X-Journeywork-Received-At"


class CaughtMail(Frozen):
    """One message as the JSON page shows it.

    `id` counts up from 1 and is never used again. `to` is whom the SMTP envelope named, comma-separated when
    several. `text` and `html` are the two bodies, empty when absent. `received_at` is UTC. `attachments` are names.
    """

    id: int
    to: str
    subject: str
    text: str
    html: str
    received_at: datetime
    message_id: str
    attachments: tuple[str, ...] = ()


class Attached(NamedTuple):
    """A file that came with a message."""

    name: str
    kind: str
    content: bytes


class Mailbox:
    """A folder of caught messages; it finds what an earlier run left there."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is there."""
        self._folder = folder
        self._ids = sorted(int(path.stem) for path in folder.glob("*.eml") if path.stem.isdecimal())
        self._parsed = lru_cache(KEPT_IN_MEMORY)(self._parse)

    def keep(self, content: bytes, recipients: Sequence[str], received_at: datetime) -> int:
        """Store one message as it came over SMTP and return its id."""
        number = self._ids[-1] + 1 if self._ids else 1
        head = f"{ENVELOPE}: {', '.join(recipients)}\r\n{RECEIVED}: {received_at.isoformat()}\r\n"
        path = self._path(number)
        part = path.with_suffix(".part")
        part.write_bytes(head.encode() + content)
        part.replace(path)
        self._ids.append(number)
        return number

    def messages(self, *, to: str | None = None, after: int = 0) -> list[CaughtMail]:
        """List the messages newest first: those to the address `to`, and with an id above `after`."""
        wanted = to.strip().casefold() if to else None
        return [mail for mail in self._newest_first(after) if wanted is None or wanted in _addresses(mail.to)]

    def message(self, number: int) -> CaughtMail | None:
        """Return one message, or None when there is none of this id."""
        return self._parsed(number) if number in self._ids else None

    def source(self, number: int) -> bytes | None:
        """Return one message as the .eml file's bytes, or None when there is none of this id."""
        return self._path(number).read_bytes() if number in self._ids else None

    def attachments(self, number: int) -> list[Attached]:
        """Return the files that came with one message, in order; none when there is no message of this id."""
        source = self.source(number)
        return [] if source is None else _attached(message_from_bytes(source, policy=default_policy))

    def _newest_first(self, after: int) -> Iterator[CaughtMail]:
        for number in reversed(self._ids):
            if number <= after:
                return
            yield self._parsed(number)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:07}.eml"

    def _parse(self, number: int) -> CaughtMail:
        path = self._path(number)
        mail = message_from_bytes(path.read_bytes(), policy=default_policy)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
        return CaughtMail(
            id=number,
            to=str(mail.get(ENVELOPE, mail.get("To", ""))),
            subject=str(mail.get("Subject", "")),
            text=_body(mail, "plain"),
            html=_body(mail, "html"),
            received_at=datetime.fromisoformat(str(mail.get(RECEIVED, written))),
            message_id=str(mail.get("Message-ID", "")).strip(),
            attachments=tuple(one.name for one in _attached(mail)),
        )


def _attached(mail: EmailMessage) -> list[Attached]:
    found: list[Attached] = []
    for at, part in enumerate(mail.iter_attachments(), start=1):
        content = part.get_payload(decode=True)
        name = part.get_filename() or f"attachment-{at}"
        found.append(Attached(name, part.get_content_type(), content if isinstance(content, bytes) else b""))
    return found


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except LookupError:  # a character set that Python does not know
        payload = part.get_payload(decode=True)
        text = payload.decode(errors="replace") if isinstance(payload, bytes) else ""
    text = text.replace("\r\n", "\n")
    return unflow(text) if part.get_param("format") == "flowed" else text


def _addresses(to: str) -> list[str]:
    return [address.strip().casefold() for address in to.split(",")]
