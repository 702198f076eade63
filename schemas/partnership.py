"""An employer's relation with the intermediary: its state and commands. Names and notes stay in Postgres."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.asks import Slug
from schemas.base import Code, Frozen, Id, SiteDay
from schemas.case import Case, Said
from schemas.change_commands import AdoptProgram
from schemas.clock import REAL, Clock
from schemas.placement_commands import Disclaim, RecordBounce, Resend, Return, Snooze, Submit, Tick, Waive
from schemas.programs import PinnedProgram
from schemas.vocabulary import OutreachChannel, OutreachOutcome, PartnershipState, RequestKind, Role

FAR_AHEAD = date(2199, 12, 31)
"""A partnership has no last day."""


class Partnership(Case[PartnershipState]):
    """The whole state; `start` is the day of the first contact.

    `last_heard` is the site day on which somebody of the host last spoke with us, `unanswered` counts the contacts
    since then that nobody answered, and until `hosts_until` a learner is there, so that silence means nothing.
    `interested`: the host wants to host. `blocked_by` names the asks whose document is not in date: nobody starts
    there. `leaving`: the agreement ends on its last day. `again_on` is when the host wants to be asked again;
    `called_on` when somebody was last asked to call it, `thanked_on` when it was last thanked. `since` is the moment
    from which it is asked anew, after it woke or was reopened; what was signed until `void_at` holds no longer.
    `renewed` is until when the agreement holds, said by other means than the form. `placements` counts those that
    learners completed there.
    """

    host_id: Id
    last_heard: date
    unanswered: int = 0
    hosts_until: date | None = None
    interested: bool = False
    blocked_by: tuple[Slug, ...] = ()
    leaving: bool = False
    again_on: date | None = None
    called_on: date | None = None
    thanked_on: date | None = None
    since: AwareDatetime | None = None
    void_at: AwareDatetime | None = None
    renewed: Said | None = None
    placements: int = 0

    def said_of(self, ask_id: str) -> Said | None:
        """The agreement may be renewed by other means than the form."""
        ask = self.program.by_id.get(ask_id)
        agreement = ask is not None and ask.kind is RequestKind.PARTNERSHIP_AGREEMENT
        return self.renewed if agreement else None


class ContactHost(Frozen):
    """Somebody of the intermediary gets in touch with a host for the first time. The gateway fills in the team.

    `outcome` is there when that contact was answered; else the host is asked in writing.
    """

    name: Literal["contact"] = "contact"
    partnership_id: Id
    host_id: Id
    program: PinnedProgram
    team: dict[Role, Id]
    channel: OutreachChannel | None = None
    outcome: OutreachOutcome | None = None
    again_on: SiteDay | None = None
    clock: Clock = REAL


class LogOutreach(Frozen):
    """Somebody spoke with the host, or tried to. What was said stays in Postgres."""

    name: Literal["log_outreach"] = "log_outreach"
    channel: OutreachChannel
    outcome: OutreachOutcome
    again_on: SiteDay | None = None


class RenewPartnership(Frozen):
    """The agreement goes on until `valid_until` (said by other means than the form)."""

    name: Literal["renew"] = "renew"
    valid_until: SiteDay


class EndPartnership(Frozen):
    """The host leaves, or the intermediary parts with it. Placements that run there are carried to their end."""

    name: Literal["end"] = "end"
    reason: Code = "not_stated"


class ReopenPartnership(Frozen):
    """A host that is dormant, has declined or has left is asked anew."""

    name: Literal["reopen"] = "reopen"


class ReplaceContact(Frozen):
    """Another person holds a role from now on; what is open passes over, old links are revoked."""

    name: Literal["replace_contact"] = "replace_contact"
    role: Role
    person_id: Id


class NoteAnswer(Frozen):
    """The host answered about a placement (from that placement); with `hosts_until` a learner will be there."""

    name: Literal["note_answer"] = "note_answer"
    accepted: bool
    hosts_until: SiteDay | None = None


class NoteSilence(Frozen):
    """The host left a placement's question unanswered (from that placement)."""

    name: Literal["note_silence"] = "note_silence"


class NotePlacementCompleted(Frozen):
    """A learner completed a placement there (from that placement); `evaluated`: the host said how it went."""

    name: Literal["placement_completed"] = "placement_completed"
    placement_id: Id
    evaluated: bool


PartnershipCommand = Annotated[
    ContactHost
    | LogOutreach
    | RenewPartnership
    | EndPartnership
    | ReopenPartnership
    | ReplaceContact
    | NoteAnswer
    | NoteSilence
    | NotePlacementCompleted
    | AdoptProgram
    | Submit
    | Waive
    | Return
    | Resend
    | Disclaim
    | Snooze
    | RecordBounce
    | Tick,
    Field(discriminator="name"),
]

INTERNAL = frozenset({"contact", "record_bounce", "tick"})
"""Commands that never arrive as an Update."""

NOT_FROM_OUTSIDE = INTERNAL | {"note_answer", "note_silence", "placement_completed"}
"""Commands that no person and no event gives: placements do."""


class PartnershipOpening(Frozen):
    """How a partnership starts: the first command and the program instant at which it was accepted."""

    command: ContactHost
    at: AwareDatetime
