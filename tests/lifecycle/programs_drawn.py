"""Programs nobody would write: valid, with random deadlines, ladders and holidays."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from schemas.programs import Program
from tests.lifecycle.lives import PROGRAM

ESCALATED = ("site_contact", "program_manager")
OPENS = {"first_day": "start", "baseline_evaluation": "start", "final_evaluation": "end", "self_assessment": "end"}


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """The shipped stages and kinds with everything that is counted in days drawn anew."""
    parts = PROGRAM.model_dump(mode="json")
    parts["notice"] = draw(st.integers(1, 5))
    holidays = draw(st.sets(st.dates(date(2027, 5, 1), date(2028, 2, 28)), max_size=15))
    parts["calendar"] |= {"holidays": [str(day) for day in holidays], "time_zone": draw(st.sampled_from(ZONES))}
    for stage in parts["stages"]:
        for ask in stage["asks"]:
            ask.update(draw(_deadlines(ask["id"])))
    return Program.model_validate(parts)


ZONES = ("America/New_York", "Pacific/Auckland", "Europe/Madrid")


@st.composite
def _deadlines(draw: st.DrawFn, ask_id: str) -> dict[str, Any]:
    opens = OPENS.get(ask_id)
    anchors = ["opened", opens or "start"]
    return {
        "opens": draw(st.one_of(st.none(), _moment(opens, -8, 8))) if opens else None,
        "due": draw(st.sampled_from(anchors).flatmap(lambda anchor: _moment(anchor, -10, 20))),
        "ladder": draw(st.lists(_step(), max_size=6, unique_by=lambda step: step.get("who", id(step)))),
        "close": draw(_moment("due", 0, 25)),
    }


@st.composite
def _step(draw: st.DrawFn) -> dict[str, str]:
    step = {
        "at": draw(st.sampled_from(["opened", "due"]).flatmap(lambda anchor: _moment(anchor, -10, 25))),
        "then": draw(st.sampled_from(["remind", "ask", "tell"])),
    }
    if step["then"] != "remind":
        step["who"] = draw(st.sampled_from(["alternate_supervisor", *ESCALATED]))
    return step


def _moment(anchor: str, low: int, high: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda count, unit: f"{anchor} {'-' if count < 0 else '+'} {abs(count)}{unit}",
        st.integers(low, high),
        st.sampled_from(["d", "bd"]),
    )
