"""Who may call which route of the API: every route names the scope that a key must have for it."""

import secrets
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from gateway.problems import ProblemError
from gateway.services import Services, services_of
from records import api_keys
from records.health import borrow
from schemas.keys import ROOT, Caller, Scope
from schemas.problems import ProblemCode

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="API key",
    description="JOURNEYWORK_API_KEY, or a key that `journeywork keys create` made, as a Bearer token",
)


async def _check_key(
    request: Request, needed: SecurityScopes, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Services:
    """Let only callers with a key in that is good for this route. Raises ProblemError (401, 403)."""
    services = services_of(request)
    caller = await _caller(services, given.credentials if given is not None else "")
    if caller is None:
        raise ProblemError(
            ProblemCode.UNAUTHORIZED,
            "send an API key in the header Authorization: Bearer <key>",
            headers={"WWW-Authenticate": 'Bearer realm="journeywork"'},
        )
    missing = [scope for scope in needed.scopes if not caller.may(Scope(scope))]
    if missing:
        said = " ".join(needed.scopes)
        raise ProblemError(
            ProblemCode.FORBIDDEN,
            f"this key lacks the scope {', '.join(missing)}; use one that has it (journeywork keys create --scope)",
            headers={"WWW-Authenticate": f'Bearer realm="journeywork", error="insufficient_scope", scope="{said}"'},
        )
    if caller.organisations is None:
        return replace(services, caller=caller)
    if Scope.ADMIN in needed.scopes:
        raise ProblemError(ProblemCode.FORBIDDEN, "this key is limited to some schools; this is not theirs alone")
    return replace(services.within(caller.organisations), caller=caller)


async def _caller(services: Services, token: str) -> Caller | None:
    if secrets.compare_digest(token.encode(), services.api_key.encode()):
        return ROOT
    if not token.startswith(api_keys.START):
        return None
    async with borrow(services.pool) as conn:
        return await api_keys.caller(conn, token, services.now())


async def checked(request: Request, given: HTTPAuthorizationCredentials, scope: Scope) -> Services:
    """The services, for a route that more than a key opens. Raises ProblemError (401, 403)."""
    return await _check_key(request, SecurityScopes([scope]), given)


def needs(scope: Scope) -> Any:
    """A route's parameter for its services, when its scope is not known where it is written."""
    return Security(_check_key, scopes=[scope])


Keyed = Annotated[Services, needs(Scope.ADMIN)]
"""For routes that no other scope opens."""

AnyKey = Annotated[Services, Security(_check_key, scopes=[])]
"""For routes that tell what Journeywork ships, and nothing of anybody."""

EventsIn = Annotated[Services, needs(Scope.EVENTS_WRITE)]
EventsOut = Annotated[Services, needs(Scope.EVENTS_READ)]
OfPlacements = Annotated[Services, needs(Scope.PLACEMENTS_READ)]
OfDocuments = Annotated[Services, needs(Scope.DOCUMENTS_READ)]
OfIncidents = Annotated[Services, needs(Scope.INCIDENTS_READ)]
OfHosts = Annotated[Services, needs(Scope.HOSTS_READ)]
