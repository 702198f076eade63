"""Partnerships on the pure core: say commands, let time pass, and look at every event and effect on the way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from catalog.program_catalog import program
from lifecycle.partnership import PARTNERSHIP, contact
from lifecycle.partnership_shown import effects
from lifecycle.partnership_waiting import next_due
from schemas.case import Request
from schemas.effects import Effect, Notify
from schemas.partnership import ContactHost, LogOutreach, Partnership
from schemas.placement_commands import Submit, Tick
from schemas.programs import Program
from schemas.vocabulary import OutreachChannel, OutreachOutcome, PartnershipState, Role
from tests.lifecycle.lives import local

PROGRAM = program("partnership")
TEAM = {
    Role.SITE_CONTACT: "con-1",
    Role.WORKSITE_SUPERVISOR: "sup-1",
    Role.ENGAGEMENT_MANAGER: "em-1",
    Role.CAREER_SPECIALIST: "cs-1",
    Role.COORDINATOR: "co-1",
    Role.PROGRAM_MANAGER: "pm-1",
}
MONDAY = local("2027-01-04 09:30")
A_YEAR = date(2028, 1, 31)
TWO_YEARS = date(2029, 1, 31)


def first_contact(*, plan: Program | None = PROGRAM, team: dict[Role, str] | None = None, **more: Any) -> ContactHost:
    assert plan is not None
    return ContactHost(
        partnership_id="par-hst-1",
        host_id="hst-1",
        program=plan,
        team=TEAM if team is None else team,
        **more,
    )


def changed(change: Callable[[dict[str, Any]], None]) -> Program:
    """The shipped program after `change` was done to its plain parts."""
    assert PROGRAM is not None
    parts = PROGRAM.model_dump(mode="json")
    change(parts)
    return Program.model_validate(parts)


class Host:
    """One partnership from its first contact on; `at` is the present."""

    def __init__(self, command: ContactHost | None = None, at: datetime = MONDAY) -> None:
        self.at = at
        self.case, told = contact(command or first_contact(), at)
        self.events: list[Any] = list(told)
        self.effects: list[Effect] = [one for event in told for one in effects(self.case, event)]

    @property
    def state(self) -> PartnershipState:
        return self.case.state

    def say(self, command: Any, at: datetime | None = None) -> list[str]:
        """Take one command, an hour after the last unless told when; gives its events' types."""
        self.at = at or self.at + timedelta(hours=1)
        story = PARTNERSHIP.story(self.case, command, self.at)
        for event, passed in zip(story.events, story.passed, strict=True):
            self.effects += effects(passed, event)
        self.case: Partnership = story.case
        self.events += story.events
        return [event.type for event in story.events]

    def submit(
        self,
        request_id: str,
        decision: str | None = None,
        valid_until: date | None = None,
        *,
        by: str | None = None,
        again_on: date | None = None,
        at: datetime | None = None,
    ) -> list[str]:
        command = Submit(
            request_id=request_id,
            person_id=by or self.request(request_id).person_id,
            submission_id=f"s-{len(self.events)}",
            decision=decision,
            valid_until=valid_until,
            again_on=again_on,
        )
        return self.say(command, at)

    def log(self, outcome: str, *, again_on: date | None = None, at: datetime | None = None) -> list[str]:
        said = LogOutreach(channel=OutreachChannel.PHONE, outcome=OutreachOutcome(outcome), again_on=again_on)
        return self.say(said, at)

    def tick(self) -> list[str]:
        due = next_due(self.case)
        assert due is not None, f"time never acts in {self.state}"
        before = self.case.seq
        told = self.say(Tick(), max(self.at, due))
        assert self.case.seq > before, f"nothing was due in {self.state} at {due}"
        return told

    def tick_until(self, done: Callable[["Host"], bool] | PartnershipState) -> None:
        """Let time act, each time when it is due, until something holds."""
        for _ in range(400):
            if done(self) if callable(done) else self.state is done:
                return
            self.tick()
        raise AssertionError(f"still {self.state} on {self.at}")

    def pass_days_until(self, at: datetime) -> None:
        """Let time act whenever it is due before `at`; then it is `at`."""
        while (due := next_due(self.case)) is not None and due <= at:
            self.tick()
        self.at = at

    def request(self, request_id: str) -> Request:
        found = self.case.request(request_id)
        assert found is not None, f"no {request_id}; there are {[one.id for one in self.case.requests]}"
        return found

    def types(self) -> list[str]:
        return [event.type for event in self.events]

    def told(self, message: str) -> list[str]:
        """To whom a message went, in order."""
        return [one.person_id for one in self.effects if isinstance(one, Notify) and one.message == message]

    def open(self) -> list[str]:
        return [one.id for one in self.case.open_requests]


def contacted(**more: Any) -> Host:
    return Host(first_contact(**more))


def interested(**more: Any) -> Host:
    host = contacted(**more)
    host.submit("host_interest", "interested")
    return host


def vetted(insured_until: date = A_YEAR, safe_until: date = TWO_YEARS, **more: Any) -> Host:
    host = interested(**more)
    host.submit("insurance", "provided", insured_until)
    host.submit("safety_check", "passed", safe_until)
    return host


def active(
    insured_until: date = A_YEAR, safe_until: date = TWO_YEARS, agreed_until: date = TWO_YEARS, **more: Any
) -> Host:
    host = vetted(insured_until, safe_until, **more)
    host.submit("agreement.site_contact", "sign", agreed_until)
    host.submit("agreement.engagement_manager", "sign", agreed_until)
    return host
