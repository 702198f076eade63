"""Keeps what people handed in about work: the hours of a week, a work permit. Repeating it changes nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog

from lifecycle.worked_hours import worked_stretches
from records import submissions, work
from records.pool import Connection
from schemas.acts import Batch
from schemas.effects import ChangePermits, Done, KeepHours, KeepPermit, Skipped
from schemas.views import PlacementView


async def keep_hours(conn: Connection, batch: Batch, effect: KeepHours) -> Done | Skipped:
    """Keep the hours of a week as logged shifts, in the place of what was handed in for it before.

    Which week it is says whoever hands in (`week_of`), else the request.
    Skipped when the submission was erased, or nobody says for which week it is.
    """
    view = PlacementView.model_validate(batch.view)
    submission = await submissions.get(conn, effect.submission_id)
    if submission is None:
        return _skipped(view, effect, "no_submission")
    week_of = _day(submission.answers, "week_of") or effect.week_of
    if week_of is None:
        return _skipped(view, effect, "no_week")
    worked = worked_stretches(submission.answers, week_of=week_of, time_zone=view.time_zone)
    await work.keep_logged_week(conn, view.id, week_of, submission.id, worked)
    return Done(key=effect.key)


async def keep_permit(conn: Connection, batch: Batch, effect: KeepPermit) -> Done | Skipped:
    """Keep the work permit of a submission: `issued_on`, and `valid_until` or `expires_on`, if it has an end.

    Without `issued_on` no permit was issued and none is kept. Skipped when the submission or the learner was erased.
    """
    view = PlacementView.model_validate(batch.view)
    submission = await submissions.get(conn, effect.submission_id)
    if submission is None:
        return _skipped(view, effect, "no_submission")
    issued = _day(submission.answers, "issued_on")
    if issued is None:
        return Done(key=effect.key)
    expires = _day(submission.answers, "valid_until") or _day(submission.answers, "expires_on")
    permit_id = f"wp-{submission.id}"
    if await work.keep_permit(conn, permit_id, view.learner_id, view.host_id, issued=issued, expires=expires):
        return Done(key=effect.key)
    return _skipped(view, effect, "unknown_person")


async def change_permits(conn: Connection, batch: Batch, effect: ChangePermits) -> Done:
    """Note that the permits for this worksite ended, or went back; what was noted before stays."""
    view = PlacementView.model_validate(batch.view)
    await work.change_permits(conn, effect.what, view.learner_id, view.host_id, effect.on)
    return Done(key=effect.key)


def _day(answers: Mapping[str, Any], name: str) -> date | None:
    said = answers.get(name)
    return date.fromisoformat(said) if isinstance(said, str) and said else None


def _skipped(view: PlacementView, effect: KeepHours | KeepPermit, reason: str) -> Skipped:
    structlog.get_logger("work").warning("not_kept", placement_id=view.id, key=effect.key, reason=reason)
    return Skipped(key=effect.key, reason=reason)
