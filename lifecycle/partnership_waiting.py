"""What a partnership is waiting for: which documents are in date, whether the host is silent, when time acts next."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lifecycle.calendars import DAY, instant, on_business_day, site_day
from lifecycle.documents import newest_document
from lifecycle.opening import moments, openings
from lifecycle.partnership_table import AWAKE, HOSTS, IN_DATE, TABLE
from lifecycle.timetables import Days, opening_day
from schemas.asks import Ask
from schemas.case import Request
from schemas.partnership import Partnership
from schemas.program_kinds import RENEWS
from schemas.vocabulary import PartnershipState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import RequestState, Trigger

GOOD: dict[K, str] = {K.INSURANCE: "provided", K.SAFETY_CHECK: "passed", K.PARTNERSHIP_AGREEMENT: "sign"}
"""The documents a partnership rests on, and the decision that hands one in."""

CHECKS = (K.INSURANCE, K.SAFETY_CHECK)


def today(partnership: Partnership, at: datetime) -> date:
    """The site day of an instant."""
    return site_day(partnership.program.calendar.time_zone, at)


# --- documents ------------------------------------------------------------------------------------------------------


def documents(partnership: Partnership) -> tuple[Ask, ...]:
    """The asks whose documents must be in date as things stand."""
    kinds = tuple(GOOD) if partnership.state in HOSTS else CHECKS
    return tuple(ask for ask in partnership.program.asks if ask.kind in kinds)


def agreement(partnership: Partnership) -> Ask:
    """The ask for the agreement; every program of a partnership has one."""
    return partnership.program.of_kind(K.PARTNERSHIP_AGREEMENT)[0]


def renewals_of(partnership: Partnership, ask: Ask) -> tuple[Ask, ...]:
    """The asks for a newer document than an ask's."""
    return tuple(one for one in partnership.program.renewals if one.given == ask.id)


def last_day(partnership: Partnership, ask: Ask) -> date | None:
    """The last day of an ask's newest document; None when it has none, or a newer one was waived."""
    renewals = {one.id for one in renewals_of(partnership, ask)}
    newest = newest_document(partnership, ask.id, renewals)
    if newest is None:
        return None
    waived = (
        one.closed_at is not None and one.closed_at > newest.at
        for one in partnership.requests
        if one.state is RequestState.WAIVED and (one.ask_id == ask.id or one.ask_id in renewals)
    )
    return None if any(waived) else newest.valid_until


def is_handed_in(partnership: Partnership, ask: Ask) -> bool:
    """Whether everybody who is asked for a document gave it (or need not), and nothing has voided it since."""
    asked = [one for one in partnership.requests if one.ask_id == ask.id]
    signers = [one for one in ask.of if one.when == "always"]
    return len(asked) == len(signers) and all(_is_good(partnership, one) for one in asked)


def _is_good(partnership: Partnership, request: Request) -> bool:
    if request.state is RequestState.WAIVED:
        return True
    void = partnership.void_at if request.kind is K.PARTNERSHIP_AGREEMENT else None
    if void is not None and request.closed_at is not None and request.closed_at <= void:
        return False
    return request.state is RequestState.SUBMITTED and request.decision == GOOD[request.kind]


def is_in_date(partnership: Partnership, ask: Ask, at: datetime) -> bool:
    """Whether an ask's document is there and has not expired."""
    last = last_day(partnership, ask)
    return is_handed_in(partnership, ask) and (last is None or today(partnership, at) <= last)


def checks_hold(partnership: Partnership, at: datetime) -> bool:
    """Whether insurance and safety checks are all in date."""
    return all(is_in_date(partnership, ask, at) for ask in partnership.program.asks if ask.kind in CHECKS)


def out_of_date(partnership: Partnership, at: datetime) -> tuple[str, ...]:
    """The asks whose documents are missing or expired, where documents matter."""
    if partnership.state not in IN_DATE:
        return ()
    return tuple(ask.id for ask in documents(partnership) if not is_in_date(partnership, ask, at))


def needs_renewal(partnership: Partnership, at: datetime) -> bool:
    """Whether a document has expired, or it is time to ask for a newer one."""
    calendar = partnership.program.calendar
    for ask in documents(partnership):
        if not is_in_date(partnership, ask, at):
            return True
        last = last_day(partnership, ask)
        if last is None:
            continue
        days = Days(partnership.start, partnership.end, partnership.exited, last)
        for renewal in renewals_of(partnership, ask):
            day = opening_day(partnership.program, renewal, days)
            if day is not None and instant(calendar.time_zone, day, calendar.asks_at) <= at:
                return True
    return False


def is_given_up(partnership: Partnership, at: datetime) -> bool:
    """Whether a document is out of date and nobody is asked, or will be, for a newer one."""
    coming = {one.ask.id for one in openings(TABLE, partnership)}
    coming |= {one.ask_id for one in partnership.requests if one.is_open or is_stale(partnership, one, at)}
    needed = documents(partnership)
    if partnership.state is S.VETTED and is_handed_in(partnership, agreement(partnership)):
        needed = (*needed, agreement(partnership))
    return any(
        ask.id not in coming
        and not any(one.id in coming for one in renewals_of(partnership, ask))
        and not is_in_date(partnership, ask, at)
        for ask in needed
    )


def is_stale(partnership: Partnership, request: Request, at: datetime) -> bool:
    """Whether something that was asked before the partnership woke must be asked anew in its present state."""
    since = partnership.since
    if since is None or request.closed_at is None or request.closed_at >= since:
        return False
    if request.kind not in TABLE.opened_in[partnership.state]:
        return False
    if request.kind is K.HOST_INTEREST:
        return True
    ask = partnership.program.by_id[request.ask_id]
    if request.kind in GOOD:
        return not is_in_date(partnership, ask, at)
    if request.kind not in RENEWS or request.state is RequestState.WAIVED:
        return False
    newest = newest_document(partnership, ask.given or "", {ask.id})
    later = any(one.ask_id == ask.id and one.number > request.number for one in partnership.requests)
    return newest is not None and request.closed_at > newest.at and not later


# --- silence --------------------------------------------------------------------------------------------------------


def _on(partnership: Partnership, day: date) -> datetime:
    """The asking hour of a day, or of the next on which people are asked."""
    calendar = partnership.program.calendar
    return instant(calendar.time_zone, on_business_day(calendar, day), calendar.asks_at)


def silent_since(partnership: Partnership) -> date:
    """The day from which silence counts."""
    days = [partnership.last_heard]
    if partnership.hosts_until is not None:
        days.append(partnership.hosts_until)
    if partnership.since is not None:
        days.append(today(partnership, partnership.since))
    return max(days)


def dormant_at(partnership: Partnership) -> datetime | None:
    """When a silent host's partnership is dormant; None when it is not going to be."""
    rule = partnership.program.silence
    if rule is None or partnership.state not in AWAKE or partnership.unanswered < rule.contacts:
        return None
    return _on(partnership, silent_since(partnership) + timedelta(days=rule.dormant_days))


def call_at(partnership: Partnership) -> datetime | None:
    """When somebody is asked to call the host; None when nobody will be, or somebody is."""
    rule, called = partnership.program.silence, partnership.called_on
    if Trigger.HOST_SILENT not in partnership.program.by_trigger:
        return None
    if any(one.kind is K.OUTREACH for one in partnership.open_requests):
        return None
    if partnership.state is S.DORMANT:
        if partnership.again_on is not None:
            return _on(partnership, partnership.again_on)
        if rule is None or rule.recall_days is None:
            return None
        entered = today(partnership, partnership.entered_at)
        last = entered if called is None else max(entered, called)
        return _on(partnership, last + timedelta(days=rule.recall_days))
    if rule is None or partnership.state not in AWAKE:
        return None
    since = silent_since(partnership)
    last = since if called is None else max(since, called)
    return _on(partnership, last + timedelta(days=rule.call_days))


# --- time -----------------------------------------------------------------------------------------------------------


def next_due(partnership: Partnership) -> datetime | None:
    """When time itself acts next (UTC, program clock), or None when it never will."""
    due = [*moments(TABLE, partnership), *_expiries(partnership)]
    due += [at for at in (dormant_at(partnership), call_at(partnership)) if at is not None]
    return min(due, default=None)


def _expiries(partnership: Partnership) -> Iterator[datetime]:
    """The midnights after the last days of the documents that are in date."""
    if partnership.state not in IN_DATE:
        return
    for ask in documents(partnership):
        last = last_day(partnership, ask)
        if last is not None and ask.id not in partnership.blocked_by:
            yield instant(partnership.program.calendar.time_zone, last + DAY, "00:00")


def is_over(_: Partnership, __: datetime) -> bool:
    """Never: a host may come back after years, and what it was is remembered."""
    return False
