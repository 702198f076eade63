"""What the gateway's routes work with, made once and passed to them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from gateway.delivery import Deliverer
from gateway.health import Health
from gateway.letters import Letters
from gateway.problems import ProblemError
from records.pool import Pool
from schemas.problems import ProblemCode

INLINE_SECONDS = 2.0
"""How long whoever sends an event waits for the lifecycle's answer before it is left to the dispatcher."""


def real_now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """`public_url` is the address people reach; `now` tells real time; `rehearsals`: clocks may run fast.

    `letters` is how the gateway's own mail leaves.
    """

    pool: Pool
    deliverer: Deliverer
    health: Health
    api_key: str = field(repr=False)
    public_url: str
    rehearsals: bool = False
    letters: Letters = field(default_factory=lambda: Letters(None))
    patience: float = INLINE_SECONDS
    now: Callable[[], datetime] = real_now


def services_of(request: Request) -> Services:
    """The application's services."""
    services: Services = request.app.state.services
    return services


_bearer = HTTPBearer(auto_error=False, scheme_name="API key", description="JOURNEYWORK_API_KEY as a Bearer token")


def check_key(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Services:
    """Let only callers with the API key in. Raises ProblemError (401)."""
    services = services_of(request)
    token = given.credentials if given is not None else ""
    if not secrets.compare_digest(token.encode(), services.api_key.encode()):
        raise ProblemError(
            ProblemCode.UNAUTHORIZED,
            "send the API key in the header Authorization: Bearer <key>",
            headers={"WWW-Authenticate": 'Bearer realm="journeywork"'},
        )
    return services


Open = Annotated[Services, Depends(services_of)]
"""For routes that everybody may call."""

Keyed = Annotated[Services, Depends(check_key)]
"""For routes that need the API key."""
