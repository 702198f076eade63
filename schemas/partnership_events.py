"""What can happen to a partnership. Each goes out as a CloudEvent `org.journeywork.<type>`."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.asks import Slug
from schemas.base import Code, Id
from schemas.request_events import AnyRequestEvent, Happened
from schemas.vocabulary import OutreachChannel, OutreachOutcome, Role


class PartnershipContacted(Happened):
    """A host was contacted for the first time."""

    type: Literal["partnership.contacted"] = "partnership.contacted"
    host_id: Id
    program_id: Slug
    program_version: str


class OutreachLogged(Happened):
    """One entry of the outreach log; what came in by a form tells its channel there."""

    type: Literal["partnership.outreach_logged"] = "partnership.outreach_logged"
    channel: OutreachChannel | None = None
    outcome: OutreachOutcome
    again_on: date | None = None


class HostInterested(Happened):
    """The host would like to host."""

    type: Literal["partnership.interested"] = "partnership.interested"


class PartnershipVetted(Happened):
    """Insurance and safety checks are in date."""

    type: Literal["partnership.vetted"] = "partnership.vetted"


class PartnershipActivated(Happened):
    """The agreement is signed; learners can be proposed to the host."""

    type: Literal["partnership.activated"] = "partnership.activated"


class RenewalDue(Happened):
    """The agreement or a document is about to expire, or has expired."""

    type: Literal["partnership.renewal_due"] = "partnership.renewal_due"


class AgreementRenewed(Happened):
    """The agreement goes on until `valid_until`, said by other means than the form."""

    type: Literal["partnership.agreement_renewed"] = "partnership.agreement_renewed"
    valid_until: date


class PartnershipRenewed(Happened):
    """Everything is in date again."""

    type: Literal["partnership.renewed"] = "partnership.renewed"


class HostingBlocked(Happened):
    """Documents are missing or out of date (`asks`): nobody starts there until they are renewed."""

    type: Literal["partnership.blocked"] = "partnership.blocked"
    asks: tuple[Slug, ...]


class HostingCleared(Happened):
    """Learners can start there again."""

    type: Literal["partnership.cleared"] = "partnership.cleared"


class HostSilent(Happened):
    """Nobody of the host was heard from for a while; somebody is asked to call."""

    type: Literal["partnership.host_silent"] = "partnership.host_silent"


class PartnershipDormant(Happened):
    """Nobody is proposed there for now (`reason`); a contact or an answer wakes it."""

    type: Literal["partnership.dormant"] = "partnership.dormant"
    reason: Code


class PartnershipWoken(Happened):
    """The host is back."""

    type: Literal["partnership.woken"] = "partnership.woken"


class PartnershipDeclined(Happened):
    """The host does not want to host (`reason`)."""

    type: Literal["partnership.declined"] = "partnership.declined"
    reason: Code


class PartnershipLeaving(Happened):
    """The agreement will not be renewed; it ends after `last_day`."""

    type: Literal["partnership.leaving"] = "partnership.leaving"
    last_day: date


class PartnershipEnded(Happened):
    """The host, or the intermediary, ended it (`reason`)."""

    type: Literal["partnership.ended"] = "partnership.ended"
    reason: Code


class PartnershipReopened(Happened):
    """A host that had declined or left is asked anew."""

    type: Literal["partnership.reopened"] = "partnership.reopened"


class ContactReplaced(Happened):
    """Another person holds a role."""

    type: Literal["partnership.contact_replaced"] = "partnership.contact_replaced"
    role: Role
    person_before: Id | None = None
    person_id: Id


class HostAnswered(Happened):
    """The host answered about a placement."""

    type: Literal["partnership.host_answered"] = "partnership.host_answered"
    accepted: bool
    hosts_until: date | None = None


class HostUnanswered(Happened):
    """The host left a placement's question unanswered."""

    type: Literal["partnership.host_unanswered"] = "partnership.host_unanswered"


class LearnerCompleted(Happened):
    """A learner completed a placement there; `evaluated`: the host said how it went."""

    type: Literal["partnership.placement_completed"] = "partnership.placement_completed"
    placement_id: Id
    evaluated: bool


class HostThanked(Happened):
    """The host is thanked for a placement."""

    type: Literal["partnership.host_thanked"] = "partnership.host_thanked"
    placement_id: Id


class HostAskedAgain(Happened):
    """It is time to ask whether the host would host again."""

    type: Literal["partnership.host_again_due"] = "partnership.host_again_due"


PartnershipEvent = Annotated[
    PartnershipContacted
    | OutreachLogged
    | HostInterested
    | PartnershipVetted
    | PartnershipActivated
    | RenewalDue
    | AgreementRenewed
    | PartnershipRenewed
    | HostingBlocked
    | HostingCleared
    | HostSilent
    | PartnershipDormant
    | PartnershipWoken
    | PartnershipDeclined
    | PartnershipLeaving
    | PartnershipEnded
    | PartnershipReopened
    | ContactReplaced
    | HostAnswered
    | HostUnanswered
    | LearnerCompleted
    | HostThanked
    | HostAskedAgain
    | AnyRequestEvent,
    Field(discriminator="type"),
]
