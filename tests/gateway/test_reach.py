"""How a person is written to is theirs to choose, behind any mailed link."""

import dataclasses

import pytest

from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, controls, page_of, text_of


@pytest.fixture(autouse=True)
def texts(desk: Desk) -> None:
    """Text messages are sent."""
    desk.app.state.services = dataclasses.replace(desk.app.state.services, texts=True)


CHOSEN = "select channel || ' ' || (no_texts_since is not null) from people where id = 'sup-2001'"


async def test_a_person_chooses_texts_and_takes_it_back(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    page = page_of((await desk.person.get(f"{link}/reach?lang=es")).text)
    assert [one.get("value") for one in controls(page) if one.get("checked") is not None] == ["email"]
    assert "617-555-0150"[-4:] in text_of(page)
    assert "617-555" not in text_of(page)

    for chosen, kept in (("text", "text false"), ("no_texts", "email true"), ("email", "email false")):
        answer = await desk.person.post(f"{link}/reach", data={"channel": chosen})
        assert "This is how we reach you" in answer.text
        assert await desk.count(CHOSEN) == kept


async def test_nothing_chosen_is_asked_again_and_changes_nothing(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    answer = await desk.person.post(f"{link}/reach", data={"channel": "pigeon"})
    assert answer.status_code == 422
    assert by_class(page_of(answer.text), "errors")
    assert await desk.count(CHOSEN) == "email false"


async def test_without_a_phone_there_is_nothing_to_choose(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    async with desk.pool.acquire() as conn:
        await conn.execute("update people set phone = null where id = 'sup-2001'")
    assert "no phone number of yours" in (await desk.person.get(f"{link}/reach")).text
    assert (await desk.person.get("/f/none/reach")).status_code == 404


async def test_every_page_of_ones_own_leads_there_where_texts_are_sent_and_none_elsewhere(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    way = f'href="{link}/reach?lang=en"'
    send = {"data": {"decision": "confirm"}}
    looked = [(await desk.person.get(f"{link}{rest}")).text for rest in ("", "/all")]
    assert all(way in page for page in looked)

    desk.app.state.services = dataclasses.replace(desk.app.state.services, texts=False)
    looked = [(await desk.person.get(f"{link}{rest}")).text for rest in ("", "/all")]
    assert not any("/reach" in page for page in looked)
    for answer in (await desk.person.get(f"{link}/reach"), await desk.person.post(f"{link}/reach", **send)):
        assert answer.status_code == 404
    assert await desk.count(CHOSEN) == "email false"
