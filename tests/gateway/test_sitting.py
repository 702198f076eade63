"""A person of whom several forms are asked gets through all of them from any of her links."""

import httpx2

from records import links
from records.health import borrow
from schemas.vocabulary import Role
from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, page_of, sent_by, text_of
from tests.gateway.test_drafts import agreement, filled, notices
from tests.gateway.test_forms import ACCEPT, everything, post, words


async def two_interns(desk: Desk) -> tuple[str, str]:
    """Two learners for one supervisor, and her links."""
    await desk.proposed()
    answer = await desk.send("placement.proposed", "pl-2", {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"})
    assert answer.status_code == 200
    return await desk.link(), await desk.link(id_="pl-2")


def asks(answer: httpx2.Response) -> list[tuple[str, str]]:
    """Each open form on the list: its state, and where it leads."""
    return [
        (text_of(by_class(one, "state")[0]), next(one.iter("a")).get("href") or "")
        for one in by_class(page_of(answer.text), "card")
        if by_class(one, "state")
    ]


async def test_the_list_holds_what_is_open_saved_and_sent_and_looking_changes_nothing(desk: Desk) -> None:
    first, _ = await two_interns(desk)
    form = await desk.person.get(first)
    assert "One more form is asked of you" in words(form)
    before = await everything(desk)

    listed = asks(await desk.person.get(f"{first}/all"))

    assert listed == [
        ("Not answered yet", f"{first}?lang=en"),
        ("Not answered yet", f"{first}/of/placement/pl-2/host_confirmation?lang=en"),
    ]
    assert await everything(desk) == before
    await post(desk, listed[1][1], {"comment": "Half", "_do": "save"})
    assert [state for state, _ in asks(await desk.person.get(f"{first}/all"))] == [
        "Not answered yet",
        "Saved, not sent yet",
    ]


async def test_all_is_answered_in_one_sitting_each_with_a_submission_and_a_receipt_of_its_own(desk: Desk) -> None:
    first, _ = await two_interns(desk)

    receipt = await post(desk, first, ACCEPT)
    (following,) = (one.get("href") or "" for one in by_class(page_of(receipt.text), "button"))
    form = await desk.person.get(following)
    last = await post(desk, following, ACCEPT)
    done = await desk.person.get(f"{first}/all?lang=es")

    assert "Answer the next one" in words(receipt)
    assert form.status_code == 200
    assert "Thank you. Your answers are saved." in words(last)
    assert "Answer the next one" not in words(last)
    assert await desk.count("select count(distinct lifecycle_id) from submissions") == 2
    assert ((await desk.view("pl-1"))["state"], (await desk.view("pl-2"))["state"]) == ("offered", "offered")
    assert "No hay nada pendiente" in words(done)
    assert len(by_class(page_of(done.text), "none")) == 2


async def test_a_link_opens_only_what_is_asked_of_its_own_reader(desk: Desk) -> None:
    first, _ = await two_interns(desk)
    await desk.send("offer.made", "pl-2")
    for type_ in ("offer.made", "offer.accepted"):
        await desk.send(type_, "pl-1")
    parent = await desk.link("agreement.guardian", person_id="grd-5002", role=Role.GUARDIAN)

    for link, matter in (
        (first, "placement/pl-1/agreement.guardian"),
        (parent, "placement/pl-1/agreement.worksite_supervisor"),
        (parent, "placement/pl-1/agreement.student"),
        (first, "placement/pl-9/host_confirmation"),
        (first, "incident/pl-1/host_confirmation"),
    ):
        assert (await desk.person.get(f"{link}/of/{matter}")).status_code == 404
        assert (await post(desk, f"{link}/of/{matter}", ACCEPT)).status_code == 404
    assert (await desk.person.get(f"{first}/of/placement/pl-2/host_confirmation")).status_code == 410


async def test_a_link_that_is_void_or_has_expired_opens_nothing_else(desk: Desk) -> None:
    first, second = await two_interns(desk)
    async with borrow(desk.pool) as conn:
        await links.revoke(conn, "placement", "pl-1", "host_confirmation")

    assert (await desk.person.get(f"{first}/all")).status_code == 410
    assert (await desk.person.get(f"{first}/of/placement/pl-2/host_confirmation")).status_code == 404
    desk.wait(days=31)
    assert (await desk.person.get(f"{second}/of/placement/pl-1/host_confirmation")).status_code == 404


async def test_somebody_else_can_be_named_for_another_form_too(desk: Desk) -> None:
    first, _ = await two_interns(desk)

    answer = await post(desk, f"{first}/of/placement/pl-2/host_confirmation/wrong", {"reason": "not_my_student"})

    assert "Thank you for telling us" in words(answer)
    assert (await desk.view("pl-2"))["requests"][0]["holders"] == ["sup-2002"]
    assert (await desk.view("pl-1"))["requests"][0]["holders"] == ["sup-2001"]


async def test_comments_and_choices_are_taken_over_only_when_asked_for(desk: Desk) -> None:
    first, second = await two_interns(desk)
    await post(desk, first, ACCEPT | {"comment": "Bring lunch."})

    plain = await desk.person.get(second)
    (way,) = (one.get("href") or "" for one in page_of(plain.text).iter("a") if "copy=all" in (one.get("href") or ""))
    copied = await desk.person.get(way)

    assert "You answered the same form about Mateo A." in notices(plain)[0]
    assert sent_by(page_of(plain.text)) == {"comment": ""}
    assert sent_by(page_of(copied.text)) == {"decision": "accept", "comment": "Bring lunch."}
    assert "Change what is different here" in notices(copied)[0]


async def test_facts_are_taken_over_at_once_but_no_consent_and_no_remark(desk: Desk) -> None:
    parent = await agreement(desk)
    raw = await filled(desk, parent)
    await post(desk, parent, raw)
    await desk.proposed("pl-2", "lrn-1042", "opp-6002")
    for type_ in ("offer.made", "offer.accepted"):
        await desk.send(type_, "pl-2")
    other = await desk.link("agreement.guardian", id_="pl-2", person_id="grd-5002", role=Role.GUARDIAN)

    page = await desk.person.get(f"{other}?lang=en")

    kept = {name: value for name, value in sent_by(page_of(page.text)).items() if value}
    assert kept == {name: raw[name] for name in ("emergency_name", "emergency_phone", "signature")}
    assert notices(page)[0].startswith("Filled in from your answer about Mateo Alvarado Reyes:")
