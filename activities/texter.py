"""Sends one text message over a provider's HTTP API and says what became of it.

The request is a JSON object with `from`, `to` (E.164), `body` and `reference`; the same reference is one message, also
in the header Idempotency-Key. Any answer below 300 means that the provider has taken it.
"""

import re
from typing import NamedTuple, cast

import httpx2

from activities.mailer import MailResult

SEND_SECONDS = 10
OPTED_OUT = frozenset({"opted_out", "unsubscribed", "21610"})
"""What providers call a number whose owner answered STOP, in an answer's `code` or `error`."""
LATER = frozenset({408, 409, 425, 429})


class Text(NamedTuple):
    """One message to one person's phone. `reference` makes it happen once."""

    to: str
    body: str
    reference: str
    person_id: str


class Texter:
    """Sends texts through one provider. Safe to share between tasks of one event loop."""

    def __init__(self, url: str, key: str, sender: str) -> None:
        """Take the address that texts are posted to, the key it wants, and the number or name they come from."""
        self._url, self._sender = url, sender
        self._client = httpx2.AsyncClient(timeout=SEND_SECONDS, headers={"Authorization": f"Bearer {key}"})

    async def send(self, text: Text) -> MailResult:
        """Send it; never raises for anything a provider or a number can do."""
        body = {"from": self._sender, "to": text.to, "body": text.body, "reference": text.reference}
        try:
            answer = await self._client.post(self._url, json=body, headers={"Idempotency-Key": text.reference})
        except httpx2.HTTPError:
            return MailResult("deferred", "texts_unavailable")
        if answer.status_code < 300:
            return MailResult("sent", "by_text")
        if answer.status_code in (401, 403) and not OPTED_OUT & _codes(answer):
            return MailResult("deferred", "texts_login_refused")
        if answer.status_code >= 500 or answer.status_code in LATER:
            return MailResult("deferred", "texts_unavailable")
        return (
            MailResult("skipped", "opted_out") if OPTED_OUT & _codes(answer) else MailResult("bounced", "no_such_phone")
        )

    async def aclose(self) -> None:
        """Leave the connections that are kept."""
        await self._client.aclose()


def phone_number(given: str | None) -> str | None:
    """A phone number in E.164, one without a country being American; None when it is none."""
    digits = re.sub(r"\D", "", given or "")
    if (given or "").strip().startswith("+"):
        return f"+{digits}" if 8 <= len(digits) <= 15 else None
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return f"+1{digits}" if len(digits) == 10 and digits[0] in "23456789" else None


def _codes(answer: httpx2.Response) -> set[str]:
    """The codes in an answer, however a provider nests them."""
    try:
        body: object = answer.json()
    except ValueError:
        return set()
    found = _parts(body)
    nested = _parts(found.get("error"))
    return {
        str(one) for one in (found.get("code"), found.get("error"), nested.get("code")) if isinstance(one, str | int)
    }


def _parts(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
