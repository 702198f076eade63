"""What the routes of webhooks take and answer, checked field by field."""

from difflib import get_close_matches
from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field

from schemas.base import Frozen, Text
from schemas.outgoing import OUTGOING
from schemas.webhooks import TypeFilter, Webhook


def _address(given: str) -> str:
    try:
        return validate_email(given, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise ValueError("is no e-mail address; send one such as integrations@example.org") from None


def _goes_out(wanted: str) -> str:
    begins = wanted.endswith(".*") and any(one.startswith(wanted[:-1]) for one in OUTGOING)
    if wanted not in OUTGOING and not begins:
        near = get_close_matches(wanted, OUTGOING, n=1)
        hint = near[0] if near else "org.journeywork.placement.*"
        raise ValueError(f"no event has this type; send one such as {hint}")
    return wanted


Url = Annotated[str, Field(max_length=2000, examples=["https://crm.example.org/journeywork"])]
Owner = Annotated[
    str, Field(max_length=254, examples=["integrations@example.org"], description="who hears of trouble, by e-mail")
]
Types = Annotated[
    tuple[Annotated[TypeFilter, AfterValidator(_goes_out)], ...],
    Field(
        max_length=50,
        examples=[["org.journeywork.placement.*"]],
        description="types of events, or beginnings of types that end in .*; none: all",
    ),
]


class NewWebhook(Frozen):
    """A webhook to be made."""

    url: Url
    owner: Annotated[Owner, AfterValidator(_address)]
    purpose: Text = Field(
        description="why its receiver may see records of learners; kept with each event that is sent",
        examples=["CRM of the district"],
        max_length=200,
    )
    types: Types = ()
    personal_data: bool = Field(
        default=False,
        description="whether events carry the names of the learner and the worksite supervisor; for good: make another "
        "webhook to change it",
    )
    after: str | None = Field(
        default=None,
        max_length=60,
        description="a cursor of the feed: send what happened after it; left out: what happens from now on",
        examples=["0-0"],
    )


class WebhookChange(Frozen):
    """What is to change; what is left out stays."""

    url: Url | None = None
    owner: Annotated[Owner, AfterValidator(_address)] | None = None
    types: Types | None = None
    state: Literal["active", "disabled"] | None = Field(
        default=None, description="disabled: it stands still and loses nothing; active: it goes on where it stood"
    )


class NewSecret(Frozen):
    """One more secret. `retire_others_after_hours`: until then the earlier ones sign as well; left out: for good."""

    retire_others_after_hours: int | None = Field(default=None, ge=0, le=24 * 30, examples=[24])


class ShownSecret(Frozen):
    """A secret, shown this once."""

    id: str
    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class MadeWebhook(Webhook):
    """A webhook that was just made, with its secret, shown this once."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class WebhookList(Frozen):
    """Every webhook, the oldest first."""

    items: list[Webhook]
