"""Reminders on another day: the page behind the mail's link, and what choosing a day does."""

from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, controls, page_of, text_of


async def snoozed(desk: Desk) -> str | None:
    found = [one for one in (await desk.view())["requests"] if one["id"] == "host_confirmation"]
    return found[0]["snoozed_until"]


async def test_looking_at_the_days_changes_nothing(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()

    page = page_of((await desk.person.get(f"{link}/later")).text)

    assert [one.get("value") for one in controls(page)] == ["2027-06-08", "2027-06-09"]
    assert "Tuesday, June 8" in text_of(page)
    assert (await desk.person.head(f"{link}/later")).status_code == 200
    assert await snoozed(desk) is None


async def test_a_chosen_day_reaches_the_placement_once_and_can_be_changed(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    before = desk.lifecycles.updates

    first = await desk.person.post(f"{link}/later", data={"until": "2027-06-08"})
    again = await desk.person.post(f"{link}/later?lang=es", data={"until": "2027-06-09"})

    assert "We will remind you then" in first.text
    assert "Se lo recordaremos ese día" in again.text
    assert await snoozed(desk) == "2027-06-09"
    shown = page_of((await desk.person.get(f"{link}/later")).text)
    assert [one.get("value") for one in controls(shown) if one.get("checked") is not None] == ["2027-06-09"]
    assert (await desk.person.get(link)).status_code == 200
    assert desk.lifecycles.updates == before + 2


async def test_a_day_that_is_not_offered_is_asked_for_again(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()

    for until in ("", "2027-06-10", "2027-06-07", "tomorrow"):
        answer = await desk.person.post(f"{link}/later", data={"until": until})
        assert answer.status_code == 422
        assert by_class(page_of(answer.text), "errors")
    assert await snoozed(desk) is None


async def test_when_it_is_due_soon_there_is_no_day_to_choose(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    desk.wait(days=2)

    page = page_of((await desk.person.get(f"{link}/later?lang=es")).text)

    assert list(controls(page)) == []
    assert "No queda otro día que elegir" in text_of(page)


async def test_a_link_that_is_void_puts_nothing_off(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    assert (await desk.person.post(link, data={"decision": "accept", "_do": "send"})).status_code == 200

    answer = await desk.person.post(f"{link}/later", data={"until": "2027-06-08"})

    assert answer.status_code == 410
    assert (await desk.person.get("/f/none/later")).status_code == 404
