"""Whatever people, machines and time do in whatever order, these things hold of a placement."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lifecycle.deadlines import BREATH, closes_at, due_at, next_rung
from lifecycle.placement import evolve, propose, step
from lifecycle.placement_effects import effects
from lifecycle.timetables import shift
from lifecycle.transitions import TERMINAL
from lifecycle.viewing import placement_view
from lifecycle.waiting import next_due
from lifecycle.words import placement_alarm
from schemas.change_commands import Extend, ReplaceSupervisor
from schemas.effects import Notify
from schemas.offsets import Anchor
from schemas.placement import Placement
from schemas.placement_commands import (
    AcceptOffer,
    ConfirmAttendance,
    DeclineOffer,
    MakeOffer,
    PlacementCommand,
    RecordBounce,
    RecordSeat,
    ReportMissed,
    Resend,
    Submit,
    Tick,
    Withdraw,
)
from schemas.placement_events import PlacementEvent
from schemas.problems import ProblemCode, Refused
from schemas.programs import Program
from schemas.request_events import RequestEvent, RequestMoved, RequestNotProvided, RequestOpened
from schemas.views import PlacementView
from schemas.vocabulary import PlacementState, Role, SeatState
from tests.lifecycle.lives import PROGRAM, TEAM, proposal
from tests.lifecycle.programs_drawn import programs
from tests.lifecycle.programs_made import with_check_ins, with_permit

DECISIONS = ("accept", "decline", "started", "not_come", "no_show", None)
GOOD = {
    "host_confirmation": "accept",
    "offer_acceptance": "accept",
    "first_day": "started",
    "no_show_follow_up": "started",
}
NEEDED = (Role.STUDENT, Role.GUARDIAN, Role.WORKSITE_SUPERVISOR, Role.CAREER_SPECIALIST)
PEOPLE = (*TEAM.values(), "sup-8", "sup-9")
PIN = re.compile(r"[a-z][a-z0-9-]*@[0-9][0-9a-z.]*")
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+-]*")
MADE = {"shipped": PROGRAM, "with check-ins": with_check_ins(), "with a permit": with_permit()}
waits = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=30)),
    st.timedeltas(timedelta(0), timedelta(days=30)),
    st.sampled_from([timedelta(0), timedelta(days=21)]),
)


class Lives(RuleBasedStateMachine):
    """One placement under random programs, dates, teams, commands and hours."""

    placement: Placement
    at: datetime

    @initialize(
        drawn=st.one_of(st.sampled_from(sorted(MADE)), programs()),
        start=st.dates(date(2027, 5, 1), date(2027, 11, 30)),
        days=st.integers(0, 120),
        ahead=st.timedeltas(timedelta(days=-10), timedelta(days=60)),
        minor=st.booleans(),
        missing=st.sets(st.sampled_from(sorted(set(TEAM) - set(NEEDED)))),
        good=st.integers(0, 20),
    )
    def pair(
        self,
        drawn: str | Program,
        start: date,
        days: int,
        ahead: timedelta,
        *,
        minor: bool,
        missing: set[Role],
        good: int,
    ) -> None:
        program = MADE[drawn] if isinstance(drawn, str) else drawn
        team = {role: person for role, person in TEAM.items() if role not in missing}
        self.at = datetime(start.year, start.month, start.day, 13, 30, tzinfo=UTC) - ahead
        command = proposal(program=program, start=start, end=start + timedelta(days=days), minor=minor, team=team)
        self.placement, events = propose(command, self.at)
        self.first = self.placement.model_copy(update={"requests": (), "seq": 0, "state": PlacementState.PROPOSED})
        self.events: list[PlacementEvent] = list(events)
        self.keys: list[str] = [one.key for event in events for one in effects(self.placement, event)]
        self.over: set[str] = set()
        for _ in range(good):
            self._go_well()

    def _go_well(self) -> None:
        """The next thing in a life in which everybody does as they should."""
        waited_for = [one for one in self.placement.open_requests if self.placement.program.by_id[one.ask_id].blocks]
        if self.placement.seat is SeatState.CLAIMING and self.placement.state is PlacementState.PROPOSED:
            self.say(RecordSeat(granted=True), timedelta(seconds=2))
        elif waited_for:
            one = waited_for[0]
            answer = Submit(
                request_id=one.id, person_id=one.person_id, submission_id=f"s-{one.id}", decision=GOOD.get(one.kind)
            )
            self.say(answer, timedelta(minutes=50))
        elif self._due() is not None:
            self.time_acts_when_due_or_late(timedelta(0))

    def say(self, command: PlacementCommand, wait: timedelta = timedelta(0)) -> tuple[PlacementEvent, ...]:
        """Say it after a while; whatever is decided is checked. A refusal changes nothing."""
        self.at += wait
        try:
            after, events = step(self.placement, command, self.at)
        except Refused:
            return ()
        sent: list[Notify] = []
        folded = self.placement
        for event in events:
            self._event_fits(folded, event)
            folded = evolve(folded, event)
            asked = effects(folded, event)
            self.keys += [one.key for one in asked]
            sent += [one for one in asked if isinstance(one, Notify) and one.request_id is not None]
            assert_plain([one.model_dump(mode="json") for one in (event, *asked)])
        assert folded == after
        assert after.seq == self.placement.seq + len(events)
        if isinstance(command, Tick):
            assert len(sent) == len({one.request_id for one in sent})
        if self.placement.state in TERMINAL:
            assert (events, after) == ((), self.placement)
        self.events += events
        self.placement = after
        return events

    def _event_fits(self, placement: Placement, event: PlacementEvent) -> None:
        assert type(event).model_validate(event.model_dump()) == event
        assert event.at == self.at
        if not isinstance(event, RequestEvent) or isinstance(event, RequestOpened):
            return
        assert event.request_id not in self.over, f"{event.type} after the request was over"
        request = placement.request(event.request_id)
        assert request is not None
        if event.type in {"request.reminded", "request.not_provided"}:
            assert event.at >= request.asked[-1].at + BREATH
        if event.type in {"request.submitted", "request.withdrawn", "request.not_provided"}:
            self.over.add(event.request_id)
        if isinstance(event, RequestNotProvided):
            assert event.at >= due_at(placement, request)

    # --- time -----------------------------------------------------------------------------------------------------

    def _due(self) -> datetime | None:
        return next_due(self.placement)

    @precondition(lambda self: self._due() is not None)
    @rule(late=st.one_of(st.just(timedelta(0)), waits))
    def time_acts_when_due_or_late(self, late: timedelta) -> None:
        due = self._due()
        assert due is not None
        self.at = max(self.at, due)
        assert self.say(Tick(), late), f"nothing was due at {due}"
        again = self._due()
        assert again is None or again > self.at

    @rule(wait=waits)
    def an_early_tick_changes_nothing(self, wait: timedelta) -> None:
        due = self._due()
        if due is None or self.at + wait < due:
            assert self.say(Tick(), wait) == ()

    # --- people ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.placement.open_requests)
    @rule(data=st.data(), wait=waits)
    def an_awaited_person_answers(self, data: st.DataObject, wait: timedelta) -> None:
        request = data.draw(st.sampled_from(self.placement.open_requests))
        person = data.draw(st.sampled_from(request.holders)).person_id
        good = GOOD.get(request.kind)
        decision = data.draw(st.sampled_from((good, good, good, *DECISIONS)))
        answer = Submit(
            request_id=request.id, person_id=person, submission_id=f"s-{len(self.events)}", decision=decision
        )
        if not self.say(answer, wait):
            return
        with pytest.raises(Refused) as refused:
            step(self.placement, answer, self.at)
        assert refused.value.code in {ProblemCode.ALREADY_ANSWERED, ProblemCode.CLOSED}

    @rule(data=st.data(), person=st.sampled_from(PEOPLE), wait=waits)
    def anybody_sends_a_form(self, data: st.DataObject, person: str, wait: timedelta) -> None:
        request = data.draw(st.sampled_from(self.placement.requests))
        awaited = request.is_open and person in {one.person_id for one in request.holders}
        answer = Submit(
            request_id=request.id, person_id=person, submission_id=f"s-{len(self.events)}", decision="accept"
        )
        assert awaited or not self.say(answer, wait)

    @rule(
        command=st.sampled_from(
            [MakeOffer(), AcceptOffer(), ConfirmAttendance(), RecordSeat(granted=True), ReportMissed()]
        ),
        wait=waits,
    )
    def something_is_said_by_other_means(self, command: PlacementCommand, wait: timedelta) -> None:
        self.say(command, wait)

    @precondition(lambda self: len(self.events) % 8 == 7)
    @rule(command=st.sampled_from([Withdraw(), DeclineOffer(), RecordSeat(granted=False)]), wait=waits)
    def somebody_gives_up(self, command: PlacementCommand, wait: timedelta) -> None:
        self.say(command, wait)

    @rule(person=st.sampled_from(PEOPLE), wait=waits)
    def somebody_else_supervises(self, person: str, wait: timedelta) -> None:
        before = self.placement.team[Role.WORKSITE_SUPERVISOR]
        if self.say(ReplaceSupervisor(person_id=person), wait):
            held = [one for request in self.placement.open_requests for one in request.holders]
            assert not [one for one in held if (one.person_id, one.role) == (before, Role.WORKSITE_SUPERVISOR)]

    @rule(data=st.data(), wait=waits)
    def a_link_is_sent_anew(self, data: st.DataObject, wait: timedelta) -> None:
        self.say(Resend(request_id=data.draw(st.sampled_from(self.placement.requests)).id), wait)

    @rule(data=st.data(), person=st.sampled_from(PEOPLE), wait=waits)
    def a_message_bounces(self, data: st.DataObject, person: str, wait: timedelta) -> None:
        request = data.draw(st.sampled_from(self.placement.requests))
        said = self.say(RecordBounce(request_id=request.id, person_id=person), wait)
        assert len([one for one in said if isinstance(one, RequestEvent) and one.request_id == request.id]) <= 2

    @rule(days=st.integers(1, 40), wait=waits)
    def the_last_day_moves(self, days: int, wait: timedelta) -> None:
        before = self.placement
        end = before.end + timedelta(days=days)
        said = self.say(Extend(end=end), wait)
        if not said:
            return
        assert self.placement.end == end
        moved = {one.request_id: one.due_at for one in said if isinstance(one, RequestMoved)}
        for request in before.open_requests:
            after = self.placement.request(request.id)
            assert after is not None
            if not after.is_open:
                continue
            was, now = due_at(before, request), due_at(self.placement, after)
            assert moved.get(request.id, was) == now
            ask = before.program.by_id[request.ask_id]
            day = shift(before.program.calendar, before.end, ask.due)
            if ask.due.anchor is not Anchor.END:
                assert now == was
            elif day >= request.opened_at.date():
                assert now >= was
                assert closes_at(self.placement, after) >= closes_at(before, request)

    # --- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def every_open_request_has_an_owner_and_an_end(self) -> None:
        for request in self.placement.open_requests:
            assert request.holders
            assert due_at(self.placement, request) > request.opened_at
            rung = next_rung(self.placement, request)
            assert request.asked[-1].at < rung.at <= closes_at(self.placement, request)
            assert (rung.step is None) == (rung.at == closes_at(self.placement, request))

    @invariant()
    def a_placement_that_has_not_ended_waits_for_something(self) -> None:
        if self.placement.state in TERMINAL:
            assert self._due() is None
            assert self.placement.open_requests == ()
        else:
            assert self._due() is not None or self.placement.seat is SeatState.CLAIMING
        assert self.placement.state is not PlacementState.MATCHED

    @invariant()
    def what_is_seen_is_json_of_ids_codes_and_dates(self) -> None:
        view = placement_view(self.placement)
        assert PlacementView.model_validate_json(view.model_dump_json()) == view
        assert_plain(view.model_dump(mode="json", exclude={"story"}))
        assert bool(placement_alarm(self.placement)) == (self._due() is not None)

    @invariant()
    def the_state_survives_being_carried_over(self) -> None:
        assert Placement.model_validate_json(self.placement.model_dump_json()) == self.placement

    def teardown(self) -> None:
        """Left alone, it ends by itself; and it is what its events say, each effect asked for once."""
        if not hasattr(self, "placement"):
            return
        for _ in range(400):
            if self.placement.state in TERMINAL:
                break
            if self._due() is None:
                self._go_well()
            else:
                self.time_acts_when_due_or_late(timedelta(0))
        assert self.placement.state in TERMINAL
        folded = self.first
        for event in self.events:
            folded = evolve(folded, event)
        assert folded == self.placement
        twice = [key for key in self.keys if self.keys.count(key) > 1]
        assert twice == []


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


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
