"""What a partnership asks of the world, and what the world sees of it."""

from collections.abc import Iterable

from lifecycle.case_viewing import case_fields
from lifecycle.case_words import case_alarm, case_story
from lifecycle.deadlines import person_for
from lifecycle.partnership_table import HOSTS, TABLE
from lifecycle.partnership_waiting import GOOD, agreement, documents, last_day, next_due
from lifecycle.request_effects import REQUEST_EFFECTS, Makes, effects_by
from schemas.effects import Effect, Message, Notify
from schemas.partnership import Partnership
from schemas.partnership_events import (
    HostingBlocked,
    HostThanked,
    PartnershipActivated,
    PartnershipDeclined,
    PartnershipDormant,
    PartnershipEnded,
    PartnershipEvent,
)
from schemas.views import PartnershipView
from schemas.vocabulary import Role

STAFF = (Role.ENGAGEMENT_MANAGER, Role.CAREER_SPECIALIST)
HOST = (Role.SITE_CONTACT, Role.WORKSITE_SUPERVISOR)
"""Who speaks for the host, the nearest first."""

UNHEARD = frozenset({"silence", "no_answer"})
"""Reasons for being dormant of which the host is told; it said the others itself."""


def effects(partnership: Partnership, event: PartnershipEvent) -> tuple[Effect, ...]:
    """What an event asks of the world; `partnership` is the state after it."""
    return effects_by(_EFFECTS, partnership, event)


def _host(partnership: Partnership, message: Message) -> Iterable[Effect]:
    """One message to whoever speaks for the host; staff who stand in for somebody there read the other words."""
    role = next((one for one in HOST if one in partnership.team), None)
    if role is not None:
        yield _notify(partnership, message, partnership.team[role], role)


def _staff(partnership: Partnership, message: Message) -> Iterable[Effect]:
    told: set[str] = set()
    for role in STAFF:
        person = person_for(partnership, role)
        if person is not None and person not in told:
            told.add(person)
            yield _notify(partnership, message, person, role)


def _notify(partnership: Partnership, message: Message, person_id: str, role: Role) -> Notify:
    key = f"{partnership.id}/{message}/{person_id}/{partnership.seq}"
    return Notify(key=key, message=message, person_id=person_id, role=role)


def _all(message: Message) -> Makes:
    return lambda partnership, _: (*_host(partnership, message), *_staff(partnership, message))


def _inside(message: Message) -> Makes:
    return lambda partnership, _: _staff(partnership, message)


def _dormant(partnership: Partnership, event: PartnershipDormant) -> Iterable[Effect]:
    message = "partnership_dormant_warning"
    if event.reason in UNHEARD:
        yield from _host(partnership, message)
    yield from _staff(partnership, message)


_EFFECTS: dict[type, Makes] = {
    **REQUEST_EFFECTS,
    PartnershipActivated: _all("partnership_active_notification"),
    HostingBlocked: _all("partnership_blocked_warning"),
    PartnershipDormant: _dormant,
    PartnershipDeclined: _inside("partnership_declined_notification"),
    PartnershipEnded: _all("partnership_ended_notification"),
    HostThanked: _all("partnership_thanks_notification"),
}


def may_host(partnership: Partnership) -> bool:
    """Whether learners can be proposed there: the agreement is signed and every document in date."""
    return partnership.state in HOSTS and not partnership.blocked_by


def partnership_story(partnership: Partnership) -> str:
    """Where a partnership stands and who is awaited, as lines of text."""
    more = [f"last heard of {partnership.last_heard}; {partnership.unanswered} contacts unanswered since"]
    more += [
        f"{ask.id.replace('_', ' ')} holds until {day}"
        for ask in documents(partnership)
        if (day := last_day(partnership, ask)) is not None
    ]
    more += [f"BLOCKED: {one.replace('_', ' ')} is not in date" for one in partnership.blocked_by]
    if partnership.leaving:
        more.append("the agreement will not be renewed")
    if partnership.again_on is not None:
        more.append(f"wants to be asked again {partnership.again_on}")
    return case_story(TABLE, partnership, more)


def partnership_details(partnership: Partnership) -> str:
    """What a partnership is about, as it began: one line that stays as it is."""
    version = partnership.program.version
    return f"Host {partnership.host_id}; first contact {partnership.start}; program version {version}."


def partnership_alarm(partnership: Partnership) -> str:
    """One line for the alarm's timer: what time does next. Empty when nothing is due."""
    return case_alarm(TABLE, partnership, next_due(partnership), "look at documents and silence")


def partnership_view(partnership: Partnership) -> PartnershipView:
    """The read API's view; `end` is the last day of the agreement, if there is one."""
    fields = case_fields(TABLE, partnership, next_due=next_due(partnership), story=partnership_story(partnership))
    ends = {ask.id: day for ask in partnership.program.asks if ask.kind in GOOD and (day := last_day(partnership, ask))}
    fields["end"] = ends.get(agreement(partnership).id) if partnership.state not in TABLE.terminal else None
    return PartnershipView(
        **fields,
        host_id=partnership.host_id,
        may_host=may_host(partnership),
        blocked=bool(partnership.blocked_by),
        blocked_by=partnership.blocked_by,
        valid_until=ends,
        last_heard=partnership.last_heard,
        unanswered=partnership.unanswered,
        leaving=partnership.leaving,
        again_on=partnership.again_on,
        placements=partnership.placements,
    )
