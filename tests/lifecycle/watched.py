"""A placement on the pure core that is watched: after whatever is said to it, certain things hold."""

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lifecycle.calendars import is_business_day
from lifecycle.deadlines import BREATH, DECIDES_SUSPENSION, SHORT_BREATH, closes_at, due_at, next_rung
from lifecycle.placement import evolve, propose
from lifecycle.placement_effects import effects as effects_of
from lifecycle.registry import PLACEMENT, decide
from lifecycle.transitions import REOPENED, TERMINAL
from lifecycle.viewing import placement_view
from lifecycle.waiting import is_over, next_due
from lifecycle.words import placement_alarm
from schemas.case import Request, Requests
from schemas.effects import Effect, Notify, ReleaseSeatEffect, TellLifecycle
from schemas.placement import Placement
from schemas.placement_commands import PlacementCommand, Propose, RecordSeat, Tick
from schemas.placement_events import PlacementEvent, RecordReopened
from schemas.problems import Refused
from schemas.request_events import (
    NoticeGiven,
    RequestEscalated,
    RequestEvent,
    RequestMoved,
    RequestNotProvided,
    RequestOpened,
    RequestReminded,
    RequestResent,
    RequestReturned,
    RequestSubmitted,
    RequestTold,
)
from schemas.views import PlacementView
from schemas.vocabulary import PlacementState, RequestKind, SeatState

PIN = re.compile(r"[a-z][a-z0-9-]*@[0-9][0-9a-z.]*")
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+-]*")
OVER = frozenset({"request.submitted", "request.waived", "request.withdrawn", "request.not_provided"})
BY_LADDER = (RequestReminded, RequestEscalated, RequestTold)
AFTER_THE_END = ("request.", "hours.", "work.", "incident.", "follow_up.", "placement.archived", "agreement.voided")
OF_THE_LADDER = frozenset(
    {"request_opened_ask", "request_due_reminder", "request_escalated_ask", "request_unanswered_warning"}
)
OF_EACH = frozenset({"hours_violation_warning"})
"""Messages of which somebody may get several at once: each is about something else."""

LONG = 3000
"""More than any life needs of what time does."""


class Watched:
    """One placement, everything said to it, and what must hold of it. `at` is the present on the program's clock."""

    def __init__(self, command: Propose, at: datetime) -> None:
        self.at = at
        self.placement, told = propose(command, at)
        self.first = self.placement.changed(
            requests=Requests(), seq=0, state=PlacementState.PROPOSED, pauses=(), occasions=(), noticed=(), exited=None
        )
        self.events: list[PlacementEvent] = list(told)
        self.effects: list[Effect] = [one for event in told for one in effects_of(self.placement, event)]
        self.refused: list[Refused] = []
        self.taken: set[str] = set()
        self.saying: PlacementCommand | Propose = command
        self.sound = True
        self._over: set[str] = set()
        self._due_of: Placement | None = None
        self._due: datetime | None = None
        self._due_before: datetime | None = None

    @property
    def state(self) -> PlacementState:
        """Where it stands."""
        return self.placement.state

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen: its workflow would end."""
        return is_over(self.placement, self.at)

    def due(self) -> datetime | None:
        """When time acts next."""
        if self._due_of is not self.placement:
            self._due_of, self._due = self.placement, next_due(self.placement)
        return self._due

    def say(self, command: PlacementCommand, at: datetime | None = None) -> tuple[PlacementEvent, ...] | None:
        """Say it now, or at a later moment; None when it is refused, which changes nothing."""
        self.at = at or self.at
        self.saying, self.sound = command, False
        before = self.placement
        try:
            after, events, effects = decide(PLACEMENT, before, command, self.at)
        except Refused as refused:
            self.refused.append(refused)
            self.sound = True
            return None
        assert after.seq == before.seq + len(events)
        assert events or after == before
        folded = before
        prompt = isinstance(command, Tick) and self.at == self._due_before
        for event in events:
            self._fits(folded, event)
            if prompt:
                self._at_an_hour(folded, event)
            folded = evolve(folded, event)
        assert folded == after
        self._ends_absorb(before, events)
        self._everybody_hears(before, after, events, effects)
        self._one_message_each(effects, time_acts=isinstance(command, Tick))
        self.events += events
        self.effects += effects
        self.placement = after
        self.taken |= {command.name} if events else set()
        self.sound = True
        return events

    def tick(self, late: timedelta = timedelta(0)) -> tuple[PlacementEvent, ...]:
        """Let time act when it is next due, or so much later.

        Then it is not due again at once, unless days moved: what was put off may be here already.
        """
        due = self.due()
        assert due is not None, f"time never acts in {self.state}"
        self._due_before, before = due, self.placement
        said = self.say(Tick(), max(self.at, due) + late)
        assert said, f"nothing was due at {due}"
        again = self.due()
        moved = any(isinstance(one, RequestMoved) for one in said) or self.placement.pauses != before.pauses
        assert again is None or again > self.at or moved, f"due again at {again} after {[one.type for one in said]}"
        return said

    # --- what holds of one decision -------------------------------------------------------------------------------

    def _fits(self, placement: Placement, event: PlacementEvent) -> None:
        assert event.at == self.at
        if isinstance(event, NoticeGiven) and not event.late:
            assert self._local(event.at).date() <= max(placement.start, self._asked_from(placement))
        if not isinstance(event, RequestEvent) or isinstance(event, RequestOpened):
            return
        request = placement.request(event.request_id)
        assert request is not None
        late = isinstance(event, RequestSubmitted | RequestResent) and request.kind is RequestKind.FINAL_EVALUATION
        if isinstance(event, RequestReminded) and request.snoozed_until is not None:
            due = self._local(due_at(placement, request)).date()
            assert self._local(event.at).date() >= min(request.snoozed_until, due), "reminded though put off"
        if isinstance(event, RequestReturned):
            self._over.discard(request.id)
        assert late or request.id not in self._over, f"{event.type} after {request.id} was over"
        if event.type in {"request.reminded", "request.not_provided"}:
            by_the_clock = placement.program.by_id[request.ask_id].by_the_clock
            assert event.at >= request.asked[-1].at + (SHORT_BREATH if by_the_clock else BREATH)
        if event.type in OVER:
            self._over.add(request.id)
        if isinstance(event, RequestNotProvided):
            assert event.at >= due_at(placement, request), f"{request.id} was given up before it was due"

    def _ends_absorb(self, before: Placement, events: tuple[PlacementEvent, ...]) -> None:
        if before.state not in TERMINAL or any(isinstance(one, RecordReopened) for one in events):
            assert not any(isinstance(one, RecordReopened) for one in events) or before.state in REOPENED
            return
        assert [one.type for one in events if not one.type.startswith(AFTER_THE_END)] == []

    def _everybody_hears(
        self,
        before: Placement,
        after: Placement,
        events: tuple[PlacementEvent, ...],
        effects: tuple[Effect, ...],
    ) -> None:
        """A request that is due at another moment than before says so, to everybody who was told the old one."""
        moved = {one.request_id: one.due_at for one in events if isinstance(one, RequestMoved)}
        anew = {one.request_id for one in events if isinstance(one, RequestReturned)}
        told = {one.person_id for one in effects if isinstance(one, Notify)}
        for request in before.open_requests:
            now = after.request(request.id)
            assert now is not None
            if not now.is_open or request.id in anew:
                continue
            due = due_at(after, now)
            assert moved.get(request.id, due_at(before, request)) == due, f"{request.id} moved unsaid"
            if request.id in moved:
                assert {one.person_id for one in now.holders} <= told, f"{request.id} moved, and nobody heard"

    def _one_message_each(self, effects: tuple[Effect, ...], *, time_acts: bool) -> None:
        """Nobody hears the same twice at once; and of time, nobody hears twice about one request."""
        sent = [one for one in effects if isinstance(one, Notify)]
        same = Counter((one.message, one.person_id, one.request_id) for one in sent if one.message not in OF_EACH)
        about = Counter((one.request_id, one.person_id) for one in sent if time_acts and one.message in OF_THE_LADDER)
        twice = [one for one, count in [*same.items(), *about.items()] if count > 1]
        assert twice == [], twice

    def _at_an_hour(self, placement: Placement, event: PlacementEvent) -> None:
        """When nothing is late, the ladder is climbed on asking mornings only."""
        if not isinstance(event, BY_LADDER):
            return
        request = placement.request(event.request_id)
        assert request is not None
        ask, calendar = placement.program.by_id[request.ask_id], placement.program.calendar
        if ask.by_the_clock:
            return
        local = self._local(event.at)
        assert f"{local:%H:%M}" == calendar.asks_at
        assert is_business_day(calendar, local.date())
        for pause in placement.pauses:
            if not (pause.suspended and ask.kind in DECIDES_SUSPENSION):
                assert not pause.first <= local.date() <= pause.last, f"{event.type} on a day off"

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.placement.program.calendar.time_zone))

    def _asked_from(self, placement: Placement) -> Any:
        """The first day on which people are asked, from the first day on."""
        day = placement.start
        while not is_business_day(placement.program.calendar, day):
            day += timedelta(days=1)
        return day

    # --- what always holds ----------------------------------------------------------------------------------------

    def check(self) -> None:
        """What always holds, cheaply asked."""
        for request in self.placement.open_requests:
            self._has_an_owner_and_an_end(request)
        if self.is_over:
            assert self.placement.open_requests == ()
        else:
            waits = self.placement.seat in (SeatState.CLAIMING, SeatState.WAITLISTED)
            assert self.due() is not None or waits, f"{self.state} waits for nothing"
        assert self.state is not PlacementState.MATCHED

    def _has_an_owner_and_an_end(self, request: Request) -> None:
        assert request.holders
        due, closes = due_at(self.placement, request), closes_at(self.placement, request)
        assert request.opened_at < due <= closes
        rung = next_rung(self.placement, request)
        assert request.asked[-1].at < rung.at <= closes
        assert (rung.step is None) == (rung.at == closes)

    def check_what_is_seen(self) -> None:
        """What outsiders and the next run of the workflow get is whole, and plain."""
        view = placement_view(self.placement)
        assert PlacementView.model_validate_json(view.model_dump_json()) == view
        assert_plain(view.model_dump(mode="json", exclude={"story"}))
        assert bool(placement_alarm(self.placement)) == (self.due() is not None)
        assert Placement.model_validate_json(self.placement.model_dump_json()) == self.placement

    def leave_alone(self) -> None:
        """Nobody does anything any more: it ends by itself."""
        for _ in range(LONG):
            if self.is_over:
                return
            if self.due() is None:
                self.say(RecordSeat(granted=False))
            else:
                self.tick()
            self.check()
        raise AssertionError(f"it does not end by itself: {self.state} at {self.at}")

    def check_the_whole(self) -> None:
        """It is what its events say; each effect was asked for once; its seat was given back as often as it says."""
        folded = self.first
        for event in self.events:
            folded = evolve(folded, event)
        assert folded == self.placement
        asked_for = Counter(one.key for one in self.effects if not isinstance(one, TellLifecycle))
        twice = [key for key, count in asked_for.items() if count > 1]
        assert twice == []
        released = [one for one in self.effects if isinstance(one, ReleaseSeatEffect)]
        assert len(released) == (self.placement.seat is SeatState.RELEASED)

    def check_what_went_out(self) -> None:
        """Nothing but ids, codes, numbers and dates; and what went out can be read again."""
        for event in self.events:
            assert type(event).model_validate(event.model_dump()) == event
            assert_plain(event.model_dump(mode="json", exclude={"program"}))
        for effect in self.effects:
            assert_plain(effect.model_dump(mode="json", exclude={"opening"}))


def assert_plain(value: Any) -> None:
    """Nothing in it but ids, codes, numbers and dates: no text with a space, no address."""
    if isinstance(value, dict):
        for key, below in value.items():
            assert PLAIN.fullmatch(key)
            assert_plain(below)
    elif isinstance(value, list):
        for below in value:
            assert_plain(below)
    elif isinstance(value, str):
        assert PLAIN.fullmatch(value), value
        assert "@" not in value or PIN.fullmatch(value), value
    else:
        assert value is None or isinstance(value, bool | int | float)
