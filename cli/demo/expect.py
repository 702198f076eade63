"""Whether a placement went as its script says: the outcome, and what must have happened on the way."""

from collections.abc import Callable
from typing import Any

from cli.demo.play import Progress

Check = Callable[[dict[str, Any]], str | None]


def shortfalls(one: Progress) -> list[str]:
    """What is missing, in words; empty when everything went as scripted."""
    script = one.part.script
    found: list[str] = []
    if one.outcome != script.outcome:
        found.append(f"ended as {one.outcome or one.view.get('state', 'unknown')}, not as {script.outcome}")
    check = _CHECKS.get(script.name)
    missing = check(one.view) if check and one.view else None
    if missing:
        found.append(missing)
    return found


def _request(view: dict[str, Any], request_id: str) -> dict[str, Any]:
    absent: dict[str, Any] = {"state": "missing", "asked": []}
    return next((one for one in view["requests"] if one["id"] == request_id), absent)


def _ways(view: dict[str, Any], request_id: str) -> set[str]:
    return {line["how"] for line in _request(view, request_id)["asked"]}


def _submitted(request_id: str) -> Check:
    return lambda view: None if _request(view, request_id)["state"] == "submitted" else f"{request_id} is not submitted"


def _asked(request_id: str, *ways: str) -> Check:
    def check(view: dict[str, Any]) -> str | None:
        missing = set(ways) - _ways(view, request_id)
        return f"{request_id} was never {', '.join(sorted(missing))}" if missing else None

    return check


def _until(end: str) -> Check:
    return lambda view: None if view["end"] == end else f"the last day is {view['end']}, not {end}"


_CHECKS: dict[str, Check] = {
    "guardian_signs": _submitted("agreement.guardian"),
    "after_the_alternate": _asked("final_evaluation", "reminded", "escalated"),
    "never_returned": _asked("final_evaluation", "reminded", "escalated", "told"),
    "supervisor_replaced": _asked("baseline_evaluation", "reassigned"),
    "withdraws": lambda view: None if view["seat"] == "released" else "the seat was not given back",
    "takes_the_seat": lambda view: None if view["seat"] == "held" else "no seat was held",
    "extended": _until("2027-08-27"),
}
