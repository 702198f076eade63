"""What is typed and not sent is kept; a long form is read through before it is sent."""

import httpx2

from cli.demo.handing_in import hand_in, open_sheet
from cli.demo.paper import Paper, Writer
from records import drafts
from records.drafts import Matter
from records.health import borrow
from schemas.vocabulary import RequestKind, Role
from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, page_of, sent_by, text_of
from tests.gateway.test_forms import ACCEPT, post, words

GUARDIAN = "agreement.guardian"


async def agreement(desk: Desk) -> str:
    """The guardian's link to a form that is long enough to be checked."""
    await desk.proposed()
    for type_ in ("offer.made", "offer.accepted"):
        await desk.send(type_, "pl-1")
    return await desk.link(GUARDIAN, person_id="grd-5002", role=Role.GUARDIAN)


async def filled(desk: Desk, link: str) -> dict[str, str]:
    paper = Paper((await desk.person.get(link)).text)
    return Writer("seed", RequestKind.AGREEMENT, None, "Rosa Alvarado", "2027-06-07").fill(paper)


def notices(answer: httpx2.Response) -> list[str]:
    return [text_of(one) for one in by_class(page_of(answer.text), "notice")]


async def test_what_was_saved_is_there_when_the_link_is_opened_again_and_nothing_was_sent(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()

    saved = await post(desk, link, {"comment": "Only half\nwritten", "_do": "save"})
    again = await desk.person.get(link)

    assert (saved.status_code, saved.headers["location"]) == (303, f"{link}?lang=en")
    assert sent_by(page_of(again.text))["comment"] == "Only half\nwritten"
    (notice,) = notices(again)
    assert "is saved. Nothing has been sent yet." in notice
    assert "Monday, June 7, 2027 at 9:30 AM" in notice.replace("\u202f", " ")
    assert (await desk.view())["state"] == "proposed"
    assert await desk.count("select count(*) from submissions") == 0


async def test_a_draft_may_be_as_wrong_as_it_likes_but_holds_only_what_the_form_asks(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()

    await post(desk, link, {"decision": "perhaps", "comment": "x" * 5000, "elsewhere": "?", "_do": "save"})

    async with borrow(desk.pool) as conn:
        kept = await drafts.get(conn, Matter("placement", "pl-1", "host_confirmation"), "sup-2001")
    assert kept is not None
    assert kept.answers == {"decision": "perhaps", "comment": "x" * 5000}


async def test_a_newer_link_shows_the_draft_and_somebody_elses_does_not(desk: Desk) -> None:
    await desk.proposed()
    await post(desk, await desk.link(), {"comment": "Mine", "_do": "save"})
    await desk.send("request.resent", "pl-1", {"request_id": "host_confirmation"})

    newer = await desk.person.get(await desk.link())
    other = await desk.person.get(await desk.link(person_id="sup-2002", role=Role.ALTERNATE_SUPERVISOR))

    assert "Mine" in newer.text
    assert "Mine" not in other.text


async def test_a_draft_is_gone_once_the_form_is_answered_and_cannot_be_saved_any_more(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    await post(desk, link, {"comment": "Half", "_do": "save"})

    await post(desk, link, ACCEPT | {"_do": "send"})
    late = await post(desk, link, {"comment": "Half", "_do": "save"})

    assert late.status_code == 410
    assert await desk.count("select count(*) from drafts") == 0


async def test_a_draft_that_nobody_went_on_with_is_forgotten(desk: Desk) -> None:
    await desk.proposed()
    async with borrow(desk.pool) as conn:
        await drafts.save(conn, Matter("placement", "pl-0", "x"), "sup-2001", {"comment": "Old"}, desk.now)
        await conn.execute("update drafts set saved_at = saved_at - interval '91 days'")

    await post(desk, await desk.link(), {"comment": "New", "_do": "save"})

    assert await desk.count("select count(*) from drafts where answers::text like '%Old%'") == 0


async def test_a_long_form_is_read_through_and_then_sent_as_it_was_read(desk: Desk) -> None:
    link = await agreement(desk)
    raw = await filled(desk, link)

    shown = await post(desk, link, raw | {"_do": "check"})
    before = await desk.count("select count(*) from submissions")
    sent = await post(desk, link, sent_by(page_of(shown.text)) | {"_do": "send"})

    assert (shown.status_code, before, sent.status_code) == (200, 0, 200)
    assert "Revise sus respuestas" in words(shown)
    assert "Firmado: Rosa Alvarado" in words(shown)
    assert "Gracias. Guardamos sus respuestas." in words(sent)


async def test_the_way_back_from_the_check_shows_the_answers_at_their_controls(desk: Desk) -> None:
    link = await agreement(desk)
    raw = await filled(desk, link)

    await post(desk, link, raw | {"_do": "check"})
    back = await desk.person.get(link)

    assert sent_by(page_of(back.text)) == {name: value for name, value in raw.items() if name != "_do"}


async def test_what_is_wrong_is_said_before_the_check_and_kept(desk: Desk) -> None:
    link = await agreement(desk)
    raw = await filled(desk, link)
    del raw["signature"]

    answer = await post(desk, link, raw | {"_do": "check"})

    assert answer.status_code == 422
    assert len(list(by_class(page_of(answer.text), "errors")[0].iter("li"))) == 1
    assert raw["emergency_name"] in (await desk.person.get(link)).text


async def test_a_person_who_follows_the_pages_gets_the_receipt(desk: Desk) -> None:
    link = await agreement(desk)

    sheet = await open_sheet(desk.person, link)
    answer = await hand_in(desk.person, sheet, await filled(desk, link))

    assert sheet.paper.button == {"_do": "check"}
    assert "Gracias. Guardamos sus respuestas." in words(answer)
    assert await desk.count("select count(*) from drafts") == 0
