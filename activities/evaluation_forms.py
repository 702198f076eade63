"""What a submitted evaluation adds up to: one rating a skill, kept for the skill gain."""

import structlog

from catalog.form_catalog import UnknownFormError, pinned
from lifecycle.scores import ratings
from records import assessments, submissions
from records.assessments import Occasion
from records.pool import Connection
from schemas.acts import Batch
from schemas.effects import Done, ScoreEvaluation
from schemas.views import PlacementView
from schemas.vocabulary import RequestKind

OCCASIONS: dict[RequestKind, Occasion] = {
    RequestKind.BASELINE_EVALUATION: "baseline",
    RequestKind.MIDPOINT_EVALUATION: "midpoint",
    RequestKind.FINAL_EVALUATION: "final",
}


async def score(conn: Connection, batch: Batch, effect: ScoreEvaluation) -> Done:
    """Keep the ratings of a submitted evaluation; repeating it changes nothing.

    A submission that was erased, or a form that is not in the catalogue any more, is logged and leaves no ratings.
    """
    log = structlog.get_logger("evaluations").bind(placement_id=batch.id, key=effect.key)
    view = PlacementView.model_validate(batch.view)
    request = next((one for one in view.requests if one.id == effect.request_id), None)
    submission = await submissions.get(conn, effect.submission_id)
    if request is None or submission is None:
        log.warning("not_scored", reason="no_submission")
        return Done(key=effect.key)
    try:
        form = pinned(submission.form)
    except UnknownFormError:
        log.warning("not_scored", reason="unknown_form")
        return Done(key=effect.key)
    levels = ratings(form, submission.answers)
    await assessments.save_ratings(conn, batch.id, OCCASIONS[request.kind], submission.id, levels)
    log.info("scored", count=len(levels))
    return Done(key=effect.key)
