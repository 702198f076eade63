"""Ratings of a learner's skills, from the baseline, the midpoint and the final evaluation."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from records.pool import Connection

Occasion = Literal["baseline", "midpoint", "final"]

INSERT = """
insert into assessments (placement_id, occasion, skill, position, rating, submission_id)
select $1, $2, skill, position, rating, $5
from unnest($3::text[], $4::integer[]) with ordinality as given (skill, rating, position)
"""

FIRST_AND_LAST = """
select occasion, skill, rating from assessments
where placement_id = $1 and occasion in ('baseline', 'final') order by position
"""


class Ratings(NamedTuple):
    """Skill id -> level, in the form's order; empty when that evaluation did not come back."""

    baseline: dict[str, int]
    final: dict[str, int]


async def save_ratings(
    conn: Connection, placement_id: str, occasion: Occasion, submission_id: str, ratings: Mapping[str, int]
) -> None:
    """Keep one evaluation's ratings in place of what was kept for that occasion; repeating it changes nothing.

    Of several midpoints the newest is kept.
    """
    async with conn.transaction():
        await conn.execute("delete from assessments where placement_id = $1 and occasion = $2", placement_id, occasion)
        await conn.execute(INSERT, placement_id, occasion, list(ratings), list(ratings.values()), submission_id)


async def ratings(conn: Connection, placement_id: str) -> Ratings:
    """First and last evaluation of a placement; `lifecycle.scores.skill_gain(*ratings)` makes the gain of them."""
    rows = await conn.fetch(FIRST_AND_LAST, placement_id)
    found = Ratings({}, {})
    for row in rows:
        levels = found.baseline if row["occasion"] == "baseline" else found.final
        levels[row["skill"]] = row["rating"]
    return found
