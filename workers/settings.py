"""What a process is told from outside, by environment variables. Read in entry points only and passed down.

| variable | needed by | without it |
|---|---|---|
| `DATABASE_URL` | all | an error |
| `TEMPORAL_ADDRESS` | all | an error |
| `TEMPORAL_NAMESPACE` | all | `default` |
| `JOURNEYWORK_PAYLOAD_KEYS` | worker, gateway | what Temporal keeps (ids, codes, days) is not encrypted |
| `JOURNEYWORK_TEMPORAL_UI` | gateway | Temporal's UI may not ask for payloads in plain; the embedded stack's may |
| `JOURNEYWORK_PUBLIC_URL` | all | `http://127.0.0.1:8800` |
| `JOURNEYWORK_REHEARSALS` | all | `off` |
| `SMTP_URL` | worker, gateway | an error |
| `JOURNEYWORK_MAIL_FROM` | worker, gateway | `journeywork@localhost` |
| `JOURNEYWORK_QUIET_HOURS` | worker | `20:00-08:00` |
| `JOURNEYWORK_TEXTS_URL` | worker, gateway | no text messages are sent, and none are offered |
| `JOURNEYWORK_TEXTS_KEY` | worker | an empty key |
| `JOURNEYWORK_TEXTS_FROM` | worker | `Journeywork` |
| `JOURNEYWORK_NICE` | worker | `5` |
| `JOURNEYWORK_RETENTION` | worker | `catalog/retention.yaml` as shipped |
| `JOURNEYWORK_TEXTS_SECRET` | gateway | answers to text messages are not taken |
| `JOURNEYWORK_WEBHOOKS` | worker, gateway | `internet` |
| `JOURNEYWORK_WEBHOOK_KEY` | worker, gateway | secrets of webhooks are stored as they are |
| `JOURNEYWORK_API_KEY` | gateway | an error |
| `JOURNEYWORK_OIDC_ISSUER`, `_CLIENT_ID`, `_CLIENT_SECRET` | gateway | staff sign in by mailed links only |
| `JOURNEYWORK_HOST`, `JOURNEYWORK_PORT` | gateway | `127.0.0.1`, `8800` |
| `JOURNEYWORK_AT_ONCE`, `JOURNEYWORK_BACKLOG` | gateway | 400 requests, 100000 events |
"""

import base64
import re
from collections.abc import Callable
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from workers.codec import Keyring

NICE = 5
"""By how much background work stands back for pages, which people wait for."""


class SettingsError(Exception):
    """A variable is missing or malformed; the text names it and says what it must be, without its value."""


def _url(*schemes: str, path: bool = False) -> Callable[[str], str]:
    def check(value: str) -> str:
        parts: SplitResult = urlsplit(value)
        wrong = parts.scheme not in schemes or not parts.hostname or parts.port == 0
        if wrong or (path and not parts.path.strip("/")):
            raise ValueError("malformed")
        return value.rstrip("/")

    return check


def _optional(check: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda value: None if value is None else check(value)


def _signing_secret(value: str) -> str:
    if not value.startswith("whsec_") or not 24 <= len(base64.b64decode(value[6:], validate=True)) <= 64:
        raise ValueError("malformed")
    return value


def _keys(value: str) -> str:
    Keyring.read(value)
    return value


def _host_and_port(value: str) -> str:
    parts = urlsplit(f"//{value}")
    if not parts.hostname or not parts.port or parts.path or parts.username:
        raise ValueError("malformed")
    return value


def _address(value: str) -> str:
    try:
        validate_email(value.strip(), check_deliverability=False, allow_display_name=True, test_environment=True)
    except EmailNotValidError:
        if not value.strip().endswith("@localhost"):
            raise ValueError("malformed") from None
    return value.strip()


def _hours(value: str) -> str:
    if value in ("off", "rehearsals"):
        return value
    begin, _, end = value.partition("-")
    if not re.fullmatch(r"(1[2-9]|2[0-3]):[0-5]\d", begin) or not re.fullmatch(r"(0\d|1[01]):[0-5]\d", end):
        raise ValueError("malformed")
    return value


class Settings(BaseSettings):
    """What every process needs. Load it with `load`, which raises SettingsError in one line."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    database_url: Annotated[str, AfterValidator(_url("postgresql", "postgres", path=True))] = Field(
        validation_alias="DATABASE_URL",
        repr=False,
        description="the Postgres database, such as postgresql://user:password@host:5432/journeywork",
    )
    temporal_address: Annotated[str, AfterValidator(_host_and_port)] = Field(
        validation_alias="TEMPORAL_ADDRESS",
        description="the Temporal server as host:port, such as 127.0.0.1:7233",
    )
    temporal_namespace: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = Field(
        default="default",
        validation_alias="TEMPORAL_NAMESPACE",
        description="a Temporal namespace of letters, digits, dots and dashes, such as default",
    )
    payload_keys: Annotated[str, AfterValidator(_keys)] = Field(
        default="",
        validation_alias="JOURNEYWORK_PAYLOAD_KEYS",
        repr=False,
        description="keys as ID:BASE64 of 32 random bytes, the newest first, such as 2027a:$(openssl rand -base64 32), "
        "with commas between them",
    )
    public_url: Annotated[str, AfterValidator(_url("http", "https"))] = Field(
        default="http://127.0.0.1:8800",
        validation_alias="JOURNEYWORK_PUBLIC_URL",
        description="the address people reach the gateway at, such as https://placements.example.org",
    )
    rehearsals: Literal["on", "off"] = Field(
        default="off",
        validation_alias="JOURNEYWORK_REHEARSALS",
        description="on or off; on lets a placement's clock run faster than real time",
    )

    @property
    def keyring(self) -> Keyring:
        """The keys that Temporal's payloads are encrypted with."""
        return Keyring.read(self.payload_keys)

    @classmethod
    def load(cls) -> Self:
        """Read the environment. Raises SettingsError naming the first variable that is missing or malformed."""
        try:
            return cls.model_validate({})
        except ValidationError as error:
            raise SettingsError(_told(cls, error)) from None


class MailSettings(Settings):
    """What a process needs that sends mail: where it goes out, whom it is from, and where texts go, if anywhere."""

    smtp_url: Annotated[str, AfterValidator(_url("smtp", "smtps"))] = Field(
        validation_alias="SMTP_URL",
        repr=False,
        description="the mail relay, such as smtp://host:25, or smtps://user:password@host:465",
    )
    mail_from: Annotated[str, AfterValidator(_address)] = Field(
        default="journeywork@localhost",
        validation_alias="JOURNEYWORK_MAIL_FROM",
        description="the sender's e-mail address, such as Placements <placements@example.org>",
    )
    texts_url: Annotated[str | None, AfterValidator(_optional(_url("https", "http")))] = Field(
        default=None,
        validation_alias="JOURNEYWORK_TEXTS_URL",
        description="the address that text messages are posted to, such as https://api.texts.example/messages",
    )


class WebhookSettings(Settings):
    """What a process needs that takes webhooks or sends to them."""

    webhooks: Literal["internet", "local"] = Field(
        default="internet",
        validation_alias="JOURNEYWORK_WEBHOOKS",
        description="internet or local; local lets webhooks reach this machine, too, for trying them out",
    )
    webhook_key: Annotated[str, Field(pattern=r"^([!-+\x2d-~]{32,}(,[!-+\x2d-~]{32,})*)?$")] = Field(
        default="",
        validation_alias="JOURNEYWORK_WEBHOOK_KEY",
        repr=False,
        description="a key of at least 32 printable ASCII characters without spaces or commas, from which webhooks' "
        "secrets are made; or several with commas between, the newest first",
    )

    @property
    def webhook_keys(self) -> tuple[str, ...]:
        """The keys, the newest first."""
        return tuple(filter(None, self.webhook_key.split(",")))


class WorkerSettings(MailSettings, WebhookSettings):
    """What the worker needs besides: it writes to everybody who is asked, when they may be written to."""

    quiet_hours: Annotated[str, AfterValidator(_hours)] = Field(
        default="20:00-08:00",
        validation_alias="JOURNEYWORK_QUIET_HOURS",
        description="hours in which nobody is written to but in haste, such as 20:00-08:00; off for none, or "
        "rehearsals to keep them on the clocks of rehearsals alone",
    )
    nice: int = Field(
        default=NICE,
        ge=0,
        le=19,
        validation_alias="JOURNEYWORK_NICE",
        description="by how much the worker stands back for others on its machine, from 0 (not at all) to 19; an "
        "embedded Temporal, too",
    )
    texts_key: str = Field(
        default="", validation_alias="JOURNEYWORK_TEXTS_KEY", repr=False, description="the key of the provider's API"
    )
    texts_from: str = Field(
        default="Journeywork",
        validation_alias="JOURNEYWORK_TEXTS_FROM",
        description="the number or name that text messages come from",
    )


class GatewaySettings(MailSettings, WebhookSettings):
    """What the gateway needs besides: the key its callers show, and where it listens. It mails links to sign in."""

    api_key: Annotated[str, Field(pattern=r"^[\x21-\x7e]+$")] = Field(
        validation_alias="JOURNEYWORK_API_KEY",
        repr=False,
        description="the key of the API, one word of printable ASCII; a long random one",
    )
    texts_secret: Annotated[str | None, AfterValidator(_optional(_signing_secret))] = Field(
        default=None,
        validation_alias="JOURNEYWORK_TEXTS_SECRET",
        repr=False,
        description="what the provider of text messages signs people's answers with: whsec_ and 24 to 64 random bytes "
        "in base64",
    )
    oidc_issuer: Annotated[str | None, AfterValidator(_optional(_url("https", "http")))] = Field(
        default=None,
        validation_alias="JOURNEYWORK_OIDC_ISSUER",
        description="the identity provider that staff may sign in with, such as https://login.example.org",
    )
    oidc_client_id: str = Field(
        default="",
        validation_alias="JOURNEYWORK_OIDC_CLIENT_ID",
        description="the id that the identity provider gave this gateway",
    )
    oidc_client_secret: str = Field(
        default="",
        validation_alias="JOURNEYWORK_OIDC_CLIENT_SECRET",
        repr=False,
        description="the secret that the identity provider gave this gateway",
    )
    temporal_ui: Annotated[str | None, AfterValidator(_optional(_url("http", "https")))] = Field(
        default=None,
        validation_alias="JOURNEYWORK_TEMPORAL_UI",
        description="the address of Temporal's UI without a path, such as https://temporal.example.org",
    )
    host: str = Field(default="127.0.0.1", validation_alias="JOURNEYWORK_HOST", description="an address to listen on")
    port: int = Field(
        default=8800, ge=1, le=65535, validation_alias="JOURNEYWORK_PORT", description="a port from 1 to 65535"
    )
    at_once: int = Field(
        default=400,
        ge=10,
        le=10_000,
        validation_alias="JOURNEYWORK_AT_ONCE",
        description="how many requests may be under way at once, from 10 to 10000; others are told to come again",
    )
    backlog: int = Field(
        default=100_000,
        ge=100,
        le=10_000_000,
        validation_alias="JOURNEYWORK_BACKLOG",
        description="how many events may wait to be delivered before no more are taken, from 100 to 10000000",
    )

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        wanted = (
            ("JOURNEYWORK_OIDC_CLIENT_ID", self.oidc_client_id),
            ("JOURNEYWORK_OIDC_CLIENT_SECRET", self.oidc_client_secret),
        )
        missing = [name for name, value in wanted if not value]
        if self.oidc_issuer and missing:
            raise PydanticCustomError("needed_too", "{variable}", {"variable": missing[0]})
        return self


def _told(kind: type[Settings], error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    variable = str(first["loc"][0] if first["loc"] else first["msg"])
    wanted = next(field.description for field in kind.model_fields.values() if field.validation_alias == variable)
    problem = "is not set" if first["type"] in ("missing", "needed_too") else "is malformed"
    return f"{variable} {problem}. It must be {wanted}."
