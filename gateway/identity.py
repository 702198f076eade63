"""Who somebody is, by the word of the organisation's identity provider: OpenID Connect, authorization code with PKCE.

The provider is asked over HTTP for its settings (kept for an hour), its keys (kept until one is missing), and for the
token that a code stands for. What it says is believed only once the token's signature and every claim hold.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx2
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

log = structlog.get_logger("identity")

CALL_SECONDS = 5.0
"""For one call to the provider, and twice this for all that one sign-in needs."""
SETTINGS_KEPT = 3600.0
LEEWAY = 60
"""Seconds by which the provider's clock and ours may differ."""

SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by the provider's own key; none that the shared secret could make."""
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")

No = Literal["away", "refused", "not_verified"]
"""Why nobody is told of: the provider did not answer as it should; what it said does not hold; the address may be
anybody's."""


class NotToldError(Exception):
    """The provider told of nobody. `detail` is for the log and holds nothing of a person."""

    def __init__(self, no: No, detail: str) -> None:
        self.no: No = no
        super().__init__(detail)


class Asking(NamedTuple):
    """What one sign-in is known by: `state` comes back with the person, the rest shows that it is the same browser."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One identity provider. Safe to share between tasks of one event loop."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        back: str,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Take what the provider gave us and the address (`back`) that it knows as ours."""
        self._issuer, self._client_id, self._secret, self._back = issuer, client_id, client_secret, back
        self._transport = transport
        self._settings: dict[str, Any] = {}
        self._settings_until = 0.0
        self._keys: KeySet | None = None

    async def address(self, asking: Asking) -> str:
        """Where the person says to the provider who they are. Raises NotToldError (away)."""
        async with self._client() as client:
            settings = await self._known(client)
            client.code_challenge_method = "S256"
            address, _ = client.create_authorization_url(
                settings["authorization_endpoint"],
                state=asking.state,
                code_verifier=asking.verifier,
                nonce=asking.nonce,
            )
        return address

    async def way_out(self, then: str) -> str | None:
        """Where the person signs out of the provider itself; None when it has no such place. Raises NotToldError."""
        async with self._client() as client:
            end = (await self._known(client)).get("end_session_endpoint")
        asked = urlencode({"client_id": self._client_id, "post_logout_redirect_uri": then})
        return f"{end}{'&' if '?' in end else '?'}{asked}" if isinstance(end, str) and self._is_safe(end) else None

    async def email(self, asking: Asking, code: str, now: int) -> str:
        """The e-mail address, in lower case, of whom the code stands for; the provider has seen that it is theirs.

        `now` in seconds since 1970. Raises NotToldError.
        """
        async with self._client() as client:
            settings = await self._known(client)
            methods = settings.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" not in methods:
                client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - a method's name
            given: Any = await client.fetch_token(
                settings["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=asking.verifier,
                redirect_uri=self._back,
            )
            claims = await self._claims(client, given, asking.nonce, now)
            if "email" not in claims and isinstance(settings.get("userinfo_endpoint"), str):
                claims = await self._told_apart(client, settings["userinfo_endpoint"], claims)
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") not in (True, "true"):
            raise NotToldError("not_verified", "no verified e-mail address")
        return email.strip().lower()

    async def _claims(self, client: Any, given: Any, nonce: str, now: int) -> dict[str, Any]:
        """What the ID token says, once its signature and its claims hold."""
        token = given.get("id_token")
        if not isinstance(token, str):
            raise NotToldError("refused", "no ID token")
        try:
            signed = jwt.decode(token, self._keys or await self._fetch_keys(client), SIGNED_WITH)
        except InvalidKeyIdError:
            signed = jwt.decode(token, await self._fetch_keys(client), SIGNED_WITH)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": self._settings["issuer"]},
                "aud": {"essential": True, "values": [self._client_id]},
            },
            params={"nonce": nonce, "client_id": self._client_id, "access_token": given.get("access_token")},
        )
        claims.validate(now, LEEWAY)
        return dict(claims)

    async def _told_apart(self, client: Any, address: str, claims: dict[str, Any]) -> dict[str, Any]:
        """What the provider tells of the same person apart from the token, as some do."""
        told = await self._fetched(client, address, withhold_token=False)
        if told.get("sub") != claims["sub"]:
            raise NotToldError("refused", "somebody else's details")
        return told

    async def _known(self, client: Any) -> dict[str, Any]:
        if time.monotonic() >= self._settings_until:
            told = await self._fetched(client, get_well_known_url(self._issuer, external=True))
            if any(not isinstance(told.get(name), str) for name in NEEDED):
                raise NotToldError("away", "settings are not whole")
            if told["issuer"].rstrip("/") != self._issuer.rstrip("/"):
                raise NotToldError("away", "settings of another issuer")
            if not all(self._is_safe(told[name]) for name in NEEDED):
                raise NotToldError("away", "an address without https")
            self._settings, self._settings_until = told, time.monotonic() + SETTINGS_KEPT
        return self._settings

    async def _fetch_keys(self, client: Any) -> KeySet:
        told = await self._fetched(client, self._settings["jwks_uri"])
        ours = [one for one in told["keys"] if one.get("kty") in ("RSA", "EC") and one.get("use", "sig") == "sig"]
        self._keys = KeySet.import_key_set({"keys": ours})
        return self._keys

    async def _fetched(self, client: Any, address: str, *, withhold_token: bool = True) -> dict[str, Any]:
        answer: httpx2.Response = await client.request("GET", address, withhold_token=withhold_token)
        answer.raise_for_status()
        told: Any = answer.json()
        return dict(told)

    def _is_safe(self, address: str) -> bool:
        return urlsplit(address).scheme == "https" or urlsplit(self._issuer).scheme == "http"

    @asynccontextmanager
    async def _client(self) -> AsyncGenerator[Any]:
        """A client for one sign-in; whatever goes wrong within leaves as NotToldError."""
        client: Any = AsyncOAuth2Client(
            self._client_id,
            self._secret,
            scope="openid email",
            redirect_uri=self._back,
            transport=self._transport,
            timeout=CALL_SECONDS,
        )
        try:
            async with asyncio.timeout(2 * CALL_SECONDS), client:
                yield client
        except NotToldError as no:
            log.warning("nobody is signed in", why=no.no, detail=str(no))
            raise
        except (JoseError, OAuthError) as error:
            log.warning("nobody is signed in", why="refused", detail=error.error)
            raise NotToldError("refused", str(error.error)) from error
        except (httpx2.HTTPError, TimeoutError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("the identity provider does not answer as it should", fault=type(error).__name__)
            raise NotToldError("away", type(error).__name__) from error
