"""What a rehearsal showed: how placements ended, who let others wait, what needed somebody, and what is stuck."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import httpx2

from cli.connection import ask
from cli.rehearse.engine import Engine
from cli.rehearse.picture import Asked, Known, Trouble
from cli.rehearse.season import Season

LONGEST = 12
UNSENT = {"message.skipped": "mail not sent", "message.bounced": "mail refused", "message.deferred": "mail waits"}
EXPECTED = frozenset({"not_open"})
"""Reasons for not sending a mail that mean nothing: what it would have asked is answered already."""


@dataclass(frozen=True)
class Wait:
    """How long one request was open, in days of the program's clock, and how it ended (None: it is open)."""

    lifecycle_id: str
    request_id: str
    role: str
    days: float
    ended: str | None


@dataclass(frozen=True)
class Stuck:
    """A placement without an outcome: where it stands, the story it tells of itself, and what holds it up, if known."""

    placement_id: str
    state: str
    story: str
    held_up_by: str


@dataclass(frozen=True)
class Report:
    """Everything a rehearsal reports.

    `faults` are answers of the product that should not be; `parked` is a fault in our own code. `lag` is by how many
    days of the program's clock mails and answers came later than they should, because the machine is slow: the median
    and the longest.
    """

    outcomes: dict[str, int]
    waits: tuple[Wait, ...]
    by_kind: dict[str, dict[str, float]]
    needed: dict[str, int]
    examples: dict[str, str]
    counts: dict[str, int]
    stuck: tuple[Stuck, ...]
    parked: tuple[str, ...]
    faults: tuple[str, ...]
    owed: int
    lag: tuple[float, float]

    @property
    def ok(self) -> bool:
        """Whether nothing is stuck or parked, and the product answered as it should."""
        return not (self.stuck or self.parked or self.faults)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {"ok": self.ok, **asdict(self)}


async def make_report(season: Season, api: httpx2.AsyncClient, engine: Engine) -> Report:
    """Put together what the season knows, and ask the gateway for stories and mails not sent, Temporal for faults."""
    picture = season.picture
    unsent = [one for id_ in [known.id for known in picture.placements] for one in await _unsent(api, id_)]
    needed, examples = _needed([*picture.troubles, *unsent])
    missing = [one for one in picture.placements if one.outcome is None]
    return Report(
        outcomes=dict(Counter(str(one.outcome) for one in picture.placements if one.outcome).most_common()),
        waits=tuple(_waits(season)[:LONGEST]),
        by_kind=_by_kind(season),
        needed=needed,
        examples=examples,
        counts=dict(sorted(season.record.counts.items())),
        stuck=tuple([await _stuck(api, engine, one) for one in missing]),
        parked=tuple(await engine.parked(season.run)),
        faults=tuple(season.record.faults),
        owed=sum(one.is_open for one in picture.requests()),
        lag=_lag(season.record.lags),
    )


def _waits(season: Season) -> list[Wait]:
    """Every request with how long it was open, the longest first."""
    waits = [
        Wait(one.lifecycle_id, one.id, str(one.by or one.last_role), _days(_length(season, one)), one.ended)
        for one in season.picture.requests()
    ]
    return sorted(waits, key=lambda one: -one.days)


def _length(season: Season, one: Asked) -> timedelta:
    return (one.closed_at or season.now()) - one.opened_at


def _lag(lags: list[timedelta]) -> tuple[float, float]:
    late = sorted(lags) or [timedelta()]
    return _days(late[len(late) // 2]), _days(late[-1])


def _days(length: timedelta) -> float:
    return round(length / timedelta(days=1), 1)


def _by_kind(season: Season) -> dict[str, dict[str, float]]:
    """For each kind of request: how often asked, answered and never answered, median and longest wait in days."""
    found: dict[str, list[Asked]] = {}
    for one in season.picture.requests():
        found.setdefault(str(one.kind), []).append(one)
    rows: dict[str, dict[str, float]] = {}
    for kind, requests in sorted(found.items()):
        lengths = sorted(_length(season, one) for one in requests)
        rows[kind] = {
            "asked": len(requests),
            "answered": sum(one.ended == "submitted" for one in requests),
            "never": sum(one.ended == "not provided" for one in requests),
            "median_days": _days(lengths[len(lengths) // 2]),
            "longest_days": _days(lengths[-1]),
        }
    return rows


def _needed(troubles: list[Trouble]) -> tuple[dict[str, int], dict[str, str]]:
    """What needed somebody, by what and about what; with one id to look at for each."""
    counted: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for one in troubles:
        words = f"{one.what}: {one.about.replace('_', ' ')}".removesuffix(": ")
        counted[words] += 1
        examples.setdefault(words, one.lifecycle_id)
    return dict(counted.most_common()), examples


async def _unsent(api: httpx2.AsyncClient, placement_id: str) -> list[Trouble]:
    """The mails about a placement that did not go out, but for those that were not wanted any more."""
    entries = (await ask(api, "GET", f"/placements/{placement_id}/timeline")).json()["items"]
    return [
        Trouble(placement_id, UNSENT[one["type"]], str(one["data"].get("reason") or ""), "", one["at"])
        for one in entries
        if one["type"] in UNSENT and one["data"].get("reason") not in EXPECTED
    ]


async def _stuck(api: httpx2.AsyncClient, engine: Engine, one: Known) -> Stuck:
    view = (await ask(api, "GET", f"/placements/{one.id}")).json()
    return Stuck(one.id, view["state"], view["story"], await engine.held_up_by(one.id))
