"""Every route of the gateway has a row that says what opens it, and nothing shows a learner of another school."""

import io
import zipfile

import pytest

from records import around, caseload, season, sight
from records.health import borrow
from schemas.keys import Scope
from tests.gateway.console.test_who_may_what import ROWS
from tests.gateway.console.visitor import COORDINATOR, DIRECTOR, FORM, OTHER_SPECIALIST, SPECIALIST, TEACHER, Visitor
from tests.gateway.desk import KEY, Desk
from tests.gateway.keys import key_with
from tests.gateway.test_app import routes

BY_SESSION_OR_KEY = {("POST", "/codec/decode"), ("POST", "/codec/encode")}
"""The codec server: tests/gateway/console/test_codec.py says whom it answers."""

FOR_ALL = {("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/healthz"), ("GET", "/readyz")}
_CASES = ("placements", "opportunities", "partnerships", "incidents")
_SCOPE = {
    "placements": Scope.PLACEMENTS_READ,
    "opportunities": Scope.HOSTS_READ,
    "partnerships": Scope.HOSTS_READ,
    "incidents": Scope.INCIDENTS_READ,
}
BY_KEY: dict[tuple[str, str], Scope | None] = {
    ("GET", "/events/types"): None,
    ("GET", "/programs"): None,
    ("POST", "/events"): Scope.EVENTS_WRITE,
    ("POST", "/events/preview"): Scope.EVENTS_WRITE,
    ("GET", "/inbox/{event_id}"): Scope.EVENTS_WRITE,
    ("GET", "/events"): Scope.EVENTS_READ,
    ("GET", "/inbox"): Scope.ADMIN,
    ("POST", "/inbox/{event_id}/replay"): Scope.ADMIN,
    ("POST", "/inbox/replay"): Scope.ADMIN,
    **{("GET", f"/{one}{rest}"): _SCOPE[one] for one in _CASES for rest in ("", "/{id}", "/{id}/timeline")},
    ("GET", "/placements/{id}/skill-gain"): Scope.PLACEMENTS_READ,
    ("GET", "/placements/{id}/documents"): Scope.DOCUMENTS_READ,
    ("GET", "/placements/{id}/documents/{name}.pdf"): Scope.DOCUMENTS_READ,
    ("GET", "/placements/{id}/files"): Scope.DOCUMENTS_READ,
    ("GET", "/placements/{id}/files/{file_id}"): Scope.DOCUMENTS_READ,
    **{("GET", f"/people/{{id}}/{one}"): Scope.ADMIN for one in ("export", "erasure")},
    ("POST", "/people/{id}/erase"): Scope.ADMIN,
    ("PUT", "/people/{id}/hold"): Scope.ADMIN,
    ("DELETE", "/people/{id}/hold"): Scope.ADMIN,
    **{(method, "/webhooks"): Scope.ADMIN for method in ("GET", "POST")},
    **{(method, "/webhooks/{id}"): Scope.ADMIN for method in ("GET", "PATCH", "DELETE")},
    **{("POST", f"/webhooks/{{id}}/{one}"): Scope.ADMIN for one in ("secrets", "redeliver", "test")},
    ("DELETE", "/webhooks/{id}/secrets/{secret_id}"): Scope.ADMIN,
    **{("GET", f"/webhooks/{{id}}/deliveries{one}"): Scope.ADMIN for one in ("", "/{delivery_id}")},
    ("POST", "/webhooks/{id}/deliveries/{delivery_id}/redeliver"): Scope.ADMIN,
}
"""The API: a system's key with this scope opens it (None: any key), no person's session does."""

_OF = "/of/{lifecycle}/{id}/{request_id}"
BY_LINK = {
    *{(method, f"/f/{{token}}{rest}") for method in ("GET", "POST") for rest in ("", _OF, "/wrong", f"{_OF}/wrong")},
    *{(method, f"/f/{{token}}/{one}") for method in ("GET", "POST") for one in ("later", "calendar", "reach")},
    *{("POST", f"/f/{{token}}/{one}") for one in ("renew",)},
    ("HEAD", "/f/{token}"),
    ("GET", "/f/{token}/all"),
    ("GET", "/calendar/{token}.ics"),
}
"""What a secret in the address opens, to whoever it was mailed to."""
BY_SIGNATURE = {("POST", "/texts/received")}
"""What the provider of text messages signs: tests/gateway/test_stopped_texts.py."""


def filled(path: str, ids: dict[str, str]) -> str:
    """The address of a path, about the placement pl-101."""
    room = path.split("/")[2] if path.startswith("/console/") else ""
    parts = {"id": ids.get(room, "pl-101"), "event_id": "e-1", "name": "agreement", "lifecycle": "placement"}
    parts |= {"file_id": ids["file_id"], "request_id": "host_confirmation", "token": "x" * 43, "rest:path": "x"}
    for name, value in parts.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def test_every_route_has_a_row(office: Desk) -> None:
    assert routes(office) == set(ROWS) | FOR_ALL | set(BY_KEY) | BY_SESSION_OR_KEY | BY_LINK | BY_SIGNATURE


def test_every_route_of_the_api_names_the_scope_of_its_row(office: Desk) -> None:
    described = office.app.openapi()["paths"]
    for (method, path), scope in BY_KEY.items():
        security = described[path][method.lower()].get("security")
        assert security == [{"API key": [scope] if scope else []}], (method, path, "declares no scope, or another")


@pytest.mark.parametrize("scope", Scope)
async def test_a_key_opens_the_routes_of_its_scope_and_no_other(
    office: Desk, ids: dict[str, str], scope: Scope
) -> None:
    headers = {"Authorization": f"Bearer {await key_with(office, scope)}"}
    for (method, path), needed in sorted(BY_KEY.items()):
        answer = await office.person.request(method, filled(path, ids), headers=headers)
        if needed in {None, scope} or scope is Scope.ADMIN:
            assert answer.status_code not in {401, 403}, (method, path)
            continue
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path)
        assert needed in answer.json()["detail"]
        assert f'scope="{needed}"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("who", [SPECIALIST, DIRECTOR], ids=["career_specialist", "director"])
async def test_a_session_opens_neither_the_api_nor_anybodys_link(
    office: Desk, ids: dict[str, str], who: tuple[str, str]
) -> None:
    visitor = await Visitor(office).sign_in(who)
    for method, path in sorted(BY_KEY):
        answer = await visitor.http.request(method, filled(path, ids))
        assert answer.status_code == 401, (method, path)
    for method, path in sorted(BY_LINK):
        content = "a=b" if method == "POST" else None
        answer = await visitor.http.request(method, filled(path, ids), content=content, headers=FORM)
        assert answer.status_code in {403, 404, 410}, (method, path, answer.status_code)


async def test_the_key_opens_no_page_of_the_console(office: Desk, ids: dict[str, str]) -> None:
    for (method, path), (allowed, _) in ROWS.items():
        if "nobody" in allowed or path == "/console/{rest:path}":
            continue
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = await office.person.request(method, filled(path, ids), headers=headers)
        assert answer.status_code in {303, 403}, (method, path)


async def test_a_specialist_meets_no_learner_of_another_school_on_any_page_file_or_guessed_address(
    office: Desk, ids: dict[str, str]
) -> None:
    async with borrow(office.pool) as conn:
        await conn.execute(
            "update people set family_name = 'Quetzalcoatl' from placements where placements.id = 'pl-101' "
            "and people.id = learner_id"
        )
    guessed = [filled(path, ids) for method, path in ROWS if method == "GET"]
    guessed += [
        f"/console{rest}{ask}"
        for rest in ("", "/caseload.csv", "/caseload.xlsx", "/incidents", "/offers", "/hosts", "/acts/new", "/season")
        for ask in ("?school=org-0101", "?q=pl-101&show=all", "?act=remind&id=pl-101", "?act=remind&whole=1&show=all")
    ]
    own, other = [await Visitor(office).sign_in(who) for who in (SPECIALIST, OTHER_SPECIALIST)]
    assert "Quetzalcoatl" in await own.page("/console")
    for address in guessed:
        answer = await other.get(address)
        assert "Quetzalcoatl" not in readable(answer.content), address


OTHERS = {
    ("GET", "/events/types"): 200,
    ("GET", "/programs"): 200,
    ("GET", "/events"): 200,
    **{("GET", f"/{one}"): 200 for one in _CASES},
    ("GET", "/opportunities/{id}"): 200,
    ("POST", "/events"): 422,
    ("POST", "/events/preview"): 422,
}
"""What a key of another school is answered, where it is not 403 (for an administrator's) or 404 (for the rest)."""


async def test_a_key_of_another_school_meets_nothing_of_this_ones_learner(office: Desk, ids: dict[str, str]) -> None:
    async with borrow(office.pool) as conn:
        learner = await conn.fetchval("select learner_id from placements where id = 'pl-101'")
    every = [scope for scope in Scope if scope is not Scope.ADMIN]
    own, other = [await key_with(office, *every, organisations=[f"org-010{n}"]) for n in (1, 2)]
    known = {"opportunities": "opp-6001", "incidents": "inc-101"}
    met: set[str] = set()
    for method, path in sorted(BY_KEY):
        address = filled(path.replace("{id}", known.get(path.split("/")[1], "{id}")), ids)
        event = office.event("placement.withdrawn", "pl-101", {"reason": "other"}) if method == "POST" else None
        answers = [
            await office.person.request(
                method,
                address,
                params={"source": "/tests"} if path.startswith("/inbox") else None,
                headers={"Authorization": f"Bearer {key}"},
                json=event,
            )
            for key in ((other, own) if method == "GET" else (other,))
        ]
        denied = 403 if BY_KEY[method, path] is Scope.ADMIN else OTHERS.get((method, path), 404)
        assert answers[0].status_code == denied, (method, path, answers[0].status_code, answers[0].text)
        said = [readable(one.content) for one in answers]
        assert learner not in said[0], path
        assert answers[0].is_error or "pl-101" not in said[0], path
        if learner in said[-1]:
            met.add(path)
    assert {"/placements", "/placements/{id}", "/incidents", "/incidents/{id}", "/events"} <= met


async def test_a_key_of_a_school_sends_events_about_its_own_learners_alone(office: Desk, ids: dict[str, str]) -> None:
    assert ids
    async with borrow(office.pool) as conn:
        rows = await conn.fetch("select max(learner_id) as id, school_id from enrolments group by 2 order by 2 limit 2")
    headers = {"Authorization": f"Bearer {await key_with(office, Scope.EVENTS_WRITE, organisations=['org-0101'])}"}

    async def sent(type_: str, subject: str, data: dict[str, str]) -> tuple[int, str]:
        answer = await office.person.post("/events", json=office.event(type_, subject, data), headers=headers)
        return answer.status_code, answer.text

    mine, theirs = [{"learner_id": row["id"], "opportunity_id": "opp-6001"} for row in rows]
    assert (await sent("placement.proposed", "pl-mine", mine))[0] in {200, 202, 409}
    assert (await sent("placement.proposed", "pl-theirs", theirs))[0] == 422
    assert (await sent("placement.proposed", "pl-102", mine))[0] == 422
    assert (await sent("offer.made", "pl-102", {}))[0] == 422
    status, text = await sent("opportunity.closed", "opp-6001", {})
    assert (status, "limited to some schools" in text) == (403, True)


LISTS = ("", "/caseload.csv", "/caseload.xlsx", "/incidents", "/incidents.csv", "/offers", "/hosts", "/acts", "/season")
WHOLE_ACT = "/console/acts/new?act=remind&whole=1&show=all"


def addresses(ids: dict[str, str]) -> list[str]:
    """Every page and file there is about pl-101 and what stands around it, and every list."""
    lists = [f"/console{one}?show=all" for one in LISTS]
    return [*(filled(path, ids) for method, path in sorted(ROWS) if method == "GET"), *lists, WHOLE_ACT]


async def test_without_a_querys_own_scope_postgres_still_shows_nobody_of_another_school(
    office: Desk, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with borrow(office.pool) as conn:
        rows = await conn.fetch("select id from organisations")
        hidden = await conn.fetchrow(
            "update people set family_name = 'Itzcoatl' from placements where placements.id = 'pl-101' "
            "and people.id = learner_id returning people.id"
        )
    assert hidden is not None
    other, own = [await Visitor(office).sign_in(who) for who in (OTHER_SPECIALIST, SPECIALIST)]
    everywhere = ([row["id"] for row in rows], [])
    for module in (caseload, season):
        monkeypatch.setattr(module, "scope", lambda _: everywhere)
    monkeypatch.setattr(around, "acting_scope", lambda _: everywhere)

    met = {visitor: set[str]() for visitor in (other, own)}
    for visitor, found in met.items():
        for address in addresses(ids):
            said = readable((await visitor.get(address)).content)
            if "Itzcoatl" in said or (hidden["id"] in said and hidden["id"] not in address):
                found.add(address)
    assert met[other] == set()
    assert len(met[own]) >= 8


@pytest.mark.parametrize("who", [SPECIALIST, TEACHER, COORDINATOR], ids=["career_specialist", "reader", "coordinator"])
async def test_what_staff_may_see_postgres_keeps_back_from_no_page(
    office: Desk, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch, who: tuple[str, str]
) -> None:
    visitor = await Visitor(office).sign_in(who)
    said: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for address in [one for one in addresses(ids) if not one.endswith((".pdf", ".xlsx?show=all"))]:
        for whole, met in said.items():
            monkeypatch.setattr(sight, "SEES_ALL", f"select {whole} and cardinality($1::text[]) >= 0")
            answer = await visitor.get(address)
            grows = address.endswith(("disclosures", "disclosures.csv"))
            met[address] = f"{answer.status_code} {'' if grows else readable(answer.content)}"
    assert said[False] == said[True]


KEPT = "select * from disclosures where id > $1 and learners @> array[$2]"


@pytest.mark.parametrize("by", ["key", "staff", "link"])
async def test_every_answer_that_shows_a_learner_is_kept_with_whom_it_was_shown_to_and_why(
    office: Desk, ids: dict[str, str], by: str
) -> None:
    async with borrow(office.pool) as conn:
        learner = await conn.fetchval("select learner_id from placements where id = 'pl-101'")
        await conn.execute("update people set given_name = 'Xochitl' where id = $1", learner)
    link = await office.link(id_="pl-101")
    visitor, many = office.api, 0
    if by == "staff":
        visitor = (await Visitor(office).sign_in(SPECIALIST)).http
    for method, path in sorted({"key": set(BY_KEY), "staff": set(ROWS), "link": BY_LINK}[by]):
        if method != "GET":
            continue
        address = filled(path, ids).replace("/f/" + "x" * 43, link)
        more = "?act=remind&id=pl-101" if path.endswith("/acts/new") else ""
        before = await office.count("select coalesce(max(id), 0) from disclosures")
        answer = await visitor.get(address + more)
        async with borrow(office.pool) as conn:
            kept = await conn.fetch(KEPT, before, learner)
        said = readable(answer.content)
        shows = answer.is_success and (learner in said or "Xochitl" in said or said.startswith("%PDF"))
        many += shows
        assert bool(kept) or not shows, (path, "shows a learner, and nothing is kept of it")
        assert [row["kind"] for row in kept] == [{"link": "person"}.get(by, by)] * len(kept)
        assert all(row["interest"] in {"operator", "school_official", "placement"} for row in kept)
        if "{id}" in path and path.split("/")[-2] != "offers":
            assert all(row["record"] in {"placement/pl-101", "incident/inc-101", None} for row in kept)
    assert many >= {"key": 5, "staff": 6, "link": 3}[by]


def readable(content: bytes) -> str:
    """What an answer says, unpacked if it is packed."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return "".join(file.read(name).decode(errors="replace") for name in file.namelist())
