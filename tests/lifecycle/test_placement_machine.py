"""Whatever people, machines and time do in whatever order, these things hold of a placement."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lifecycle.answers import DECISIONS
from lifecycle.deadlines import closes_at, due_at
from lifecycle.placement import step
from lifecycle.timetables import shift
from lifecycle.transitions import LIVE
from schemas.change_commands import (
    AdoptProgram,
    CancelByEmployer,
    CancelByProgram,
    CloseIncident,
    Extend,
    PauseDays,
    PlanShifts,
    RecordWork,
    ReplaceSupervisor,
    ReportIncident,
    Resume,
    ScheduleVisit,
    Shorten,
    SupervisorLeft,
    Suspend,
    Terminate,
    Transfer,
)
from schemas.findings import FindingCode
from schemas.offsets import Anchor
from schemas.placement import Placement
from schemas.placement_commands import (
    AcceptOffer,
    ConfirmAttendance,
    DeclineOffer,
    Disclaim,
    MakeOffer,
    PlacementCommand,
    RecordBounce,
    RecordSeat,
    ReportMissed,
    Resend,
    Return,
    Snooze,
    Submit,
    Tick,
    Waive,
    Withdraw,
)
from schemas.placement_events import PlacementEvent
from schemas.problems import ProblemCode, Refused
from schemas.program_kinds import EXPIRING
from schemas.programs import Program
from schemas.request_events import RequestMoved
from schemas.vocabulary import DisclaimReason, PlacementState, RequestKind, RequestState, Role, SeatState, Severity
from tests.lifecycle.lives import PROGRAM, proposal
from tests.lifecycle.programs_drawn import WHOLE, programs
from tests.lifecycle.programs_made import with_check_ins, with_permit
from tests.lifecycle.watched import Watched
from tests.lives.people import GOES_WELL, SUPERVISORS, TEAM, today
from tests.lives.programs import next_version

PEOPLE = tuple(sorted({*TEAM.values(), *SUPERVISORS}))
MADE = {
    "shipped": PROGRAM,
    "with check-ins": with_check_ins(),
    "with a permit": with_permit(),
    "whole": WHOLE,
    "whole again": WHOLE,
}
AGAIN = frozenset({"tick", "resend", "report_missed", "plan_shifts", "record_bounce"})
"""What may be said twice and means something both times."""

waits = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=30)),
    st.timedeltas(timedelta(0), timedelta(days=30)),
    st.sampled_from([timedelta(0), timedelta(days=21)]),
)
days = st.integers(1, 40)


class Lives(RuleBasedStateMachine):
    """One placement under random programs, dates, teams, commands and hours."""

    life: Watched

    @initialize(
        drawn=st.one_of(st.sampled_from(sorted(MADE)), programs()),
        start=st.dates(date(2027, 5, 1), date(2027, 11, 30)),
        length=st.integers(0, 120),
        ahead=st.timedeltas(timedelta(days=-10), timedelta(days=60)),
        minor=st.booleans(),
        applied=st.booleans(),
        missing=st.sets(st.sampled_from(sorted(TEAM))),
        good=st.integers(0, 30),
    )
    def pair(
        self,
        drawn: str | Program,
        start: date,
        length: int,
        ahead: timedelta,
        *,
        minor: bool,
        applied: bool,
        missing: set[Role],
        good: int,
    ) -> None:
        program = MADE[drawn] if isinstance(drawn, str) else drawn
        can_miss = {*program.stand_ins, Role.ALTERNATE_SUPERVISOR, Role.SITE_CONTACT} & missing
        team = {role: person for role, person in TEAM.items() if role not in can_miss}
        end = start + timedelta(days=length)
        command = proposal(program=program, start=start, end=end, minor=minor, team=team).changed(
            applied=applied and bool(program.of_kind(RequestKind.APPLICATION_REVIEW))
        )
        self.life = Watched(command, datetime(start.year, start.month, start.day, 13, 30, tzinfo=UTC) - ahead)
        for _ in range(good):
            self._go_well()

    @property
    def placement(self) -> Placement:
        return self.life.placement

    def _go_well(self) -> None:
        """The next thing in a life in which everybody does as they should."""
        waited_for = [one for one in self.placement.open_requests if self.placement.program.by_id[one.ask_id].blocks]
        if self.placement.seat is SeatState.CLAIMING and self.placement.state in LIVE:
            self.say(RecordSeat(granted=True), timedelta(seconds=2))
        elif waited_for:
            one = waited_for[0]
            decision, *_ = GOES_WELL.get(one.kind, (None,))
            answer = Submit(request_id=one.id, person_id=one.person_id, submission_id=f"s-{one.id}", decision=decision)
            self.say(answer, timedelta(minutes=50))
        elif self.life.due() is not None:
            self.life.tick()

    def say(self, command: PlacementCommand, wait: timedelta = timedelta(0)) -> tuple[PlacementEvent, ...]:
        """Say it after a while, and again: what is said twice is refused, or changes nothing."""
        events = self.life.say(command, self.life.at + wait) or ()
        if events and command.name not in AGAIN:
            assert not self.life.say(command), f"{command.name} twice"
        return events

    # --- time -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.life.due() is not None)
    @rule(late=st.one_of(st.just(timedelta(0)), waits))
    def time_acts_when_due_or_late(self, late: timedelta) -> None:
        self.life.tick(late)

    @rule(wait=waits)
    def an_early_tick_changes_nothing(self, wait: timedelta) -> None:
        due = self.life.due()
        if due is None or self.life.at + wait < due:
            assert self.say(Tick(), wait) == ()

    # --- people answer --------------------------------------------------------------------------------------------

    @precondition(lambda self: self.placement.open_requests)
    @rule(data=st.data(), wait=waits)
    def an_awaited_person_answers(self, data: st.DataObject, wait: timedelta) -> None:
        request = data.draw(st.sampled_from(self.placement.open_requests))
        person = data.draw(st.sampled_from(request.holders)).person_id
        good, known = GOES_WELL.get(request.kind, (None,)), sorted(DECISIONS.get(request.kind, ()))
        answer = Submit(
            request_id=request.id,
            person_id=person,
            submission_id=f"s-{len(self.life.events)}",
            decision=data.draw(st.sampled_from((*good, *good, *good, *known, None))),
            valid_until=self._last_day(data, request.kind),
        )
        if not self.say(answer, wait):
            return
        with pytest.raises(Refused) as refused:
            step(self.placement, answer, self.life.at)
        assert refused.value.code in {ProblemCode.ALREADY_ANSWERED, ProblemCode.CLOSED, ProblemCode.NOT_AWAITED}

    def _last_day(self, data: st.DataObject, kind: RequestKind) -> date | None:
        if kind not in EXPIRING | {RequestKind.RENEWAL}:
            return None
        ahead = data.draw(st.sampled_from((None, 1, 10, 40, 200)))
        return None if ahead is None else today(self.life) + timedelta(days=ahead + 40)

    @rule(data=st.data(), person=st.sampled_from(PEOPLE), wait=waits)
    def anybody_sends_a_form(self, data: st.DataObject, person: str, wait: timedelta) -> None:
        request = data.draw(st.sampled_from(self.placement.requests))
        awaited = request.is_open and person in {one.person_id for one in request.holders}
        late = request.kind is RequestKind.FINAL_EVALUATION and request.state is RequestState.NOT_PROVIDED
        answer = Submit(
            request_id=request.id, person_id=person, submission_id=f"s-{len(self.life.events)}", decision="accept"
        )
        assert awaited or late or not self.say(answer, wait)

    @rule(
        command=st.sampled_from(
            [MakeOffer(), AcceptOffer(), ConfirmAttendance(), RecordSeat(granted=True), ReportMissed()]
        ),
        wait=waits,
    )
    def something_is_said_by_other_means(self, command: PlacementCommand, wait: timedelta) -> None:
        self.say(command, wait)

    @precondition(lambda self: len(self.life.events) % 8 == 7)
    @rule(
        command=st.sampled_from(
            [
                Withdraw(),
                DeclineOffer(),
                RecordSeat(granted=False),
                RecordSeat(granted=False, waiting=True),
                Terminate(reason="misconduct"),
                CancelByEmployer(),
                CancelByProgram(reason="no_funding"),
                Transfer(successor_id="pl-2"),
            ]
        ),
        wait=waits,
    )
    def somebody_gives_up(self, command: PlacementCommand, wait: timedelta) -> None:
        self.say(command, wait)

    # --- requests -------------------------------------------------------------------------------------------------

    @rule(data=st.data(), wait=waits)
    def a_link_is_sent_anew(self, data: st.DataObject, wait: timedelta) -> None:
        self.say(Resend(request_id=data.draw(st.sampled_from(self.placement.requests)).id), wait)

    @rule(data=st.data(), person=st.sampled_from(PEOPLE), wait=waits)
    def a_message_bounces(self, data: st.DataObject, person: str, wait: timedelta) -> None:
        request = data.draw(st.sampled_from(self.placement.requests))
        said = self.say(RecordBounce(request_id=request.id, person_id=person), wait)
        assert len([one for one in said if getattr(one, "request_id", None) == request.id]) <= 2

    @rule(data=st.data(), wait=waits)
    def an_answer_is_given_back(self, data: st.DataObject, wait: timedelta) -> None:
        """It is asked anew, unless the time that passed before ended what it was for."""
        request, before = data.draw(st.sampled_from(self.placement.requests)), self.placement.state
        if self.say(Return(request_id=request.id, reason="unclear"), wait):
            now = self.placement.request(request.id)
            assert now is not None
            assert now.is_open or (now.state is RequestState.WITHDRAWN and self.placement.state is not before)
            assert now.submission_id is None

    @precondition(lambda self: self.placement.open_requests)
    @rule(data=st.data(), reason=st.sampled_from(DisclaimReason), wait=waits)
    def somebody_else_should_answer(self, data: st.DataObject, reason: DisclaimReason, wait: timedelta) -> None:
        request = data.draw(st.sampled_from(self.placement.open_requests))
        person = data.draw(st.sampled_from(request.holders)).person_id
        self.say(Disclaim(request_id=request.id, person_id=person, reason=reason), wait)

    @precondition(lambda self: self.placement.open_requests)
    @rule(data=st.data(), ahead=st.integers(0, 12), wait=waits)
    def reminders_are_put_off(self, data: st.DataObject, ahead: int, wait: timedelta) -> None:
        request = data.draw(st.sampled_from(self.placement.open_requests))
        until = today(self.life) + timedelta(days=ahead)
        if self.say(Snooze(request_id=request.id, person_id=request.person_id, until=until), wait):
            now = self.placement.request(request.id)
            assert now is not None
            assert (now.asked, now.rung, now.snoozed_until) == (request.asked, request.rung, until)

    @rule(data=st.data(), wait=waits)
    def a_request_is_waived(self, data: st.DataObject, wait: timedelta) -> None:
        self.say(Waive(request_id=data.draw(st.sampled_from(self.placement.requests)).id, reason="not_needed"), wait)

    @precondition(lambda self: any(one.kind is RequestKind.SITE_VISIT for one in self.placement.open_requests))
    @rule(ahead=st.integers(0, 30), wait=waits)
    def a_visit_is_agreed(self, ahead: int, wait: timedelta) -> None:
        visit = next(one for one in self.placement.open_requests if one.kind is RequestKind.SITE_VISIT)
        self.say(ScheduleVisit(request_id=visit.id, day=today(self.life) + timedelta(days=ahead)), wait)

    # --- other people, incidents, the law -------------------------------------------------------------------------

    @rule(person=st.sampled_from(PEOPLE), wait=waits)
    def somebody_else_supervises(self, person: str, wait: timedelta) -> None:
        before = self.placement.team[Role.WORKSITE_SUPERVISOR]
        if self.say(ReplaceSupervisor(person_id=person), wait) and person != before:
            self._holds_nothing(before)

    @rule(wait=waits)
    def the_supervisor_leaves(self, wait: timedelta) -> None:
        before = self.placement.team[Role.WORKSITE_SUPERVISOR]
        if self.say(SupervisorLeft(), wait):
            self._holds_nothing(before)

    def _holds_nothing(self, before: str) -> None:
        held = [one for request in self.placement.open_requests for one in request.holders]
        assert not [one for one in held if (one.person_id, one.role) == (before, Role.WORKSITE_SUPERVISOR)]

    @rule(severity=st.sampled_from(Severity), number=st.integers(1, 2), wait=waits)
    def something_happens_to_the_learner(self, severity: Severity, number: int, wait: timedelta) -> None:
        said = self.say(ReportIncident(incident_id=f"inc-{number}", severity=severity, category="injury"), wait)
        if said and severity is Severity.HIGH:
            assert self.placement.state is not PlacementState.ACTIVE

    @precondition(lambda self: self.placement.incidents)
    @rule(wait=waits)
    def an_incident_is_closed(self, wait: timedelta) -> None:
        self.say(CloseIncident(incident_id=self.placement.incidents[0]), wait)

    @rule(ahead=st.integers(0, 20), wait=waits)
    def shifts_are_planned(self, ahead: int, wait: timedelta) -> None:
        first = today(self.life) + timedelta(days=ahead)
        self.say(PlanShifts(first=first, last=first + timedelta(days=5)), wait)

    @rule(
        numbers=st.sets(st.integers(1, 5), max_size=2),
        basis=st.sampled_from(["predicted", "detected"]),
        ahead=st.sampled_from([None, 1, 30]),
    )
    def the_law_is_asked(self, numbers: set[int], basis: str, ahead: int | None) -> None:
        day = today(self.life)
        found = [
            FindingCode.model_validate(
                {
                    "id": f"f-{one}",
                    "rule": "law.rule",
                    "subject": "day_hours",
                    "basis": basis,
                    "day": day,
                    "unit": "days",
                }
            )
            for one in numbers
        ]
        again = None if ahead is None else day + timedelta(days=ahead)
        self.say(RecordWork(findings=tuple(found), recheck_on=again))

    # --- other days -----------------------------------------------------------------------------------------------

    @rule(count=days, wait=waits)
    def the_last_day_moves(self, count: int, wait: timedelta) -> None:
        before = self.placement
        end = before.end + timedelta(days=count)
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
            if self.placement.pauses != before.pauses:
                continue
            if ask.due.anchor not in (Anchor.END, Anchor.MIDDLE):
                assert now == was
            elif ask.due.anchor is Anchor.END and shift(before.program.calendar, before.end, ask.due) >= today(
                self.life
            ):
                assert now >= was
                assert closes_at(self.placement, after) >= closes_at(before, request)

    @rule(count=days, wait=waits)
    def the_last_day_comes_earlier(self, count: int, wait: timedelta) -> None:
        end = self.placement.end - timedelta(days=count)
        if self.say(Shorten(end=end), wait):
            assert self.placement.end == end
            assert today(self.life) <= end

    @rule(ahead=st.integers(-1, 20), count=st.integers(0, 14), wait=waits)
    def days_are_paused(self, ahead: int, count: int, wait: timedelta) -> None:
        first = today(self.life) + timedelta(days=ahead)
        self.say(PauseDays(first=first, last=first + timedelta(days=count), reason="snow_day"), wait)

    @rule(count=days, wait=waits)
    def the_work_is_suspended(self, count: int, wait: timedelta) -> None:
        by = today(self.life) + timedelta(days=count)
        if self.say(Suspend(reason="leave", resume_by=by), wait):
            assert self.placement.state is PlacementState.SUSPENDED

    @rule(wait=waits)
    def the_work_goes_on(self, wait: timedelta) -> None:
        if self.say(Resume(), wait):
            assert self.placement.suspension is None

    @rule(seed=st.integers(0, 9), wait=waits)
    def another_version_is_adopted(self, seed: int, wait: timedelta) -> None:
        after = next_version(self.placement.program, Random(seed))  # noqa: S311 - a program, no secret
        if self.say(AdoptProgram(program=after), wait):
            assert self.placement.program == after

    # --- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def every_open_request_has_an_owner_and_an_end_and_something_is_waited_for(self) -> None:
        self.life.check()

    @invariant()
    def what_is_seen_is_json_of_ids_codes_and_dates_and_the_state_survives_being_carried_over(self) -> None:
        self.life.check_what_is_seen()

    def teardown(self) -> None:
        """Left alone, it ends by itself; and it is what its events say, each effect asked for once."""
        if hasattr(self, "life") and self.life.sound:
            self.life.leave_alone()
            self.life.check_the_whole()
            self.life.check_what_went_out()


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
