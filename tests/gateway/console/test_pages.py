"""What the console shows: the caseload, one placement, and nothing that is not in one's sight."""

import re

from records.health import borrow
from tests.gateway.console.visitor import COORDINATOR, OTHER_SPECIALIST, PRINCIPAL, SPECIALIST, TEACHER, Visitor
from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, page_of, text_of


def ids_on(page: str) -> set[str]:
    return set(re.findall(r"/console/placements/(pl-\d+)", page))


async def test_everybody_sees_the_learners_of_their_schools_and_no_others(office: Desk) -> None:
    seen = {}
    for who in (SPECIALIST, OTHER_SPECIALIST, COORDINATOR, PRINCIPAL, TEACHER):
        visitor = await Visitor(office).sign_in(who)
        seen[who[0]] = ids_on(await visitor.page("/console"))
        for id_ in ("pl-101", "pl-102", "pl-103", "pl-999"):
            answer = await visitor.get(f"/console/placements/{id_}")
            assert answer.status_code == (200 if id_ in seen[who[0]] else 404), (who, id_)
            page_of(answer.text)

    assert seen["stf-3001"] == {"pl-101"}
    assert seen["stf-3002"] == {"pl-102"}
    assert seen["stf-3021"] == {"pl-101", "pl-102", "pl-103"}
    assert seen["stf-3022"] == {"pl-103"}
    assert seen["stf-3011"] <= {"pl-101"}


async def test_what_is_out_of_sight_looks_like_what_is_not_there(office: Desk) -> None:
    visitor = await Visitor(office).sign_in(SPECIALIST)
    hidden, nothing = [(await visitor.get(f"/console/placements/{id_}")).text for id_ in ("pl-102", "pl-999")]

    assert hidden.replace("pl-102", "pl-999") == nothing


async def test_a_line_says_who_is_awaited_for_what_since_when_and_until_when(office: Desk) -> None:
    visitor = await Visitor(office).sign_in(SPECIALIST)
    page = page_of(await visitor.page("/console"))
    (waits,) = by_class(page, "waits")

    assert re.match(
        r"Worksite supervisor Adaeze Obi: Confirmation by the worksite due \w+, Jun \d+ · asked Mon, Jun 7",
        text_of(waits),
    )


FILTERS: list[tuple[dict[str, str], set[str]]] = [
    ({}, {"pl-101", "pl-102", "pl-103"}),
    ({"q": "PL-102"}, {"pl-102"}),
    ({"q": "eastbank"}, {"pl-101", "pl-102", "pl-103"}),
    ({"q": "100%"}, set()),
    ({"state": "proposed"}, {"pl-101", "pl-102", "pl-103"}),
    ({"state": "active"}, set()),
    ({"school": "org-0103"}, {"pl-103"}),
    ({"host": "hst-4001"}, {"pl-101", "pl-102", "pl-103"}),
    ({"host": "hst-4002"}, set()),
    ({"role": "worksite_supervisor"}, {"pl-101", "pl-102", "pl-103"}),
    ({"role": "guardian"}, set()),
    ({"overdue": "1"}, set()),
    ({"soon": "1"}, {"pl-101", "pl-102", "pl-103"}),
    ({"program": "boston-summer-internship"}, {"pl-101", "pl-102", "pl-103"}),
    ({"program": "job-shadow-day"}, set()),
    ({"show": "ended"}, set()),
    ({"show": "all"}, {"pl-101", "pl-102", "pl-103"}),
    ({"after": "2027-01-01T00:00:00+00:00~pl-0"}, {"pl-101", "pl-102", "pl-103"}),
    ({"after": "~pl-0"}, set()),
    ({"after": "nonsense"}, {"pl-101", "pl-102", "pl-103"}),
]


async def test_filters_are_parts_of_the_address(coordinator: Visitor) -> None:
    for given, fit in FILTERS:
        assert ids_on(await coordinator.page("/console", **given)) == fit, given


async def test_what_the_filters_hide_is_counted_and_one_link_away(coordinator: Visitor) -> None:
    page = await coordinator.page("/console", state="active")
    assert "3 placements in your sight do not fit." in page
    assert "/console?show=all" in page
    ended = "update placements set outcome = $1, answer_due_at = $2 where id = 'pl-103'"
    async with coordinator.desk.pool.acquire() as conn:
        due = await conn.fetchval("select answer_due_at from placements where id = 'pl-103'")
        await conn.execute(ended, "no_show", None)
        page = await coordinator.page("/console")
        await conn.execute(ended, None, due)
    assert "One finished placement is not shown." in page
    assert 'href="/console?show=all"' in page


async def test_a_search_finds_a_name_without_its_marks(coordinator: Visitor) -> None:
    async with coordinator.desk.pool.acquire() as conn:
        await conn.execute(
            "update people set family_name = 'Beltrán' from placements where placements.id = 'pl-101' "
            "and people.id = learner_id"
        )
    assert ids_on(await coordinator.page("/console", q="beltran")) == {"pl-101"}


async def test_mail_that_is_held_back_is_told_with_why_and_until_when(coordinator: Visitor, office: Desk) -> None:
    async with office.pool.acquire() as conn:
        await conn.execute(
            "insert into notifications (lifecycle, key, lifecycle_id, request_id, person_id, role, message, message_id,"
            " outcome, reason, at, held_until, first_claimed_at, claimed_at)"
            " values ('placement', 'k', 'pl-101', 'host_confirmation', 'sup-2001', 'worksite_supervisor',"
            " 'request_due_reminder', '<1>', 'held', 'quiet_hours', now(), '2027-07-05T13:15:00Z', now(), now())"
        )
    page = await coordinator.page("/console/placements/pl-101")
    held = next(text_of(one) for one in by_class(page_of(page), "story"))
    assert "is held until Mon, Jul 5, 9:15 AM:" in held
    assert "(their quiet hours)" in held


async def test_a_placement_page_says_whom_to_call_and_tells_the_story(coordinator: Visitor) -> None:
    page = await coordinator.page("/console/placements/pl-101")

    assert 'href="mailto:adaeze.obi@example.org"' in page
    assert 'href="tel:617-555-0150"' in page
    story = [text_of(one) for one in by_class(page_of(page), "story")]
    assert "Confirmation by the worksite: asked of Worksite supervisor Adaeze Obi" in story[0]
    assert "{" not in story[0]


async def test_the_console_speaks_the_language_that_was_chosen(coordinator: Visitor) -> None:
    assert 'lang="es"' in await coordinator.page("/console", lang="es")
    assert '<html lang="es">' in await coordinator.page("/console/placements/pl-101")
    assert '<html lang="en">' in await coordinator.page("/console", lang="en")


async def test_whoever_has_only_the_address_finds_a_page(visitor: Visitor) -> None:
    page = await visitor.page("/")

    assert 'href="/console"' in page
    assert 'href="/docs"' in page
    assert (await visitor.get("/console/nowhere/at/all")).status_code == 404


async def test_whoever_coordinates_sees_who_was_shown_a_learners_record_and_so_does_the_file(office: Desk) -> None:
    async with borrow(office.pool) as conn:
        learner = await conn.fetchval("select learner_id from placements where id = 'pl-101'")
    specialist, coordinator = [await Visitor(office).sign_in(who) for who in (SPECIALIST, COORDINATOR)]
    path = f"/console/learners/{learner}/disclosures"
    for _ in range(2):
        await specialist.page("/console/placements/pl-101")
    assert f'href="{path}"' not in await specialist.page("/console/placements/pl-101")
    assert (await specialist.get(path)).status_code == 403
    assert f'href="{path}"' in await coordinator.page("/console/placements/pl-101")

    page = page_of(await coordinator.page(path))
    row = next(row for row in page.iter("tr") if "Denise Whitfield" in text_of(row) and "The placement" in text_of(row))
    assert re.search(
        r"\d+ times that day Denise Whitfield Career Specialist The placement School official", text_of(row)
    )
    file = (await coordinator.get(f"{path}.csv")).content.decode("utf-8-sig")
    assert file.count("Denise Whitfield") >= 3
    assert "This list" in file
    assert "Funcionario escolar" in await coordinator.page(f"{path}?lang=es")
    assert (await coordinator.get("/console/learners/lrn-none/disclosures")).status_code == 404
