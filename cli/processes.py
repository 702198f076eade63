"""The processes that docker-compose.yml runs one by one: `worker` and `gateway`."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import structlog
from cyclopts import Parameter

from activities.carrying import Carrying
from activities.holding import quiet_hours
from activities.keeping import keep_tidy
from activities.mailer import Mailer
from activities.post import Post
from activities.texter import Texter
from activities.webhooks.guard import Guard
from activities.webhooks.sender import make_sender
from activities.webhooks.signing import Keys
from cli.connection import settle_environment
from cli.errors import UserError
from cli.outgoing import Outgoing
from cli.retention import schedule_in
from cli.stack.signals import until_signal
from cli.waiting import connected, pool_once_there
from gateway.app import create_app
from gateway.console.account import BACK
from gateway.identity import Provider
from gateway.serve import serve
from gateway.services import WebhookRules
from records.grants import WHOLE, WORKER
from workers import memory
from workers.logs import set_up_logs
from workers.settings import GatewaySettings, SettingsError, WorkerSettings
from workers.worker import effects_worker, lifecycle_worker, run_workers

DataFolder = Annotated[Path, Parameter(help="The folder of a running stack, for what the environment leaves out.")]


async def worker(*, data: DataFolder = Path(".data")) -> None:
    """Run workflows and activities until stopped; drains on SIGTERM."""
    settle_environment(data, "worker")
    try:
        settings = WorkerSettings.load()
    except SettingsError as error:
        raise UserError(str(error)) from None
    set_up_logs()
    os.nice(settings.nice)
    await until_signal(_work(settings))


async def _work(settings: WorkerSettings) -> None:
    schedule = schedule_in(None)
    client = await connected(settings)
    async with pool_once_there(settings, size=20, role=WORKER) as pool:
        mailer = Mailer(settings.smtp_url, settings.mail_from)
        carrying = Carrying(
            pool=pool,
            client=client,
            mailer=Post(mailer, _texter(settings)),
            public_url=settings.public_url,
            quiet=quiet_hours(settings.quiet_hours),
        )
        stop = asyncio.Event()
        workers = [lifecycle_worker(client), effects_worker(client, [carrying.carry_out])]
        memory.settle()
        structlog.get_logger("worker").info("polling", part="worker")
        webhooks = make_sender(pool, mailer, local=settings.webhooks == "local", keys=settings.webhook_keys)
        tidying = keep_tidy(pool, schedule, lambda: datetime.now(UTC), stop)
        running = asyncio.gather(run_workers(workers, stop), carrying.outbox.run(stop), webhooks.run(stop), tidying)
        try:
            await asyncio.shield(running)
        finally:
            stop.set()
            await running
            await carrying.arrived()


def _texter(settings: WorkerSettings) -> Texter | None:
    if settings.texts_url is None:
        return None
    return Texter(settings.texts_url, settings.texts_key, settings.texts_from)


async def gateway(*, data: DataFolder = Path(".data")) -> None:
    """Serve HTTP and deliver what the inbox holds, until stopped."""
    settle_environment(data, "gateway")
    try:
        settings = GatewaySettings.load()
    except SettingsError as error:
        raise UserError(str(error)) from None
    set_up_logs()
    await until_signal(_serve(settings))


async def _serve(settings: GatewaySettings) -> None:
    client = await connected(settings)
    async with pool_once_there(settings, size=20, role=WHOLE) as pool:
        app = create_app(
            pool=pool,
            client=client,
            api_key=settings.api_key,
            public_url=settings.public_url,
            rehearsals=settings.rehearsals == "on",
            letters=Outgoing(Mailer(settings.smtp_url, settings.mail_from)),
            texts=settings.texts_url is not None,
            texts_secret=settings.texts_secret,
            temporal_ui=settings.temporal_ui or "",
            webhooks=WebhookRules(Guard(local=settings.webhooks == "local"), Keys(settings.webhook_keys)),
            at_once=settings.at_once,
            backlog=settings.backlog,
            provider=_provider(settings),
        )
        memory.settle()
        await serve(app, settings.host, settings.port)


def _provider(settings: GatewaySettings) -> Provider | None:
    if settings.oidc_issuer is None:
        return None
    back = settings.public_url + BACK
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, back=back)
