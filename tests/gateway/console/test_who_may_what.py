"""Every role on every page of the console: a new page without a row here fails."""

import httpx2
import pytest

from gateway.console.site import every_page
from records.health import borrow
from tests.gateway.console.visitor import COORDINATOR, DIRECTOR, OTHER_SPECIALIST, SPECIALIST, TEACHER, Visitor
from tests.gateway.desk import Desk

ROLES = {
    "reader": TEACHER,
    "career_specialist": SPECIALIST,
    "other_specialist": OTHER_SPECIALIST,
    "coordinator": COORDINATOR,
    "director": DIRECTOR,
}
STAFF = frozenset(ROLES)
NEAR = STAFF - {"other_specialist"}
ACTING = STAFF - {"reader"}
COORDINATING = frozenset({"coordinator", "director"})
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
    ("POST", "/console/sign-out"): (STAFF, 404),
    ("GET", "/console/placements/{id}"): (NEAR, 404),
    ("POST", "/console/placements/{id}/answer"): (NEAR - {"reader"}, 404),
    ("GET", "/console/season"): (STAFF, 404),
    ("GET", "/console/caseload.csv"): (ACTING, 403),
    ("GET", "/console/caseload.xlsx"): (ACTING, 403),
    ("GET", "/console/acts"): (ACTING, 403),
    ("POST", "/console/acts"): (ACTING, 403),
    ("GET", "/console/acts/new"): (ACTING, 403),
    ("GET", "/console/acts/{id}"): (OWN, 404),
    ("POST", "/console/acts/{id}/confirm"): (frozenset({"career_specialist"}), 404),
    ("GET", "/console/imports"): (COORDINATING, 403),
    ("POST", "/console/imports"): (COORDINATING, 403),
    ("GET", "/console/imports/{id}"): (COORDINATING, 403),
    ("GET", "/console/imports/{id}/rejected.csv"): (COORDINATING, 403),
    ("POST", "/console/imports/{id}/confirm"): (COORDINATING, 403),
}
"""Who may, and what the others get; whoever is not signed in is sent to sign in."""

PASSED = {200, 303, 410, 422}
"""What a page answers to somebody who may: the forms sent here say too little, the link to sign in is none."""


def test_every_page_has_a_row() -> None:
    assert every_page() == set(ROWS)


@pytest.fixture(scope="module")
async def ids(office: Desk) -> dict[str, str]:
    """Give an id for each kind of page: an act of the specialist of pl-101, an import of the coordinator."""
    async with borrow(office.pool) as conn:
        await conn.execute(
            "insert into advisers (learner_id, person_id, role, status) "
            "select learner_id, $1, 'teacher', 'active' from placements where id = 'pl-101' on conflict do nothing",
            TEACHER[0],
        )
    visitor = await Visitor(office).sign_in(SPECIALIST)
    planned = await visitor.post(
        "/console/acts", act="suspend", id="pl-101", reason="other", resume_by="2027-07-01", note="x"
    )
    coordinator = await Visitor(office).sign_in(COORDINATOR)
    looked_through = await coordinator.http.post(
        "/console/imports",
        data={"key": await coordinator.key("/console/imports"), "kind": "employers"},
        files={"file": ("a.csv", b"a,b\n1,2\n")},
    )
    made = {"acts": planned, "imports": looked_through}
    return {"placements": "pl-101", **{kind: last_part(answer) for kind, answer in made.items()}}


def last_part(answer: httpx2.Response) -> str:
    """The id of what was made, from the address that leads there."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
async def test_each_role_may_what_its_row_says(office: Desk, ids: dict[str, str], role: str) -> None:
    visitor = Visitor(office)
    for (method, path), (allowed, denied) in sorted(ROWS.items()):
        if role != "nobody" and not (await visitor.http.get("/console")).is_success:
            await visitor.sign_in(ROLES[role])
        kind = path.split("/")[2] if path.count("/") > 1 else ""
        address = path.replace("{id}", ids.get(kind, "")).replace("{token}", "none")
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
            own = path.endswith("/answer")
            assert answer.status_code in PASSED or (own and answer.status_code == 404), (
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
    assert "No placement was ticked" in answer.text
    async with borrow(office.pool) as conn:
        assert await conn.fetchval("select count(*) from staff_acts where person_id = $1", OTHER_SPECIALIST[0]) == 0
