"""A small identity provider in the test's own process: real RS256 keys, real PKCE, and lies where a test says so."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

ISSUER = "https://login.example.org"
CLIENT = ("journeywork", "a long & odd secret")
KEY, NEWER_KEY, FORGED_KEY = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("k1", "k2", "k1"))
BACK = "http://people.example/console/sign-in/account/back"


class IdentityProvider:
    """Answers as a transport. `claims` are put over the ID token's own; None takes one away."""

    def __init__(self, issuer: str = ISSUER) -> None:
        self.issuer, self.now = issuer, 0
        self.keys = [KEY]
        self.settings: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.fault: Exception | httpx2.Response | None = None
        self.signs_with: RSAKey | None = None
        self.asked: list[str] = []

    def transport(self) -> httpx2.AsyncBaseTransport:
        return httpx2.MockTransport(self._answer)

    def agrees(self, address: str, email: str) -> str:
        """Where the person is sent back to, once they have said here who they are."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", CLIENT[0], BACK)
        assert set(asked["scope"].split()) == {"openid", "email"}
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**asked, "email": email}
        return f"/console/sign-in/account/back?code={code}&state={asked['state']}"

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path)
        if isinstance(self.fault, Exception):
            raise self.fault
        if self.fault is not None:
            return self.fault
        match request.url.path:
            case "/.well-known/openid-configuration":
                told = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
                told |= {"userinfo_endpoint": "me", "end_session_endpoint": "out"}
                addresses = {name: f"{self.issuer}/{path}" for name, path in told.items()}
                return httpx2.Response(200, json={"issuer": self.issuer, **addresses, **self.settings})
            case "/keys":
                return httpx2.Response(200, json=KeySet(list(self.keys)).as_dict(private=False))
            case "/me":
                assert request.headers["authorization"] == "Bearer at-1"
                return httpx2.Response(200, json=self.userinfo)
            case _:
                return self._token(request)

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        user = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        given = user or f"{sent.get('client_id')}:{sent.get('client_secret')}"
        asked = self.codes.pop(sent["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        if given != ":".join(CLIENT) or asked is None or proof != asked["code_challenge"]:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        claims = {
            "iss": self.issuer,
            "sub": "u-1",
            "aud": CLIENT[0],
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
            "email": asked["email"],
            "email_verified": True,
            **self.claims,
        }
        told = json.loads(json.dumps({name: value for name, value in claims.items() if value is not None}))
        token = jwt.encode({"alg": "RS256", "kid": self.keys[-1].kid}, told, self.signs_with or self.keys[-1])
        return httpx2.Response(200, json={"access_token": "at-1", "token_type": "Bearer", "id_token": token})
