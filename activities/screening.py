"""Holds an offer against youth-employment law: what its host ticked and the hours that are known, for its youngest."""

from typing import Any

import structlog

from catalog.rule_catalog import all_packs
from lifecycle.screening import Offer, restricted
from records import directory, offered_work, school_calendars, submissions
from records.pool import Connection
from schemas.acts import Batch
from schemas.effects import Screened, ScreenOpportunity
from schemas.offered_work import OfferedWork
from schemas.views import OpportunityView

AGES = {"from_14": 14, "from_16": 16, "from_18": 18}
"""The answers to the question from which age the work is."""

OTHER = "other_hazard"
"""Something dangerous in the host's own words: no rule can tell, so a person looks at it."""


async def screen(conn: Connection, batch: Batch, effect: ScreenOpportunity) -> Screened:
    """What the law restricts in the offer. Only codes leave; asking again gives the same as long as the facts stand."""
    view = OpportunityView.model_validate(batch.view)
    submission = await submissions.get(conn, effect.submission_id)
    answers = submission.answers if submission else {}
    host = await directory.host(conn, view.host_id)
    learner = await directory.learner(conn, view.learner_id) if view.learner_id else None
    offer = Offer(
        host_id=view.host_id,
        state=host.state if host else None,
        time_zone=host.time_zone if host else view.time_zone,
        start=view.start,
        end=view.end,
        calendar=await school_calendars.calendar_of(conn, learner.school_id) if learner else None,
    )
    known = await offered_work.of(conn, view.id)
    hazards = {*restricted(offer, described(known, answers), all_packs())}
    if answers.get(OTHER):
        hazards.add(OTHER)
    structlog.get_logger("screening").info("screened", id=view.id, key=effect.key, count=len(hazards))
    return Screened(key=effect.key, hazards=tuple(sorted(hazards)))


def described(known: OfferedWork, answers: dict[str, Any]) -> OfferedWork:
    """The offer with what its description adds: boxes named after the packs' tasks, and from which age."""
    tasks = {code for pack in all_packs() for code in pack.tasks}
    ticked = {name for name, value in answers.items() if value is True and name in tasks}
    age = AGES.get(str(answers.get("minimum_age")), known.from_age)
    return known.changed(tasks=known.tasks | ticked, from_age=age)
