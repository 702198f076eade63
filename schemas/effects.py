"""What a lifecycle asks of the world, and what came of it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.base import Code, Frozen, Id, LifecycleName
from schemas.vocabulary import Role

Message = Literal[
    "request_opened_ask",
    "request_due_reminder",
    "request_escalated_ask",
    "request_unanswered_warning",
    "request_reassigned_ask",
    "request_resent_ask",
    "request_moved_notification",
    "request_returned_ask",
    "visit_scheduled_notification",
    "visit_cancelled_notification",
    "seat_awaited_notification",
    "preparation_missing_reminder",
    "placement_blocked_warning",
    "placement_starts_reminder",
    "placement_ready_notification",
    "placement_withdrawn_notification",
    "placement_ended_early_notification",
    "placement_completed_confirmation",
    "placement_suspended_notification",
    "placement_resumed_notification",
    "placement_terminated_notification",
    "placement_transferred_notification",
    "agreement_voided_notification",
    "hours_violation_warning",
    "incident_reported_warning",
    "incident_closed_notification",
    "opportunity_open_notification",
    "opportunity_declined_notification",
    "partnership_active_notification",
    "partnership_thanks_notification",
    "partnership_dormant_warning",
]
"""Named by resource, change and intention; each has a template per language in catalog/messages."""


class Notify(Frozen):
    """Tell or ask one person. `key` is the business key of this one message: sent at most once, one Message-ID."""

    effect: Literal["notify"] = "notify"
    key: str
    message: Message
    person_id: Id
    role: Role
    request_id: Id | None = None


class ClaimSeatEffect(Frozen):
    """Claim a seat of the opportunity for this placement; with `wait`, get in line when none is free."""

    effect: Literal["claim_seat"] = "claim_seat"
    key: str
    opportunity_id: Id
    wait: bool = False


class ReleaseSeatEffect(Frozen):
    """Give this placement's seat back."""

    effect: Literal["release_seat"] = "release_seat"
    key: str
    opportunity_id: Id


class WithdrawOthers(Frozen):
    """The learner has accepted this placement: applications and offers for the same days are withdrawn."""

    effect: Literal["withdraw_others"] = "withdraw_others"
    key: str
    learner_id: Id


class RevokeLinks(Frozen):
    """Links of this request stop working: one person's, or everybody's when `person_id` is None."""

    effect: Literal["revoke_links"] = "revoke_links"
    key: str
    request_id: Id
    person_id: Id | None = None


class ScoreEvaluation(Frozen):
    """Compute ratings and skill gain from a submitted evaluation."""

    effect: Literal["score_evaluation"] = "score_evaluation"
    key: str
    request_id: Id
    submission_id: Id


class TellLifecycle(Frozen):
    """Bring a command to another lifecycle, once for each `key`. `command` is one of that lifecycle's, as JSON."""

    effect: Literal["tell_lifecycle"] = "tell_lifecycle"
    key: str
    lifecycle: LifecycleName
    id: Id
    command: dict[str, Any]


Effect = Annotated[
    Notify | ClaimSeatEffect | ReleaseSeatEffect | WithdrawOthers | RevokeLinks | ScoreEvaluation | TellLifecycle,
    Field(discriminator="effect"),
]


class Done(Frozen):
    """The effect took place."""

    outcome: Literal["done"] = "done"
    key: str


class Sent(Frozen):
    """The mail server took the message."""

    outcome: Literal["sent"] = "sent"
    key: str


class Skipped(Frozen):
    """It did not take place, and why.

    A message: `no_address`, `not_open`, `unknown_person`. A command to another lifecycle: the ProblemCode of its
    refusal, `closed` when it is over, `not_found` when it does not exist.
    """

    outcome: Literal["skipped"] = "skipped"
    key: str
    reason: Code


class Bounced(Frozen):
    """The address does not take mail."""

    outcome: Literal["bounced"] = "bounced"
    key: str
    reason: Code


class Deferred(Frozen):
    """Not possible now (mail server away, full mailbox, a fault); the lifecycle tries again later."""

    outcome: Literal["deferred"] = "deferred"
    key: str
    reason: Code


class SeatAnswer(Frozen):
    """The opportunity's answer to a claim."""

    outcome: Literal["seat"] = "seat"
    key: str
    granted: bool
    waiting: bool = False


Outcome = Annotated[Done | Sent | Skipped | Bounced | Deferred | SeatAnswer, Field(discriminator="outcome")]
