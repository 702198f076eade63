"""Lifecycles living side by side on the pure core: time acts when it is due, and what one asks reaches the others."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lifecycle import registry
from schemas.acts import COMMANDS
from schemas.case import Holder, Request
from schemas.effects import (
    ClaimSeatEffect,
    Notify,
    OpenCase,
    ReleaseSeatEffect,
    SeatAnswer,
    TellLifecycle,
    WithdrawOthers,
)
from schemas.incident import IncidentOpening
from schemas.placement_events import ApplicationReceived
from schemas.problems import Refused
from schemas.vocabulary import PlacementState, SeatState
from schemas.vocabulary import RequestKind as K

ZONE = ZoneInfo("America/New_York")
GOOD: dict[K, str] = {
    K.HOST_CONFIRMATION: "accept",
    K.APPLICATION_REVIEW: "offer",
    K.APPLICATION_DECISION: "offer",
    K.INTERVIEW: "offer",
    K.OFFER_ACCEPTANCE: "accept",
    K.GUARDIAN_CONSENT: "consent",
    K.WORK_PERMIT: "granted",
    K.CLEARANCE: "cleared",
    K.SITE_VETTING: "approved",
    K.FIRST_DAY: "started",
    K.NO_SHOW_FOLLOW_UP: "started",
    K.SIGN_OFF: "sign",
    K.HOST_INTEREST: "interested",
    K.INSURANCE: "provided",
    K.SAFETY_CHECK: "passed",
    K.PARTNERSHIP_AGREEMENT: "sign",
}
"""What everybody answers when all goes well."""


ON_THE_WAY: dict[str, dict[K, str]] = {
    "under_review": {K.APPLICATION_REVIEW: "under_review"},
    "interviewing": {K.APPLICATION_REVIEW: "interview"},
}
"""What is answered to come to a state that not every good life passes through."""


def instant(text: str) -> datetime:
    """An instant as Boston reads it: `2027-07-06 09:00`, or a day at 10:00."""
    return datetime.fromisoformat(text if " " in text else f"{text} 10:00").replace(tzinfo=ZONE)


def seen(at: datetime) -> str:
    """`Fri 2027-07-16 10:00`."""
    return f"{at.astimezone(ZONE):%a %Y-%m-%d %H:%M}"


def _is_told(name: str, value: Any) -> bool:
    return value is not None and name not in {"at", "type", "form", "program", "kind", "ask_id"}


def _plainly(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return f"{name} {seen(value)}"
    return value.person_id if isinstance(value, Holder) else str(value)


LIFECYCLES: dict[str, registry.Lifecycle[Any]] = {one.name: one for one in registry.BY_OPENING.values()}


class Life:
    """One lifecycle from its first command on; `told` holds each event with the case after it and its effects."""

    def __init__(self, lifecycle: registry.Lifecycle[Any], command: Any, at: datetime) -> None:
        self.lifecycle = lifecycle
        self.case, events = lifecycle.begin(command, at)
        self.told: list[tuple[Any, Any, tuple[Any, ...]]] = []
        self.passed: set[tuple[Any, type]] = set()
        self.said: set[str] = set()
        self._tell(events, [self.case] * len(events))
        if any(event.type == "application.submitted" for event in events):
            self.passed.add((PlacementState.PROPOSED, ApplicationReceived))

    def _tell(self, events: Iterable[Any], cases: Iterable[Any]) -> None:
        for event, case in zip(events, cases, strict=True):
            self.told.append((event, case, self.lifecycle.effects(case, event)))

    def say(self, command: Any, at: datetime) -> list[Any]:
        """Take one command; gives its effects. Raises Refused."""
        before, first = self.case, len(self.told)
        story = self.lifecycle.decide(self.case, command, at)
        self.said.add(command.name)
        self.case = story.case
        for event, after in zip(story.events, story.passed, strict=True):
            self.passed.add((before.state, type(event)))
            before = after
        self._tell(story.events, story.passed)
        return [one for _, _, effects in self.told[first:] for one in effects]

    def due(self) -> datetime | None:
        """When time itself acts next."""
        return self.lifecycle.next_due(self.case)


class World:
    """All lives of a scenario, by id, and the present."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.lives: dict[str, Life] = {}
        self.lines: list[str] = []

    def begin(self, name: str, id_: str, command: Any) -> Life:
        """A lifecycle begins."""
        life = Life(LIFECYCLES[name], command, self.at)
        self.lives[id_] = life
        self._note(id_, f"{command.name}", 0)
        self._carry(id_, [one for _, _, effects in life.told for one in effects])
        return life

    def say(self, id_: str, command: Any) -> None:
        """A command reaches a lifecycle, and what follows from it reaches the others. Raises Refused."""
        life = self.lives[id_]
        first = len(life.told)
        effects = life.say(command, self.at)
        self._note(id_, command.name, first)
        self._carry(id_, effects)

    def _carry(self, id_: str, effects: Iterable[Any]) -> None:
        for one in effects:
            if isinstance(one, TellLifecycle):
                self._reach(one.lifecycle, one.id, one.command)
            elif isinstance(one, OpenCase):
                self.begin("incident", one.incident_id, IncidentOpening.model_validate(one.opening).command)
            elif isinstance(one, WithdrawOthers):
                self._withdraw_others(id_, one)
            elif isinstance(one, ClaimSeatEffect) and one.opportunity_id in self.lives:
                self._claim(id_, one)
            elif isinstance(one, ReleaseSeatEffect) and one.opportunity_id in self.lives:
                self._reach("opportunity", one.opportunity_id, {"name": "release_seat", "placement_id": id_})

    def _reach(self, name: str, id_: str, command: dict[str, Any]) -> None:
        if id_ in self.lives:
            self.say(id_, COMMANDS[name].validate_python(command))  # pyright: ignore[reportArgumentType]

    def _withdraw_others(self, id_: str, one: WithdrawOthers) -> None:
        for other, life in list(self.lives.items()):
            if other != id_ and getattr(life.case, "learner_id", None) == one.learner_id:
                with suppress(Refused):
                    self._reach("placement", other, {"name": "withdraw", "reason": "accepted_another"})

    def _claim(self, id_: str, one: ClaimSeatEffect) -> None:
        self._reach("opportunity", one.opportunity_id, {"name": "claim_seat", "placement_id": id_, "wait": one.wait})
        offer = self.lives[one.opportunity_id].case
        answer = SeatAnswer(key=one.key, granted=id_ in offer.held, waiting=id_ in offer.waiting)
        learned = self.lives[id_].lifecycle.learned(one, answer)
        if learned is not None:
            self.say(id_, learned)

    def pass_time(self, until: datetime) -> None:
        """Time acts whenever it is due before `until`, or then; then it is `until`."""
        for _ in range(2000):
            due = [(at, id_) for id_, life in self.lives.items() if (at := life.due()) is not None and at <= until]
            if not due:
                self.at = max(self.at, until)
                return
            at, id_ = min(due)
            self.at = max(self.at, at)
            before = self.lives[id_].case.seq
            self.say(id_, self.lives[id_].lifecycle.tick)
            if self.lives[id_].case.seq == before and self.lives[id_].due() == at:
                raise AssertionError(f"{id_}: time is due at {seen(at)} and does nothing\n{self.story()}")
        raise AssertionError(f"time acts without end\n{self.story()}")

    def go_well(self, id_: str, state: str, valid_until: dict[str, Any], silent: tuple[str, ...]) -> None:
        """Everybody does as they should until the lifecycle is in `state`; only `silent` asks are not answered."""
        for _ in range(300):
            case = self.lives[id_].case
            if not state:
                return
            waited_for = [
                one
                for one in case.open_requests
                if case.program.by_id[one.ask_id].blocks and one.ask_id not in silent and one.kind is not K.RENEWAL
            ]
            others_are_awaited = state == "preparing" and silent and waited_for
            if case.state == state and not others_are_awaited:
                return
            self._one_good_thing(id_, case, state, waited_for, valid_until)
        raise AssertionError(f"{id_} never comes to {state}\n{self.story()}")

    def _one_good_thing(
        self, id_: str, case: Any, state: str, waited_for: list[Request], valid_until: dict[str, Any]
    ) -> None:
        if getattr(case, "seat", None) is SeatState.CLAIMING:
            self.say(id_, COMMANDS["placement"].validate_python({"name": "record_seat", "granted": True}))
        elif waited_for:
            self.at += timedelta(minutes=10)
            one = waited_for[0]
            self.say(
                id_,
                COMMANDS[self.lives[id_].lifecycle.name].validate_python(
                    {
                        "name": "submit",
                        "request_id": one.id,
                        "person_id": one.person_id,
                        "submission_id": f"s-{len(self.lines)}",
                        "decision": ON_THE_WAY.get(state, {}).get(one.kind, GOOD.get(one.kind)),
                        "valid_until": valid_until.get(one.ask_id),
                    }
                ),
            )
        else:
            due = self.lives[id_].due()
            assert due is not None, f"{id_} waits for nothing in {case.state}\n{self.story()}"
            self.pass_time(due)

    # --- the story --------------------------------------------------------------------------------------------------

    def _note(self, id_: str, what: str, first: int) -> None:
        self.lines.append(f"{seen(self.at)}  {id_}: {what}")
        for event, case, effects in self.lives[id_].told[first:]:
            about = " ".join(_plainly(name, value) for name, value in event if _is_told(name, value))
            messages = [f"{one.message} to {one.role}" for one in effects if isinstance(one, Notify)]
            others = [one.effect for one in effects if not isinstance(one, Notify)]
            mail = f"  [{'; '.join((*others, *messages))}]" if effects else ""
            self.lines.append(f"{'':22}  {event.type} {about} -> {case.state}{mail}")

    def story(self) -> str:
        """Everything that happened, for a person to read."""
        return "\n".join(self.lines)
