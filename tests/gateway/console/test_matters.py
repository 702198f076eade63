"""Offers, hosts and incidents: what each role sees of them, filters that are addresses, and the way between pages."""

import re

import pytest

from catalog.page_words import page_words
from records.health import borrow
from schemas.vocabulary import RequestKind
from tests.gateway.console.around import SCAN
from tests.gateway.console.visitor import COORDINATOR, OTHER_SPECIALIST, SPECIALIST, TEACHER, Visitor
from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, page_of, text_of

FILTERS = [
    ("/console/offers", {}, {"opp-6001"}),
    ("/console/offers", {"q": "nothing at all"}, set[str]()),
    ("/console/offers", {"state": "open", "program": "boston-summer-internship", "free": "1"}, {"opp-6001"}),
    ("/console/offers", {"state": "closed"}, set[str]()),
    ("/console/offers", {"host": "hst-4002"}, set[str]()),
    ("/console/offers", {"show": "ended"}, set[str]()),
    ("/console/offers", {"page": "2"}, set[str]()),
    ("/console/hosts", {"state": "contacted"}, {"hst-4001"}),
    ("/console/hosts", {"q": "EASTBANK"}, {"hst-4001"}),
    ("/console/hosts", {"show": "ended"}, set[str]()),
    ("/console/incidents", {}, {"inc-101", "inc-102"}),
    ("/console/incidents", {"severity": "high"}, {"inc-101"}),
    ("/console/incidents", {"school": "org-0102"}, {"inc-102"}),
    ("/console/incidents", {"state": "closed"}, set[str]()),
]


@pytest.mark.parametrize(("path", "given", "fit"), FILTERS)
async def test_filters_are_parts_of_the_address(
    coordinator: Visitor, path: str, given: dict[str, str], fit: set[str]
) -> None:
    page = page_of(await coordinator.page(path, **given))
    names = {str(one.get("href")).rpartition("/")[2] for one in by_class(page, "name")}
    assert names == fit


async def test_an_incident_is_seen_by_those_who_act_for_the_learner_and_nobody_else(office: Desk) -> None:
    both = {"inc-101", "inc-102"}
    for who, sees in (
        (SPECIALIST, {"inc-101"}),
        (OTHER_SPECIALIST, {"inc-102"}),
        (COORDINATOR, both),
    ):
        visitor = await Visitor(office).sign_in(who)
        told = await visitor.page("/console/incidents")
        assert {one for one in both if one in told} == sees
        for id_ in both:
            assert (await visitor.get(f"/console/incidents/{id_}")).status_code == (200 if id_ in sees else 404)
    teacher = await Visitor(office).sign_in(TEACHER)
    assert (await teacher.get("/console/incidents")).status_code == 403


async def test_an_offer_names_the_students_in_sight_and_counts_the_others(office: Desk) -> None:
    specialist = await Visitor(office).sign_in(SPECIALIST)
    async with borrow(office.pool) as conn:
        change = "update opportunities set view = jsonb_set(view, '{held}', $1::jsonb) where id = 'opp-6001'"
        await conn.execute(change, ["pl-101", "pl-102"])
    page = await specialist.page("/console/offers/opp-6001")
    assert 'href="/console/placements/pl-101"' in page
    assert "pl-102" not in page
    assert "One more, not in your sight." in page
    assert 'href="/console/hosts/hst-4001"' in page
    assert "adaeze.obi@example.org" in page


async def test_an_offer_that_a_learner_found_is_seen_where_the_learner_is(office: Desk) -> None:
    async with borrow(office.pool) as conn:
        change = "update opportunities set view = jsonb_set(view, '{learner_id}', $1::jsonb) where id = 'opp-6001'"
        learner = await conn.fetchval("select learner_id from placements where id = 'pl-101'")
        await conn.execute(change, learner)
        seen = {
            who: (await (await Visitor(office).sign_in(who)).get("/console/offers/opp-6001")).status_code
            for who in (SPECIALIST, OTHER_SPECIALIST)
        }
        await conn.execute("update opportunities set view = view - 'learner_id' where id = 'opp-6001'")
    assert seen == {SPECIALIST: 200, OTHER_SPECIALIST: 404}


async def test_a_hosts_page_tells_where_the_partnership_stands_and_its_story(coordinator: Visitor) -> None:
    page = await coordinator.page("/console/hosts/hst-4001")
    assert "Contacted" in page
    (story,) = [text_of(one) for one in by_class(page_of(page), "story")]
    assert "First contact" in story
    assert "asked of" in story
    assert 'href="/console?host=hst-4001"' in page
    assert "No partnership" in await coordinator.page("/console/hosts/hst-4002")


async def test_papers_and_hazards_are_called_as_people_call_them_in_the_visitors_language(
    office: Desk, coordinator: Visitor
) -> None:
    blocked = 'update partnerships set view = view || \'{"blocked_by": ["insurance", "safety_check"]}\''
    hazards = "update opportunities set view = view || '{\"hazards\": [\"power_hoisting\"]}' where id = 'opp-6001'"
    async with borrow(office.pool) as conn:
        await conn.execute(blocked)
        await conn.execute(hazards)
        host = await coordinator.page("/console/hosts/hst-4001?lang=es")
        offer = await coordinator.page("/console/offers/opp-6001?lang=es")
        await conn.execute("update partnerships set view = view - 'blocked_by'")
        await conn.execute("update opportunities set view = view - 'hazards' where id = 'opp-6001'")
    occasions = page_words("es").occasions
    assert f"{occasions[RequestKind.INSURANCE]}, {occasions[RequestKind.SAFETY_CHECK]}" in host
    assert "Montacargas y otros aparatos de elevación" in offer


async def test_a_placement_leads_to_its_host_offer_incidents_documents_and_scans(
    coordinator: Visitor, ids: dict[str, str]
) -> None:
    page = await coordinator.page("/console/placements/pl-101")
    scan = f"/console/placements/pl-101/files/{ids['file_id']}"
    for path in ("/console/hosts/hst-4001", "/console/offers/opp-6001", "/console/incidents/inc-101", scan):
        assert f'href="{path}"' in page
    assert "Certificate" in page
    assert "Adaeze Obi, Worksite supervisor · PDF, 1 kB" in page
    answer = await coordinator.get(scan)
    assert answer.content == SCAN
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await coordinator.get("/console/placements/pl-101/documents/certificate.pdf")).status_code == 409
    other = await Visitor(coordinator.desk).sign_in(OTHER_SPECIALIST)
    assert (await other.get(scan)).status_code == 404
    assert (await other.get(scan.replace("pl-101", "pl-102"))).status_code == 404


async def test_a_document_is_a_pdf_in_the_visitors_language(coordinator: Visitor) -> None:
    async with coordinator.desk.pool.acquire() as conn:
        await conn.execute(
            "update placements set view = jsonb_set(view, '{outcome}', '\"completed\"') where id = 'pl-103'"
        )
    answer = await coordinator.get("/console/placements/pl-103/documents/certificate.pdf?lang=es")
    assert answer.content.startswith(b"%PDF")
    assert 'filename="pl-103-certificate.pdf"' in answer.headers["content-disposition"]


async def test_whoever_is_asked_about_an_incident_answers_from_its_page(office: Desk) -> None:
    specialist = await Visitor(office).sign_in(SPECIALIST)
    page = await specialist.page("/console/incidents/inc-101")
    request = re.search(r'name="request" value="([^"]+)"', page)
    assert request is not None
    path = "/console/incidents/inc-101"
    answer = await specialist.post(f"{path}/answer", at=path, request=request.group(1))
    assert answer.status_code == 303
    assert (await specialist.get(answer.headers["location"])).status_code == 200
    other = await Visitor(office).sign_in(OTHER_SPECIALIST)
    assert (await other.post(f"{path}/answer", request=request.group(1))).status_code == 404
