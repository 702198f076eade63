"""Lives on the pure core: say commands, let time pass, and look at every event and effect on the way."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from catalog.program_catalog import program
from lifecycle.placement import evolve, propose, step
from lifecycle.placement_effects import effects
from lifecycle.waiting import next_due
from schemas.case import Request
from schemas.effects import Effect
from schemas.placement_commands import PlacementCommand, Propose, RecordSeat, Submit, Tick
from schemas.placement_events import PlacementEvent
from schemas.programs import Program
from schemas.vocabulary import PlacementState, Role

BOSTON = ZoneInfo("America/New_York")
PROGRAM = program("boston-summer-internship")
TEAM = {
    Role.STUDENT: "lrn-1",
    Role.GUARDIAN: "grd-1",
    Role.WORKSITE_SUPERVISOR: "sup-1",
    Role.ALTERNATE_SUPERVISOR: "sup-2",
    Role.CAREER_SPECIALIST: "cs-1",
    Role.COORDINATOR: "co-1",
    Role.TEACHER: "tea-1",
}
START, END = date(2027, 7, 6), date(2027, 8, 13)
AGREEMENTS = ("agreement.student", "agreement.guardian", "agreement.worksite_supervisor", "agreement.coordinator")


def local(text: str) -> datetime:
    """An instant as Boston reads it: `2027-07-06 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=BOSTON)


MONDAY_MORNING = local("2027-06-07 09:30")


def proposal(
    *,
    program: Program = PROGRAM,
    start: date = START,
    end: date = END,
    minor: bool = True,
    team: dict[Role, str] | None = None,
) -> Propose:
    return Propose(
        placement_id="pl-1",
        learner_id="lrn-1",
        opportunity_id="opp-1",
        host_id="hst-1",
        program=program,
        start=start,
        end=end,
        minor=minor,
        team=TEAM if team is None else team,
    )


class Life:
    """One placement from its proposal on.

    `at` is the present; `events` and `effects` are all so far; `passed` holds each event's type with the state it met.
    """

    def __init__(self, command: Propose | None = None, at: datetime = MONDAY_MORNING) -> None:
        self.at = at
        self.placement, told = propose(command or proposal(), at)
        self.events: list[PlacementEvent] = list(told)
        self.effects: list[Effect] = [one for event in told for one in effects(self.placement, event)]
        self.passed: set[tuple[PlacementState, type]] = set()

    @property
    def state(self) -> PlacementState:
        return self.placement.state

    def say(self, command: PlacementCommand, at: datetime | None = None) -> list[PlacementEvent]:
        """Take one command, an hour after the last unless told when; gives its events."""
        self.at = at or self.at + timedelta(hours=1)
        before = self.placement
        self.placement, told = step(before, command, self.at)
        for event in told:
            self.passed.add((before.state, type(event)))
            before = evolve(before, event)
            self.effects += effects(before, event)
        self.events += told
        return list(told)

    def submit(
        self, request_id: str, decision: str | None = None, *, by: str | None = None, at: datetime | None = None
    ) -> list[PlacementEvent]:
        person = by or self.request(request_id).person_id
        command = Submit(request_id=request_id, person_id=person, submission_id=f"s-{request_id}", decision=decision)
        return self.say(command, at)

    def tick(self, at: datetime | None = None) -> list[PlacementEvent]:
        """Time acts at `at`, or when it is next due."""
        return self.say(Tick(), at or self.due())

    def due(self) -> datetime:
        due = next_due(self.placement)
        assert due is not None, f"time never acts in {self.state}"
        return due

    def tick_until(self, done: Callable[["Life"], bool] | PlacementState) -> None:
        """Let time act, each time when it is due, until something holds."""
        for _ in range(300):
            if done(self) if callable(done) else self.state is done:
                return
            self.tick()
        raise AssertionError(f"still {self.state} on {self.at}")

    def pass_days_until(self, at: datetime) -> None:
        """Let time act whenever it is due before `at`; then it is `at`."""
        while (due := next_due(self.placement)) is not None and due <= at:
            self.tick()
        self.at = at

    def request(self, request_id: str) -> Request:
        found = self.placement.request(request_id)
        assert found is not None, f"no {request_id}; there are {[one.id for one in self.placement.requests]}"
        return found

    def told(self, *types: str) -> list[PlacementEvent]:
        """The events of these types, in order."""
        return [event for event in self.events if event.type in types]


def types(events: Iterable[PlacementEvent]) -> list[str]:
    return [event.type for event in events]


def story_of(life: Life, request_id: str) -> list[tuple[str, str, str]]:
    """How a request was asked: how, of whom, and when in Boston (`Tue 07-06 09:00`)."""
    asked = life.request(request_id).asked
    return [(one.how, one.person_id, f"{one.at.astimezone(BOSTON):%a %m-%d %H:%M}") for one in asked]


def proposed(command: Propose | None = None, at: datetime = MONDAY_MORNING) -> Life:
    return Life(command, at)


def offered(command: Propose | None = None, at: datetime = MONDAY_MORNING) -> Life:
    life = proposed(command, at)
    life.submit("host_confirmation", "accept")
    life.say(RecordSeat(granted=True))
    return life


def preparing(command: Propose | None = None, at: datetime = MONDAY_MORNING) -> Life:
    life = offered(command, at)
    life.submit("offer", "accept")
    return life


def ready(command: Propose | None = None, at: datetime = MONDAY_MORNING) -> Life:
    life = preparing(command, at)
    sign(life)
    return life


def sign(life: Life) -> None:
    """Everybody signs, an hour after each other."""
    for request in life.placement.open_requests:
        if request.ask_id == "agreement":
            life.submit(request.id)


def active(command: Propose | None = None, at: datetime = MONDAY_MORNING) -> Life:
    life = ready(command, at)
    life.tick()
    life.submit("first_day", "started")
    return life


def awaiting_assessment(command: Propose | None = None, at: datetime = MONDAY_MORNING) -> Life:
    life = active(command, at)
    life.tick_until(PlacementState.AWAITING_ASSESSMENT)
    return life


def awaiting_sign_off(command: Propose | None = None, at: datetime = MONDAY_MORNING) -> Life:
    life = awaiting_assessment(command, at)
    life.submit("final_evaluation")
    return life


def completed(command: Propose | None = None, at: datetime = MONDAY_MORNING) -> Life:
    life = awaiting_sign_off(command, at)
    life.submit("sign_off", "sign")
    return life


REACH: dict[PlacementState, Callable[[], Life]] = {
    PlacementState.PROPOSED: proposed,
    PlacementState.OFFERED: offered,
    PlacementState.PREPARING: preparing,
    PlacementState.READY: ready,
    PlacementState.ACTIVE: active,
    PlacementState.AWAITING_ASSESSMENT: awaiting_assessment,
    PlacementState.AWAITING_SIGN_OFF: awaiting_sign_off,
    PlacementState.COMPLETED: completed,
}
"""The shortest way to each state of a life that goes well."""
