"""The gateway as one web application: routes, services and the dispatcher wired together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import FastAPI, Response
from starlette.staticfiles import StaticFiles
from temporalio.client import Client

from catalog.console_words import console_words
from catalog.document_words import document_words
from catalog.form_catalog import all_forms
from catalog.page_words import page_words
from catalog.program_catalog import all_programs
from gateway import (
    calendar_feed,
    codec_desk,
    events,
    file_routes,
    form_routes,
    inbox_desk,
    previews,
    problems,
    reading,
    reference,
    stopped_texts,
)
from gateway.console.site import add_console
from gateway.delivery import Deliverer
from gateway.dispatcher import run_dispatcher
from gateway.documents import routes as documents
from gateway.health import Health, Readiness, TemporalServerProbe
from gateway.identity import Provider
from gateway.letters import LetterBox, Letters
from gateway.lifecycle_client import TemporalLifecycleClient
from gateway.lightness import Light
from gateway.pages import STATIC_FOLDER, STATIC_PATH
from gateway.people import routes as people
from gateway.pressure import Pressure
from gateway.room import BACKLOG, Room
from gateway.services import AT_ONCE, Codec, Open, Services, WebhookRules
from gateway.templating import compile_templates
from gateway.webhooks import desk as webhook_desk
from gateway.webhooks import log as webhook_log
from gateway.weblog import Weblog
from records.pool import Pool
from schemas.form_fields import LANGUAGES

log = structlog.get_logger("gateway")

ABOUT = (
    "Journeywork carries work-based-learning placements from the employer's first answer to the signed final "
    "evaluation. Send what happened as CloudEvents to POST /events, read where everything stands under /placements, "
    "/opportunities, /partnerships and /incidents, and follow what happens with GET /events, or have it sent to you by "
    "/webhooks. Errors are problem details (RFC 9457) with a code."
)


def create_app(
    *,
    pool: Pool,
    client: Client,
    api_key: str,
    public_url: str,
    rehearsals: bool = False,
    letters: LetterBox | None = None,
    texts: bool = False,
    texts_secret: str | None = None,
    webhooks: WebhookRules | None = None,
    at_once: int = AT_ONCE,
    backlog: int = BACKLOG,
    provider: Provider | None = None,
    temporal_ui: str = "",
    dispatch: bool = True,
) -> FastAPI:
    """The gateway on a real Temporal client and a pool of database connections, both closed by the caller.

    `public_url` is the address people reach, without a slash at its end; `letters` takes the gateway's own mail;
    `texts`: text messages are sent, and `texts_secret` is what their provider signs answers with; `provider` is where
    staff may say who they are. At most `at_once` requests are under way, and `backlog` events wait. With `dispatch` the
    application delivers what the inbox holds as long as it runs. Raises CatalogError when a shipped program, form or
    text is wrong: all are read here, so that nobody's page waits for it.
    """
    all_programs()
    all_forms()
    for language in LANGUAGES:
        page_words(language)
        document_words(language)
        console_words(language)
    compile_templates()
    codec = client.data_converter.payload_codec
    services = Services(
        pool=pool,
        deliverer=Deliverer(pool, TemporalLifecycleClient(client)),
        health=Health(pool, TemporalServerProbe(client)),
        api_key=api_key,
        public_url=public_url,
        rehearsals=rehearsals,
        letters=Letters(letters),
        texts=texts,
        texts_secret=texts_secret,
        webhooks=webhooks or WebhookRules(),
        at_once=at_once,
        room=Room(backlog),
        provider=provider,
        codec=Codec(codec, client.namespace, temporal_ui) if codec else None,
    )
    return make_app(services, dispatch=dispatch)


def make_app(services: Services, *, dispatch: bool = True) -> FastAPI:
    """The gateway on any services."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        task = asyncio.create_task(_keep_dispatching(services)) if dispatch else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    app = reference.DescribedApp(
        title="Journeywork API",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.services = services
    app.add_middleware(Light)
    app.add_middleware(Pressure, at_once=services.at_once)
    app.add_middleware(Weblog)
    problems.install(app)
    api = (events, previews, reading, documents, file_routes, inbox_desk, webhook_desk, webhook_log)
    for room in (*api, form_routes, calendar_feed, stopped_texts, reference):
        app.include_router(room.router)
    app.include_router(people.router)
    app.include_router(codec_desk.router)
    app.add_api_route("/healthz", alive, tags=["Health"], summary="Whether the gateway lives")
    app.add_api_route(
        "/readyz",
        ready,
        tags=["Health"],
        summary="Whether every part answers",
        response_model=Readiness,
        responses={503: {"model": Readiness}},
    )
    add_console(app)
    app.mount(STATIC_PATH, StaticFiles(directory=STATIC_FOLDER))
    return app


async def alive() -> dict[str, str]:
    """The gateway lives; says nothing of what it needs."""
    return {"status": "alive"}


async def ready(services: Open, response: Response) -> Readiness:
    """200 when Postgres (asked by writing), Temporal and workers on both task queues all answer, else 503."""
    readiness = await services.health.readiness()
    if not readiness.ready:
        response.status_code, response.headers["Retry-After"] = 503, str(problems.RETRY_SECONDS)
    return readiness


async def _keep_dispatching(services: Services) -> None:
    while True:
        try:
            await run_dispatcher(services.pool, services.deliverer)
        except Exception:
            log.exception("the dispatcher met a fault and starts again", part="dispatcher")
            await asyncio.sleep(1)
