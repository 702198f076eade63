"""One random life on the pure core: a seed makes the program, the people, their whims, outages, and every answer."""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

from schemas.change_commands import CloseIncident, RecordWork, ReportIncident
from schemas.effects import CheckWork, ClaimSeatEffect, Effect, Notify
from schemas.findings import FindingCode
from schemas.placement_commands import PlacementCommand, Propose, RecordBounce, RecordSeat, Submit
from schemas.placement_events import PlacementEvent
from schemas.problems import ProblemCode
from schemas.programs import Program
from schemas.vocabulary import RequestKind, Role
from tests.lifecycle.watched import Watched
from tests.lives import people
from tests.lives.programs import of_life

Says = Callable[[Watched], PlacementCommand]
LENGTHS = ((0.35, 10), (0.78, 60), (0.95, 130), (1.0, 330))
"""How long placements last: the share of them up to so many days."""

ASKED = frozenset(
    {
        "request_opened_ask",
        "request_escalated_ask",
        "request_reassigned_ask",
        "request_returned_ask",
        "request_due_reminder",
    }
)
SAID_AGAIN = frozenset({"resend", "report_missed", "plan_shifts", "recheck_work", "record_bounce"})
WRONG = (ProblemCode.INVALID, ProblemCode.NOT_AWAITED)
"""After these refusals a person tries again."""

SEEN_EVERY = 80
"""After so many commands the view and the carried state are looked at, which is slow; in the end, of every third."""


class World:
    """One placement and what surrounds it: people who act later, an opportunity with seats or without, the law."""

    def __init__(self, seed: int, id_: str = "pl-1") -> None:
        self.seed, self.id = seed, id_
        self.random = Random(seed)  # noqa: S311 - a life, no secret
        self.life = Watched(*self._proposal())
        self.said = 0
        self._agenda: list[tuple[datetime, int, Says]] = []
        self._numbers = itertools.count()
        self._heard = 0
        self._unreliable = self.random.random() < 0.3
        self._diligence = self.random.choice((0.5, 0.85, 0.95, 0.98, 0.99))
        self._plan_whims()
        self._react()

    @property
    def days(self) -> int:
        """From the proposal to the last event."""
        return (self.life.events[-1].at - self.life.events[0].at).days

    def live(self) -> Watched:
        """The life until nothing more can happen. Raises AssertionError when something does not hold."""
        life = self.life
        while not life.is_over and self._next():
            self.said += 1
            self._react()
            life.check()
            if self.said % SEEN_EVERY == self.seed % SEEN_EVERY:
                life.check_what_is_seen()
        life.leave_alone()
        life.check_the_whole()
        if self.seed % 3 == 0:
            life.check_what_is_seen()
            life.check_what_went_out()
        return life

    def _next(self) -> bool:
        """The next thing that happens: time acts, or somebody does. False when there is neither."""
        life, due = self.life, self.life.due()
        if self._agenda and (due is None or self._agenda[0][0] <= due):
            at, _, says = heapq.heappop(self._agenda)
            life.at = max(life.at, at)
            command = says(life)
            self._follow(command, says, life.say(command))
        elif due is not None:
            life.tick(self._outage())
        return due is not None or bool(self._agenda)

    def _follow(self, command: PlacementCommand, says: Says, said: tuple[PlacementEvent, ...] | None) -> None:
        """Who said it wrong tries again; at times a thing is said twice; an incident is closed some day."""
        if said is None and isinstance(command, Submit) and self.life.refused[-1].code in WRONG:
            self._later(timedelta(hours=1), says)
        elif said is not None and self.random.random() < 0.1:
            self._again(command)
        if said and isinstance(command, ReportIncident) and self.random.random() < 0.8:
            closed = CloseIncident(incident_id=command.incident_id)
            self._later(timedelta(days=self.random.randint(1, 30)), lambda _: closed)

    def _again(self, command: PlacementCommand) -> None:
        """The same said twice changes nothing more, but for a link that is sent again and an absence of each day."""
        said = self.life.say(command)
        assert not said or command.name in {
            "resend",
            "report_missed",
            "plan_shifts",
            "recheck_work",
            "record_bounce",
        }, f"{command.name} twice"

    def _outage(self) -> timedelta:
        """How long nothing runs when time should act."""
        if not self._unreliable or self.random.random() < 0.9:
            return timedelta(0)
        return timedelta(minutes=self.random.randint(1, self.random.choice((60, 3 * 1440, 30 * 1440))))

    def _later(self, wait: timedelta, says: Says) -> None:
        """Somebody will say something."""
        self._at(self.life.at + wait, says)

    def _comes_of(self, effect: Effect, wait: timedelta, says: Says) -> None:  # noqa: ARG002 - a server wants to know
        """What came of an effect will be said."""
        self._later(wait, says)

    def _at(self, at: datetime, says: Says) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), says))

    # --- what starts it -------------------------------------------------------------------------------------------

    def _proposal(self) -> tuple[Propose, datetime]:
        random = self.random
        program = of_life(random)
        start = date(2027, 1, 4) + timedelta(days=random.randrange(365))
        chance = random.random()
        longest = next(days for share, days in LENGTHS if chance < share)
        at = datetime(start.year, start.month, start.day, random.randrange(24), 30, tzinfo=UTC)
        review, confirmation = (
            program.of_kind(kind) for kind in (RequestKind.APPLICATION_REVIEW, RequestKind.HOST_CONFIRMATION)
        )
        of_educators = any(signer.role is Role.EDUCATOR for ask in program.asks for signer in ask.of)
        command = Propose(
            placement_id=self.id,
            learner_id="lrn-1",
            opportunity_id="opp-1",
            host_id="hst-1",
            program=program,
            start=start,
            end=start + timedelta(days=random.randint(0, longest)),
            minor=not of_educators and random.random() < 0.7,
            team=self._team(program, of_educators=of_educators),
            applied=not confirmation or (bool(review) and random.random() < 0.5),
        )
        return command, at - timedelta(days=random.choice((-4, 2, 10, 25, 40, 70)))

    def _team(self, program: Program, *, of_educators: bool) -> dict[Role, str]:
        """Who is there: not everybody for whom another stands in; an educator in the student's place."""
        at_home = (Role.STUDENT, Role.GUARDIAN)
        everybody = {role: one for role, one in people.TEAM.items() if not (of_educators and role in at_home)}
        if of_educators:
            everybody[Role.EDUCATOR] = people.TEAM[Role.STUDENT]
        can_miss = {*program.stand_ins, Role.ALTERNATE_SUPERVISOR}
        return {role: one for role, one in everybody.items() if role not in can_miss or self.random.random() < 0.75}

    def _plan_whims(self) -> None:
        random, placement = self.random, self.life.placement
        until = datetime.combine(placement.end, datetime.min.time(), UTC) + timedelta(days=60)
        span = max((until - self.life.at).total_seconds(), 86400)
        for _ in range(random.choice((0, 2, 4, 7, 12))):
            self._later(timedelta(seconds=random.random() * span), self._whim)

    def _whim(self, life: Watched) -> PlacementCommand:
        return people.whim(self.random, life)

    # --- what follows of what was decided -------------------------------------------------------------------------

    def _react(self) -> None:
        """People and the world hear what they were asked, and will act."""
        effects, self._heard = self.life.effects[self._heard :], len(self.life.effects)
        for effect in effects:
            self._hear(effect)

    def _hear(self, effect: Effect) -> None:
        match effect:
            case Notify(request_id=str()):
                self._mail(effect)
            case ClaimSeatEffect():
                self._comes_of(effect, timedelta(seconds=3), lambda _: self._seat(waits=effect.wait))
            case CheckWork():
                self._comes_of(effect, timedelta(seconds=5), self._law)
            case _:
                return

    def _mail(self, mail: Notify) -> None:
        """Somebody reads that something is asked, or the address is dead."""
        random, request_id, person_id = self.random, mail.request_id or "", mail.person_id
        request = self.life.placement.request(request_id)
        if request is None:
            return
        diligence = people.diligent(request.kind, self._diligence)
        if random.random() > diligence + 0.015:
            bounce = RecordBounce(request_id=request_id, person_id=person_id)
            self._comes_of(mail, timedelta(minutes=2), lambda _: bounce)
        elif mail.message in ASKED and (wait := people.delay(random, diligence)) is not None:
            self._later(wait, lambda life: people.answer(random, life, request_id, person_id))

    def _seat(self, *, waits: bool) -> RecordSeat:
        chance = self.random.random()
        if chance < 0.85:
            return RecordSeat(granted=True)
        if not waits:
            return RecordSeat(granted=False)
        granted = chance < 0.95
        self._later(timedelta(days=self.random.randint(1, 20)), lambda _: RecordSeat(granted=granted))
        return RecordSeat(granted=False, waiting=True)

    def _law(self, life: Watched) -> RecordWork:
        random, today = self.random, people.today(life)
        found = [
            FindingCode(
                id=f"f-{random.randint(1, 6)}",
                rule="federal.hours-a-day",
                subject="day_hours",
                basis=random.choice(("predicted", "detected")),
                day=today,
                allowed=180,
                found=240,
                unit="minutes",
            )
            for _ in range(random.choice((0, 0, 0, 0, 1, 2)))
        ]
        recheck = today + timedelta(days=random.randint(1, 60)) if random.random() < 0.3 else None
        return RecordWork(findings=tuple(found), recheck_on=recheck)


class BrokenLifeError(AssertionError):
    """Something did not hold in a life; says in which, after what, and how to live it again."""


def live(seed: int) -> World:
    """A whole life. Raises BrokenLifeError when something does not hold in it."""
    world = World(seed)
    try:
        world.live()
    except Exception as error:
        raise broken(world, error) from error
    return world


def broken(world: World, error: Exception) -> BrokenLifeError:
    """The error as one wants to read it."""
    life = world.life
    last = "\n".join(f"  {one.at:%Y-%m-%d %H:%M} {one.type}" for one in life.events[-12:])
    return BrokenLifeError(
        f"{type(error).__name__}: {error}\n"
        f"after '{life.saying.name}' at {life.at:%Y-%m-%d %H:%M} in {life.state}, program "
        f"{life.placement.program.id}; its last events:\n{last}\n"
        f"live it again: ./journeywork test tests/lives --seed {world.seed}"
    )
