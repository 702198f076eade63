"""The outgoing feed: every fact as a CloudEvent, in an order in which a reader never misses one.

A transaction that began early may commit late. So facts are read in the order of their transactions, and only up to
the oldest transaction that is still running. Facts of one lifecycle always come in their own order. Transactions are
numbered by the server: in a restored database the numbers go on where they ended (`go_on`).
"""

import re
from typing import Any, NamedTuple

from records.pool import Connection, Row

SOURCE = "/journeywork"
TYPE_PREFIX = "org.journeywork."
CURSOR = re.compile(r"(\d{1,19})-(\d{1,19})")
START = "0-0"

PAGE = """
select lifecycle, id, epoch, seq, type, at, data, tx::text as tx_text, position from lifecycle_events
where (tx, position) > ($1::text::xid8, $2) and tx < (select feed_horizon())
order by tx, position limit $3
"""

GO_ON = """
with reached as (
    select coalesce(max(tx)::text::bigint, 0) - pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1 as ahead
    from lifecycle_events
)
update feed_clock set ahead = reached.ahead from reached where reached.ahead > feed_clock.ahead
"""


class BadCursorError(ValueError):
    """The cursor was not given out by this feed; the text says what to send."""


class FeedPage(NamedTuple):
    """Events in order (CloudEvents 1.0, JSON), and the cursor after the last; unchanged when there are none."""

    events: list[dict[str, Any]]
    cursor: str


class About(NamedTuple):
    """Ids of learners, and of placements and incidents of others."""

    learners: set[str]
    placements: set[str]
    incidents: set[str]


async def page(conn: Connection, after: str | None, limit: int) -> FeedPage:
    """At most `limit` events after the cursor (None: from the beginning). Raises BadCursorError."""
    cursor = after or START
    tx, position = parts_of(cursor)
    rows = await conn.fetch(PAGE, tx, position, limit)
    if rows:
        cursor = f"{rows[-1]['tx_text']}-{rows[-1]['position']}"
    return FeedPage([event_of(row) for row in rows], cursor)


def parts_of(cursor: str) -> tuple[str, int]:
    """The transaction and the position that a cursor names. Raises BadCursorError."""
    parts = CURSOR.fullmatch(cursor)
    if parts is None or int(parts[2]) >= 2**63:
        raise BadCursorError("after: send the cursor of an earlier page, or leave it out to read from the beginning")
    return parts[1], int(parts[2])


async def go_on(conn: Connection) -> bool:
    """Let the feed go on after its newest fact when the server's own numbers are behind it, as after a restore.

    Nothing may be recorded meanwhile. Whether that was so.
    """
    return await conn.execute(GO_ON) == "UPDATE 1"


def about(page: FeedPage) -> About:
    """Of which learners, placements and incidents a page tells."""
    found = About(set(), set(), set())
    of_kind = {"learner": found.learners, "placement": found.placements, "incident": found.incidents}
    for event in page.events:
        of_kind.get(event["id"].partition("-")[0], set[str]()).add(event["subject"])
        for kind in ("learner", "placement"):
            if isinstance(named := event["data"].get(f"{kind}_id"), str):
                of_kind[kind].add(named)
    return found


def event_of(row: Row | dict[str, Any]) -> dict[str, Any]:
    """A row of lifecycle_events as a CloudEvent."""
    return {
        "specversion": "1.0",
        "id": f"{row['lifecycle']}-{row['id']}-{row['epoch']}-{row['seq']}",
        "source": SOURCE,
        "type": TYPE_PREFIX + row["type"],
        "subject": row["id"],
        "time": row["at"].isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": row["data"],
    }
