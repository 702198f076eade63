"""Signing in by a mailed link: once, for a while, and without telling who is known."""

from records.health import borrow
from tests.gateway.console.visitor import COORDINATOR, FORM, SPECIALIST, Visitor, link_in
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of


async def test_staff_sign_in_with_the_link_in_their_mail_and_out_again(visitor: Visitor) -> None:
    first = await visitor.get("/console")
    assert (first.status_code, first.headers["location"]) == (303, "/console/sign-in")
    page_of((await visitor.get("/console/sign-in")).text)

    asked = await visitor.ask_for_link(SPECIALIST[1].upper())
    letter = visitor.desk.letters[-1]
    path = link_in(letter.text)
    looked = await visitor.get(path)
    entered = await visitor.post(path, at=path)

    assert (asked.status_code, asked.headers["location"]) == (303, "/console/sign-in?sent=1")
    page_of((await visitor.get("/console/sign-in?sent=1")).text)
    assert (letter.to, letter.name) == (SPECIALIST[1], "Denise Whitfield")
    assert path in letter.html
    page_of(looked.text)
    assert (entered.status_code, entered.headers["location"]) == (303, "/console")
    cookie = entered.headers.get_list("set-cookie")[0]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Denise Whitfield, Career Specialist" in await visitor.page("/console")

    out = await visitor.post("/console/sign-out")
    assert out.status_code == 303
    assert (await visitor.get("/console")).status_code == 303


async def test_a_link_signs_in_once_and_for_a_quarter_of_an_hour(office: Desk) -> None:
    one, two = Visitor(office), Visitor(office)
    await one.sign_in(SPECIALIST)
    used = link_in(office.letters[-1].text)
    await two.ask_for_link(SPECIALIST[1])
    late = link_in(office.letters[-1].text)
    office.wait(minutes=16)

    for path in (used, late, "/console/sign-in/none"):
        answer = await two.post(path, at=path)
        assert answer.status_code == 410
        assert "no longer works" in answer.text
        page_of(answer.text)


async def test_nobody_learns_which_addresses_are_known(visitor: Visitor) -> None:
    before = len(visitor.desk.letters)
    answers = [await visitor.ask_for_link(email) for email in (COORDINATOR[1], "nobody@example.org")]
    learner = await visitor.ask_for_link("adaeze.obi@example.org")

    assert {(one.status_code, one.headers["location"], one.text) for one in [*answers, learner]} == {
        (303, "/console/sign-in?sent=1", "")
    }
    assert [one.to for one in visitor.desk.letters[before:]] == [COORDINATOR[1]]


async def test_an_address_is_mailed_five_links_in_a_quarter_of_an_hour(visitor: Visitor) -> None:
    visitor.desk.wait(hours=1)
    before = len(visitor.desk.letters)
    answers = [await visitor.ask_for_link(COORDINATOR[1]) for _ in range(7)]

    assert len(visitor.desk.letters) - before == 5
    assert {one.status_code for one in answers} == {303}
    visitor.desk.wait(minutes=16)
    await visitor.ask_for_link(COORDINATOR[1])
    assert len(visitor.desk.letters) - before == 6


async def test_what_is_no_address_is_told_at_the_field(visitor: Visitor) -> None:
    answer = await visitor.ask_for_link("denise")

    assert answer.status_code == 422
    assert "Please write an e-mail address" in answer.text
    page_of(answer.text)


async def test_a_session_ends_when_it_is_idle_and_after_a_day_of_work(office: Desk) -> None:
    idle, busy = await Visitor(office).sign_in(SPECIALIST), await Visitor(office).sign_in(COORDINATOR)
    for _ in range(7):
        office.wait(minutes=100)
        await busy.page("/console")
    assert (await idle.get("/console")).status_code == 303
    office.wait(minutes=30)
    assert (await busy.get("/console")).status_code == 303


async def test_a_role_that_ends_ends_the_session(office: Desk) -> None:
    visitor = await Visitor(office).sign_in(SPECIALIST)
    change = "update school_roles set status = $1 where person_id = 'stf-3001'"
    async with borrow(office.pool) as conn:
        await conn.execute(change, "ended")
        answer = await visitor.get("/console")
        await conn.execute(change, "active")

    assert answer.status_code == 303


async def test_one_comes_back_to_the_page_one_wanted_and_never_to_a_strangers(visitor: Visitor) -> None:
    wanted = await visitor.get("/console/placements/pl-101?x=1")
    assert wanted.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fplacements%2Fpl-101%3Fx%3D1"

    visitor.desk.wait(hours=1)
    for next_, goes_to in (
        ("/console/placements/pl-101", "/console/placements/pl-101"),
        ("https://evil.example/console", "/console"),
        ("//evil.example", "/console"),
        ("/console\\evil", "/console"),
    ):
        await visitor.ask_for_link(COORDINATOR[1], next=next_)
        path = link_in(visitor.desk.letters[-1].text)
        assert (await visitor.post(path, at=path)).headers["location"] == goes_to


async def test_a_form_of_somebody_elses_is_not_taken(office: Desk) -> None:
    visitor, other = await Visitor(office).sign_in(COORDINATOR), await Visitor(office).sign_in(SPECIALIST)
    key = await visitor.key("/console")
    office.wait(seconds=1)
    for path in ("/console/sign-out", "/console/acts", "/console/sign-in", "/console/placements/pl-101/answer"):
        for fields, headers in (
            ({"x": "1"}, {}),
            ({"key": "0" * 64}, {}),
            ({"key": await other.key("/console")}, {}),
            ({"key": key}, {"origin": "https://evil.example"}),
            ({"key": key}, {"sec-fetch-site": "cross-site"}),
        ):
            answer = await visitor.http.post(path, data=fields, headers=headers)
            assert answer.status_code == 403, (path, fields, headers)
            page_of(answer.text)
    assert (await visitor.http.post("/console/acts", content=b"\xff", headers=FORM)).status_code == 422
    assert (await visitor.get("/console")).status_code == 200


async def test_where_people_come_by_https_the_cookie_is_theirs_alone(office: Desk) -> None:
    from dataclasses import replace

    kept = office.app.state.services
    office.app.state.services = replace(kept, public_url="https://people.example")
    try:
        answer = await Visitor(office).get("/console/sign-in")
    finally:
        office.app.state.services = kept
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-journeywork-start=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_tokens_are_kept_only_as_their_hash(office: Desk) -> None:
    visitor = await Visitor(office).sign_in(COORDINATOR)
    secrets = [one.value for one in visitor.http.cookies.jar] + [link_in(office.letters[-1].text).rpartition("/")[2]]
    async with borrow(office.pool) as conn:
        kept = str(await conn.fetch("select * from console_sessions")) + str(
            await conn.fetch("select * from sign_in_links")
        )
    assert all(str(secret) not in kept for secret in secrets)
