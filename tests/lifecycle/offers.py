"""Offers developed on the pure core: proposed, described, screened, reviewed, opened."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from lifecycle.opportunity import begin, evolve, next_due, step
from lifecycle.opportunity_effects import effects
from schemas.case import Request
from schemas.effects import Effect, Notify, ScreenOpportunity, TellLifecycle
from schemas.opportunity import (
    ClaimSeat,
    OpenOpportunity,
    OpportunityCommand,
    OpportunityTick,
    ProposeOpportunity,
    RecordScreening,
    ReleaseSeat,
)
from schemas.placement_commands import Submit
from schemas.programs import Program
from schemas.vocabulary import OpportunityState, Role
from tests.lifecycle.lives import PROGRAM, TEAM, local

MORNING = local("2027-05-03 09:30")
LAST_HOUR = local("2027-08-13 17:00")
START, END = date(2027, 7, 6), date(2027, 8, 13)


def _ask(kind: str, of: Any, due: str, ladder: list[dict[str, str]], close: str, **more: Any) -> dict[str, Any]:
    form = {"design": "opportunity-design@2026.1"}.get(kind, f"{kind.replace('_', '-')}@2026.1")
    return {"id": kind, "kind": kind, "form": form, "of": of, "due": due, "ladder": ladder, "close": close, **more}


def development(change: Callable[[dict[str, dict[str, Any]]], object] | None = None) -> Program:
    """A program by which offers are developed, after `change` was done to its asks (by id)."""
    asks = {
        "design": _ask(
            "design",
            Role.WORKSITE_SUPERVISOR,
            "opened + 5bd",
            [{"at": "opened + 3bd", "then": "remind"}, {"at": "due + 2bd", "then": "ask", "who": "career_specialist"}],
            "due + 10bd",
        ),
        "curriculum_review": _ask(
            "curriculum_review",
            Role.TEACHER,
            "opened + 5bd",
            [{"at": "due + 1bd", "then": "ask", "who": "coordinator"}],
            "due + 6bd",
        ),
        "safety_review": _ask(
            "safety_review",
            Role.COORDINATOR,
            "opened + 2bd",
            [{"at": "opened + 1bd", "then": "remind"}],
            "due + 5bd",
            on="hazard_found",
        ),
        "opportunity_review": _ask(
            "opportunity_review",
            Role.COORDINATOR,
            "opened + 3bd",
            [{"at": "opened + 2bd", "then": "remind"}],
            "due + 7bd",
        ),
    }
    if change is not None:
        change(asks)
    return Program.model_validate(
        {
            "id": "opportunity-development",
            "version": "2027.1",
            "title": "How offers are developed",
            "lifecycle": "opportunity",
            "calendar": PROGRAM.calendar.model_dump(mode="json"),
            "stages": [{"id": "development", "asks": list(asks.values())}],
        }
    )


def proposal(**changes: Any) -> ProposeOpportunity:
    fields: dict[str, Any] = {
        "opportunity_id": "opp-1",
        "host_id": "hst-1",
        "program": development(),
        "program_id": "boston-summer-internship",
        "proposed_by": Role.WORKSITE_SUPERVISOR,
        "seats": 2,
        "start": START,
        "end": END,
        "closes_at": LAST_HOUR,
        "team": {role: person for role, person in TEAM.items() if role not in (Role.STUDENT, Role.GUARDIAN)},
    }
    return ProposeOpportunity.model_validate(fields | changes)


def direct(seats: int = 2) -> OpenOpportunity:
    return OpenOpportunity(
        opportunity_id="opp-1",
        host_id="hst-1",
        program_id="boston-summer-internship",
        seats=seats,
        start=START,
        end=END,
        closes_at=LAST_HOUR,
    )


class Offer:
    """One opportunity from its beginning on; `passed` holds each event's type with the state it met."""

    def __init__(self, command: OpenOpportunity | ProposeOpportunity | None = None, at: datetime = MORNING) -> None:
        self.at = at
        self.case, told = begin(command or proposal(), at)
        self.events: list[Any] = list(told)
        self.effects: list[Effect] = [one for event in told for one in effects(self.case, event)]
        self.passed: set[tuple[OpportunityState, type]] = set()

    @property
    def state(self) -> OpportunityState:
        return self.case.state

    def say(self, command: OpportunityCommand, at: datetime | None = None) -> list[str]:
        """Take one command, an hour after the last unless told when; gives its events' types."""
        self.at = at or self.at + timedelta(hours=1)
        before = self.case
        self.case, told = step(before, command, self.at)
        for event in told:
            self.passed.add((before.state, type(event)))
            before = evolve(before, event)
            self.effects += effects(before, event)
        assert before == self.case
        self.events += told
        return [event.type for event in told]

    def submit(self, request_id: str, decision: str) -> list[str]:
        number = sum(event.type == "request.submitted" for event in self.events)
        person = self.request(request_id).person_id
        return self.say(Submit(request_id=request_id, person_id=person, submission_id=f"s-{number}", decision=decision))

    def request(self, request_id: str) -> Request:
        found = self.case.request(request_id)
        assert found is not None, f"no {request_id}; there are {[one.id for one in self.case.requests]}"
        return found

    def designed(self) -> "Offer":
        self.submit("design", "designed")
        return self

    def screened(self, *hazards: str) -> "Offer":
        self.say(RecordScreening(design=self.case.designs, hazards=hazards))
        return self

    def reviewed(self) -> "Offer":
        self.designed().screened()
        self.submit("curriculum_review", "approve")
        return self

    def opened(self) -> "Offer":
        self.reviewed()
        self.submit("opportunity_review", "open")
        return self

    def claim(self, placement_id: str, *, wait: bool = False) -> list[str]:
        return self.say(ClaimSeat(placement_id=placement_id, wait=wait))

    def release(self, placement_id: str) -> list[str]:
        return self.say(ReleaseSeat(placement_id=placement_id))

    def tick_until(self, state: OpportunityState) -> None:
        """Let time act, each time when it is due, until a state is reached."""
        for _ in range(100):
            if self.state is state:
                return
            due = next_due(self.case)
            assert due is not None
            self.say(OpportunityTick(), due)
        raise AssertionError(f"still {self.state} on {self.at}")

    def told(self) -> list[tuple[str, bool]]:
        """Which placements were told what about their seat, in order."""
        told = [one for one in self.effects if isinstance(one, TellLifecycle)]
        assert {(one.lifecycle, one.command["name"]) for one in told} <= {("placement", "record_seat")}
        assert len({one.key for one in told}) == len(told)
        return [(one.id, one.command["granted"]) for one in told]

    def mail(self) -> list[tuple[str, str]]:
        return [(one.message, one.person_id) for one in self.effects if isinstance(one, Notify)]

    def screenings(self) -> list[ScreenOpportunity]:
        return [one for one in self.effects if isinstance(one, ScreenOpportunity)]
