"""What may come in about an employer's partnership: the outreach log, renewal, ends, and who speaks for whom."""

from pydantic import Field

from schemas.base import Code, Frozen, Id, SiteDay
from schemas.incoming_changes import Nothing, Row
from schemas.incoming_parts import ClockSetting
from schemas.vocabulary import OutreachChannel, OutreachOutcome, Role

CHANNEL = "how, such as phone, email, visit or event"
OUTCOME = "what came of it: interested, not_now, no_answer or declined"
AGAIN = "the day on which the host wants to be asked again, such as 2027-09-01"


class PartnershipContactedData(Frozen):
    """Which host, and what came of the first contact if it was answered; else the host is asked in writing."""

    host_id: Id = Field(description="the host's id, such as hst-4001")
    program: str | None = Field(default=None, description="a partnership's program, such as partnership")
    channel: OutreachChannel | None = Field(default=None, description=CHANNEL)
    outcome: OutreachOutcome | None = Field(default=None, description=OUTCOME)
    again_on: SiteDay | None = Field(default=None, description=AGAIN)
    engagement_manager_id: Id | None = Field(
        default=None, description="who looks after the host, such as stf-3021; else as the roster has it"
    )
    clock: ClockSetting | None = Field(default=None, description="for rehearsals only")


class OutreachLoggedData(Frozen):
    """One contact, or attempt. What was said belongs into the outreach form, never here."""

    channel: OutreachChannel = Field(description=CHANNEL)
    outcome: OutreachOutcome = Field(description=OUTCOME)
    again_on: SiteDay | None = Field(default=None, description=AGAIN)


class PartnershipRenewedData(Frozen):
    """Until when the agreement holds now."""

    valid_until: SiteDay = Field(description="the last day of the agreement, such as 2029-06-30")


class PartnershipEndedData(Frozen):
    """Why host and intermediary part."""

    reason: Code = Field(default="not_stated", description="a code in snake_case, such as moved_away")


class ContactReplacedData(Frozen):
    """Who holds a role from now on."""

    role: Role = Field(description="the role, such as site_contact or engagement_manager")
    person_id: Id = Field(description="who holds it now, such as sup-2003")


PARTNERSHIPS: tuple[Row, ...] = (
    (
        "partnership.contacted",
        "partnership",
        "Somebody gets in touch with a host for the first time. The subject may be left out: it follows from the host.",
        PartnershipContactedData,
        {"host_id": "hst-4001"},
    ),
    (
        "partnership.outreach_logged",
        "partnership",
        "Somebody spoke with the host, or tried to. A yes wakes a dormant partnership.",
        OutreachLoggedData,
        {"channel": "phone", "outcome": "interested"},
    ),
    (
        "partnership.renewed",
        "partnership",
        "The agreement goes on, said by other means than the form.",
        PartnershipRenewedData,
        {"valid_until": "2029-06-30"},
    ),
    (
        "partnership.ended",
        "partnership",
        "Host and intermediary part. Placements that run are carried to their end.",
        PartnershipEndedData,
        {"reason": "moved_away"},
    ),
    ("partnership.reopened", "partnership", "A dormant, declined or ended host is asked anew.", Nothing, {}),
    (
        "partnership.contact_replaced",
        "partnership",
        "Another person holds a role; open requests pass to them, old links stop working.",
        ContactReplacedData,
        {"role": "site_contact", "person_id": "sup-2001"},
    ),
)
"""Each type without its prefix: lifecycle, what it does, its data, an example."""
