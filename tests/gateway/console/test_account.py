"""Signing in at an identity provider: only for known staff, once, in the browser that began it."""

import dataclasses
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from gateway.identity import Provider
from tests.gateway.console.identity_provider import BACK, CLIENT, FORGED_KEY, ISSUER, NEWER_KEY, IdentityProvider
from tests.gateway.console.visitor import SPECIALIST, Visitor
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of

START = "/console/sign-in/account"
MAIL = SPECIALIST[1]


@pytest.fixture
async def idp(office: Desk) -> AsyncIterator[IdentityProvider]:
    """Yield the provider that the gateway asks."""
    made, services = IdentityProvider(), office.app.state.services
    made.now = int(office.now.timestamp())
    office.app.state.services = dataclasses.replace(services, provider=provider_at(made))
    yield made
    office.app.state.services = services


def provider_at(idp: IdentityProvider, issuer: str = ISSUER) -> Provider:
    return Provider(issuer, *CLIENT, back=BACK, transport=idp.transport())


async def come_back(visitor: Visitor, idp: IdentityProvider, email: str = MAIL, start: str = START) -> httpx2.Response:
    """Begin, say at the provider who one is, and come back."""
    begun = await visitor.get(start)
    assert begun.status_code == 303, begun.text
    return await visitor.get(idp.agrees(begun.headers["location"], email))


async def test_staff_sign_in_with_their_account_come_where_they_wanted_and_sign_out_of_both(
    visitor: Visitor, idp: IdentityProvider
) -> None:
    wanted = "/console/placements/pl-101?x=1"
    offered = await visitor.page("/console/sign-in", next=wanted)
    assert 'href="/console/sign-in/account?next=%2Fconsole%2Fplacements%2Fpl-101%3Fx%3D1"' in offered

    entered = await come_back(visitor, idp, MAIL.upper(), f"{START}?next=%2Fconsole%2Fplacements%2Fpl-101%3Fx%3D1")
    assert (entered.status_code, entered.headers["location"]) == (303, wanted)
    assert "Denise Whitfield, Career Specialist" in await visitor.page("/console")

    assert (await visitor.post("/console/sign-out")).headers["location"] == "/console/sign-in?out=1"
    assert "/console/sign-in/account/out" in await visitor.page("/console/sign-in?out=1")
    out = (await visitor.get(f"{START}/out")).headers["location"]
    assert out.startswith(f"{ISSUER}/out?")
    assert parse_qs(urlsplit(out).query) == {
        "client_id": [CLIENT[0]],
        "post_logout_redirect_uri": ["http://people.example/console/sign-in?out=1"],
    }


async def test_where_no_provider_is_configured_there_is_no_button_and_no_address(visitor: Visitor) -> None:
    assert START not in await visitor.page("/console/sign-in")
    for path in (START, f"{START}/back?code=1&state=2", f"{START}/out"):
        assert (await visitor.get(path)).status_code == 404


@pytest.mark.parametrize("next_", ["https://evil.example/console", "//evil.example", "/console\\evil", "/f/x"])
async def test_nobody_is_sent_elsewhere_afterwards(visitor: Visitor, idp: IdentityProvider, next_: str) -> None:
    begun = await visitor.get(START, next=next_)
    entered = await visitor.get(idp.agrees(begun.headers["location"], MAIL))
    assert (entered.status_code, entered.headers["location"]) == (303, "/console")


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "the nonce of another sign-in": ({"nonce": "x"}, 403, "did not vouch"),
    "no nonce": ({"nonce": None}, 403, "did not vouch"),
    "a token for another application": ({"aud": "other"}, 403, "did not vouch"),
    "a token for several, by another": ({"aud": [CLIENT[0], "other"], "azp": "other"}, 403, "did not vouch"),
    "another issuer": ({"iss": "https://evil.example"}, 403, "did not vouch"),
    "an expired token": ({"exp": 1}, 403, "did not vouch"),
    "a token without an end": ({"exp": None}, 403, "did not vouch"),
    "a token of tomorrow": ({"iat": 4_000_000_000}, 403, "did not vouch"),
    "another access token": ({"at_hash": "x"}, 403, "did not vouch"),
    "an unverified address": ({"email_verified": False}, 403, "is not confirmed"),
    "an address of which nothing is said": ({"email_verified": None}, 403, "is not confirmed"),
    "an unknown address": ({"email": "new@example.org"}, 403, "has the address new@example.org"),
    "a student's address": ({"email": "adaeze.obi@example.org"}, 403, "Ask a coordinator or director"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_does_not_hold_signs_nobody_in(visitor: Visitor, idp: IdentityProvider, case: str) -> None:
    idp.claims, status, told = REFUSED[case]
    answer = await come_back(visitor, idp)

    assert answer.status_code == status
    assert told in answer.text
    page_of(answer.text)
    assert (await visitor.get("/console")).status_code == 303


async def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(visitor: Visitor, idp: IdentityProvider) -> None:
    idp.signs_with = FORGED_KEY
    assert "did not vouch" in (await come_back(visitor, idp)).text

    unsigned = "eyJhbGciOiJub25lIn0.e30."
    with_the_secret = jwt.encode({"alg": "HS256"}, {"sub": "u-1"}, OctKey.import_key(CLIENT[1]), ["HS256"])
    for token in (unsigned, with_the_secret, "x", 7):
        begun = await visitor.get(START)
        back = idp.agrees(begun.headers["location"], MAIL)
        idp.fault = httpx2.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": token})
        assert (await visitor.get(back)).status_code == 403
        idp.fault = None
    assert (await visitor.get("/console")).status_code == 303


async def test_a_way_back_works_once_in_time_and_in_the_browser_that_began(
    office: Desk, visitor: Visitor, idp: IdentityProvider
) -> None:
    begun = await visitor.get(START)
    back = idp.agrees(begun.headers["location"], MAIL)
    stranger = Visitor(office)
    assert "Please begin again" in (await stranger.get(back)).text
    assert (await visitor.get(back)).headers["location"] == "/console"
    again = await visitor.get(back)
    assert (again.status_code, "Please begin again" in again.text) == (403, True)
    page_of(again.text)

    begun = await stranger.get(START)
    back = idp.agrees(begun.headers["location"], MAIL)
    office.wait(minutes=11)
    assert "Please begin again" in (await stranger.get(back)).text

    begun = await stranger.get(START)
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    assert (await stranger.get(f"{START}/back?code=x&state=9{state}")).status_code == 403
    begun = await stranger.get(START)
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    assert "You are not signed in" in (await stranger.get(f"{START}/back?error=access_denied&state={state}")).text
    assert (await stranger.get("/console")).status_code == 303


@pytest.mark.parametrize(
    "fault", [httpx2.ConnectTimeout("slow"), httpx2.Response(502, text="x"), httpx2.Response(200, text="<p>")]
)
async def test_a_provider_that_does_not_answer_gives_a_page_that_says_so(
    visitor: Visitor, idp: IdentityProvider, fault: Exception | httpx2.Response
) -> None:
    idp.fault = fault
    answer = await visitor.get(f"{START}?lang=es")
    assert answer.status_code == 503
    assert "Ahora no se puede comprobar su cuenta" in answer.text
    page_of(answer.text)

    idp.fault = None
    begun = await visitor.get(START)
    back = idp.agrees(begun.headers["location"], MAIL)
    idp.fault = fault
    answer = await visitor.get(back)
    assert answer.status_code == 503
    page_of(answer.text)


async def test_settings_of_another_issuer_or_without_https_are_not_followed(
    office: Desk, visitor: Visitor, idp: IdentityProvider
) -> None:
    for wrong in ({"issuer": "https://evil.example"}, {"token_endpoint": "http://login.example.org/token"}):
        idp.settings = wrong
        office.app.state.services = dataclasses.replace(office.app.state.services, provider=provider_at(idp))
        assert (await visitor.get(START)).status_code == 503


async def test_new_keys_are_fetched_settings_are_kept_and_details_may_be_told_apart(
    visitor: Visitor, idp: IdentityProvider
) -> None:
    idp.settings = {"token_endpoint_auth_methods_supported": ["client_secret_post"], "issuer": f"{ISSUER}/"}
    idp.claims = {"iss": f"{ISSUER}/"}
    assert (await come_back(visitor, idp)).status_code == 303
    idp.keys.append(NEWER_KEY)
    idp.claims |= {"email": None}
    idp.userinfo = {"sub": "u-1", "email": MAIL, "email_verified": "true"}
    assert (await come_back(visitor, idp)).status_code == 303
    assert (idp.asked.count("/.well-known/openid-configuration"), idp.asked.count("/keys")) == (1, 2)
    idp.userinfo["sub"] = "u-2"
    assert "did not vouch" in (await come_back(visitor, idp)).text
