"""Programs nobody would write: valid, with random deadlines, ladders and holidays."""

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from catalog.program_catalog import load_program
from schemas.programs import Program
from tests.lifecycle.lives import PROGRAM

WHOLE = load_program(Path(__file__).parent / "whole_program.yaml")
ESCALATED = ("alternate_supervisor", "site_contact", "program_manager")
ZONES = ("America/New_York", "Pacific/Auckland", "Europe/Madrid")
NOT_EARLIER = ("exit", "expires")
"""A late opening is counted from these; a request that is due by them opens by them too."""


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """The stages and kinds of a program with everything that is counted in days drawn anew."""
    parts = draw(st.sampled_from((PROGRAM, WHOLE))).model_dump(mode="json")
    parts["notice"] = draw(st.integers(1, 5))
    holidays = draw(st.sets(st.dates(date(2027, 5, 1), date(2028, 2, 28)), max_size=15))
    parts["calendar"] |= {"holidays": [str(day) for day in holidays], "time_zone": draw(st.sampled_from(ZONES))}
    parts["waitlist"] = draw(st.booleans())
    parts["late_days"] = draw(st.sampled_from((0, 3, 90)))
    drawn = draw(st.sets(st.sampled_from([ask["id"] for stage in parts["stages"] for ask in stage["asks"]])))
    for stage in parts["stages"]:
        for ask in stage["asks"]:
            if ask["id"] in drawn:
                ask.update(draw(_deadlines(ask)))
    return Program.model_validate(parts)


@st.composite
def _deadlines(draw: st.DrawFn, ask: dict[str, Any]) -> dict[str, Any]:
    anchor = ask["opens"].split()[0] if ask["opens"] else None
    opens = draw(_moment(anchor, -8, 8)) if anchor else None
    anchors = ["opened"]
    if ask["on"] is None and ask["repeat"] is None:
        anchors.append(anchor or "start")
    if anchor not in NOT_EARLIER and ask["repeat"] is None and draw(st.booleans()):
        opens = None
    asked = {one["role"] for one in ask["of"]}
    others = [role for role in ESCALATED if role not in asked]
    return {
        "opens": opens,
        "due": draw(st.sampled_from(anchors).flatmap(lambda one: _moment(one, -10, 20))),
        "ladder": draw(st.lists(_step(others), max_size=4, unique_by=lambda step: step.get("who", id(step)))),
        "close": draw(_moment("due", 0, 25)),
    }


@st.composite
def _step(draw: st.DrawFn, others: list[str]) -> dict[str, str]:
    step = {
        "at": draw(st.sampled_from(["opened", "due"]).flatmap(lambda anchor: _moment(anchor, -10, 25))),
        "then": draw(st.sampled_from(["remind", "ask", "tell"])),
    }
    if step["then"] != "remind":
        step["who"] = draw(st.sampled_from(others))
    return step


def _moment(anchor: str, low: int, high: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda count, unit: f"{anchor} {'-' if count < 0 else '+'} {abs(count)}{unit}",
        st.integers(low, high),
        st.sampled_from(["d", "bd"]),
    )
