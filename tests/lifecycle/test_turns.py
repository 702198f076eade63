"""Asks that repeat: on their day of the week, and hours for every week that was worked."""

from datetime import date
from typing import Any

import pytest

from schemas.programs import Program
from schemas.vocabulary import PlacementState, RequestState
from tests.lifecycle.lives import BOSTON, Life, active, local, proposal
from tests.lifecycle.programs_made import with_ask


def weekly(kind: str = "hours", **repeat: Any) -> Program:
    return with_ask(
        "supervision",
        id="weekly",
        kind=kind,
        form="weekly-hours@2026.1" if kind == "hours" else "check-in@2026.1",
        of=["student"],
        opens="start",
        due="opened + 1bd",
        close="due + 3bd",
        blocks=False,
        repeat={"weeks": 1, **repeat},
    )


def asked(life: Life) -> list[str]:
    opened = [one for one in life.events if one.type == "request.opened" and one.ask_id == "weekly"]
    return [f"{one.at.astimezone(BOSTON):%a %m-%d}" for one in opened]


def whole(program: Program, start: date, end: date) -> Life:
    life = active(proposal(program=program, start=start, end=end))
    life.pass_days_until(local(f"{end} 18:00"))
    life.tick()
    return life


@pytest.mark.parametrize("start", [date(2027, 7, 6), date(2027, 7, 7), date(2027, 7, 12)])
def test_an_ask_with_a_weekday_is_asked_on_it_whatever_day_the_placement_starts_on(start: date) -> None:
    life = whole(weekly("check_in", weekday="friday"), start, date(2027, 8, 13))
    assert {day[:3] for day in asked(life)} == {"Fri"}
    assert asked(life)[-1] == "Fri 08-13"


def test_without_a_weekday_it_is_asked_on_that_of_its_opening() -> None:
    assert asked(whole(weekly("check_in"), date(2027, 7, 7), date(2027, 7, 22))) == [
        "Wed 07-07",
        "Wed 07-14",
        "Wed 07-21",
    ]


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (date(2027, 7, 23), ["Fri 07-16", "Fri 07-23"]),
        (date(2027, 7, 21), ["Fri 07-16", "Wed 07-21"]),
        (date(2027, 7, 25), ["Fri 07-23", "Mon 07-26"]),
    ],
    ids=["on the last Friday", "in the middle of the week", "on a Sunday"],
)
def test_the_hours_of_the_last_week_are_asked_on_the_last_day(end: date, last: list[str]) -> None:
    assert asked(whole(weekly(weekday="friday"), date(2027, 7, 6), end))[-2:] == last


def test_the_hours_of_the_last_week_can_still_be_handed_in_after_the_sign_off() -> None:
    life = whole(weekly(weekday="friday"), date(2027, 7, 6), date(2027, 7, 23))
    life.submit("final_evaluation")
    life.submit("sign_off", "sign")
    assert life.state is PlacementState.COMPLETED
    life.submit("weekly.3")
    assert life.request("weekly.3").state is RequestState.SUBMITTED


def test_a_last_week_is_only_cut_short_for_hours() -> None:
    life = whole(weekly("check_in", weekday="friday"), date(2027, 7, 6), date(2027, 7, 21))
    assert asked(life) == ["Fri 07-09", "Fri 07-16"]
