"""When messages go out: nobody is woken, nothing comes too late, and a morning's messages come together."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.quiet_hours import AT_ONCE, COLLECTED_FOR, Hours, Outgoing, Wait, wait
from schemas.effects import Message
from schemas.vocabulary import AT_WORK, RequestKind, Role

BOSTON, SEATTLE = "America/New_York", "America/Los_Angeles"
MESSAGES: tuple[Message, ...] = get_args(Message)


def local(text: str, zone: str = BOSTON) -> datetime:
    """An instant in July 2027, whose 5th is a Monday: `5 09:00`."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2027-07-{int(day):02}T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def post(**changes: Any) -> Outgoing:
    plain = Outgoing("placement", "request_opened_ask", Role.WORKSITE_SUPERVISOR, RequestKind.AGREEMENT)
    return plain._replace(due_at=local("20 17:00"), closes_at=local("30 17:00"))._replace(**changes)


def until(at: str, zone: str = BOSTON, off: tuple[int, ...] = (), **changes: Any) -> str | None:
    found = wait(post(**changes), zone, local(at, zone), Hours(), [date(2027, 7, day) for day in off])
    return f"{found.until.astimezone(ZoneInfo(zone)):%-d %H:%M}" if found else None


@pytest.mark.parametrize(
    ("at", "held"),
    [
        ("5 08:00", None),
        ("5 19:59", None),
        ("5 20:00", "6 09:15"),
        ("6 07:59", "6 09:15"),
        ("9 20:00", "12 09:15"),
        ("10 12:00", "12 09:15"),
        ("11 23:00", "12 09:15"),
    ],
)
def test_employers_are_asked_on_working_days_by_day(at: str, held: str | None) -> None:
    assert until(at) == held


@pytest.mark.parametrize("role", sorted(AT_WORK))
def test_whoever_reads_mail_at_work_is_not_written_to_on_a_weekend_or_a_day_off(role: Role) -> None:
    assert until("10 12:00", role=role) == "12 09:15"
    assert until("2 20:30", role=role, off=(5,)) == "6 09:15"
    assert until("5 12:00", role=role, off=(5,)) == "6 09:15"
    assert until("5 12:00", role=role, off=(6,)) is None


@pytest.mark.parametrize("role", [Role.STUDENT, Role.EDUCATOR, Role.GUARDIAN])
def test_learners_and_families_are_written_to_on_any_day_but_not_at_night(role: Role) -> None:
    assert until("10 12:00", role=role, off=(10,)) is None
    assert until("10 21:00", role=role) == "11 09:15"


def test_a_day_off_holds_nothing_past_what_is_due() -> None:
    assert until("2 20:30", off=(5,), due_at=local("6 09:00")) is None
    assert until("2 20:30", off=(5,), due_at=local("6 17:00")) == "6 09:15"


def test_the_hours_are_those_of_the_persons_own_zone() -> None:
    at = local("5 09:00")
    assert wait(post(), SEATTLE, at, Hours()) == Wait(local("5 09:15", SEATTLE), "quiet_hours")
    assert wait(post(), BOSTON, at, Hours()) is None


def test_what_is_only_told_comes_as_soon_as_the_night_is_over() -> None:
    told = {"message": "partnership_blocked_warning", "kind": None, "due_at": None, "closes_at": None}
    assert until("6 00:00", **told) == "6 08:00"
    assert until("6 12:00", **told, by_time=True) is None


def test_what_comes_up_by_itself_in_a_morning_is_collected_for_one_mail() -> None:
    assert until("5 09:00", by_time=True) == "5 09:15"
    assert until("5 08:30", by_time=True) == "5 09:15"
    assert until("5 17:00", by_time=True) == "5 17:10"
    assert until("5 09:00", by_time=False) is None


@pytest.mark.parametrize("message", sorted(AT_ONCE))
def test_what_keeps_people_safe_or_was_just_asked_for_is_never_held(message: Message) -> None:
    assert until("11 03:00", message=message, by_time=True) is None


@pytest.mark.parametrize("kind", [RequestKind.FIRST_DAY, RequestKind.NO_SHOW_FOLLOW_UP, RequestKind.INCIDENT_REPORT])
def test_asks_about_a_missing_learner_or_an_incident_are_never_held(kind: RequestKind) -> None:
    assert until("11 03:00", kind=kind, by_time=True) is None


def test_nothing_of_an_incident_is_held() -> None:
    assert until("11 03:00", lifecycle="incident") is None


def test_what_is_due_today_is_not_held_and_nothing_is_held_past_its_due_date() -> None:
    assert until("5 09:00", due_at=local("5 17:00"), by_time=True) is None
    assert until("5 21:00", due_at=local("6 09:00")) is None
    assert until("5 21:00", due_at=local("6 17:00")) == "6 09:15"
    assert until("5 21:00", due_at=local("1 17:00"), closes_at=local("6 08:00")) is None


def test_without_quiet_hours_only_what_comes_by_itself_is_collected() -> None:
    at = local("11 03:00")
    assert wait(post(), BOSTON, at, None) is None
    assert wait(post(by_time=True), BOSTON, at, None) == Wait(local("11 09:15"), "digest")


@given(
    message=st.sampled_from(MESSAGES),
    role=st.sampled_from(list(Role)),
    minutes=st.integers(0, 60 * 24 * 400),
    due=st.none() | st.integers(-5000, 20000),
    zone=st.sampled_from((BOSTON, SEATTLE, "Pacific/Honolulu")),
    by_time=st.booleans(),
)
def test_a_hold_ends_by_day_within_a_weekend_and_before_what_is_due(
    message: Message, role: Role, minutes: int, due: int | None, zone: str, *, by_time: bool
) -> None:
    at = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due_at = None if due is None else at + timedelta(minutes=due)
    found = wait(Outgoing("placement", message, role, None, due_at, None, by_time), zone, at, Hours())
    if found is None:
        return
    assert at < found.until < at + timedelta(days=3)
    assert due_at is None or due_at <= at or found.until < due_at
    here = found.until.astimezone(ZoneInfo(zone))
    assert Hours().end <= here.time()
    assert (here - COLLECTED_FOR).time() < Hours().begin
    assert wait(Outgoing("placement", message, role, None, None, None), zone, found.until, Hours()) is None or (
        here.time() >= Hours().begin
    )
