"""What a lifecycle asks of the world, and what came of it."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Code, Frozen, Id, LifecycleName, SiteDay
from schemas.findings import FindingCode
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
    "request_disclaimed_warning",
    "request_submitted_confirmation",
    "visit_scheduled_notification",
    "visit_cancelled_notification",
    "seat_awaited_notification",
    "preparation_missing_reminder",
    "placement_blocked_warning",
    "placement_starts_reminder",
    "placement_moved_notification",
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
    "partnership_blocked_warning",
    "partnership_declined_notification",
    "partnership_ended_notification",
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


class OpenCase(Frozen):
    """An incident's case opens, as a workflow of its own that outlives this one. `opening` is its first command."""

    effect: Literal["open_case"] = "open_case"
    key: str
    incident_id: Id
    opening: dict[str, Any]


class TellLifecycle(Frozen):
    """Bring a command to another lifecycle, once for each `key`. `command` is one of that lifecycle's, as JSON."""

    effect: Literal["tell_lifecycle"] = "tell_lifecycle"
    key: str
    lifecycle: LifecycleName
    id: Id
    command: dict[str, Any]


class KeepHours(Frozen):
    """Keep the hours handed in for seven days as logged shifts, from `week_of` unless the answers say another day."""

    effect: Literal["keep_hours"] = "keep_hours"
    key: str
    request_id: Id
    submission_id: Id
    week_of: SiteDay | None = None


class KeepPermit(Frozen):
    """Keep the work permit that was handed in."""

    effect: Literal["keep_permit"] = "keep_permit"
    key: str
    request_id: Id
    submission_id: Id


class ChangePermits(Frozen):
    """The learner's permits for this worksite end with the work, or went back to their issuer, on a site day."""

    effect: Literal["change_permits"] = "change_permits"
    key: str
    what: Literal["ended", "returned"]
    on: SiteDay


class CheckWork(Frozen):
    """Ask the law about this placement's shifts from a site day to another, both included.

    `planned` asks before they are worked and tells what would be broken, `logged` what was; `day` tells both, because
    from that day on other limits may hold.
    """

    effect: Literal["check_work"] = "check_work"
    key: str
    basis: Literal["planned", "logged", "day"]
    first: SiteDay
    last: SiteDay


class ScreenOpportunity(Frozen):
    """Hold the `design`th description of an offer, which came with a submission, against the law."""

    effect: Literal["screen_opportunity"] = "screen_opportunity"
    key: str
    design: int
    submission_id: Id


Effect = Annotated[
    Notify
    | ClaimSeatEffect
    | ReleaseSeatEffect
    | WithdrawOthers
    | RevokeLinks
    | ScoreEvaluation
    | OpenCase
    | TellLifecycle
    | KeepHours
    | KeepPermit
    | ChangePermits
    | CheckWork
    | ScreenOpportunity,
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
    refusal, `closed` when it is over, `not_found` when it does not exist. Hours, permits and the law: `no_submission`,
    `unknown_form`, `unknown_person`, `no_birth_date`.
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


class Held(Frozen):
    """A message that goes out later, by itself: until `until` (program's clock) for `reason`, or once mail flows again.

    The lifecycle need not try again; it learns by `record_bounce` if nobody can be reached.
    """

    outcome: Literal["held"] = "held"
    key: str
    reason: Code
    until: AwareDatetime


class SeatAnswer(Frozen):
    """The opportunity's answer to a claim."""

    outcome: Literal["seat"] = "seat"
    key: str
    granted: bool
    waiting: bool = False


class WorkChecked(Frozen):
    """What the law says of the shifts: of several laws on one matter, the strictest that is broken.

    `recheck_on` is the next day of the placement on which other limits begin to apply, without the reason;
    `permit_until` the last day of the permit for this worksite, None if none is needed or it has no end.
    """

    outcome: Literal["work_checked"] = "work_checked"
    key: str
    findings: tuple[FindingCode, ...]
    recheck_on: date | None = None
    permit_until: date | None = None


class Screened(Frozen):
    """What the law restricts in an offer, for learners of the ages it is meant for: codes of tasks and rules."""

    outcome: Literal["screened"] = "screened"
    key: str
    hazards: tuple[Code, ...]


Outcome = Annotated[
    Done | Sent | Skipped | Bounced | Deferred | Held | SeatAnswer | WorkChecked | Screened,
    Field(discriminator="outcome"),
]
