"""Acting on placements: looked at first, done once, and told with its reason."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest

from gateway.console import acts
from records import inbox
from records.health import borrow
from schemas.base import LifecycleName
from tests.gateway.console.conftest import furnish
from tests.gateway.console.visitor import COORDINATOR, SPECIALIST, Visitor, with_director
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of

ALL = ["pl-101", "pl-102", "pl-103"]
PLACEMENT: LifecycleName = "placement"


@pytest.fixture
async def at_desk(desk: Desk) -> AsyncIterator[Visitor]:
    """Yield the coordinator at a desk of her own, with three placements."""
    await with_director(desk)
    await furnish(desk)
    visitor = await Visitor(desk).sign_in(COORDINATOR)
    yield visitor
    await visitor.http.aclose()


async def planned(visitor: Visitor, act: str, **fields: object) -> str:
    """Plan an act, and give the address of its page."""
    answer = await visitor.post("/console/acts", act=act, **fields)
    assert answer.status_code == 303, re.sub(r"\s+", " ", answer.text)[-900:]
    return answer.headers["location"]


async def deliver_all(desk: Desk) -> None:
    """What the dispatcher does."""
    async with borrow(desk.pool) as conn:
        rows = await inbox.claim_due(conn, 50)
    for row in rows:
        await desk.deliverer.deliver(row, patience=5)


async def test_one_placement_is_withdrawn_with_a_reason_that_only_staff_read(at_desk: Visitor) -> None:
    page_of((await at_desk.get("/console/acts/new?act=withdraw&id=pl-101")).text)
    path = await planned(at_desk, "withdraw", id="pl-101", reason="moved_away", note="Her family <moves> to Ohio.")

    before = await at_desk.page(path)
    assert "Proposed becomes Withdrawn before the start" in before
    assert (await at_desk.desk.view("pl-101"))["state"] == "proposed"

    confirmed = await at_desk.post(f"{path}/confirm", at=path)
    assert confirmed.headers["location"] == path
    after = await at_desk.page(path)
    assert "1 of 1 done" in after
    view = await at_desk.desk.view("pl-101")
    assert (view["state"], view["reason"]) == ("withdrawn_by_student", "moved_away")
    story = await at_desk.page("/console/placements/pl-101")
    assert "“Her family &lt;moves&gt; to Ohio.”" in story
    assert "by Yolanda Fitch, Coordinator" in story
    assert "Ohio" not in str(at_desk.desk.lifecycles.lives)
    async with borrow(at_desk.desk.pool) as conn:
        row = (await conn.fetchrow("select * from inbox where source = '/console'")) or {}
    assert "Ohio" not in str(dict(row))
    assert row["delivery"]["act"]["by"] == {"kind": "api", "person_id": "stf-3021", "role": "coordinator"}


async def test_what_is_pressed_twice_is_done_once(at_desk: Visitor) -> None:
    path = await planned(at_desk, "remind", id=ALL, which="all_open", note="They call and ask.")
    key = await at_desk.key(path)
    for _ in range(2):
        await at_desk.http.post(f"{path}/confirm", data={"key": key})
    await deliver_all(at_desk.desk)
    await at_desk.http.post(f"{path}/confirm", data={"key": key})
    await deliver_all(at_desk.desk)

    assert "3 of 3 done" in await at_desk.page(path)
    entries = (await at_desk.desk.api.get("/placements/pl-101/timeline")).json()["items"]
    assert [one["type"] for one in entries].count("request.resent") == 1


async def test_many_are_acted_on_at_once_and_the_page_looks_again_until_all_is_done(at_desk: Visitor) -> None:
    path = await planned(at_desk, "withdraw", id=ALL, reason="other", note="The season is off.")
    assert (await at_desk.page(path)).count("becomes") == 3

    await at_desk.post(f"{path}/confirm", at=path)
    waiting = await at_desk.get(path)
    assert waiting.headers["refresh"] == "4"
    assert "0 of 3 done" in waiting.text
    still = await at_desk.get(path, still="1")
    assert "refresh" not in still.headers
    for one in (waiting, still):
        page_of(one.text)

    await deliver_all(at_desk.desk)
    done = await at_desk.get(path)
    assert "3 of 3 done" in done.text
    assert "refresh" not in done.headers


async def test_who_cannot_be_acted_on_is_named_with_why(at_desk: Visitor) -> None:
    await at_desk.desk.send("placement.withdrawn", "pl-102", {"reason": "other"})
    path = await planned(at_desk, "withdraw", id=ALL, reason="other", note="x")
    page = await at_desk.page(path)

    assert "2 will be done" in page
    assert "1 cannot be done" in page
    assert "it has ended" in page


async def test_an_act_is_offered_where_it_is_possible_and_where_it_is_not_the_page_says_why(at_desk: Visitor) -> None:
    listed = await at_desk.page("/console")
    assert 'value="withdraw"' in listed
    assert 'value="extend"' not in listed
    assert "act=waive&amp;request=host_confirmation" not in await at_desk.page("/console/placements/pl-101")
    page = await at_desk.page("/console/acts/new?act=extend&id=pl-101&id=pl-102")
    assert page.count("not possible while it stands at: Proposed") == 2
    assert "<textarea" not in page
    await at_desk.desk.send("placement.withdrawn", "pl-102", {"reason": "other"})
    both = await at_desk.page("/console/acts/new?act=withdraw&id=pl-101&id=pl-102")
    assert both.count("it has ended") == 1
    assert "<textarea" in both


async def test_what_is_missing_or_wrong_is_told_at_its_field(at_desk: Visitor) -> None:
    for fields, told in (
        ({"act": "suspend", "reason": "other", "resume_by": "soon", "note": "x"}, "Please give a day"),
        ({"act": "suspend", "reason": "because", "resume_by": "2027-07-01", "note": "x"}, "Please choose one"),
        ({"act": "suspend", "reason": "other", "resume_by": "2027-07-01"}, "Please say why"),
        ({"act": "replace_supervisor", "supervisor_id": "grd-5001", "note": "x"}, "Please choose one"),
    ):
        answer = await at_desk.post("/console/acts", id="pl-101", **fields)
        assert told in answer.text
        page_of(answer.text)
    nobody = await at_desk.post("/console/acts", act="withdraw", id="pl-999", reason="other", note="x")
    assert "Nothing was ticked" in nobody.text
    assert (await at_desk.post("/console/acts", act="erase", id="pl-101")).status_code == 404


async def test_a_new_supervisor_is_somebody_of_the_host(at_desk: Visitor) -> None:
    page = await at_desk.page("/console/acts/new?act=replace_supervisor&id=pl-101")
    assert 'value="sup-2002"' in page
    assert "grd-" not in page
    path = await planned(at_desk, "replace_supervisor", id="pl-101", supervisor_id="sup-2002", note="x")
    await at_desk.post(f"{path}/confirm", at=path)

    assert (await at_desk.desk.view("pl-101"))["team"]["worksite_supervisor"] == "sup-2002"


async def test_all_that_fit_a_filter_can_be_chosen(at_desk: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await at_desk.page("/console/acts/new?act=remind&whole=1&school=org-0102")
    assert re.findall(r'name="id" value="(pl-\d+)"', page) == ["pl-102"]

    monkeypatch.setattr(acts, "MOST", 2)
    many = await at_desk.get("/console/acts/new?act=remind&whole=1")
    assert "At most 2 at once" in many.text


async def test_a_plan_is_its_makers_and_grows_old(at_desk: Visitor) -> None:
    path = await planned(at_desk, "withdraw", id="pl-101", reason="other", note="x")
    other = await Visitor(at_desk.desk).sign_in(SPECIALIST)
    assert (await other.get(path)).status_code == 404
    assert (await other.post(f"{path}/confirm")).status_code == 404

    at_desk.desk.wait(hours=13)
    again = await Visitor(at_desk.desk).sign_in(COORDINATOR)
    assert (await again.post(f"{path}/confirm")).status_code == 410
    assert (await at_desk.desk.view("pl-101"))["state"] == "proposed"


async def test_whoever_is_asked_answers_from_the_placements_page(at_desk: Visitor) -> None:
    async with borrow(at_desk.desk.pool) as conn:
        await conn.execute(
            "update placements set view = jsonb_set(jsonb_set(view, '{requests,0,holders}', '[\"stf-3021\"]'), "
            "'{requests,0,person_id}', '\"stf-3021\"') where id = 'pl-101'"
        )
    page = await at_desk.page("/console/placements/pl-101")
    assert "Answer it now" in page
    answer = await at_desk.post("/console/placements/pl-101/answer", request="host_confirmation")
    form: httpx2.Response = await at_desk.http.get(answer.headers["location"])

    assert answer.status_code == 303
    assert form.status_code == 200
    assert (await at_desk.post("/console/placements/pl-102/answer", request="host_confirmation")).status_code == 404


async def test_staff_see_their_acts_and_a_director_everybodys(at_desk: Visitor) -> None:
    await planned(at_desk, "withdraw", id="pl-101", reason="other", note="a note of hers")
    assert "a note of hers" in await at_desk.page("/console/acts")
    director = await Visitor(at_desk.desk).sign_in(("dir-1", "dora.head@example.org"))
    assert "a note of hers" in await director.page("/console/acts")
    specialist = await Visitor(at_desk.desk).sign_in(SPECIALIST)
    assert "a note of hers" not in await specialist.page("/console/acts")
    assert timedelta(hours=12) == acts.PLAN_LIFE


async def test_what_is_refused_about_a_day_is_said_in_the_visitors_language(at_desk: Visitor) -> None:
    past = {"first": "2027-06-01", "last": "2027-06-02", "reason": "snow_day", "note": "Snow."}
    path = await planned(at_desk, "pause", id="pl-101", **past)

    assert "Wed, Jun 2 has passed; pause days from Mon, Jun 7 on" in await at_desk.page(path)
    spanish = await at_desk.page(f"{path}?lang=es")
    assert re.search(r"el mié\S* 2 .*jun\S* ya pasó; pause días desde el lun", spanish)


async def test_offers_and_hosts_are_acted_on_as_placements_are(at_desk: Visitor) -> None:
    answer = await at_desk.desk.send("partnership.contacted", data={"host_id": "hst-4001"})
    assert answer.status_code == 200, answer.text
    for of, act, id_, fields in (
        ("offers", "close_offer", "opp-6001", {}),
        ("hosts", "end_host", "hst-4001", {"reason": "host_closed"}),
    ):
        assert f'name="id" value="{id_}"' in await at_desk.page(f"/console/{of}")
        assert f"act={act}" in await at_desk.page(f"/console/{of}/{id_}")
        chosen = page_of(await at_desk.page(f"/console/acts/new?of={of}&act={act}&whole=1"))
        assert id_ in [one.get("value") for one in chosen.iter("input") if one.get("name") == "id"]
        path = await planned(at_desk, act, of=of, id=[id_, "none"], note="They said so.", **fields)
        assert "becomes" in await at_desk.page(path)
        await at_desk.post(f"{path}/confirm", at=path)
        assert "1 of 1 done" in await at_desk.page(path)
        story = await at_desk.page(f"/console/{of}/{id_}")
        assert "“They said so.”" in story
        assert "by Yolanda Fitch, Coordinator" in story
        again = await at_desk.page(await planned(at_desk, act, of=of, id=id_, note="x", **fields))
        assert "1 cannot be done" in again
    assert (await at_desk.post("/console/acts", act="withdraw", of="hosts", id="hst-4001", note="x")).status_code == 404
    nothing = await planned(at_desk, "renew_host", of="hosts", id="hst-4002", valid_until="2029-06-30", note="x")
    assert "no hay alianza" in await at_desk.page(f"{nothing}?lang=es")


async def test_what_is_awaited_of_a_host_is_sent_again_and_a_specialist_ends_no_partnership(at_desk: Visitor) -> None:
    await at_desk.desk.send("partnership.contacted", data={"host_id": "hst-4001"})
    specialist = await Visitor(at_desk.desk).sign_in(SPECIALIST)
    offered = await specialist.page("/console/hosts")
    assert 'value="remind"' in offered
    assert 'value="end_host"' not in offered
    end = {"act": "end_host", "of": "hosts", "id": "hst-4001", "reason": "host_closed", "note": "x"}
    assert (await specialist.post("/console/acts", **end)).status_code == 403
    path = await planned(specialist, "remind", of="hosts", id="hst-4001", which="all_open", note="They call.")
    await specialist.post(f"{path}/confirm", at=path)
    assert "1 of 1 done" in await specialist.page(path)
    async with borrow(at_desk.desk.pool) as conn:
        row = (await conn.fetchrow("select type, delivery from inbox where source = '/console'")) or {}
        audited = await conn.fetchval("select records from audit where act = 'remind'")
    assert (row["type"], row["delivery"]["lifecycle"]) == ("org.journeywork.request.resent", "partnership")
    assert "partnership/par-hst-4001" in audited
