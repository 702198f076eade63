"""Whatever the days and whoever was asked: a change of days moves every open deadline at once, and is told."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lifecycle.calendars import is_business_day, site_day
from lifecycle.deadlines import DECIDES_SUSPENSION, closes_at, due_at, next_rung
from lifecycle.opening import openings
from lifecycle.placement import TABLE
from lifecycle.transitions import TERMINAL
from schemas.acts import COMMANDS
from schemas.case import Request
from schemas.effects import Notify
from schemas.offsets import Anchor
from schemas.placement import Placement
from schemas.program_kinds import STAGE_KINDS
from schemas.request_events import RequestMoved, RequestOpened
from schemas.vocabulary import RequestKind, RequestState, SeatState
from tests.scenarios.model import Given, Scenario
from tests.scenarios.run import run
from tests.scenarios.world import World

ZONE = "America/New_York"
DAY = timedelta(days=1)
STATES = ("preparing", "ready", "active", "active", "active")
EVERY_STATE = ("proposed", "applied", "under_review", "interviewing", "offered", *STATES, "awaiting_assessment")
SILENT = ("agreement", "training_plan", "final")


@st.composite
def lives(draw: st.DrawFn, states: tuple[str, ...] = STATES) -> World:
    """A placement somewhere on its way; some have not answered, and some time has passed since."""
    state = draw(st.sampled_from(states))
    start = draw(st.dates(date(2027, 6, 28), date(2027, 7, 16)))
    silent = draw(st.sets(st.sampled_from(SILENT))) if state == "preparing" else {"final"}
    scenario = Scenario(
        id="drawn",
        title="a life that was drawn",
        given=Given(
            state=state,
            start=start,
            end=start + timedelta(days=draw(st.integers(20, 100))),
            minor=draw(st.booleans()),
            silent=tuple(silent or {"agreement"}) if state == "preparing" else tuple(silent),
            valid_until={"permit": date(2027, 9, 10)} if state == "active" and draw(st.booleans()) else {},
        ),
    )
    world = run(scenario)
    world.pass_time(world.at + draw(st.timedeltas(timedelta(0), timedelta(days=40))))
    return world


def placement(world: World) -> Placement:
    return world.lives["pl-1"].case


def say(world: World, name: str, **values: Any) -> list[Any]:
    """One command; gives its events with their effects."""
    first = len(world.lives["pl-1"].told)
    world.say("pl-1", COMMANDS["placement"].validate_python({"name": name, **values}))
    return world.lives["pl-1"].told[first:]


def moved_and_told(before: Placement, world: World, told: list[Any]) -> None:
    """Exactly the requests whose date is another are moved, and everybody who knew the old date is told the new one."""
    after = placement(world)
    moved = {event.request_id: event.due_at for event, _, _ in told if isinstance(event, RequestMoved)}
    mail = [one for _, _, effects in told for one in effects if isinstance(one, Notify)]
    for was in before.open_requests:
        now = after.request(was.id)
        assert now is not None
        if not now.is_open:
            continue
        assert moved.get(was.id, due_at(before, was)) == due_at(after, now)
        if was.id in moved:
            reached = {one.person_id for one in mail if one.request_id == was.id}
            assert {line.person_id for line in knew(was)} <= reached


def knew(request: Request) -> Iterator[Any]:
    """Whoever may still answer, or was warned, was told its date."""
    holders = {one.person_id for one in request.holders}
    yield from (line for line in request.asked if line.person_id in holders or line.how == "told")


@settings(max_examples=60, deadline=None)
@given(world=lives(), days=st.integers(1, 60))
def test_an_extension_moves_what_counts_from_the_last_day_and_tells_everybody(world: World, days: int) -> None:
    before = placement(world)
    assume(before.state in {"preparing", "ready", "active"})
    coming = {one.request_id: one.at for one in openings(TABLE, before)}
    told = say(world, "extend", end=before.end + timedelta(days=days))
    moved_and_told(before, world, told)
    after = placement(world)
    for one in before.open_requests:
        ask, now = before.program.by_id[one.ask_id], after.request(one.id)
        assert now is not None
        if ask.due.anchor is Anchor.END:
            assert due_at(after, now) > due_at(before, one)
    for one in openings(TABLE, after):
        was = coming.get(one.request_id)
        if one.ask.opens is not None and one.ask.opens.anchor is Anchor.END and was is not None:
            assert one.at is not None
            assert one.at >= was


@settings(max_examples=60, deadline=None)
@given(world=lives(), ahead=st.integers(0, 10), days=st.integers(1, 7))
def test_a_pause_takes_no_day_from_anybody_and_nobody_is_asked_in_it(world: World, ahead: int, days: int) -> None:
    before = placement(world)
    assume(before.state not in TERMINAL)
    first = site_day(ZONE, world.at) + DAY * ahead
    last = first + DAY * (days - 1)
    told = say(world, "pause", first=first, last=last)
    moved_and_told(before, world, told)
    after = placement(world)
    for one in after.open_requests:
        was = before.request(one.id)
        if was is None or after.program.by_id[one.ask_id].due.anchor is Anchor.EXPIRES:
            continue
        assert _left(before, was, world.at, None) <= _left(after, one, world.at, (first, last))
        assert closes_at(after, one) >= closes_at(before, was)
    _pass_quietly(world, first, last)


def _left(case: Placement, request: Request, at: datetime, pause: tuple[date, date] | None) -> int:
    """Days left to answer, business days where the program counts those; paused ones are none."""
    day, due = site_day(ZONE, at), site_day(ZONE, due_at(case, request))
    business = case.program.by_id[request.ask_id].due.unit == "bd"
    days = [day + DAY * number for number in range((due - day).days + 1)]
    return sum(
        (not business or is_business_day(case.program.calendar, one)) and not (pause and pause[0] <= one <= pause[1])
        for one in days
    )


def _pass_quietly(world: World, first: date, last: date) -> None:
    """Time passes over the pause; on its days nobody is asked by the calendar, reminded or warned.

    What follows at once from something else, such as the end of the work, is asked when that happens.
    """
    since = len(world.lives["pl-1"].told)
    world.pass_time(world.at + (last - site_day(ZONE, world.at)) + 2 * DAY)
    for event, case, effects in world.lives["pl-1"].told[since:]:
        if first <= site_day(ZONE, event.at) <= last:
            asked = [one.message for one in effects if isinstance(one, Notify) and one.request_id is not None]
            at_once = isinstance(event, RequestOpened) and case.program.by_id[event.ask_id].opens is None
            assert at_once or set(asked) <= {"request_moved_notification"}


@settings(max_examples=60, deadline=None)
@given(world=lives(), days=st.integers(1, 40))
def test_a_halt_moves_what_waits_for_the_work_but_not_what_decides_about_it(world: World, days: int) -> None:
    before = placement(world)
    assume(before.state in {"preparing", "ready", "active"})
    resume_by = site_day(ZONE, world.at) + timedelta(days=days)
    told = say(world, "suspend", reason="family_leave", resume_by=resume_by)
    moved_and_told(before, world, told)
    after = placement(world)
    for one in after.open_requests:
        was = before.request(one.id)
        if was is None:
            continue
        if one.kind in DECIDES_SUSPENSION:
            assert due_at(after, one) == due_at(before, was)
        else:
            rung = next_rung(after, one)
            assert site_day(ZONE, rung.at) >= resume_by or rung.at <= world.at + DAY


@settings(max_examples=60, deadline=None)
@given(world=lives(), days=st.integers(1, 40), later=st.integers(0, 20))
def test_what_goes_on_the_same_day_has_the_dates_it_had_and_later_it_goes_on_by_itself(
    world: World, days: int, later: int
) -> None:
    before = placement(world)
    assume(before.state in {"preparing", "ready", "active"})
    resume_by = site_day(ZONE, world.at) + timedelta(days=days)
    say(world, "suspend", reason="family_leave", resume_by=resume_by)
    if later:
        halted = placement(world)
        world.pass_time(world.at + timedelta(days=days + later))
        assert placement(world).state != "suspended" or _kept(placement(world), halted)
        return
    during = placement(world)
    told = say(world, "resume_work")
    moved_and_told(during, world, told)
    after = placement(world)
    for one in before.open_requests:
        now = after.request(one.id)
        assert now is not None
        if now.is_open:
            assert due_at(after, now) == due_at(before, one)


def _kept(now: Placement, before: Placement) -> bool:
    """Only a document that is over keeps the work from going on by itself."""
    return any(one.kind is RequestKind.RENEWAL and one.overdue for one in now.open_requests) and before is not now


@settings(max_examples=80, deadline=None)
@given(world=lives(EVERY_STATE))
def test_a_withdrawal_leaves_nothing_behind_but_what_is_still_owed(world: World) -> None:
    before = placement(world)
    assume(before.state not in TERMINAL and before.state not in {"awaiting_sign_off", "matched"})
    visits = [one for one in before.open_requests if one.kind is RequestKind.SITE_VISIT]
    for one in visits:
        say(world, "schedule_visit", request_id=one.id, day=site_day(ZONE, world.at) + DAY)
    told = say(world, "withdraw")
    after = placement(world)
    effects = [one for _, _, some in told for one in some]
    kinds = [one.effect for one in effects]
    events = [event.type for event, _, _ in told]
    assert after.state in TERMINAL
    assert ("release_seat" in kinds) == (before.seat is not SeatState.NONE)
    assert {one.kind for one in after.open_requests} <= STAGE_KINDS["follow_up"]
    assert ("agreement.voided" in events) == _has(before, RequestKind.AGREEMENT)
    assert any(one.kind is RequestKind.PERMIT_RETURN for one in after.requests) == _has(before, RequestKind.WORK_PERMIT)
    cancelled = [one for one in effects if isinstance(one, Notify) and one.message == "visit_cancelled_notification"]
    assert bool(cancelled) == bool(visits)
    begun = str(before.state) in {"active", "awaiting_assessment"}
    owed = {RequestKind.FINAL_HOURS, RequestKind.PARTIAL_EVALUATION, RequestKind.SUPPORT}
    assert (owed <= {one.kind for one in after.open_requests}) == begun
    world.pass_time(world.at + timedelta(days=400))
    assert world.lives["pl-1"].due() is None
    assert placement(world).open_requests == ()


def _has(case: Placement, kind: RequestKind) -> bool:
    return any(one.state is RequestState.SUBMITTED for one in case.of_kind(kind))
