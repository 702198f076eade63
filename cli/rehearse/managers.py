"""What the intermediary, employers and families do besides answering: each act with a small chance, on some day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cli.rehearse.cast import Pairing
from cli.rehearse.picture import Known
from cli.rehearse.temper import Temper
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K

SNOW_DAY, TOO_LONG = 0.5, 0.2
"""How likely it is that the whole program is paused for a day or two, and that planned shifts are too long."""

BEFORE, AT_WORK = frozenset({S.PREPARING, S.READY}), frozenset({S.ACTIVE})
ANY = BEFORE | AT_WORK | {S.OFFERED}


class Situation(NamedTuple):
    """One placement as an act meets it, its last day by now, and dice."""

    pairing: Pairing
    known: Known
    last: date
    today: date
    zone: ZoneInfo
    dice: Random


Data = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of act: how likely it is for a placement, in which states, and what is said; None: it does not fit."""

    type: str
    chance: float
    states: frozenset[S]
    data: Callable[[Situation], Data | None]


def _extended(now: Situation) -> Data:
    return {"end": (now.last + timedelta(days=now.dice.choice((7, 14)))).isoformat()}


def _shortened(now: Situation) -> Data | None:
    end = max(now.today, now.pairing.offer.start) + timedelta(days=2)
    return {"end": end.isoformat()} if end < now.last else None


def _replaced(now: Situation) -> Data:
    return {"supervisor_id": now.dice.choice(now.pairing.offer.others)}


def _suspended(now: Situation) -> Data:
    return {"reason": "store_closed", "resume_by": (now.today + timedelta(days=now.dice.randint(3, 12))).isoformat()}


def _incident(now: Situation) -> Data:
    return {
        "severity": now.dice.choice(("low", "medium", "high")),
        "category": now.dice.choice(("injury", "harassment", "equipment")),
        "incident_id": f"inc-{now.pairing.placement_id}",
    }


def _planned(now: Situation) -> Data:
    """A plan for the days to come, sometimes with a shift that is too long for a minor."""
    first = max(now.today, now.pairing.offer.start)
    days = [first + timedelta(days=number) for number in range(5)]
    begins, ends = (time(7), time(21, 30)) if now.dice.random() < TOO_LONG else (time(9), time(15))
    shifts = [
        {
            "id": f"{day}",
            "start": datetime.combine(day, begins, now.zone).isoformat(),
            "end": datetime.combine(day, ends, now.zone).isoformat(),
            "break_minutes": 30,
        }
        for day in days
        if day.weekday() < 5
    ]
    return {"first": days[0].isoformat(), "last": days[-1].isoformat(), "shifts": shifts}


def _of_request(kinds: frozenset[K] | None, *, is_open: bool, **more: Any) -> Callable[[Situation], Data | None]:
    """Something about a request of these kinds (any, if None) that is open, or answered."""

    def data(now: Situation) -> Data | None:
        fitting = [
            one.id
            for one in now.known.requests.values()
            if (one.is_open if is_open else one.ended == "submitted") and (kinds is None or one.kind in kinds)
        ]
        said = {name: value(now) if callable(value) else value for name, value in more.items()}
        return {"request_id": now.dice.choice(fitting), **said} if fitting else None

    return data


def _a_day(now: Situation) -> str:
    return (now.today + timedelta(days=now.dice.randint(1, 6))).isoformat()


def _nothing(_: Situation) -> Data:
    return {}


WAIVED = frozenset({K.ORIENTATION, K.EMERGENCY_CONTACT, K.CHECK_IN, K.SITE_VISIT})
GIVEN_BACK = frozenset({K.AGREEMENT, K.BASELINE_EVALUATION, K.FINAL_EVALUATION, K.HOURS, K.TRAINING_PLAN})
VISITS = frozenset({K.SITE_VISIT})

KINDS: tuple[Kind, ...] = (
    Kind("placement.extended", 0.06, AT_WORK, _extended),
    Kind("placement.shortened", 0.03, AT_WORK, _shortened),
    Kind("supervisor.replaced", 0.06, BEFORE | AT_WORK, _replaced),
    Kind("supervisor.left", 0.04, BEFORE | AT_WORK, _nothing),
    Kind("employer.cancelled", 0.04, ANY, lambda _: {"reason": "store_closed"}),
    Kind("placement.withdrawn", 0.05, ANY, lambda _: {"reason": "moved_away"}),
    Kind("placement.suspended", 0.04, AT_WORK, _suspended),
    Kind("placement.resumed", 0.5, frozenset({S.SUSPENDED}), _nothing),
    Kind("placement.terminated", 0.01, AT_WORK, lambda _: {"reason": "unsafe_conduct"}),
    Kind("attendance.missed", 0.06, AT_WORK, _nothing),
    Kind("incident.reported", 0.05, AT_WORK, _incident),
    Kind("shifts.planned", 0.3, frozenset({S.READY, S.ACTIVE}), _planned),
    Kind("visit.scheduled", 0.5, AT_WORK, _of_request(VISITS, is_open=True, day=_a_day)),
    Kind("request.resent", 0.1, ANY, _of_request(None, is_open=True)),
    Kind("request.waived", 0.05, ANY, _of_request(WAIVED, is_open=True, reason="done_last_year")),
    Kind("request.returned", 0.05, ANY, _of_request(GIVEN_BACK, is_open=False, reason="incomplete")),
)


class Act(NamedTuple):
    """An act that is due: what is sent to which placement."""

    placement_id: str
    type: str
    data: Data


class Managers:
    """Draws the acts of a season, and says which are due."""

    def __init__(self, pairings: tuple[Pairing, ...], temper: Temper) -> None:
        self._temper = temper
        self._waiting: list[tuple[Pairing, Kind, date]] = []
        for pairing in pairings:
            for kind in KINDS:
                dice = temper.chance("act", kind.type, pairing.placement_id)
                if dice.random() < kind.chance:
                    self._waiting.append((pairing, kind, _some_day(pairing, kind, dice)))
        self.pause = _snow(pairings, temper)

    def due(self, known: dict[str, Known], lasts: dict[str, date], today: date, zone: ZoneInfo) -> list[Act]:
        """The acts whose day has come and whose placement stands where they fit; each is given once."""
        acts: list[Act] = []
        waiting: list[tuple[Pairing, Kind, date]] = []
        for pairing, kind, day in self._waiting:
            one = known.get(pairing.placement_id)
            if one is None or day > today or one.state not in kind.states:
                if one is None or one.outcome is None:
                    waiting.append((pairing, kind, day))
                continue
            dice = self._temper.chance("data", kind.type, pairing.placement_id)
            last = lasts.get(pairing.placement_id, pairing.offer.end)
            data = kind.data(Situation(pairing, one, last, today, zone, dice))
            if data is None:
                waiting.append((pairing, kind, day))
            else:
                acts.append(Act(pairing.placement_id, kind.type, data))
        self._waiting = waiting
        return acts


def _some_day(pairing: Pairing, kind: Kind, dice: Random) -> date:
    """A day in the time in which the act makes sense: the work for what happens at work, else the weeks before too."""
    offer = pairing.offer
    first = offer.start if kind.states <= AT_WORK | {S.SUSPENDED} else offer.start - timedelta(days=14)
    return first + timedelta(days=dice.randint(0, max(1, (offer.end - first).days)))


def _snow(pairings: tuple[Pairing, ...], temper: Temper) -> tuple[date, date] | None:
    """Days on which everything is paused, if there are any."""
    dice = temper.chance("snow")
    if not pairings or dice.random() >= SNOW_DAY:
        return None
    offer = pairings[0].offer
    first = offer.start + timedelta(days=dice.randint(0, max(1, (offer.end - offer.start).days)))
    return first, first + timedelta(days=dice.randint(0, 1))
