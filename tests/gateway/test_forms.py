"""The forms behind mailed links: showing changes nothing, sending is safe to repeat, old links say kindly why not."""

import asyncio
from urllib.parse import urlencode

import httpx2
import pytest

from cli.demo.paper import Paper, Writer
from gateway.pages import PAGE_HEADERS
from records import inbox, links
from records.health import borrow
from schemas.vocabulary import RequestKind, Role
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of, sent_by, text_of

ACCEPT = {"decision": "accept"}


async def post(desk: Desk, link: str, raw: dict[str, str], **headers: str) -> httpx2.Response:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return await desk.person.post(link, content=urlencode(raw), headers=kind | headers)


def words(answer: httpx2.Response) -> str:
    return text_of(page_of(answer.text))


async def test_looking_shows_the_form_and_changes_nothing(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    before = await everything(desk)

    answers = [await desk.person.request(method, link) for method in ("GET", "HEAD", "GET", "HEAD")]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200]
    assert "decision" in sent_by(page_of(answers[0].text)) or "decision" in answers[0].text
    assert await everything(desk) == before


async def everything(desk: Desk) -> list[str]:
    tables = ("links", "submissions", "inbox", "lifecycle_events", "placements", "link_revocations", "notifications")
    async with borrow(desk.pool) as conn:
        return [str(await conn.fetch(f"select t::text from {table} t order by 1")) for table in tables]  # noqa: S608


async def test_every_page_forbids_what_a_page_with_a_secret_address_must(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    answers = [
        await desk.person.get(link),
        await post(desk, link, {}),
        await post(desk, link, ACCEPT),
        await desk.person.get(link),
        await desk.person.get("/f/unknown"),
        await desk.person.post(
            link, content="x" * 300_000, headers={"content-type": "application/x-www-form-urlencoded"}
        ),
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 200, 410, 404, 413]
    for answer in answers:
        assert {name: answer.headers[name] for name in PAGE_HEADERS} == dict(PAGE_HEADERS)


async def test_a_sent_form_moves_the_placement_and_gives_a_receipt_with_the_answers(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()

    answer = await post(desk, link, ACCEPT | {"comment": "We look forward to it."})

    assert answer.status_code == 200
    assert "Thank you. Your answers are saved." in words(answer)
    assert "We look forward to it." in words(answer)
    view = await desk.view()
    assert view["state"] == "offered"
    assert view["requests"][0]["submission_id"].startswith("sub-")


async def test_the_answers_stay_here_and_only_their_id_travels(desk: Desk) -> None:
    await desk.proposed()

    await post(desk, await desk.link(), ACCEPT | {"comment": "A secret remark"})

    told = str([fact.model_dump_json() for fact in desk.lifecycles.lives["placement/pl-1"].told])
    assert "secret" not in told
    assert await desk.count("select count(*) from inbox where delivery::text like '%secret%'") == 0
    assert await desk.count("select count(*) from submissions where answers::text like '%A secret remark%'") == 1


async def test_the_act_says_who_sent_it_in_which_role(desk: Desk) -> None:
    await desk.proposed()

    await post(desk, await desk.link(), ACCEPT)

    entries = (await desk.api.get("/placements/pl-1/timeline")).json()["items"]
    submitted = next(one for one in entries if one["type"] == "request.submitted")
    assert submitted["by"] == {"kind": "form", "person_id": "sup-2001", "role": "worksite_supervisor"}


async def test_errors_keep_what_was_typed_and_nothing_is_stored(desk: Desk) -> None:
    await desk.proposed()

    answer = await post(desk, await desk.link(), {"decision": "decline", "comment": "<b>kept</b>"})

    assert answer.status_code == 422
    assert "<b>" not in answer.text
    assert "<b>kept</b>" in words(answer)
    assert await desk.count("select count(*) from submissions") == 0


async def test_a_double_click_is_one_submission_with_one_receipt(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()

    first, second = await asyncio.gather(post(desk, link, ACCEPT), post(desk, link, ACCEPT))
    later = await post(desk, link, ACCEPT)

    assert [first.status_code, second.status_code, later.status_code] == [200, 200, 200]
    assert "Thank you. Your answers are saved." in words(later)
    assert await desk.count("select count(*) from submissions") == 1
    assert await desk.count("select count(*) from lifecycle_events where type = 'request.submitted'") == 1


async def test_other_answers_after_the_first_are_told_that_it_is_answered_by_whom_and_when(desk: Desk) -> None:
    await desk.proposed()
    link, alternate = await desk.link(), await desk.link(person_id="sup-2002", role=Role.ALTERNATE_SUPERVISOR)
    await post(desk, link, ACCEPT)

    for answer in (await post(desk, link, {"decision": "decline", "reason": "fit"}), await desk.person.get(link)):
        assert answer.status_code == 410
        assert "This form has been answered" in words(answer)
        assert "Answered by: Worksite supervisor, Monday, June 7, 2027 at 9:30 AM" in words(answer).replace(
            "\u202f", " "
        )
    assert (await desk.person.get(alternate)).status_code == 410


async def test_with_temporal_away_the_answers_are_safe_and_the_page_says_so(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    desk.lifecycles.away = True

    answer = await post(desk, link, ACCEPT)
    again = await desk.person.get(link)
    other = await post(desk, link, {"decision": "decline", "reason": "fit"})

    assert "Your answers are saved" in words(answer)
    assert "Your answers are saved" in words(again)
    assert (answer.status_code, again.status_code, other.status_code) == (200, 200, 410)
    assert (await desk.view())["state"] == "proposed"


async def test_saved_answers_reach_the_placement_once_temporal_is_back(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    desk.lifecycles.away = True
    await post(desk, link, ACCEPT)

    desk.lifecycles.away = False
    async with borrow(desk.pool) as conn:
        (row,) = await inbox.claim_due(conn, 10)
    await desk.deliverer.deliver(row, patience=1)

    assert (await desk.view())["state"] == "offered"
    assert "Your answers are saved" in words(await post(desk, link, ACCEPT))


async def test_when_two_people_answer_at_once_the_second_is_told_kindly(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    desk.lifecycles.away = True
    await post(desk, link, ACCEPT)
    desk.lifecycles.away = False
    other = await desk.link()

    answer = await post(desk, other, {"decision": "decline", "reason": "fit"})

    assert answer.status_code == 410
    assert "This form has been answered" in words(answer)


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "..%2f..%2fetc", "ä" * 43, "a" * 5000])
async def test_a_token_that_was_never_made_is_not_found_whatever_it_looks_like(desk: Desk, token: str) -> None:
    answer = await desk.person.get(f"/f/{token}")

    assert answer.status_code == 404


async def test_an_expired_link_says_so_on_the_programs_clock(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link(days=2)

    desk.wait(days=2, seconds=-1)
    before = await desk.person.get(link)
    desk.wait(seconds=1)
    after = await desk.person.get(link)

    assert (before.status_code, after.status_code) == (200, 410)
    assert "This link has expired" in words(after)
    assert (await post(desk, link, ACCEPT)).status_code == 410


async def test_a_revoked_link_says_that_there_is_a_newer_one(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    async with borrow(desk.pool) as conn:
        await links.revoke(conn, "placement", "pl-1", "host_confirmation")

    answer = await desk.person.get(link)

    assert answer.status_code == 410
    assert "There is a newer link" in words(answer)


async def test_a_supervisor_who_was_replaced_can_neither_see_nor_answer(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    await desk.send("supervisor.replaced", "pl-1", {"supervisor_id": "sup-2002"})

    seen, sent = await desk.person.get(link), await post(desk, link, ACCEPT)

    assert (seen.status_code, sent.status_code) == (410, 410)
    assert "Mateo" not in seen.text
    assert (await desk.view())["state"] == "proposed"


async def test_a_form_that_is_no_longer_needed_is_closed(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    await desk.send("offer.made", "pl-1")

    answer = await desk.person.get(link)

    assert answer.status_code == 410
    assert "This form is closed" in words(answer)


async def test_worksite_people_see_a_learners_given_name_and_initial_only(desk: Desk) -> None:
    await desk.proposed()

    page = await desk.person.get(await desk.link())

    assert "Mateo A." in words(page)
    assert "Alvarado" not in page.text


async def test_the_family_sees_the_learners_whole_name_in_its_own_language(desk: Desk) -> None:
    await desk.proposed()
    for type_ in ("offer.made", "offer.accepted"):
        await desk.send(type_, "pl-1")

    link = await desk.link("agreement.guardian", person_id="grd-5002", role=Role.GUARDIAN)
    page, english = await desk.person.get(link), await desk.person.get(f"{link}?lang=en")

    assert page_of(page.text).get("lang") == "es"
    assert "Mateo Alvarado Reyes" in words(page)
    assert page_of(english.text).get("lang") == "en"


async def test_job_skills_of_the_opportunity_are_rated_in_the_evaluation(desk: Desk) -> None:
    await desk.proposed()
    for type_ in ("offer.made", "offer.accepted"):
        await desk.send(type_, "pl-1")
    signers = {
        "agreement.student": ("lrn-1042", Role.STUDENT),
        "agreement.guardian": ("grd-5002", Role.GUARDIAN),
        "agreement.worksite_supervisor": ("sup-2001", Role.WORKSITE_SUPERVISOR),
        "agreement.coordinator": ((await desk.view())["team"]["coordinator"], Role.COORDINATOR),
    }
    for request_id, (person_id, role) in signers.items():
        link = await desk.link(request_id, person_id=person_id, role=role)
        writer = Writer("seed", RequestKind.AGREEMENT, None, "Ada Example", "2027-06-07")
        await post(desk, link, writer.fill(Paper((await desk.person.get(link)).text)))
    assert (await desk.view())["state"] == "ready"
    await desk.send("attendance.confirmed", "pl-1")
    desk.wait(days=45)
    await desk.send("placement.extended", "pl-1", {"end": "2027-08-27"})

    link = await desk.link("baseline_evaluation")
    page = await desk.person.get(link)

    assert page.status_code == 200, words(page)
    assert "Specimen labeling" in words(page)
    assert "Baseline evaluation" in words(page)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://people.example"}, 200),
        ({"origin": "null"}, 200),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "https://people.example.evil.example"}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://local:8800", "host": "local:8800"}, 200),
    ],
)
async def test_a_form_is_taken_from_our_own_pages_only(desk: Desk, headers: dict[str, str], status: int) -> None:
    await desk.proposed()

    answer = await post(desk, await desk.link(), ACCEPT, **headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("kind", "status"), [("application/json", 415), ("multipart/form-data; boundary=x", 422), ("text/plain", 415)]
)
async def test_only_an_ordinary_form_is_read(desk: Desk, kind: str, status: int) -> None:
    await desk.proposed()

    answer = await desk.person.post(await desk.link(), content=b"decision=accept", headers={"content-type": kind})

    assert answer.status_code == status
    assert (await desk.view())["state"] == "proposed"
