"""What the gateway's routes work with, made once and passed to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Self

from fastapi import Depends, Request
from temporalio.converter import PayloadCodec

from activities.webhooks.guard import Guard
from activities.webhooks.signing import Keys
from gateway.delivery import Deliverer
from gateway.health import Health
from gateway.identity import Provider
from gateway.letters import Letters
from gateway.room import Room
from records.pool import Pool
from records.sight import Within
from schemas.disclosures import Party, holder_of
from schemas.keys import ROOT, Caller

INLINE_SECONDS = 2.0
"""How long whoever sends an event waits for the lifecycle's answer before it is left to the dispatcher."""

PAGE_SECONDS = 0.0
"""How long a page waits for what the lifecycle makes of answers that are kept: what is known already is told."""

AT_ONCE = 400
"""Requests under way at once, unless the settings say otherwise."""


def real_now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class WebhookRules:
    """Where webhooks may go, and the keys that their secrets are made with."""

    guard: Guard = field(default_factory=Guard)
    keys: Keys = field(default_factory=Keys)


@dataclass(frozen=True)
class Codec:
    """How Temporal's payloads of a namespace are encrypted; `ui` is the origin of its UI (empty: it may not ask)."""

    codec: PayloadCodec
    namespace: str
    ui: str = ""


@dataclass(frozen=True)
class Services:
    """`public_url` is the address people reach; `now` tells real time; `rehearsals`: clocks may run fast.

    `pool` shows what the caller may see, and is only read from where that is not all; `everything` is all there is.
    `letters` is how the gateway's own mail leaves.
    `caller` is who asks, on routes that need a key.
    `texts`: text messages are sent; `texts_secret` is what their provider signs people's answers with.
    `at_once` is how many requests may be under way, `room` how many events may wait.
    `provider` is where staff may say who they are, if anywhere.
    """

    pool: Pool
    deliverer: Deliverer
    health: Health
    api_key: str = field(repr=False)
    public_url: str
    rehearsals: bool = False
    letters: Letters = field(default_factory=lambda: Letters(None))
    webhooks: WebhookRules = field(default_factory=WebhookRules)
    provider: Provider | None = None
    patience: float = INLINE_SECONDS
    page_patience: float = PAGE_SECONDS
    now: Callable[[], datetime] = real_now
    caller: Caller = ROOT
    texts: bool = False
    texts_secret: str | None = field(default=None, repr=False)
    at_once: int = AT_ONCE
    room: Room = field(default_factory=Room)
    codec: Codec | None = None

    unlimited: Pool | None = None

    @property
    def everything(self) -> Pool:
        """Connections that see every school."""
        return self.unlimited or self.pool

    def within(self, organisations: Sequence[str], learners: Sequence[str] = ()) -> Self:
        """The services for a caller who may see these schools, and these learners besides."""
        return replace(self, pool=Within(self.pool, organisations, learners), unlimited=self.pool)

    @property
    def asker(self) -> Party:
        """Whom an answer of the API is told to."""
        return holder_of(self.caller)


def services_of(request: Request) -> Services:
    """The application's services."""
    services: Services = request.app.state.services
    return services


Open = Annotated[Services, Depends(services_of)]
"""For routes that everybody may call."""
