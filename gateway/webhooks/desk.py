"""Webhooks over HTTP: where events are sent, what they are signed with, and switching them on and off."""

import secrets
from datetime import timedelta

from fastapi import APIRouter, Response

from activities.webhooks.guard import ForbiddenError
from gateway.keys import Keyed
from gateway.problems import ProblemError, invalid, responses
from gateway.received import is_id
from gateway.services import Services
from gateway.webhooks.bodies import MadeWebhook, NewSecret, NewWebhook, ShownSecret, WebhookChange, WebhookList
from lifecycle.resending import WINDOW
from records import disclosures, webhooks
from records.feed import BadCursorError
from records.health import borrow
from records.pool import Connection
from schemas.disclosures import Doer
from schemas.problems import ProblemCode
from schemas.webhooks import Webhook

router = APIRouter(tags=["Webhooks"])

MOST_SECRETS = 5


@router.get("/webhooks", summary="Every webhook", responses=responses(401, 503))
async def get_webhooks(services: Keyed) -> WebhookList:
    """Where events are sent, in what state each is, and how many deliveries wait or were given up."""
    async with borrow(services.pool) as conn:
        return WebhookList(items=await webhooks.every(conn, services.now()))


@router.post("/webhooks", status_code=201, summary="Make a webhook", responses=responses(401, 422, 503))
async def post_webhook(services: Keyed, new: NewWebhook) -> MadeWebhook:
    """Send events to a URL from now on, in order, signed by the Standard Webhooks rules. The secret is shown this once.

    A URL must be https and lead to a host on the internet (the embedded stack also takes this machine).
    """
    host = await _checked_host(services, new.url)
    id_, now = f"wh-{secrets.token_hex(6)}", services.now()
    async with borrow(services.pool) as conn, conn.transaction():
        try:
            await webhooks.create(
                conn,
                id_,
                url=new.url,
                owner=new.owner,
                purpose=new.purpose,
                types=new.types,
                personal_data=new.personal_data,
                after=new.after,
                now=now,
            )
        except BadCursorError as error:
            field, _, message = str(error).partition(": ")
            raise invalid(field, message) from None
        shown = await _add_secret(services, conn, id_)
        await audit(services, conn, id_, "webhook.created", host, *(("personal_data",) if new.personal_data else ()))
        made = await found(services, conn, id_)
    return MadeWebhook(**dict(made), secret=shown.secret)


@router.get("/webhooks/{id}", summary="One webhook", responses=responses(401, 404, 503))
async def get_webhook(services: Keyed, id: str) -> Webhook:  # noqa: A002 - the path's word
    """Where it sends, in what state it is, and which secrets it signs with."""
    async with borrow(services.pool) as conn:
        return await found(services, conn, id)


@router.patch("/webhooks/{id}", summary="Change a webhook", responses=responses(401, 404, 422, 503))
async def patch_webhook(services: Keyed, id: str, change: WebhookChange) -> Webhook:  # noqa: A002 - as above
    """Change its URL, owner or types; switch it off, or on again.

    What waits is sent to the new URL. Types count for what happens from now on.
    """
    to = () if change.url is None else (await _checked_host(services, change.url),)
    now = services.now()
    async with borrow(services.pool) as conn, conn.transaction():
        await found(services, conn, id)
        await webhooks.change(conn, id, url=change.url, owner=change.owner, types=change.types, now=now)
        if change.state == "disabled":
            await webhooks.disable(conn, id, "by_request", now)
        if change.state == "active":
            await webhooks.enable(conn, id, now, now + WINDOW)
        await audit(services, conn, id, "webhook.changed", *sorted(change.model_fields_set), *to)
        return await found(services, conn, id)


@router.delete("/webhooks/{id}", status_code=204, summary="Delete a webhook", responses=responses(401, 404, 503))
async def delete_webhook(services: Keyed, id: str) -> Response:  # noqa: A002 - as above
    """Forget it, with its secrets, what waits, and its log."""
    async with borrow(services.pool) as conn, conn.transaction():
        await found(services, conn, id)
        await webhooks.delete(conn, id)
        await audit(services, conn, id, "webhook.deleted")
    return Response(status_code=204)


@router.post(
    "/webhooks/{id}/secrets", status_code=201, summary="Add a secret", responses=responses(401, 404, 409, 422, 503)
)
async def post_secret(services: Keyed, id: str, new: NewSecret) -> ShownSecret:  # noqa: A002 - as above
    """Sign with one more secret, shown this once: every message then carries a signature by each.

    To rotate: add one that retires the others after some hours, and give it to the receiver meanwhile.
    """
    async with borrow(services.pool) as conn, conn.transaction():
        if len((await found(services, conn, id, keep=True)).secrets) >= MOST_SECRETS:
            raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, f"it has {MOST_SECRETS} secrets; retire one first")
        shown = await _add_secret(services, conn, id)
        if new.retire_others_after_hours is not None:
            at = services.now() + timedelta(hours=new.retire_others_after_hours)
            await webhooks.retire_others(conn, id, [shown.id], at)
        await audit(services, conn, id, "webhook.secret_added", shown.id)
    return shown


@router.delete(
    "/webhooks/{id}/secrets/{secret_id}",
    status_code=204,
    summary="Retire a secret",
    responses=responses(401, 404, 409, 503),
)
async def delete_secret(services: Keyed, id: str, secret_id: str) -> Response:  # noqa: A002 - as above
    """Sign with it no more, from now on. 409 when no other would be left."""
    async with borrow(services.pool) as conn, conn.transaction():
        held = (await found(services, conn, id)).secrets
        if secret_id not in {one.id for one in held}:
            raise ProblemError(ProblemCode.NOT_FOUND, "the webhook has no such secret")
        if not [one for one in held if one.id != secret_id and one.retires_at is None]:
            raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, "it is the last secret; add another one first")
        await webhooks.drop_secret(conn, id, secret_id)
        await audit(services, conn, id, "webhook.secret_retired", secret_id)
    return Response(status_code=204)


async def found(services: Services, conn: Connection, id_: str, *, keep: bool = False) -> Webhook:
    """The webhook; with `keep` it is there until the transaction ends. Raises ProblemError (404)."""
    if keep and is_id(id_):
        await webhooks.keep(conn, id_)
    webhook = await webhooks.get(conn, id_, services.now()) if is_id(id_) else None
    if webhook is None:
        raise ProblemError(ProblemCode.NOT_FOUND, "there is no webhook with this id")
    return webhook


async def audit(services: Services, conn: Connection, id_: str, act: str, *what: str) -> None:
    """Keep that whoever called did this to a webhook; `what` is codes, ids, and the host that it sends to."""
    by = Doer(kind="key", who=services.caller.key_id)
    await disclosures.add(conn, by, act, [f"webhook/{id_}"], now=services.now(), reason="asked", what=what)


async def _add_secret(services: Services, conn: Connection, webhook_id: str) -> ShownSecret:
    kept, shown = services.webhooks.keys.make()
    id_ = f"sec-{secrets.token_hex(4)}"
    await webhooks.add_secret(conn, webhook_id, id_, kept, services.now())
    return ShownSecret(id=id_, secret=shown)


async def _checked_host(services: Services, url: str) -> str:
    """The host of a URL that may be called: kept in the audit, which tells of receivers when webhooks are gone."""
    try:
        return (await services.webhooks.guard.check(url)).host
    except ForbiddenError as error:
        raise invalid("url", str(error)) from None
