"""When a delivery is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.resending import LONGEST, WINDOW, Verdict, verdict
from schemas.webhooks import Try

BEGAN = datetime(2027, 7, 6, 12, tzinfo=UTC)
UNTIL = BEGAN + WINDOW


def tried(status: int | None) -> Try:
    ok = status is not None and 200 <= status < 300
    return Try(at=BEGAN, status=status, failure=None if ok else "answered" if status else "timeout", ms=1)


def test_a_receiver_that_is_down_is_tried_for_72_hours_with_growing_waits_and_a_last_time_at_the_end() -> None:
    at: list[datetime] = []
    said = Verdict("waiting", BEGAN)
    while said.next_at is not None:
        at.append(said.next_at)
        said = verdict("event", tried(500), tries=len(at), retry_until=UNTIL, now=at[-1])
    waits = [later - earlier for earlier, later in pairwise(at)]
    assert said == Verdict("dead")
    assert at[-1] == UNTIL
    assert waits[:-1] == sorted(waits[:-1])
    assert (waits[0], waits[-2], 15 < len(at) < 30) == (timedelta(seconds=5), timedelta(hours=6), True)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_delivery(status: int) -> None:
    assert verdict("event", tried(status), tries=1, retry_until=UNTIL, now=BEGAN) == Verdict("delivered")


def test_gone_disables_and_loses_nothing() -> None:
    said = verdict("again", tried(410), tries=3, retry_until=UNTIL, now=UNTIL + WINDOW)
    assert (said.state, said.disable) == ("waiting", True)


def test_a_test_is_tried_once_and_disables_nothing() -> None:
    assert verdict("test", tried(410), tries=1, retry_until=UNTIL, now=BEGAN) == Verdict("dead")


def test_whoever_waited_behind_a_dead_letter_for_more_than_72_hours_is_tried_before_it_is_given_up() -> None:
    late = UNTIL + timedelta(hours=3)
    assert verdict("event", tried(None), tries=1, retry_until=UNTIL, now=late) == Verdict("dead")
    assert verdict("event", tried(200), tries=1, retry_until=UNTIL, now=late) == Verdict("delivered")


@given(
    tries=st.integers(1, 10**6),
    asked=st.none() | st.timedeltas(timedelta(), timedelta(days=10**6)),
    spent=st.timedeltas(timedelta(), WINDOW - timedelta(seconds=1)),
)
def test_the_next_try_is_later_never_after_the_end_and_never_longer_away_than_six_hours(
    tries: int, asked: timedelta | None, spent: timedelta
) -> None:
    now = BEGAN + spent
    said = verdict("event", tried(503), tries=tries, retry_until=UNTIL, now=now, retry_after=asked)
    assert said.next_at is not None
    assert now < said.next_at <= min(UNTIL, now + LONGEST)


def test_what_a_receiver_asks_for_goes_before_the_usual_wait() -> None:
    hour = timedelta(hours=1)
    assert verdict("event", tried(429), tries=1, retry_until=UNTIL, now=BEGAN, retry_after=hour).next_at == BEGAN + hour
