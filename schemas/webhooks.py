"""Webhooks: who is told of events, what became of each delivery, and what one try came to."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from schemas.base import Frozen

TypeFilter = Annotated[
    str, StringConstraints(pattern=r"^org\.journeywork\.([a-z_]+\.)*([a-z_]+|\*)$", max_length=120, strict=True)
]
"""A type of event, or the beginning of several: `org.journeywork.placement.started`, `org.journeywork.placement.*`."""

TEST_TYPE = "org.journeywork.webhook.tested"

Kind = Literal["event", "again", "test"]
"""Why something is delivered: it happened, somebody asked for it again, or somebody tries the address."""

DeliveryState = Literal["waiting", "delivered", "dead"]
WhyDisabled = Literal["by_request", "gone"]
MailAbout = Literal["gone", "dead"]

Failure = Literal[
    "answered",
    "redirected",
    "timeout",
    "not_found",
    "not_connected",
    "cut",
    "tls",
    "malformed",
    "forbidden",
    "no_key",
    "forgotten",
    "fault",
]
"""Why a try failed: another status than 2xx, a redirect, too slow, no such host, no connection, one that broke before
the answer, a bad certificate, no HTTP, an address that may not be called, a secret whose key this process does not
have, an event that is kept no more, or a fault of ours.
"""


class Secret(Frozen):
    """One secret of a webhook, without what it is. `retires_at`: from then on nothing is signed with it."""

    id: str = Field(examples=["sec-4f2c01aa"])
    made_at: AwareDatetime
    retires_at: AwareDatetime | None = None


class Webhook(Frozen):
    """Where events are sent. `types` without any means all; `waiting` and `dead` count its deliveries."""

    id: str = Field(examples=["wh-0c9e51f27ab4"])
    url: str = Field(examples=["https://crm.example.org/journeywork"])
    owner: str = Field(description="the address that hears of trouble", examples=["integrations@example.org"])
    purpose: str = Field(description="why its receiver may see records of learners", examples=["CRM of the district"])
    types: tuple[str, ...] = Field(examples=[["org.journeywork.placement.*"]])
    personal_data: bool = Field(
        description="whether its events carry, as `people` of their data, the names of learner and worksite supervisor"
    )
    state: Literal["active", "disabled"]
    reason: WhyDisabled | None = None
    made_at: AwareDatetime
    secrets: tuple[Secret, ...]
    waiting: int
    dead: int


class Try(Frozen):
    """One request to the receiver. What it answered is not kept, only the status; `ms` is how long it took."""

    at: AwareDatetime
    status: int | None = Field(default=None, examples=[204])
    failure: Failure | None = None
    ms: int = Field(examples=[87])


class Delivery(Frozen):
    """One event on its way to one webhook. `next_try_at` while it waits."""

    id: int
    webhook_id: str
    kind: Kind
    event_id: str = Field(examples=["placement-pl-1-1-3"])
    type: str = Field(examples=["org.journeywork.placement.started"])
    state: DeliveryState
    tries: int
    queued_at: AwareDatetime
    next_try_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    status: int | None = Field(default=None, description="of the last try", examples=[500])
    failure: Failure | None = Field(default=None, description="of the last try")
