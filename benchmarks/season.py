"""The work that is measured: one placement of fifteen weeks in which everybody answers on time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from catalog.program_catalog import load_program
from lifecycle.deadlines import timetable
from lifecycle.registry import PLACEMENT, begin, decide
from schemas.clock import REAL, Clock
from schemas.placement import Placement, Request
from schemas.placement_commands import Opening, Propose, RecordSeat, Submit
from schemas.programs import Program
from schemas.vocabulary import RequestKind, Role, SeatState

PROGRAM = Path(__file__).parent / "programs" / "autumn-internship.yaml"
PROPOSED = datetime(2027, 8, 30, 13, 30, tzinfo=UTC)
"""Monday 09:30 at the worksite, two weeks before the first day."""
STARTS = date(2027, 9, 13)
TEAM = {
    Role.STUDENT: "lrn-1",
    Role.GUARDIAN: "grd-1",
    Role.WORKSITE_SUPERVISOR: "sup-1",
    Role.ALTERNATE_SUPERVISOR: "sup-2",
    Role.CAREER_SPECIALIST: "cs-1",
    Role.COORDINATOR: "co-1",
    Role.TEACHER: "tea-1",
}
ANSWERS_AFTER = {
    Role.STUDENT: timedelta(hours=9),
    Role.WORKSITE_SUPERVISOR: timedelta(hours=13),
    Role.CAREER_SPECIALIST: timedelta(days=4),
}
"""How long after they were asked people answer; the others take `OTHERWISE`."""
OTHERWISE = timedelta(hours=20)
DECISIONS = {
    RequestKind.HOST_CONFIRMATION: "accept",
    RequestKind.OFFER_ACCEPTANCE: "accept",
    RequestKind.FIRST_DAY: "started",
}


class Answered(NamedTuple):
    """One human act: the answer to a request, at an instant of the program's clock."""

    at: datetime
    command: Submit


class Asked(NamedTuple):
    """One request as the calendar has it (program clock): opened, reminders and escalations, due, closed."""

    request_id: str
    stage: str
    at: datetime
    steps: tuple[datetime, ...]
    due_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Season:
    """A placement's whole story, told in advance by the pure core."""

    opening: Opening
    acts: tuple[Answered, ...]
    asked: tuple[Asked, ...]
    ticks: int
    outcome: str
    over_at: datetime


def season(*, weeks: int = 15, placement_id: str = "pl-bench", clock: Clock = REAL) -> Season:
    """Live the placement with the pure core alone. `weeks` from the first day to the last."""
    program = load_program(PROGRAM)
    opening = Opening(
        command=Propose(
            placement_id=placement_id,
            learner_id="lrn-1",
            opportunity_id="opp-1",
            host_id="host-1",
            program=program,
            start=STARTS,
            end=STARTS + timedelta(weeks=weeks, days=-3),
            minor=True,
            team=TEAM,
            clock=clock,
        ),
        at=PROPOSED,
    )
    return _lived(opening)


def _lived(opening: Opening) -> Season:
    state: Placement = begin(PLACEMENT, opening.command, opening.at).state
    acts: list[Answered] = []
    ticks, at = 0, opening.at
    while not PLACEMENT.is_over(state, at):
        due = PLACEMENT.next_due(state)
        answer = min(map(_answer, state.open_requests), key=lambda one: one.at, default=None)
        command: Any
        if state.seat is SeatState.CLAIMING:
            command = RecordSeat(granted=True)
        elif answer is not None and (due is None or answer.at < due):
            at, command = answer
            acts.append(answer)
        elif due is not None:
            at, command = due, PLACEMENT.tick
            ticks += 1
        else:
            raise RuntimeError(f"nothing is awaited in state {state.state}")
        state = decide(PLACEMENT, state, command, at).state
    asked = tuple(_asked(state, request) for request in state.requests)
    return Season(opening, tuple(acts), asked, ticks, state.state, at)


def _answer(request: Request) -> Answered:
    number = request.id.replace(".", "-")
    return Answered(
        request.opened_at + ANSWERS_AFTER.get(request.role, OTHERWISE),
        Submit(
            request_id=request.id,
            person_id=request.person_id,
            submission_id=f"sub-{number}",
            decision=DECISIONS.get(request.kind),
        ),
    )


def _asked(placement: Placement, request: Request) -> Asked:
    times = timetable(placement, placement.program.by_id[request.ask_id], request.opened_at)
    stage = _stage(placement.program, request.ask_id)
    return Asked(request.id, stage, request.opened_at, times.steps, times.due_at, times.closes_at)


def _stage(program: Program, ask_id: str) -> str:
    return next(stage.id for stage in program.stages for ask in stage.asks if ask.id == ask_id)
