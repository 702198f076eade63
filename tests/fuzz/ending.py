"""Ending what a round was about and what its inputs began, so that as many lifecycles stay open as before it.

What cannot be ended stays: partnerships, of which a host has one; offers that somebody closed, which take seats back
for half a year.
"""

from cli.demo.paper import Paper
from records.health import borrow
from records.pool import Connection
from schemas.base import LifecycleName
from tests.fuzz.filling import Odd, has_form, send_as_it_is, send_filled
from tests.fuzz.scene import TAKEN, Scene, together

PLACEMENTS = """
select id from placements where outcome is null or view->'requests' @> '[{"state": "open"}]' order by id
"""
OFFERS = "select id from opportunities where outcome is null order by id"
INCIDENTS = "select id from incidents where outcome is null order by id"
LONG_AGO = {"start": "2020-01-06", "end": "2020-01-10", "closes": "2020-01-10"}
"""Days of an offer that is over, and has been for so long that it takes no seats back either."""
FORMS = 3
"""What is asked about an incident before it is closed: that it is known, a report, a review."""


async def end_round(scene: Scene) -> None:
    """End all that can be ended, and delete every webhook."""
    async with borrow(scene.pool) as conn:
        placements, offers, incidents = [await _ids(conn, query) for query in (PLACEMENTS, OFFERS, INCIDENTS)]
    await together(*(_close(scene, id_) for id_ in incidents))
    await together(*(_withdraw(scene, id_) for id_ in placements))
    await together(*(scene.tell(id_, "opportunity.amended", LONG_AGO, (*TAKEN, 422)) for id_ in offers))
    for one in (await scene.api.get("/webhooks")).json()["items"]:
        await scene.api.delete(f"/webhooks/{one['id']}")


async def _ids(conn: Connection, query: str) -> list[str]:
    return [row["id"] for row in await conn.fetch(query)]


async def _close(scene: Scene, id_: str) -> None:
    """Answer all that is asked about an incident, one form after another."""
    for _ in range(FORMS):
        await _answer(scene, "incident", id_)


async def _withdraw(scene: Scene, id_: str) -> None:
    """End a placement, and what is owed after its end; a sign-off cannot be waived."""
    await scene.tell(id_, "placement.withdrawn", {"reason": "other"})
    await scene.waive("placement", id_)
    await _answer(scene, "placement", id_)


async def _answer(scene: Scene, lifecycle: LifecycleName, id_: str) -> None:
    """Answer what is asked about a case, as people do who got a link."""
    for link in await scene.links_of(lifecycle, id_):
        answer = await scene.person.get(link)
        paper = Paper(answer.text)
        if has_form(answer, paper):
            answer = await send_filled(scene.person, str(answer.url), paper, Odd(decision="close"))
            await send_as_it_is(scene.person, str(answer.url), Paper(answer.text))
