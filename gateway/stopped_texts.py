"""What people answer to text messages: STOP ends them at once, in either language. Nothing of what they wrote is kept.

The provider posts each answer to `/texts/received`, signed as Standard Webhooks are: `webhook-signature` holds
`v1,<base64>` of the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, made with the secret that both know.
"""

import base64
import hashlib
import hmac
import re
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Header, Request
from pydantic import ConfigDict, Field, ValidationError

from activities.texter import phone_number
from gateway.bodies import read_body
from gateway.problems import FieldProblem, ProblemError, responses, worded
from gateway.services import Open, Services
from records import directory
from records.health import borrow
from schemas.base import Frozen
from schemas.problems import ProblemCode

log = structlog.get_logger("texts")

router = APIRouter(tags=["Texts"])

MAX_BYTES = 16 * 1024
TOLERANCE = 300
"""Seconds by which the time of sending may differ from ours."""

FIRST = frozenset(["stop", "stopall", "unsubscribe", "optout", "quit", "revoke", "alto", "parar", "pare", "basta"])
WHOLE = frozenset({"end", "cancel", "opt out", "cancelar", "fin", "baja", "no más", "no mas"})
"""Answers that end the texts: by their first word, or as all that they say."""


class ReceivedText(Frozen):
    """One answer to a text message: the number it came `from`, and what it says. Other fields are passed over."""

    model_config = ConfigDict(extra="ignore")

    sender: Annotated[str, Field(alias="from", max_length=40)]
    body: Annotated[str, Field(max_length=4000)]


class TextTaken(Frozen):
    """`stopped`: whoever has this number gets no more texts; `passed_over`: it says nothing of the kind."""

    status: Literal["stopped", "passed_over"]


BODY = ReceivedText.model_json_schema()


@router.post(
    "/texts/received",
    summary="An answer to a text message, from its provider",
    responses=responses(401, 404, 413, 422, 503),
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": BODY}}}},
)
async def take_text(
    request: Request,
    services: Open,
    *,
    webhook_id: Annotated[str, Header(max_length=200)] = "",
    webhook_timestamp: Annotated[str, Header(max_length=20)] = "",
    webhook_signature: Annotated[str, Header(max_length=2000)] = "",
) -> TextTaken:
    """STOP (ALTO, PARAR ...) is kept at once for everybody with this number; the same answer again changes nothing."""
    if services.texts_secret is None:
        raise ProblemError(
            ProblemCode.NOT_FOUND, "answers to text messages are not taken here: no secret is configured"
        )
    body = await read_body(request, MAX_BYTES)
    signed = f"{webhook_id}.{webhook_timestamp}.".encode() + body
    if not _is_signed(services, services.texts_secret, signed, webhook_timestamp, webhook_signature):
        raise ProblemError(ProblemCode.UNAUTHORIZED, "sign the request with the secret of JOURNEYWORK_TEXTS_SECRET")
    try:
        text = ReceivedText.model_validate_json(body)
    except ValidationError as error:
        wrong = [
            FieldProblem(field=".".join(map(str, one["loc"])) or "body", message=worded(one)) for one in error.errors()
        ]
        raise ProblemError(ProblemCode.INVALID, errors=wrong) from None
    if not says_stop(text.body):
        return TextTaken(status="passed_over")
    await _stop(services, phone_number(text.sender))
    return TextTaken(status="stopped")


def says_stop(body: str) -> bool:
    """Whether an answer ends the texts."""
    words = re.findall(r"\w+", body.casefold())
    return bool(words) and (words[0] in FIRST or " ".join(words) in WHOLE)


async def _stop(services: Services, number: str | None) -> None:
    if number is None:
        return
    async with borrow(services.pool) as conn, conn.transaction():
        near = await directory.with_phone_like(conn, number[-7:])
        whose = [id_ for id_, phone in near if phone_number(phone) == number]
        for id_ in whose:
            await directory.want_no_texts(conn, id_, services.now())
    log.info("somebody wants no texts", people=whose)


def _is_signed(services: Services, secret: str, signed: bytes, at: str, given: str) -> bool:
    if not at.isdecimal() or abs(services.now().timestamp() - int(at)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(one.encode(), f"v1,{right}".encode()) for one in given.split())
