"""A calendar that programs fetch: made and stopped behind a mailed link, with no more in it than the mails say."""

import re

import httpx2

from schemas.vocabulary import Role
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of, text_of


async def made(desk: Desk, link: str) -> str:
    """Make an address as a person does, and give its path."""
    page = page_of((await desk.person.post(f"{link}/calendar", data={"_do": "make"})).text)
    found = re.search(r"http://people\.example(/calendar/\S+\.ics)", text_of(page))
    assert found is not None
    return found[1]


def lines(answer: httpx2.Response) -> list[str]:
    return answer.text.replace("\r\n ", "").split("\r\n")


async def test_a_person_has_what_is_due_of_them_in_their_calendar(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    assert page_of((await desk.person.get(f"{link}/calendar")).text) is not None
    assert await desk.count("select count(*) from calendar_feeds") == 0

    calendar = await desk.person.get(await made(desk, link))

    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    assert calendar.headers["cache-control"] == "private, max-age=3600"
    told = lines(calendar)
    assert "DTSTART;VALUE=DATE:20270610" in told
    (title,) = [line for line in told if line.startswith("SUMMARY:")]
    assert re.fullmatch(r"SUMMARY:Confirmation by the worksite: \w+ \w\. at Eastbank Hospital Laboratory", title)
    assert "/f/" not in calendar.text


async def test_the_same_days_are_fetched_once_and_what_is_answered_leaves(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    path = await made(desk, link)
    first = await desk.person.get(path)

    again = await desk.person.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await desk.person.post(link, data={"decision": "accept", "_do": "send"})
    after = await desk.person.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert after.status_code == 200
    assert "BEGIN:VEVENT" not in lines(after)


async def test_a_new_address_ends_the_old_one_and_it_can_be_stopped(desk: Desk) -> None:
    await desk.proposed()
    link = await desk.link()
    old = await made(desk, link)
    new = await made(desk, link)
    assert [(await desk.person.get(one)).status_code for one in (old, new)] == [404, 200]

    page = await desk.person.post(f"{link}/calendar?lang=es", data={"_do": "stop"})

    assert "La dirección ya no funciona." in page.text
    assert (await desk.person.get(new)).status_code == 404
    assert (await desk.person.get("/calendar/none.ics")).status_code == 404


async def test_visits_stand_in_the_calendars_of_both_and_nothing_of_the_other_side(desk: Desk) -> None:
    await desk.proposed()
    path = await made(desk, await desk.link())
    mine = await made(desk, await desk.link("host_confirmation", person_id="sup-2001", role=Role.GUARDIAN))
    async with desk.pool.acquire() as conn:
        await conn.execute(
            """
            update placements set view = jsonb_set(view, '{requests}', (view->'requests') || $1::jsonb)
            where id = 'pl-1'
            """,
            [
                {
                    "id": "visit.1",
                    "kind": "site_visit",
                    "role": "career_specialist",
                    "state": "open",
                    "visit_on": "2027-07-20",
                    "holders": ["stf-3001"],
                    "asked": [],
                }
            ],
        )

    told = lines(await desk.person.get(path))

    assert "DTSTART;VALUE=DATE:20270720" in told
    assert any(line.startswith("SUMMARY:Site visit: ") for line in told)
    assert "BEGIN:VEVENT" not in lines(await desk.person.get(mine))
