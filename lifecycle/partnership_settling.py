"""What moves a partnership: a host's yes and no, documents that come and expire, silence."""

from typing import Any

from lifecycle.deadlines import person_for
from lifecycle.opening import open_what_is_due
from lifecycle.partnership_table import HOSTS, IN_DATE
from lifecycle.partnership_waiting import (
    agreement,
    call_at,
    checks_hold,
    dormant_at,
    is_given_up,
    is_handed_in,
    is_in_date,
    is_stale,
    needs_renewal,
    out_of_date,
)
from lifecycle.requests import no_longer_needed, withdraw
from lifecycle.story import Story
from schemas.case import Request
from schemas.partnership import Partnership
from schemas.partnership_events import (
    HostingBlocked,
    HostingCleared,
    HostInterested,
    HostSilent,
    PartnershipActivated,
    PartnershipDeclined,
    PartnershipDormant,
    PartnershipEnded,
    PartnershipRenewed,
    PartnershipVetted,
    PartnershipWoken,
    RenewalDue,
)
from schemas.request_events import RequestReopened
from schemas.vocabulary import PartnershipState as S
from schemas.vocabulary import RequestKind as K

P = Story[Partnership]
CALLS = (K.HOST_INTEREST, K.OUTREACH, K.HOST_AGAIN)
"""What asks whether the host wants to host, in one way or another."""


def interest(story: P) -> None:
    """The host wants to host: what was dormant wakes, what was only contacted moves on."""
    if story.case.state not in (S.CONTACTED, S.DORMANT):
        return
    withdraw(story, CALLS, "answered_otherwise")
    if story.case.state is S.DORMANT:
        story.tell(PartnershipWoken(at=story.at))
    story.tell(HostInterested(at=story.at))


def rest(story: P, reason: str) -> None:
    """Nobody is proposed there for now."""
    story.tell(PartnershipDormant(at=story.at, reason=reason))


def part(story: P, reason: str) -> None:
    """The host says no: it declines, or leaves if it had signed."""
    signed = is_handed_in(story.case, agreement(story.case)) or story.case.state in HOSTS
    story.tell((PartnershipEnded if signed else PartnershipDeclined)(at=story.at, reason=reason))


def settle(story: P) -> None:
    """What follows of itself after every decision."""
    while _moves_on(story):
        pass
    no_longer_needed(story)
    _watches_documents(story)
    _asks_anew(story)
    open_what_is_due(story)


def _moves_on(story: P) -> bool:
    """Take one step that nobody has to ask for; False when there is none."""
    event = _next(story)
    if event is None:
        return False
    story.tell(event)
    return True


def _next(story: P) -> Any | None:  # the event of the next step
    case, at = story.case, story.at
    signed = agreement(case)
    match case.state:
        case S.CONTACTED if case.interested:
            return HostInterested(at=at)
        case S.INTERESTED if checks_hold(case, at):
            return PartnershipVetted(at=at)
        case S.VETTED if is_in_date(case, signed, at):
            return PartnershipActivated(at=at)
        case S.ACTIVE | S.RENEWAL if case.leaving and not is_in_date(case, signed, at):
            return PartnershipEnded(at=at, reason="agreement_ended")
        case S.ACTIVE if needs_renewal(case, at):
            return RenewalDue(at=at)
        case S.RENEWAL if not needs_renewal(case, at):
            return PartnershipRenewed(at=at)
        case S.INTERESTED | S.VETTED | S.RENEWAL if is_given_up(case, at):
            return PartnershipDormant(at=at, reason="not_renewed")
        case _:
            return _silent(story)


def _silent(story: P) -> Any | None:
    case, at = story.case, story.at
    dormant, call = dormant_at(case), call_at(case)
    if dormant is not None and dormant <= at:
        return PartnershipDormant(at=at, reason="silence")
    return HostSilent(at=at) if call is not None and call <= at else None


def _watches_documents(story: P) -> None:
    """Who hosts without a document in date must not take anybody; it is told when it begins, changes and ends."""
    missing = out_of_date(story.case, story.at)
    if missing == story.case.blocked_by or story.case.state not in IN_DATE:
        return
    story.tell(HostingBlocked(at=story.at, asks=missing) if missing else HostingCleared(at=story.at))


def _asks_anew(story: P) -> None:
    """After a host came back: what was never answered, or is no longer in date, is asked again."""
    for request in story.case.requests:
        if is_stale(story.case, request, story.at):
            _reopen(story, request)


def _reopen(story: P, request: Request) -> None:
    person = person_for(story.case, request.role)
    if person is None:
        raise LookupError(request.role)
    story.tell(RequestReopened(at=story.at, request_id=request.id, person_id=person, role=request.role))
