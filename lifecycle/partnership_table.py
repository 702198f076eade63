"""The partnership lifecycle as tables. The diagram in docs is drawn from them; whatever is not here cannot happen."""

from collections.abc import Callable
from typing import Any

from lifecycle.calendars import site_day
from lifecycle.tables import Places, Table
from schemas.case import Said
from schemas.partnership import Partnership
from schemas.partnership_events import (
    AgreementRenewed,
    ContactReplaced,
    HostAnswered,
    HostAskedAgain,
    HostingBlocked,
    HostingCleared,
    HostInterested,
    HostSilent,
    HostThanked,
    HostUnanswered,
    LearnerCompleted,
    OutreachLogged,
    PartnershipActivated,
    PartnershipDeclined,
    PartnershipDormant,
    PartnershipEnded,
    PartnershipLeaving,
    PartnershipRenewed,
    PartnershipReopened,
    PartnershipVetted,
    PartnershipWoken,
    RenewalDue,
)
from schemas.request_events import RequestNotProvided, RequestSubmitted
from schemas.vocabulary import AT_THE_WORKSITE, OutreachOutcome, Trigger
from schemas.vocabulary import PartnershipState as S
from schemas.vocabulary import RequestKind as K

TERMINAL: frozenset[S] = frozenset({S.DECLINED, S.ENDED})
"""The ends. A host that declined or left comes back when it is reopened, not by itself."""

LIVE: frozenset[S] = frozenset(S) - TERMINAL
AWAKE: frozenset[S] = LIVE - {S.DORMANT}
HOSTS: frozenset[S] = frozenset({S.ACTIVE, S.RENEWAL})
"""Learners can be proposed there, unless a document is out of date."""

IN_DATE: frozenset[S] = HOSTS | {S.VETTED}
"""Documents are there, and must stay in date."""


TRANSITIONS: dict[tuple[S, type], S] = {
    (S.CONTACTED, HostInterested): S.INTERESTED,
    (S.INTERESTED, PartnershipVetted): S.VETTED,
    (S.VETTED, PartnershipActivated): S.ACTIVE,
    (S.ACTIVE, RenewalDue): S.RENEWAL,
    (S.RENEWAL, PartnershipRenewed): S.ACTIVE,
    **{(state, PartnershipDormant): S.DORMANT for state in S if state in LIVE},
    (S.DORMANT, PartnershipWoken): S.CONTACTED,
    **{(state, PartnershipDeclined): S.DECLINED for state in S if state in LIVE - HOSTS},
    **{(state, PartnershipEnded): S.ENDED for state in S if state in LIVE},
    (S.DECLINED, PartnershipReopened): S.CONTACTED,
    (S.ENDED, PartnershipReopened): S.CONTACTED,
}

ALLOWED: dict[str, frozenset[S]] = {
    "log_outreach": LIVE,
    "submit": frozenset(S),
    "renew": HOSTS | {S.DORMANT},
    "end": LIVE,
    "reopen": TERMINAL | {S.DORMANT},
    "replace_contact": LIVE,
    "note_answer": frozenset(S),
    "note_silence": frozenset(S),
    "placement_completed": frozenset(S),
    "adopt_program": LIVE,
    "waive": frozenset(S),
    "return": frozenset(S),
    "resend": frozenset(S),
    "disclaim": frozenset(S),
    "snooze": frozenset(S),
    "record_bounce": frozenset(S),
    "tick": frozenset(S),
}
"""In which states a command makes sense. Elsewhere it is refused, naming the state and the command."""

_CONTACTED, _INTERESTED, _VETTED = frozenset({S.CONTACTED}), frozenset({S.INTERESTED}), frozenset({S.VETTED})
REQUESTS: dict[K, Places] = {
    K.OUTREACH: (LIVE, LIVE),
    K.HOST_INTEREST: (_CONTACTED, _CONTACTED | {S.DORMANT}),
    K.INSURANCE: (_INTERESTED, _INTERESTED | IN_DATE),
    K.SAFETY_CHECK: (_INTERESTED, _INTERESTED | IN_DATE),
    K.PARTNERSHIP_AGREEMENT: (_VETTED, _VETTED),
    K.RENEWAL: (_INTERESTED | IN_DATE, _INTERESTED | IN_DATE),
    K.PARTNERSHIP_RENEWAL: (HOSTS, HOSTS),
    K.HOST_AGAIN: (HOSTS | {S.DORMANT}, HOSTS | {S.DORMANT}),
}
"""For each kind of request: the states in which it can be opened, and those in which it may stay open."""

FORGETS = frozenset({"silence", "no_answer", "not_now"})
"""Reasons for being dormant after which nobody knows whether the host still wants to host."""


def _day(partnership: Partnership, event: Any) -> dict[str, Any]:
    """The host was heard from."""
    return {"last_heard": site_day(partnership.program.calendar.time_zone, event.at), "unanswered": 0}


def _missed(partnership: Partnership, _: Any) -> dict[str, Any]:
    return {"unanswered": partnership.unanswered + 1}


def _submitted(partnership: Partnership, event: RequestSubmitted) -> dict[str, Any]:
    """An answer is a word of the host's, but for what staff say about their own side. Calls are told by their log."""
    if event.kind is K.OUTREACH or (event.kind is K.PARTNERSHIP_AGREEMENT and event.by.role not in AT_THE_WORKSITE):
        return {}
    return {**_day(partnership, event), "again_on": event.again_on}


def _not_provided(partnership: Partnership, event: RequestNotProvided) -> dict[str, Any]:
    request = partnership.request(event.request_id)
    return _missed(partnership, event) if request is not None and request.role in AT_THE_WORKSITE else {}


def _logged(partnership: Partnership, event: OutreachLogged) -> dict[str, Any]:
    if event.outcome is OutreachOutcome.NO_ANSWER:
        return _missed(partnership, event)
    return {**_day(partnership, event), "again_on": event.again_on}


def _host_answered(partnership: Partnership, event: HostAnswered) -> dict[str, Any]:
    days = [day for day in (partnership.hosts_until, event.hosts_until) if day is not None]
    return {**_day(partnership, event), "hosts_until": max(days, default=None)}


def _completed(partnership: Partnership, event: LearnerCompleted) -> dict[str, Any]:
    heard = _day(partnership, event) if event.evaluated else {}
    return {**heard, "placements": partnership.placements + 1}


def _dormant(_: Partnership, event: PartnershipDormant) -> dict[str, Any]:
    return {"blocked_by": (), **({"interested": False} if event.reason in FORGETS else {})}


def _over(_: Partnership, event: PartnershipDeclined | PartnershipEnded) -> dict[str, Any]:
    """What was agreed holds no longer."""
    kept = {"interested": False, "blocked_by": (), "leaving": False, "again_on": None, "renewed": None}
    return {**kept, "void_at": event.at}


def _anew(_: Partnership, event: PartnershipWoken | PartnershipReopened) -> dict[str, Any]:
    return {"since": event.at, "exited": None}


def _renewed(partnership: Partnership, event: AgreementRenewed) -> dict[str, Any]:
    said = Said.made(at=event.at, valid_until=event.valid_until)
    return {**_day(partnership, event), "renewed": said, "leaving": False}


def _called(partnership: Partnership, event: HostSilent) -> dict[str, Any]:
    return {"called_on": site_day(partnership.program.calendar.time_zone, event.at), "again_on": None}


FACTS: dict[type, Callable[[Any, Any], dict[str, Any]]] = {
    RequestSubmitted: _submitted,
    RequestNotProvided: _not_provided,
    OutreachLogged: _logged,
    HostAnswered: _host_answered,
    HostUnanswered: _missed,
    LearnerCompleted: _completed,
    HostThanked: lambda partnership, event: {"thanked_on": site_day(partnership.program.calendar.time_zone, event.at)},
    HostInterested: lambda _, __: {"interested": True},
    HostingBlocked: lambda _, event: {"blocked_by": event.asks},
    HostingCleared: lambda _, __: {"blocked_by": ()},
    HostSilent: _called,
    AgreementRenewed: _renewed,
    PartnershipLeaving: lambda _, __: {"leaving": True},
    PartnershipDormant: _dormant,
    PartnershipDeclined: _over,
    PartnershipEnded: _over,
    PartnershipWoken: _anew,
    PartnershipReopened: _anew,
    ContactReplaced: lambda partnership, event: {"team": {**partnership.team, event.role: event.person_id}},
}
"""Type of event -> what it changes besides the state and the requests."""

SILENCE: dict[K, tuple[type[Any], dict[str, Any]]] = {
    K.HOST_INTEREST: (PartnershipDormant, {"reason": "no_answer"}),
    K.INSURANCE: (PartnershipDormant, {"reason": "no_insurance"}),
    K.SAFETY_CHECK: (PartnershipDormant, {"reason": "no_safety_check"}),
    K.PARTNERSHIP_AGREEMENT: (PartnershipDormant, {"reason": "agreement_not_signed"}),
}
"""What silence to the very end means; a renewal that never comes means nothing before the old document has expired."""

TABLE = Table(
    states=tuple(S),
    transitions=TRANSITIONS,
    terminal=TERMINAL,
    allowed=ALLOWED,
    requests=REQUESTS,
    facts=FACTS,
    triggers={HostSilent: (Trigger.HOST_SILENT,), HostAskedAgain: (Trigger.COMPLETED, Trigger.ENDED)},
    silence=SILENCE,
    once=frozenset(),
)
"""The partnership lifecycle."""
