"""When a delivery that failed is tried again, and when it is given up. No clock: instants are arguments."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from schemas.webhooks import Kind, Try

WINDOW = timedelta(hours=72)
"""How long a delivery is tried, counted from when it was queued."""

WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14400, 21600))
"""Before the second try, the third, ...; the last one again and again."""

SHORTEST, LONGEST = timedelta(seconds=1), WAITS[-1]
"""What a receiver may ask for with Retry-After."""

GONE = 410


class Verdict(NamedTuple):
    """What a try means: `next_at` for another one; `disable` when the receiver wants no more at all."""

    state: Literal["delivered", "waiting", "dead"]
    next_at: datetime | None = None
    disable: bool = False


def verdict(
    kind: Kind,
    tried: Try,
    *,
    tries: int,
    retry_until: datetime,
    now: datetime,
    retry_after: timedelta | None = None,
) -> Verdict:
    """What becomes of a delivery after a try, the `tries`-th (from 1).

    2xx is a delivery. 410 disables the webhook and leaves the delivery waiting for whoever enables it again. All else
    is tried again until `retry_until`, the last time at that moment; a test is tried once.
    """
    if tried.status is not None and tried.failure is None:
        return Verdict("delivered")
    if kind == "test":
        return Verdict("dead")
    if tried.status == GONE:
        return Verdict("waiting", now, disable=True)
    if now >= retry_until:
        return Verdict("dead")
    wait = WAITS[min(tries, len(WAITS)) - 1]
    if retry_after is not None:
        wait = min(max(retry_after, SHORTEST), LONGEST)
    return Verdict("waiting", min(now + wait, retry_until))
