"""The codec server: Temporal's UI and command ask here for payloads in plain, with a session or a key."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.security import HTTPAuthorizationCredentials
from google.protobuf.json_format import MessageToJson, Parse, ParseError
from temporalio.api.common.v1 import Payload, Payloads

from gateway.bodies import read_body
from gateway.console.visits import SignInFirst, visit_of
from gateway.keys import checked
from gateway.problems import ProblemError, answer, invalid, responses
from gateway.services import Codec, services_of
from schemas.console import ConsoleRole, is_at_least
from schemas.keys import Scope
from schemas.problems import ProblemCode

router = APIRouter(tags=["Temporal"])
MAX_BYTES = 4 * 1024 * 1024
ALLOWED = "authorization, content-type, x-namespace"


@router.post("/codec/decode", summary="Temporal's payloads in plain", responses=responses(401, 404, 413, 422))
async def decode(request: Request) -> Response:
    """For Temporal's UI and command: a director's session or a key with the scope admin opens it."""
    return await _answered(request, encode=False)


@router.post("/codec/encode", summary="Encrypt payloads for Temporal", responses=responses(401, 404, 413, 422))
async def encode(request: Request) -> Response:
    """The other way round."""
    return await _answered(request, encode=True)


@router.options("/codec/{way}", include_in_schema=False)
async def before(request: Request, way: str) -> Response:  # noqa: ARG001 - either
    """What a browser asks before the UI's page may ask."""
    return Response(status_code=204, headers=_cors(request))


async def _answered(request: Request, *, encode: bool) -> Response:
    try:
        codec = await _allowed(request)
        given = _payloads(await read_body(request, MAX_BYTES))
        made: Sequence[Payload] = await (codec.codec.encode(given) if encode else codec.codec.decode(given))
    except ProblemError as error:
        return answer(error.problem, {**error.headers, **_cors(request)})
    except ValueError as error:
        return answer(invalid("payloads", str(error)).problem, _cors(request))
    text = MessageToJson(Payloads(payloads=made), indent=None)
    return Response(text, media_type="application/json", headers={**_cors(request), "Cache-Control": "no-store"})


async def _allowed(request: Request) -> Codec:
    """Who may: whoever has a key for it, or a director who is signed in and comes from Temporal's UI or from here."""
    services = services_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        await checked(request, HTTPAuthorizationCredentials(scheme=scheme, credentials=token), Scope.ADMIN)
    else:
        await _check_session(request)
    if services.codec is None:
        raise ProblemError(ProblemCode.NOT_FOUND, "payloads are not encrypted here; set JOURNEYWORK_PAYLOAD_KEYS")
    named = request.headers.get("x-namespace", services.codec.namespace)
    if named != services.codec.namespace:
        raise invalid("X-Namespace", f"is not {services.codec.namespace}, the one that is decoded here")
    return services.codec


async def _check_session(request: Request) -> None:
    services = services_of(request)
    ours = {services.public_url, *([services.codec.ui] if services.codec and services.codec.ui else [])}
    origin = request.headers.get("origin")
    try:
        visit = await visit_of(request) if origin is None or origin in ours else None
    except SignInFirst:
        visit = None
    if visit is None:
        raise ProblemError(
            ProblemCode.UNAUTHORIZED,
            "sign in to the console in this browser, or send an API key in the header Authorization: Bearer <key>",
            headers={"WWW-Authenticate": 'Bearer realm="journeywork"'},
        )
    if not is_at_least(visit.staff.role, ConsoleRole.DIRECTOR):
        raise ProblemError(ProblemCode.FORBIDDEN, "directors alone see payloads in plain")


def _payloads(body: bytes) -> Sequence[Payload]:
    try:
        return Parse(body, Payloads()).payloads
    except (ParseError, UnicodeDecodeError):
        raise invalid("(body)", 'is no JSON of payloads; send {"payloads": [...]}') from None


def _cors(request: Request) -> dict[str, str]:
    codec = services_of(request).codec
    if codec is None or not codec.ui or request.headers.get("origin") != codec.ui:
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": codec.ui,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": ALLOWED,
        "Vary": "Origin",
    }
