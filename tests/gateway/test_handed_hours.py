"""Whoever confirms hours, or settles a dispute, sees what was handed in."""

from datetime import date
from typing import Any

import pytest

from gateway.handed_hours import week_text
from records import lifecycles, submissions
from records.health import borrow
from schemas.vocabulary import Role
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of, text_of
from tests.records.cases import REQUEST, case
from tests.records.lives import NOON

ZONE = "America/New_York"
MONDAY = date(2027, 7, 12)
ANSWERS: dict[str, Any] = {
    "week_of": "2027-07-12",
    "mon_start": "09:00",
    "mon_end": "14:00",
    "mon_break": 30,
    "fri_start": "20:00",
    "fri_end": "00:15",
    "supervised": "yes",
}


def test_each_stretch_of_work_is_a_line_and_the_sum_comes_last() -> None:
    assert week_text(ANSWERS, MONDAY, ZONE, "en").replace("\u202f", " ").splitlines() == [
        "Mon, Jul 12: 9:00 AM – 2:00 PM, break 30 min",
        "Fri, Jul 16: 8:00 PM – 12:15 AM",
        "8.75 hours in all",
    ]


def test_hours_are_told_in_spanish_too() -> None:
    text = week_text(ANSWERS, MONDAY, ZONE, "es").replace("\u202f", " ")
    assert text.startswith("lun, 12 de jul: 9:00 a.m. – 2:00 p.m., descanso 30 min\n")
    assert text.endswith("8.75 horas en total")


def test_a_week_without_work_has_no_hours() -> None:
    assert week_text({}, MONDAY, ZONE, "en") == "0 hours in all"


@pytest.mark.parametrize(
    ("kind", "form", "week_of", "said"),
    [
        ("hours_approval", "hours-approval@2026.1", "2027-07-12", "Mon, Jul 12: 9:00 AM – 2:00 PM, break 30 min"),
        ("hours_dispute", "hours-dispute@2026.1", "", "Mon, Jun 21: 9:00 AM – 2:00 PM, break 30 min"),
    ],
)
async def test_the_page_shows_the_hours_of_the_week_it_is_about(
    desk: Desk, kind: str, form: str, week_of: str, said: str
) -> None:
    handed_in = {"kind": "hours", "form": "weekly-hours@2026.1", "state": "submitted", "number": 3}
    asked = {"id": "about", "kind": kind, "form": form, "number": 3, "holders": ["sup-2001"]}
    requests = [REQUEST | handed_in | {"submission_id": "sub-3"}, REQUEST | asked]
    batch = case("incident", host_id="hst-4001", learner_id="lrn-1042", requests=requests)
    role = Role.WORKSITE_SUPERVISOR if kind == "hours_approval" else Role.CAREER_SPECIALIST
    async with borrow(desk.pool) as conn:
        await lifecycles.record_batch(conn, batch)
        await submissions.save(
            conn,
            id="sub-3",
            lifecycle="incident",
            lifecycle_id=batch.id,
            request_id="confirmation",
            person_id="lrn-1042",
            role=Role.STUDENT,
            form="weekly-hours@2026.1",
            language="en",
            answers=ANSWERS | {"week_of": week_of},
            decision=None,
            at=NOON,
        )
    link = await desk.link("about", lifecycle="incident", id_=batch.id, role=role)
    page = page_of((await desk.person.get(link)).text)

    seen = text_of(page).replace("\u202f", " ")
    assert said in seen
    assert "8.75 hours in all" in seen
