"""Every role on every page of the console: a new page without a row here fails."""

import pytest

from gateway.console.site import every_page
from records.health import borrow
from tests.gateway.console.visitor import (
    COORDINATOR,
    DIRECTOR,
    OTHER_COORDINATOR,
    OTHER_SPECIALIST,
    SPECIALIST,
    TEACHER,
    Visitor,
)
from tests.gateway.desk import Desk

ROLES = {
    "reader": TEACHER,
    "career_specialist": SPECIALIST,
    "other_specialist": OTHER_SPECIALIST,
    "coordinator": COORDINATOR,
    "other_coordinator": OTHER_COORDINATOR,
    "director": DIRECTOR,
}
STAFF = frozenset(ROLES)
NEAR = STAFF - {"other_specialist", "other_coordinator"}
ACTING = STAFF - {"reader"}
COORDINATING = frozenset({"coordinator", "other_coordinator", "director"})
COORDINATING_IT = COORDINATING - {"other_coordinator"}
"""Whoever uploaded the file, coordinates for the learner, or answers for it all."""
OWN = frozenset({"career_specialist", "director"})
"""Who may look at what the Career Specialist did: herself, and whoever answers for it all."""

OPEN = STAFF | {"nobody"}
ROWS: dict[tuple[str, str], tuple[frozenset[str], int]] = {
    ("GET", "/"): (OPEN, 404),
    ("GET", "/console"): (STAFF, 404),
    ("GET", "/console/{rest:path}"): (frozenset(), 404),
    ("GET", "/console/sign-in"): (OPEN, 404),
    ("POST", "/console/sign-in"): (OPEN, 404),
    ("GET", "/console/sign-in/{token}"): (OPEN, 404),
    ("POST", "/console/sign-in/{token}"): (OPEN, 404),
    ("GET", "/console/sign-in/account"): (OPEN, 404),
    ("GET", "/console/sign-in/account/back"): (OPEN, 404),
    ("GET", "/console/sign-in/account/out"): (OPEN, 404),
    ("POST", "/console/sign-out"): (STAFF, 404),
    ("GET", "/console/placements/{id}"): (NEAR, 404),
    ("POST", "/console/placements/{id}/answer"): (NEAR - {"reader"}, 404),
    ("GET", "/console/season"): (STAFF, 404),
    ("GET", "/console/caseload.csv"): (ACTING, 403),
    ("GET", "/console/caseload.xlsx"): (ACTING, 403),
    **{
        ("GET", f"/console/{kind}.{form}"): (ACTING, 403)
        for kind in ("offers", "hosts", "incidents")
        for form in ("csv", "xlsx")
    },
    ("GET", "/console/acts"): (ACTING, 403),
    ("POST", "/console/acts"): (ACTING, 403),
    ("GET", "/console/acts/new"): (ACTING, 403),
    ("GET", "/console/acts/{id}"): (OWN, 404),
    ("POST", "/console/acts/{id}/confirm"): (frozenset({"career_specialist"}), 404),
    ("GET", "/console/offers"): (ACTING, 403),
    ("GET", "/console/offers/{id}"): (ACTING, 403),
    ("POST", "/console/offers/{id}/answer"): (ACTING, 403),
    ("GET", "/console/hosts"): (ACTING, 403),
    ("GET", "/console/hosts/{id}"): (ACTING, 403),
    ("POST", "/console/hosts/{id}/answer"): (ACTING, 403),
    ("GET", "/console/incidents"): (ACTING, 403),
    ("GET", "/console/incidents/{id}"): (NEAR - {"reader"}, 404),
    ("POST", "/console/incidents/{id}/answer"): (NEAR - {"reader"}, 404),
    ("GET", "/console/placements/{id}/documents/{name}.pdf"): (NEAR - {"reader"}, 404),
    ("GET", "/console/placements/{id}/files/{file_id}"): (NEAR - {"reader"}, 404),
    ("GET", "/console/imports"): (COORDINATING, 403),
    ("POST", "/console/imports"): (COORDINATING, 403),
    ("GET", "/console/imports/{id}"): (COORDINATING_IT, 404),
    ("GET", "/console/imports/{id}/rejected.csv"): (COORDINATING_IT, 404),
    ("POST", "/console/imports/{id}/confirm"): (COORDINATING_IT, 404),
    ("GET", "/console/learners/{id}/disclosures"): (COORDINATING_IT, 404),
    ("GET", "/console/learners/{id}/disclosures.csv"): (COORDINATING_IT, 404),
    ("GET", "/console/duplicates"): (frozenset({"director"}), 403),
    ("POST", "/console/duplicates"): (frozenset({"director"}), 403),
}
"""Who may, and what the others get; whoever is not signed in is sent to sign in."""

PASSED = {200, 303, 409, 410, 422}
"""What a page answers to somebody who may: the forms sent here say too little, the link to sign in is none,
the certificate is not ready. Of sign-in with an account there is nothing where no provider is configured."""


def test_every_page_has_a_row() -> None:
    assert every_page() == set(ROWS)


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
async def test_each_role_may_what_its_row_says(office: Desk, ids: dict[str, str], role: str) -> None:
    visitor = Visitor(office)
    for (method, path), (allowed, denied) in sorted(ROWS.items()):
        if role != "nobody" and not (await visitor.http.get("/console")).is_success:
            await visitor.sign_in(ROLES[role])
        kind = path.split("/")[2] if path.count("/") > 1 else ""
        address = path.replace("{id}", ids.get(kind, "")).replace("{token}", "none")
        address = address.replace("{name}", "certificate").replace("{file_id}", ids["file_id"])
        address = address.replace("{rest:path}", "nowhere").replace("/acts/new", "/acts/new?act=remind&id=pl-101")
        if method == "GET":
            answer = await visitor.get(address)
        elif path == "/console/imports":
            key = await visitor.key("/console" if role != "nobody" else "/console/sign-in")
            answer = await visitor.http.post(address, data={"key": key}, files={"file": ("a.csv", b"")})
        else:
            fields = {"act": "remind", "id": "pl-101", "request": "host_confirmation"}
            answer = await visitor.post(address, at="/console" if role != "nobody" else "/console/sign-in", **fields)
        to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/console/sign-in?next=")
        if role == "nobody" and role not in allowed and path != "/console/{rest:path}":
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/console/sign-in"), (method, path)
        elif role in allowed:
            may_be_none = path.endswith("/answer") or path.startswith("/console/sign-in/account")
            assert answer.status_code in PASSED or (may_be_none and answer.status_code == 404), (
                method,
                path,
                answer.status_code,
            )
            assert not to_sign_in
        else:
            assert answer.status_code in {denied, 403}, (method, path, answer.status_code)


async def test_an_act_reaches_no_further_than_ones_sight(office: Desk, ids: dict[str, str]) -> None:
    assert ids
    visitor = await Visitor(office).sign_in(OTHER_SPECIALIST)
    answer = await visitor.post("/console/acts", act="withdraw", id="pl-101", reason="other", note="x")

    assert answer.status_code in {200, 422}
    assert "Nothing was ticked" in answer.text
    async with borrow(office.pool) as conn:
        assert await conn.fetchval("select count(*) from staff_acts where person_id = $1", OTHER_SPECIALIST[0]) == 0
