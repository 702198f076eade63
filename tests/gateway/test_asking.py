"""Instead of answering: a new link for an old one, or word that somebody else should answer."""

import httpx2

from records import links
from records.health import borrow
from schemas.vocabulary import Role
from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, page_of, sent_by, text_of
from tests.gateway.test_forms import ACCEPT, post, words

RENEWS = "Send me a new link"


def form_of(answer: httpx2.Response) -> str:
    """Where the page's form goes."""
    (form,) = page_of(answer.text).iter("form")
    return form.get("action") or ""


async def resent(desk: Desk) -> list[str]:
    """To whom links were sent anew."""
    entries = (await desk.api.get("/placements/pl-1/timeline")).json()["items"]
    return [one["data"]["person_id"] for one in entries if one["type"] == "request.resent"]


async def test_an_expired_link_is_renewed_for_whoever_held_it_and_the_record_shows_it(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link(days=2)
    desk.wait(days=2)

    page = await desk.person.get(link)
    answer = await desk.person.post(form_of(page))

    assert (page.status_code, RENEWS in page.text) == (410, True)
    assert "A new link is on its way" in words(answer)
    assert await resent(desk) == ["sup-2001"]


async def test_a_replaced_link_is_renewed_too_but_not_oftener_than_helps(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    async with borrow(desk.pool) as conn:
        await links.revoke(conn, "placement", "pl-1", "host_confirmation")

    told: list[str] = []
    for _ in range(6):
        desk.wait(minutes=6)
        told += [words(await desk.person.post(f"{link}/renew")), words(await desk.person.post(f"{link}/renew"))]

    assert len(await resent(desk)) == 3
    assert sum("We have sent it" in one for one in told) == 3
    assert sum("We sent you a link a short while ago" in one for one in told) == 9


async def test_only_a_link_that_is_dead_for_its_age_is_renewed(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()

    live = await desk.person.post(f"{link}/renew")
    await post(desk, link, ACCEPT)
    answered = await desk.person.post(f"{link}/renew")
    unknown = await desk.person.post(f"/f/{'a' * 43}/renew")

    assert (live.status_code, live.headers["location"]) == (303, f"{link}?lang=en")
    assert (answered.status_code, RENEWS in answered.text) == (410, False)
    assert unknown.status_code == 404
    assert await resent(desk) == []


async def test_a_link_is_not_renewed_for_a_page_of_somebody_elses(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link(days=1)
    desk.wait(days=1)

    answer = await desk.person.post(f"{link}/renew", headers={"origin": "http://evil.example"})

    assert answer.status_code == 403
    assert await resent(desk) == []


async def test_looking_at_the_page_for_somebody_else_changes_nothing_and_asks_what_fits_the_reader(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    form = await desk.person.get(link)
    (way,) = (one.get("href") or "" for one in page_of(form.text).iter("a") if "/wrong" in (one.get("href") or ""))

    page = await desk.person.get(way)

    assert page.status_code == 200
    assert sent_by(page_of(page.text)).keys() == {"name", "email", "note"}
    for said in ("This is not my student", "I am no longer the supervisor", "Somebody else should answer"):
        assert said in words(page)
    assert await desk.count("select count(*) from referrals") == 0


async def test_who_is_not_the_one_to_answer_is_not_asked_any_more_and_the_words_stay_here(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    said = {"reason": "not_my_student", "name": "Lee Park", "email": "lee@example.net", "note": "He runs\nthe lab."}

    first, second = await post(desk, f"{link}/wrong", said), await post(desk, f"{link}/wrong", said)
    seen, answer = await desk.person.get(link), await post(desk, link, ACCEPT)

    assert "Thank you for telling us" in words(first)
    assert "Thank you for telling us" in words(second)
    assert (seen.status_code, answer.status_code) == (410, 410)
    assert "Somebody else answers this now" in words(seen)
    view = await desk.view()
    assert view["requests"][0]["holders"] == ["sup-2002"]
    told = str([fact.model_dump_json() for fact in desk.lifecycles.lives["placement/pl-1"].told])
    assert "not_my_student" in told
    assert "Park" not in told
    assert await desk.count("select count(*) from inbox where delivery::text like '%Park%'") == 0
    assert await desk.count("select count(*) from referrals where note = E'He runs\\nthe lab.'") == 1


async def test_what_is_wrong_with_it_is_said_and_nothing_is_kept(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()

    answer = await post(desk, f"{link}/wrong", {"email": "nobody", "note": "x" * 1001, "name": "<b>Lee</b>"})

    assert answer.status_code == 422
    (errors,) = by_class(page_of(answer.text), "errors")
    assert [one.get("href") for one in errors.iter("a")] == ["#reason", "#note", "#email"]
    assert "<b>Lee" not in answer.text
    assert await desk.count("select count(*) from referrals") == 0


async def test_a_parent_is_asked_about_a_child_and_a_student_about_nobody(desk: Desk) -> None:
    await desk.proposed()
    for type_ in ("offer.made", "offer.accepted"):
        await desk.send(type_, "pl-1")
    parent = await desk.link("agreement.guardian", person_id="grd-5002", role=Role.GUARDIAN)
    student = await desk.link("agreement.student", person_id="lrn-1042", role=Role.STUDENT)

    asked = [page_of((await desk.person.get(f"{link}/wrong?lang=es")).text) for link in (parent, student)]

    reasons = [[one.get("value") for one in page.iter("input") if one.get("name") == "reason"] for page in asked]
    assert reasons == [["not_my_student", "someone_else"], ["someone_else"]]
    assert "No es mi hija ni mi hijo" in text_of(asked[0])


async def test_with_temporal_away_it_is_safe_and_told_later(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    desk.lifecycles.away = True

    answer = await post(desk, f"{link}/wrong", {"reason": "someone_else"})

    assert "Thank you for telling us" in words(answer)
    assert await desk.count("select count(*) from inbox where status = 'accepted'") == 1
