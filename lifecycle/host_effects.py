"""What a placement tells the partnership of its host: what the host answers or leaves unanswered, and what is done.

A host without a partnership hears nothing of it: the effect is skipped.
"""

from collections.abc import Iterable
from typing import Any

from schemas.effects import Effect, TellLifecycle
from schemas.naming import partnership_of
from schemas.partnership import NoteAnswer, NotePlacementCompleted, NoteSilence
from schemas.placement import Placement

HOST_WAS_SILENT = frozenset({"host_did_not_answer", "application_not_answered", "interview_not_answered"})
"""Reasons for which a placement expires because its host left a question unanswered."""

NO_ANSWER_OF_THE_HOST = frozenset({"no_seat"})
"""Reasons for which a placement is rejected though its host did not say no."""


def host_wants(placement: Placement, _: Any) -> Iterable[Effect]:
    """The host takes a learner."""
    yield _tell(placement, "wants", NoteAnswer.made(accepted=True))


def host_expects(placement: Placement, _: Any) -> Iterable[Effect]:
    """A learner will be there until the last day."""
    yield _tell(placement, "expects", NoteAnswer.made(accepted=True, hosts_until=placement.end))


def host_said_no(placement: Placement, event: Any) -> Iterable[Effect]:
    """The host does not take this learner; that is a word from it too."""
    if event.reason not in NO_ANSWER_OF_THE_HOST:
        yield _tell(placement, "no", NoteAnswer.made(accepted=False))


def host_was_silent(placement: Placement, event: Any) -> Iterable[Effect]:
    """The host left a question unanswered until it was too late."""
    if event.reason in HOST_WAS_SILENT:
        yield _tell(placement, "silent", NoteSilence.made())


def host_evaluated_late(placement: Placement, _: Any) -> Iterable[Effect]:
    """An evaluation came after all."""
    yield _tell(placement, "evaluated_late", NoteAnswer.made(accepted=False))


def host_is_done(placement: Placement, *, evaluated: bool) -> Iterable[Effect]:
    """A learner completed the placement: the host is thanked and asked to host again. Said once, also when reopened."""
    yield _tell(placement, "completed", NotePlacementCompleted.made(placement_id=placement.id, evaluated=evaluated))


def _tell(placement: Placement, what: str, command: NoteAnswer | NoteSilence | NotePlacementCompleted) -> TellLifecycle:
    return TellLifecycle.made(
        key=f"{placement.id}/partnership/{what}",
        lifecycle="partnership",
        id=partnership_of(placement.host_id),
        command=command.model_dump(mode="json"),
    )
